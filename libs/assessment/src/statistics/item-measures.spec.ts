import { mulberry32, shuffled } from '@waymark/kernel';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  choiceMeasures,
  correlation,
  covariance,
  discriminationIndex,
  discriminativeEfficiency,
  effectiveWeights,
  facility,
  highestGroup,
  lowestGroup,
} from './item-measures.js';
import { LSAT6, WORKSHEET } from './published-data.js';

const column = (rows: readonly string[], i: number): number[] => rows.map((r) => Number(r[i]));
const totals = (rows: readonly string[]): number[] => rows.map((r) => [...r].reduce((n, c) => n + Number(c), 0));
const lsat = LSAT6.flatMap(([pattern, people]) => Array.from({ length: people }, () => pattern));

describe('facility', () => {
  it('is the difficulty p of "Item Analysis Worksheet" (studylib.net/doc/25270846)', () => {
    WORKSHEET.p.forEach((p, i) => expect(facility(column(WORKSHEET.answers, i))).toBeCloseTo(p, 10));
  });

  it('is the proportion right of LSAT 6 (P. Ender, philender.com/courses/categorical/notes2/rasch.html)', () => {
    [0.924, 0.709, 0.553, 0.763, 0.87].forEach((p, i) => expect(facility(column(lsat, i))).toBeCloseTo(p, 10));
  });

  it('takes partial credit as it is', () => {
    expect(facility([1, 0.5, 0, 0.25])).toBe(0.4375);
    expect(facility([])).toBeNull();
  });
});

describe('discrimination index', () => {
  it('is D of "Item Analysis Worksheet" (studylib.net/doc/25270846), groups of half the students', () => {
    WORKSHEET.d.forEach((d, i) =>
      expect(discriminationIndex(column(WORKSHEET.answers, i), totals(WORKSHEET.answers), 0.5)).toBeCloseTo(d, 10),
    );
  });

  it('is 6/11 for 9 and 3 right in groups of 11 of 40, 27 % each (examoo.com/mcqs/6797)', () => {
    const shares = Array.from({ length: 40 }, (_, i) => (i < 3 || (i >= 15 && i < 20) || i >= 31 ? 1 : 0));
    expect(
      discriminationIndex(
        shares,
        shares.map((_, i) => i),
      ),
    ).toBeCloseTo(6 / 11, 10);
  });

  it('does not depend on the order in which people who tie come', () => {
    const people = Array.from({ length: 37 }, (_, i) => ({ share: i % 3 === 0 ? 1 : 0, total: Math.floor(i / 9) }));
    const of = (list: typeof people): number | null =>
      discriminationIndex(
        list.map((p) => p.share),
        list.map((p) => p.total),
      );
    expect(of(shuffled(people, mulberry32(4)))).toBeCloseTo(of(people) as number, 12);
  });

  it('is null where a group would be empty', () => {
    expect(discriminationIndex([1], [1])).toBeNull();
  });

  it('has groups of exactly the asked size, whatever ties there are', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 5 }), { minLength: 4, maxLength: 60 }), (list) => {
        const size = Math.floor(list.length / 3);
        for (const group of [lowestGroup(list, size), highestGroup(list, size)])
          expect(group.reduce((a, b) => a + b, 0)).toBeCloseTo(size, 9);
      }),
    );
  });
});

describe('correlations', () => {
  it('are those of "Point-biserial correlation coefficients" (J. D. Brown, JALT, hosted.jalt.org/test/bro_12.htm)', () => {
    const scores = [50, 45, 45, 40, 35, 30, 30, 25];
    // Printed as .91: means 45 and 30, deviation 8.29, (45 − 30) ÷ 8.29 rounded to 1.81, times ½, rounded again.
    const unrounded = ((45 - 30) / 8.29) * Math.sqrt(0.5 * 0.5);
    expect(correlation([1, 1, 1, 1, 0, 0, 0, 0], scores)).toBeCloseTo(unrounded, 3);
    expect(correlation([0, 0, 0, 0, 1, 1, 1, 1], scores)).toBeCloseTo(-unrounded, 3);
    // Printed there as .00; a question that everybody has right has no correlation.
    expect(correlation([1, 1, 1, 1, 1, 1, 1, 1], scores)).toBeNull();
  });

  it('are the point-biserial formula (M₁ − M₀) ÷ s · √(pq) for marks of 0 and 1', () => {
    const marks = column(lsat, 2);
    const rest = lsat.map((r, i) => (totals(lsat)[i] as number) - Number(r[2]));
    const right = rest.filter((_, i) => marks[i] === 1);
    const wrong = rest.filter((_, i) => marks[i] === 0);
    const average = (x: number[]): number => x.reduce((a, b) => a + b, 0) / x.length;
    const s = Math.sqrt(average(rest.map((x) => (x - average(rest)) ** 2)));
    const p = right.length / rest.length;
    expect(correlation(marks, rest)).toBeCloseTo(((average(right) - average(wrong)) / s) * Math.sqrt(p * (1 - p)), 10);
  });

  it('are null where one side does not vary', () => {
    expect(correlation([1, 1, 1], [1, 2, 3])).toBeNull();
    expect(correlation([1], [1])).toBeNull();
  });
});

