import type { ChoiceMeasure } from './item-measures.js';

export const FLAG_CODES = [
  'key-suspect',
  'two-right',
  'against',
  'guessing',
  'too-hard',
  'too-easy',
  'weak',
  'unused-choice',
  'often-blank',
] as const;
export type FlagCode = (typeof FLAG_CODES)[number];

/** What an author should look at, with the choice it is about. */
export interface ItemFlag {
  code: FlagCode;
  choice: string | null;
}

export interface FlagFacts {
  answered: number;
  blanks: number;
  facility: number | null;
  itemRest: number | null;
  choices: readonly ChoiceMeasure[] | null;
  right: readonly string[];
  /** Whether exactly one choice is right: the chance of a blind guess is then one in as many as there are. */
  single: boolean;
}

/** Fewer answers than this are not judged. */
export const LEAST_FOR_FLAGS = 30;
const EASY = 0.95;
const HARD = 0.2;
const WEAK = 0.15;
const BLANK = 0.2;
/** A wrong choice that this many of the upper third take is worth a look. */
const STRONG_TAKE = 0.3;

/**
 * Flags of one question, the most telling first. A correlation counts as above or below 0 only beyond 2 ÷ √n, about two
 * standard errors of one that is 0. The thresholds for easy, hard and weak follow Ebel & Frisbie (1991, ch. 13).
 */
export function flagsOf(f: FlagFacts): ItemFlag[] {
  if (f.answered < LEAST_FOR_FLAGS || f.facility === null) return [];
  const doubt = 2 / Math.sqrt(f.answered);
  const flags: ItemFlag[] = [];
  const add = (code: FlagCode, choice: string | null = null): void => void flags.push({ code, choice });
  const wrong = (f.choices ?? []).filter((c) => !f.right.includes(c.key));
  const key = (f.choices ?? []).filter((c) => f.right.includes(c.key));
  const keyUpper = Math.max(0, ...key.map((c) => c.thirds[2]));
  const rival = f.single
    ? wrong
        .filter((c) => c.thirds[2] >= STRONG_TAKE && (c.correlation ?? 0) > -doubt)
        .sort((a, b) => b.thirds[2] - a.thirds[2])[0]
    : undefined;
  const suspect = rival && (rival.correlation ?? 0) > doubt && rival.thirds[2] > keyUpper;
  const chance = f.single && f.choices && f.choices.length > 1 ? 1 / f.choices.length : null;

  if (rival && suspect) add('key-suspect', rival.key);
  else if (f.itemRest !== null && f.itemRest < -doubt) add('against');
  else if (
    chance !== null &&
    f.itemRest !== null &&
    Math.abs(f.itemRest) <= doubt &&
    Math.abs(f.facility - chance) <= 2 * Math.sqrt((chance * (1 - chance)) / f.answered) &&
    f.choices?.every((c) => Math.abs(c.share - chance) <= 3 * Math.sqrt((chance * (1 - chance)) / f.answered))
  )
    add('guessing');
  if (rival && !suspect && flags.length === 0) add('two-right', rival.key);
  if (f.facility >= EASY) add('too-easy');
  else if (f.facility < HARD && !flags.some((x) => x.code === 'key-suspect' || x.code === 'guessing')) add('too-hard');
  else if (flags.length === 0 && f.itemRest !== null && f.itemRest < WEAK) add('weak');
  for (const c of wrong) if (c.count === 0 && f.facility < EASY) add('unused-choice', c.key);
  if (f.blanks / f.answered > BLANK) add('often-blank');
  return flags;
}
