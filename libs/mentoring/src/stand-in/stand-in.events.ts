import { defineEvent, type EventType } from '@waymark/platform';

interface Substitution {
  mentorId: string;
  substituteId: string;
  learnerId: string;
  fromDay: string;
  toDay: string;
}

/** Somebody answers for the learner while the mentor is away. */
export const mentorSubstituted: EventType<Substitution> = defineEvent('mentor.substituted');

/** The mentor is back earlier, or does not go away after all. */
export const mentorBack: EventType<Substitution> = defineEvent('mentor.back');
