import type { Locale } from '@waymark/kernel';
import { matchesNumber } from '../question/decimal.js';
import {
  acceptedIn,
  isBlank,
  type AcceptedKey,
  type Answer,
  type AnswerKey,
  type GapBody,
  type GapKey,
  type QuestionBody,
  type QuestionType,
} from '../question/question.js';
import { matchesAccepted } from '../question/short-answer.js';
import { divide, fraction, weightedSum, type Fraction } from './fraction.js';

/** dropped: left out of the score by a regrade. */
export type MarkState = 'right' | 'wrong' | 'partial' | 'pending' | 'blank' | 'dropped';

/** What one item earned: n/d is the share of its points, in 0..1. */
export interface Mark {
  s: MarkState;
  n: number;
  d: number;
  /** Marks of the parts of a case, in their order. */
  x?: Mark[];
}

const RIGHT: Mark = { s: 'right', n: 1, d: 1 };
const WRONG: Mark = { s: 'wrong', n: 0, d: 1 };
const BLANK: Mark = { s: 'blank', n: 0, d: 1 };
const PENDING: Mark = { s: 'pending', n: 0, d: 1 };

export interface GradingPolicy {
  locale: Locale;
  /** A short answer that equals no accepted one: true waits for a grader, false is wrong. */
  gradeShortAnswers: boolean;
  /** Brings Chinese variants into one form; the server gives it where a key needs it. */
  fold?: (text: string) => string;
}

/** A question as it is marked. */
export interface Marked {
  type: QuestionType;
  body: QuestionBody;
  key: AnswerKey;
}

/** `hit` of `of`: nothing, everything, or a share where the question gives one. */
function share(hit: number, of: number, partial: boolean): Mark {
  if (of <= 0 || hit <= 0) return WRONG;
  if (hit >= of) return RIGHT;
  if (!partial) return WRONG;
  const f = fraction(hit, of);
  return { s: 'partial', n: f.num, d: f.den };
}

/**
 * Marks one answer by rule.
 *
 * With `scoring: 'partial'` an answer earns a share of the points:
 * - multiple choice: (right taken − wrong taken) / right ones, not below 0, as QTI's mapResponse with lowerBound 0 where a
 *   right choice maps to 1/R and a wrong one to −1/R (IMS QTI 2.1 Assessment Test, Section and Item Information Model, §8);
 * - matching: share of prompts with their right option, as Moodle's matching type;
 * - ordering: share of neighbours that follow each other as they should, of n − 1 pairs: "relative to the next item
 *   (excluding last)" of Moodle's ordering type. Drawing lots earns 1/n, not the half that counting all pairs gives;
 * - cloze: weights of the right gaps over all weights, as Moodle's Cloze.
 * Otherwise only the whole right answer earns them. A case earns its parts' points over all points and waits while one of
 * its parts does. An essay always waits for a person.
 */
export function markAnswer(question: Marked, answer: Answer | null, policy: GradingPolicy): Mark {
  if (isBlank(answer) || !answer) return BLANK;
  const { type, body, key } = question;
  const partial = body.scoring === 'partial';
  switch (type) {
    case 'short':
      if (accepts(key, answer.text ?? '', policy)) return RIGHT;
      return policy.gradeShortAnswers ? PENDING : WRONG;
    case 'essay':
      return PENDING;
    case 'numeric':
      return key.number && matchesNumber(answer.text ?? '', key.number, body.unit) ? RIGHT : WRONG;
    case 'matching': {
      const prompts = body.prompts ?? [];
      const hit = prompts.filter((p) => key.pairs?.[p] !== undefined && answer.pairs?.[p] === key.pairs[p]).length;
      return share(hit, prompts.length, partial);
    }
    case 'ordering':
      return markOrder(key.order ?? [], answer.order ?? [], partial);
    case 'cloze': {
      const gaps = body.gaps ?? [];
      const weight = (g: GapBody): number => key.gaps?.[g.key]?.weight ?? 0;
      const hit = gaps.filter((g) => gapIsRight(g, key.gaps?.[g.key], answer.gaps?.[g.key] ?? '', policy));
      const sum = (list: readonly GapBody[]): number => list.reduce((n, g) => n + weight(g), 0);
      return share(sum(hit), sum(gaps), partial);
    }
    case 'case':
      return markCase(question, answer, policy);
    case 'multiple': {
      const right = new Set(key.choices ?? []);
      const taken = (answer.choices ?? []).filter((c) => right.has(c)).length;
      return share(taken - ((answer.choices ?? []).length - taken), right.size, partial);
    }
    case 'single':
    case 'truefalse':
      return key.choices?.length === 1 && answer.choices?.[0] === key.choices[0] ? RIGHT : WRONG;
  }
}

