import { addDays, atMinute, localDayOf, localHour, startOfDay } from '@waymark/kernel';

export interface QuietHours {
  /** Local hours 0–23; nothing is sent from `from` until `to`. Equal: never quiet. */
  from: number;
  to: number;
}

/** The hour of the day's reminders by e-mail. */
export const DIGEST_HOUR = 9;
/** Reminders that come later in the day wait this long for each other. */
export const GATHER_MS = 30 * 60_000;

export function isQuiet(hour: number, quiet: QuietHours): boolean {
  if (quiet.from === quiet.to) return false;
  return quiet.from < quiet.to ? hour >= quiet.from && hour < quiet.to : hour >= quiet.from || hour < quiet.to;
}

/** The first instant of that local hour at or after `from`. */
function nextHour(from: Date, zone: string, hour: number): Date {
  const today = localDayOf(from, zone);
  for (const day of [today, addDays(today, 1), addDays(today, 2)]) {
    const at = atMinute(day, hour * 60, zone);
    if (at >= from) return at;
  }
  return from;
}

/** `at`, or the end of the quiet hours that it lies in. */
export function outsideQuiet(at: Date, zone: string, quiet: QuietHours): Date {
  return isQuiet(localHour(at, zone), quiet) ? nextHour(at, zone, quiet.to) : at;
}

/**
 * When a digest goes that takes up a reminder of `now`: at the digest hour, later on the day after a pause for others,
 * the next morning when today's has gone.
 */
export function digestTime(now: Date, zone: string, quiet: QuietHours, goneToday: boolean): Date {
  if (goneToday) {
    const tomorrow = startOfDay(addDays(localDayOf(now, zone), 1), zone);
    return outsideQuiet(nextHour(tomorrow, zone, DIGEST_HOUR), zone, quiet);
  }
  const at =
    localHour(now, zone) < DIGEST_HOUR ? nextHour(now, zone, DIGEST_HOUR) : new Date(now.getTime() + GATHER_MS);
  return outsideQuiet(at, zone, quiet);
}
