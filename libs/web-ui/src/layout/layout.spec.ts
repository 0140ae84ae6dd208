import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { arrangeTrail, reduceEdges } from './arrange.js';
import { contourLines, smoothPath } from './contours.js';
import { seedOf, seeded, valueNoise } from './noise.js';
import { RADAR_TEXT, radarLabels, radarPath, radarPoint } from './radar.js';
import { curveAt, monotoneSlopes, ridge } from './ridge.js';
import { STATION_RADIUS, layoutTrail, lineCount, stepTrail, textWidth } from './trail.js';
import type { Lane, TrailItem } from './trail.js';

describe('noise', () => {
  it('draws the same numbers from the same seed and others from another', () => {
    const a = seeded(7);
    const b = seeded(7);
    const first = Array.from({ length: 5 }, a);
    expect(Array.from({ length: 5 }, b)).toEqual(first);
    expect(Array.from({ length: 5 }, seeded(8))).not.toEqual(first);
    expect(seedOf('know')).not.toBe(seedOf('own'));
  });
  it('stays within 0..1 and has no jumps', () => {
    const noise = valueNoise(3);
    for (let x = 0; x < 6; x += 0.05) {
      const here = noise(x, 2.2);
      expect(here).toBeGreaterThanOrEqual(0);
      expect(here).toBeLessThanOrEqual(1);
      expect(Math.abs(noise(x + 0.01, 2.2) - here)).toBeLessThan(0.05);
    }
  });
});

describe('contours', () => {
  it('only leaves lines open at the border', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 5000 }), (seed) => {
        const options = { seed, width: 240, height: 96, step: 8, scale: 60, levels: 5 };
        for (const line of contourLines(options)) {
          for (const p of line.points) {
            expect(p.x).toBeGreaterThanOrEqual(0);
            expect(p.x).toBeLessThanOrEqual(240);
            expect(p.y).toBeGreaterThanOrEqual(0);
            expect(p.y).toBeLessThanOrEqual(96);
          }
          if (line.closed) continue;
          for (const end of [line.points[0]!, line.points.at(-1)!]) {
            expect(end.x === 0 || end.y === 0 || end.x === 240 || end.y === 96).toBe(true);
          }
        }
      }),
      { numRuns: 40 },
    );
  });
  it('joins neighbouring points only', () => {
    for (const line of contourLines({ seed: 11, width: 200, height: 120, step: 10 })) {
      line.points.slice(1).forEach((p, i) => {
        const q = line.points[i]!;
        expect(Math.hypot(p.x - q.x, p.y - q.y)).toBeLessThanOrEqual(10 * Math.SQRT2 + 1e-6);
      });
    }
  });
  it('closes the path of a ring', () => {
    const square = [
      { x: 0, y: 0 },
      { x: 10, y: 0 },
      { x: 10, y: 10 },
      { x: 0, y: 10 },
    ];
    expect(smoothPath(square, true)).toMatch(/^M0 5Q.*Z$/);
    expect(smoothPath(square, false)).toMatch(/^M0 0.*L0 10$/);
  });
});

describe('ridge', () => {
  const weeks = fc.array(fc.float({ min: 0, max: 20, noNaN: true }), { minLength: 2, maxLength: 13 });
  it('never leaves the range of the two weeks it joins', () => {
    fc.assert(
      fc.property(weeks, (hours) => {
        const points = hours.map((y, x) => ({ x, y }));
        const slopes = monotoneSlopes(points);
        for (let i = 0; i < points.length - 1; i++) {
          const low = Math.min(points[i]!.y, points[i + 1]!.y) - 1e-6;
          const high = Math.max(points[i]!.y, points[i + 1]!.y) + 1e-6;
          for (let t = 0; t <= 1; t += 0.1) {
            const y = curveAt(points, slopes, i + t);
            expect(y).toBeGreaterThanOrEqual(low);
            expect(y).toBeLessThanOrEqual(high);
          }
        }
      }),
    );
  });
  it('stands on the walked share of the width and fills up to there', () => {
    const shape = ridge({ hours: [2, 8, 3, 5], days: 28, day: 7, width: 280, height: 40 });
    expect(shape.here.x).toBe(70);
    expect(shape.walked.endsWith(`L70 ${shape.here.y}`)).toBe(true);
    expect(shape.walkedArea.endsWith('L70 40L0 40Z')).toBe(true);
    expect(shape.ahead.startsWith(`M70 ${shape.here.y}`)).toBe(true);
  });
  it('copes with no plan, before the start and after the end', () => {
    expect(ridge({ hours: [], days: 90, day: 3, width: 300, height: 40 }).whole).not.toContain('NaN');
    expect(ridge({ hours: [1, 2], days: 14, day: -4, width: 300, height: 40 }).walked).toBe('');
    expect(ridge({ hours: [1, 2], days: 14, day: 40, width: 300, height: 40 }).ahead).toBe('');
  });
});

