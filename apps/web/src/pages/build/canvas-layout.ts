import type { DraftNode, DraftStage, MapDraft } from '@waymark/learning/rules';

export const NODE = { width: 152, height: 50 } as const;
const GAP_X = 38;
const GAP_Y = 14;
const PAD = 26;
/** Height of a stage's head; below it a clear channel for the edges that come in. */
export const HEAD_WORDS = 46;
const HEAD = 62;
const CORNER = 8;
/** Nodes that need nothing of one another stand below each other up to here, then beside each other. */
const ROWS = 6;

export interface CanvasBand {
  stage: DraftStage;
  top: number;
  height: number;
  hours: number;
  capacity: number;
}
export interface CanvasPlace {
  node: DraftNode;
  x: number;
  y: number;
}
export interface CanvasEdge {
  from: string;
  to: string;
  /** Corners of the way; it is drawn with round ones. */
  points: Point[];
  path: string;
  top: number;
  bottom: number;
  optional: boolean;
}
export type Point = readonly [x: number, y: number];
export interface CanvasLayout {
  bands: CanvasBand[];
  places: CanvasPlace[];
  edges: CanvasEdge[];
  width: number;
  height: number;
}

/** How many steps each node of a stage stands behind its first ones; circles are cut where they close. */
function depths(nodes: readonly DraftNode[]): Map<string, number> {
  const byKey = new Map(nodes.map((n) => [n.key, n]));
  const depth = new Map<string, number>();
  const open = new Set<string>();
  const depthOf = (key: string): number => {
    const known = depth.get(key);
    if (known !== undefined) return known;
    if (open.has(key)) return 0;
    open.add(key);
    let value = 0;
    for (const p of byKey.get(key)?.prereqs ?? []) if (byKey.has(p)) value = Math.max(value, depthOf(p) + 1);
    open.delete(key);
    depth.set(key, value);
    return value;
  };
  for (const n of nodes) depthOf(n.key);
  return depth;
}

/** The whole map as boxes in bands: a node stands right of its prerequisites, stages below each other. */
export function layoutCanvas(draft: MapDraft): CanvasLayout {
  const bands: CanvasBand[] = [];
  const places: CanvasPlace[] = [];
  let top = 0;
  let width = 0;
  for (const stage of draft.stages) {
    const nodes = draft.nodes.filter((n) => n.stage === stage.key);
    const depth = depths(nodes);
    const levels: DraftNode[][] = [];
    for (const n of nodes) (levels[depth.get(n.key) ?? 0] ??= []).push(n);
    let column = 0;
    let bottom = HEAD + NODE.height;
    for (const level of levels) {
      if (!level) continue;
      level.forEach((node, i) => {
        const x = PAD + (column + Math.floor(i / ROWS)) * (NODE.width + GAP_X);
        const y = HEAD + (i % ROWS) * (NODE.height + GAP_Y);
        places.push({ node, x, y: top + y });
        width = Math.max(width, x + NODE.width + PAD);
        bottom = Math.max(bottom, y + NODE.height);
      });
      column += Math.ceil(level.length / ROWS);
    }
    const height = bottom + PAD + 8;
    const minutes = nodes.reduce((sum, n) => sum + n.minutes, 0);
    const capacity = (draft.capacityHours * (stage.toDay - stage.fromDay + 1)) / 30;
    bands.push({ stage, top, height, hours: minutes / 60, capacity });
    top += height;
  }
  const at = new Map(places.map((p) => [p.node.key, p]));
  const bottoms = new Map(bands.map((b) => [b.stage.key, b.top + b.height]));
  const tops = new Map(bands.map((b) => [b.stage.key, b.top]));
  const taken = new Set(places.map((p) => `${p.x} ${p.y}`));
  const edges = places.flatMap((to) =>
    to.node.prereqs.flatMap((key): CanvasEdge[] => {
      const from = at.get(key);
      if (!from) return [];
      const points = way(from, to, tops.get(to.node.stage) ?? 0, bottoms.get(from.node.stage) ?? 0, taken);
      const ys = points.map((p) => p[1]);
      return [
        {
          from: key,
          to: to.node.key,
          points,
          path: rounded(points),
          top: Math.min(...ys),
          bottom: Math.max(...ys),
          optional: !to.node.required,
        },
      ];
    }),
  );
  return { bands, places, edges, width, height: top };
}

/**
 * The way of an edge, only through what is free: the gutters between columns, the gaps between rows, the foot of a band
 * and the margin left of the stage heads. Edges that go the same way share it like a trunk.
 */
function way(
  from: CanvasPlace,
  to: CanvasPlace,
  toTop: number,
  fromBottom: number,
  taken: ReadonlySet<string>,
): Point[] {
  const half = NODE.height / 2;
  const [x1, y1, x2, y2] = [from.x + NODE.width, from.y + half, to.x, to.y + half];
  // Rows leave a little apart, so that their ways stay two where they run beside each other.
  const out = x1 + 9 + (Math.round(from.y / (NODE.height + GAP_Y)) % ROWS);
  const into = x2 - 15;
  if (from.node.stage !== to.node.stage) {
    const foot = fromBottom - 12;
    const channel = toTop + HEAD - 9;
    const margin = PAD - 15;
    const end: Point[] =
      into <= margin
        ? [[margin, y2]]
        : [
            [margin, channel],
            [into, channel],
            [into, y2],
          ];
    return [[x1, y1], [out, y1], [out, foot], [margin, foot], ...end, [x2, y2]];
  }
  if (x2 > x1) {
    let clear = true;
    for (let x = from.x + NODE.width + GAP_X; x < to.x; x += NODE.width + GAP_X) {
      if (taken.has(`${x} ${from.y}`)) clear = false;
    }
    // Along its own row as far as that is free, then over in the last gutter.
    if (clear) {
      const bend = x2 - GAP_X / 2;
      return y1 === y2
        ? [
            [x1, y1],
            [x2, y2],
          ]
        : [
            [x1, y1],
            [bend, y1],
            [bend, y2],
            [x2, y2],
          ];
    }
  }
  // Round the others in the gap on the near side of the target; a circle goes back below both.
  const gap =
    x2 <= x1
      ? Math.max(from.y, to.y) + NODE.height + GAP_Y / 2
      : to.y > from.y
        ? to.y - GAP_Y / 2
        : to.y + NODE.height + GAP_Y / 2;
  return [
    [x1, y1],
    [out, y1],
    [out, gap],
    [into, gap],
    [into, y2],
    [x2, y2],
  ];
}

function rounded(points: readonly Point[]): string {
  const corners = points.slice(1, -1).map((p, i) => {
    const [a, b] = [points[i] as Point, points[i + 2] as Point];
    const towards = (q: Point): Point => {
      const length = Math.hypot(q[0] - p[0], q[1] - p[1]);
      const part = length === 0 ? 0 : Math.min(CORNER, length / 2) / length;
      return [p[0] + (q[0] - p[0]) * part, p[1] + (q[1] - p[1]) * part];
    };
    return `L ${towards(a).join(' ')} Q ${p.join(' ')} ${towards(b).join(' ')}`;
  });
  return [`M ${points[0]?.join(' ')}`, ...corners, `L ${points.at(-1)?.join(' ')}`].join(' ');
}
