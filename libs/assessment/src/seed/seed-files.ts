import type { Text } from '@waymark/kernel';
import { z } from 'zod';
import { assessmentDefaults, type AssessmentDraft, type FeedbackPolicy } from '../assessment/assessment.js';
import { GAP_KINDS, PART_TYPES, QUESTION_TYPES, QUESTION_USES, SCORINGS, type PartType } from '../question/question.js';
import type { GapDraft, QuestionContent, QuestionDraft } from '../question/question-draft.js';

const code = z.string().regex(/^[a-z0-9][a-z0-9-]{0,62}$/);
const text = z
  .strictObject({ 'zh-CN': z.string().optional(), 'zh-TW': z.string().optional(), en: z.string().optional() })
  .transform((t): Text => ({
    ...(t['zh-CN'] ? { 'zh-CN': t['zh-CN'] } : {}),
    ...(t['zh-TW'] ? { 'zh-TW': t['zh-TW'] } : {}),
    ...(t.en ? { en: t.en } : {}),
  }));
const words = z.array(z.coerce.string());

const accepted = z.strictObject({ 'zh-CN': words.optional(), 'zh-TW': words.optional(), en: words.optional() });
const choices = z.array(
  z.strictObject({ key: z.coerce.string(), text, correct: z.boolean().default(false), feedback: text.optional() }),
);
const option = z.strictObject({ key: z.coerce.string(), text });
const number = z.strictObject({
  value: z.coerce.string(),
  tolerance: z.coerce.string().default('0'),
  relative: z.boolean().default(false),
});
const content = {
  stem: text,
  choices: choices.default([]),
  answer: z.boolean().nullish(),
  accepted: accepted.optional(),
  exact_case: z.boolean().optional(),
  wildcards: z.boolean().optional(),
  scoring: z.enum(SCORINGS).optional(),
  number: number.optional(),
  unit: z.string().optional(),
  prompts: z.array(option.extend({ option: z.coerce.string() })).optional(),
  options: z.array(option).optional(),
  items: z.array(option).optional(),
  gaps: z
    .array(
      z.strictObject({
        key: z.coerce.string(),
        kind: z.enum(GAP_KINDS),
        weight: z.int().min(1).max(10).default(1),
        accepted: accepted.optional(),
        exact_case: z.boolean().optional(),
        wildcards: z.boolean().optional(),
        choices: choices.default([]),
        number: number.optional(),
        unit: z.string().optional(),
      }),
    )
    .optional(),
  essay: z.strictObject({ min: z.int().min(0), max: z.int().min(1) }).optional(),
  rubric: z
    .array(
      z.strictObject({
        key: z.coerce.string(),
        title: text,
        levels: z.array(z.strictObject({ key: z.coerce.string(), title: text, points: z.int().min(0) })),
      }),
    )
    .optional(),
};

const question = z.strictObject({
  code,
  type: z.enum(QUESTION_TYPES),
  use: z.enum(QUESTION_USES),
  tags: z.array(code).min(1),
  competency: code.nullish(),
  difficulty: z.int().min(1).max(5),
  points: z.int().min(1).max(100).default(1),
  ...content,
  parts: z
    .array(
      z.strictObject({
        ...content,
        key: z.coerce.string(),
        type: z.enum(PART_TYPES as [PartType, ...PartType[]]),
        points: z.int().min(1).max(100),
      }),
    )
    .optional(),
  explanation: text.default({}),
  lesson: z.string().nullish(),
});

/** A file of seeds/demo/questions. */
export const bankFile = z.strictObject({ code, title: text, questions: z.array(question) });
export type BankFile = z.infer<typeof bankFile>;

type ContentFile = Omit<NonNullable<BankFile['questions'][number]['parts']>[number], 'key' | 'type' | 'points'>;

function acceptedOf(list: ContentFile['accepted']): QuestionDraft['accepted'] {
  return Object.fromEntries(
    Object.entries(list ?? {}).filter(([, answers]) => answers !== undefined),
  ) as QuestionDraft['accepted'];
}

function contentOf(q: ContentFile): QuestionContent {
  return {
    stem: q.stem,
    choices: q.choices.map(({ feedback, ...c }) => ({ ...c, ...(feedback ? { feedback } : {}) })),
    answerTrue: q.answer ?? null,
    accepted: acceptedOf(q.accepted),
    exactCase: q.exact_case ?? false,
    wildcards: q.wildcards ?? false,
    scoring: q.scoring ?? 'all',
    number: q.number ?? null,
    unit: q.unit ?? '',
    prompts: q.prompts ?? [],
    options: q.options ?? [],
    items: q.items ?? [],
    gaps: (q.gaps ?? []).map((g): GapDraft => ({
      key: g.key,
      kind: g.kind,
      weight: g.weight,
      accepted: acceptedOf(g.accepted),
      exactCase: g.exact_case ?? false,
      wildcards: g.wildcards ?? false,
      choices: g.choices.map(({ key, text: words, correct }) => ({ key, text: words, correct })),
      number: g.number ?? null,
      unit: g.unit ?? '',
    })),
    ...(q.essay ? { essay: q.essay } : {}),
    rubric: q.rubric ?? [],
  };
}

export function questionDraftOf(q: BankFile['questions'][number]): QuestionDraft {
  return {
    type: q.type,
    use: q.use,
    tags: q.tags,
    competency: q.competency ?? null,
    difficulty: q.difficulty,
    points: q.points,
    ...contentOf(q),
    parts: (q.parts ?? []).map((p) => ({ key: p.key, type: p.type, points: p.points, ...contentOf(p) })),
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
