import type { Point } from './contours.js';

export interface RidgeInput {
  /** Planned hours of each week, in order. */
  hours: readonly number[];
  days: number;
  /** The day one stands on, 1-based; outside 1..days nothing or everything is walked. */
  day: number;
  width: number;
  /** Height of the profile; the highest week reaches it. */
  height: number;
}
export interface RidgeShape {
  whole: string;
  /** The walked part of the line, and as a filled area. */
  walked: string;
  walkedArea: string;
  ahead: string;
  aheadArea: string;
  here: Point;
}

/**
 * Slopes of a monotone cubic curve (Fritsch–Carlson): it never rises above the weeks it joins, so the profile does not
 * show load that nobody planned.
 */
export function monotoneSlopes(points: readonly Point[]): number[] {
  const n = points.length;
  if (n < 2) return points.map(() => 0);
  const secants = points.slice(1).map((p, i) => (p.y - points[i]!.y) / (p.x - points[i]!.x));
  const slopes = points.map((_, i) => {
    if (i === 0) return secants[0]!;
    if (i === n - 1) return secants[n - 2]!;
    return secants[i - 1]! * secants[i]! <= 0 ? 0 : (secants[i - 1]! + secants[i]!) / 2;
  });
  for (let i = 0; i < n - 1; i++) {
    const s = secants[i]!;
    if (s === 0) {
      slopes[i] = 0;
      slopes[i + 1] = 0;
      continue;
    }
    const a = slopes[i]! / s;
    const b = slopes[i + 1]! / s;
    const sum = a * a + b * b;
    if (sum > 9) {
      const t = 3 / Math.sqrt(sum);
      slopes[i] = t * a * s;
      slopes[i + 1] = t * b * s;
    }
  }
  return slopes;
}

/** Height of the curve at x. */
export function curveAt(points: readonly Point[], slopes: readonly number[], x: number): number {
  const last = points.length - 1;
  if (x <= points[0]!.x) return points[0]!.y;
  if (x >= points[last]!.x) return points[last]!.y;
  let i = 0;
  while (points[i + 1]!.x < x) i++;
  const a = points[i]!;
  const b = points[i + 1]!;
  const h = b.x - a.x;
  const t = (x - a.x) / h;
  const t2 = t * t;
  const t3 = t2 * t;
  return (
    (2 * t3 - 3 * t2 + 1) * a.y +
    (t3 - 2 * t2 + t) * h * slopes[i]! +
    (-2 * t3 + 3 * t2) * b.y +
    (t3 - t2) * h * slopes[i + 1]!
  );
}

const r = (n: number): number => Math.round(n * 10) / 10;

/** The weeks as a skyline from left to right; y grows downwards and `height` is the ground. */
export function ridge(input: RidgeInput): RidgeShape {
  const { days, width, height } = input;
  const hours = input.hours.length > 1 ? input.hours : [input.hours[0] ?? 0, input.hours[0] ?? 0];
  const top = Math.max(...hours, 0.001);
  const week = (i: number): number => Math.min(width, (((i + 0.5) * 7) / days) * width);
  const y = (h: number): number => height - (0.16 + 0.84 * (h / top)) * height;
  const points: Point[] = [
    { x: 0, y: y(hours[0]!) },
    ...hours.map((h, i) => ({ x: week(i), y: y(h) })),
    { x: width, y: y(hours.at(-1)!) },
  ].filter((p, i, all) => i === 0 || p.x > all[i - 1]!.x);
  const slopes = monotoneSlopes(points);
  const hereX = Math.min(width, Math.max(0, (input.day / days) * width));
  const samples = 96;
  const line = (from: number, to: number): Point[] => {
    if (to <= from) return [];
    const n = Math.max(2, Math.ceil(((to - from) / width) * samples));
    return Array.from({ length: n + 1 }, (_, i) => {
      const x = from + ((to - from) * i) / n;
      return { x, y: curveAt(points, slopes, x) };
    });
  };
  const path = (list: Point[]): string => list.map((p, i) => `${i ? 'L' : 'M'}${r(p.x)} ${r(p.y)}`).join('');
  const area = (list: Point[]): string =>
    list.length === 0 ? '' : `${path(list)}L${r(list.at(-1)!.x)} ${height}L${r(list[0]!.x)} ${height}Z`;
  const walked = line(0, hereX);
  const ahead = line(hereX, width);
  return {
    whole: path(line(0, width)),
    walked: path(walked),
    walkedArea: area(walked),
    ahead: path(ahead),
    aheadArea: area(ahead),
    here: { x: r(hereX), y: r(curveAt(points, slopes, hereX)) },
  };
}
