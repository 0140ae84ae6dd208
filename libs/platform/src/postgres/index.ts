export * from './backup.js';
export * from './embedded-postgres.error.js';
export * from './embedded-postgres.js';
export * from './test-database.js';
