import {
  gapsIn,
  makePaper,
  questionProblems,
  shownItem,
  draftTexts,
  splitDraft,
  type GapKind,
  type MediaKind,
  type NumberKey,
  type PaperEntry,
  type PartType,
  type PoolQuestion,
  type Problem,
  type QuestionContent,
  type QuestionDraft,
  type QuestionType,
  type QuestionUse,
  type Scoring,
} from '@waymark/assessment/rules';
import { LOCALES, type Locale } from '@waymark/kernel';
import type { PaperItem } from '../../data/assessment.js';
import type { QuestionView } from '../../data/question-build.js';
import { asText, hasWords, noWords, toWords, type Words } from './parts/words.js';

export interface ChoiceDoc {
  key: string;
  text: Words;
  correct: boolean;
  feedback: Words;
}
export interface OptionDoc {
  key: string;
  text: Words;
}
export interface GapDoc {
  key: string;
  kind: GapKind;
  weight: number;
  /** One accepted answer a line. */
  accepted: Words;
  exactCase: boolean;
  wildcards: boolean;
  choices: ChoiceDoc[];
  number: NumberKey;
  unit: string;
}
export interface CriterionDoc {
  key: string;
  title: Words;
  levels: { key: string; title: Words; points: number }[];
}
/** What belongs to the type, of a question or of a part of a case. Every type keeps its own while another is tried. */
export interface ContentDoc {
  type: QuestionType;
  stem: Words;
  choices: ChoiceDoc[];
  answerTrue: boolean | null;
  /** One accepted answer a line. */
  accepted: Words;
  exactCase: boolean;
  wildcards: boolean;
  scoring: Scoring;
  number: NumberKey;
  unit: string;
  prompts: (OptionDoc & { option: string })[];
  options: OptionDoc[];
  items: OptionDoc[];
  gaps: GapDoc[];
  essay: { min: number; max: number };
  rubric: CriterionDoc[];
}
export interface PartDoc extends ContentDoc {
  key: string;
  type: PartType;
  points: number;
}
export interface MediaDoc {
  place: string;
  fileId: string;
  kind: MediaKind;
  alt: Words;
}
/** A question as it is being written. */
export interface QuestionDoc extends ContentDoc {
  use: QuestionUse;
  tags: string[];
  competency: string | null;
  difficulty: number;
  points: number;
  explanation: Words;
  lessonRef: string | null;
  parts: PartDoc[];
  media: MediaDoc[];
}

export const TAG = /^[a-z0-9][a-z0-9-]{0,62}$/;
const KEYS = 'abcdefghijklmnopqrst';

/** A key that none of them has. */
export function freshKey(rows: readonly { key: string }[]): string {
  const taken = new Set(rows.map((r) => r.key));
  return [...KEYS].find((k) => !taken.has(k)) ?? `x${rows.length}`;
}

export const emptyChoices = (n = 4): ChoiceDoc[] =>
  [...KEYS].slice(0, n).map((key) => ({ key, text: noWords(), correct: false, feedback: noWords() }));
const emptyOptions = (n: number): OptionDoc[] => [...KEYS].slice(0, n).map((key) => ({ key, text: noWords() }));
const noNumber = (): NumberKey => ({ value: '', tolerance: '0', relative: false });

export function emptyContent(type: QuestionType): ContentDoc {
  return {
    type,
    stem: noWords(),
    choices: emptyChoices(),
    answerTrue: null,
    accepted: noWords(),
    exactCase: false,
    wildcards: false,
    scoring: 'partial',
    number: noNumber(),
    unit: '',
    prompts: emptyOptions(3).map((o) => ({ ...o, option: o.key })),
    options: emptyOptions(3),
    items: emptyOptions(3),
    gaps: [],
    essay: { min: 0, max: 3000 },
    rubric: [],
  };
}

export function emptyPart(parts: readonly PartDoc[]): PartDoc {
  return { ...emptyContent('single'), key: freshKey(parts), type: 'single', points: 1 };
}

export function emptyQuestion(of: Partial<QuestionDoc> = {}): QuestionDoc {
  return {
    ...emptyContent('single'),
    use: 'practice',
    tags: [],
    competency: null,
    difficulty: 2,
    points: 1,
    explanation: noWords(),
    lessonRef: null,
    parts: [],
    media: [],
    ...of,
  };
}

