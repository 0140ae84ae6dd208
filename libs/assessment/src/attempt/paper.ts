import { mulberry32, shuffled } from '@waymark/kernel';
import { drawQuestions, type DrawRule, type PoolQuestion } from '../assessment/blueprint.js';
import type { QuestionType, QuestionUse } from '../question/question.js';

/** One frozen place of an attempt, as stored: short names because every attempt keeps a list of them. */
export interface PaperEntry {
  /** question */
  q: string;
  /** question version */
  v: string;
  /** type */
  k: QuestionType;
  /** use */
  u: QuestionUse;
  /** points */
  p: number;
  /** topic: the first tag */
  t: string | null;
  /** lesson that teaches it: '<course code>/<lesson key>' */
  l: string | null;
  /** choice keys in the order shown */
  c: string[];
}

/** What the client gets for one place. */
export interface PaperItem {
  item: number;
  type: QuestionType;
  points: number;
  topic: string | null;
  stem: string;
  choices: { key: string; text: string }[];
}

export interface PaperPlan {
  fixed: readonly { question: PoolQuestion; points: number }[];
  draws: readonly DrawRule[];
  shuffleQuestions: boolean;
  shuffleChoices: boolean;
}

/** The paper for one seed, or null when the bank can't fill the draws. True/false keeps its order. */
export function makePaper(plan: PaperPlan, pool: readonly PoolQuestion[], seed: number): PaperEntry[] | null {
  const random = mulberry32(seed);
  const fixedIds = new Set(plan.fixed.map((f) => f.question.questionId));
  const drawn = plan.draws.length === 0 ? [] : drawQuestions(pool, plan.draws, random, fixedIds);
  if (drawn === null) return null;
  const places = [...plan.fixed, ...drawn];
  return (plan.shuffleQuestions ? shuffled(places, random) : places).map(({ question, points }) => ({
    q: question.questionId,
    v: question.versionId,
    k: question.type,
    u: question.use,
    p: points,
    t: question.tags[0] ?? null,
    l: question.lessonRef,
    c:
      plan.shuffleChoices && question.type !== 'truefalse' ? shuffled(question.choices, random) : [...question.choices],
  }));
}
