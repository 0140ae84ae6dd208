import { seeded } from './noise.js';
import type { Lane } from './trail.js';

export interface ArrangeNode {
  stage: number;
  prereqs: readonly number[];
}
export interface Place {
  row: number;
  lane: Lane;
}

/** Prerequisites without those that another prerequisite already asks for: the trail shows one way, not every rule. */
export function reduceEdges(nodes: readonly { prereqs: readonly number[] }[]): number[][] {
  const before = new Map<number, Set<number>>();
  const ancestors = (index: number, path: Set<number>): Set<number> => {
    const known = before.get(index);
    if (known) return known;
    const found = new Set<number>();
    for (const p of nodes[index]?.prereqs ?? []) {
      // A draft may hold a cycle; it must not hang the page.
      if (path.has(p)) continue;
      found.add(p);
      for (const a of ancestors(p, new Set(path).add(p))) found.add(a);
    }
    before.set(index, found);
    return found;
  };
  return nodes.map((node, i) =>
    node.prereqs.filter(
      (p) => !node.prereqs.some((other) => other !== p && ancestors(other, new Set([i, other])).has(p)),
    ),
  );
}

const BLOCKED = 14;
const NEW_ROW = 1.6;

interface Attempt {
  places: Map<number, Place>;
  cost: number;
}

/**
 * Rows and lanes for a map: every node stands below what it follows, and as many trails as possible run straight or in
 * one bend. Tries several orders (always the same ones) and keeps the best.
 */
export function arrangeTrail(nodes: readonly ArrangeNode[]): Place[] {
  const edges = reduceEdges(nodes);
  const stages = nodes.reduce((n, node) => Math.max(n, node.stage + 1), 0);
  const out: Place[] = nodes.map(() => ({ row: 0, lane: 0 as Lane }));
  for (let stage = 0; stage < stages; stage++) {
    const members = nodes.flatMap((node, i) => (node.stage === stage ? [i] : []));
    if (members.length === 0) continue;
    const inside = new Map(members.map((i) => [i, edges[i]!.filter((p) => nodes[p]?.stage === stage)]));
    const tries = Math.max(8, Math.min(80, Math.round(2400 / members.length)));
    const random = seeded(members.length * 31 + stage);
    // Nothing is better than straight trails in as few rows as the longest of them needs.
    const least = longestTrail(members, inside) * NEW_ROW;
    let best: Attempt | null = null;
    for (let t = 0; t < tries; t++) {
      const sequence = order(members, inside, t === 0 ? null : random);
      best = place(sequence, inside, best ? best.cost - 1e-9 : Infinity) ?? best;
      if (best && best.cost <= least) break;
    }
    const rows = [...new Set([...best!.places.values()].map((p) => p.row))].sort((a, b) => a - b);
    for (const [i, p] of best!.places) out[i] = { row: rows.indexOf(p.row), lane: p.lane };
  }
  return out;
}

/** Stations on the longest trail within a stage. */
function longestTrail(members: readonly number[], inside: ReadonlyMap<number, number[]>): number {
  const length = new Map<number, number>();
  for (const i of order(members, inside, null))
    length.set(i, 1 + Math.max(0, ...inside.get(i)!.map((p) => length.get(p) ?? 0)));
  return Math.max(...length.values());
}

/** A topological order; with `random` one of many, without it the one nearest to the given order. */
function order(
  members: readonly number[],
  inside: ReadonlyMap<number, number[]>,
  random: (() => number) | null,
): number[] {
  const left = new Set(members);
  const out: number[] = [];
  let last = -1;
  while (left.size > 0) {
    let ready = [...left].filter((i) => inside.get(i)!.every((p) => !left.has(p)));
    if (ready.length === 0) ready = [[...left][0]!];
    // Following the trail just laid keeps its stations together.
    const following = ready.filter((i) => inside.get(i)!.includes(last));
    const pool = following.length > 0 && (!random || random() < 0.75) ? following : ready;
    const next = random ? pool[Math.floor(random() * pool.length)]! : pool[0]!;
    left.delete(next);
    out.push(next);
    last = next;
  }
  return out;
}

