import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { PoolQuestion } from '../assessment/blueprint.js';
import { makePaper, type PaperPlan } from './paper.js';

const question = (i: number, over: Partial<PoolQuestion> = {}): PoolQuestion => ({
  questionId: `q${i}`,
  versionId: `v${i}`,
  bankId: 'b',
  type: 'single',
  use: 'practice',
  difficulty: 1,
  points: 1,
  tags: ['x', 'y'],
  body: { choices: ['a', 'b', 'c', 'd'] },
  lessonRef: null,
  ...over,
});
const plan = (n: number, over: Partial<PaperPlan> = {}): PaperPlan => ({
  fixed: Array.from({ length: n }, (_, i) => ({ question: question(i), points: i + 1 })),
  draws: [],
  shuffleQuestions: true,
  shuffleChoices: true,
  ...over,
});

describe('makePaper', () => {
  it('keeps every fixed question once with its points and all its choices', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 12 }), fc.integer(), (n, seed) => {
        const paper = makePaper(plan(n), [], seed) ?? [];
        expect(paper.map((e) => `${e.q}:${e.p}`).sort()).toEqual(
          Array.from({ length: n }, (_, i) => `q${i}:${i + 1}`).sort(),
        );
        for (const e of paper) expect([...e.c].sort()).toEqual(['a', 'b', 'c', 'd']);
        expect(makePaper(plan(n), [], seed)).toEqual(paper);
      }),
    );
  });
  it('keeps the order when it is told to', () => {
    const paper = makePaper(plan(5, { shuffleQuestions: false, shuffleChoices: false }), [], 7) ?? [];
    expect(paper.map((e) => e.q)).toEqual(['q0', 'q1', 'q2', 'q3', 'q4']);
    expect(paper[0]).toEqual({
      q: 'q0',
      v: 'v0',
      k: 'single',
      u: 'practice',
      p: 1,
      t: 'x',
      l: null,
      c: ['a', 'b', 'c', 'd'],
    });
  });
  it('shows true before false always', () => {
    const fixed = [{ question: question(1, { type: 'truefalse', body: { choices: ['true', 'false'] } }), points: 1 }];
    for (let seed = 0; seed < 20; seed += 1)
      expect(makePaper(plan(0, { fixed }), [], seed)?.[0]?.c).toEqual(['true', 'false']);
  });
  it('is refused when the bank is too small', () => {
    const draws = [
      { count: 2, bankIds: [], tags: [], types: [], difficultyFrom: 1, difficultyTo: 5, use: null, points: null },
    ];
    expect(makePaper(plan(0, { draws }), [question(1)], 1)).toBeNull();
  });
});
