import { valueNoise } from './noise.js';

export interface Point {
  x: number;
  y: number;
}
export interface ContourLine {
  /** Index of the height, 0 the lowest. */
  level: number;
  closed: boolean;
  points: Point[];
}

export interface ContourOptions {
  seed: number;
  width: number;
  height: number;
  /** Distance of the sampling grid, in the same unit as width. */
  step?: number;
  /** Width of one hill. */
  scale?: number;
  levels?: number;
}

/**
 * Lines of equal height of a seeded landscape, by marching squares. Every line is either closed or ends at the border;
 * segments are joined by their grid edges, so no gap can come from rounding.
 */
export function contourLines(options: ContourOptions): ContourLine[] {
  const { seed, width, height, step = 8, scale = 90, levels = 7 } = options;
  const noise = valueNoise(seed);
  const cols = Math.ceil(width / step) + 1;
  const rows = Math.ceil(height / step) + 1;
  const field = new Float64Array(cols * rows);
  let low = Infinity;
  let high = -Infinity;
  for (let r = 0; r < rows; r++) {
    for (let c = 0; c < cols; c++) {
      const x = (c * step) / scale;
      const y = (r * step) / scale;
      const value = noise(x, y) * 0.78 + noise(x * 2.1 + 5.2, y * 2.1 + 1.3) * 0.22;
      field[r * cols + c] = value;
      low = Math.min(low, value);
      high = Math.max(high, value);
    }
  }
  const lines: ContourLine[] = [];
  for (let level = 0; level < levels; level++) {
    // A hair off the samples: a corner exactly at the threshold would make a segment of no length.
    const threshold = low + ((level + 0.5) / levels) * (high - low) + 1e-9;
    lines.push(...trace(field, cols, rows, step, threshold, level));
  }
  return lines;
}

// Edges of the grid are numbered: horizontal edge (r,c)-(r,c+1) = 2i, vertical edge (r,c)-(r+1,c) = 2i+1.
function trace(
  field: Float64Array,
  cols: number,
  rows: number,
  step: number,
  threshold: number,
  level: number,
): ContourLine[] {
  const links = new Map<number, number[]>();
  const link = (a: number, b: number): void => {
    (links.get(a) ?? links.set(a, []).get(a)!).push(b);
    (links.get(b) ?? links.set(b, []).get(b)!).push(a);
  };
  for (let r = 0; r < rows - 1; r++) {
    for (let c = 0; c < cols - 1; c++) {
      const i = r * cols + c;
      const tl = field[i]!;
      const tr = field[i + 1]!;
      const br = field[i + cols + 1]!;
      const bl = field[i + cols]!;
      const kind =
        (tl > threshold ? 8 : 0) | (tr > threshold ? 4 : 0) | (br > threshold ? 2 : 0) | (bl > threshold ? 1 : 0);
      const top = 2 * i;
      const bottom = 2 * (i + cols);
      const left = 2 * i + 1;
      const right = 2 * (i + 1) + 1;
      switch (kind) {
        case 1:
        case 14:
          link(left, bottom);
          break;
        case 2:
        case 13:
          link(bottom, right);
          break;
        case 3:
        case 12:
          link(left, right);
          break;
        case 4:
        case 11:
          link(top, right);
          break;
        case 6:
        case 9:
          link(top, bottom);
          break;
        case 7:
        case 8:
          link(left, top);
          break;
        case 5:
        case 10: {
          // A saddle: the middle decides which corners belong together.
          const high = (tl + tr + br + bl) / 4 > threshold;
          if ((kind === 5) === high) {
            link(left, top);
            link(bottom, right);
          } else {
            link(left, bottom);
            link(top, right);
          }
          break;
        }
      }
    }
  }
  const pointOf = (edge: number): Point => {
    const i = edge >> 1;
    const r = Math.floor(i / cols);
    const c = i % cols;
    const a = field[i]!;
    const vertical = edge % 2 === 1;
    const b = field[vertical ? i + cols : i + 1]!;
    const t = (threshold - a) / (b - a);
    return vertical ? { x: c * step, y: (r + t) * step } : { x: (c + t) * step, y: r * step };
  };
  const seen = new Set<number>();
  const lines: ContourLine[] = [];
  const walk = (start: number): number[] => {
    const path = [start];
    seen.add(start);
    for (;;) {
      const next = links.get(path.at(-1)!)!.find((edge) => !seen.has(edge));
      if (next === undefined) return path;
      seen.add(next);
      path.push(next);
    }
  };
  // First the lines that end at the border, then what is left: the rings.
  const starts = [...links.keys()].sort((a, b) => links.get(a)!.length - links.get(b)!.length);
  for (const start of starts) {
    if (seen.has(start)) continue;
    const open = links.get(start)!.length === 1;
    const path = walk(start);
    if (path.length > 2) lines.push({ level, closed: !open, points: path.map(pointOf) });
  }
  return lines;
}

const round = (n: number): number => Math.round(n * 10) / 10;

/** A smooth SVG path through points (midpoint quadratic curves). */
export function smoothPath(points: Point[], closed: boolean): string {
  if (points.length < 3) return points.map((p, i) => `${i ? 'L' : 'M'}${round(p.x)} ${round(p.y)}`).join('');
  const mid = (a: Point, b: Point): Point => ({ x: (a.x + b.x) / 2, y: (a.y + b.y) / 2 });
  const n = points.length;
  const first = closed ? mid(points[n - 1]!, points[0]!) : points[0]!;
  let d = `M${round(first.x)} ${round(first.y)}`;
  const last = closed ? n : n - 1;
  for (let i = closed ? 0 : 1; i < last; i++) {
    const p = points[i]!;
    const m = mid(p, points[(i + 1) % n]!);
    d += `Q${round(p.x)} ${round(p.y)} ${round(m.x)} ${round(m.y)}`;
  }
  if (closed) return `${d}Z`;
  const end = points[n - 1]!;
  return `${d}L${round(end.x)} ${round(end.y)}`;
}
