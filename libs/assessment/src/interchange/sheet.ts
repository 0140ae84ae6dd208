import type { Locale } from '@waymark/kernel';
import type { TableRow, TableSheet } from '@waymark/platform';
import { QUESTION_TYPES, QUESTION_USES, type PartType, type QuestionType } from '../question/question.js';
import { escapeWith, splitEscaped, unescapeText } from './cells.js';
import { decimalOf } from './moodle-answers.js';
import {
  CODE,
  NotTaken,
  oneLine,
  readItem,
  tidy,
  type NeutralContent,
  type NeutralGap,
  type NeutralPart,
  type NeutralQuestion,
  type ReadItem,
} from './neutral.js';

/** One row is one question; the parts of a case follow its row, numbered in `part`. The choices stand in columns A to T. */
const COLUMNS = [
  'code',
  'part',
  'type',
  'stem',
  'answer',
  'points',
  'scoring',
  'unit',
  'options',
  'length',
  'rubric',
  'explanation',
  'topics',
  'competency',
  'difficulty',
  'use',
  'lesson',
] as const;
type Column = (typeof COLUMNS)[number];
const LETTERS = 'ABCDEFGHIJKLMNOPQRST';

const HEADINGS: Record<Column | 'choice' | 'feedback', Record<Locale, string>> = {
  code: { en: 'Code', 'zh-CN': '编号', 'zh-TW': '編號' },
  part: { en: 'Part', 'zh-CN': '小题', 'zh-TW': '小題' },
  type: { en: 'Type', 'zh-CN': '题型', 'zh-TW': '題型' },
  stem: { en: 'Question', 'zh-CN': '题干', 'zh-TW': '題幹' },
  answer: { en: 'Answer', 'zh-CN': '答案', 'zh-TW': '答案' },
  points: { en: 'Points', 'zh-CN': '分值', 'zh-TW': '配分' },
  scoring: { en: 'Scoring', 'zh-CN': '计分方式', 'zh-TW': '計分方式' },
  unit: { en: 'Unit', 'zh-CN': '单位', 'zh-TW': '單位' },
  options: { en: 'Answer rules', 'zh-CN': '答案规则', 'zh-TW': '答案規則' },
  length: { en: 'Length', 'zh-CN': '字数', 'zh-TW': '字數' },
  rubric: { en: 'Rubric', 'zh-CN': '评分标准', 'zh-TW': '評分標準' },
  explanation: { en: 'Explanation', 'zh-CN': '解析', 'zh-TW': '解析' },
  topics: { en: 'Topics', 'zh-CN': '知识点', 'zh-TW': '主題' },
  competency: { en: 'Competency', 'zh-CN': '能力项', 'zh-TW': '職能' },
  difficulty: { en: 'Difficulty', 'zh-CN': '难度', 'zh-TW': '難度' },
  use: { en: 'Use', 'zh-CN': '用途', 'zh-TW': '用途' },
  lesson: { en: 'Lesson', 'zh-CN': '课时', 'zh-TW': '單元' },
  choice: { en: 'Choice', 'zh-CN': '选项', 'zh-TW': '選項' },
  feedback: { en: 'Feedback', 'zh-CN': '选项反馈', 'zh-TW': '選項回饋' },
};

const plain = (text: string): string =>
  text
    .normalize('NFKC')
    .toLowerCase()
    .replace(/[\s*:_-]/g, '');

type Place = { column: Column } | { choice: number } | { feedback: number } | null;

function placeOf(heading: string): Place {
  const given = plain(heading);
  for (const column of COLUMNS)
    if ([column, ...Object.values(HEADINGS[column])].some((h) => plain(h) === given)) return { column };
  for (const kind of ['choice', 'feedback'] as const)
    for (const h of Object.values(HEADINGS[kind])) {
      const at = given.startsWith(plain(h)) ? LETTERS.toLowerCase().indexOf(given.slice(plain(h).length)) : -1;
      if (at >= 0 && given.length === plain(h).length + 1) return kind === 'choice' ? { choice: at } : { feedback: at };
    }
  return null;
}

/** Whether a table is one of questions. */
export function isQuestionTable(headings: readonly string[]): boolean {
  const columns = headings.map(placeOf).flatMap((p) => (p && 'column' in p ? [p.column] : []));
  return columns.includes('type') && columns.includes('stem');
}

