import { addDays, daysBetween, type LocalDay } from '@waymark/kernel';

/** One freeze is earned by this many days of activity in a streak. */
export const FREEZE_EVERY = 7;
export const MOST_FREEZES = 2;

/** The streak as it stood at the end of its last day of activity. */
export interface StreakState {
  length: number;
  longest: number;
  startDay: LocalDay | null;
  lastDay: LocalDay | null;
  freezes: number;
  /** Days of activity since the last freeze was earned; stays 0 while the most are held. */
  progress: number;
}

export const NO_STREAK: StreakState = { length: 0, longest: 0, startDay: null, lastDay: null, freezes: 0, progress: 0 };

/** Days that a change of zone skipped: nobody could have done anything on them. */
export type Pardoned = ReadonlySet<LocalDay>;
const NONE: Pardoned = new Set();

/** Days strictly between, without the pardoned ones. */
function missedBetween(from: LocalDay, to: LocalDay, pardoned: Pardoned): number {
  let n = Math.max(0, daysBetween(from, to) - 1);
  for (const day of pardoned) if (day > from && day < to) n -= 1;
  return Math.max(0, n);
}

/**
 * The streak after a day of activity. A missed day uses a freeze; without one the streak starts again. Frozen days don't add length.
 * @param day later than the last day; the same day changes nothing
 */
export function streakAfter(state: StreakState, day: LocalDay, pardoned: Pardoned = NONE): StreakState {
  if (state.lastDay !== null && day <= state.lastDay) return state;
  const missed = state.lastDay === null ? 0 : missedBetween(state.lastDay, day, pardoned);
  const goesOn = state.lastDay !== null && missed <= state.freezes;
  const length = goesOn ? state.length + 1 : 1;
  let freezes = goesOn ? state.freezes - missed : 0;
  let progress = goesOn ? state.progress : 0;
  if (freezes < MOST_FREEZES) {
    progress += 1;
    if (progress === FREEZE_EVERY) {
      freezes += 1;
      progress = 0;
    }
  }
  return {
    length,
    longest: Math.max(state.longest, length),
    startDay: goesOn ? state.startDay : day,
    lastDay: day,
    freezes,
    progress,
  };
}

/** The streak that a set of days gives, whatever order they became known in. */
export function streakOf(days: Iterable<LocalDay>, pardoned: Pardoned = NONE): StreakState {
  let state = NO_STREAK;
  for (const day of [...new Set(days)].sort()) state = streakAfter(state, day, pardoned);
  return state;
}

export interface StreakToday {
  length: number;
  longest: number;
  doneToday: boolean;
  lastDay: LocalDay | null;
  freezes: number;
  nextFreezeIn: number | null;
}

/** How the streak looks on `today`: alive while freezes cover the days missed up to yesterday. */
export function streakOn(state: StreakState, today: LocalDay, pardoned: Pardoned = NONE): StreakToday {
  const missed = state.lastDay === null ? 0 : missedBetween(state.lastDay, today, pardoned);
  const alive = state.lastDay !== null && missed <= state.freezes;
  const freezes = alive ? state.freezes - missed : 0;
  return {
    length: alive ? state.length : 0,
    longest: state.longest,
    doneToday: state.lastDay !== null && state.lastDay >= today,
    lastDay: state.lastDay,
    freezes,
    nextFreezeIn: freezes >= MOST_FREEZES ? null : FREEZE_EVERY - (alive ? state.progress : 0),
  };
}

export type StreakDayState = 'done' | 'frozen' | 'missed' | 'open' | 'before';

/**
 * The last seven days, oldest first.
 * @param active the days of activity among them
 */
export function streakWeek(
  state: StreakState,
  active: ReadonlySet<LocalDay>,
  today: LocalDay,
  firstDay: LocalDay | null,
  pardoned: Pardoned = NONE,
): { day: LocalDay; state: StreakDayState }[] {
  const alive = streakOn(state, today, pardoned).length > 0;
  return Array.from({ length: 7 }, (_, i) => {
    const day = addDays(today, i - 6);
    const of = (): StreakDayState => {
      if (active.has(day)) return 'done';
      if (day === today) return 'open';
      if (firstDay === null || day < firstDay) return 'before';
      return alive && state.startDay !== null && day > state.startDay ? 'frozen' : 'missed';
    };
    return { day, state: of() };
  });
}
