import {
  afterReview,
  newMemory,
  replay,
  type Grade,
  type Memory,
  type Reviewed,
  type ScheduleRule,
} from '../schedule/schedule.js';

export interface ReviewEvent {
  id: string;
  grade: Grade;
  at: Date;
}

export interface ReviewedCard extends Memory {
  id: string;
  /** Older reviews don't move the schedule. */
  memorySince: Date;
}

export interface Applied {
  memory: Memory;
  /** The memory before each new review, by the review's id. */
  before: Map<string, Pick<Reviewed, 'before' | 'elapsedDays' | 'recall'>>;
}

const inOrder = (a: ReviewEvent, b: ReviewEvent): number => a.at.getTime() - b.at.getTime() || (a.id < b.id ? -1 : 1);

/** True when a review happened before one that is known already: the card's whole history is then played again. */
export function needsReplay(card: ReviewedCard, events: readonly ReviewEvent[]): boolean {
  return (
    card.lastReviewAt !== null && events.some((e) => e.at >= card.memorySince && e.at < (card.lastReviewAt as Date))
  );
}

/**
 * The memory after new reviews of one card, the same for every order of arrival.
 * @param history all earlier reviews since `memorySince`; needed only when `needsReplay`
 */
export function applyReviews(
  card: ReviewedCard,
  events: readonly ReviewEvent[],
  history: readonly ReviewEvent[],
  ruleAt: (at: Date) => ScheduleRule,
): Applied {
  const before: Applied['before'] = new Map();
  const counted = events.filter((e) => e.at >= card.memorySince).sort(inOrder);
  for (const e of events) if (e.at < card.memorySince) before.set(e.id, { before: card, elapsedDays: 0, recall: null });
  if (needsReplay(card, counted)) {
    const all = [...history, ...counted].sort(inOrder);
    const done = replay(card.id, all, ruleAt, newMemory(card.dueAt));
    const fresh = new Set(counted.map((e) => e.id));
    all.forEach((e, i) => {
      const d = done[i];
      if (d && fresh.has(e.id)) before.set(e.id, d);
    });
    return { memory: done.at(-1)?.memory ?? card, before };
  }
  let memory: Memory = card;
  for (const e of counted) {
    const done = afterReview(memory, card.id, e, ruleAt(e.at));
    before.set(e.id, done);
    memory = done.memory;
  }
  return { memory, before };
}