describe('radar', () => {
  it('puts the first axis upright and turns clockwise', () => {
    const top = radarPoint(0, 4, 1, 10, { x: 0, y: 0 });
    const right = radarPoint(1, 4, 1, 10, { x: 0, y: 0 });
    expect(top.x).toBeCloseTo(0);
    expect(top.y).toBeCloseTo(-10);
    expect(right.x).toBeCloseTo(10);
    expect(right.y).toBeCloseTo(0);
    expect(radarPath([4, null, 2], 4, 10, { x: 0, y: 0 })).toMatch(/^M0\.0 -10\.0L-?0\.0 -?0\.0L.*Z$/);
  });
});

describe('the names around a radar', () => {
  it.each([
    ['Communication', 'Self-management', 'Needs analysis', 'Solution design', 'Customer management', 'Teamwork'],
    ['沟通表达', '自我管理', '需求分析', '方案设计', '客户经营', '团队协作与跨部门合作'],
    ['Product and market knowledge', 'Working with other departments', 'Self-management and personal growth'],
  ])('stay inside the picture in any language (%s, …)', (...axes) => {
    for (const label of radarLabels(axes, 88, { x: 190, y: 128 }, 380)) {
      expect(label.lines.join('').replaceAll(' ', '')).toBe(label.axis.replaceAll(' ', ''));
      for (const line of label.lines) {
        const length = textWidth(line, RADAR_TEXT);
        const from =
          label.anchor === 'start' ? label.x : label.anchor === 'end' ? label.x - length : label.x - length / 2;
        expect(from).toBeGreaterThanOrEqual(0);
        expect(from + length).toBeLessThanOrEqual(380);
      }
    }
  });
});

const node = (
  stage: number,
  row: number,
  lane: Lane,
  prereqs: number[] = [],
  title = '客户沟通技巧',
  note = '可开始',
): TrailItem => ({
  stage,
  row,
  lane,
  prereqs,
  title,
  note,
});
/** Points of a path made of M, L and C. */
function corners(d: string): { x: number; y: number }[] {
  const numbers = [...d.matchAll(/-?\d+(?:\.\d+)?/g)].map((m) => Number(m[0]));
  return Array.from({ length: numbers.length / 2 }, (_, i) => ({ x: numbers[2 * i]!, y: numbers[2 * i + 1]! }));
}
/** Points on the path, curves flattened. */
function samples(d: string): { x: number; y: number }[] {
  const out: { x: number; y: number }[] = [];
  let at = { x: 0, y: 0 };
  for (const [, letter, args] of d.matchAll(/([MLC])([^MLC]*)/g)) {
    const p = corners(args!);
    for (let t = 0.05; t <= 1.0001; t += 0.05) {
      const u = 1 - t;
      if (letter === 'L') out.push({ x: u * at.x + t * p[0]!.x, y: u * at.y + t * p[0]!.y });
      if (letter === 'C') {
        const mix = (a: number, b: number, c: number, e: number): number =>
          u ** 3 * a + 3 * u * u * t * b + 3 * u * t * t * c + t ** 3 * e;
        out.push({ x: mix(at.x, p[0]!.x, p[1]!.x, p[2]!.x), y: mix(at.y, p[0]!.y, p[1]!.y, p[2]!.y) });
      }
    }
    at = p.at(-1)!;
  }
  return out;
}

/** A random map as the publisher lays it out: each row has one or two nodes, prerequisites come from earlier rows. */
const anyMap = fc
  .array(
    fc.record({
      two: fc.boolean(),
      middle: fc.boolean(),
      title: fc.constantFrom(
        '企业文化',
        '参加五次客户会议并写下纪要',
        'Attend five customer meetings',
        'Communication with customers and internationalisation of the proposal',
      ),
      note: fc.constantFrom(
        '可开始',
        'Optional · 3 days late',
        'Done 10 November · waiting for your mentor to sign off',
      ),
    }),
    {
      minLength: 1,
      maxLength: 14,
    },
  )
  .chain((rows) => {
    const items: TrailItem[] = [];
    rows.forEach((r, row) => {
      const lanes: Lane[] = r.two ? [0, 1] : r.middle ? [2] : [0];
      const stage = row < rows.length / 2 ? 0 : 1;
      for (const lane of lanes) items.push(node(stage, row, lane, [], r.title, r.note));
    });
    return fc
      .tuple(...items.map((item) => fc.subarray(items.flatMap((o, i) => (o.row < item.row ? [i] : [])))))
      .map((prereqs) => items.map((item, i) => ({ ...item, prereqs: prereqs[i]!.slice(-3) })));
  });

