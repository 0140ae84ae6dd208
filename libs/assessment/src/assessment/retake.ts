import { addDays, endOfDay, localDayOf, type LocalDay } from '@waymark/kernel';
import type { AttemptState } from '../attempt/attempt-state.js';

export interface AttemptFact {
  number: number;
  state: AttemptState;
  startedAt: Date;
  releasedAt: Date | null;
  passed: boolean | null;
}

export interface RetakePolicy {
  kind: 'quiz' | 'exam';
  /** Attempts after the first; null is without limit. */
  retakes: number | null;
  /** The retake starts by the end of this local day after the release. */
  retakeDays: number;
}

export type StartRefusal = 'exam-passed' | 'exam-pending' | 'retakes-used-up' | 'retake-window-closed';

export interface StartStanding {
  mayStart: boolean;
  reason: StartRefusal | null;
  used: number;
  left: number | null;
  /** Exclusive end of the running retake window, null when none runs. */
  until: Date | null;
  untilDay: LocalDay | null;
}

/** The last local day on which a retake may start, counted from the release of the result. */
export function retakeUntilDay(releasedAt: Date, zone: string, days: number): LocalDay {
  return addDays(localDayOf(releasedAt, zone), days);
}

/**
 * Whether a person may start (another) attempt now. A retake granted by staff adds one attempt and opens a window of
 * its own from the day it was given. An open attempt may always be resumed.
 */
export function startStanding(input: {
  policy: RetakePolicy;
  attempts: readonly AttemptFact[];
  grants: readonly Date[];
  now: Date;
  zone: string;
}): StartStanding {
  const { policy, grants, now, zone } = input;
  const attempts = [...input.attempts].sort((a, b) => a.number - b.number);
  const used = attempts.length;
  const left = policy.retakes === null ? null : Math.max(0, 1 + policy.retakes + grants.length - used);
  const standing = (reason: StartRefusal | null, until: LocalDay | null = null): StartStanding => ({
    mayStart: reason === null,
    reason,
    used,
    left,
    until: until === null ? null : endOfDay(until, zone),
    untilDay: until,
  });
  const last = attempts.at(-1);
  if (!last || last.state === 'open') return standing(null);
  if (policy.kind === 'quiz') return standing(left === 0 ? 'retakes-used-up' : null);
  if (attempts.some((a) => a.passed)) return { ...standing('exam-passed'), left: 0 };
  if (attempts.some((a) => a.state === 'submitted')) return standing('exam-pending');
  if (left === 0) return standing('retakes-used-up');
  const released = last.releasedAt ?? last.startedAt;
  const from = grants.reduce((latest, g) => (g > latest ? g : latest), released);
  const untilDay = retakeUntilDay(from, zone, policy.retakeDays);
  return now < endOfDay(untilDay, zone) ? standing(null, untilDay) : standing('retake-window-closed');
}

/** Staff may grant one more attempt only where nothing else leads to one. */
export function isGrantable(standing: Pick<StartStanding, 'reason'>): boolean {
  return standing.reason === 'retakes-used-up' || standing.reason === 'retake-window-closed';
}
