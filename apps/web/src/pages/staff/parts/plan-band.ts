/** Share (0..100) of the required nodes that are due by each day of the path, day 1 first. */
export function plannedShares(dueDays: readonly number[], days: number): number[] {
  const total = dueDays.length;
  return Array.from({ length: days }, (_, i) =>
    total === 0 ? 0 : (100 * dueDays.filter((due) => due <= i + 1).length) / total,
  );
}

/** How far ahead of its due day work usually is done: the upper edge of "on track". */
export const AHEAD_DAYS = 12;

/** The band of "on track": from what is due to what comes due soon, smoothed over a week so that it reads as a way. */
export function planBand(shares: readonly number[]): { day: number; from: number; to: number }[] {
  const days = shares.length;
  const at = (day: number): number => (day < 1 ? 0 : (shares[Math.min(days, day) - 1] ?? 0));
  const mean = (day: number): number => {
    let sum = 0;
    for (let d = day - 3; d <= day + 3; d++) sum += at(d);
    return sum / 7;
  };
  return Array.from({ length: days }, (_, i) => ({ day: i + 1, from: mean(i + 1 - 4), to: mean(i + 1 + AHEAD_DAYS) }));
}

/** Spreads marks that would hide one another: same place, next to each other. */
export function spread<P extends { day: number; percent: number }>(points: readonly P[]): (P & { shift: number })[] {
  const seen = new Map<string, number>();
  return points.map((point) => {
    const key = `${point.day}|${Math.round(point.percent / 2)}`;
    const n = seen.get(key) ?? 0;
    seen.set(key, n + 1);
    return { ...point, shift: n === 0 ? 0 : Math.ceil(n / 2) * (n % 2 === 1 ? 1 : -1) };
  });
}
