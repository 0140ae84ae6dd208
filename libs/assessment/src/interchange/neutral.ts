import { isNumber, readNumber, type Decimal, type NumberKey } from '../question/decimal.js';
import {
  PARTIAL_TYPES,
  type GapKind,
  type MediaKind,
  type PartType,
  type QuestionType,
  type QuestionUse,
  type Scoring,
} from '../question/question.js';

export const FORMATS = ['gift', 'aiken', 'moodle-xml', 'qti2', 'qti3', 'csv', 'xlsx'] as const;
export type QuestionFormat = (typeof FORMATS)[number];

export interface NeutralChoice {
  text: string;
  correct: boolean;
  feedback?: string;
}

export interface NeutralAccepted {
  accepted?: string[];
  exactCase?: boolean;
  wildcards?: boolean;
}

export interface NeutralGap extends NeutralAccepted {
  kind: GapKind;
  weight: number;
  choices?: { text: string; correct: boolean }[];
  number?: NumberKey;
  unit?: string;
}

export interface NeutralContent extends NeutralAccepted {
  type: QuestionType;
  stem: string;
  choices?: NeutralChoice[];
  answerTrue?: boolean;
  scoring?: Scoring;
  number?: NumberKey;
  unit?: string;
  /** `option` is the place of the option that belongs to the prompt. */
  prompts?: { text: string; option: number }[];
  options?: string[];
  /** In the right order. */
  items?: string[];
  /** The n-th gap stands in the stem as {{n}}, counted from 1. */
  gaps?: NeutralGap[];
  essay?: { min: number; max: number };
  rubric?: { title: string; levels: { title: string; points: number }[] }[];
}

export interface NeutralMedia {
  /** 'stem' or 'choice.<n>', counted from 0. */
  place: string;
  kind: MediaKind;
  sha256: string;
  alt: string;
  /** Where the bytes are found among the files that came along. */
  name: string;
}

export interface NeutralPart extends NeutralContent {
  type: PartType;
  points: number;
}

/**
 * A question in one language as a file holds it: without keys and ids, so that two of them can be compared. A member that
 * is left out is one the file says nothing about.
 */
export interface NeutralQuestion extends NeutralContent {
  code?: string;
  points?: number;
  difficulty?: number;
  tags?: string[];
  competency?: string;
  use?: QuestionUse;
  lessonRef?: string;
  explanation?: string;
  media?: NeutralMedia[];
  parts?: NeutralPart[];
}

/** What of a question a format has no place for, by name. */
export type Loss =
  | 'code'
  | 'points'
  | 'difficulty'
  | 'tags'
  | 'competency'
  | 'use'
  | 'lessonRef'
  | 'explanation'
  | 'feedback'
  | 'scoring'
  | 'exactCase'
  | 'wildcards'
  | 'unit'
  | 'essay'
  | 'rubric'
  | 'media'
  | 'lineBreaks';

interface Holds {
  types: readonly QuestionType[];
  members: readonly Loss[];
}

const EVERY_TYPE = [
  'single',
  'multiple',
  'truefalse',
  'short',
  'numeric',
  'matching',
  'ordering',
  'cloze',
  'essay',
] as const;
const SHEET: Holds = {
  types: [...EVERY_TYPE, 'case'],
  members: [
    'code',
    'points',
    'difficulty',
    'tags',
    'competency',
    'use',
    'lessonRef',
    'explanation',
    'feedback',
    'scoring',
    'exactCase',
    'wildcards',
    'unit',
    'essay',
    'rubric',
    'lineBreaks',
  ],
};
const QTI: Holds = {
  types: EVERY_TYPE,
  members: ['code', 'points', 'explanation', 'feedback', 'scoring', 'exactCase', 'media', 'lineBreaks'],
};

