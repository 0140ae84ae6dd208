import {
  addDays,
  addWorkingDays,
  daysBetween,
  workingDaysBetween,
  type LocalDay,
  type WorkCalendarRule,
} from '@waymark/kernel';

/**
 * The local day on which something due on day `dueDay` of the path is due.
 * @param dueDay 1 = the start day itself
 * @param calendar given when the map counts working days: then day 1 is the first working day on or after the start
 */
export function dueDayOf(startDay: LocalDay, dueDay: number, calendar: WorkCalendarRule | null): LocalDay {
  if (!calendar) return addDays(startDay, dueDay - 1);
  const first = addWorkingDays(calendar, startDay, 0);
  return dueDay === 1 ? first : addWorkingDays(calendar, first, dueDay - 1);
}

export function dueDaysOf(
  nodes: readonly { dueDay: number | null }[],
  startDay: LocalDay,
  calendar: WorkCalendarRule | null,
): (LocalDay | null)[] {
  return nodes.map((n) => (n.dueDay === null ? null : dueDayOf(startDay, n.dueDay, calendar)));
}

/** Days away, both inclusive. */
export interface LeaveDays {
  fromDay: LocalDay;
  toDay: LocalDay;
}
export interface Leave extends LeaveDays {
  recordedAt: Date;
}

/** What moves one person's days: the leaves by their first day, and the calendar where the map counts working days. */
export interface Away {
  leaves: readonly LeaveDays[];
  calendar: WorkCalendarRule | null;
}
export const NEVER_AWAY: Away = { leaves: [], calendar: null };

/** A due day that staff set for one person. */
export interface Extension {
  dueOn: LocalDay;
  at: Date;
}

/**
 * A due day moved on by every leave that begins on or before it: by its days, or by its working days where the map
 * counts those. What was due before somebody left stays due.
 * @param leaves by their first day, not overlapping
 */
export function afterLeave(
  due: LocalDay,
  startDay: LocalDay,
  leaves: readonly LeaveDays[],
  calendar: WorkCalendarRule | null,
): LocalDay {
  let at = due;
  for (const leave of leaves) {
    const from = leave.fromDay > startDay ? leave.fromDay : startDay;
    if (from > leave.toDay || at < from) continue;
    const days = calendar
      ? workingDaysBetween(calendar, addDays(from, -1), leave.toDay)
      : daysBetween(from, leave.toDay) + 1;
    if (days > 0) at = calendar ? addWorkingDays(calendar, at, days) : addDays(at, days);
  }
  return at;
}

/**
 * Everybody's due days of a map with what holds for one person: leaves shift them, an extension stands unless the map
 * itself now gives more time. Whoever extended knew the leaves recorded by then; later ones shift the extension too.
 * @param base what the map says for the start day
 */
export function personalDueDays(
  nodes: readonly { key: string }[],
  base: readonly (LocalDay | null)[],
  startDay: LocalDay,
  calendar: WorkCalendarRule | null,
  leaves: readonly Leave[],
  extensions: ReadonlyMap<string, Extension>,
): (LocalDay | null)[] {
  return nodes.map((node, i) => {
    const planned = base[i] ?? null;
    const due = planned && afterLeave(planned, startDay, leaves, calendar);
    const extension = extensions.get(node.key);
    if (!extension) return due;
    const later = leaves.filter((l) => l.recordedAt > extension.at);
    const extended = afterLeave(extension.dueOn, startDay, later, calendar);
    return due !== null && due > extended ? due : extended;
  });
}
