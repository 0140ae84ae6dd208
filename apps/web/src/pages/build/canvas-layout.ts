import type { DraftNode, DraftStage, MapDraft } from '@waymark/learning/rules';

export const NODE = { width: 152, height: 50 } as const;
const GAP_X = 38;
const GAP_Y = 14;
const PAD = 20;
const HEAD = 52;
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
  path: string;
  top: number;
  bottom: number;
  optional: boolean;
}
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
  const edges = places.flatMap((to) => to.node.prereqs.flatMap((key) => edge(at.get(key), to)));
  return { bands, places, edges, width, height: top };
}

function edge(from: CanvasPlace | undefined, to: CanvasPlace): CanvasEdge[] {
  if (!from) return [];
  const half = NODE.height / 2;
  const [x1, y1, x2, y2] = [from.x + NODE.width, from.y + half, to.x, to.y + half];
  const same = from.node.stage === to.node.stage;
  const path = !same
    ? // From one band down to another: out below, in above.
      `M ${from.x + NODE.width / 2} ${from.y + NODE.height} C ${from.x + NODE.width / 2} ${from.y + NODE.height + 60}, ${to.x + NODE.width / 2} ${to.y - 60}, ${to.x + NODE.width / 2} ${to.y}`
    : x2 > x1
      ? `M ${x1} ${y1} C ${x1 + GAP_X * 0.6} ${y1}, ${x2 - GAP_X * 0.6} ${y2}, ${x2} ${y2}`
      : // A circle: back below both.
        `M ${x1 - NODE.width / 2} ${from.y + NODE.height} V ${Math.max(from.y, to.y) + NODE.height + 10} H ${x2 + NODE.width / 2} V ${to.y + NODE.height}`;
  return [
    {
      from: from.node.key,
      to: to.node.key,
      path,
      top: Math.min(from.y, to.y),
      bottom: Math.max(from.y, to.y) + NODE.height + 20,
      optional: !to.node.required,
    },
  ];
}
