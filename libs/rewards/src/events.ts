export * from './badge/badge.events.js';
export * from './person-level/person-level.events.js';
export * from './points/points.events.js';
export * from './store/redemption.events.js';
