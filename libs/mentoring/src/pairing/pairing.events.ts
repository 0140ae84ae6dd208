import { defineEvent, type EventType } from '@waymark/platform';
import type { EndReason } from './pairing.js';

interface Partners {
  pairingId: string;
  mentorId: string;
  learnerId: string;
}

export interface PairingStarted extends Partners {
  startDay: string;
  endDay: string;
  /** Whom the learner had before, when it carries on what another mentor began. */
  formerMentorId: string | null;
}
export const pairingStarted: EventType<PairingStarted> = defineEvent('pairing.started');

export interface PairingEnded extends Partners {
  lastDay: string;
  reason: EndReason;
}
export const pairingEnded: EventType<PairingEnded> = defineEvent('pairing.ended');

export const coMentorAdded: EventType<Partners & { coMentorId: string }> = defineEvent('pairing.co-mentor-added');