const TYPE_WORDS: Record<QuestionType, readonly string[]> = {
  single: ['单选', '单选题', '單選', '單選題', 'singlechoice'],
  multiple: ['多选', '多选题', '多選', '多選題', '複選題', 'multiplechoice'],
  truefalse: ['判断', '判断题', '是非', '是非题', '是非題', 'true/false'],
  short: ['简答', '短答', '短答题', '短答題', 'shortanswer'],
  numeric: ['数值', '数值题', '數值', '數值題', 'number'],
  matching: ['匹配', '匹配题', '连线', '配對', '配對題'],
  ordering: ['排序', '排序题', '排序題'],
  cloze: ['填空', '填空题', '填空題', 'fillin'],
  essay: ['论述', '论述题', '問答', '問答題', '申論題'],
  case: ['案例', '案例题', '案例題', '題組'],
};
const TRUE = ['true', 't', 'yes', '1', '对', '是', '正确', '對', '正確', '√'];
const FALSE = ['false', 'f', 'no', '0', '错', '否', '错误', '錯', '錯誤', '×'];

interface Row {
  line: number;
  cells: Map<Column, string>;
  choices: string[];
  feedback: string[];
}

export function readSheet(headings: readonly string[], rows: readonly TableRow[]): ReadItem[] {
  const places = headings.map(placeOf);
  const unknown = headings.filter((h, i) => places[i] === null && h.trim() !== '');
  const read = rows.map(({ line, cells }): Row => {
    const row: Row = { line, cells: new Map(), choices: [], feedback: [] };
    for (const [i, p] of places.entries()) {
      const value = (cells[i] ?? '').replace(/\r\n?/g, '\n').trim();
      if (!p) continue;
      if ('column' in p) row.cells.set(p.column, value);
      else if ('choice' in p) row.choices[p.choice] = value;
      else row.feedback[p.feedback] = value;
    }
    return row;
  });
  const items: ReadItem[] = [];
  for (let i = 0; i < read.length; i += 1) {
    const row = read[i] as Row;
    const parts: Row[] = [];
    while ((read[i + 1]?.cells.get('part') ?? '') !== '') {
      parts.push(read[i + 1] as Row);
      i += 1;
    }
    items.push(
      readItem(row.line, row.cells.get('stem') ?? '', (remark) => {
        for (const heading of unknown) remark('column-left-out', { heading: heading.slice(0, 60) });
        if ((row.cells.get('part') ?? '') !== '') throw new NotTaken('part-without-case');
        const q = readQuestion(row);
        if (q.type !== 'case') {
          if (parts.length > 0) throw new NotTaken('part-without-case');
          return q;
        }
        if (parts.length === 0) throw new NotTaken('parts-missing');
        q.parts = parts.map((p): NeutralPart => {
          const content = readContent(p);
          if (content.type === 'case') throw new NotTaken('case-in-case');
          return { ...content, type: content.type as PartType, points: wholeNumber(p, 'points', 1, 100) ?? 1 };
        });
        return q;
      }),
    );
  }
  return items;
}

function wholeNumber(row: Row, column: Column, min: number, max: number): number | undefined {
  const text = row.cells.get(column) ?? '';
  if (text === '') return undefined;
  const n = Number(text.normalize('NFKC'));
  if (!Number.isInteger(n) || n < min || n > max)
    throw new NotTaken('cell-number', { column, value: text.slice(0, 40), min, max });
  return n;
}

function readQuestion(row: Row): NeutralQuestion {
  const cell = (c: Column): string => row.cells.get(c) ?? '';
  const q: NeutralQuestion = readContent(row);
  const points = wholeNumber(row, 'points', 1, 100);
  const difficulty = wholeNumber(row, 'difficulty', 1, 5);
  if (points !== undefined) q.points = points;
  if (difficulty !== undefined) q.difficulty = difficulty;
  if (cell('code')) q.code = cell('code');
  if (cell('explanation')) q.explanation = cell('explanation');
  const tags = cell('topics')
    .split(/[,，、;\s]+/)
    .filter((t) => t !== '');
  for (const tag of tags) if (!CODE.test(tag)) throw new NotTaken('tag-invalid', { tag: tag.slice(0, 60) });
  if (tags.length > 0) q.tags = [...new Set(tags)];
  if (cell('competency')) {
    if (!CODE.test(cell('competency')))
      throw new NotTaken('cell-value', { column: 'competency', value: cell('competency').slice(0, 60) });
    q.competency = cell('competency');
  }
  if (cell('lesson')) q.lessonRef = cell('lesson');
  if (cell('use')) {
    const use = QUESTION_USES.find((u) => u === cell('use').toLowerCase());
    if (!use) throw new NotTaken('cell-value', { column: 'use', value: cell('use').slice(0, 60) });
    q.use = use;
  }
  return q;
}

