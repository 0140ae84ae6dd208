export * from './assessment.factory.js';
export * from './catalog.factory.js';
export * from './database.js';
export * from './identity.factory.js';
export * from './learning.factory.js';
export * from './server.js';
export * from './redis.js';
export * from './until.js';
