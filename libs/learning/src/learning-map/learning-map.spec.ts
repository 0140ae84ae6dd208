import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { DraftNode, MapDraft } from './learning-map.js';
import { mapChanges } from './map-change.js';
import { layoutMap } from './map-layout.js';
import { cyclesOf, mapProblems, type TargetStatus } from './map-problem.js';
import { structureOf } from './map-structure.js';
import { plannedHours } from './planned-hours.js';

function draftNode(key: string, over: Partial<DraftNode> = {}): DraftNode {
  return {
    key,
    stage: 'know',
    kind: 'reading',
    title: { en: key },
    summary: {},
    body: {},
    required: true,
    prereqs: [],
    need: 0,
    dueDay: null,
    minutes: 10,
    targetCode: null,
    carryMonths: null,
    evidence: null,
    lane: 0,
    ...over,
  };
}
function draft(nodes: DraftNode[], over: Partial<MapDraft> = {}): MapDraft {
  return {
    title: { en: 'Map' },
    summary: {},
    days: 60,
    workingDays: false,
    capacityHours: 40,
    stages: [
      { key: 'know', title: { en: 'Know' }, goal: {}, fromDay: 1, toDay: 30, gate: 'none' },
      { key: 'practise', title: { en: 'Practise' }, goal: {}, fromDay: 31, toDay: 60, gate: 'previous-complete' },
    ],
    nodes,
    ...over,
  };
}
const known: Record<string, TargetStatus> = { basics: 'published', old: 'archived', raw: 'draft' };
const codes = (d: MapDraft): string[] =>
  mapProblems(d, (_k, code) => known[code]).map((p) => `${p.code}:${p.nodeKeys.join('+')}`);
const ok = [draftNode('a'), draftNode('z', { stage: 'practise' })];

describe('map problems', () => {
  it('finds none in a sound map', () => expect(codes(draft(ok))).toEqual([]));

  it('names the nodes of a circle in walking order, once: what hangs behind it is no error of its own', () => {
    const nodes = [
      draftNode('a', { prereqs: ['c'] }),
      draftNode('b', { prereqs: ['a'] }),
      draftNode('c', { prereqs: ['b'] }),
      draftNode('d', { prereqs: ['c'] }),
    ];
    const problems = mapProblems(draft([...nodes, draftNode('z', { stage: 'practise' })]), () => 'published');
    const cycle = problems.find((p) => p.code === 'cycle');
    expect(cycle?.severity).toBe('error');
    const keys = cycle?.nodeKeys ?? [];
    expect([...keys].sort()).toEqual(['a', 'b', 'c']);
    keys.forEach((key, i) => expect(nodes.find((n) => n.key === keys[(i + 1) % keys.length])?.prereqs).toContain(key));
    expect(problems.map((p) => p.code)).toEqual(['cycle']);
  });

  it.each<[string, DraftNode[], string]>([
    ['itself', [draftNode('a', { prereqs: ['a'] })], 'cycle:a'],
    ['a deleted prerequisite', [draftNode('a', { prereqs: ['gone'] })], 'unknown-prerequisite:a'],
    ['what can never open', [draftNode('a', { prereqs: ['z'] })], 'unreachable:a'],
    ['a later stage', [draftNode('a', { prereqs: ['z'] })], 'later-prerequisite:a+z'],
    ['no target', [draftNode('a', { kind: 'course' })], 'missing-target:a'],
    ['an unpublished target', [draftNode('a', { kind: 'course', targetCode: 'raw' })], 'missing-target:a'],
    ['an archived target', [draftNode('a', { kind: 'exam', targetCode: 'old' })], 'archived-target:a'],
    ['more needed than there are', [draftNode('a', { need: 1 })], 'bad-need:a'],
    ['a milestone without evidence', [draftNode('a', { kind: 'milestone' })], 'evidence-missing:a'],
    ['a kind without a room', [draftNode('a', { kind: 'showcase' })], 'not-yet:a'],
    ['a due day of another stage', [draftNode('a', { dueDay: 31 })], 'due-outside-stage:a'],
    ['a second node of that key', [draftNode('a'), draftNode('a')], 'duplicate-key:a'],
    ['no title', [draftNode('a', { title: { en: ' ' } })], 'missing-title:a'],
    ['hours over capacity', [draftNode('a', { minutes: 70 * 60 })], 'over-capacity:'],
  ])('reports %s', (_name, nodes, expected) => {
    expect(codes(draft([...nodes, draftNode('z', { stage: 'practise' })]))).toContain(expected);
  });

  it('reports an empty stage, overlapping days and a map without anything required', () => {
    expect(codes(draft([draftNode('a')]))).toEqual(['empty-stage:']);
    const d = draft(ok);
    d.stages[1] = { ...(d.stages[1] as MapDraft['stages'][number]), fromDay: 30 };
    expect(codes(d)).toEqual(['stage-days:']);
    expect(codes(draft(ok.map((n) => ({ ...n, required: false }))))).toEqual(['nothing-required:']);
  });

  it('reports a circle exactly when there is one', () => {
    const graph = fc.array(fc.array(fc.nat(9), { maxLength: 3 }), { minLength: 1, maxLength: 10 });
    fc.assert(
      fc.property(graph, (links) => {
        const nodes = links.map((to, i) => ({
          key: `n${i}`,
          prereqs: to.filter((t) => t < links.length).map((t) => `n${t}`),
        }));
        // Kahn's algorithm, independent of the rule: what can't be peeled off lies on or behind a circle.
        const left = new Set(nodes.map((n) => n.key));
        for (let grew = true; grew;) {
          grew = false;
          for (const n of nodes)
            if (left.has(n.key) && n.prereqs.every((p) => !left.has(p))) grew = left.delete(n.key) || grew;
        }
        const cycles = cyclesOf(nodes);
        expect(cycles.length > 0).toBe(left.size > 0);
        for (const c of cycles)
          c.forEach((key, i) => expect(nodes.find((n) => n.key === c[(i + 1) % c.length])?.prereqs).toContain(key));
      }),
    );
  });
});

