import { mulberry32 } from '@waymark/kernel';
import { describe, expect, it } from 'vitest';
import { deviation, facility } from './item-measures.js';
import { LSAT6, WUENSCH } from './published-data.js';
import { cronbachAlpha, kr20, standardError } from './reliability.js';
import type { ItemAnswers, ResponseTable } from './responses.js';

function tableOf(rows: readonly (readonly (number | null)[])[], points: readonly number[] = []): ResponseTable {
  const count = rows[0]?.length ?? 0;
  const items = Array.from({ length: count }, (_, i): ItemAnswers => {
    const seen = rows.flatMap((r, person) => (r[i] === null ? [] : [{ person, share: r[i] as number }]));
    return {
      person: seen.map((s) => s.person),
      share: seen.map((s) => s.share),
      points: seen.map(() => points[i] ?? 1),
      choices: null,
      blanks: 0,
    };
  });
  return { people: rows.length, items };
}
const marks = (rows: readonly string[]): number[][] => rows.map((r) => [...r].map(Number));

/** The textbook form, on complete data. */
function byVariances(rows: readonly (readonly number[])[]): number {
  const variance = (x: number[]): number => (deviation(x) as number) ** 2;
  const k = rows[0]?.length ?? 0;
  const items = Array.from({ length: k }, (_, i) => variance(rows.map((r) => r[i] as number)));
  const total = variance(rows.map((r) => r.reduce((a, b) => a + b, 0)));
  return (k / (k - 1)) * (1 - items.reduce((a, b) => a + b, 0) / total);
}

describe("Cronbach's alpha and KR-20", () => {
  it('on "The Kuder-Richardson 20" (Wuensch, core.ecu.edu/wuenschk/StatHelp/KR20.txt): p, pq and variance as printed', () => {
    const rows = marks(WUENSCH);
    const p = rows[0]?.map((_, i) => facility(rows.map((r) => r[i] as number)) as number) ?? [];
    expect(p.map((x) => Number(x.toFixed(1)))).toEqual([0.7, 0.7, 0.6, 0.7, 0.6, 0.8, 0.7, 0.7, 0.5, 0.6]);
    expect(p.map((x) => Number((x * (1 - x)).toFixed(2)))).toEqual([
      0.21, 0.21, 0.24, 0.21, 0.24, 0.16, 0.21, 0.21, 0.25, 0.24,
    ]);
    // The page prints pq and the variance 5.84 and says that KR-20 and alpha agree: 10/9 · (1 − 2.18/5.84).
    const expected = (10 / 9) * (1 - 2.18 / 5.84);
    expect(kr20(p, 5.84)).toBeCloseTo(expected, 10);
    expect(cronbachAlpha(tableOf(rows))).toBeCloseTo(expected, 10);
  });

  it('is 0.295 on LSAT 6, as both forms of the formula say', () => {
    const rows = LSAT6.flatMap(([pattern, people]) => Array.from({ length: people }, () => [...pattern].map(Number)));
    expect(cronbachAlpha(tableOf(rows))).toBeCloseTo(byVariances(rows), 10);
    expect(cronbachAlpha(tableOf(rows))).toBeCloseTo(0.295, 3);
  });

  it('is the textbook form also with partial credit and different points', () => {
    const rows = [
      [1, 0.5, 0.25, 1],
      [0, 0.5, 0, 0],
      [1, 1, 0.75, 0],
      [0, 0, 0.5, 1],
      [1, 1, 1, 1],
    ];
    const points = [1, 2, 4, 1];
    expect(cronbachAlpha(tableOf(rows, points))).toBeCloseTo(
      byVariances(rows.map((r) => r.map((x, i) => x * (points[i] as number)))),
      10,
    );
  });

  it('is nearly the same where a blueprint drew half of the questions as for papers of that length', () => {
    const random = mulberry32(11);
    const drawn: (number | null)[][] = [];
    const first: number[][] = [];
    for (let p = 0; p < 4_000; p += 1) {
      const ability = random() + random() + random() - 1.5;
      const all = Array.from({ length: 20 }, () => (random() < 1 / (1 + Math.exp(-3 * ability)) ? 1 : 0));
      const from = Math.floor(random() * 20);
      drawn.push(all.map((x, i) => ((i - from + 20) % 20 < 10 ? x : null)));
      first.push(all.slice(0, 10));
    }
    expect(cronbachAlpha(tableOf(drawn))).toBeCloseTo(byVariances(first), 1);
    expect(Math.abs((cronbachAlpha(tableOf(drawn)) as number) - byVariances(first))).toBeLessThan(0.03);
  });

  it('is null without two people, two questions or any spread', () => {
    expect(cronbachAlpha(tableOf([[1, 0]]))).toBeNull();
    expect(cronbachAlpha(tableOf([[1], [0]]))).toBeNull();
    expect(
      cronbachAlpha(
        tableOf([
          [1, 1],
          [1, 1],
        ]),
      ),
    ).toBeNull();
    expect(kr20([0.5], 1)).toBeNull();
  });
});

describe('standard error of measurement', () => {
  it('is s·√(1 − r), and never more than s', () => {
    expect(standardError(10, 0.91)).toBeCloseTo(3, 10);
    expect(standardError(10, -0.4)).toBe(10);
    expect(standardError(10, 1)).toBe(0);
  });
});
