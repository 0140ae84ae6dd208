/**
 * Where stations stand and how the trail runs between them. The map comes with rows and lanes; here they become points.
 * One algorithm serves both directions: `along` is the way one walks (down on a phone, right on a desk), `across` the lanes.
 * A trail may bend only in the gap between two rows, so it never crosses a label.
 */
export type Lane = 0 | 1 | 2;

export interface TrailItem {
  /** Stage the node belongs to, 0-based. */
  stage: number;
  row: number;
  /** 0 first, 1 second, 2 in the middle of both. */
  lane: Lane;
  /** Indexes of the nodes that come before. */
  prereqs: readonly number[];
  title: string;
  /** The line below the title. */
  note: string;
}

export interface TrailOptions {
  direction: 'down' | 'right';
  width: number;
  /** Pixels of one rem divided by 16: larger text needs larger rows. */
  scale?: number;
  /** Index of the node with the blaze above it, which needs room. */
  here?: number | null;
  /** Width of words in px as they will be drawn; without it an estimate. */
  measure?: Measure;
}

/** @param strong names are bold, notes are not */
export type Measure = (text: string, size: number, strong: boolean) => number;

export interface Station {
  index: number;
  x: number;
  y: number;
  /** Box of the label. */
  label: { x: number; y: number; width: number; height: number };
}
export interface TrailLine {
  /** null: the trail comes from, or goes to, another part of the map. */
  from: number | null;
  to: number | null;
  d: string;
}
/** A stage on the phone; on the desk a stage may need several of them, one below the other. */
export interface TrailPart {
  stage: number;
  height: number;
  stations: Station[];
  lines: TrailLine[];
}

export const STATION_RADIUS = 22;
/** The disc that is drawn; the target around it is larger. */
const DISC = 20;
const CLEAR = DISC + 4;

const wide = /[\u1100-\u11ff\u2e80-\ua4cf\uac00-\ud7af\uf900-\ufaff\ufe30-\ufe4f\uff00-\uff60\uffe0-\uffe6]/;

/** Width of text in px, near enough to know how many lines it takes; Chinese is exact, Latin as wide as fonts get. */
export function textWidth(text: string, size: number, strong = false): number {
  let width = 0;
  for (const char of text) width += wide.test(char) ? size : char === ' ' ? size * 0.35 : size * (strong ? 0.68 : 0.6);
  return width;
}
/** Lines of a text in a width: words move to the next line whole, Chinese breaks anywhere. */
export function lineCount(
  text: string,
  size: number,
  width: number,
  strong = false,
  measure: Measure = textWidth,
): number {
  let lines = 0;
  let used = Infinity;
  for (const piece of text.match(/[\u1100-\uffef]|[^\s\u1100-\uffef]+\s*/g) ?? []) {
    const needed = measure(piece.trimEnd(), size, strong);
    if (used + needed > width) {
      // A word wider than the line is broken.
      lines += Math.max(1, Math.ceil(needed / Math.max(width, size)));
      used = needed % Math.max(width, size);
    } else used += needed;
    if (piece !== piece.trimEnd()) used += size * 0.35;
  }
  return lines;
}

interface Row {
  /** Index within the part. */
  at: number;
  /** Centre along the way, and the free space before and after the row's stations and labels. */
  mid: number;
  start: number;
  end: number;
}
interface Placed {
  index: number;
  item: TrailItem;
  part: number;
  /** Row within its part. */
  row: number;
  lane: Lane;
}

const f = (n: number): string => String(Math.round(n * 10) / 10);

export function layoutTrail(items: readonly TrailItem[], options: TrailOptions): TrailPart[] {
  const { direction, width, scale = 1, here = null, measure = textWidth } = options;
  const down = direction === 'down';
  const columns = down ? Infinity : Math.max(2, Math.floor((width - 24) / (140 * Math.max(1, scale))));
  const stages = items.reduce((n, item) => Math.max(n, item.stage + 1), 0);

  // Cut each stage into parts.
  const parts: { stage: number; nodes: Placed[]; rows: number }[] = [];
  const placed: Placed[] = new Array<Placed>(items.length);
  for (let stage = 0; stage < stages; stage++) {
    const members = items.map((item, index) => ({ item, index })).filter((m) => m.item.stage === stage);
    const used = [...new Set(members.map((m) => m.item.row))].sort((a, b) => a - b);
    const count = Math.max(1, down ? 1 : Math.ceil(used.length / columns));
    // Lines of a like length: five stations read better as 3 and 2 than as 4 and 1.
    const perLine = down ? used.length : Math.ceil(used.length / count);
    const first = parts.length;
    for (let i = 0; i < count; i++) {
      const rows = Math.min(perLine, used.length - i * perLine);
      parts.push({ stage, nodes: [], rows: Math.max(0, rows) });
    }
    for (const { item, index } of members) {
      const position = used.indexOf(item.row);
      const within = down ? 0 : Math.floor(position / perLine);
      const node: Placed = {
        index,
        item,
        part: first + within,
        row: down ? position : position % perLine,
        lane: item.lane,
      };
      placed[index] = node;
      parts[first + within]!.nodes.push(node);
    }
  }
  const after = new Map<number, Placed[]>();
  for (const node of placed) {
    for (const p of node.item.prereqs) (after.get(p) ?? after.set(p, []).get(p)!).push(node);
  }
  const geometry: Geometry = { down, width, scale, columns, placed, after, here, measure };
  return parts.map((part, index) => layoutPart(part, index, geometry));
}

