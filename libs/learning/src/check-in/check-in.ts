import { daysBetween, type LocalDay } from '@waymark/kernel';

/** Percent of the weeks of a path in which its learner should have checked in. */
export const CHECK_IN_TARGET = 85;

/** Week n of the path: 1 for its first seven days, 0 and less before. */
export function weekOfPath(startDay: LocalDay, today: LocalDay): number {
  return Math.floor(daysBetween(startDay, today) / 7) + 1;
}

export interface CheckInRate {
  /** Weeks with a check-in, of those that count. */
  done: number;
  /** Weeks that are over, and the present one once it has a check-in. */
  of: number;
  /** 0–100, floored; null before the first week is over. */
  percent: number | null;
}

/**
 * @param week the present week of the path, 1 …
 * @param weeksDone weeks with a check-in
 * @param lastWeek the last week of the path; weeks after it don't count
 */
export function checkInRate(week: number, weeksDone: readonly number[], lastWeek: number): CheckInRate {
  const done = weeksDone.filter((w) => w <= Math.min(week, lastWeek)).length;
  const over = Math.max(0, Math.min(week - 1, lastWeek));
  const of = over + (week <= lastWeek && weeksDone.includes(week) ? 1 : 0);
  return { done, of, percent: of === 0 ? null : Math.floor((done / of) * 100) };
}
