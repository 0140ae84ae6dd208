import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { coveredUnits, fromMultirange, mergeRanges, toMultirange, type Range } from './segments.js';

const range = fc.tuple(fc.nat(60), fc.nat(60)).map(([from, to]): Range => ({ from, to }));
const points = (ranges: readonly Range[]): Set<number> =>
  new Set(ranges.flatMap((r) => Array.from({ length: Math.max(0, r.to - r.from) }, (_, i) => r.from + i)));

describe('segments seen', () => {
  it('counts each second once, however often it was seen', () => {
    expect(
      coveredUnits([
        { from: 0, to: 10 },
        { from: 5, to: 12 },
        { from: 0, to: 3 },
      ]),
    ).toBe(12);
    expect(coveredUnits([{ from: 9, to: 4 }])).toBe(0);
  });

  it('holds exactly the points that went in, whatever order they came in', () => {
    fc.assert(
      fc.property(fc.array(range, { maxLength: 12 }), (ranges) => {
        const merged = mergeRanges(ranges);
        expect(points(merged)).toEqual(points(ranges));
        expect(coveredUnits(ranges)).toBe(points(ranges).size);
        expect(mergeRanges([...ranges].reverse())).toEqual(merged);
        for (let i = 1; i < merged.length; i += 1) expect(merged[i]!.from).toBeGreaterThan(merged[i - 1]!.to);
      }),
    );
  });

  it('sending the same again changes nothing', () => {
    fc.assert(
      fc.property(fc.array(range), fc.array(range), (a, b) => {
        const once = mergeRanges([...a, ...b]);
        expect(mergeRanges([...once, ...b])).toEqual(once);
      }),
    );
  });

  it('survives the way through PostgreSQL', () => {
    fc.assert(
      fc.property(fc.array(range), (ranges) => {
        expect(fromMultirange(toMultirange(ranges))).toEqual(mergeRanges(ranges));
      }),
    );
    expect(toMultirange([])).toBe('{}');
  });
});
