import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isDone, STATE, type GraphNode, type MapGraph } from '../learning-map/learning-map.js';
import { blockerChain } from './blocker-chain.js';
import { unlock } from './unlocking.js';

const node = (stage: number, prereqs: number[], over: Partial<GraphNode> = {}): GraphNode => ({
  stage,
  required: true,
  notYet: false,
  prereqs,
  need: 0,
  ...over,
});
const START = '2026-03-02';
const graph = (nodes: GraphNode[], gate: 'none' | 'previous-complete' | 'day-reached' = 'none'): MapGraph => ({
  stages: [
    { fromDay: 1, toDay: 30, gate: 'none' },
    { fromDay: 31, toDay: 60, gate },
  ],
  nodes,
});
const chainOf = (g: MapGraph, facts: number[], index: number, today = START) =>
  blockerChain(g, unlock(g, facts, START, today), index);

describe('the chain of blockers', () => {
  it('goes back to what can be done now, first things first', () => {
    const g = graph([node(0, []), node(0, [0]), node(0, [1]), node(0, [])]);
    expect(chainOf(g, [], 2)).toEqual({
      nodes: [0, 1, 2],
      startable: [0],
      opensOn: null,
      edges: [
        [1, 2],
        [0, 1],
      ],
    });
    expect(chainOf(g, [4], 2)).toMatchObject({ nodes: [1, 2], startable: [1] });
    expect(chainOf(g, [], 0).nodes).toEqual([]);
  });

  it('holds the required nodes of a stage before, and the day a stage waits for', () => {
    const g = graph([node(0, []), node(0, [], { required: false }), node(1, [])], 'previous-complete');
    expect(chainOf(g, [], 2).nodes).toEqual([0, 2]);
    const byDay = graph([node(0, []), node(1, [])], 'day-reached');
    expect(chainOf(byDay, [], 1)).toMatchObject({ nodes: [1], opensOn: '2026-04-01' });
  });

  it('of 300 nodes in a row is found', () => {
    const g = graph(Array.from({ length: 300 }, (_, i) => node(0, i ? [i - 1] : [])));
    expect(chainOf(g, [], 299).nodes).toHaveLength(300);
  });

  it('names nothing done, always something to start, and doing all of it opens the node', () => {
    const anyGraph = fc
      .array(fc.record({ prereqs: fc.array(fc.nat(30), { maxLength: 4 }), stage: fc.nat(1), any: fc.boolean() }), {
        minLength: 1,
        maxLength: 30,
      })
      .map((list) => {
        const sorted = [...list].sort((a, b) => a.stage - b.stage);
        return graph(
          sorted.map((n, i) => {
            const prereqs = [...new Set(i ? n.prereqs.map((p) => p % i) : [])];
            return node(n.stage, prereqs, { need: n.any && prereqs.length > 1 ? 1 : 0 });
          }),
          'previous-complete',
        );
      });
    fc.assert(
      fc.property(anyGraph, fc.array(fc.boolean(), { maxLength: 30 }), fc.nat(29), (g, done, pick) => {
        const facts = unlock(
          g,
          done.map((d) => (d ? STATE.completed : 0)),
          START,
          START,
        ).state;
        const index = pick % g.nodes.length;
        const chain = chainOf(g, facts, index);
        if (facts[index] !== STATE.locked) {
          expect(chain.nodes).toEqual([]);
          return;
        }
        expect(chain.nodes.at(-1)).toBe(index);
        expect(chain.nodes.some((i) => isDone(facts[i] ?? 0))).toBe(false);
        expect(chain.startable.length).toBeGreaterThan(0);
        const later = g.nodes.map((_, i) =>
          i !== index && chain.nodes.includes(i) ? STATE.completed : (facts[i] ?? 0),
        );
        expect(unlock(g, later, START, START).state[index]).not.toBe(STATE.locked);
      }),
    );
  });
});
