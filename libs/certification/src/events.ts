export * from './certificate/certificate.events.js';