/** A gap for each mark in the stem that has none yet; gaps whose mark is gone wait at the end. */
export function withGaps(gaps: readonly GapDoc[], stem: Words): GapDoc[] {
  const marks = [...new Set(Object.values(stem).flatMap((text: string) => gapsIn(text)))];
  const fresh = marks.filter((m) => !gaps.some((g) => g.key === m));
  const known = gaps.filter((g) => marks.includes(g.key) || gapHasWords(g));
  return [
    ...known,
    ...fresh.map((key): GapDoc => ({
      key,
      kind: 'text',
      weight: 1,
      accepted: noWords(),
      exactCase: false,
      wildcards: false,
      choices: emptyChoices(3),
      number: noNumber(),
      unit: '',
    })),
  ].sort((a, b) => Number(a.key) - Number(b.key));
}
const gapHasWords = (g: GapDoc): boolean =>
  hasWords(g.accepted) || g.number.value !== '' || g.choices.some((c) => hasWords(c.text));

type AcceptedLists = { zhCN: readonly string[]; zhTW: readonly string[]; en: readonly string[] };
const toLines = (a: AcceptedLists): Words => ({
  zhCN: a.zhCN.join('\n'),
  zhTW: a.zhTW.join('\n'),
  en: a.en.join('\n'),
});

type ContentView = QuestionView | QuestionView['parts'][number];
const choiceDocs = (list: ContentView['choices']): ChoiceDoc[] =>
  list.map((c) => ({ key: c.key, text: toWords(c.text), correct: c.correct, feedback: toWords(c.feedback) }));
const optionDocs = (list: ContentView['options']): OptionDoc[] =>
  list.map((o) => ({ key: o.key, text: toWords(o.text) }));

function contentDoc(view: ContentView): ContentDoc {
  const empty = emptyContent(view.type);
  return {
    ...empty,
    stem: toWords(view.stem),
    answerTrue: view.answerTrue ?? null,
    accepted: toLines(view.accepted),
    exactCase: view.exactCase,
    wildcards: view.wildcards,
    scoring: view.scoring,
    unit: view.unit,
    number: view.number ?? noNumber(),
    ...(view.choices.length > 0 ? { choices: choiceDocs(view.choices) } : {}),
    ...(view.type === 'matching'
      ? {
          prompts: view.prompts.map((p) => ({ key: p.key, text: toWords(p.text), option: p.option })),
          options: optionDocs(view.options),
        }
      : {}),
    ...(view.type === 'ordering' ? { items: optionDocs(view.items) } : {}),
    gaps: view.gaps.map((g) => ({
      key: g.key,
      kind: g.kind,
      weight: g.weight,
      accepted: toLines(g.accepted),
      exactCase: g.exactCase,
      wildcards: g.wildcards,
      choices: g.choices.length > 0 ? choiceDocs(g.choices) : emptyChoices(3),
      number: g.number ?? noNumber(),
      unit: g.unit,
    })),
    essay: view.essay ?? empty.essay,
    rubric: view.rubric.map((c) => ({
      key: c.key,
      title: toWords(c.title),
      levels: c.levels.map((l) => ({ key: l.key, title: toWords(l.title), points: l.points })),
    })),
  };
}

export function questionDoc(view: QuestionView): QuestionDoc {
  return {
    ...contentDoc(view),
    use: view.use,
    tags: [...view.tags],
    competency: view.competency ?? null,
    difficulty: view.difficulty,
    points: view.points,
    explanation: toWords(view.explanation),
    lessonRef: view.lessonRef ?? null,
    parts: view.parts.map((p) => ({ ...contentDoc(p), key: p.key, type: p.type as PartType, points: p.points })),
    media: view.media.map((m) => ({ place: m.place, fileId: m.fileId, kind: m.kind, alt: toWords(m.alt) })),
  };
}

const lines = (text: string): string[] =>
  text
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '')
    .slice(0, 30);
const accepted = (words: Words) => ({ zhCN: lines(words.zhCN), zhTW: lines(words.zhTW), en: lines(words.en) });
const choiceInputs = (list: readonly ChoiceDoc[]) =>
  list.map(({ feedback, ...c }) => ({ ...c, ...(hasWords(feedback) ? { feedback } : {}) }));

/** What the type uses of a content, and nothing of the others. */
function contentInput(doc: ContentDoc) {
  const of = (...types: QuestionType[]): boolean => types.includes(doc.type);
  return {
    stem: doc.stem,
    choices: of('single', 'multiple') ? choiceInputs(doc.choices) : [],
    answerTrue: of('truefalse') ? doc.answerTrue : null,
    accepted: of('short') ? accepted(doc.accepted) : null,
    exactCase: of('short') && doc.exactCase,
    wildcards: of('short') && doc.wildcards,
    scoring: doc.scoring,
    number: of('numeric') ? doc.number : null,
    unit: of('numeric') ? doc.unit : '',
    prompts: of('matching') ? doc.prompts : [],
    options: of('matching') ? doc.options : [],
    items: of('ordering') ? doc.items : [],
    gaps: of('cloze')
      ? withGaps(doc.gaps, doc.stem).map((g) => ({
          key: g.key,
          kind: g.kind,
          weight: g.weight,
          accepted: g.kind === 'text' ? accepted(g.accepted) : null,
          exactCase: g.exactCase,
          wildcards: g.wildcards,
          choices: g.kind === 'choice' ? choiceInputs(g.choices) : [],
          number: g.kind === 'number' ? g.number : null,
          unit: g.kind === 'number' ? g.unit : '',
        }))
      : [],
    essay: of('essay') ? doc.essay : null,
    rubric: of('essay') ? doc.rubric : [],
  };
}

