/** What a session needs to know of a card to choose it. */
export interface Candidate {
  id: string;
  /** new: never seen · step: comes back within the day · due: a day of review has come */
  kind: 'new' | 'step' | 'due';
  dueAt: Date;
  /** Chance that it is still remembered; null for new cards. */
  recall: number | null;
}

export interface SessionLimits {
  /** Reviews left of today's limit. */
  limitLeft: number;
  /** New cards left of today's limit. */
  newLeft: number;
  /** Cards in one session. */
  most: number;
}

export interface SessionPick {
  ids: string[];
  due: number;
  fresh: number;
  returning: boolean;
}

const byDue = (a: Candidate, b: Candidate): number => a.dueAt.getTime() - b.dueAt.getTime() || (a.id < b.id ? -1 : 1);

/**
 * Steps of today first, then due cards, then new ones. After a pause there are more due cards than today's limit: then the best
 * remembered come first (each review saves most where memory is not yet lost), and no new card is added until the backlog fits.
 */
export function pickSession(candidates: readonly Candidate[], limits: SessionLimits): SessionPick {
  const steps = candidates.filter((c) => c.kind === 'step').sort(byDue);
  const due = candidates.filter((c) => c.kind === 'due').sort(byDue);
  const returning = due.length > limits.limitLeft;
  const chosen = returning
    ? [...due].sort((a, b) => (b.recall ?? 0) - (a.recall ?? 0) || byDue(a, b)).slice(0, Math.max(0, limits.limitLeft))
    : due;
  const fresh = returning
    ? []
    : candidates
        .filter((c) => c.kind === 'new')
        .sort(byDue)
        .slice(0, Math.max(0, limits.newLeft));
  const first = [...steps, ...chosen];
  return {
    ids: [...first, ...fresh].slice(0, limits.most).map((c) => c.id),
    due: first.length,
    fresh: fresh.length,
    returning,
  };
}