function readContent(row: Row): NeutralContent {
  const cell = (c: Column): string => row.cells.get(c) ?? '';
  const type = QUESTION_TYPES.find((t) => [t, ...TYPE_WORDS[t]].some((w) => plain(w) === plain(cell('type'))));
  if (!type) throw new NotTaken('type-unknown', { type: cell('type').slice(0, 40) });
  if (cell('stem') === '') throw new NotTaken('stem-missing');
  const q: NeutralContent = { type, stem: cell('stem') };
  const scoring = cell('scoring').toLowerCase();
  if (scoring !== '') {
    if (scoring !== 'all' && scoring !== 'partial')
      throw new NotTaken('cell-value', { column: 'scoring', value: scoring.slice(0, 40) });
    q.scoring = scoring;
  }
  const flags = cell('options')
    .split(/[;,\s]+/)
    .filter((f) => f !== '');
  for (const f of flags)
    if (f !== 'exact-case' && f !== 'wildcards')
      throw new NotTaken('cell-value', { column: 'options', value: f.slice(0, 40) });
  const last = row.choices.findLastIndex((c) => (c ?? '') !== '');
  const choices = Array.from({ length: last + 1 }, (_, i) => row.choices[i] ?? '');
  const empty = choices.indexOf('');
  if (empty >= 0) throw new NotTaken('choice-empty', { letter: LETTERS[empty] as string });
  switch (type) {
    case 'single':
    case 'multiple': {
      const letters = cell('answer')
        .normalize('NFKC')
        .toUpperCase()
        .replace(/[\s,，、;]+/g, '');
      for (const l of letters) if (!choices[LETTERS.indexOf(l)]) throw new NotTaken('answer-unknown', { answer: l });
      if (letters === '') throw new NotTaken('correct-choice-missing');
      if (type === 'single' && letters.length > 1) throw new NotTaken('several-right');
      q.choices = choices.map((text, i) => ({
        text: unescapeText(text),
        correct: letters.includes(LETTERS[i] as string),
        ...(row.feedback[i] ? { feedback: row.feedback[i] } : {}),
      }));
      return q;
    }
    case 'truefalse': {
      const said = plain(cell('answer'));
      if (!TRUE.includes(said) && !FALSE.includes(said))
        throw new NotTaken('answer-unknown', { answer: cell('answer').slice(0, 20) });
      q.answerTrue = TRUE.includes(said);
      return q;
    }
    case 'short':
      q.accepted = cell('answer')
        .split('\n')
        .map(tidy)
        .filter((a) => a !== '');
      if (q.accepted.length === 0) throw new NotTaken('accepted-missing');
      if (flags.includes('exact-case')) q.exactCase = true;
      if (flags.includes('wildcards')) q.wildcards = true;
      return q;
    case 'numeric':
      q.number = readNumberCell(cell('answer'));
      if (cell('unit')) q.unit = cell('unit');
      return q;
    case 'matching': {
      const options: string[] = [];
      const prompts: { text: string; option: number }[] = [];
      for (const line of choices) {
        const [prompt = '', option, ...more] = splitEscaped(line, '->').map((p) => tidy(unescapeText(p)));
        if (!option || more.length > 0) throw new NotTaken('pair-unreadable', { text: line.slice(0, 60) });
        if (!options.includes(option)) options.push(option);
        if (prompt !== '') prompts.push({ text: prompt, option: options.indexOf(option) });
      }
      q.prompts = prompts;
      q.options = options;
      return q;
    }
    case 'ordering':
      q.items = choices.map(unescapeText);
      return q;
    case 'cloze':
      q.gaps = choices.map(readGapCell);
      return q;
    case 'essay': {
      const length = /^(\d+)\s*-\s*(\d+)$/.exec(cell('length').normalize('NFKC'));
      if (cell('length') !== '' && !length)
        throw new NotTaken('cell-value', { column: 'length', value: cell('length').slice(0, 40) });
      if (length) q.essay = { min: Number(length[1]), max: Number(length[2]) };
      if (cell('rubric') !== '')
        q.rubric = cell('rubric')
          .split('\n')
          .filter((l) => l.trim() !== '')
          .map((line) => {
            const [title = '', rest, ...more] = splitEscaped(line, ':');
            if (rest === undefined || more.length > 0)
              throw new NotTaken('rubric-unreadable', { text: line.slice(0, 60) });
            return {
              title: tidy(unescapeText(title)),
              levels: splitEscaped(rest, '|').map((level) => {
                const [name = '', points, ...others] = splitEscaped(level, '=');
                const n = Number(points);
                if (points === undefined || others.length > 0 || !Number.isInteger(n) || n < 0)
                  throw new NotTaken('rubric-unreadable', { text: level.slice(0, 60) });
                return { title: tidy(unescapeText(name)), points: n };
              }),
            };
          });
      return q;
    }
    case 'case':
      return q;
  }
}

