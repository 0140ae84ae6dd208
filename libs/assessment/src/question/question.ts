import { fallbackChain, type Locale } from '@waymark/kernel';
import type { NumberKey } from './decimal.js';

export const QUESTION_TYPES = [
  'single',
  'multiple',
  'truefalse',
  'short',
  'numeric',
  'matching',
  'ordering',
  'cloze',
  'essay',
  'case',
] as const;
export type QuestionType = (typeof QUESTION_TYPES)[number];
/** A part of a case is a question of any other type. */
export const PART_TYPES = QUESTION_TYPES.filter((t) => t !== 'case');
export type PartType = Exclude<QuestionType, 'case'>;
export const QUESTION_USES = ['practice', 'secure'] as const;
export type QuestionUse = (typeof QUESTION_USES)[number];
export const QUESTION_STATUSES = ['draft', 'published', 'retired'] as const;
export type QuestionStatus = (typeof QUESTION_STATUSES)[number];
/** Whether a half right answer earns a share of the points. The formulas stand in grading.ts. */
export const SCORINGS = ['all', 'partial'] as const;
export type Scoring = (typeof SCORINGS)[number];
/** Types with several things to get right. */
export const PARTIAL_TYPES: readonly QuestionType[] = ['multiple', 'matching', 'ordering', 'cloze'];
export const GAP_KINDS = ['text', 'choice', 'number'] as const;
export type GapKind = (typeof GAP_KINDS)[number];
export const MEDIA_KINDS = ['image', 'audio', 'video'] as const;
export type MediaKind = (typeof MEDIA_KINDS)[number];

export const LIMITS = {
  choices: 20,
  parts: 10,
  gaps: 20,
  pairs: 12,
  options: 16,
  items: 12,
  essay: 20_000,
  criteria: 10,
  levels: 8,
  media: 12,
  accepted: 30,
} as const;
export const MAX_ANSWER_LENGTH = 500;
export const MAX_GAP_LENGTH = 200;
export const TRUE_FALSE_CHOICES: readonly string[] = ['true', 'false'];

/** A picture, sound or film of a question. `place` is 'stem', 'choice.<key>', or one of those behind 'part.<key>.'. */
export interface MediaRef {
  place: string;
  fileId: string;
  kind: MediaKind;
}

export interface GapBody {
  key: string;
  kind: GapKind;
  choices?: string[];
  unit?: string;
}

export interface PartBody {
  key: string;
  type: PartType;
  points: number;
  body: QuestionBody;
}

/** The part of a question version a learner may see, without words. Members stand only where the type uses them. */
export interface QuestionBody {
  /** Choice keys in the author's order. */
  choices?: string[];
  scoring?: Scoring;
  unit?: string;
  prompts?: string[];
  /** Options of a matching, or the things to put in order: sorted by key, which says nothing of what belongs where. */
  options?: string[];
  gaps?: GapBody[];
  essay?: { min: number; max: number };
  parts?: PartBody[];
  media?: MediaRef[];
}

export interface AcceptedKey {
  accepted?: Partial<Record<Locale, string[]>>;
  /** Capital and small letters differ. */
  exactCase?: boolean;
  /** A `*` in an accepted answer stands for any text. */
  wildcards?: boolean;
}

export interface GapKey extends AcceptedKey {
  weight: number;
  choices?: string[];
  number?: NumberKey;
}

export interface CriterionKey {
  key: string;
  levels: { key: string; points: number }[];
}

/** The part that never leaves the server before a policy allows it. */
export interface AnswerKey extends AcceptedKey {
  choices?: string[];
  number?: NumberKey;
  /** prompt → option */
  pairs?: Record<string, string>;
  order?: string[];
  gaps?: Record<string, GapKey>;
  rubric?: CriterionKey[];
  parts?: Record<string, AnswerKey>;
}

/** What a learner answered: the one member that belongs to the type. An empty one clears the answer. */
export interface Answer {
  /** single, multiple, truefalse */
  choices?: string[];
  /** short, numeric, essay */
  text?: string;
  /** matching: prompt → option */
  pairs?: Record<string, string>;
  /** ordering: from first to last */
  order?: string[];
  /** cloze: gap → what was typed, or the key of the choice */
  gaps?: Record<string, string>;
  /** case: part → its answer */
  parts?: Record<string, Answer>;
}

