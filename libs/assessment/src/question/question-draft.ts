import { LOCALES, type Locale, type Text } from '@waymark/kernel';
import { gapsIn } from './cloze.js';
import { isNumber, readNumber, type NumberKey } from './decimal.js';
import {
  LIMITS,
  PARTIAL_TYPES,
  TRUE_FALSE_CHOICES,
  type AcceptedKey,
  type AnswerKey,
  type GapKind,
  type MediaKind,
  type PartType,
  type QuestionBody,
  type QuestionType,
  type QuestionUse,
  type Scoring,
} from './question.js';
import { normaliseShortAnswer } from './short-answer.js';

export interface Problem {
  code: string;
  params: Record<string, string | number>;
}

export interface ChoiceDraft {
  key: string;
  text: Text;
  correct: boolean;
  /** Shown beside the choice once it has been checked. */
  feedback?: Text;
}

/** A worded thing with a key: a prompt's option, a thing to order. */
export interface OptionDraft {
  key: string;
  text: Text;
}

export interface PromptDraft extends OptionDraft {
  /** The option that belongs to it. */
  option: string;
}

export interface AcceptedDraft {
  accepted: Partial<Record<Locale, string[]>>;
  exactCase?: boolean;
  wildcards?: boolean;
}

export interface GapDraft extends AcceptedDraft {
  key: string;
  kind: GapKind;
  weight: number;
  choices: ChoiceDraft[];
  number?: NumberKey | null;
  unit?: string;
}

export interface CriterionDraft {
  key: string;
  title: Text;
  levels: { key: string; title: Text; points: number }[];
}

export interface MediaDraft {
  place: string;
  fileId: string;
  kind: MediaKind;
  /** What it shows or says, for those who can't see or hear it. */
  alt: Text;
}

/** What belongs to a question's type. Members that the type does not use are ignored. */
export interface QuestionContent extends AcceptedDraft {
  stem: Text;
  choices: ChoiceDraft[];
  answerTrue: boolean | null;
  scoring?: Scoring;
  number?: NumberKey | null;
  unit?: string;
  prompts?: PromptDraft[];
  options?: OptionDraft[];
  /** Things to order, in the right order. */
  items?: OptionDraft[];
  gaps?: GapDraft[];
  essay?: { min: number; max: number };
  rubric?: CriterionDraft[];
}

export interface PartDraft extends QuestionContent {
  key: string;
  type: PartType;
  points: number;
}

/** A question as an author writes it. */
export interface QuestionDraft extends QuestionContent {
  type: QuestionType;
  use: QuestionUse;
  tags: string[];
  competency: string | null;
  difficulty: number;
  points: number;
  explanation: Text;
  lessonRef: string | null;
  media?: MediaDraft[];
  parts?: PartDraft[];
}

type Typed = QuestionContent & { type: QuestionType };

function acceptedKey(draft: AcceptedDraft): AcceptedKey {
  const accepted: AcceptedKey['accepted'] = {};
  for (const l of LOCALES) {
    const list = (draft.accepted[l] ?? []).map((a) => a.trim()).filter((a) => a !== '');
    if (list.length > 0) accepted[l] = [...new Set(list)];
  }
  return {
    accepted,
    ...(draft.exactCase ? { exactCase: true } : {}),
    ...(draft.wildcards ? { wildcards: true } : {}),
  };
}

const byKey = (list: readonly { key: string }[]): string[] => list.map((o) => o.key).sort();
const right = (choices: readonly ChoiceDraft[]): string[] => choices.filter((c) => c.correct).map((c) => c.key);
const unitOf = (unit: string | undefined): { unit?: string } => (unit?.trim() ? { unit: unit.trim() } : {});
/** The key of a number as it is stored: written without groups and signs that a reader would have to guess. */
function numberKey(number: NumberKey | null | undefined): { number?: NumberKey } {
  return number
    ? { number: { value: number.value.trim(), tolerance: number.tolerance.trim() || '0', relative: number.relative } }
    : {};
}

