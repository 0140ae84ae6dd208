import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fraction, shownScore } from './fraction.js';
import type { Answer, AnswerKey, QuestionBody, QuestionType } from '../question/question.js';
import {
  isMissed,
  markAnswer,
  markByGrader,
  pendingCount,
  scoreOf,
  topicShares,
  type GradingPolicy,
  type Mark,
  type MarkedItem,
} from './grading.js';

const policy: GradingPolicy = { locale: 'zh-CN', gradeShortAnswers: true };
const mark = (
  type: QuestionType,
  key: AnswerKey,
  answer: Answer | null,
  by: GradingPolicy = policy,
  body: QuestionBody = {},
): Mark => markAnswer({ type, key, body }, answer, by);

describe('markAnswer', () => {
  it('takes exactly the right choices', () => {
    const key = { choices: ['a', 'c'] };
    expect(mark('multiple', key, { choices: ['c', 'a'] }, policy).s).toBe('right');
    expect(mark('multiple', key, { choices: ['a'] }, policy).s).toBe('wrong');
    expect(mark('multiple', key, { choices: ['a', 'b', 'c'] }, policy).s).toBe('wrong');
    expect(mark('multiple', key, { choices: [] }, policy).s).toBe('blank');
    expect(mark('single', { choices: ['b'] }, { choices: ['b'] }, policy).s).toBe('right');
    expect(mark('truefalse', { choices: ['false'] }, { choices: ['true'] }, policy).s).toBe('wrong');
  });
  it('sends an unknown short answer to a grader where the policy wants it', () => {
    const key = { accepted: { 'zh-CN': ['价格异议'], en: ['price objection'] } };
    expect(mark('short', key, { text: '价格异议。' }, policy).s).toBe('right');
    expect(mark('short', key, { text: 'Price objection' }, policy).s).toBe('right');
    expect(mark('short', key, { text: '别的' }, policy).s).toBe('pending');
    expect(mark('short', key, { text: '别的' }, { ...policy, gradeShortAnswers: false }).s).toBe('wrong');
    expect(mark('short', key, { text: '  ' }, policy).s).toBe('blank');
    expect(mark('short', key, null, policy).s).toBe('blank');
  });
  it('a question with an empty key is never right', () => {
    fc.assert(
      fc.property(fc.subarray(['a', 'b', 'c']), (choices) => {
        expect(mark('multiple', { choices: [] }, { choices }, policy).n).toBe(0);
      }),
    );
  });
});

describe('markByGrader', () => {
  it('keeps the exact share', () => {
    expect(markByGrader(fraction(3, 2), 3)).toEqual({ s: 'partial', n: 1, d: 2 });
    expect(markByGrader(fraction(3, 1), 3)).toEqual({ s: 'right', n: 1, d: 1 });
    expect(markByGrader(fraction(0, 1), 3)).toEqual({ s: 'wrong', n: 0, d: 1 });
    expect(() => markByGrader(fraction(4, 1), 3)).toThrow(RangeError);
  });
});

const item = (points: number, topic: string | null, n: number, d = 1): MarkedItem => ({
  points,
  topic,
  mark: { s: n === d ? 'right' : n === 0 ? 'wrong' : 'partial', n, d },
});

describe('scores', () => {
  it('weighs by points and groups by topic', () => {
    const items = [item(3, 'product', 1), item(1, 'product', 0), item(2, 'process', 1, 2), item(1, null, 1)];
    expect(scoreOf(items)).toEqual(fraction(5, 7));
    expect(topicShares(items).map((t) => [t.topic, shownScore(t.share), t.points])).toEqual([
      ['product', 75, 4],
      ['process', 50, 2],
    ]);
  });
  it('stays between nothing and everything', () => {
    const arb = fc.array(
      fc
        .tuple(fc.integer({ min: 1, max: 10 }), fc.integer({ min: 1, max: 8 }))
        .chain(([points, d]) => fc.integer({ min: 0, max: d }).map((n) => item(points, 'x', n, d))),
      { minLength: 1, maxLength: 50 },
    );
    fc.assert(
      fc.property(arb, (items) => {
        const s = scoreOf(items);
        expect(s.num).toBeLessThanOrEqual(s.den);
        expect(items.every((i) => i.mark.n === i.mark.d)).toBe(s.num === s.den);
      }),
    );
  });
  it('tells misses from waiting', () => {
    expect(isMissed({ s: 'pending', n: 0, d: 1 })).toBe(false);
    expect(isMissed({ s: 'partial', n: 1, d: 2 })).toBe(true);
    expect(isMissed({ s: 'right', n: 1, d: 1 })).toBe(false);
    expect(
      pendingCount([
        { s: 'pending', n: 0, d: 1 },
        { s: 'blank', n: 0, d: 1 },
      ]),
    ).toBe(1);
  });
});
