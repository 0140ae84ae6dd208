import { addDays, daysBetween, endOfDay, localDayOf, type LocalDay } from '@waymark/kernel';

/** From `from` on the days of `zone` count, until the next period begins. */
export interface ZonePeriod {
  from: Date;
  zone: string;
}

/** Before anything was known the first zone holds. Periods are in order of time. */
export function zoneAt(periods: readonly ZonePeriod[], at: Date): string {
  let zone = periods[0]?.zone ?? 'UTC';
  for (const p of periods) if (p.from <= at) zone = p.zone;
  return zone;
}

export function dayAt(periods: readonly ZonePeriod[], at: Date): LocalDay {
  return localDayOf(at, zoneAt(periods, at));
}

/**
 * The period to add when the person's zone is another than the one that holds: it begins with tomorrow, as the old zone
 * tells it, so that no journey makes a day count twice or end early. Null when nothing changes.
 */
export function zoneChange(periods: readonly ZonePeriod[], zone: string, now: Date): ZonePeriod | null {
  if (periods.length === 0) return { from: new Date(0), zone };
  const last = periods.at(-1) as ZonePeriod;
  if (last.zone === zone) return null;
  const holding = zoneAt(periods, now);
  return { from: endOfDay(localDayOf(now, holding), holding), zone };
}

/** Days that no clock of the person showed, because the calendar jumped with the zone. */
export function skippedDays(periods: readonly ZonePeriod[]): Set<LocalDay> {
  const out = new Set<LocalDay>();
  for (let i = 1; i < periods.length; i += 1) {
    const { from, zone } = periods[i] as ZonePeriod;
    const before = localDayOf(new Date(from.getTime() - 1), (periods[i - 1] as ZonePeriod).zone);
    const after = localDayOf(from, zone);
    for (let n = 1; n < daysBetween(before, after); n += 1) out.add(addDays(before, n));
  }
  return out;
}
