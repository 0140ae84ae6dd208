export * from './meeting/meeting.js';
export * from './pairing/pairing.js';
