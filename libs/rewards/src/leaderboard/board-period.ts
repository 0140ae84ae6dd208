import { addDays, weekStart, type LocalDay } from '@waymark/kernel';

export const PERIODS = ['day', 'week', 'month', 'quarter', 'all'] as const;
export type Period = (typeof PERIODS)[number];

export interface PeriodSpan {
  period: Period;
  /** null for all time */
  startsOn: LocalDay | null;
  endsOn: LocalDay | null;
}

/** How long boards of single days are kept. */
export const DAY_BOARDS_DAYS = 31;
/** Periods whose first places are kept for good. */
export const HONOURED: readonly Period[] = ['week', 'month', 'quarter'];

const pad = (n: number): string => String(n).padStart(2, '0');

/** The period that a day of the company's calendar lies in. */
export function periodSpan(period: Period, day: LocalDay): PeriodSpan {
  if (period === 'all') return { period, startsOn: null, endsOn: null };
  if (period === 'day') return { period, startsOn: day, endsOn: day };
  if (period === 'week') {
    const startsOn = weekStart(day);
    return { period, startsOn, endsOn: addDays(startsOn, 6) };
  }
  const year = Number(day.slice(0, 4));
  const month = Number(day.slice(5, 7));
  const first = period === 'month' ? month : month - ((month - 1) % 3);
  const after = first + (period === 'month' ? 1 : 3);
  const next = after > 12 ? `${year + 1}-${pad(after - 12)}-01` : `${year}-${pad(after)}-01`;
  return { period, startsOn: `${year}-${pad(first)}-01`, endsOn: addDays(next, -1) };
}

/** The periods an award of `day` counts in: a day's own board only while such boards are kept. */
export function periodsOf(day: LocalDay, today: LocalDay): PeriodSpan[] {
  return PERIODS.filter((p) => p !== 'day' || day > addDays(today, -DAY_BOARDS_DAYS)).map((p) => periodSpan(p, day));
}
