export * from './certificate/certificate.js';
