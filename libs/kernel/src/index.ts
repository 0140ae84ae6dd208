export * from './clock.js';
export * from './errors.js';
export * from './ids.js';
export * from './local-day.js';
export * from './locale.js';
export * from './pagination.js';
export * from './random.js';
export * from './work-calendar.js';
