import { addDays, addMonths, type LocalDay } from '@waymark/kernel';

/** People are told that long before, and a policy that is new or stricter takes nothing earlier. */
export const WARN_DAYS = 30;
export const LONGEST_MONTHS = 120;

const monthStart = (day: LocalDay): LocalDay => `${day.slice(0, 8)}01`;
const nextMonthStart = (day: LocalDay): LocalDay => addMonths(monthStart(day), 1);

/** Points live to the end of the month `months` after the one they were earned in: one expiry a month, on its first day. */
export function expiresOn(earnedOn: LocalDay, months: number): LocalDay {
  return addMonths(monthStart(earnedOn), months + 1);
}

/** The last day whose points are expired on `day`. */
export function expiredThrough(day: LocalDay, months: number): LocalDay {
  return addDays(addMonths(monthStart(day), -months), -1);
}

/** The first expiry of a policy that is set today. */
export function firstExpiry(today: LocalDay): LocalDay {
  return nextMonthStart(addDays(today, WARN_DAYS - 1));
}

/** The next expiry after today of a policy whose first one is `from`. */
export function nextExpiry(today: LocalDay, from: LocalDay): LocalDay {
  const next = nextMonthStart(today);
  return next > from ? next : from;
}

/** First in, first out: what is left of a balance is what was earned last, so the rest of it is old. */
export function oldPoints(balance: number, earnedSince: number): number {
  return Math.max(0, balance - Math.max(0, earnedSince));
}