describe('trail', () => {
  it('puts the lanes at 42 px and 55 % of the width', () => {
    const [part] = layoutTrail([node(0, 0, 0), node(0, 0, 1), node(0, 1, 2, [0, 1])], {
      direction: 'down',
      width: 390,
    });
    expect(part!.stations.map((s) => s.x)).toEqual([42, 215, 129]);
    expect(part!.stations[0]!.y).toBe(part!.stations[1]!.y);
    expect(part!.stations[2]!.y).toBeGreaterThan(part!.stations[0]!.y + 2 * STATION_RADIUS);
  });

  it('grows rows whose names wrap', () => {
    const short = layoutTrail([node(0, 0, 0), node(0, 1, 0, [0])], { direction: 'down', width: 360 });
    const long = layoutTrail(
      [node(0, 0, 0, [], 'A name that needs a good many lines to be read in whole on a phone'), node(0, 1, 0, [0])],
      {
        direction: 'down',
        width: 360,
      },
    );
    expect(long[0]!.height).toBeGreaterThan(short[0]!.height);
    expect(lineCount('客户沟通技巧', 14, 84)).toBe(1);
    expect(lineCount('客户沟通技巧二', 14, 84)).toBe(2);
  });

  it.each(['down', 'right'] as const)('never runs a trail through a label or a foreign station (%s)', (direction) => {
    fc.assert(
      fc.property(anyMap, fc.constantFrom(360, 390, 868), (items, width) => {
        for (const part of layoutTrail(items, { direction, width })) {
          for (const line of part.lines) {
            for (const p of samples(line.d)) {
              const hit = part.stations.find(({ index, x, y, label }) => {
                if (index !== line.from && index !== line.to && Math.hypot(p.x - x, p.y - y) < STATION_RADIUS - 1)
                  return true;
                // On the desk the box is the room a name may take, wider than the name: a bend may touch its corner.
                const slack = direction === 'down' ? 0 : 30;
                const beyond = p.x <= label.x + slack || p.x >= label.x + label.width - slack;
                return !beyond && p.y > label.y && p.y < label.y + label.height;
              });
              if (hit) throw new Error(`${line.from}-${line.to} ${line.d} touches ${hit.index}`);
            }
          }
        }
      }),
      { numRuns: 100 },
    );
  });

  it('makes room for as many lines as the words take in the font they are drawn in', () => {
    const items = [node(0, 0, 0, [], 'Product overview', 'Done 10 November'), node(0, 0, 1), node(0, 1, 1, [0])];
    const height = (perLetter: number): number | undefined =>
      layoutTrail(items, { direction: 'down', width: 390, measure: (text, size) => text.length * size * perLetter })[0]
        ?.stations[0]?.label.height;
    expect(height(0.4)).toBe(40);
    expect(height(0.7)).toBe(80);
    expect(lineCount('Product overview', 14, 111, true)).toBe(2);
  });

  it('keeps every label inside the width', () => {
    fc.assert(
      fc.property(anyMap, fc.integer({ min: 360, max: 480 }), (items, width) => {
        for (const part of layoutTrail(items, { direction: 'down', width })) {
          for (const s of part.stations) {
            expect(s.label.x + s.label.width).toBeLessThanOrEqual(width);
            expect(s.label.y).toBeGreaterThanOrEqual(0);
            expect(s.label.y + s.label.height).toBeLessThanOrEqual(part.height);
          }
        }
      }),
    );
  });

  it('breaks a long stage into lines on the desk and joins them at the edges', () => {
    const items = Array.from({ length: 12 }, (_, i) => node(0, i, 0, i ? [i - 1] : []));
    const parts = layoutTrail(items, { direction: 'right', width: 868 });
    expect(parts.length).toBeGreaterThan(1);
    expect(parts.flatMap((p) => p.stations)).toHaveLength(12);
    const crossing = parts[0]!.lines.filter((l) => corners(l.d).some((c) => c.x === 868));
    expect(crossing).toHaveLength(1);
    expect(parts[1]!.lines.some((l) => corners(l.d)[0]!.x === 0)).toBe(true);
  });

  it('enters a stage where the one above let the trail go', () => {
    const items = [node(0, 0, 2), node(1, 0, 0, [0]), node(1, 0, 1, [0])];
    const [above, below] = layoutTrail(items, { direction: 'down', width: 390 });
    expect(above!.lines).toHaveLength(1);
    expect(below!.lines.map((l) => corners(l.d)[0])).toEqual([
      { x: 129, y: 0 },
      { x: 129, y: 0 },
    ]);
  });

  it('walks the edges with the arrow keys and reaches every node with the others', () => {
    const items = [node(0, 0, 0), node(0, 0, 1), node(0, 1, 0, [0]), node(0, 1, 1, [0, 1]), node(1, 0, 2, [2, 3])];
    expect(stepTrail(items, 0, 'ArrowDown', 'down')).toBe(2);
    expect(stepTrail(items, 1, 'ArrowDown', 'down')).toBe(3);
    expect(stepTrail(items, 4, 'ArrowUp', 'down')).toBe(3);
    expect(stepTrail(items, 0, 'ArrowRight', 'right')).toBe(2);
    let at = stepTrail(items, 3, 'Home', 'down');
    const seen = [at];
    for (let i = 0; i < 4; i++) seen.push((at = stepTrail(items, at, 'ArrowRight', 'down')));
    expect(new Set(seen).size).toBe(5);
    expect(stepTrail(items, at, 'ArrowRight', 'down')).toBe(at);
    // A folded stage is passed over.
    expect(stepTrail(items, 4, 'Home', 'down', new Set([0]))).toBe(4);
    expect(stepTrail(items, 4, 'ArrowUp', 'down', new Set([0]))).toBe(4);
  });
});

