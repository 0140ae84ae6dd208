import { isNumber, readNumber, type NumberKey } from '../question/decimal.js';
import { NotTaken, oneLine, plainDecimal, type NeutralAccepted } from './neutral.js';

/** What GIFT and Moodle XML have in common: answers with shares of the points, asterisks and tolerances. */

/** @throws NotTaken where some answers earn a share only, which a question here has no place for */
export function wholeAnswers<T extends { share: number }>(answers: readonly T[]): T[] {
  const partly = answers.find((a) => a.share > 0.01 && a.share < 99.99);
  if (partly) throw new NotTaken('partial-answer', { share: partly.share });
  return answers.filter((a) => a.share >= 99.99);
}

/** Which choices are right, by their shares: those of right ones have to be equal and make up the whole. */
export function rightChoices(shares: readonly number[], remark: (code: string) => void): boolean[] {
  const right = shares.filter((s) => s > 0);
  if (right.length === 0) throw new NotTaken('correct-choice-missing');
  const each = 100 / right.length;
  // Moodle writes shares from a list, with up to five decimals.
  const uneven = right.find((s) => Math.abs(s - each) > 0.5);
  if (uneven !== undefined) throw new NotTaken('weights-unequal', { share: uneven });
  if (shares.some((s) => s < 0)) remark('penalties-left-out');
  return shares.map((s) => s > 0);
}

const STAR = /(?<!\\)\*/;

/** In Moodle's short answers an asterisk stands for any text, and `\*` for itself. */
export function readAccepted(answers: readonly string[]): NeutralAccepted {
  const wildcards = answers.some((a) => STAR.test(a));
  if (wildcards && answers.some((a) => a.includes('\\*'))) throw new NotTaken('asterisk-both');
  return {
    accepted: [...new Set(answers.map((a) => oneLine(a.replaceAll('\\*', '*'))))],
    ...(wildcards ? { wildcards: true } : {}),
  };
}

export function writeAccepted(q: NeutralAccepted): string[] {
  const list = (q.accepted ?? []).map(oneLine);
  if (list.some((a) => a === '')) throw new NotTaken('accepted-empty');
  if (list.length === 0) throw new NotTaken('accepted-missing');
  if (q.wildcards && list.some((a) => a.includes('*'))) {
    if (list.some((a) => a.includes('\\*'))) throw new NotTaken('asterisk-both');
    return list;
  }
  if (list.some((a) => a.includes('\\*'))) throw new NotTaken('asterisk-both');
  return list.map((a) => a.replaceAll('*', '\\*'));
}

export function decimalOf(text: string): string {
  const read = readNumber(text);
  if (!isNumber(read)) throw new NotTaken(read, { text: text.slice(0, 40) });
  return plainDecimal(read);
}

/** `3.14`, `3.14:0.05` or `3..4`. */
export function readNumberAnswer(text: string): NumberKey {
  const range = /^(.+?)\.\.(.+)$/.exec(text);
  if (range) {
    const [low, high] = [readNumber(range[1] as string), readNumber(range[2] as string)];
    if (!isNumber(low) || !isNumber(high)) throw new NotTaken('number-unreadable', { text: text.slice(0, 40) });
    const scale = Math.max(low.scale, high.scale);
    const at = (n: typeof low): bigint => n.digits * 10n ** BigInt(scale - n.scale);
    if (at(high) < at(low)) throw new NotTaken('number-range', { text: text.slice(0, 40) });
    return {
      value: plainDecimal({ digits: (at(low) + at(high)) * 5n, scale: scale + 1 }),
      tolerance: plainDecimal({ digits: (at(high) - at(low)) * 5n, scale: scale + 1 }),
      relative: false,
    };
  }
  const [value, tolerance, ...more] = text.split(':');
  if (more.length > 0) throw new NotTaken('number-unreadable', { text: text.slice(0, 40) });
  return { value: decimalOf(value ?? ''), tolerance: tolerance?.trim() ? decimalOf(tolerance) : '0', relative: false };
}

export function share(text: string): number {
  const n = Number(text);
  if (text.trim() === '' || !Number.isFinite(n)) throw new NotTaken('weight-unreadable', { text: text.slice(0, 20) });
  return n;
}