export const HOLDS: Record<QuestionFormat, Holds> = {
  aiken: { types: ['single'], members: [] },
  gift: {
    types: ['single', 'multiple', 'truefalse', 'short', 'numeric', 'matching', 'essay'],
    members: ['code', 'tags', 'explanation', 'feedback', 'wildcards', 'lineBreaks'],
  },
  'moodle-xml': {
    types: EVERY_TYPE,
    members: ['code', 'points', 'tags', 'explanation', 'feedback', 'exactCase', 'wildcards', 'media', 'lineBreaks'],
  },
  qti2: QTI,
  qti3: QTI,
  csv: SHEET,
  xlsx: SHEET,
};

/** One form of white space: lines and words are kept, what only a layout needs is not. */
export function tidy(text: string): string {
  return text
    .normalize('NFC')
    .replace(/\r\n?/g, '\n')
    .replace(
      /[\u0000-\u0008\u000e-\u001f\u007f\ufeff\ufffe\uffff]|[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/g,
      '',
    )
    .replace(/[^\S\n]+/g, ' ')
    .replace(/ ?\n ?/g, '\n')
    .replace(/\n{3,}/g, '\n\n')
    .trim();
}

export const oneLine = (text: string): string => tidy(text).replace(/\s*\n\s*/g, ' ');

/** A decimal without exponent, groups and needless zeros. */
export function plainDecimal({ digits, scale }: Decimal): string {
  const sign = digits < 0n ? '-' : '';
  const all = String(digits < 0n ? -digits : digits).padStart(scale + 1, '0');
  const whole = all.slice(0, all.length - scale);
  const part = all.slice(all.length - scale).replace(/0+$/, '');
  return `${sign}${whole}${part === '' ? '' : `.${part}`}`;
}

/** A number as files write it: a tolerance that is a share becomes the distance it amounts to. */
export function plainNumber(number: NumberKey): NumberKey {
  const value = readNumber(number.value);
  const tolerance = readNumber(number.tolerance.trim() || '0');
  if (!isNumber(value) || !isNumber(tolerance)) return number;
  const distance = number.relative
    ? {
        digits: value.digits < 0n ? -value.digits * tolerance.digits : value.digits * tolerance.digits,
        scale: value.scale + tolerance.scale,
      }
    : tolerance;
  return { value: plainDecimal(value), tolerance: plainDecimal(distance), relative: false };
}

/** Whether a format says how half right answers of a type are marked. */
export function saysScoring(format: QuestionFormat, type: QuestionType): boolean {
  if (!PARTIAL_TYPES.includes(type)) return false;
  if (format === 'qti2' || format === 'qti3') return type === 'multiple' || type === 'matching';
  return HOLDS[format].members.includes('scoring');
}

const filled = <T>(list: T[] | undefined): list is T[] => (list?.length ?? 0) > 0;

function shownContent<T extends NeutralContent>(q: T, format: QuestionFormat): T {
  const members = HOLDS[format].members;
  const holds = (m: Loss): boolean => members.includes(m);
  const words = (text: string): string => (holds('lineBreaks') ? tidy(text) : oneLine(text));
  const accepted = <A extends NeutralAccepted>(a: A): NeutralAccepted => ({
    accepted: [...new Set((a.accepted ?? []).map(oneLine))],
    ...(holds('exactCase') && a.exactCase ? { exactCase: true } : {}),
    ...(holds('wildcards') && a.wildcards && a.accepted?.some((x) => x.includes('*')) ? { wildcards: true } : {}),
  });
  const unit = (u: string | undefined): { unit?: string } => (holds('unit') && u ? { unit: oneLine(u) } : {});
  const out: NeutralContent = { type: q.type, stem: words(q.stem) };
  if (saysScoring(format, q.type) && q.scoring) out.scoring = q.scoring;
  switch (q.type) {
    case 'single':
    case 'multiple':
      out.choices = (q.choices ?? []).map((c) => ({
        text: words(c.text),
        correct: c.correct,
        ...(holds('feedback') && c.feedback && tidy(c.feedback) ? { feedback: words(c.feedback) } : {}),
      }));
      break;
    case 'truefalse':
      if (q.answerTrue !== undefined) out.answerTrue = q.answerTrue;
      break;
    case 'short':
      Object.assign(out, accepted(q));
      break;
    case 'numeric':
      if (q.number) out.number = plainNumber(q.number);
      Object.assign(out, unit(q.unit));
      break;
    case 'matching': {
      // Options are a set: those of the prompts come first, in their order.
      const prompts = q.prompts ?? [];
      const options = q.options ?? [];
      const order = [...new Set([...prompts.map((p) => p.option), ...options.keys()])].filter((o) => o in options);
      out.prompts = prompts.map((p) => ({ text: words(p.text), option: order.indexOf(p.option) }));
      const used = new Set(prompts.map((p) => p.option)).size;
      const texts = order.map((o) => words(options[o] as string));
      out.options = [...texts.slice(0, used), ...texts.slice(used).sort()];
      break;
    }
    case 'ordering':
      out.items = (q.items ?? []).map(words);
      break;
    case 'cloze':
      out.gaps = (q.gaps ?? []).map((g) => ({
        kind: g.kind,
        weight: g.weight,
        ...(g.kind === 'text' ? accepted(g) : {}),
        ...(g.kind === 'choice'
          ? { choices: (g.choices ?? []).map((c) => ({ text: oneLine(c.text), correct: c.correct })) }
          : {}),
        ...(g.kind === 'number' ? { ...(g.number ? { number: plainNumber(g.number) } : {}), ...unit(g.unit) } : {}),
      }));
      break;
    case 'essay':
      if (holds('essay') && q.essay) out.essay = { min: q.essay.min, max: q.essay.max };
      if (holds('rubric') && filled(q.rubric))
        out.rubric = q.rubric.map((c) => ({
          title: oneLine(c.title),
          levels: c.levels.map((l) => ({ title: oneLine(l.title), points: l.points })),
        }));
      break;
    case 'case':
  }
  return out as T;
}

/** The question as far as a format can hold it. What reads a format gives exactly this form. */
export function heldBy(q: NeutralQuestion, format: QuestionFormat): NeutralQuestion {
  const members = HOLDS[format].members;
  const out: NeutralQuestion = shownContent(q, format);
  const keep = (m: 'code' | 'points' | 'difficulty' | 'competency' | 'use' | 'lessonRef'): void => {
    if (members.includes(m) && q[m] !== undefined) Object.assign(out, { [m]: q[m] });
  };
  for (const m of ['code', 'points', 'difficulty', 'competency', 'use', 'lessonRef'] as const) keep(m);
  if (members.includes('tags') && filled(q.tags)) out.tags = [...q.tags].sort();
  if (members.includes('explanation') && q.explanation && tidy(q.explanation)) out.explanation = tidy(q.explanation);
  const pictures = (q.media ?? []).filter((m) => m.kind === 'image');
  if (members.includes('media') && pictures.length > 0)
    out.media = pictures
      .map((m) => ({ ...m, alt: oneLine(m.alt) }))
      .sort((a, b) => (a.place < b.place ? -1 : a.place > b.place ? 1 : 0));
  if (q.type === 'case') out.parts = (q.parts ?? []).map((p) => ({ ...shownContent(p, format), points: p.points }));
  return out;
}

const same = (a: unknown, b: unknown): boolean => JSON.stringify(a) === JSON.stringify(b);
/** Without what only says where bytes are found. */
const bare = (media: readonly NeutralMedia[] | undefined): unknown =>
  media?.map(({ place, kind, sha256, alt }) => ({ place, kind, sha256, alt }));

/** Members of a record that say something else than the question has; both in the form of the format. */
export function differences(record: NeutralQuestion, has: NeutralQuestion): string[] {
  return Object.keys(record).filter((m) => {
    const key = m as keyof NeutralQuestion;
    if (key === 'code') return false;
    if (key === 'media') return !same(bare(record.media), bare(has.media));
    if (key === 'choices') {
      // A file without a remark on any choice says nothing about remarks.
      const remarks = record.choices?.some((c) => c.feedback);
      const choices = (q: NeutralQuestion): unknown =>
        q.choices?.map((c) => [c.text, c.correct, remarks ? (c.feedback ?? '') : '']);
      return !same(choices(record), choices(has));
    }
    return !same(record[key], has[key]);
  });
}

/** What of a question its file will not hold. */
export function losses(q: NeutralQuestion, format: QuestionFormat): Loss[] {
  const members = HOLDS[format].members;
  const all: NeutralContent[] = [q, ...(q.parts ?? [])];
  const has: Record<Loss, boolean> = {
    code: q.code !== undefined,
    points: (q.points ?? 1) !== 1,
    difficulty: q.difficulty !== undefined,
    tags: filled(q.tags),
    competency: Boolean(q.competency),
    use: q.use === 'secure',
    lessonRef: Boolean(q.lessonRef),
    explanation: Boolean(q.explanation),
    feedback: all.some((c) => c.choices?.some((x) => x.feedback)),
    scoring: false,
    exactCase: all.some((c) => c.exactCase || c.gaps?.some((g) => g.exactCase)),
    wildcards: all.some((c) => c.wildcards || c.gaps?.some((g) => g.wildcards)),
    unit: all.some((c) => c.unit || c.gaps?.some((g) => g.unit)),
    essay: all.some((c) => c.type === 'essay' && c.essay !== undefined),
    rubric: all.some((c) => filled(c.rubric)),
    media: filled(q.media),
    lineBreaks: [q.stem, ...(q.choices ?? []).map((c) => c.text)].some((text) => tidy(text).includes('\n')),
  };
  const lost = (Object.keys(has) as Loss[]).filter((m) => has[m] && !members.includes(m));
  if (!lost.includes('media') && q.media?.some((m) => m.kind !== 'image')) lost.push('media');
  // Where a format says nothing, a reader marks half right answers in shares.
  if (all.some((c) => PARTIAL_TYPES.includes(c.type) && (c.scoring ?? 'all') === 'all' && !saysScoring(format, c.type)))
    lost.push('scoring');
  return lost;
}

/** Why something of a file is not taken: named, with what it is about. */
export class NotTaken extends Error {
  constructor(
    readonly code: string,
    readonly params: Record<string, string | number> = {},
  ) {
    super(code);
  }
}

export interface Remark {
  code: string;
  params: Record<string, string | number>;
}

/** One question of a file: taken, or refused with the line it starts at and why. */
export interface ReadItem {
  line: number;
  /** How it is called in the file, to find it again. */
  title: string;
  question: NeutralQuestion | null;
  problem: Remark | null;
  /** What was left out without changing what is asked. */
  remarks: Remark[];
}

export interface ReadQuestions {
  format: QuestionFormat;
  encoding: string;
  items: ReadItem[];
  /** Bytes of pictures, by the name that media give. */
  files: Map<string, Uint8Array>;
}

/** Runs the reading of one question; what it refuses is a row, not the end of the file. */
export function readItem(
  line: number,
  title: string,
  read: (remark: (code: string, params?: Remark['params']) => void) => NeutralQuestion,
): ReadItem {
  const remarks: Remark[] = [];
  const remark = (code: string, params: Remark['params'] = {}): void => {
    if (!remarks.some((r) => r.code === code && same(r.params, params))) remarks.push({ code, params });
  };
  try {
    const question = read(remark);
    return { line, title: shorten(title || question.stem), question, problem: null, remarks };
  } catch (error) {
    if (!(error instanceof NotTaken)) throw error;
    return {
      line,
      title: shorten(title),
      question: null,
      problem: { code: error.code, params: error.params },
      remarks,
    };
  }
}

const shorten = (text: string): string => oneLine(text).slice(0, 200);

export const CODE = /^[a-z0-9][a-z0-9-]{0,62}$/;
