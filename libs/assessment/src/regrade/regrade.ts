import { fraction, reaches, type Fraction } from '../grading/fraction.js';
import { pendingCount, scoreOf, type Mark } from '../grading/grading.js';
import type { QuestionType } from '../question/question.js';

/**
 * What a corrected key means for those who were marked by the wrong one.
 * new-key: everybody by the corrected key · never-lower: the same, but nobody loses points · full: all points to everybody
 * who was asked · drop: the question counts in nobody's score.
 */
export const REGRADE_POLICIES = ['new-key', 'never-lower', 'full', 'drop'] as const;
export type RegradePolicy = (typeof REGRADE_POLICIES)[number];

/** An essay has no key: people mark it. */
export function hasKey(type: QuestionType): boolean {
  return type !== 'essay';
}

const less = (a: Mark, b: Mark): boolean => BigInt(a.n) * BigInt(b.d) < BigInt(b.n) * BigInt(a.d);

/**
 * The mark after a regrade. Points that a person gave stand against a key, and an answer that the corrected key leaves to a
 * person keeps what it had.
 */
export function regradedMark(before: Mark, byKey: Mark, policy: RegradePolicy, byHand: boolean): Mark {
  if (policy === 'full') return { s: 'right', n: 1, d: 1 };
  if (policy === 'drop') return { s: 'dropped', n: 0, d: 1 };
  if (byHand || byKey.s === 'pending') return before;
  if (policy === 'never-lower' && before.s !== 'pending' && (before.s === 'dropped' || less(byKey, before)))
    return before;
  return byKey;
}

export const sameMark = (a: Mark, b: Mark): boolean =>
  a.s === b.s && a.n === b.n && a.d === b.d && JSON.stringify(a.x) === JSON.stringify(b.x);

export interface Verdict {
  /** Null while an answer of the attempt waits for a grader. */
  score: Fraction | null;
  passed: boolean | null;
}

/** What marks make of an attempt; 'empty' when none of its questions counts any more. */
export function verdictOf(points: readonly number[], marks: readonly Mark[], passMark: number): Verdict | 'empty' {
  if (!marks.some((m, i) => m.s !== 'dropped' && (points[i] ?? 0) > 0)) return 'empty';
  if (pendingCount(marks) > 0) return { score: null, passed: null };
  const score = scoreOf(marks.map((mark, i) => ({ points: points[i] ?? 0, topic: null, mark })));
  return { score, passed: reaches(score, passMark) };
}

export interface Effect {
  before: Verdict;
  after: Verdict;
}

export interface RegradeSums {
  changed: number;
  raised: number;
  lowered: number;
  passesGained: number;
  passesLost: number;
}

export const noSums = (): RegradeSums => ({ changed: 0, raised: 0, lowered: 0, passesGained: 0, passesLost: 0 });

/** Below 0 when the score falls, above 0 when it rises or there is one for the first time. */
export function scoreMove({ before, after }: Effect): number {
  if (after.score === null) return 0;
  if (before.score === null) return 1;
  const b = fraction(before.score.num, before.score.den);
  const left = BigInt(after.score.num) * BigInt(b.den);
  const right = BigInt(b.num) * BigInt(after.score.den);
  return left < right ? -1 : left > right ? 1 : 0;
}

/** Adds one attempt whose mark changed. */
export function addTo(sums: RegradeSums, effect: Effect): void {
  const move = effect.before.score === null ? 0 : scoreMove(effect);
  sums.changed += 1;
  if (move > 0) sums.raised += 1;
  if (move < 0) sums.lowered += 1;
  if (effect.after.passed === true && effect.before.passed !== true) sums.passesGained += 1;
  if (effect.after.passed === false && effect.before.passed === true) sums.passesLost += 1;
}
