import { defineEvent, type EventType } from '@waymark/platform';

interface Meeting {
  pairingId: string;
  meetingId: string;
  mentorId: string;
  learnerId: string;
  day: string;
}

/** `held`: how many the learner has had with any mentor. */
export const meetingHeld: EventType<Meeting & { minutes: number; held: number }> = defineEvent('meeting.held');

export const meetingMissed: EventType<Meeting & { inARow: number }> = defineEvent('meeting.missed');

/** Told to L&D, once for each run of misses. */
export const meetingsMissedTwice: EventType<{ pairingId: string; mentorId: string; learnerId: string }> =
  defineEvent('meetings.missed-twice');