function readNumberCell(text: string): NonNullable<NeutralContent['number']> {
  const [value = '', tolerance, ...more] = text.replace('+/-', '±').split('±');
  if (more.length > 0) throw new NotTaken('number-unreadable', { text: text.slice(0, 40) });
  const percent = tolerance?.trim().endsWith('%');
  return {
    value: decimalOf(value),
    tolerance:
      tolerance === undefined ? '0' : percent ? decimalOf(`${tolerance.trim().slice(0, -1)}e-2`) : decimalOf(tolerance),
    relative: Boolean(percent),
  };
}

/** `text 2 exact-case: a | b`, `choice 1: = right | wrong`, `number 1 kg: 3 ± 0.1` */
function readGapCell(text: string): NeutralGap {
  const [head = '', ...rest] = splitEscaped(text, ':');
  const [kind, weightText = '1', ...about] = head.trim().split(/\s+/);
  const weight = Number(weightText);
  const body = rest.join(':');
  if (rest.length === 0 || !Number.isInteger(weight) || weight < 1)
    throw new NotTaken('gap-unreadable', { text: text.slice(0, 60) });
  const answers = splitEscaped(body, '|').map((a) => a.trim());
  if (kind === 'text')
    return {
      kind,
      weight,
      accepted: answers.map(unescapeText),
      ...(about.includes('exact-case') ? { exactCase: true } : {}),
      ...(about.includes('wildcards') ? { wildcards: true } : {}),
    };
  if (kind === 'choice')
    return {
      kind,
      weight,
      choices: answers.map((a) => ({
        text: tidy(unescapeText(a.startsWith('=') ? a.slice(1) : a)),
        correct: a.startsWith('='),
      })),
    };
  if (kind !== 'number') throw new NotTaken('gap-unreadable', { text: text.slice(0, 60) });
  return {
    kind,
    weight,
    number: readNumberCell(body),
    ...(about.length > 0 ? { unit: unescapeText(about.join(' ')) } : {}),
  };
}

const gapWord = (text: string): string => {
  const out = escapeWith(oneLine(text), /[\\|:=]/g);
  if (out === '') throw new NotTaken('choice-empty');
  return out;
};

function writeNumber(number: NeutralContent['number']): string {
  if (!number) throw new NotTaken('number-missing');
  return `${decimalOf(number.value)}${number.tolerance === '0' ? '' : ` ± ${decimalOf(number.tolerance)}`}`;
}

function writeGapCell(g: NeutralGap): string {
  const flags = `${g.exactCase ? ' exact-case' : ''}${g.wildcards ? ' wildcards' : ''}`;
  if (g.kind === 'text') {
    if (!g.accepted?.length) throw new NotTaken('accepted-missing');
    return `text ${g.weight}${flags}: ${g.accepted.map(gapWord).join(' | ')}`;
  }
  if (g.kind === 'choice')
    return `choice ${g.weight}: ${(g.choices ?? []).map((c) => `${c.correct ? '=' : ''}${gapWord(c.text)}`).join(' | ')}`;
  return `number ${g.weight}${g.unit ? ` ${gapWord(g.unit)}` : ''}: ${writeNumber(g.number)}`;
}

type Cells = { cells: Partial<Record<Column, string | number>>; choices: string[]; feedback: string[] };