interface Geometry {
  down: boolean;
  width: number;
  scale: number;
  columns: number;
  placed: readonly Placed[];
  after: ReadonlyMap<number, Placed[]>;
  here: number | null;
  measure: Measure;
}

/** Lanes stand at 42 px and 55 % of the width, the middle one between. */
export function laneX(lane: Lane, width: number): number {
  const first = 42;
  const second = Math.round(width * 0.55);
  return lane === 0 ? first : lane === 1 ? second : Math.round((first + second) / 2);
}

function layoutPart(part: { stage: number; nodes: Placed[]; rows: number }, partIndex: number, g: Geometry): TrailPart {
  const { down, width, scale } = g;
  const titleSize = 14 * scale;
  const noteSize = 12 * scale;
  const titleLine = 20 * scale;
  const noteLine = 20 * scale;
  const byRow: Placed[][] = Array.from({ length: part.rows }, () => []);
  for (const node of part.nodes) byRow[node.row]!.push(node);
  const has = (row: number, lane: Lane): boolean => byRow[row]?.some((n) => n.lane === lane) ?? false;
  const twoLanes = part.nodes.some((n) => n.lane === 1);

  /** Whether a trail may pass a row in a lane. A label stands right of its station, or below it. */
  const passes = (row: number, lane: Lane): boolean => {
    if (has(row, lane)) return false;
    if (lane !== 2) return (down && lane === 0) || !has(row, 2);
    return !has(row, 0) && !has(row, 1);
  };
  const free = (from: number, to: number, lane: Lane): boolean => {
    for (let row = from; row <= to; row++) if (!passes(row, lane)) return false;
    return true;
  };
  // A trail that passes beside a left label needs its lane kept clear.
  const crossed = new Set<number>();
  for (const node of part.nodes) {
    for (const next of g.after.get(node.index) ?? []) {
      if (next.part !== partIndex) continue;
      for (let row = node.row + 1; row < next.row; row++) crossed.add(row);
    }
    // So does one that comes from, or goes to, another part.
    if (node.item.prereqs.some((p) => g.placed[p]?.part !== partIndex))
      for (let row = 0; row < node.row; row++) crossed.add(row);
    if ((g.after.get(node.index) ?? []).some((n) => n.part !== partIndex)) {
      for (let row = node.row + 1; row < part.rows; row++) crossed.add(row);
    }
  }

  const labelWidth = (node: Placed): number => {
    if (!down) return width / g.columns - 14;
    const x = laneX(node.lane, width) + STATION_RADIUS + 10;
    const alone = byRow[node.row]!.length === 1 && !crossed.has(node.row);
    const end = node.lane === 0 && !alone ? laneX(1, width) - STATION_RADIUS - 8 : width - 16;
    return end - x;
  };
  const labelHeight = (node: Placed): number =>
    lineCount(node.item.title, titleSize, labelWidth(node), true, g.measure) * titleLine +
    lineCount(node.item.note, noteSize, labelWidth(node), false, g.measure) * noteLine;

  const fansIn = part.nodes.some(
    (n) => n.lane !== 2 && n.item.prereqs.some((p) => g.placed[p]?.part === partIndex - 1 && g.placed[p]?.lane === 2),
  );
  const rows: Row[] = [];
  const columnWidth = width / Math.min(g.columns, Math.max(part.rows, 1));
  const step = Math.min(columnWidth, 208);
  const lead = down ? 0 : Math.min(columnWidth, 176) / 2;
  const first = part.nodes.find((n) => n.index === g.here);
  let cursor = down ? (first?.row === 0 ? 32 : fansIn ? 26 : 14) : 0;
  const tallest = (lane: Lane): number => Math.max(0, ...part.nodes.filter((n) => n.lane === lane).map(labelHeight));
  for (let row = 0; row < part.rows; row++) {
    if (down) {
      const half = Math.max(CLEAR, ...byRow[row]!.map((n) => labelHeight(n) / 2 + 3));
      const mid = cursor + Math.max(half, CLEAR);
      rows.push({ at: row, mid, start: mid - half, end: mid + half });
      cursor = mid + half + 24;
    } else {
      const mid = lead + row * step;
      rows.push({ at: row, mid, start: mid - CLEAR, end: mid + CLEAR });
    }
  }
  // Desk: heights of the lanes follow from the labels below the stations.
  const top = first && first.lane !== 1 ? 54 : 36;
  const gap = STATION_RADIUS + 6 + tallest(0) + 6 + DISC;
  const across = (lane: Lane): number => {
    if (down) return laneX(lane, width);
    if (!twoLanes || lane === 0) return top;
    return lane === 1 ? top + Math.max(92, gap) : top + Math.max(92, gap) / 2;
  };
  const bottom = (node: Placed): number => across(node.lane) + STATION_RADIUS + 6 + labelHeight(node);
  const height = down ? (rows.at(-1)?.end ?? 0) + 22 : Math.max(60, ...part.nodes.map((n) => bottom(n))) + 14;
  const length = down ? height : width;

  const point = (along: number, cross: number): string =>
    down ? `${f(cross)} ${f(along)}` : `${f(along)} ${f(cross)}`;
  /** Straight to `along`, then an S to the other lane that ends at `to`. */
  const bend = (from: number, fromCross: number, to: number, toCross: number): string => {
    if (Math.abs(fromCross - toCross) < 0.5) return `L${point(to, toCross)}`;
    const mid = (from + to) / 2;
    return `L${point(from, fromCross)}C${point(mid, fromCross)} ${point(mid, toCross)} ${point(to, toCross)}`;
  };
  /** Down a phone, between neighbouring rows with short labels: leaves and meets the discs at their shoulders. */
  const shoulder = (a: Placed, b: Placed): string | null => {
    const ra = rows[a.row]!;
    const rb = rows[b.row]!;
    const tall = ra.end - ra.mid > CLEAR + 3 || rb.mid - rb.start > CLEAR + 3;
    if (!down || tall || b.row !== a.row + 1 || a.lane === b.lane) return null;
    const ca = across(a.lane);
    const cb = across(b.lane);
    const s = Math.sign(cb - ca);
    const span = Math.abs(cb - ca);
    const mid = (ra.end + rb.start) / 2;
    return (
      `M${point(ra.mid + 19, ca + s * 16)}` +
      `C${point(mid + 3, ca + s * span * 0.3)} ${point(mid - 5, cb - s * span * 0.3)} ${point(rb.mid - 20, cb - s * 14)}`
    );
  };
  const gutter = 9;
  /** null: there is no clear way, and on a phone no margin to go round in. */
  const inner = (a: Placed, b: Placed): string | null => {
    const ra = rows[a.row]!;
    const rb = rows[b.row]!;
    const ca = across(a.lane);
    const cb = across(b.lane);
    const begin = `M${point(ra.mid + CLEAR, ca)}`;
    const finish = `L${point(rb.mid - CLEAR, cb)}`;
    const short = shoulder(a, b);
    if (short) return short;
    if (b.row <= a.row + 1) {
      if (b.row <= a.row)
        return `${begin}C${point(ra.mid + 60, ca)} ${point(rb.mid - 60, cb)} ${point(rb.mid - CLEAR, cb)}`;
      return begin + bend(ra.end, ca, rb.start, cb) + finish;
    }
    const before = rows[b.row - 1]!;
    const next = rows[a.row + 1]!;
    if (free(a.row + 1, b.row - 1, a.lane)) {
      // The row passed last leaves room beside its label only where that is short.
      if (!down || a.lane !== 1 || rb.mid - rb.start > CLEAR + 3 || before.end - before.mid > CLEAR + 3)
        return begin + bend(before.end, ca, rb.start, cb) + finish;
      const span = ca - cb;
      if (span === 0) return begin + finish;
      return (
        `${begin}L${point(before.mid, ca)}C${point(before.end + 8, ca)} ` +
        `${point(rb.start - 6, cb + span * 0.45)} ${point(rb.mid - 20, cb + 14)}`
      );
    }
    if (free(a.row + 1, b.row - 1, b.lane)) return begin + bend(ra.end, ca, next.start, cb) + finish;
    if (down) return null;
    return begin + bend(ra.end, ca, next.start, gutter) + bend(before.end, gutter, rb.start, cb) + finish;
  };
  const entry = (node: Placed, source: Placed | undefined): string | null => {
    const row = rows[node.row]!;
    const cross = across(node.lane);
    const end = point(row.mid - CLEAR, cross);
    if (node.row > 0 && !free(0, node.row - 1, node.lane)) return null;
    // On the phone a trail that left the stage above in the middle fans out from there.
    const fans = down && node.row === 0 && source?.part === partIndex - 1 && source.lane === 2;
    const cameFrom = fans ? across(2) : cross;
    return `M${point(0, cameFrom)}${bend(0, cameFrom, row.start, cross)}L${end}`;
  };
  const exit = (node: Placed): string | null => {
    const row = rows[node.row]!;
    const cross = across(node.lane);
    const start = point(row.mid + CLEAR, cross);
    const open = node.row === part.rows - 1 || free(node.row + 1, part.rows - 1, node.lane);
    return open ? `M${start}L${point(length, cross)}` : null;
  };

  const lines: TrailLine[] = [];
  // A trail without a clear way is left out: half a line would point at a station it has nothing to do with.
  const draw = (from: Placed, to: Placed, d: string | null): void => {
    if (d) lines.push({ from: from.index, to: to.index, d });
  };
  for (const node of part.nodes) {
    const outside: Placed[] = [];
    for (const p of node.item.prereqs) {
      const source = g.placed[p];
      if (!source) continue;
      if (source.part === partIndex) draw(source, node, inner(source, node));
      else outside.push(source);
    }
    if (outside.length > 0) {
      const nearest = outside.reduce((a, b) => (b.part > a.part ? b : a));
      draw(nearest, node, entry(node, nearest));
    }
    const leaving = (g.after.get(node.index) ?? []).filter((n) => n.part !== partIndex);
    if (leaving.length > 0) draw(node, leaving[0]!, exit(node));
  }
  const stations = part.nodes.map((node): Station => {
    const along = rows[node.row]!.mid;
    const cross = across(node.lane);
    const [x, y] = down ? [cross, along] : [along, cross];
    const w = labelWidth(node);
    const h = labelHeight(node);
    const label = down
      ? { x: x + STATION_RADIUS + 10, y: y - h / 2, width: w, height: h }
      : { x: x - w / 2, y: y + STATION_RADIUS + 6, width: w, height: h };
    return { index: node.index, x, y, label };
  });
  return { stage: part.stage, height: Math.round(height), stations, lines };
}

