import { mulberry32, shuffled } from '@waymark/kernel';
import { drawQuestions, type DrawRule, type PoolQuestion } from '../assessment/blueprint.js';
import {
  LIMITS,
  type Answer,
  type AnswerShape,
  type GapBody,
  type MediaKind,
  type QuestionBody,
  type QuestionType,
  type QuestionUse,
} from '../question/question.js';
import type { RightAnswer } from '../question/right-answer.js';

/** What is frozen of the form of a question or a part of a case; short names because every attempt keeps a list of them. */
export interface PaperForm {
  /** type */
  k: QuestionType;
  /** keys in the order shown: choices, options of a matching, things to order */
  c: string[];
  /** prompts of a matching */
  m?: string[];
  /** gaps, their choices in the order shown */
  g?: GapBody[];
  /** shortest and longest essay */
  e?: [number, number];
  /** unit of a number */
  n?: string;
}

/** One frozen place of an attempt, as stored. */
export interface PaperEntry extends PaperForm {
  /** question */
  q: string;
  /** question version */
  v: string;
  /** use */
  u: QuestionUse;
  /** points */
  p: number;
  /** topic: the first tag */
  t: string | null;
  /** lesson that teaches it: '<course code>/<lesson key>' */
  l: string | null;
  /** parts of a case with their own points */
  s?: (PaperForm & { key: string; p: number })[];
  /** pictures, sounds, films: place, file, kind */
  i?: { p: string; f: string; k: MediaKind }[];
}

export interface ShownChoice {
  key: string;
  text: string;
}

export interface ShownMedia {
  place: string;
  url: string;
  kind: MediaKind;
  alt: string;
}

/** What a learner reads of a question or a part of a case. */
export interface PaperBody {
  type: QuestionType;
  points: number;
  stem: string;
  choices: ShownChoice[];
  prompts?: ShownChoice[];
  gaps?: { key: string; kind: GapBody['kind']; unit?: string; choices?: ShownChoice[] }[];
  essay?: { min: number; max: number };
  unit?: string;
}

/** What the client gets for one place. */
export interface PaperItem extends PaperBody {
  item: number;
  topic: string | null;
  parts?: (PaperBody & { key: string })[];
  media?: ShownMedia[];
}

export interface PaperPlan {
  fixed: readonly { question: PoolQuestion; points: number }[];
  draws: readonly DrawRule[];
  shuffleQuestions: boolean;
  shuffleChoices: boolean;
}

/** Options of a matching and things to order are shuffled always: their order would tell the answer. */
function formOf(type: QuestionType, body: QuestionBody, shuffleChoices: boolean, random: () => number): PaperForm {
  const order = (keys: readonly string[]): string[] => (shuffleChoices ? shuffled(keys, random) : [...keys]);
  switch (type) {
    case 'matching':
      return { k: type, c: shuffled(body.options ?? [], random), m: [...(body.prompts ?? [])] };
    case 'ordering':
      return { k: type, c: shuffled(body.options ?? [], random) };
    case 'cloze':
      return {
        k: type,
        c: [],
        g: (body.gaps ?? []).map((g) => (g.choices ? { ...g, choices: order(g.choices) } : { ...g })),
      };
    case 'essay':
      return { k: type, c: [], e: [body.essay?.min ?? 0, body.essay?.max ?? LIMITS.essay] };
    case 'numeric':
      return { k: type, c: [], ...(body.unit ? { n: body.unit } : {}) };
    case 'truefalse':
      return { k: type, c: [...(body.choices ?? [])] };
    default:
      return { k: type, c: order(body.choices ?? []) };
  }
}

/** The paper for one seed, or null when the bank can't fill the draws. True/false keeps its order. */
export function makePaper(plan: PaperPlan, pool: readonly PoolQuestion[], seed: number): PaperEntry[] | null {
  const random = mulberry32(seed);
  const fixedIds = new Set(plan.fixed.map((f) => f.question.questionId));
  const drawn = plan.draws.length === 0 ? [] : drawQuestions(pool, plan.draws, random, fixedIds);
  if (drawn === null) return null;
  const places = [...plan.fixed, ...drawn];
  return (plan.shuffleQuestions ? shuffled(places, random) : places).map(({ question, points }) =>
    entryOf(question, points, plan.shuffleChoices, random),
  );
}

