import { mulberry32 } from '@waymark/kernel';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { checkBlueprint, drawQuestions, fits, type DrawRule, type PoolQuestion } from './blueprint.js';

const q = (id: string, over: Partial<PoolQuestion> = {}): PoolQuestion => ({
  questionId: id,
  versionId: `v-${id}`,
  bankId: 'bank',
  type: 'single',
  use: 'secure',
  difficulty: 3,
  points: 1,
  tags: ['x'],
  body: { choices: ['a', 'b'] },
  lessonRef: null,
  ...over,
});
const rule = (over: Partial<DrawRule> = {}): DrawRule => ({
  count: 1,
  bankIds: [],
  tags: [],
  types: [],
  difficultyFrom: 1,
  difficultyTo: 5,
  use: null,
  points: null,
  ...over,
});

const tag = fc.constantFrom('x', 'y', 'z');
const pool = fc
  .array(
    fc.record({
      tags: fc.uniqueArray(tag, { minLength: 1, maxLength: 3 }),
      difficulty: fc.integer({ min: 1, max: 5 }),
    }),
    {
      maxLength: 12,
    },
  )
  .map((list) => list.map((over, i) => q(`q${String(i).padStart(2, '0')}`, over)));
const ruleArb = fc
  .record({
    count: fc.integer({ min: 1, max: 4 }),
    tags: fc.uniqueArray(tag, { maxLength: 2 }),
    low: fc.integer({ min: 1, max: 5 }),
    span: fc.nat(3),
  })
  .map(({ count, tags, low, span }) =>
    rule({ count, tags, difficultyFrom: low, difficultyTo: Math.min(5, low + span) }),
  );
const rules = fc.array(ruleArb, { minLength: 1, maxLength: 3 });

/** Hall's condition over sets of rules: enough questions for every subset of rules together. */
function feasible(list: PoolQuestion[], wanted: DrawRule[]): boolean {
  for (let mask = 1; mask < 1 << wanted.length; mask += 1) {
    const subset = wanted.filter((_, i) => mask & (1 << i));
    const need = subset.reduce((s, r) => s + r.count, 0);
    if (list.filter((x) => subset.some((r) => fits(r, x))).length < need) return false;
  }
  return true;
}

describe('blueprint draws', () => {
  it('draw whenever a draw exists, each question once, each fitting its rule', () => {
    fc.assert(
      fc.property(pool, rules, fc.nat(), (list, wanted, seed) => {
        const drawn = drawQuestions(list, wanted, mulberry32(seed));
        expect(drawn !== null).toBe(feasible(list, wanted));
        expect(checkBlueprint(list, wanted).sufficient).toBe(drawn !== null);
        if (drawn === null) return;
        expect(new Set(drawn.map((d) => d.question.questionId)).size).toBe(drawn.length);
        let at = 0;
        for (const r of wanted) {
          for (const d of drawn.slice(at, at + r.count)) expect(fits(r, d.question)).toBe(true);
          at += r.count;
        }
        expect(at).toBe(drawn.length);
      }),
      { numRuns: 500 },
    );
  });
  it('are the same for the same seed, whatever the order of the bank', () => {
    fc.assert(
      fc.property(pool, rules, fc.nat(), (list, wanted, seed) => {
        const a = drawQuestions(list, wanted, mulberry32(seed));
        const b = drawQuestions([...list].reverse(), wanted, mulberry32(seed));
        expect(b).toEqual(a);
      }),
    );
  });
  it('vary with the seed and reach every question', () => {
    const list = Array.from({ length: 10 }, (_, i) => q(`q${i}`));
    const seen = new Set<string>();
    for (let seed = 0; seed < 60; seed += 1) {
      for (const d of drawQuestions(list, [rule({ count: 3 })], mulberry32(seed)) ?? [])
        seen.add(d.question.questionId);
    }
    expect(seen.size).toBe(10);
  });
  it('say at once what is short, overlaps counted', () => {
    const list = [q('a', { tags: ['x', 'y'] }), q('b', { tags: ['x'] })];
    const check = checkBlueprint(list, [rule({ count: 2, tags: ['x'] }), rule({ count: 1, tags: ['y'] })]);
    expect(check).toEqual({
      sufficient: false,
      need: 3,
      fills: 2,
      rules: [
        { need: 2, matches: 2, fills: 2 },
        { need: 1, matches: 1, fills: 0 },
      ],
    });
  });
  it('never draw a question that has a fixed place', () => {
    expect(checkBlueprint([q('a')], [rule()], new Set(['a'])).sufficient).toBe(false);
  });
  it('give the points of the rule, else of the question', () => {
    const list = [q('a', { points: 3 })];
    expect(drawQuestions(list, [rule()], mulberry32(1))?.[0]?.points).toBe(3);
    expect(drawQuestions(list, [rule({ points: 5 })], mulberry32(1))?.[0]?.points).toBe(5);
  });
});
