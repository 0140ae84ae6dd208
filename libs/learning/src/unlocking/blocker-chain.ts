import { STATE, type MapGraph } from '../learning-map/learning-map.js';
import { blockersOf, type Unlocked } from './unlocking.js';

export interface BlockerChain {
  /** Everything that stands between now and the node, the node itself last; what comes first can be done first. */
  nodes: number[];
  /** Those of them that can be worked on now. */
  startable: number[];
  /** The latest day that a stage on the way waits for, when a day holds it. */
  opensOn: string | null;
  /** Connections of the chain: what waits, and what it waits for. */
  edges: [from: number, to: number][];
}

/** What blocks a locked node, and what blocks that, back to what can be done now. Empty for a node that is not locked. */
export function blockerChain(graph: MapGraph, unlocked: Unlocked, index: number): BlockerChain {
  const order: number[] = [];
  const edges: [number, number][] = [];
  const seen = new Set<number>();
  let opensOn = null as string | null;
  // Depth first without recursion: a path of 300 nodes must not end in a stack overflow.
  const work: { at: number; before: number[] | null }[] = [{ at: index, before: null }];
  while (work.length > 0) {
    const frame = work.at(-1) as (typeof work)[number];
    if (frame.before === null) {
      if (seen.has(frame.at)) {
        work.pop();
        continue;
      }
      seen.add(frame.at);
      frame.before = [];
      for (const b of blockersOf(graph, unlocked, frame.at).blockers) {
        if (b.kind === 'day') opensOn = opensOn === null || b.opensOn > opensOn ? b.opensOn : opensOn;
        else if (b.kind !== 'not-yet') {
          frame.before.push(b.node);
          edges.push([b.node, frame.at]);
        }
      }
    }
    const next = frame.before.shift();
    if (next === undefined) {
      order.push(frame.at);
      work.pop();
    } else if (!seen.has(next)) work.push({ at: next, before: null });
  }
  if (unlocked.state[index] !== STATE.locked) return { nodes: [], startable: [], opensOn: null, edges: [] };
  const startable = order.filter((i) => {
    const state = unlocked.state[i] ?? 0;
    return state === STATE.available || state === STATE.inProgress;
  });
  return { nodes: order, startable, opensOn, edges };
}
