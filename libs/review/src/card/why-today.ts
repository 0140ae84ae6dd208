import { daysBetween, localDayOf, type LocalDay } from '@waymark/kernel';
import { recallOn } from '../schedule/schedule.js';
import type { Card, Why } from './card.js';

/** Why this card comes today, as a code and its numbers. */
export function whyToday(card: Card, today: LocalDay, zone: string, retention: number): Why {
  const recall = recallOn(card, today, retention);
  const base = {
    recallPercent: recall === null ? null : Math.round(recall * 100),
    lastReviewedOn: card.lastDay,
    topic: card.topic,
  };
  if (card.broughtForward) return { code: card.broughtForward, days: null, ...base };
  if (card.state === 'new') return { code: card.origin, days: null, ...base };
  if (card.state !== 'review') return { code: 'learning-step', days: null, ...base };
  const late = daysBetween(localDayOf(card.dueAt, zone), today);
  return late > 0
    ? { code: 'overdue', days: late, ...base }
    : { code: 'due', days: card.lastDay === null ? null : daysBetween(card.lastDay, today), ...base };
}
