export * from './schedule/schedule.js';
export * from './session/session-pick.js';
export * from './streak/streak.js';
export * from './streak/streak-zone.js';
