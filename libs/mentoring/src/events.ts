export { meetingHeld, meetingMissed, meetingsMissedTwice } from './meeting/meeting.events.js';
export { pairingEnded, pairingStarted, type PairingEnded, type PairingStarted } from './pairing/pairing.events.js';
