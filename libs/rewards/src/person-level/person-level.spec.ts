import { describe, expect, it } from 'vitest';
import { levelStanding } from './person-level.js';

const steps = [
  { level: 1, from: 0 },
  { level: 2, from: 100 },
  { level: 3, from: 300 },
];

describe('PersonLevel', () => {
  it.each([
    [0, 1, 0, 100],
    [99, 1, 0.99, 1],
    [100, 2, 0, 200],
    [250, 2, 0.75, 50],
    [300, 3, 1, 0],
    [9999, 3, 1, 0],
  ])('of %i points is %i, %d of the way, %i missing', (earned, level, progress, missing) => {
    expect(levelStanding(steps, earned)).toMatchObject({ current: { level }, progress, missing });
  });

  it('is the first while no levels are defined', () => {
    expect(levelStanding([], 50)).toEqual({ current: { level: 1, from: 0 }, next: null, progress: 1, missing: 0 });
  });
});
