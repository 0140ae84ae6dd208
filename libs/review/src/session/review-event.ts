/** Reviews made offline keep their own time this long. */
export const OFFLINE_DAYS = 7;

export type EventVerdict = { at: Date } | { refused: 'too-old' };

/**
 * The times that count for reviews sent together, in the order given. A clock that runs ahead tells nothing about the future: such
 * reviews happened on arrival, a millisecond apart, in the order of their own times.
 * @returns refused for those more than seven days old
 */
export function timesOfReviews(reviewedAt: readonly Date[], now: Date): EventVerdict[] {
  const ahead = reviewedAt.filter((at) => at > now).sort((a, b) => a.getTime() - b.getTime());
  return reviewedAt.map((at) => {
    if (now.getTime() - at.getTime() > OFFLINE_DAYS * 86_400_000) return { refused: 'too-old' };
    return { at: at > now ? new Date(now.getTime() - (ahead.length - 1 - ahead.indexOf(at))) : at };
  });
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
