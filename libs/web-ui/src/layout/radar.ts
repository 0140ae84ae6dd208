import type { Point } from './contours.js';
import { textWidth } from './trail.js';

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

export interface RadarLabel {
  axis: string;
  lines: string[];
  x: number;
  /** Baseline of the first line. */
  y: number;
  anchor: 'start' | 'middle' | 'end';
}
export const RADAR_TEXT = 12;
export const RADAR_LINE = 14;

/** Breaks at spaces and after hyphens, Chinese anywhere; a word wider than the line stays whole. */
function wrap(text: string, width: number): string[] {
  const lines: string[] = [];
  for (const piece of text.match(
    /[\u2e80-\ua4cf\uac00-\ud7af\uf900-\ufaff]|[^\s\u2e80-\ua4cf\uac00-\ud7af\uf900-\ufaff-]+-?\s*|-/g,
  ) ?? []) {
    const joined = (lines.at(-1) ?? '') + piece;
    if (lines.length > 0 && textWidth(joined.trimEnd(), RADAR_TEXT) <= width) lines[lines.length - 1] = joined;
    else lines.push(piece);
  }
  return lines.map((line) => line.trimEnd());
}

/** The names of the axes around the radar, in as many lines as the room up to the edge needs. */
export function radarLabels(axes: readonly string[], radius: number, centre: Point, width: number): RadarLabel[] {
  return axes.map((axis, i) => {
    const p = radarPoint(i, axes.length, 1.16, radius, centre);
    const middle = Math.abs(p.x - centre.x) < 8;
    const anchor = middle ? 'middle' : p.x > centre.x ? 'start' : 'end';
    const room = middle ? width / 2 : anchor === 'start' ? width - p.x : p.x;
    const lines = wrap(axis, room);
    // Above the radar a name grows upwards, below it downwards, beside it both ways.
    const above = middle && p.y < centre.y ? 1 : middle ? 0 : 0.5;
    return { axis, lines, x: p.x, y: p.y + 4 - (lines.length - 1) * RADAR_LINE * above, anchor };
  });
}