describe('discriminative efficiency', () => {
  // No published example with its data was found; these are worked out by hand from Moodle's definition.
  it('is 1 when the best marks are in the hands of the best people', () => {
    expect(discriminativeEfficiency([0, 0, 1, 1], [1, 2, 3, 4])).toBeCloseTo(1, 10);
    // x̄ = ½, r̄ = 2½; Σ = (½)(−1½) + (½)(−½) + (−½)(½) + (−½)(1½) = −2, sorted +2
    expect(discriminativeEfficiency([1, 1, 0, 0], [1, 2, 3, 4])).toBeCloseTo(-1, 10);
    // Σ = (−½)(−1½) + (½)(−½) + (−½)(½) + (½)(1½) = 1 of 2
    expect(discriminativeEfficiency([0, 1, 0, 1], [1, 2, 3, 4])).toBeCloseTo(0.5, 10);
    expect(discriminativeEfficiency([1, 1], [1, 2])).toBeNull();
  });

  it('is never more than 1', () => {
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.integer({ min: 0, max: 4 }), fc.integer({ min: 0, max: 40 })), { minLength: 2 }),
        (list) => {
          const de = discriminativeEfficiency(
            list.map(([x]) => x / 4),
            list.map(([, r]) => r / 40),
          );
          if (de !== null) expect(de).toBeLessThanOrEqual(1 + 1e-9);
        },
      ),
    );
  });
});

describe('effective weights', () => {
  // By hand from Moodle's definition, √cov(x, T) ÷ Σ √cov(x, T): no published example with its data was found.
  it('add up to 1 on a fixed paper, and are equal for questions that are alike', () => {
    expect(effectiveWeights([4, 4, 1, 1], [1, 1, 1, 1])).toEqual([2 / 6, 2 / 6, 1 / 6, 1 / 6]);
  });

  it('are those of a paper on which the question stands where a blueprint draws half of them', () => {
    const weights = effectiveWeights([1, 1, 1, 1], [0.5, 0.5, 0.5, 0.5]);
    expect(weights).toEqual([0.5, 0.5, 0.5, 0.5]);
  });

  it('have none for a question that works against the score', () => {
    expect(effectiveWeights([1, -1, null], [1, 1, 1])).toEqual([1, null, null]);
  });
});

describe('distractor table', () => {
  const table = choiceMeasures(
    ['a', 'b', 'c'],
    [['b'], ['b'], ['b'], ['a'], ['a'], ['b'], ['a'], ['a'], []],
    [1, 2, 3, 4, 5, 6, 7, 8, 9],
  );

  it('counts choices over all and by thirds', () => {
    expect(table.map((c) => [c.key, c.count])).toEqual([
      ['a', 4],
      ['b', 4],
      ['c', 0],
    ]);
    expect(table[0]?.thirds.map((t) => Number(t.toFixed(3)))).toEqual([0, 0.667, 0.667]);
    expect(table[1]?.thirds.map((t) => Number(t.toFixed(3)))).toEqual([1, 0.333, 0]);
  });

  it('correlates each choice with the rest score: right rises, wrong falls, an unused one says nothing', () => {
    expect(table[0]?.correlation).toBeGreaterThan(0.3);
    expect(table[1]?.correlation).toBeLessThan(-0.5);
    expect(table[2]?.correlation).toBeNull();
  });

  it('the thirds of a choice average to its share when nobody ties', () => {
    for (const c of table) expect((c.thirds[0] + c.thirds[1] + c.thirds[2]) / 3).toBeCloseTo(c.share, 10);
  });
});

it('covariance is by n − 1', () => {
  expect(covariance([1, 2, 3], [1, 2, 3])).toBe(1);
});