const MEMBERS = ['choices', 'text', 'pairs', 'order', 'gaps', 'parts'] as const;
type Member = (typeof MEMBERS)[number];

/** The member of an answer that a type fills. */
export function answerMember(type: QuestionType): Member {
  switch (type) {
    case 'single':
    case 'multiple':
    case 'truefalse':
      return 'choices';
    case 'short':
    case 'numeric':
    case 'essay':
      return 'text';
    case 'matching':
      return 'pairs';
    case 'ordering':
      return 'order';
    case 'cloze':
      return 'gaps';
    case 'case':
      return 'parts';
  }
}

export function isBlank(answer: Answer | null | undefined): boolean {
  if (!answer) return true;
  return (
    (answer.choices?.length ?? 0) === 0 &&
    (answer.text ?? '').trim() === '' &&
    (answer.order?.length ?? 0) === 0 &&
    Object.keys(answer.pairs ?? {}).length === 0 &&
    Object.values(answer.gaps ?? {}).every((g) => g.trim() === '') &&
    Object.values(answer.parts ?? {}).every(isBlank)
  );
}

/** Every accepted answer, the reader's language first: a right word in another language is a right word. */
export function acceptedIn(key: AcceptedKey, locale: Locale): string[] {
  return [...new Set(fallbackChain(locale).flatMap((l) => key.accepted?.[l] ?? []))];
}

/** The accepted answers to show: those of the reader's language or the nearest one that has some. */
export function acceptedToShow(key: AcceptedKey, locale: Locale): string[] {
  for (const l of fallbackChain(locale)) {
    const list = key.accepted?.[l];
    if (list?.length) return list;
  }
  return [];
}

/** The keys an answer may name, of one question or one part of a case. */
export interface AnswerShape {
  type: QuestionType;
  choices: readonly string[];
  prompts?: readonly string[];
  gaps?: readonly GapBody[];
  maxLength?: number;
  parts?: readonly (AnswerShape & { key: string })[];
}

export type AnswerProblem = 'answer-shape' | 'answer-choice-unknown' | 'answer-too-long';

/** What is wrong with the form of an answer, or null. Whether it is right is another matter. */
export function answerProblem(shape: AnswerShape, answer: Answer): AnswerProblem | null {
  const member = answerMember(shape.type);
  if (MEMBERS.some((m) => (answer[m] !== undefined) !== (m === member))) return 'answer-shape';
  switch (member) {
    case 'text':
      return (answer.text ?? '').length > (shape.maxLength ?? MAX_ANSWER_LENGTH) ? 'answer-too-long' : null;
    case 'choices': {
      const given = answer.choices ?? [];
      if (new Set(given).size !== given.length) return 'answer-shape';
      if (shape.type !== 'multiple' && given.length > 1) return 'answer-shape';
      return given.every((c) => shape.choices.includes(c)) ? null : 'answer-choice-unknown';
    }
    case 'pairs': {
      const pairs = Object.entries(answer.pairs ?? {});
      const known = pairs.every(([p, o]) => (shape.prompts ?? []).includes(p) && shape.choices.includes(o));
      return known ? null : 'answer-choice-unknown';
    }
    case 'order': {
      const order = answer.order ?? [];
      if (new Set(order).size !== order.length) return 'answer-shape';
      // All of them or none: half an order says nothing.
      if (order.length > 0 && order.length !== shape.choices.length) return 'answer-shape';
      return order.every((o) => shape.choices.includes(o)) ? null : 'answer-choice-unknown';
    }
    case 'gaps':
      for (const [key, value] of Object.entries(answer.gaps ?? {})) {
        const gap = shape.gaps?.find((g) => g.key === key);
        if (!gap) return 'answer-choice-unknown';
        if (value.length > MAX_GAP_LENGTH) return 'answer-too-long';
        if (gap.kind === 'choice' && value !== '' && !(gap.choices ?? []).includes(value))
          return 'answer-choice-unknown';
      }
      return null;
    case 'parts':
      for (const [key, part] of Object.entries(answer.parts ?? {})) {
        const of = shape.parts?.find((p) => p.key === key);
        if (!of) return 'answer-choice-unknown';
        const problem = answerProblem(of, part);
        if (problem) return problem;
      }
      return null;
  }
}
