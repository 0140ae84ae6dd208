import type { PaperBody, PaperItem } from '../attempt/paper.js';
import { stemPieces } from './cloze.js';
import { withoutUnit } from './decimal.js';
import type { Answer } from './question.js';
import type { RightAnswer } from './right-answer.js';

type Given = Omit<Answer, 'gaps' | 'parts'> & Pick<RightAnswer, 'accepted' | 'number'>;

const textOf = (list: readonly { key: string; text: string }[] | undefined, key: string | undefined): string =>
  list?.find((c) => c.key === key)?.text ?? key ?? '';

function linesOf(body: PaperBody, given: Given): string[] {
  const unit = body.unit ? ` ${body.unit}` : '';
  if (given.number) {
    const { value, tolerance, relative } = given.number;
    if (/^0*\.?0*$/.test(tolerance)) return [`${value}${unit}`];
    return [relative ? `${value}${unit} (± ${Number(tolerance) * 100} %)` : `${value} ± ${tolerance}${unit}`];
  }
  if (given.accepted) return given.accepted.length > 0 ? [given.accepted.join(' / ')] : [];
  if (given.text !== undefined) {
    // Numbers only have a unit; other texts stand as they were written.
    const text = body.unit ? withoutUnit(given.text, body.unit) : given.text;
    return text.trim() === '' ? [] : [`${text}${unit}`];
  }
  if (given.choices) {
    const taken = new Set(given.choices);
    return body.choices.filter((c) => taken.has(c.key)).map((c) => c.text);
  }
  if (given.order) return given.order.map((o, i) => `${i + 1}. ${textOf(body.choices, o)}`);
  if (given.pairs)
    return (body.prompts ?? []).flatMap((p) => {
      const option = given.pairs?.[p.key];
      return option === undefined ? [] : [`${p.text} → ${textOf(body.choices, option)}`];
    });
  return [];
}

function clozeLine(body: PaperBody, gaps: Record<string, string | string[]>): string {
  return stemPieces(body.stem)
    .map((piece) => {
      if ('text' in piece) return piece.text;
      const gap = body.gaps?.find((g) => g.key === piece.gap);
      const value = gaps[piece.gap];
      const words = (typeof value === 'string' ? [value] : (value ?? [])).filter((v) => v.trim() !== '');
      const shown = words.map((w) => (gap?.kind === 'choice' ? textOf(gap.choices, w) : w)).join(' / ');
      return shown === '' ? '____' : `[${shown}${gap?.unit ? ` ${gap.unit}` : ''}]`;
    })
    .join('');
}

/** An answer, or a right answer, in plain words: one line a choice, pair, step or gap text. Empty when nothing was answered. */
export function writtenAnswer(item: PaperBody & Pick<PaperItem, 'parts'>, given: Answer | RightAnswer): string[] {
  if (given.parts)
    return (item.parts ?? []).flatMap((part, i) => {
      const of = given.parts?.[part.key];
      const lines = of ? writtenAnswer(part, of) : [];
      return lines.length === 0 ? [] : lines.map((line, n) => (n === 0 ? `(${i + 1}) ${line}` : line));
    });
  if (given.gaps) {
    const gaps = given.gaps as Record<string, string | string[]>;
    return Object.values(gaps)
      .flat()
      .some((g) => g.trim() !== '')
      ? [clozeLine(item, gaps)]
      : [];
  }
  return linesOf(item, given);
}