function accepts(key: AcceptedKey, text: string, policy: GradingPolicy): boolean {
  const how = { exactCase: key.exactCase, wildcards: key.wildcards };
  const accepted = acceptedIn(key, policy.locale);
  return (
    matchesAccepted(text, accepted, how) ||
    (policy.fold !== undefined && matchesAccepted(text, accepted, { ...how, fold: policy.fold }))
  );
}

function markOrder(order: readonly string[], given: readonly string[], partial: boolean): Mark {
  if (order.length === given.length && order.every((key, i) => given[i] === key))
    return order.length > 0 ? RIGHT : WRONG;
  if (!partial) return WRONG;
  const follows = order.slice(1).filter((key, i) => {
    const at = given.indexOf(order[i] as string);
    return at >= 0 && given[at + 1] === key;
  }).length;
  return share(follows, order.length - 1, true);
}

/** Whether one gap is filled rightly. */
export function gapIsRight(gap: GapBody, key: GapKey | undefined, given: string, policy: GradingPolicy): boolean {
  if (!key || given.trim() === '') return false;
  if (gap.kind === 'choice') return key.choices?.length === 1 && key.choices[0] === given;
  if (gap.kind === 'number') return key.number !== undefined && matchesNumber(given, key.number, gap.unit);
  return accepts(key, given, policy);
}

function markCase({ body, key }: Marked, answer: Answer, policy: GradingPolicy): Mark {
  const parts = body.parts ?? [];
  const marks = parts.map((part) =>
    markAnswer(
      { type: part.type, body: part.body, key: key.parts?.[part.key] ?? {} },
      answer.parts?.[part.key] ?? null,
      policy,
    ),
  );
  if (pendingCount(marks) > 0) return { ...PENDING, x: marks };
  const points = parts.map((p) => p.points);
  return { ...shareOfParts(points, marks), x: marks };
}

/** The share that marked parts earn together. */
export function shareOfParts(points: readonly number[], marks: readonly Mark[]): Mark {
  const items = marks.map((mark, i) => ({ points: points[i] ?? 0, topic: null, mark }));
  if (items.every((i) => i.points === 0)) return WRONG;
  const { num, den } = scoreOf(items);
  return { s: num === 0 ? 'wrong' : num === den ? 'right' : 'partial', n: num, d: den };
}

/** Whether marking may need Chinese variants: a typed answer is compared with accepted words. */
export function comparesWords(question: Pick<Marked, 'type' | 'body'>): boolean {
  return (
    question.type === 'short' ||
    (question.body.gaps ?? []).some((g) => g.kind === 'text') ||
    (question.body.parts ?? []).some(comparesWords)
  );
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

const counted = (items: readonly MarkedItem[]): MarkedItem[] => items.filter((i) => i.mark.s !== 'dropped');

/** Earned points over all points; dropped items count in neither. @throws RangeError when there is nothing to earn */
export function scoreOf(all: readonly MarkedItem[]): Fraction {
  const items = counted(all);
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
export function topicShares(all: readonly MarkedItem[]): TopicShare[] {
  const groups = new Map<string, MarkedItem[]>();
  for (const item of counted(all)) {
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
  return mark.s !== 'pending' && mark.s !== 'dropped' && mark.n < mark.d;
}

export function pendingCount(marks: readonly Mark[]): number {
  return marks.filter((m) => m.s === 'pending').length;
}
