import { describe, expect, it } from 'vitest';
import { minutesFor, paceAfter, timesOfReviews } from './review-event.js';

const now = new Date('2026-03-10T04:00:00Z');

describe('review event', () => {
  it('keeps its own time up to seven days', () => {
    const week = new Date('2026-03-03T04:00:00Z');
    expect(timesOfReviews([week, new Date(week.getTime() - 1)], now)).toEqual([{ at: week }, { refused: 'too-old' }]);
  });
  it('counts times ahead of the clock as now, in their order', () => {
    const past = new Date('2026-03-10T03:59:00Z');
    const soon = new Date('2026-03-10T04:01:00Z');
    const far = new Date('2027-01-01T00:00:00Z');
    expect(timesOfReviews([far, past, soon], now)).toEqual([
      { at: now },
      { at: past },
      { at: new Date(now.getTime() - 1) },
    ]);
  });
  it('follows the pace slowly, without outliers', () => {
    expect(paceAfter(12_000, [])).toBe(12_000);
    expect(paceAfter(12_000, [0])).toBe(12_000);
    expect(paceAfter(12_000, [32_000])).toBe(13_000);
    expect(paceAfter(12_000, [9_000_000])).toBe(17_400);
    expect(minutesFor(12, 12_000)).toBe(3);
    expect(minutesFor(0, 12_000)).toBe(0);
  });
});
