import { addDays, atMinute, daysBetween, weekday, weekStart, type LocalDay } from '@waymark/kernel';

export const MEETING_MINUTES = 60;
/** A meeting can be logged this many days later. */
export const LOG_DAYS = 14;
/** L&D is told at this many missed ones in a row. */
export const ALERT_MISSED = 2;

export type MeetingState = 'planned' | 'held' | 'missed';

/** The next weekly hour after a day; never on the day itself. */
export function nextWeekly(
  slot: { weekday: number; startMinute: number },
  after: LocalDay,
  zone: string,
): { day: LocalDay; startsAt: Date } {
  const gap = (slot.weekday - weekday(after) + 7) % 7 || 7;
  const day = addDays(after, gap);
  return { day, startsAt: atMinute(day, slot.startMinute, zone) };
}

/** The weekly hour that follows a meeting: not in the past, and not in the week they met. */
export function nextAfterMeeting(
  slot: { weekday: number; startMinute: number },
  met: LocalDay,
  today: LocalDay,
  zone: string,
): { day: LocalDay; startsAt: Date } {
  const next = nextWeekly(slot, met < today ? addDays(today, -1) : met, zone);
  return weekStart(next.day) === weekStart(met) ? nextWeekly(slot, next.day, zone) : next;
}

/** Missed ones after the last held one. */
export function missedInARow(states: readonly MeetingState[]): number {
  let n = 0;
  for (const s of states) n = s === 'missed' ? n + 1 : s === 'held' ? 0 : n;
  return n;
}

export interface LogCheck {
  day: LocalDay;
  today: LocalDay;
  startDay: LocalDay;
  endedOn: LocalDay | null;
}

/** Why a meeting can't be logged for that day, as a code; null when it can. */
export function logProblem(c: LogCheck): string | null {
  if (c.day > c.today) return 'meeting-in-future';
  if (c.day < c.startDay) return 'meeting-before-pairing';
  if (c.endedOn !== null && c.day > c.endedOn) return 'pairing-ended';
  if (daysBetween(c.day, c.today) > LOG_DAYS) return 'meeting-too-old';
  return null;
}
