import type { Point } from './contours.js';

/** Corner of an axis at a share 0..1 of the radius, the first axis upright, clockwise. */
export function radarPoint(axis: number, axes: number, share: number, radius: number, centre: Point): Point {
  const angle = (axis / axes) * 2 * Math.PI - Math.PI / 2;
  return { x: centre.x + Math.cos(angle) * radius * share, y: centre.y + Math.sin(angle) * radius * share };
}

/** Closed outline of one series; null values fall to the centre. */
export function radarPath(values: readonly (number | null)[], max: number, radius: number, centre: Point): string {
  return (
    values
      .map((value, i) => {
        const p = radarPoint(i, values.length, Math.max(0, Math.min(1, (value ?? 0) / max)), radius, centre);
        return `${i ? 'L' : 'M'}${p.x.toFixed(1)} ${p.y.toFixed(1)}`;
      })
      .join('') + 'Z'
  );
}
