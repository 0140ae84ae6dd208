export * from './badge/badge-criteria.js';
export * from './leaderboard/board-period.js';
export * from './person-level/person-level.js';
export * from './points/ledger.js';
export * from './points/point-rule.js';
export * from './points/rule-conditions.js';
export * from './store/store-rule.js';
