/** Reviews made offline keep their own time this long. */
export const OFFLINE_DAYS = 7;

export type EventVerdict = { at: Date } | { refused: 'too-old' };

/**
 * The time that counts for a review. A clock that runs ahead tells nothing about the future: such a review happened on arrival.
 * @returns refused when it is more than seven days old
 */
export function timeOfReview(reviewedAt: Date, now: Date): EventVerdict {
  if (now.getTime() - reviewedAt.getTime() > OFFLINE_DAYS * 86_400_000) return { refused: 'too-old' };
  return { at: reviewedAt > now ? now : reviewedAt };
}

/** A person's pace, following the newest reviews: one in twenty of each. Milliseconds a card, 1 s to 5 min. */
export function paceAfter(paceMs: number, durations: readonly number[]): number {
  let pace = paceMs;
  for (const d of durations) if (d > 0) pace += (Math.min(d, 120_000) - pace) / 20;
  return Math.round(Math.min(300_000, Math.max(1_000, pace)));
}

export function minutesFor(cards: number, paceMs: number): number {
  return Math.ceil((cards * paceMs) / 60_000);
}