/** Given up, null, as soon as it costs `limit`: stations to come make nothing better. */
function place(sequence: readonly number[], inside: ReadonlyMap<number, number[]>, limit: number): Attempt | null {
  const cells = new Map<number, Map<Lane, number>>();
  const places = new Map<number, Place>();
  const at = (row: number, lane: Lane): boolean => cells.get(row)?.has(lane) ?? false;
  const passes = (row: number, lane: Lane): boolean => {
    if (at(row, lane)) return false;
    if (lane === 0) return true;
    return lane === 1 ? !at(row, 2) : !at(row, 0) && !at(row, 1);
  };
  const clear = (from: number, to: number, lane: Lane): boolean => {
    for (let row = from; row <= to; row++) if (!passes(row, lane)) return false;
    return true;
  };
  /** How hard a trail is to read: 0 straight to the next row. */
  const strain = (a: Place, b: Place): number => {
    const turn = a.lane === b.lane ? 0 : a.lane === 2 || b.lane === 2 ? 0.3 : 0.7;
    const gap = b.row - a.row;
    if (gap <= 1) return turn;
    const open = clear(a.row + 1, b.row - 1, a.lane) || clear(a.row + 1, b.row - 1, b.lane);
    return turn + (gap - 1) * 0.8 + (open ? 0 : BLOCKED);
  };
  const total = (trails: readonly [Place, Place][]): number => trails.reduce((sum, [a, b]) => sum + strain(a, b), 0);
  const drawn: [Place, Place][] = [];
  let height = 0;
  let strained = 0;
  for (const i of sequence) {
    const parents = inside.get(i)!.flatMap((p) => places.get(p) ?? []);
    const first = Math.max(0, ...parents.map((p) => p.row + 1));
    const lanes = new Set(parents.map((p) => p.lane));
    let best: { place: Place; cost: number; adds: number } | null = null;
    for (let row = first; row <= Math.max(first, height) + 1; row++) {
      const crossing = drawn.filter(([a, b]) => a.row < row && row < b.row);
      const before = total(crossing);
      for (const lane of [0, 1, 2] as const) {
        const used = cells.get(row);
        if (used?.has(lane) || used?.has(2) || (lane === 2 && used && used.size > 0)) continue;
        const spot: Place = { row, lane };
        let worse = 0;
        if (crossing.length > 0) {
          // Put it there for a moment: does it stand in the way of a trail that is already laid?
          if (!used) cells.set(row, new Map([[lane, i]]));
          else used.set(lane, i);
          worse = total(crossing) - before;
          cells.get(row)!.delete(lane);
          if (cells.get(row)!.size === 0) cells.delete(row);
        }
        const adds = parents.reduce((sum, p) => sum + strain(p, spot), 0) + worse;
        const cost =
          adds +
          Math.max(0, row + 1 - height) * NEW_ROW +
          (lane === 2 && !(lanes.has(0) && lanes.has(1)) ? (lanes.has(2) ? 0.5 : 1.2) : 0) +
          (lane === 1 && parents.length === 0 ? 0.2 : 0) +
          (parents.length === 0 ? row * 1.5 : 0);
        if (!best || cost < best.cost - 1e-9) best = { place: spot, cost, adds };
      }
    }
    const spot = best!.place;
    (cells.get(spot.row) ?? cells.set(spot.row, new Map()).get(spot.row)!).set(spot.lane, i);
    places.set(i, spot);
    for (const p of parents) drawn.push([p, spot]);
    height = Math.max(height, spot.row + 1);
    strained += best!.adds;
    if (strained + height * NEW_ROW >= limit) return null;
  }
  return { places, cost: strained + height * NEW_ROW };
}
