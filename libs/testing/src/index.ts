export * from './database.js';
export * from './server.js';
export * from './redis.js';
export * from './until.js';
