import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { DraftNode, MapDraft } from './learning-map.js';
import { mergeDrafts, settle } from './map-merge.js';

const node = (key: string, over: Partial<DraftNode> = {}): DraftNode => ({
  key,
  stage: 's1',
  kind: 'reading',
  title: { en: key },
  summary: {},
  body: {},
  required: true,
  prereqs: [],
  need: 0,
  dueDay: null,
  minutes: 30,
  targetCode: null,
  carryMonths: null,
  evidence: null,
  lane: 0,
  ...over,
});
const draft = (nodes: DraftNode[], over: Partial<MapDraft> = {}): MapDraft => ({
  title: { en: 'Path' },
  summary: {},
  days: 60,
  workingDays: false,
  capacityHours: 40,
  stages: [
    { key: 's1', title: { en: 'One' }, goal: {}, fromDay: 1, toDay: 30, gate: 'none' },
    { key: 's2', title: { en: 'Two' }, goal: {}, fromDay: 31, toDay: 60, gate: 'previous-complete' },
  ],
  nodes,
  ...over,
});
const base = draft([node('a'), node('b', { prereqs: ['a'] }), node('c', { stage: 's2', prereqs: ['b'] })]);
const edit = (of: MapDraft, key: string, over: Partial<DraftNode>): MapDraft => ({
  ...of,
  nodes: of.nodes.map((n) => (n.key === key ? { ...n, ...over } : n)),
});
const at = (d: MapDraft, key: string): DraftNode | undefined => d.nodes.find((n) => n.key === key);

