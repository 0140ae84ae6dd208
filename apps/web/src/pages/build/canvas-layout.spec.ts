import type { DraftNode, MapDraft } from '@waymark/learning/rules';
import { describe, expect, it } from 'vitest';
import { HEAD_WORDS, layoutCanvas, NODE } from './canvas-layout.js';

const node = (key: string, stage: string, prereqs: string[] = []): DraftNode => ({
  key,
  stage,
  kind: 'reading',
  title: {},
  summary: {},
  body: {},
  required: true,
  prereqs,
  need: 0,
  dueDay: null,
  minutes: 60,
  targetCode: null,
  carryMonths: null,
  evidence: null,
  lane: 0,
});
const draft = (nodes: DraftNode[]): MapDraft => ({
  title: {},
  summary: {},
  days: 60,
  workingDays: false,
  capacityHours: 40,
  stages: [
    { key: 's1', title: {}, goal: {}, fromDay: 1, toDay: 30, gate: 'none' },
    { key: 's2', title: {}, goal: {}, fromDay: 31, toDay: 60, gate: 'none' },
  ],
  nodes,
});

describe('the canvas', () => {
  it('lays 300 nodes out without two boxes on one another, each in its band and right of what it needs', () => {
    const nodes = Array.from({ length: 300 }, (_, i) =>
      node(
        `n${i}`,
        i < 150 ? 's1' : 's2',
        [7, 31].flatMap((d) => (i % 150 >= d && i % 3 ? [`n${i - d}`] : [])),
      ),
    );
    const { places, bands, edges } = layoutCanvas(draft(nodes));
    expect(places).toHaveLength(300);
    expect(new Set(places.map((p) => `${p.x} ${p.y}`)).size).toBe(300);
    const at = new Map(places.map((p) => [p.node.key, p]));
    for (const p of places) {
      const band = bands.find((b) => b.stage.key === p.node.stage)!;
      expect(p.y).toBeGreaterThanOrEqual(band.top);
      expect(p.y + NODE.height).toBeLessThanOrEqual(band.top + band.height);
      for (const before of p.node.prereqs) expect(at.get(before)!.x + NODE.width).toBeLessThan(p.x);
    }
    expect(edges).toHaveLength(nodes.reduce((n, x) => n + x.prereqs.length, 0));
  });

  it('leads no edge across another node or the head of a stage', () => {
    // Edges over one and more columns, backwards (a circle), and into the next stage.
    const nodes = Array.from({ length: 60 }, (_, i) =>
      node(`n${i}`, i < 30 ? 's1' : 's2', [
        ...[1, 5, 9, 13, 34].flatMap((d) => (i >= d && (i * d) % 3 !== 1 ? [`n${i - d}`] : [])),
        ...(i === 2 ? ['n20'] : []),
      ]),
    );
    const { places, bands, edges } = layoutCanvas(draft(nodes));
    const blocks = [
      ...places.map((p) => ({
        key: p.node.key,
        left: p.x,
        right: p.x + NODE.width,
        top: p.y,
        bottom: p.y + NODE.height,
      })),
      ...bands.map((b) => ({ key: b.stage.key, left: 20, right: 520, top: b.top, bottom: b.top + HEAD_WORDS })),
    ];
    const crossed = edges.flatMap((e) =>
      e.points.slice(1).flatMap((b, i) => {
        const a = e.points[i]!;
        const [left, right] = [Math.min(a[0], b[0]), Math.max(a[0], b[0])];
        const [top, bottom] = [Math.min(a[1], b[1]), Math.max(a[1], b[1])];
        return blocks
          .filter((k) => left < k.right && right > k.left && top < k.bottom && bottom > k.top)
          .map((k) => `${e.from}>${e.to} across ${k.key}`);
      }),
    );
    expect(edges.length).toBeGreaterThan(100);
    expect(crossed).toEqual([]);
  });

  it('draws a circle, an edge between stages, and none to a node that is gone', () => {
    const { edges, places } = layoutCanvas(
      draft([node('a', 's1', ['b']), node('b', 's1', ['a']), node('c', 's2', ['a', 'gone'])]),
    );
    expect(places).toHaveLength(3);
    expect(edges.map((e) => `${e.from}>${e.to}`).sort()).toEqual(['a>b', 'a>c', 'b>a']);
  });

  it('counts the hours of a stage against what its days hold', () => {
    const { bands } = layoutCanvas(draft(Array.from({ length: 41 }, (_, i) => node(`n${i}`, 's1'))));
    expect(bands.map((b) => [b.hours, b.capacity])).toEqual([
      [41, 40],
      [0, 40],
    ]);
  });
});
