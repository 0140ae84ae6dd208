export * from './notification/mail-time.js';
export * from './notification/notification-kind.js';
export * from './notification/routes.js';
