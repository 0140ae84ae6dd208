import { describe, expect, it } from 'vitest';
import { planBand, plannedShares, spread } from './plan-band.js';

describe('the plan of a path', () => {
  it('counts what is due by each day and ends at everything', () => {
    expect(plannedShares([1, 2, 2, 4], 5)).toEqual([25, 75, 75, 100, 100]);
    expect(plannedShares([], 3)).toEqual([0, 0, 0]);
  });

  it('is a band that never runs backwards and never crosses itself', () => {
    const band = planBand(plannedShares([3, 10, 10, 25, 31, 60, 88, 90], 90));
    expect(band).toHaveLength(90);
    band.forEach((at, i) => {
      expect(at.to).toBeGreaterThanOrEqual(at.from);
      expect(at.from).toBeGreaterThanOrEqual(band[i - 1]?.from ?? 0);
      expect(at.to).toBeGreaterThanOrEqual(band[i - 1]?.to ?? 0);
    });
    expect(band.at(-1)?.to).toBe(100);
  });

  it('moves marks at one place to different sides', () => {
    const shifts = spread([
      { day: 5, percent: 10 },
      { day: 5, percent: 10.4 },
      { day: 5, percent: 10 },
      { day: 6, percent: 10 },
    ]).map((p) => p.shift);
    expect(shifts).toEqual([0, 1, -1, 0]);
  });
});
