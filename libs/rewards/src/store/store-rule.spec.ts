import { describe, expect, it } from 'vitest';
import { canCancel, daysUntilAffordable, limitAgainOn, limitStart, obstacleOf } from './store-rule.js';

describe('the store', () => {
  it.each([
    ['month', '2026-03-31', '2026-03-01'],
    ['quarter', '2026-03-31', '2026-01-01'],
    ['year', '2026-03-31', '2026-01-01'],
    ['ever', '2026-03-31', null],
  ] as const)('counts a limit per %s on %s from %s', (per, day, from) => {
    expect(limitStart(per, day)).toBe(from);
  });

  it.each([
    ['month', '2026-12-31', '2027-01-01'],
    ['quarter', '2026-11-22', '2027-01-01'],
    ['year', '2026-11-22', '2027-01-01'],
    ['ever', '2026-11-22', null],
  ] as const)('opens a limit per %s reached on %s again on %s', (per, day, on) => {
    expect(limitAgainOn(per, day)).toBe(on);
  });

  it.each([
    [500, 400, 0, 0],
    [100, 100, 0, 0],
    [100, 380, 280, 28],
    [0, 1, 280, 1],
    [0, 100, 0, null],
    [0, 100, -5, null],
  ])('with %i of %i at %i in 28 days takes %s days', (balance, price, pace, days) => {
    expect(daysUntilAffordable(balance, price, pace)).toBe(days);
  });

  it('names the obstacle that waiting helps least with', () => {
    const can = { stockLeft: 1, limitCount: 1, mine: 0, balance: 10, price: 10 };
    expect(obstacleOf(can)).toBeNull();
    expect(obstacleOf({ ...can, stockLeft: null, limitCount: null, mine: 9 })).toBeNull();
    expect(obstacleOf({ ...can, stockLeft: 0, mine: 1, balance: 0 })).toBe('reward-sold-out');
    expect(obstacleOf({ ...can, mine: 1, balance: 0 })).toBe('reward-limit-reached');
    expect(obstacleOf({ ...can, balance: 9 })).toBe('points-too-few');
  });

  it('lets an order be taken back until somebody decided', () => {
    expect([canCancel('requested', 'manager'), canCancel('approved', 'none')]).toEqual([true, true]);
    expect([canCancel('approved', 'manager'), canCancel('fulfilled', 'none'), canCancel('cancelled', 'none')]).toEqual([
      false,
      false,
      false,
    ]);
  });
});
