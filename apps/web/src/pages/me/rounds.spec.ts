import { describe, expect, it } from 'vitest';
import { rounds } from './rounds.js';

let n = 0;
const entry = (minute: number, more: Partial<Parameters<typeof rounds>[0][number]> = {}) => ({
  id: String((n += 1)),
  amount: 1,
  kind: 'award',
  reasonCode: 'review.recalled',
  capped: null,
  at: new Date(Date.UTC(2026, 10, 22, 12, 60 - minute)).toISOString(),
  ...more,
});
const sizes = (list: ReturnType<typeof entry>[]): number[] => rounds(list).map((r) => r.entries.length);

describe('a statement', () => {
  it('shows one round of reviews as one line, with its sum', () => {
    const [round, ...rest] = rounds(Array.from({ length: 14 }, (_, i) => entry(i)));
    expect(rest).toEqual([]);
    expect(round).toMatchObject({ sum: 14 });
    expect(round?.entries).toHaveLength(14);
  });

  it('keeps apart what is another rule, capped, taken back, much later, or too few to be a round', () => {
    expect(sizes([entry(0), entry(1)])).toEqual([1, 1]);
    expect(sizes([entry(0), entry(1), entry(2), entry(40), entry(41), entry(42)])).toEqual([3, 3]);
    expect(sizes([entry(0), entry(1), entry(2, { reasonCode: 'lesson' }), entry(3), entry(4)])).toEqual([
      1, 1, 1, 1, 1,
    ]);
    expect(sizes([entry(0), entry(1), entry(2), entry(3, { capped: 'day' })])).toEqual([3, 1]);
    expect(sizes([entry(0), entry(1), entry(2), entry(3, { kind: 'reversal', amount: -1 })])).toEqual([3, 1]);
  });
});
