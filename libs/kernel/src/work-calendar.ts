import { addDays, weekday, type LocalDay } from './local-day.js';

export interface WorkCalendarRule {
  isWorkingDay(day: LocalDay): boolean;
}

/**
 * A calendar of working days.
 * @param weekend ISO weekdays 1–7 that are free
 * @param exceptions days that differ: true = working (a make-up Saturday), false = free (a holiday)
 */
export function makeWorkCalendar(input: {
  weekend: readonly number[];
  exceptions: ReadonlyMap<LocalDay, boolean>;
}): WorkCalendarRule {
  const weekend = new Set(input.weekend);
  return { isWorkingDay: (day) => input.exceptions.get(day) ?? !weekend.has(weekday(day)) };
}

const LONGEST_HOLIDAY = 366;

/** The n-th working day after `day` (n ≥ 1), or the first working day on or after it (n = 0). */
export function addWorkingDays(calendar: WorkCalendarRule, day: LocalDay, n: number): LocalDay {
  let at = day;
  let left = n;
  let idle = 0;
  if (n === 0) {
    while (!calendar.isWorkingDay(at) && idle++ < LONGEST_HOLIDAY) at = addDays(at, 1);
    return at;
  }
  while (left > 0 && idle < LONGEST_HOLIDAY) {
    at = addDays(at, 1);
    if (calendar.isWorkingDay(at)) {
      left -= 1;
      idle = 0;
    } else idle += 1;
  }
  return at;
}

/** Working days after `from` up to and including `to`; 0 when `to` is not later. */
export function workingDaysBetween(calendar: WorkCalendarRule, from: LocalDay, to: LocalDay): number {
  let n = 0;
  for (let day = addDays(from, 1); day <= to; day = addDays(day, 1)) if (calendar.isWorkingDay(day)) n += 1;
  return n;
}
