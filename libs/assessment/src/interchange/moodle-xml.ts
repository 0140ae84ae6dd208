import { InvalidInput } from '@waymark/kernel';
import { stemPieces } from '../question/cloze.js';
import { escapeWith, splitEscaped } from './cells.js';
import { readHtml, toMarkup } from './markup.js';
import {
  decimalOf,
  readAccepted,
  readNumberAnswer,
  rightChoices,
  share,
  wholeAnswers,
  writeAccepted,
} from './moodle-answers.js';
import {
  CODE,
  NotTaken,
  oneLine,
  readItem,
  tidy,
  type NeutralGap,
  type NeutralMedia,
  type NeutralQuestion,
  type ReadItem,
  type Remark,
} from './neutral.js';
import { fromBase64, insidePath, Pictures } from './pictures.js';
import { childOf, childrenOf, escapeXml, readXml, textOf, type XmlNode } from './xml.js';

// After "Moodle XML format" and "Embedded Answers (Cloze) question type", Moodle documentation
// (docs.moodle.org/en/Moodle_XML_format), with the tags that Moodle writes: idnumber, tags, file.
type Report = (code: string, params?: Remark['params']) => void;

const PLUGIN_FILE = '@@PLUGINFILE@@/';
/** Settings of a Moodle question that say nothing about what is asked or right. */
const IGNORED = new Set([
  'shuffleanswers',
  'answernumbering',
  'shownumcorrect',
  'hidden',
  'penalty',
  'showstandardinstruction',
  'responseformat',
  'responserequired',
  'responsefieldlines',
  'responsetemplate',
  'attachments',
  'attachmentsrequired',
  'graderinfo',
  'layouttype',
  'selecttype',
  'selectcount',
  'gradingtype',
  'showgrading',
  'numberingstyle',
  'correctfeedback',
  'partiallycorrectfeedback',
  'incorrectfeedback',
  'unitgradingtype',
  'unitpenalty',
  'showunits',
  'unitsleft',
  'minwordlimit',
  'maxwordlimit',
  'filetypeslist',
  'maxbytes',
  'name',
  'questiontext',
  'generalfeedback',
  'defaultgrade',
  'idnumber',
  'tags',
  'answer',
  'single',
  'usecase',
  'subquestion',
  'hint',
  'coursetagsfromtext',
]);

export function readMoodleXml(text: string): { items: ReadItem[]; files: Map<string, Uint8Array> } {
  const root = readXml(text);
  if (root.name !== 'quiz') throw new InvalidInput('format-unknown', { element: root.name });
  const pictures = new Pictures();
  const items: ReadItem[] = [];
  for (const node of childrenOf(root, 'question')) {
    const type = node.attrs['type'] ?? '';
    const name =
      type === 'category'
        ? textOf(childOf(node, 'category')).trim()
        : textOf(childOf(childOf(node, 'name') ?? node, 'text')).trim();
    items.push(readItem(node.line, name, (remark) => readQuestion(node, type, pictures, remark)));
  }
  return { items, files: pictures.files };
}

interface Said {
  text: string;
  media: NeutralMedia[];
}

/** Words of an element with a format and, beside its text, the files it shows. */
function said(node: XmlNode | undefined, place: string, pictures: Pictures, remark: Report, inherited = 'html'): Said {
  if (!node) return { text: '', media: [] };
  const text = textOf(childOf(node, 'text'));
  const format = node.attrs['format'] ?? inherited;
  if (format === 'markdown') throw new NotTaken('text-format', { format });
  if (format === 'plain_text') return { text: tidy(text), media: [] };
  const read = readHtml(format === 'moodle_auto_format' ? text.replace(/\r?\n/g, '<br>') : text, remark);
  const files = new Map(childrenOf(node, 'file').map((f) => [f.attrs['name'] ?? '', f]));
  return {
    text: read.text,
    media: pictures.take(place, read.pictures, (src) => {
      if (!src.startsWith(PLUGIN_FILE)) return null;
      const path = insidePath('', src.slice(PLUGIN_FILE.length));
      if (path === null) throw new NotTaken('picture-path', { name: src.slice(0, 100) });
      const file = files.get(path);
      return file && file.attrs['encoding'] === 'base64' ? fromBase64(textOf(file)) : null;
    }),
  };
}

