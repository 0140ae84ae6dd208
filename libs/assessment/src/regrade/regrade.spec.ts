import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Mark } from '../grading/grading.js';
import { scoreOf } from '../grading/grading.js';
import { addTo, noSums, regradedMark, scoreMove, verdictOf } from './regrade.js';

const right: Mark = { s: 'right', n: 1, d: 1 };
const wrong: Mark = { s: 'wrong', n: 0, d: 1 };
const pending: Mark = { s: 'pending', n: 0, d: 1 };
const mark = fc.tuple(fc.nat(12), fc.integer({ min: 1, max: 12 })).map(([n, d]): Mark => {
  const top = Math.min(n, d);
  return { s: top === 0 ? 'wrong' : top === d ? 'right' : 'partial', n: top, d };
});

describe('a regraded mark', () => {
  it('follows the policy', () => {
    expect(regradedMark(right, wrong, 'new-key', false)).toEqual(wrong);
    expect(regradedMark(right, wrong, 'never-lower', false)).toEqual(right);
    expect(regradedMark(wrong, right, 'never-lower', false)).toEqual(right);
    expect(regradedMark(wrong, wrong, 'full', false)).toEqual(right);
    expect(regradedMark(right, wrong, 'drop', false)).toMatchObject({ s: 'dropped' });
  });

  it('leaves what a person decided, and what only a person can decide', () => {
    expect(regradedMark(right, wrong, 'new-key', true)).toEqual(right);
    expect(regradedMark(right, pending, 'new-key', false)).toEqual(right);
    expect(regradedMark(pending, pending, 'new-key', false)).toEqual(pending);
    expect(regradedMark(pending, right, 'never-lower', false)).toEqual(right);
    expect(regradedMark(wrong, wrong, 'full', true)).toEqual(right);
  });

  it('never lowers a score where that is the policy, and full points never do', () => {
    fc.assert(
      fc.property(fc.array(mark, { minLength: 1, maxLength: 8 }), mark, fc.nat(7), (marks, byKey, at) => {
        const i = at % marks.length;
        const points = marks.map((_, n) => n + 1);
        for (const policy of ['never-lower', 'full'] as const) {
          const next = marks.map((m, n) => (n === i ? regradedMark(m, byKey, policy, false) : m));
          const before = verdictOf(points, marks, 80);
          const after = verdictOf(points, next, 80);
          if (before === 'empty' || after === 'empty') throw new Error('empty');
          expect(scoreMove({ before, after })).toBeGreaterThanOrEqual(0);
        }
      }),
    );
  });
});

describe('a score without a dropped question', () => {
  it('is what the others earned of their points', () => {
    const items = [
      { points: 1, topic: null, mark: right },
      { points: 2, topic: null, mark: wrong },
      { points: 3, topic: null, mark: { s: 'dropped', n: 0, d: 1 } as const },
    ];
    expect(scoreOf(items)).toEqual({ num: 1, den: 3 });
    expect(verdictOf([3], [{ s: 'dropped', n: 0, d: 1 }], 80)).toBe('empty');
  });
});

describe('the sums of a preview', () => {
  it('count scores and passes that move', () => {
    const sums = noSums();
    const verdict = (num: number, passed: boolean) => ({ score: { num, den: 10 }, passed });
    addTo(sums, { before: verdict(7, false), after: verdict(8, true) });
    addTo(sums, { before: verdict(8, true), after: verdict(7, false) });
    addTo(sums, { before: verdict(5, false), after: verdict(6, false) });
    addTo(sums, { before: { score: null, passed: null }, after: verdict(9, true) });
    expect(sums).toEqual({ changed: 4, raised: 2, lowered: 1, passesGained: 2, passesLost: 1 });
  });
});