function contentCells(q: NeutralContent): Cells {
  const out: Cells = { cells: { type: q.type, stem: q.stem }, choices: [], feedback: [] };
  if (q.stem === '') throw new NotTaken('stem-missing');
  if (q.scoring) out.cells.scoring = q.scoring;
  const choice = (text: string): string => {
    if (text === '') throw new NotTaken('choice-empty');
    return text.replaceAll('\\', '\\\\');
  };
  switch (q.type) {
    case 'single':
    case 'multiple': {
      out.cells.answer = (q.choices ?? []).flatMap((c, i) => (c.correct ? [LETTERS[i] as string] : [])).join(', ');
      if (out.cells.answer === '') throw new NotTaken('correct-choice-missing');
      out.choices = (q.choices ?? []).map((c) => choice(c.text));
      out.feedback = (q.choices ?? []).map((c) => c.feedback ?? '');
      return out;
    }
    case 'truefalse':
      if (q.answerTrue === undefined) throw new NotTaken('answer-missing');
      out.cells.answer = String(q.answerTrue);
      return out;
    case 'short': {
      if (!q.accepted?.length || q.accepted.includes('')) throw new NotTaken('accepted-missing');
      out.cells.answer = q.accepted.join('\n');
      const flags = [...(q.exactCase ? ['exact-case'] : []), ...(q.wildcards ? ['wildcards'] : [])];
      if (flags.length > 0) out.cells.options = flags.join('; ');
      return out;
    }
    case 'numeric':
      out.cells.answer = writeNumber(q.number);
      if (q.unit) out.cells.unit = q.unit;
      return out;
    case 'matching': {
      const word = (text: string): string => choice(text).replaceAll('->', '\\->');
      const used = new Set((q.prompts ?? []).map((p) => p.option));
      out.choices = [
        ...(q.prompts ?? []).map((p) => `${word(p.text)} -> ${word(q.options?.[p.option] ?? '')}`),
        ...(q.options ?? []).flatMap((o, i) => (used.has(i) ? [] : [`-> ${word(o)}`])),
      ];
      if (out.choices.length > LETTERS.length) throw new NotTaken('too-many-choices', { max: LETTERS.length });
      return out;
    }
    case 'ordering':
      out.choices = (q.items ?? []).map(choice);
      return out;
    case 'cloze':
      out.choices = (q.gaps ?? []).map(writeGapCell);
      return out;
    case 'essay':
      if (q.essay) out.cells.length = `${q.essay.min}-${q.essay.max}`;
      if (q.rubric)
        out.cells.rubric = q.rubric
          .map((c) => `${gapWord(c.title)}: ${c.levels.map((l) => `${gapWord(l.title)}=${l.points}`).join(' | ')}`)
          .join('\n');
      return out;
    case 'case':
      return out;
  }
}

/** The rows of one question, case parts after it. @throws NotTaken */
export function writeSheetRows(q: NeutralQuestion): Cells[] {
  const own = contentCells(q);
  Object.assign(own.cells, {
    ...(q.code ? { code: q.code } : {}),
    ...(q.points !== undefined ? { points: q.points } : {}),
    ...(q.difficulty !== undefined ? { difficulty: q.difficulty } : {}),
    ...(q.explanation ? { explanation: q.explanation } : {}),
    ...(q.tags?.length ? { topics: q.tags.join(', ') } : {}),
    ...(q.competency ? { competency: q.competency } : {}),
    ...(q.use ? { use: q.use } : {}),
    ...(q.lessonRef ? { lesson: q.lessonRef } : {}),
  });
  return [
    own,
    ...(q.parts ?? []).map((p, i) => {
      const part = contentCells(p);
      part.cells.part = i + 1;
      part.cells.points = p.points;
      return part;
    }),
  ];
}

export function sheetOf(questions: readonly Cells[], locale: Locale): TableSheet {
  const most = Math.max(6, ...questions.map((q) => q.choices.length));
  const remarks = Math.max(0, ...questions.map((q) => q.feedback.findLastIndex((f) => f !== '') + 1));
  const letters = [...LETTERS];
  const heading = (c: keyof typeof HEADINGS): string => HEADINGS[c][locale];
  return {
    name: heading('stem'),
    columns: [
      ...COLUMNS.map((c) => ({ heading: heading(c), ...(c === 'stem' || c === 'explanation' ? { width: 50 } : {}) })),
      ...letters.slice(0, most).map((l) => ({ heading: `${heading('choice')} ${l}`, width: 24 })),
      ...letters.slice(0, remarks).map((l) => ({ heading: `${heading('feedback')} ${l}`, width: 24 })),
    ],
    rows: questions.map((q) => [
      ...COLUMNS.map((c) => q.cells[c]),
      ...Array.from({ length: most }, (_, i) => q.choices[i]),
      ...Array.from({ length: remarks }, (_, i) => q.feedback[i]),
    ]),
  };
}
