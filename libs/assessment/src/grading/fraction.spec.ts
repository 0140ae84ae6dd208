import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  basisPoints,
  divide,
  fraction,
  parsePoints,
  reaches,
  shownScore,
  weightedSum,
  writePoints,
} from './fraction.js';

describe('scores as exact fractions', () => {
  it('shows 79.96 as 79.9 and fails it against 80', () => {
    const f = fraction(7996, 10_000);
    expect(shownScore(f)).toBe(79.9);
    expect(reaches(f, 80)).toBe(false);
    expect(basisPoints(f)).toBe(7996);
  });
  it('passes exactly 80', () => {
    expect(reaches(fraction(4, 5), 80)).toBe(true);
    expect(shownScore(fraction(4, 5))).toBe(80);
  });
  it('adds thirds without losing any', () => {
    const third = fraction(1, 3);
    const sum = weightedSum([
      { weight: 1, share: third },
      { weight: 1, share: third },
      { weight: 1, share: third },
    ]);
    expect(sum).toEqual({ num: 1, den: 1 });
  });
  it('never rounds a fail up to a pass, nor shows one as the mark', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 10_000 }),
        fc.nat(10_000),
        fc.integer({ min: 0, max: 100 }),
        (den, n, mark) => {
          const f = fraction(Math.min(n, den), den);
          if (!reaches(f, mark)) expect(shownScore(f)).toBeLessThan(mark);
          else expect(shownScore(f)).toBeGreaterThanOrEqual(mark);
        },
      ),
    );
  });
  it('sums in any order to the same fraction', () => {
    const part = fc.record({ weight: fc.integer({ min: 1, max: 100 }), n: fc.nat(100) });
    fc.assert(
      fc.property(fc.array(part, { minLength: 1, maxLength: 60 }), (parts) => {
        const list = parts.map((p) => ({ weight: p.weight, share: fraction(p.n, 100) }));
        expect(weightedSum(list)).toEqual(weightedSum([...list].reverse()));
        const expected = parts.reduce((s, p) => s + p.weight * p.n, 0);
        expect(weightedSum(list)).toEqual(fraction(expected, 100));
      }),
    );
  });
  it('refuses what is no fraction', () => {
    expect(() => fraction(1, 0)).toThrow(RangeError);
    expect(() => fraction(-1, 2)).toThrow(RangeError);
    expect(() => fraction(0.5, 2)).toThrow(RangeError);
  });
});

describe('points by hand', () => {
  it.each([
    ['1', 1, 1],
    ['1.5', 3, 2],
    ['0,25', 1, 4],
    ['0', 0, 1],
  ] as const)('reads %s', (text, num, den) => {
    expect(parsePoints(text)).toEqual({ num, den });
  });
  it.each(['', '-1', '1.234', 'x', '1e2'])('refuses %j', (text) => expect(parsePoints(text)).toBeNull());
  it('writes them back', () => {
    expect(writePoints(fraction(3, 2))).toBe('1.5');
    expect(writePoints(fraction(10, 1))).toBe('10');
    expect(writePoints(divide(fraction(1, 1), 3))).toBe('0.33');
    expect(writePoints(fraction(0, 1))).toBe('0');
  });
});
