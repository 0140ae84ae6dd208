import { mulberry32 } from '@waymark/kernel';
import { describe, expect, it } from 'vitest';
import { analysisSteps, finish, pooled, type AnalysisItem } from './analysis.js';
import { LSAT6, WUENSCH } from './published-data.js';
import { restShares, totalsOf } from './responses.js';

function itemsOf(rows: readonly (readonly (number | null)[])[], points: readonly number[] = []): AnalysisItem[] {
  return (rows[0] ?? []).map((_, i): AnalysisItem => {
    const seen = rows.flatMap((r, person) => (r[i] === null ? [] : [{ person, share: r[i] as number }]));
    return {
      questionVersionId: `q${i}`,
      keys: ['a', 'b'],
      right: ['a'],
      single: true,
      person: seen.map((s) => s.person),
      share: seen.map((s) => s.share),
      points: seen.map(() => points[i] ?? 1),
      choices: seen.map((s) => [s.share === 1 ? 'a' : 'b']),
      blanks: 0,
    };
  });
}
const marks = (rows: readonly string[]): number[][] => rows.map((r) => [...r].map(Number));
const lsat = LSAT6.flatMap(([pattern, people]) => Array.from({ length: people }, () => [...pattern].map(Number)));

describe('the analysis of an exam', () => {
  it('has alpha equal to KR-20 and the error that follows, on Wuensch’s ten students', () => {
    const { test } = finish(analysisSteps(10, itemsOf(marks(WUENSCH))));
    const reliability = (10 / 9) * (1 - 2.18 / 5.84);
    expect(test.alpha).toBeCloseTo(reliability, 10);
    expect(test.kr20).toBeCloseTo(reliability, 10);
    // 5.84 is over n; scores are out of 100 and the deviation by n − 1.
    expect(test.sem).toBeCloseTo(10 * Math.sqrt((5.84 * 10) / 9) * Math.sqrt(1 - reliability), 8);
    expect(test).toMatchObject({ people: 10, mean: 66, median: 70 });
  });

  it('measures the rest without the question itself', () => {
    const { items } = finish(analysisSteps(1000, itemsOf(lsat)));
    for (const item of items) expect(item.itemRest as number).toBeLessThan(item.itemTotal as number);
    expect(items.reduce((sum, i) => sum + (i.effectiveWeight ?? 0), 0)).toBeCloseTo(1, 10);
    expect(items[0]?.intendedWeight).toBeCloseTo(0.2, 10);
  });

  it('treats what was not drawn as missing, not as wrong', () => {
    const rows = [
      [1, 1, null],
      [0, null, 1],
      [null, 1, 0],
    ];
    const items = itemsOf(rows, [1, 2, 3]);
    const totals = totalsOf({ people: 3, items });
    expect([...totals.of]).toEqual([3, 4, 5]);
    expect([...totals.earned]).toEqual([3, 3, 2]);
    expect(restShares(items[1] as AnalysisItem, totals)).toEqual([1, 0]);
    const { test, items: measured } = finish(analysisSteps(3, items));
    expect(measured.map((i) => [i.answered, i.facility])).toEqual([
      [2, 0.5],
      [2, 1],
      [2, 0.5],
    ]);
    expect(test.mean).toBeCloseTo((100 + 75 + 40) / 3, 10);
    expect(test.kr20).toBeNull();
  });

  it('has no rest and so no correlation for a paper of one question', () => {
    const { items } = finish(analysisSteps(3, itemsOf([[1], [0], [1]])));
    expect(items[0]).toMatchObject({ facility: 2 / 3, itemRest: null, efficiency: null, choices: null });
  });

  it('is empty without people', () => {
    expect(finish(analysisSteps(0, [])).test).toMatchObject({ people: 0, alpha: null, sem: null });
  });
});

describe('a question over several exams', () => {
  it('is the same as in one exam when there is one', () => {
    const { items } = finish(analysisSteps(1000, itemsOf(lsat)));
    const one = items[2] as (typeof items)[number];
    const all = pooled([one], { right: ['a'], single: true });
    expect(all).toMatchObject({ answered: 1000, flags: one.flags });
    for (const key of ['facility', 'sd', 'itemRest', 'discrimination'] as const)
      expect(all[key]).toBeCloseTo(one[key] as number, 6);
    expect(all.choices?.[0]?.correlation).toBeCloseTo(one.choices?.[0]?.correlation as number, 6);
  });

  it('does not take a difference in difficulty between exams for discrimination', () => {
    const random = mulberry32(3);
    const exam = (p: number): number[][] =>
      Array.from({ length: 400 }, () => Array.from({ length: 8 }, () => (random() < p ? 1 : 0)));
    const easy = finish(analysisSteps(400, itemsOf(exam(0.9)))).items[0];
    const hard = finish(analysisSteps(400, itemsOf(exam(0.3)))).items[0];
    const both = pooled(
      [easy, hard].flatMap((m) => m ?? []),
      { right: ['a'], single: true },
    );
    expect(both.answered).toBe(800);
    expect(both.facility).toBeCloseTo(0.6, 1);
    expect(Math.abs(both.itemRest as number)).toBeLessThan(0.1);
  });
});
