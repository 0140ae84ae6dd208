import {
  questionProblems,
  type Problem,
  type QuestionDraft,
  type QuestionType,
  type QuestionUse,
} from '@waymark/assessment/rules';
import type { Locale } from '@waymark/kernel';
import type { PaperItem } from '../../data/assessment.js';
import type { QuestionView } from '../../data/question-build.js';
import { asText, noWords, toWords, wordsIn, type Words } from './parts/words.js';

export interface ChoiceDoc {
  key: string;
  text: Words;
  correct: boolean;
}
/** A question as it is being written. */
export interface QuestionDoc {
  type: QuestionType;
  use: QuestionUse;
  tags: string[];
  competency: string | null;
  difficulty: number;
  points: number;
  stem: Words;
  choices: ChoiceDoc[];
  answerTrue: boolean | null;
  /** One accepted answer a line. */
  accepted: Words;
  explanation: Words;
  lessonRef: string | null;
}

export const TAG = /^[a-z0-9][a-z0-9-]{0,62}$/;
const KEYS = 'abcdefghijklmnopqrst';

export function emptyQuestion(of: Partial<QuestionDoc> = {}): QuestionDoc {
  return {
    type: 'single',
    use: 'practice',
    tags: [],
    competency: null,
    difficulty: 2,
    points: 1,
    stem: noWords(),
    choices: ['a', 'b', 'c', 'd'].map((key) => ({ key, text: noWords(), correct: false })),
    answerTrue: null,
    accepted: noWords(),
    explanation: noWords(),
    lessonRef: null,
    ...of,
  };
}

export function questionDoc(view: QuestionView): QuestionDoc {
  return {
    type: view.type,
    use: view.use,
    tags: [...view.tags],
    competency: view.competency ?? null,
    difficulty: view.difficulty,
    points: view.points,
    stem: toWords(view.stem),
    choices: view.choices.map((c) => ({ key: c.key, text: toWords(c.text), correct: c.correct })),
    answerTrue: view.answerTrue ?? null,
    accepted: {
      zhCN: view.accepted.zhCN.join('\n'),
      zhTW: view.accepted.zhTW.join('\n'),
      en: view.accepted.en.join('\n'),
    },
    explanation: toWords(view.explanation),
    lessonRef: view.lessonRef ?? null,
  };
}

const lines = (text: string): string[] =>
  text
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '')
    .slice(0, 30);
const chosen = (type: QuestionType): boolean => type === 'single' || type === 'multiple';

export function questionInput(doc: QuestionDoc) {
  return {
    type: doc.type,
    use: doc.use,
    tags: doc.tags,
    competency: doc.competency,
    difficulty: doc.difficulty,
    points: doc.points,
    stem: doc.stem,
    choices: chosen(doc.type) ? doc.choices : [],
    answerTrue: doc.type === 'truefalse' ? doc.answerTrue : null,
    accepted:
      doc.type === 'short'
        ? { zhCN: lines(doc.accepted.zhCN), zhTW: lines(doc.accepted.zhTW), en: lines(doc.accepted.en) }
        : null,
    explanation: doc.explanation,
    lessonRef: doc.lessonRef,
  };
}

/** The same rules as the server's, at once. */
export function problemsOf(doc: QuestionDoc): Problem[] {
  const input = questionInput(doc);
  const draft: QuestionDraft = {
    ...input,
    stem: asText(doc.stem),
    choices: input.choices.map((c) => ({ ...c, text: asText(c.text) })),
    accepted: {
      'zh-CN': input.accepted?.zhCN ?? [],
      'zh-TW': input.accepted?.zhTW ?? [],
      en: input.accepted?.en ?? [],
    },
    explanation: asText(doc.explanation),
  };
  return questionProblems(draft);
}

export function freshChoiceKey(choices: readonly ChoiceDoc[]): string {
  const taken = new Set(choices.map((c) => c.key));
  return [...KEYS].find((k) => !taken.has(k)) ?? `x${choices.length}`;
}

/** The question on a learner's paper. */
export function paperItem(doc: QuestionDoc, locale: Locale): PaperItem {
  return {
    item: 1,
    type: doc.type,
    points: doc.points,
    topic: doc.tags[0] ?? null,
    stem: wordsIn(doc.stem, locale),
    choices: chosen(doc.type)
      ? doc.choices.map((c) => ({ key: c.key, text: wordsIn(c.text, locale) }))
      : doc.type === 'truefalse'
        ? [
            { key: 'true', text: '' },
            { key: 'false', text: '' },
          ]
        : [],
  };
}
export function rightChoices(doc: QuestionDoc): string[] {
  if (doc.type === 'truefalse') return doc.answerTrue === null ? [] : [String(doc.answerTrue)];
  return chosen(doc.type) ? doc.choices.filter((c) => c.correct).map((c) => c.key) : [];
}
