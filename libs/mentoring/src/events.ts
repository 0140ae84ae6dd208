export { meetingHeld, meetingMissed, meetingsMissedTwice } from './meeting/meeting.events.js';
export {
  coMentorAdded,
  pairingEnded,
  pairingStarted,
  type PairingEnded,
  type PairingStarted,
} from './pairing/pairing.events.js';
export { mentorBack, mentorSubstituted } from './stand-in/stand-in.events.js';
