import type { DraftNode, MapDraft } from '@waymark/learning/rules';
import { describe, expect, it } from 'vitest';
import {
  addNode,
  addStage,
  chain,
  connect,
  copyNodes,
  disconnect,
  group,
  outlineOrder,
  place,
  removeNodes,
  setKind,
  shift,
  shiftDueDays,
  shiftStage,
} from './map-edits.js';

const node = (key: string, stage = 's1', prereqs: string[] = []): DraftNode => ({
  key,
  stage,
  kind: 'reading',
  title: { en: key },
  summary: {},
  body: {},
  required: true,
  prereqs,
  need: 0,
  dueDay: 10,
  minutes: 30,
  targetCode: null,
  carryMonths: null,
  evidence: null,
  lane: 0,
});
const draft = (): MapDraft => ({
  title: { en: 'Path' },
  summary: {},
  days: 60,
  workingDays: false,
  capacityHours: 40,
  stages: [
    { key: 's1', title: {}, goal: {}, fromDay: 1, toDay: 30, gate: 'none' },
    { key: 's2', title: {}, goal: {}, fromDay: 31, toDay: 60, gate: 'previous-complete' },
  ],
  nodes: [node('a'), node('b'), node('c', 's1', ['a', 'b']), node('d', 's2', ['c']), node('e', 's2')],
});
const set = (...keys: string[]): Set<string> => new Set(keys);
const shape = (d: MapDraft): string =>
  d.stages
    .map((s) =>
      d.nodes
        .filter((n) => n.stage === s.key)
        .map((n) => n.key)
        .join(''),
    )
    .join('|');
const at = (d: MapDraft, key: string): DraftNode => d.nodes.find((n) => n.key === key) as DraftNode;

describe('edits of a map', () => {
  it('add a node behind another or at the end of its stage, due with the stage', () => {
    const d = draft();
    const one = addNode(d, 's1', 'course', 'a');
    const two = addNode(d, 's2', 'mentor-meetings');
    expect(outlineOrder(d).map((n) => n.key)).toEqual(['a', one, 'b', 'c', 'd', 'e', two]);
    expect(at(d, one)).toMatchObject({ kind: 'course', dueDay: 30, targetCode: null });
    expect(at(d, two)).toMatchObject({ evidence: { kind: 'counter', target: 4 }, dueDay: 60 });
    expect(one).toMatch(/^[a-z0-9][a-z0-9-]{0,62}$/);
  });

  it('remove nodes and every connection to them', () => {
    const d = draft();
    at(d, 'c').need = 1;
    removeNodes(d, set('a'));
    expect(at(d, 'c')).toMatchObject({ prereqs: ['b'], need: 0 });
    expect(shape(d)).toBe('bc|de');
  });

  it('connect once, never to itself, and disconnect', () => {
    const d = draft();
    expect(connect(d, ['a', 'd', 'e'], 'e')).toBe(2);
    expect(connect(d, ['a'], 'e')).toBe(0);
    disconnect(d, 'a', 'e');
    expect(at(d, 'e').prereqs).toEqual(['d']);
    chain(d, set('a', 'b', 'c'));
    expect([at(d, 'b').prereqs, at(d, 'c').prereqs]).toEqual([['a'], ['a', 'b']]);
  });

  it.each([
    ['up inside the stage', ['b'], -1, 'bac|de'],
    ['down inside the stage', ['b'], 1, 'acb|de'],
    ['several up together', ['b', 'c'], -1, 'bca|de'],
    ['down over the border', ['c'], 1, 'ab|cde'],
    ['up over the border', ['d'], -1, 'abcd|e'],
    ['nowhere at the top', ['a'], -1, 'abc|de'],
    ['nowhere at the bottom', ['e'], 1, 'abc|de'],
  ] as const)('move %s', (_name, keys, by, expected) => {
    const d = draft();
    shift(d, set(...keys), by);
    expect(shape(d)).toBe(expected);
  });

  it('place nodes before another, into an empty stage, and lose none', () => {
    const d = draft();
    place(d, set('e', 'a'), 's1', 'c');
    expect(shape(d)).toBe('baec|d');
    addStage(d, {});
    place(d, set('c', 'd'), 'stage-3', null);
    expect(shape(d)).toBe('bae||cd');
    d.nodes.push(node('lost', 'gone'));
    shiftStage(d, set('c', 'd'), -1);
    expect(shape(d)).toBe('bae|cd|');
    expect(d.nodes).toHaveLength(6);
  });

  it('copy nodes with the connections among them', () => {
    const d = draft();
    const [a, c] = copyNodes(d, set('a', 'c')) as [string, string];
    expect(at(d, c).prereqs).toEqual([a, 'b']);
    expect(new Set(d.nodes.map((n) => n.key)).size).toBe(7);
  });

  it('group nodes into a stage of their own, with days of their own', () => {
    const d = draft();
    const key = group(d, set('b', 'c'), { en: 'New' }) as string;
    expect(shape(d)).toBe('a|bc|de');
    expect(d.stages.map((s) => [s.fromDay, s.toDay])).toEqual([
      [1, 15],
      [16, 30],
      [31, 60],
    ]);
    expect(d.stages[1]?.key).toBe(key);
  });

  it('change the kind and keep what the new one can use', () => {
    const n = node('x');
    setKind(n, 'course');
    n.targetCode = 'one';
    setKind(n, 'exam');
    expect(n.targetCode).toBeNull();
    setKind(n, 'milestone');
    expect(n.evidence).toMatchObject({ kind: 'text', target: null, needsText: true });
    setKind(n, 'reading');
    expect(n.evidence).toBeNull();
  });

  it('shift due days of many', () => {
    const d = draft();
    shiftDueDays(d, set('a', 'd'), 5);
    expect(d.nodes.map((n) => n.dueDay)).toEqual([15, 10, 10, 15, 10]);
  });
});