function readQuestion(node: XmlNode, type: string, pictures: Pictures, remark: Report): NeutralQuestion {
  if (type === 'category') throw new NotTaken('category');
  const words = (n: XmlNode | undefined): string => {
    const { text, media } = said(n, 'stem', pictures, remark);
    if (media.length > 0) throw new NotTaken('picture-place', { element: n?.name ?? '' });
    return text;
  };
  for (const c of node.children)
    if (typeof c !== 'string' && !IGNORED.has(c.name)) {
      // Units, drop zones and data sets change what is right.
      throw new NotTaken('moodle-element', { element: c.name });
    }
  if (childrenOf(node, 'hint').length > 0) remark('hints-left-out');
  if (textOf(childOf(node, 'graderinfo')).trim() !== '') remark('grader-note-left-out');
  const stem = said(childOf(node, 'questiontext'), 'stem', pictures, remark);
  const q: Omit<NeutralQuestion, 'type'> = { stem: stem.text };
  const code = textOf(childOf(node, 'idnumber')).trim();
  if (code) q.code = code;
  const grade = textOf(childOf(node, 'defaultgrade')).trim();
  if (grade !== '') {
    const points = Number(grade);
    if (!Number.isInteger(points) || points < 1 || points > 100)
      throw new NotTaken('points', { points: grade.slice(0, 20) });
    q.points = points;
  }
  const explanation = words(childOf(node, 'generalfeedback'));
  if (explanation) q.explanation = explanation;
  const tags = childrenOf(childOf(node, 'tags') ?? node, 'tag').map((t) => textOf(childOf(t, 'text')).trim());
  for (const tag of tags.filter((t) => !CODE.test(t))) remark('tag-left-out', { tag: tag.slice(0, 60) });
  const known = [...new Set(tags.filter((t) => CODE.test(t)))].sort();
  if (known.length > 0) q.tags = known;
  const media = [...stem.media];
  if (media.length > 0) q.media = media;

  const answers = childrenOf(node, 'answer').map((a, i) => {
    const own = said(
      { ...a, children: a.children },
      `choice.${i}`,
      pictures,
      remark,
      type === 'shortanswer' || type === 'numerical' || type === 'truefalse' ? 'plain_text' : 'html',
    );
    return { ...own, node: a, share: share(a.attrs['fraction'] ?? '0'), feedback: words(childOf(a, 'feedback')) };
  });
  const noFeedback = (): void => {
    if (answers.some((a) => a.feedback !== '')) remark('feedback-left-out');
  };
  if (q.stem === '') throw new NotTaken('stem-missing');
  switch (type) {
    case 'multichoice': {
      const single = !['false', '0'].includes(textOf(childOf(node, 'single')).trim());
      const choices = (correct: readonly boolean[]) =>
        answers.map((a, i) => ({
          text: a.text,
          correct: correct[i] as boolean,
          ...(a.feedback ? { feedback: a.feedback } : {}),
        }));
      const all = [...media, ...answers.flatMap((a) => a.media)];
      const shown = all.length > 0 ? { media: all } : {};
      if (!single)
        return {
          ...q,
          ...shown,
          type: 'multiple',
          choices: choices(
            rightChoices(
              answers.map((a) => a.share),
              remark,
            ),
          ),
        };
      if (wholeAnswers(answers).length !== 1)
        throw new NotTaken(wholeAnswers(answers).length === 0 ? 'correct-choice-missing' : 'several-right');
      if (answers.some((a) => a.share < 0)) remark('penalties-left-out');
      return { ...q, ...shown, type: 'single', choices: choices(answers.map((a) => a.share >= 99.99)) };
    }
    case 'truefalse': {
      noFeedback();
      const right = wholeAnswers(answers)[0]?.text.toLowerCase();
      if (right !== 'true' && right !== 'false')
        throw new NotTaken('answer-unknown', { answer: (right ?? '').slice(0, 20) });
      return { ...q, type: 'truefalse', answerTrue: right === 'true' };
    }
    case 'shortanswer': {
      noFeedback();
      const list = wholeAnswers(answers).map((a) => a.text);
      if (list.length === 0) throw new NotTaken('accepted-missing');
      return {
        ...q,
        type: 'short',
        ...readAccepted(list),
        ...(textOf(childOf(node, 'usecase')).trim() === '1' ? { exactCase: true } : {}),
      };
    }
    case 'numerical': {
      noFeedback();
      const [only, ...more] = wholeAnswers(answers);
      if (!only || more.length > 0) throw new NotTaken('several-numbers');
      const tolerance = textOf(childOf(only.node, 'tolerance')).trim();
      return {
        ...q,
        type: 'numeric',
        number: {
          value: decimalOf(only.text),
          tolerance: tolerance === '' ? '0' : decimalOf(tolerance),
          relative: false,
        },
      };
    }
    case 'matching': {
      const options: string[] = [];
      const prompts: { text: string; option: number }[] = [];
      for (const sub of childrenOf(node, 'subquestion')) {
        const prompt = words(sub);
        const option = tidy(textOf(childOf(childOf(sub, 'answer') ?? sub, 'text')));
        if (option === '') throw new NotTaken('option-missing');
        if (!options.includes(option)) options.push(option);
        if (prompt !== '') prompts.push({ text: prompt, option: options.indexOf(option) });
      }
      return { ...q, type: 'matching', prompts, options };
    }
    case 'ordering': {
      noFeedback();
      return { ...q, type: 'ordering', items: answers.map((a) => a.text) };
    }
    case 'essay':
      return { ...q, type: 'essay' };
    case 'cloze':
    case 'multianswer': {
      const { stem: text, gaps } = readCloze(q.stem, remark);
      return { ...q, stem: text, type: 'cloze', gaps };
    }
    case 'description':
      throw new NotTaken('description');
    default:
      throw new NotTaken('moodle-type', { type: type.slice(0, 40) });
  }
}

