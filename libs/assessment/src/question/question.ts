import { fallbackChain, LOCALES, type Locale, type Text } from '@waymark/kernel';
import { normaliseShortAnswer } from './short-answer.js';

export const QUESTION_TYPES = ['single', 'multiple', 'truefalse', 'short'] as const;
export type QuestionType = (typeof QUESTION_TYPES)[number];
export const QUESTION_USES = ['practice', 'secure'] as const;
export type QuestionUse = (typeof QUESTION_USES)[number];
export const QUESTION_STATUSES = ['draft', 'published', 'retired'] as const;
export type QuestionStatus = (typeof QUESTION_STATUSES)[number];

/** The part of a question version a learner may see, without words: choice keys in the author's order. */
export interface QuestionBody {
  choices?: string[];
}

/** The part that never leaves the server before a policy allows it. */
export interface AnswerKey {
  choices?: string[];
  accepted?: Partial<Record<Locale, string[]>>;
}

/** What a learner answered. Exactly one of the two; an empty one clears the answer. */
export interface Answer {
  choices?: string[];
  text?: string;
}

export const MAX_ANSWER_LENGTH = 500;
export const TRUE_FALSE_CHOICES: readonly string[] = ['true', 'false'];

export function isBlank(answer: Answer | null | undefined): boolean {
  if (!answer) return true;
  return answer.text === undefined ? (answer.choices?.length ?? 0) === 0 : answer.text.trim() === '';
}

/** Every accepted answer, the reader's language first: a right word in another language is a right word. */
export function acceptedIn(key: AnswerKey, locale: Locale): string[] {
  return [...new Set(fallbackChain(locale).flatMap((l) => key.accepted?.[l] ?? []))];
}

/** The accepted answers to show: those of the reader's language or the nearest one that has some. */
export function acceptedToShow(key: AnswerKey, locale: Locale): string[] {
  for (const l of fallbackChain(locale)) {
    const list = key.accepted?.[l];
    if (list?.length) return list;
  }
  return [];
}

export type AnswerProblem = 'answer-shape' | 'answer-choice-unknown' | 'answer-too-long';

/** What is wrong with the shape of an answer to a question of this type, or null. */
export function answerProblem(type: QuestionType, choices: readonly string[], answer: Answer): AnswerProblem | null {
  if (type === 'short') {
    if (answer.text === undefined || answer.choices !== undefined) return 'answer-shape';
    return answer.text.length > MAX_ANSWER_LENGTH ? 'answer-too-long' : null;
  }
  if (answer.choices === undefined || answer.text !== undefined) return 'answer-shape';
  if (new Set(answer.choices).size !== answer.choices.length) return 'answer-shape';
  if (type !== 'multiple' && answer.choices.length > 1) return 'answer-shape';
  return answer.choices.every((c) => choices.includes(c)) ? null : 'answer-choice-unknown';
}

export interface Problem {
  code: string;
  params: Record<string, string | number>;
}

/** A question as an author writes it. */
export interface QuestionDraft {
  type: QuestionType;
  use: QuestionUse;
  tags: string[];
  competency: string | null;
  difficulty: number;
  points: number;
  stem: Text;
  choices: { key: string; text: Text; correct: boolean }[];
  answerTrue: boolean | null;
  accepted: Partial<Record<Locale, string[]>>;
  explanation: Text;
  lessonRef: string | null;
}

/** Body and key of a draft: only what its type uses. */
export function splitDraft(draft: QuestionDraft): { body: QuestionBody; key: AnswerKey } {
  if (draft.type === 'short') {
    const accepted: AnswerKey['accepted'] = {};
    for (const l of LOCALES) {
      const list = (draft.accepted[l] ?? []).map((a) => a.trim()).filter((a) => a !== '');
      if (list.length > 0) accepted[l] = [...new Set(list)];
    }
    return { body: {}, key: { accepted } };
  }
  if (draft.type === 'truefalse') {
    return {
      body: { choices: [...TRUE_FALSE_CHOICES] },
      key: { choices: draft.answerTrue === null ? [] : [String(draft.answerTrue)] },
    };
  }
  return {
    body: { choices: draft.choices.map((c) => c.key) },
    key: { choices: draft.choices.filter((c) => c.correct).map((c) => c.key) },
  };
}

/** What stops a question from being published; empty when nothing does. */
export function questionProblems(draft: QuestionDraft): Problem[] {
  const problems: Problem[] = [];
  const add = (code: string, params: Record<string, string | number> = {}): void =>
    void problems.push({ code, params });
  const languages = LOCALES.filter((l) => draft.stem[l]?.trim());
  if (languages.length === 0) add('stem-missing');
  if (draft.tags.length === 0) add('topic-missing');
  if (draft.type === 'single' || draft.type === 'multiple') {
    const keys = draft.choices.map((c) => c.key);
    if (keys.length < 2) add('choices-too-few');
    if (new Set(keys).size !== keys.length) add('choice-keys-repeated');
    for (const c of draft.choices) {
      for (const l of languages) {
        // zh-TW reads zh-CN where it has no words of its own.
        const words = c.text[l]?.trim() || (l === 'zh-TW' ? c.text['zh-CN']?.trim() : '');
        if (!words) add('choice-text-missing', { key: c.key, locale: l });
      }
    }
    for (const l of languages) {
      const words = draft.choices.map((c) => c.text[l]?.trim()).filter((w): w is string => Boolean(w));
      if (new Set(words.map(normaliseChoice)).size !== words.length) add('choice-texts-repeated', { locale: l });
    }
    const correct = draft.choices.filter((c) => c.correct).length;
    if (draft.type === 'single' && correct !== 1) add('one-correct-choice', { correct });
    if (draft.type === 'multiple' && correct === 0) add('correct-choice-missing');
  }
  if (draft.type === 'truefalse' && draft.answerTrue === null) add('answer-missing');
  if (draft.type === 'short') {
    const accepted = LOCALES.flatMap((l) => draft.accepted[l] ?? []);
    if (!accepted.some((a) => normaliseShortAnswer(a) !== '')) add('accepted-missing');
    for (const a of accepted)
      if (a.trim() !== '' && normaliseShortAnswer(a) === '') add('accepted-empty', { answer: a });
  }
  return problems;
}

function normaliseChoice(text: string): string {
  return text.normalize('NFKC').replace(/\s+/g, ' ').trim();
}
