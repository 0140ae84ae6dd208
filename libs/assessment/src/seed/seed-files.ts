import type { Text } from '@waymark/kernel';
import { z } from 'zod';
import { assessmentDefaults, type AssessmentDraft, type FeedbackPolicy } from '../assessment/assessment.js';
import { QUESTION_TYPES, QUESTION_USES, type QuestionDraft } from '../question/question.js';

const code = z.string().regex(/^[a-z0-9][a-z0-9-]{0,62}$/);
const text = z
  .strictObject({ 'zh-CN': z.string().optional(), 'zh-TW': z.string().optional(), en: z.string().optional() })
  .transform((t): Text => ({
    ...(t['zh-CN'] ? { 'zh-CN': t['zh-CN'] } : {}),
    ...(t['zh-TW'] ? { 'zh-TW': t['zh-TW'] } : {}),
    ...(t.en ? { en: t.en } : {}),
  }));
const words = z.array(z.coerce.string());

const question = z.strictObject({
  code,
  type: z.enum(QUESTION_TYPES),
  use: z.enum(QUESTION_USES),
  tags: z.array(code).min(1),
  competency: code.nullish(),
  difficulty: z.int().min(1).max(5),
  points: z.int().min(1).max(100).default(1),
  stem: text,
  choices: z.array(z.strictObject({ key: z.coerce.string(), text, correct: z.boolean().default(false) })).default([]),
  answer: z.boolean().nullish(),
  accepted: z.strictObject({ 'zh-CN': words.optional(), 'zh-TW': words.optional(), en: words.optional() }).optional(),
  explanation: text.default({}),
  lesson: z.string().nullish(),
});

/** A file of seeds/demo/questions. */
export const bankFile = z.strictObject({ code, title: text, questions: z.array(question) });
export type BankFile = z.infer<typeof bankFile>;

export function questionDraftOf(q: BankFile['questions'][number]): QuestionDraft {
  return {
    type: q.type,
    use: q.use,
    tags: q.tags,
    competency: q.competency ?? null,
    difficulty: q.difficulty,
    points: q.points,
    stem: q.stem,
    choices: q.choices,
    answerTrue: q.answer ?? null,
    accepted: Object.fromEntries(
      Object.entries(q.accepted ?? {}).filter(([, list]) => list !== undefined),
    ) as QuestionDraft['accepted'],
    explanation: q.explanation,
    lessonRef: q.lesson ?? null,
  };
}

const draw = z.strictObject({
  tag: code.optional(),
  tags: z.array(code).optional(),
  bank: code.optional(),
  type: z.enum(QUESTION_TYPES).optional(),
  count: z.int().min(1),
  difficulty: z
    .strictObject({ min: z.int().min(1).max(5).default(1), max: z.int().min(1).max(5).default(5) })
    .optional(),
  points: z.int().min(1).optional(),
});

const exam = z.strictObject({
  code,
  kind: z.enum(['quiz', 'exam']),
  title: text,
  summary: text.default({}),
  instructions: text.default({}),
  questions: z.int().min(1),
  minutes: z.number().positive().nullish(),
  pass_mark: z.int().min(0).max(100).default(80),
  retakes: z.int().min(0).nullish(),
  retake_window_days: z.int().min(1).optional(),
  use: z.enum(QUESTION_USES).optional(),
  show: z.enum(['score-and-topics', 'marks', 'all']).optional(),
  shuffle: z
    .strictObject({ questions: z.boolean().default(true), choices: z.boolean().default(true) })
    .default({ questions: true, choices: true }),
  blueprint: z.array(draw).default([]),
  fixed: z.array(code).default([]),
});

/** The file seeds/demo/exams.yaml. */
export const examFile = z.strictObject({ exams: z.array(exam) });
export type ExamFile = z.infer<typeof examFile>;

const SHOW: Record<'score-and-topics' | 'marks' | 'all', FeedbackPolicy> = {
  'score-and-topics': 'score',
  marks: 'marks',
  all: 'full',
};

/** @throws Error when the blueprint does not add up to the number of questions the file promises */
export function assessmentDraftOf(
  e: ExamFile['exams'][number],
  ids: { banks: ReadonlyMap<string, string>; questions: ReadonlyMap<string, string> },
): AssessmentDraft {
  const defaults = assessmentDefaults(e.kind);
  const known = (map: ReadonlyMap<string, string>, key: string): string => {
    const id = map.get(key);
    if (!id) throw new Error(`${e.code}: unknown code ${key}`);
    return id;
  };
  const total = e.fixed.length + e.blueprint.reduce((sum, d) => sum + d.count, 0);
  if (total !== e.questions)
    throw new Error(`${e.code}: the blueprint has ${total} questions, the file says ${e.questions}`);
  return {
    ...defaults,
    title: e.title,
    description: e.summary,
    instructions: e.instructions,
    passMark: e.pass_mark,
    durationSeconds: e.minutes ? Math.round(e.minutes * 60) : null,
    retakes: e.retakes === undefined ? defaults.retakes : e.retakes,
    retakeDays: e.retake_window_days ?? defaults.retakeDays,
    feedback: e.show ? SHOW[e.show] : defaults.feedback,
    shuffleQuestions: e.shuffle.questions,
    shuffleChoices: e.shuffle.choices,
    fixed: e.fixed.map((c) => ({ questionId: known(ids.questions, c), points: null })),
    draws: e.blueprint.map((d) => ({
      count: d.count,
      bankIds: d.bank ? [known(ids.banks, d.bank)] : [],
      tags: [...(d.tag ? [d.tag] : []), ...(d.tags ?? [])],
      types: d.type ? [d.type] : [],
      difficultyFrom: d.difficulty?.min ?? 1,
      difficultyTo: d.difficulty?.max ?? 5,
      use: e.use ?? null,
      points: d.points ?? null,
    })),
  };
}