describe('structure and layout', () => {
  it('orders by stage, then prerequisites first, then as listed', () => {
    const d = draft([
      draftNode('z', { stage: 'practise' }),
      draftNode('c', { prereqs: ['b'] }),
      draftNode('a'),
      draftNode('b'),
    ]);
    const s = structureOf(d);
    expect(s.nodes.map((n) => n.draft.key)).toEqual(['a', 'b', 'c', 'z']);
    expect(s.nodes.map((n) => n.prereqs)).toEqual([[], [], [1], []]);
  });

  it('puts at most one station on a place, below its prerequisites of the same stage', () => {
    const shape = fc.array(
      fc.record({ stage: fc.nat(2), links: fc.array(fc.integer({ min: 1, max: 9 }), { maxLength: 3 }) }),
      { maxLength: 40 },
    );
    fc.assert(
      fc.property(shape, (raw) => {
        const nodes = raw
          .sort((a, b) => a.stage - b.stage)
          .map((n, i) => ({ stage: n.stage, prereqs: [...new Set(n.links.map((d) => i - d).filter((p) => p >= 0))] }));
        const places = layoutMap(3, nodes);
        expect(new Set(places.map((p, i) => `${nodes[i]?.stage}/${p.row}/${p.lane}`)).size).toBe(nodes.length);
        nodes.forEach((n, i) => {
          for (const p of n.prereqs)
            if (nodes[p]?.stage === n.stage) expect(places[p]?.row).toBeLessThan(places[i]?.row ?? -1);
        });
      }),
    );
  });

  it('joins lanes in the middle and keeps a lane otherwise', () => {
    const at = (...prereqs: number[]) => ({ stage: 0, prereqs });
    expect(layoutMap(1, [at(), at(), at(1), at(0, 2)]).map((p) => [p.lane, p.row])).toEqual([
      [0, 0],
      [1, 0],
      [1, 1],
      [2, 2],
    ]);
  });

  it('plans hours in the weeks in which they fall, and loses none', () => {
    const nodes = [
      { stage: 0, prereqs: [], dueDay: 7, minutes: 420 },
      { stage: 0, prereqs: [0], dueDay: 14, minutes: 60 },
    ];
    expect(plannedHours([{ fromDay: 1, toDay: 14 }], nodes, 21)).toEqual([7, 1, 0]);
  });

  it('tells what a draft changes', () => {
    const before = draft([draftNode('a'), draftNode('b')]);
    const after = draft([draftNode('a', { dueDay: 3, lane: 2 }), draftNode('c')]);
    expect(mapChanges(before, after)).toEqual([
      { kind: 'changed', nodeKey: 'a', fields: ['dueDay'] },
      { kind: 'added', nodeKey: 'c', fields: [] },
      { kind: 'removed', nodeKey: 'b', fields: [] },
    ]);
  });
});
