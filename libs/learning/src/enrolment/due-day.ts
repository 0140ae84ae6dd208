import { addDays, addWorkingDays, type LocalDay, type WorkCalendarRule } from '@waymark/kernel';

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