export type TrailKey = 'ArrowUp' | 'ArrowDown' | 'ArrowLeft' | 'ArrowRight' | 'Home' | 'End';

/**
 * The node an arrow key leads to. Forward and back follow the edges (the same lane first);
 * the other two arrows go to the neighbours in reading order, so every node can be reached.
 */
export function stepTrail(
  items: readonly TrailItem[],
  from: number,
  key: TrailKey,
  direction: 'down' | 'right',
  /** Stages that are folded: their nodes are not there. */
  folded: ReadonlySet<number> = new Set(),
): number {
  const item = items[from];
  if (!item) return 0;
  const order = items
    .map((_, i) => i)
    .filter((i) => !folded.has(items[i]!.stage))
    .sort(
      (a, b) =>
        items[a]!.stage - items[b]!.stage ||
        items[a]!.row - items[b]!.row ||
        laneOrder(items[a]!) - laneOrder(items[b]!),
    );
  const place = order.indexOf(from);
  const sibling = (delta: number): number => order[Math.min(order.length - 1, Math.max(0, place + delta))]!;
  const nearest = (list: number[]): number | undefined =>
    list.sort((a, b) => Math.abs(items[a]!.lane - item.lane) - Math.abs(items[b]!.lane - item.lane))[0];
  const forward = direction === 'down' ? 'ArrowDown' : 'ArrowRight';
  const back = direction === 'down' ? 'ArrowUp' : 'ArrowLeft';
  const nextSide = direction === 'down' ? 'ArrowRight' : 'ArrowDown';
  if (key === 'Home') return order[0]!;
  if (key === 'End') return order.at(-1)!;
  if (key === forward) {
    return (
      nearest(items.flatMap((other, i) => (other.prereqs.includes(from) && !folded.has(other.stage) ? [i] : []))) ??
      sibling(1)
    );
  }
  if (key === back) return nearest(item.prereqs.filter((p) => items[p] && !folded.has(items[p].stage))) ?? sibling(-1);
  return key === nextSide ? sibling(1) : sibling(-1);
}

const laneOrder = (item: TrailItem): number => (item.lane === 0 ? 0 : item.lane === 2 ? 1 : 2);
