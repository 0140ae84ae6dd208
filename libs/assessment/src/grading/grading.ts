import type { Locale } from '@waymark/kernel';
import { acceptedIn, isBlank, type Answer, type AnswerKey, type QuestionType } from '../question/question.js';
import { matchesAccepted } from '../question/short-answer.js';
import { divide, fraction, weightedSum, type Fraction } from './fraction.js';

export type MarkState = 'right' | 'wrong' | 'partial' | 'pending' | 'blank';

/** What one item earned: n/d is the share of its points, in 0..1. */
export interface Mark {
  s: MarkState;
  n: number;
  d: number;
}

const RIGHT: Mark = { s: 'right', n: 1, d: 1 };
const WRONG: Mark = { s: 'wrong', n: 0, d: 1 };
const BLANK: Mark = { s: 'blank', n: 0, d: 1 };
const PENDING: Mark = { s: 'pending', n: 0, d: 1 };

export interface GradingPolicy {
  locale: Locale;
  /** A short answer that equals no accepted one: true waits for a grader, false is wrong. */
  gradeShortAnswers: boolean;
}

/** Marks one answer by rule. Multiple choice earns its points only when exactly the right choices are taken. */
export function markAnswer(type: QuestionType, key: AnswerKey, answer: Answer | null, policy: GradingPolicy): Mark {
  if (isBlank(answer) || !answer) return BLANK;
  if (type === 'short') {
    if (matchesAccepted(answer.text ?? '', acceptedIn(key, policy.locale))) return RIGHT;
    return policy.gradeShortAnswers ? PENDING : WRONG;
  }
  const right = new Set(key.choices ?? []);
  const given = answer.choices ?? [];
  return given.length === right.size && given.every((c) => right.has(c)) ? RIGHT : WRONG;
}

/** The mark for points given by a grader, out of `maximum`. */
export function markByGrader(points: Fraction, maximum: number): Mark {
  const share = divide(points, maximum);
  if (share.num > share.den) throw new RangeError('more points than the question has');
  const s: MarkState = share.num === 0 ? 'wrong' : share.num === share.den ? 'right' : 'partial';
  return { s, n: share.num, d: share.den };
}

export interface MarkedItem {
  points: number;
  topic: string | null;
  mark: Mark;
}

/** Earned points over all points. @throws RangeError for an empty list */
export function scoreOf(items: readonly MarkedItem[]): Fraction {
  const total = items.reduce((sum, i) => sum + i.points, 0);
  if (total <= 0) throw new RangeError('a score needs at least one point to earn');
  return divide(weightedSum(items.map((i) => ({ weight: i.points, share: fraction(i.mark.n, i.mark.d) }))), total);
}

export interface TopicShare {
  topic: string;
  share: Fraction;
  points: number;
}

/** One score per topic, in the order the topics first appear; items without a topic count in none. */
export function topicShares(items: readonly MarkedItem[]): TopicShare[] {
  const groups = new Map<string, MarkedItem[]>();
  for (const item of items) {
    if (item.topic === null) continue;
    const list = groups.get(item.topic);
    if (list) list.push(item);
    else groups.set(item.topic, [item]);
  }
  return [...groups].map(([topic, list]) => ({
    topic,
    share: scoreOf(list),
    points: list.reduce((sum, i) => sum + i.points, 0),
  }));
}

/** A topic under 70 is a weak area. */
export const WEAK_TOPIC_MARK = 70;

export function isMissed(mark: Mark): boolean {
  return mark.s !== 'pending' && mark.n < mark.d;
}

export function pendingCount(marks: readonly Mark[]): number {
  return marks.filter((m) => m.s === 'pending').length;
}