function splitContent(draft: Typed): { body: QuestionBody; key: AnswerKey } {
  const scoring =
    draft.scoring === 'partial' && PARTIAL_TYPES.includes(draft.type) ? { scoring: 'partial' as const } : {};
  switch (draft.type) {
    case 'short':
      return { body: {}, key: acceptedKey(draft) };
    case 'truefalse':
      return {
        body: { choices: [...TRUE_FALSE_CHOICES] },
        key: { choices: draft.answerTrue === null ? [] : [String(draft.answerTrue)] },
      };
    case 'single':
    case 'multiple':
      return {
        body: { choices: draft.choices.map((c) => c.key), ...scoring },
        key: { choices: right(draft.choices) },
      };
    case 'numeric':
      return { body: unitOf(draft.unit), key: numberKey(draft.number) };
    case 'matching':
      return {
        body: { prompts: (draft.prompts ?? []).map((p) => p.key), options: byKey(draft.options ?? []), ...scoring },
        key: { pairs: Object.fromEntries((draft.prompts ?? []).map((p) => [p.key, p.option])) },
      };
    case 'ordering':
      return {
        body: { options: byKey(draft.items ?? []), ...scoring },
        key: { order: (draft.items ?? []).map((i) => i.key) },
      };
    case 'cloze':
      return {
        body: {
          gaps: (draft.gaps ?? []).map((g) => ({
            key: g.key,
            kind: g.kind,
            ...(g.kind === 'choice' ? { choices: g.choices.map((c) => c.key) } : {}),
            ...(g.kind === 'number' ? unitOf(g.unit) : {}),
          })),
          ...scoring,
        },
        key: {
          gaps: Object.fromEntries(
            (draft.gaps ?? []).map((g) => [
              g.key,
              {
                weight: g.weight,
                ...(g.kind === 'text' ? acceptedKey(g) : {}),
                ...(g.kind === 'choice' ? { choices: right(g.choices) } : {}),
                ...(g.kind === 'number' ? numberKey(g.number) : {}),
              },
            ]),
          ),
        },
      };
    case 'essay':
      return {
        body: { essay: draft.essay ?? { min: 0, max: LIMITS.essay } },
        key: {
          rubric: (draft.rubric ?? []).map((c) => ({
            key: c.key,
            levels: c.levels.map(({ key, points }) => ({ key, points })),
          })),
        },
      };
    case 'case':
      return { body: {}, key: {} };
  }
}

/** Body and key of a draft: only what its type uses. */
export function splitDraft(draft: QuestionDraft): { body: QuestionBody; key: AnswerKey } {
  const media = draft.media ?? [];
  const own = splitContent(draft);
  const shown = media.length === 0 ? {} : { media: media.map(({ place, fileId, kind }) => ({ place, fileId, kind })) };
  if (draft.type !== 'case') return { body: { ...own.body, ...shown }, key: own.key };
  const parts = (draft.parts ?? []).map((part) => ({ part, split: splitContent(part) }));
  return {
    body: {
      parts: parts.map(({ part, split }) => ({
        key: part.key,
        type: part.type,
        points: part.points,
        body: split.body,
      })),
      ...shown,
    },
    key: { parts: Object.fromEntries(parts.map(({ part, split }) => [part.key, split.key])) },
  };
}

type Add = (code: string, params?: Record<string, string | number>) => void;

function languagesOf(stem: Text): Locale[] {
  return LOCALES.filter((l) => stem[l]?.trim());
}

/** zh-TW reads zh-CN where it has no words of its own. */
function wordsFor(text: Text, l: Locale): string {
  return text[l]?.trim() || (l === 'zh-TW' ? (text['zh-CN']?.trim() ?? '') : '');
}

function comparable(text: string): string {
  return text.normalize('NFKC').replace(/\s+/g, ' ').trim();
}

function choiceProblems(choices: readonly OptionDraft[], languages: readonly Locale[], add: Add): void {
  const keys = choices.map((c) => c.key);
  if (keys.length < 2) add('choices-too-few');
  if (new Set(keys).size !== keys.length) add('choice-keys-repeated');
  for (const c of choices) {
    for (const l of languages) if (!wordsFor(c.text, l)) add('choice-text-missing', { key: c.key, locale: l });
  }
  for (const l of languages) {
    const words = choices.map((c) => c.text[l]?.trim()).filter((w): w is string => Boolean(w));
    if (new Set(words.map(comparable)).size !== words.length) add('choice-texts-repeated', { locale: l });
  }
}

function acceptedProblems(draft: AcceptedDraft, add: Add): void {
  const accepted = LOCALES.flatMap((l) => draft.accepted[l] ?? []);
  const bare = (a: string): string => normaliseShortAnswer(draft.wildcards ? a.replaceAll('*', '') : a);
  if (!accepted.some((a) => bare(a) !== '')) add('accepted-missing');
  for (const a of accepted) if (a.trim() !== '' && bare(a) === '') add('accepted-empty', { answer: a });
}

function numberProblems(number: NumberKey | null | undefined, add: Add): void {
  const value = readNumber(number?.value ?? '');
  if (!isNumber(value)) add(value, { field: 'value' });
  const tolerance = readNumber(number?.tolerance.trim() || '0');
  if (!isNumber(tolerance)) add(tolerance, { field: 'tolerance' });
  else if (tolerance.digits < 0n) add('tolerance-negative');
}