describe('merging two drafts', () => {
  it('keeps changes of both at different nodes, fields and languages', () => {
    const mine = edit(edit(base, 'a', { title: { en: 'A mine' } }), 'b', { minutes: 45 });
    const theirs = edit(edit(base, 'a', { title: { en: 'a', 'zh-CN': '甲' } }), 'b', { dueDay: 9 });
    const { draft: both, conflicts } = mergeDrafts(base, mine, theirs);
    expect(conflicts).toEqual([]);
    expect(at(both, 'a')?.title).toEqual({ en: 'A mine', 'zh-CN': '甲' });
    expect(at(both, 'b')).toMatchObject({ minutes: 45, dueDay: 9 });
  });

  it('reports the same place changed to two things and holds the preferred side', () => {
    const mine = edit(base, 'a', { title: { en: 'mine' }, dueDay: 3 });
    const theirs = edit(base, 'a', { title: { en: 'theirs' }, dueDay: 4 });
    const first = mergeDrafts(base, mine, theirs);
    expect(first.conflicts).toEqual([
      { on: 'node', key: 'a', field: 'title.en', mine: 'mine', theirs: 'theirs' },
      { on: 'node', key: 'a', field: 'dueDay', mine: 3, theirs: 4 },
    ]);
    expect(at(first.draft, 'a')).toMatchObject({ title: { en: 'theirs' }, dueDay: 4 });
    expect(at(mergeDrafts(base, mine, theirs, 'mine').draft, 'a')).toMatchObject({ title: { en: 'mine' }, dueDay: 3 });
  });

  it('lets a person take the other side of each conflict', () => {
    const mine = edit(edit(base, 'a', { title: { en: 'mine' }, dueDay: 3 }), 'c', { minutes: 5 });
    const theirs = { ...edit(base, 'a', { title: { en: 'theirs' }, dueDay: 4 }), days: 70 };
    theirs.nodes = theirs.nodes.filter((n) => n.key !== 'c');
    const { draft: held, conflicts } = mergeDrafts(base, { ...mine, days: 80 }, theirs);
    expect(conflicts.map((c) => c.field).sort()).toEqual(['days', 'dueDay', 'removed', 'title.en']);
    expect(at(held, 'c')).toBeUndefined();
    const copy = structuredClone(held);
    for (const c of conflicts) settle(copy, c, 'mine');
    expect([copy.days, at(copy, 'a')?.title, at(copy, 'a')?.dueDay, at(copy, 'c')?.minutes]).toEqual([
      80,
      { en: 'mine' },
      3,
      5,
    ]);
    for (const c of conflicts) settle(copy, c, 'theirs');
    expect(copy).toEqual(held);
  });

  it('joins added and removed prerequisites, and lets both add nodes at one place', () => {
    const mine = edit({ ...base, nodes: [node('x'), ...base.nodes] }, 'c', { prereqs: ['b', 'a'] });
    const theirs = edit({ ...base, nodes: [node('y'), ...base.nodes] }, 'c', { prereqs: [] });
    const { draft: both, conflicts } = mergeDrafts(base, mine, theirs);
    expect(conflicts).toEqual([]);
    expect(at(both, 'c')?.prereqs).toEqual(['a']);
    expect(both.nodes.map((n) => n.key).sort()).toEqual(['a', 'b', 'c', 'x', 'y']);
  });

  it('drops what one removed, but asks when the other changed it', () => {
    const without = { ...base, nodes: base.nodes.filter((n) => n.key !== 'c') };
    expect(at(mergeDrafts(base, without, base).draft, 'c')).toBeUndefined();
    const changed = edit(base, 'c', { minutes: 5 });
    const asked = mergeDrafts(base, without, changed);
    expect(asked.conflicts).toMatchObject([{ on: 'node', key: 'c', field: 'removed', mine: null }]);
    expect(at(asked.draft, 'c')?.minutes).toBe(5);
    expect(at(mergeDrafts(base, without, changed, 'mine').draft, 'c')).toBeUndefined();
  });

  it('brings a removed stage back when the other one put a node there', () => {
    const mine = {
      ...base,
      stages: base.stages.slice(0, 1),
      nodes: base.nodes.map((n) => ({ ...n, stage: 's1' })),
    };
    const theirs = { ...base, nodes: [...base.nodes, node('d', { stage: 's2' })] };
    const { draft: both } = mergeDrafts(base, mine, theirs);
    expect(both.stages.map((s) => s.key)).toEqual(['s1', 's2']);
    expect(at(both, 'd')?.stage).toBe('s2');
  });

  it('never asks for more prerequisites than are left', () => {
    const many = edit(base, 'c', { prereqs: ['a', 'b'], need: 2 });
    const { draft: both } = mergeDrafts(
      many,
      edit(many, 'c', { prereqs: ['a'], need: 0 }),
      edit(many, 'c', { minutes: 9 }),
    );
    expect(at(both, 'c')).toMatchObject({ prereqs: ['a'], need: 0, minutes: 9 });
  });

  const keys = ['a', 'b', 'c', 'd', 'e', 'f'];
  const anyDraft = fc
    .record({
      order: fc.shuffledSubarray(keys),
      minutes: fc.array(fc.integer({ min: 0, max: 3 }), { minLength: 6, maxLength: 6 }),
      title: fc.constantFrom('one', 'two'),
    })
    .map(({ order, minutes, title }) =>
      draft(
        order.map((k) => node(k, { minutes: minutes[keys.indexOf(k)] ?? 0 })),
        { title: { en: title } },
      ),
    );

  it('with one side unchanged is the other side, whatever was done', () => {
    fc.assert(
      fc.property(anyDraft, anyDraft, (was, now) => {
        expect(mergeDrafts(was, now, was)).toEqual({ draft: now, conflicts: [] });
        expect(mergeDrafts(was, was, now)).toEqual({ draft: now, conflicts: [] });
      }),
    );
  });

  it('loses no node that both sides have, and finds the same conflicts from either side', () => {
    fc.assert(
      fc.property(anyDraft, anyDraft, anyDraft, (was, mine, theirs) => {
        const one = mergeDrafts(was, mine, theirs, 'mine');
        const two = mergeDrafts(was, theirs, mine, 'theirs');
        const got = one.draft.nodes.map((n) => n.key);
        for (const n of mine.nodes) if (at(theirs, n.key)) expect(got).toContain(n.key);
        expect(new Set(got).size).toBe(got.length);
        const names = (c: typeof one): string[] => c.conflicts.map((x) => `${x.on} ${x.key} ${x.field}`).sort();
        expect(names(one)).toEqual(names(two));
        const sorted = (d: MapDraft): DraftNode[] => [...d.nodes].sort((a, b) => (a.key < b.key ? -1 : 1));
        expect(sorted(one.draft)).toEqual(sorted(two.draft));
      }),
    );
  });
});