function entryOf(question: PoolQuestion, points: number, shuffleChoices: boolean, random: () => number): PaperEntry {
  const { body } = question;
  const media = body.media ?? [];
  return {
    q: question.questionId,
    v: question.versionId,
    u: question.use,
    p: points,
    t: question.tags[0] ?? null,
    l: question.lessonRef,
    ...formOf(question.type, body, shuffleChoices, random),
    ...(body.parts
      ? {
          s: body.parts.map((part) => ({
            key: part.key,
            p: part.points,
            ...formOf(part.type, part.body, shuffleChoices, random),
          })),
        }
      : {}),
    ...(media.length > 0 ? { i: media.map((m) => ({ p: m.place, f: m.fileId, k: m.kind })) } : {}),
  };
}

/** A question outside of an attempt, its options in the order of their keys: for those who may see the answer beside it. */
export function paperEntryOf(question: PoolQuestion, points: number): PaperEntry {
  return {
    ...entryOf(question, points, false, () => 0),
    ...(question.body.options ? { c: [...question.body.options] } : {}),
  };
}

/** The form of an answer that a frozen place takes, with the keys as they are stored. */
export function shapeOf(form: PaperForm & { s?: PaperEntry['s'] }): AnswerShape {
  return {
    type: form.k,
    choices: form.c,
    ...(form.m ? { prompts: form.m } : {}),
    ...(form.g ? { gaps: form.g } : {}),
    ...(form.e ? { maxLength: form.e[1] } : {}),
    ...(form.s ? { parts: form.s.map((part) => ({ ...shapeOf(part), key: part.key })) } : {}),
  };
}

/*
 * The keys of options and of things to order may betray what belongs where (an author writes them in the right order), so
 * a learner gets the number of the place where each one is shown, which is drawn for every attempt.
 */
const masked = (type: QuestionType): boolean => type === 'matching' || type === 'ordering';

export function shownKey(form: PaperForm, key: string): string {
  return masked(form.k) ? String(form.c.indexOf(key) + 1) : key;
}

function storedKey(form: PaperForm, shown: string): string {
  if (!masked(form.k)) return shown;
  // What is no place becomes a key that no question has, and is refused as unknown.
  return (/^[1-9]\d?$/.test(shown) ? form.c[Number(shown) - 1] : undefined) ?? `?${shown}`;
}

type AnyForm = PaperForm & { s?: PaperEntry['s'] };

function renamed(form: AnyForm, answer: Answer, rename: (form: PaperForm, key: string) => string): Answer {
  const parts = answer.parts;
  return {
    ...answer,
    ...(answer.pairs
      ? { pairs: Object.fromEntries(Object.entries(answer.pairs).map(([p, o]) => [p, rename(form, o)])) }
      : {}),
    ...(answer.order ? { order: answer.order.map((o) => rename(form, o)) } : {}),
    ...(parts
      ? {
          parts: Object.fromEntries(
            Object.entries(parts).map(([key, part]) => {
              const of = form.s?.find((s) => s.key === key);
              return [key, of ? renamed(of, part, rename) : part];
            }),
          ),
        }
      : {}),
  };
}

/** An answer as the learner's device sent it, with the keys as they are stored. */
export function storedAnswer(entry: AnyForm, answer: Answer): Answer {
  return renamed(entry, answer, storedKey);
}

/** A stored answer with the keys the learner's device knows. */
export function shownAnswer(entry: AnyForm, answer: Answer): Answer {
  return renamed(entry, answer, shownKey);
}

/** The right answer with the keys the learner's device knows. */
export function shownRight(entry: AnyForm, right: RightAnswer): RightAnswer {
  return {
    ...right,
    ...(right.pairs
      ? { pairs: Object.fromEntries(Object.entries(right.pairs).map(([p, o]) => [p, shownKey(entry, o)])) }
      : {}),
    ...(right.order ? { order: right.order.map((o) => shownKey(entry, o)) } : {}),
    ...(right.parts
      ? {
          parts: Object.fromEntries(
            Object.entries(right.parts).map(([key, part]) => {
              const of = entry.s?.find((s) => s.key === key);
              return [key, of ? shownRight(of, part) : part];
            }),
          ),
        }
      : {}),
  };
}
