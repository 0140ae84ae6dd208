import { pickText, type Locale, type Text } from '@waymark/kernel';
import {
  shownKey,
  type PaperBody,
  type PaperEntry,
  type PaperForm,
  type PaperItem,
  type ShownChoice,
} from '../attempt/paper.js';
import { stemWith } from './cloze.js';
import type { QuestionContent, QuestionDraft } from './question-draft.js';
import type { QuestionType } from './question.js';
import {
  altField,
  choiceField,
  criterionField,
  EXPLANATION,
  feedbackField,
  gapChoiceField,
  levelField,
  optionField,
  partPrefix,
  promptField,
  STEM,
} from './text-fields.js';

export { choiceField, EXPLANATION, STEM } from './text-fields.js';

export type QuestionTexts = Record<string, Text>;

function contentTexts(type: QuestionType, content: QuestionContent, before: string): QuestionTexts {
  const fields: QuestionTexts = { [before + STEM]: content.stem };
  const set = (field: string, text: Text): void => void (fields[before + field] = text);
  if (type === 'single' || type === 'multiple')
    for (const c of content.choices) {
      set(choiceField(c.key), c.text);
      if (c.feedback) set(feedbackField(c.key), c.feedback);
    }
  if (type === 'matching') {
    for (const p of content.prompts ?? []) set(promptField(p.key), p.text);
    for (const o of content.options ?? []) set(optionField(o.key), o.text);
  }
  if (type === 'ordering') for (const o of content.items ?? []) set(optionField(o.key), o.text);
  if (type === 'cloze')
    for (const g of content.gaps ?? [])
      if (g.kind === 'choice') for (const c of g.choices) set(gapChoiceField(g.key, c.key), c.text);
  if (type === 'essay')
    for (const c of content.rubric ?? []) {
      set(criterionField(c.key), c.title);
      for (const level of c.levels) set(levelField(c.key, level.key), level.title);
    }
  return fields;
}

export function draftTexts(draft: QuestionDraft): QuestionTexts {
  return {
    ...contentTexts(draft.type, draft, ''),
    [EXPLANATION]: draft.explanation,
    ...Object.fromEntries((draft.media ?? []).map((m) => [altField(m.fileId), m.alt])),
    ...(draft.type === 'case'
      ? Object.assign({}, ...(draft.parts ?? []).map((p) => contentTexts(p.type, p, partPrefix(p.key))))
      : {}),
  };
}

export function stemIn(texts: QuestionTexts | undefined, locale: Locale): string {
  return pickText(texts?.[STEM], locale);
}

/** The stem for a list, a card or a heading: gaps are blanks. */
export function plainStem(stem: string): string {
  return stemWith(stem, () => '____');
}

function shownBody(
  form: PaperForm,
  points: number,
  texts: QuestionTexts | undefined,
  before: string,
  locale: Locale,
): PaperBody {
  const word = (field: string): string => pickText(texts?.[before + field], locale);
  const keys = (list: readonly string[], field: (key: string) => string): ShownChoice[] =>
    list.map((key) => ({ key: shownKey(form, key), text: word(field(key)) }));
  const optional = form.k === 'matching' || form.k === 'ordering';
  return {
    type: form.k,
    points,
    stem: word(STEM),
    choices: keys(form.c, optional ? optionField : choiceField),
    ...(form.m ? { prompts: form.m.map((key) => ({ key, text: word(promptField(key)) })) } : {}),
    ...(form.g
      ? {
          gaps: form.g.map(({ key, kind, unit, choices }) => ({
            key,
            kind,
            ...(unit ? { unit } : {}),
            ...(choices ? { choices: choices.map((c) => ({ key: c, text: word(gapChoiceField(key, c)) })) } : {}),
          })),
        }
      : {}),
    ...(form.e ? { essay: { min: form.e[0], max: form.e[1] } } : {}),
    ...(form.n ? { unit: form.n } : {}),
  };
}

/** One place of a paper in words: what a learner reads, and nothing of the key. */
export function shownItem(
  entry: PaperEntry,
  item: number,
  texts: QuestionTexts | undefined,
  locale: Locale,
): PaperItem {
  return {
    item,
    topic: entry.t,
    ...shownBody(entry, entry.p, texts, '', locale),
    ...(entry.s
      ? { parts: entry.s.map((s) => ({ key: s.key, ...shownBody(s, s.p, texts, partPrefix(s.key), locale) })) }
      : {}),
    ...(entry.i
      ? {
          media: entry.i.map((m) => ({
            place: m.p,
            url: `/files/${m.f}`,
            kind: m.k,
            alt: pickText(texts?.[altField(m.f)], locale),
          })),
        }
      : {}),
  };
}

/** What the search box looks in: code, tags and the stem in every language. */
export function searchText(code: string, draft: QuestionDraft): string {
  return [code, ...draft.tags, ...Object.values(draft.stem)].join(' ').normalize('NFKC').toLowerCase();
}
