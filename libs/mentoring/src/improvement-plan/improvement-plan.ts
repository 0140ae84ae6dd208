import { addDays, daysBetween, type LocalDay } from '@waymark/kernel';

export const PLAN_WEEKS = 8;
export const BEHAVIOURS = 2;
/** A week can be rated until this many days after it. */
export const RATING_DAYS = 7;

export type Rater = 'learner' | 'mentor';

export interface Behaviour {
  week: number;
  ordinal: number;
  text: string;
  learner: number | null;
  mentor: number | null;
}

export interface WeekInput {
  week: number;
  behaviours: readonly string[];
}

export function weekFrom(startDay: LocalDay, week: number): LocalDay {
  return addDays(startDay, (week - 1) * 7);
}

/** The last day that anything of the plan can be rated. */
export function planEnds(startDay: LocalDay): LocalDay {
  return addDays(weekFrom(startDay, PLAN_WEEKS + 1), RATING_DAYS - 1);
}

/** 1 to 8; 0 before the first day, 9 after the eight weeks. */
export function planWeek(startDay: LocalDay, today: LocalDay): number {
  return Math.min(Math.max(Math.floor(daysBetween(startDay, today) / 7) + 1, 0), PLAN_WEEKS + 1);
}

/** Why a week can't be rated today, as a code; null when it can. */
export function ratingProblem(startDay: LocalDay, week: number, today: LocalDay): string | null {
  const from = weekFrom(startDay, week);
  if (today < from) return 'plan-week-not-begun';
  return today > addDays(from, 7 + RATING_DAYS - 1) ? 'plan-week-over' : null;
}

/** Two behaviours for each of the eight weeks: a week that is left out goes on with those before it. Null when the first is missing. */
export function everyWeek(given: readonly WeekInput[]): WeekInput[] | null {
  const out: WeekInput[] = [];
  for (let week = 1; week <= PLAN_WEEKS; week += 1) {
    const behaviours = given.find((g) => g.week === week)?.behaviours ?? out.at(-1)?.behaviours;
    if (!behaviours || behaviours.length !== BEHAVIOURS || behaviours.some((b) => b.trim() === '')) return null;
    out.push({ week, behaviours: behaviours.map((b) => b.trim()) });
  }
  return out;
}

/** The other's mark of a week stays hidden until one's own is given, so that neither follows the other. */
export function shown(behaviours: readonly Behaviour[], side: Rater | null): Behaviour[] {
  if (side === null) return [...behaviours];
  const other = side === 'learner' ? 'mentor' : 'learner';
  return behaviours.map((b) => (b[side] === null ? { ...b, [other]: null } : b));
}