function contentProblems(draft: Typed, points: number, languages: readonly Locale[], add: Add): void {
  switch (draft.type) {
    case 'single':
    case 'multiple': {
      choiceProblems(draft.choices, languages, add);
      const correct = draft.choices.filter((c) => c.correct).length;
      if (draft.type === 'single' && correct !== 1) add('one-correct-choice', { correct });
      if (draft.type === 'multiple' && correct === 0) add('correct-choice-missing');
      return;
    }
    case 'truefalse':
      if (draft.answerTrue === null) add('answer-missing');
      return;
    case 'short':
      return acceptedProblems(draft, add);
    case 'numeric':
      return numberProblems(draft.number, add);
    case 'matching': {
      const prompts = draft.prompts ?? [];
      const options = draft.options ?? [];
      if (prompts.length < 2) add('prompts-too-few');
      if (prompts.length > LIMITS.pairs) add('prompts-too-many', { maximum: LIMITS.pairs });
      if (options.length > LIMITS.options) add('options-too-many', { maximum: LIMITS.options });
      if (new Set(prompts.map((p) => p.key)).size !== prompts.length) add('choice-keys-repeated');
      choiceProblems(options, languages, add);
      for (const [i, p] of prompts.entries()) {
        for (const l of languages) if (!wordsFor(p.text, l)) add('prompt-text-missing', { n: i + 1, locale: l });
        if (!options.some((o) => o.key === p.option)) add('prompt-option-missing', { n: i + 1 });
      }
      return;
    }
    case 'ordering': {
      const items = draft.items ?? [];
      if (items.length > LIMITS.items) add('items-too-many', { maximum: LIMITS.items });
      return choiceProblems(items, languages, add);
    }
    case 'cloze':
      return clozeProblems(draft, languages, add);
    case 'essay': {
      const { min, max } = draft.essay ?? { min: 0, max: LIMITS.essay };
      if (min < 0 || max < 1 || min > max || max > LIMITS.essay) add('essay-length', { maximum: LIMITS.essay });
      const rubric = draft.rubric ?? [];
      if (rubric.length === 0) return;
      let most = 0;
      for (const [i, c] of rubric.entries()) {
        for (const l of languages) {
          if (!wordsFor(c.title, l)) add('criterion-title-missing', { n: i + 1, locale: l });
          else if (c.levels.some((level) => !wordsFor(level.title, l)))
            add('level-title-missing', { n: i + 1, locale: l });
        }
        if (c.levels.length < 2) add('levels-too-few', { n: i + 1 });
        most += Math.max(0, ...c.levels.map((level) => level.points));
      }
      if (most !== points) add('rubric-points', { rubric: most, points });
      return;
    }
    case 'case':
  }
}

function clozeProblems(draft: Typed, languages: readonly Locale[], add: Add): void {
  const gaps = draft.gaps ?? [];
  if (gaps.length === 0) add('gaps-missing');
  if (gaps.length > LIMITS.gaps) add('gaps-too-many', { maximum: LIMITS.gaps });
  const known = new Set(gaps.map((g) => g.key));
  for (const l of languages) {
    const found = gapsIn(draft.stem[l] ?? '');
    for (const gap of new Set(found)) {
      if (!known.has(gap)) add('gap-undefined', { gap, locale: l });
      if (found.filter((f) => f === gap).length > 1) add('gap-repeated', { gap, locale: l });
    }
    for (const gap of known) if (!found.includes(gap)) add('gap-not-in-stem', { gap, locale: l });
  }
  for (const g of gaps) {
    const inGap: Add = (code, params = {}) => add(code, { ...params, gap: g.key });
    if (g.kind === 'text') acceptedProblems(g, inGap);
    if (g.kind === 'number') numberProblems(g.number, inGap);
    if (g.kind === 'choice') {
      choiceProblems(g.choices, languages, inGap);
      const correct = right(g.choices).length;
      if (correct !== 1) inGap('one-correct-choice', { correct });
    }
  }
}

/** What stops a question from being published; empty when nothing does. `part` says which part of a case is meant. */
export function questionProblems(draft: QuestionDraft): Problem[] {
  const problems: Problem[] = [];
  const add: Add = (code, params = {}) => void problems.push({ code, params });
  const languages = languagesOf(draft.stem);
  if (languages.length === 0) add('stem-missing');
  if (draft.tags.length === 0) add('topic-missing');
  contentProblems(draft, draft.points, languages, add);
  const places = new Set(placesOf(draft));
  for (const m of draft.media ?? []) {
    if (!places.has(m.place)) add('media-without-place');
    for (const l of languages) if (m.kind === 'image' && !wordsFor(m.alt, l)) add('media-alt-missing', { locale: l });
  }
  if (draft.type !== 'case') return problems;
  const parts = draft.parts ?? [];
  if (parts.length === 0) add('parts-missing');
  if (parts.length > LIMITS.parts) add('parts-too-many', { maximum: LIMITS.parts });
  if (new Set(parts.map((p) => p.key)).size !== parts.length) add('choice-keys-repeated');
  const sum = parts.reduce((total, p) => total + p.points, 0);
  if (parts.length > 0 && sum !== draft.points) add('parts-points', { parts: sum, points: draft.points });
  for (const [i, part] of parts.entries()) {
    const inPart: Add = (code, params = {}) => add(code, { ...params, part: i + 1 });
    for (const l of languages) if (!wordsFor(part.stem, l)) inPart('part-stem-missing', { locale: l });
    contentProblems(part, part.points, languages, inPart);
  }
  return problems;
}

/** Where media of a draft may stand. */
export function placesOf(draft: QuestionDraft): string[] {
  const own = (content: Typed, before: string): string[] => [
    `${before}stem`,
    ...(content.type === 'single' || content.type === 'multiple'
      ? content.choices.map((c) => `${before}choice.${c.key}`)
      : []),
  ];
  return [
    ...own(draft, ''),
    ...(draft.type === 'case' ? (draft.parts ?? []).flatMap((p) => own(p, `part.${p.key}.`)) : []),
  ];
}
