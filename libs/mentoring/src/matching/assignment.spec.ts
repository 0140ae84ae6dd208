import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { assign } from './assignment.js';

type Table = (number | null)[][];

function costOf(table: Table, answer: readonly (number | null)[], extra: (j: number, n: number) => number): number {
  const taken = new Map<number, number>();
  return answer.reduce<number>((sum, j, i) => {
    if (j === null) return sum;
    const n = taken.get(j) ?? 0;
    taken.set(j, n + 1);
    return sum + (table[i]?.[j] as number) + extra(j, n);
  }, 0);
}

/** Tries every way: most rows first, then the least cost. */
function exhaustive(
  table: Table,
  capacity: readonly number[],
  extra: (j: number, n: number) => number,
): { given: number; cost: number } {
  let best = { given: -1, cost: Infinity };
  const left = [...capacity];
  const go = (i: number, given: number, cost: number): void => {
    if (i === table.length) {
      if (given > best.given || (given === best.given && cost < best.cost)) best = { given, cost };
      return;
    }
    go(i + 1, given, cost);
    (table[i] as (number | null)[]).forEach((c, j) => {
      if (c === null || (left[j] as number) <= 0) return;
      const n = (capacity[j] as number) - (left[j] as number);
      left[j] = (left[j] as number) - 1;
      go(i + 1, given + 1, cost + c + extra(j, n));
      left[j] = (left[j] as number) + 1;
    });
  };
  go(0, 0, 0);
  return best;
}

const instance = fc
  .record({ rows: fc.integer({ min: 0, max: 5 }), columns: fc.integer({ min: 0, max: 4 }), step: fc.nat({ max: 9 }) })
  .chain(({ rows, columns, step }) =>
    fc.record({
      table: fc.array(
        fc.array(fc.option(fc.nat({ max: 30 }), { freq: 4 }), { minLength: columns, maxLength: columns }),
        { minLength: rows, maxLength: rows },
      ),
      capacity: fc.array(fc.nat({ max: 3 }), { minLength: columns, maxLength: columns }),
      step: fc.constant(step),
    }),
  );

/** Everybody gets one of as many columns, each taken once. */
const square = (table: number[][]): number =>
  costOf(
    table,
    assign(
      table,
      (table[0] as number[]).map(() => 1),
    ),
    () => 0,
  );

describe('assignment', () => {
  it('is as good as the best of all ways, with capacities, forbidden pairs and growing extra cost', () => {
    fc.assert(
      fc.property(instance, ({ table, capacity, step }) => {
        const extra = (_: number, n: number): number => n * step;
        const answer = assign(table, capacity, extra);
        const used = capacity.map((_, j) => answer.filter((a) => a === j).length);
        expect(used.every((n, j) => n <= (capacity[j] as number))).toBe(true);
        expect(answer.every((j, i) => j === null || table[i]?.[j] !== null)).toBe(true);
        expect({ given: answer.filter((a) => a !== null).length, cost: costOf(table, answer, extra) }).toEqual(
          exhaustive(table, capacity, extra),
        );
      }),
      { numRuns: 500 },
    );
  });

  // Taha, Operations Research: An Introduction, the assignment model: Mr. Klyne's children and their chores.
  it('finds 27 for the chores of Taha', () => {
    expect(
      square([
        [15, 10, 9],
        [9, 15, 10],
        [10, 12, 8],
      ]),
    ).toBe(27);
  });

  // The same chapter: four children, where reducing rows and columns alone is not enough.
  it('finds 21 for the four children of Taha', () => {
    expect(
      square([
        [1, 4, 6, 3],
        [9, 7, 10, 9],
        [4, 5, 11, 7],
        [8, 7, 8, 5],
      ]),
    ).toBe(21);
  });

  // The worked example of Google OR-Tools' guide to assignment: five workers, four tasks, so one stays without.
  it('finds 265 for the workers of the OR-Tools guide', () => {
    const workers = [
      [90, 80, 75, 70],
      [35, 85, 55, 65],
      [125, 95, 90, 95],
      [45, 110, 95, 115],
      [50, 100, 90, 100],
    ];
    expect(square(workers)).toBe(265);
    expect(assign(workers, [1, 1, 1, 1]).filter((j) => j === null)).toHaveLength(1);
  });

  // The example of SciPy's linear_sum_assignment.
  it('finds 5 for the example of SciPy', () => {
    expect(
      square([
        [4, 1, 3],
        [2, 0, 5],
        [3, 2, 2],
      ]),
    ).toBe(5);
  });

  // Machol and Wien (1976), hard for many solvers: cost i × j, least when the largest meet the smallest, n(n+1)(n+2)/6.
  it.each([2, 5, 10, 40])('finds the known optimum of Machol and Wien for n = %i', (n) => {
    const table = Array.from({ length: n }, (_, i) => Array.from({ length: n }, (_, j) => (i + 1) * (j + 1)));
    expect(square(table)).toBe((n * (n + 1) * (n + 2)) / 6);
  });

  it('leaves rows out only when there is no way to give them a column', () => {
    expect(assign([[null, null]], [1, 1])).toEqual([null]);
    expect(
      assign(
        [
          [0, 1],
          [0, null],
        ],
        [1, 1],
      ),
    ).toEqual([1, 0]);
    expect(assign([[5]], [0])).toEqual([null]);
  });
});
