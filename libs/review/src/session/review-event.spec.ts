import { describe, expect, it } from 'vitest';
import { minutesFor, paceAfter, timeOfReview } from './review-event.js';

const now = new Date('2026-03-10T04:00:00Z');

describe('review event', () => {
  it('keeps its own time up to seven days', () => {
    const week = new Date('2026-03-03T04:00:00Z');
    expect(timeOfReview(week, now)).toEqual({ at: week });
    expect(timeOfReview(new Date(week.getTime() - 1), now)).toEqual({ refused: 'too-old' });
  });
  it('counts a time ahead of the clock as now', () => {
    expect(timeOfReview(new Date('2026-03-11T00:00:00Z'), now)).toEqual({ at: now });
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