const GAP = /\{(\d*):([A-Z_]+):((?:\\.|[^\\}])*)\}/gs;
const CHOICES = new Set([
  'MULTICHOICE',
  'MC',
  'MULTICHOICE_V',
  'MCV',
  'MULTICHOICE_H',
  'MCH',
  'MULTICHOICE_S',
  'MCS',
  'MULTICHOICE_VS',
  'MCVS',
  'MULTICHOICE_HS',
  'MCHS',
]);
const WORDS = new Set(['SHORTANSWER', 'SA', 'MW']);
const EXACT = new Set(['SHORTANSWER_C', 'SAC', 'MWC']);
const NUMBERS = new Set(['NUMERICAL', 'NM']);

function readCloze(text: string, remark: Report): { stem: string; gaps: NeutralGap[] } {
  const gaps: NeutralGap[] = [];
  if (/\{\{\d{1,2}\}\}/.test(text)) throw new NotTaken('gap-mark');
  const stem = text.replace(GAP, (_all, weight: string, kind: string, body: string) => {
    gaps.push(readGap(weight === '' ? 1 : Number(weight), kind, body, remark));
    return `{{${gaps.length}}}`;
  });
  if (gaps.length === 0) throw new NotTaken('gaps-missing');
  return { stem, gaps };
}

