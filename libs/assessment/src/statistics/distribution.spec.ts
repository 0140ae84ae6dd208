import { describe, expect, it } from 'vitest';
import { scoreDistribution } from './distribution.js';
import { LSAT6 } from './published-data.js';

describe('score distribution', () => {
  it('has the frequencies of LSAT 6 totals (P. Ender, philender.com/courses/categorical/notes2/rasch.html)', () => {
    const scores = LSAT6.flatMap(([pattern, people]) =>
      Array.from({ length: people }, () => [...pattern].filter((c) => c === '1').length * 20),
    );
    const { bins, people, mean, median } = scoreDistribution(scores);
    expect([bins[0], bins[4], bins[8], bins[12], bins[16], bins[19]]).toEqual([3, 20, 85, 237, 357, 298]);
    expect(people).toBe(1000);
    // Sum of the printed proportions right: 0.924 + 0.709 + 0.553 + 0.763 + 0.870 of 5.
    expect(mean).toBeCloseTo(100 * (3.819 / 5), 10);
    expect(median).toBe(80);
  });

  it('has the moments of IASRI e-courses (ecoursesonline.iasri.res.in, id 34300): m₂ 10.34, m₃ −3.528, b₂ 1.91649', () => {
    const list = [18, 22, 17, 18, 22, 23, 22, 19, 25, 25, 23, 25, 24, 28, 26, 27, 19, 20, 27, 22];
    const n = list.length;
    const { mean, sd, skewness, kurtosis } = scoreDistribution(list);
    expect(mean).toBeCloseTo(22.6, 10);
    expect((sd as number) ** 2).toBeCloseTo((10.34 * n) / (n - 1), 10);
    // From the printed moments to k-statistics (Joanes & Gill 1998: G₁ from g₁, G₂ from b₂).
    const g1 = -3.528 / 10.34 ** 1.5;
    expect(skewness).toBeCloseTo((g1 * Math.sqrt(n * (n - 1))) / (n - 2), 8);
    expect(kurtosis).toBeCloseTo(((n - 1) / ((n - 2) * (n - 3))) * ((n + 1) * (1.91649488 - 3) + 6), 5);
  });

  it('says nothing about the shape of too few or equal scores', () => {
    expect(scoreDistribution([])).toMatchObject({ people: 0, mean: null, median: null, sd: null });
    expect(scoreDistribution([70])).toMatchObject({ mean: 70, sd: null, skewness: null });
    expect(scoreDistribution([70, 70, 70, 70])).toMatchObject({ sd: 0, skewness: null, kurtosis: null });
  });

  it('puts 100 into the last twentieth', () => {
    expect(scoreDistribution([100, 99.9, 95, 94.9]).bins.slice(-2)).toEqual([1, 3]);
  });
});