describe('arranging a map', () => {
  const anyGraph = fc.integer({ min: 1, max: 18 }).chain((n) =>
    fc
      .tuple(
        ...Array.from({ length: n }, (_, i) =>
          fc.tuple(fc.integer({ min: 0, max: 2 }), fc.subarray(Array.from({ length: i }, (_, k) => k))),
        ),
      )
      .map((rows) => {
        let stage = 0;
        return rows.map(([s, prereqs]) => ({ stage: (stage = Math.max(stage, s)), prereqs: prereqs.slice(-3) }));
      }),
  );

  it('puts everything below what it follows, never two in one place, the middle alone in its row', () => {
    fc.assert(
      fc.property(anyGraph, (nodes) => {
        const places = arrangeTrail(nodes);
        const seen = new Set<string>();
        nodes.forEach((one, i) => {
          const here = places[i]!;
          const key = `${one.stage} ${here.row} `;
          expect(seen.has(key + here.lane)).toBe(false);
          seen.add(key + here.lane);
          if (here.lane === 2) expect(seen.has(`${key}0`) || seen.has(`${key}1`)).toBe(false);
          for (const p of one.prereqs) if (nodes[p]!.stage === one.stage) expect(places[p]!.row).toBeLessThan(here.row);
        });
      }),
      { numRuns: 40 },
    );
  });

  it('keeps two chains in two lanes and joins them in the middle', () => {
    const nodes = [[], [], [0], [1], [2, 3]].map((prereqs) => ({ stage: 0, prereqs }));
    const places = arrangeTrail(nodes);
    expect(places[0]!.lane).toBe(places[2]!.lane);
    expect(places[1]!.lane).toBe(places[3]!.lane);
    expect(places[4]).toEqual({ row: 2, lane: 2 });
  });

  it('is the same every time', () => {
    const nodes = Array.from({ length: 16 }, (_, i) => ({
      stage: 0,
      prereqs: i < 2 ? [] : [i - 2, Math.floor(i / 3)],
    }));
    expect(arrangeTrail(nodes)).toEqual(arrangeTrail(nodes));
  });

  it('leaves out what another prerequisite already asks for, and survives a cycle', () => {
    expect(reduceEdges([{ prereqs: [] }, { prereqs: [0] }, { prereqs: [0, 1] }])).toEqual([[], [0], [1]]);
    expect(() => reduceEdges([{ prereqs: [1] }, { prereqs: [0] }])).not.toThrow();
    expect(() =>
      arrangeTrail([
        { stage: 0, prereqs: [1] },
        { stage: 0, prereqs: [0] },
      ]),
    ).not.toThrow();
  });
});
