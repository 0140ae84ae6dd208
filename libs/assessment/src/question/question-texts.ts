import { pickText, type Locale, type Text } from '@waymark/kernel';
import type { QuestionDraft } from './question.js';

/** Names of a question version's texts in content_text. */
export const STEM = 'stem';
export const EXPLANATION = 'explanation';
export const choiceField = (key: string): string => `choice.${key}`;

export type QuestionTexts = Record<string, Text>;

export function draftTexts(draft: QuestionDraft): QuestionTexts {
  const fields: QuestionTexts = { [STEM]: draft.stem, [EXPLANATION]: draft.explanation };
  if (draft.type === 'single' || draft.type === 'multiple')
    for (const c of draft.choices) fields[choiceField(c.key)] = c.text;
  return fields;
}

export function stemIn(texts: QuestionTexts | undefined, locale: Locale): string {
  return pickText(texts?.[STEM], locale);
}

export function choicesIn(
  texts: QuestionTexts | undefined,
  keys: readonly string[],
  locale: Locale,
): { key: string; text: string }[] {
  return keys.map((key) => ({ key, text: pickText(texts?.[choiceField(key)], locale) }));
}

/** What the search box looks in: code, tags and the stem in every language. */
export function searchText(code: string, draft: QuestionDraft): string {
  return [code, ...draft.tags, ...Object.values(draft.stem)].join(' ').normalize('NFKC').toLowerCase();
}