const bareWord = (text: string): string =>
  oneLine(text.replace(/\\([}#~/"\\=*%])/g, (all, c: string) => (c === '*' ? all : c)));

function readGap(weight: number, kind: string, body: string, remark: Report): NeutralGap {
  const answers = splitEscaped(body, '~').map((piece) => {
    const m = /^\s*(?:%(-?[\d.]+)%|(=))?(.*)$/s.exec(piece) as RegExpExecArray;
    const [text = '', ...feedback] = splitEscaped(m[3] as string, '#');
    if (feedback.join('').trim() !== '') remark('feedback-left-out');
    return { share: m[2] ? 100 : m[1] ? share(m[1]) : 0, text };
  });
  if (CHOICES.has(kind)) {
    if (wholeAnswers(answers).length !== 1) throw new NotTaken('several-right');
    return {
      kind: 'choice',
      weight,
      choices: answers.map((a) => ({ text: bareWord(a.text), correct: a.share >= 99.99 })),
    };
  }
  const right = wholeAnswers(answers);
  if (right.length === 0) throw new NotTaken('accepted-missing');
  if (WORDS.has(kind) || EXACT.has(kind))
    return {
      kind: 'text',
      weight,
      ...readAccepted(right.map((a) => bareWord(a.text))),
      ...(EXACT.has(kind) ? { exactCase: true } : {}),
    };
  if (NUMBERS.has(kind)) {
    if (right.length > 1) throw new NotTaken('several-numbers');
    return { kind: 'number', weight, number: readNumberAnswer(right[0]?.text ?? '') };
  }
  throw new NotTaken('moodle-type', { type: kind.slice(0, 40) });
}

const behindMarks = (text: string): string => escapeWith(text, /[}#~/"\\=%]/g);
const escapeGap = (text: string): string => {
  const out = behindMarks(oneLine(text));
  if (out === '') throw new NotTaken('choice-empty');
  return out;
};

function writeGap(g: NeutralGap): string {
  if (g.kind === 'choice')
    return `{${g.weight}:MULTICHOICE:${(g.choices ?? []).map((c) => `${c.correct ? '=' : ''}${escapeGap(c.text)}`).join('~')}}`;
  if (g.kind === 'number') {
    if (!g.number) throw new NotTaken('number-missing');
    return `{${g.weight}:NUMERICAL:=${decimalOf(g.number.value)}:${decimalOf(g.number.tolerance)}}`;
  }
  const star = (a: string): string =>
    a.includes('\\*') ? a.split('\\*').map(behindMarks).join('\\*') : behindMarks(a);
  return `{${g.weight}:SHORTANSWER${g.exactCase ? '_C' : ''}:${writeAccepted(g)
    .map((a) => `=${star(a)}`)
    .join('~')}}`;
}

export interface Extra {
  name: string;
  bytes: Uint8Array;
}

/** @throws NotTaken where the words would be read as something else */
export function writeMoodleQuestion(q: NeutralQuestion, files: ReadonlyMap<string, Extra>): string {
  const marked = (name: string, text: string, place: string | null, attrs = '', inner = ''): string => {
    const shown = place === null ? [] : (q.media ?? []).filter((m) => m.place === place);
    const images = shown.map(
      (m) =>
        `<img src="${PLUGIN_FILE}${encodeURIComponent(files.get(m.sha256)?.name ?? m.sha256)}" alt="${escapeXml(m.alt)}"/>`,
    );
    const attached = [...new Set(shown.map((m) => m.sha256))].map((sha) => {
      const file = files.get(sha);
      if (!file) throw new NotTaken('picture-missing', { name: sha });
      return `<file name="${escapeXml(file.name)}" path="/" encoding="base64">${Buffer.from(file.bytes).toString('base64')}</file>`;
    });
    return `<${name} format="html"${attrs}><text>${escapeXml(toMarkup(text) + images.join(''))}</text>${attached.join('')}${inner}</${name}>`;
  };
  if (q.type === 'cloze' && /\{\d*:/.test(q.stem)) throw new NotTaken('gap-mark');
  const stem =
    q.type === 'cloze'
      ? stemPieces(tidy(q.stem))
          .map((p) => ('text' in p ? p.text : writeGap(q.gaps?.[Number(p.gap) - 1] ?? { kind: 'text', weight: 1 })))
          .join('')
      : q.stem;
  if (tidy(stem) === '') throw new NotTaken('stem-missing');
  const answer = (text: string, fraction: number, inner = ''): string =>
    `<answer fraction="${fraction}" format="plain_text"><text>${escapeXml(text)}</text>${inner}</answer>`;
  const body = (): string[] => {
    switch (q.type) {
      case 'single':
      case 'multiple': {
        const right = (q.choices ?? []).filter((c) => c.correct).length;
        const each = q.type === 'single' ? 100 : Number((100 / right).toFixed(5));
        return [
          `<single>${q.type === 'single'}</single>`,
          ...(q.choices ?? []).map((c, i) =>
            marked(
              'answer',
              c.text,
              `choice.${i}`,
              ` fraction="${c.correct ? each : 0}"`,
              c.feedback ? `<feedback format="html"><text>${escapeXml(toMarkup(c.feedback))}</text></feedback>` : '',
            ),
          ),
        ];
      }
      case 'truefalse':
        if (q.answerTrue === undefined) throw new NotTaken('answer-missing');
        return [answer('true', q.answerTrue ? 100 : 0), answer('false', q.answerTrue ? 0 : 100)];
      case 'short':
        return [`<usecase>${q.exactCase ? 1 : 0}</usecase>`, ...writeAccepted(q).map((a) => answer(a, 100))];
      case 'numeric':
        if (!q.number) throw new NotTaken('number-missing');
        return [answer(decimalOf(q.number.value), 100, `<tolerance>${decimalOf(q.number.tolerance)}</tolerance>`)];
      case 'matching': {
        const options = q.options ?? [];
        const used = new Set((q.prompts ?? []).map((p) => p.option));
        const pair = (prompt: string, option: string): string =>
          `<subquestion format="html"><text>${escapeXml(toMarkup(prompt))}</text><answer><text>${escapeXml(tidy(option))}</text></answer></subquestion>`;
        return [
          ...(q.prompts ?? []).map((p) => pair(p.text, options[p.option] ?? '')),
          ...options.flatMap((o, i) => (used.has(i) ? [] : [pair('', o)])),
        ];
      }
      case 'ordering':
        return (q.items ?? []).map((item, i) => marked('answer', item, null, ` fraction="${i + 1}"`));
      case 'cloze':
      case 'essay':
        return [];
      case 'case':
        throw new NotTaken('type', { type: q.type });
    }
  };
  const moodleType = {
    single: 'multichoice',
    multiple: 'multichoice',
    truefalse: 'truefalse',
    short: 'shortanswer',
    numeric: 'numerical',
    matching: 'matching',
    ordering: 'ordering',
    cloze: 'cloze',
    essay: 'essay',
    case: '',
  }[q.type];
  return [
    `<question type="${moodleType}">`,
    `<name><text>${escapeXml(q.code ?? oneLine(q.stem).slice(0, 80))}</text></name>`,
    marked('questiontext', stem, 'stem'),
    ...(q.explanation ? [marked('generalfeedback', q.explanation, null)] : []),
    ...(q.points !== undefined ? [`<defaultgrade>${q.points}</defaultgrade>`] : []),
    ...(q.code ? [`<idnumber>${escapeXml(q.code)}</idnumber>`] : []),
    ...body(),
    ...(q.tags?.length
      ? [`<tags>${q.tags.map((t) => `<tag><text>${escapeXml(t)}</text></tag>`).join('')}</tags>`]
      : []),
    '</question>',
  ].join('\n');
}
