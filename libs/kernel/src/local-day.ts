/** A calendar day as 'YYYY-MM-DD', without a time zone of its own. Sorts as text. */
export type LocalDay = string;

const DAY_MS = 86_400_000;
const formatters = new Map<string, Intl.DateTimeFormat>();

function formatter(zone: string): Intl.DateTimeFormat {
  let f = formatters.get(zone);
  if (!f) {
    f = new Intl.DateTimeFormat('en-CA', {
      timeZone: zone,
      hourCycle: 'h23',
      year: 'numeric',
      month: '2-digit',
      day: '2-digit',
      hour: '2-digit',
      minute: '2-digit',
      second: '2-digit',
    });
    formatters.set(zone, f);
  }
  return f;
}

const latest = new Map<string, { second: number; parts: Record<string, string> }>();

/** Most calls of a second ask for "now" in the few zones people live in: the last answer of each zone is kept. */
function parts(instant: Date, zone: string): Record<string, string> {
  const second = Math.floor(instant.getTime() / 1000);
  const known = latest.get(zone);
  if (known?.second === second) return known.parts;
  const out: Record<string, string> = {};
  for (const p of formatter(zone).formatToParts(instant)) out[p.type] = p.value;
  latest.set(zone, { second, parts: out });
  return out;
}

export function isValidZone(zone: string): boolean {
  try {
    formatter(zone);
    return true;
  } catch {
    return false;
  }
}

/** The day that a wall calendar in `zone` (IANA name) shows at `instant`. */
export function localDayOf(instant: Date, zone: string): LocalDay {
  const p = parts(instant, zone);
  return `${p['year']}-${p['month']}-${p['day']}`;
}

/** The hour 0–23 that a clock in `zone` shows at `instant`. */
export function localHour(instant: Date, zone: string): number {
  return Number(parts(instant, zone)['hour']);
}

function toUtc(day: LocalDay): number {
  const [y, m, d] = day.split('-').map(Number);
  return Date.UTC(y ?? 1970, (m ?? 1) - 1, d ?? 1);
}

function fromUtc(ms: number): LocalDay {
  return new Date(ms).toISOString().slice(0, 10);
}

/** True for an existing calendar day written as YYYY-MM-DD. */
export function isLocalDay(value: string): boolean {
  return /^\d{4}-\d{2}-\d{2}$/.test(value) && fromUtc(toUtc(value)) === value;
}

export function addDays(day: LocalDay, n: number): LocalDay {
  return fromUtc(toUtc(day) + n * DAY_MS);
}

/** The same day of the month `n` months later; the last day of that month where it is shorter. */
export function addMonths(day: LocalDay, n: number): LocalDay {
  const at = new Date(toUtc(day));
  const last = new Date(Date.UTC(at.getUTCFullYear(), at.getUTCMonth() + n + 1, 0)).getUTCDate();
  return fromUtc(Date.UTC(at.getUTCFullYear(), at.getUTCMonth() + n, Math.min(at.getUTCDate(), last)));
}

/** Whole days from `from` to `to`; negative when `to` is earlier. */
export function daysBetween(from: LocalDay, to: LocalDay): number {
  return Math.round((toUtc(to) - toUtc(from)) / DAY_MS);
}

/** ISO weekday 1 (Monday) to 7 (Sunday). */
export function weekday(day: LocalDay): number {
  return new Date(toUtc(day)).getUTCDay() || 7;
}

/** The Monday of the week that `day` is in. */
export function weekStart(day: LocalDay): LocalDay {
  return addDays(day, 1 - weekday(day));
}

const MOST_STARTS = 2_000;
const starts = new Map<string, number>();

/** The first instant of `day` in `zone`, also on days that start at 01:00 because of daylight saving. */
export function startOfDay(day: LocalDay, zone: string): Date {
  const key = `${zone}|${day}`;
  let start = starts.get(key);
  if (start === undefined) {
    start = findStart(day, zone);
    if (starts.size >= MOST_STARTS) starts.clear();
    starts.set(key, start);
  }
  return new Date(start);
}

function findStart(day: LocalDay, zone: string): number {
  const wall = toUtc(day);
  let instant = wall;
  for (let i = 0; i < 3; i += 1) {
    const p = parts(new Date(instant), zone);
    const shown = Date.UTC(
      Number(p['year']),
      Number(p['month']) - 1,
      Number(p['day']),
      Number(p['hour']),
      Number(p['minute']),
      Number(p['second']),
    );
    if (shown === wall) break;
    instant += wall - shown;
  }
  return localDayOf(new Date(instant), zone) < day ? instant + 3_600_000 : instant;
}

/** The first instant after `day` in `zone` (exclusive end). */
export function endOfDay(day: LocalDay, zone: string): Date {
  return startOfDay(addDays(day, 1), zone);
}

/**
 * The instant at which the wall clock of the zone shows the minute of the day; the first one after it where daylight
 * saving skips it, the first of two where it comes twice.
 */
export function atMinute(day: LocalDay, minute: number, zone: string): Date {
  const guess = new Date(startOfDay(day, zone).getTime() + minute * 60_000);
  const off = minute - minuteOf(guess, zone);
  if (off === 0 || Math.abs(off) > 120) return guess;
  const moved = new Date(guess.getTime() + off * 60_000);
  return minuteOf(moved, zone) === minute ? moved : guess;
}

function minuteOf(instant: Date, zone: string): number {
  const shown = new Intl.DateTimeFormat('en-GB', {
    timeZone: zone,
    hour: '2-digit',
    minute: '2-digit',
    hourCycle: 'h23',
  }).format(instant);
  const [h, m] = shown.split(':').map(Number);
  return (h ?? 0) * 60 + (m ?? 0);
}
