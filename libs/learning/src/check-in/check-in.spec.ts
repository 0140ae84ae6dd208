import { describe, expect, it } from 'vitest';
import { checkInRate, weekOfPath } from './check-in.js';

describe('check-in', () => {
  it('counts weeks from the start day', () => {
    expect(weekOfPath('2026-03-02', '2026-03-01')).toBe(0);
    expect(weekOfPath('2026-03-02', '2026-03-02')).toBe(1);
    expect(weekOfPath('2026-03-02', '2026-03-08')).toBe(1);
    expect(weekOfPath('2026-03-02', '2026-03-09')).toBe(2);
  });
  it('counts the present week only once it has a check-in', () => {
    expect(checkInRate(1, [], 13)).toEqual({ done: 0, of: 0, percent: null });
    expect(checkInRate(1, [1], 13)).toEqual({ done: 1, of: 1, percent: 100 });
    expect(checkInRate(3, [1], 13)).toEqual({ done: 1, of: 2, percent: 50 });
    expect(checkInRate(3, [1, 3], 13)).toEqual({ done: 2, of: 3, percent: 66 });
  });
  it('ends with the path', () => {
    expect(checkInRate(30, [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12], 13)).toEqual({ done: 12, of: 13, percent: 92 });
  });
});
