import { readHtml } from './markup.js';
import {
  decimalOf,
  readAccepted,
  readNumberAnswer,
  rightChoices,
  share,
  wholeAnswers,
  writeAccepted,
} from './moodle-answers.js';
import { CODE, NotTaken, readItem, tidy, type NeutralQuestion, type ReadItem, type Remark } from './neutral.js';

// After "GIFT format", Moodle documentation (docs.moodle.org/en/GIFT_format), with the comment `// [id:x] [tag:y]` that
// Moodle reads since 3.6. Questions are parted by empty lines; \ ~ = # { } : are written behind a backslash.
type Report = (code: string, params?: Remark['params']) => void;

const FORMAT = /^\s*\[(html|plain|markdown|moodle)\]/;

export function readGift(text: string): ReadItem[] {
  const items: ReadItem[] = [];
  let block: { line: number; text: string }[] = [];
  let comments: string[] = [];
  const end = (): void => {
    const [lines, said] = [block, comments];
    block = [];
    comments = [];
    const [first] = lines;
    if (!first) return;
    const whole = lines.map((l) => l.text).join('\n');
    const title = /^\s*::((?:\\.|[^\\])*?)::/s.exec(whole)?.[1] ?? first.text;
    items.push(readItem(first.line, plain(title), (remark) => readBlock(whole, said.join(' '), remark)));
  };
  for (const [i, line] of text.split('\n').entries()) {
    if (/^\s*\/\//.test(line)) comments.push(line);
    else if (line.trim() === '') end();
    else if (/^\s*\$CATEGORY:/.test(line)) {
      end();
      items.push(
        readItem(i + 1, line.trim(), () => {
          throw new NotTaken('category');
        }),
      );
    } else block.push({ line: i + 1, text: line });
  }
  end();
  return items;
}

const plain = (text: string): string => text.replace(/\\([\\~=#{}:n])/g, (_all, c: string) => (c === 'n' ? '\n' : c));
/** The place of the first of these characters without a backslash before it. */
function find(text: string, characters: string, from = 0): number {
  for (let i = from; i < text.length; i += 1) {
    if (text[i] === '\\') i += 1;
    else if (characters.includes(text[i] as string)) return i;
  }
  return -1;
}

/** Unescaped words; a format in front says how they are to be read, and holds for the whole question. */
function reader(stem: string, remark: Report): { stem: string; words: (text: string) => string } {
  const asWords = (text: string, format: string | undefined): string => {
    // `\n` is a line, a line of the file is only a space.
    const joined = text.replace(/(?<!\\)((?:\\\\)*)\n/g, '$1 ');
    const own = FORMAT.exec(joined);
    const kind = own?.[1] ?? format;
    const given = plain(own ? joined.slice(own[0].length) : joined);
    if (kind === 'markdown') throw new NotTaken('text-format', { format: 'markdown' });
    if (kind !== 'html') return tidy(given);
    const { text: out, pictures } = readHtml(given, remark);
    if (pictures.length > 0) throw new NotTaken('picture-outside', { name: pictures[0]?.src.slice(0, 100) ?? '' });
    return out;
  };
  const format = FORMAT.exec(stem)?.[1];
  return { stem: asWords(stem, undefined), words: (text) => asWords(text, format) };
}

interface Answer {
  sign: string;
  share: number | null;
  text: string;
  feedback: string;
}

function answersOf(body: string): Answer[] {
  const out: Answer[] = [];
  let at = find(body, '=~');
  if (at > 0 && body.slice(0, at).trim() !== '')
    throw new NotTaken('gift-answers', { text: body.slice(0, at).trim().slice(0, 60) });
  while (at >= 0) {
    const next = find(body, '=~', at + 1);
    const piece = body.slice(at + 1, next < 0 ? undefined : next);
    const weight = /^\s*%(-?[\d.]+)%/.exec(piece);
    const rest = weight ? piece.slice(weight[0].length) : piece;
    const hash = find(rest, '#');
    out.push({
      sign: body[at] as string,
      share: weight ? share(weight[1] as string) : null,
      text: (hash < 0 ? rest : rest.slice(0, hash)).trim(),
      feedback: hash < 0 ? '' : rest.slice(hash + 1).trim(),
    });
    at = next;
  }
  return out;
}

function readBlock(block: string, comments: string, remark: Report): NeutralQuestion {
  const about: Partial<NeutralQuestion> = {};
  const id = /\[id:([^\]]+)\]/.exec(comments)?.[1]?.trim();
  if (id) about.code = id;
  const tags = [...comments.matchAll(/\[tag:([^\]]+)\]/g)].map((m) => (m[1] as string).trim());
  for (const tag of tags.filter((t) => !CODE.test(t))) remark('tag-left-out', { tag });
  const known = [...new Set(tags.filter((t) => CODE.test(t)))].sort();
  if (known.length > 0) about.tags = known;

  const named = /^\s*::(?:\\.|[^\\])*?::/s.exec(block);
  const text = named ? block.slice(named[0].length) : block;
  const from = find(text, '{');
  if (from < 0) throw new NotTaken('description');
  const to = find(text, '}', from + 1);
  if (to < 0) throw new NotTaken('brace-open');
  const after = text.slice(to + 1).trim();
  if (find(after, '{') >= 0) throw new NotTaken('several-answers');
  const { stem, words } = reader(
    after === '' ? text.slice(0, from) : `${text.slice(0, from).trimEnd()} ____ ${after}`,
    remark,
  );
  if (stem === '') throw new NotTaken('stem-missing');

  let body = text.slice(from + 1, to).trim();
  const general = /(?<!\\)####/.exec(body);
  if (general) {
    const explanation = words(body.slice(general.index + 4));
    if (explanation) about.explanation = explanation;
    body = body.slice(0, general.index).trim();
  }
  const base = { ...about, stem };
  const noFeedback = (answers: readonly Answer[]): void => {
    if (answers.some((a) => a.feedback !== '')) remark('feedback-left-out');
  };

  if (body === '') return { ...base, type: 'essay' };
  const verdict = /^(T|TRUE|F|FALSE)\s*(#.*)?$/s.exec(body);
  if (verdict) {
    if (verdict[2]) remark('feedback-left-out');
    return { ...base, type: 'truefalse', answerTrue: (verdict[1] as string).startsWith('T') };
  }
  if (body.startsWith('#')) {
    const numbers = body.slice(1).trim();
    const listed = numbers.startsWith('=') || numbers.startsWith('~');
    const answers = listed
      ? answersOf(numbers)
      : [{ sign: '=', share: null, text: numbers.split('#')[0] as string, feedback: numbers.split('#')[1] ?? '' }];
    noFeedback(answers);
    const [only, ...more] = wholeAnswers(answers.map((a) => ({ ...a, share: a.share ?? (a.sign === '=' ? 100 : 0) })));
    if (!only || more.length > 0) throw new NotTaken('several-numbers');
    return { ...base, type: 'numeric', number: readNumberAnswer(plain(only.text)) };
  }
  const answers = answersOf(body);
  if (answers.length === 0) throw new NotTaken('gift-answers', { text: body.slice(0, 60) });
  const pairs = answers.filter((a) => / ?-> ?/.test(a.text));
  if (answers.every((a) => a.sign === '=') && pairs.length > 0) {
    if (pairs.length < answers.length) throw new NotTaken('gift-pairs');
    noFeedback(answers);
    const options: string[] = [];
    const prompts: { text: string; option: number }[] = [];
    for (const { text: pair } of pairs) {
      const cut = pair.indexOf('->');
      const [prompt, option] = [words(pair.slice(0, cut)), words(pair.slice(cut + 2))];
      if (option === '') throw new NotTaken('gift-pairs');
      if (!options.includes(option)) options.push(option);
      if (prompt !== '') prompts.push({ text: prompt, option: options.indexOf(option) });
    }
    return { ...base, type: 'matching', prompts, options };
  }
  if (answers.every((a) => a.sign === '=')) {
    noFeedback(answers);
    const right = wholeAnswers(answers.map((a) => ({ ...a, share: a.share ?? 100 })));
    return { ...base, type: 'short', ...readAccepted(right.map((a) => words(a.text))) };
  }
  const right = answers.filter((a) => a.sign === '=');
  const choices = (correct: readonly boolean[]): NeutralQuestion['choices'] =>
    answers.map((a, i) => {
      const feedback = words(a.feedback);
      return { text: words(a.text), correct: correct[i] as boolean, ...(feedback ? { feedback } : {}) };
    });
  if (right.length > 1) throw new NotTaken('several-right');
  if (right.length === 1) {
    const partly = answers.find((a) => a.sign === '~' && (a.share ?? 0) > 0);
    if (partly) throw new NotTaken('partial-answer', { share: partly.share as number });
    if (answers.some((a) => (a.share ?? 0) < 0)) remark('penalties-left-out');
    return { ...base, type: 'single', choices: choices(answers.map((a) => a.sign === '=')) };
  }
  return {
    ...base,
    type: 'multiple',
    choices: choices(
      rightChoices(
        answers.map((a) => a.share ?? 0),
        remark,
      ),
    ),
  };
}

function esc(text: string): string {
  return tidy(text)
    .replace(/[\\~=#{}:]/g, (c) => `\\${c}`)
    .replaceAll('\n', '\\n');
}

/** Words that would be read as a format or a share in front of them are marked as plain. */
const word = (text: string): string => (/^[[%]/.test(tidy(text)) ? `[plain]${esc(text)}` : esc(text));

export function writeGift(q: NeutralQuestion): string {
  const lines = (q.choices ?? []).map((c) => ({
    ...c,
    said: `${word(c.text)}${c.feedback ? `#${word(c.feedback)}` : ''}`,
  }));
  if (lines.some((c) => tidy(c.text) === '')) throw new NotTaken('choice-empty');
  const body = (): string[] => {
    switch (q.type) {
      case 'single':
        return lines.map((c) => `${c.correct ? '=' : '~'}${c.said}`);
      case 'multiple': {
        const n = lines.filter((c) => c.correct).length;
        return lines.map((c) => `~%${c.correct ? Number((100 / n).toFixed(5)) : 0}%${c.said}`);
      }
      case 'truefalse':
        if (q.answerTrue === undefined) throw new NotTaken('answer-missing');
        return [q.answerTrue ? 'TRUE' : 'FALSE'];
      case 'short':
        return writeAccepted(q).map((a) => {
          if (a.includes('->')) throw new NotTaken('arrow');
          return `=${word(a)}`;
        });
      case 'numeric':
        if (!q.number) throw new NotTaken('number-missing');
        return [
          `#${decimalOf(q.number.value)}${q.number.tolerance === '0' ? '' : `:${decimalOf(q.number.tolerance)}`}`,
        ];
      case 'matching': {
        const options = q.options ?? [];
        if ([...(q.prompts ?? []).map((p) => p.text), ...options].some((t) => t.includes('->') || tidy(t) === ''))
          throw new NotTaken('arrow');
        const used = new Set((q.prompts ?? []).map((p) => p.option));
        return [
          ...(q.prompts ?? []).map((p) => `=${word(p.text)} -> ${word(options[p.option] ?? '')}`),
          ...options.flatMap((o, i) => (used.has(i) ? [] : [`= -> ${word(o)}`])),
        ];
      }
      case 'essay':
        return [];
      default:
        throw new NotTaken('type', { type: q.type });
    }
  };
  if (tidy(q.stem) === '') throw new NotTaken('stem-missing');
  const marks = [...(q.code ? [`[id:${q.code}]`] : []), ...(q.tags ?? []).map((t) => `[tag:${t}]`)];
  const answers = [...body(), ...(q.explanation ? [`####${word(q.explanation)}`] : [])];
  return `${marks.length > 0 ? `// ${marks.join(' ')}\n` : ''}${q.code ? `::${esc(q.code)}::` : ''}[plain]${esc(q.stem)}{${
    answers.length > 1 ? `\n${answers.map((a) => `\t${a}`).join('\n')}\n` : (answers[0] ?? '')
  }}\n`;
}