export function questionInput(doc: QuestionDoc) {
  return {
    type: doc.type,
    use: doc.use,
    tags: doc.tags,
    competency: doc.competency,
    difficulty: doc.difficulty,
    points: doc.points,
    ...contentInput(doc),
    explanation: doc.explanation,
    lessonRef: doc.lessonRef,
    parts:
      doc.type === 'case'
        ? doc.parts.map((p) => ({ key: p.key, type: p.type, points: p.points, ...contentInput(p) }))
        : [],
    media: doc.media,
  };
}

type ContentInput = ReturnType<typeof contentInput>;
const acceptedDraft = (a: ReturnType<typeof accepted> | null) => ({
  'zh-CN': a?.zhCN ?? [],
  'zh-TW': a?.zhTW ?? [],
  en: a?.en ?? [],
});
const choiceDrafts = (list: ReturnType<typeof choiceInputs>) =>
  list.map((c) => ({
    key: c.key,
    text: asText(c.text),
    correct: c.correct,
    ...(c.feedback ? { feedback: asText(c.feedback) } : {}),
  }));

function contentDraft(input: ContentInput): QuestionContent {
  const worded = <R extends { text: Words }>(list: readonly R[]) => list.map((r) => ({ ...r, text: asText(r.text) }));
  return {
    stem: asText(input.stem),
    choices: choiceDrafts(input.choices),
    answerTrue: input.answerTrue,
    accepted: acceptedDraft(input.accepted),
    exactCase: input.exactCase,
    wildcards: input.wildcards,
    scoring: input.scoring,
    number: input.number,
    unit: input.unit,
    prompts: worded(input.prompts),
    options: worded(input.options),
    items: worded(input.items),
    gaps: input.gaps.map((g) => ({ ...g, accepted: acceptedDraft(g.accepted), choices: choiceDrafts(g.choices) })),
    ...(input.essay ? { essay: input.essay } : {}),
    rubric: input.rubric.map((c) => ({
      key: c.key,
      title: asText(c.title),
      levels: c.levels.map((l) => ({ ...l, title: asText(l.title) })),
    })),
  };
}

/** The question as the rules know it. */
export function questionDraft(doc: QuestionDoc): QuestionDraft {
  const input = questionInput(doc);
  return {
    type: doc.type,
    use: doc.use,
    tags: doc.tags,
    competency: doc.competency,
    difficulty: doc.difficulty,
    points: doc.points,
    ...contentDraft(input),
    explanation: asText(doc.explanation),
    lessonRef: doc.lessonRef,
    parts: input.parts.map((p) => ({ key: p.key, type: p.type, points: p.points, ...contentDraft(p) })),
    media: doc.media.map((m) => ({ ...m, alt: asText(m.alt) })),
  };
}

/** The same rules as the server's, at once. */
export function problemsOf(doc: QuestionDoc): Problem[] {
  return questionProblems(questionDraft(doc));
}

/** The question as it would stand on one paper, drawn by the seed. */
export function onPaper(doc: QuestionDoc, seed: number) {
  const draft = questionDraft(doc);
  const { body, key } = splitDraft(draft);
  const question: PoolQuestion = { questionId: '', versionId: '', bankId: '', body, ...draft };
  const plan = { fixed: [{ question, points: doc.points }], draws: [], shuffleQuestions: false, shuffleChoices: false };
  const [entry] = makePaper(plan, [], seed) ?? [];
  return { entry: entry as PaperEntry, texts: draftTexts(draft), question: { type: doc.type, body, key } };
}

/** The question on a learner's paper. */
export function paperItem(doc: QuestionDoc, locale: Locale, seed = 1): PaperItem {
  const { entry, texts } = onPaper(doc, seed);
  return shownItem(entry, 1, texts, locale);
}
export function rightChoices(doc: QuestionDoc): string[] {
  return splitDraft(questionDraft(doc)).key.choices ?? [];
}
export const languagesOf = (words: Words): Locale[] => LOCALES.filter((l) => asText(words)[l]?.trim());
