import { pickText, type Locale, type Text } from '@waymark/kernel';
import type { NumberKey } from './decimal.js';
import { acceptedToShow, type Answer, type AnswerKey, type QuestionBody, type QuestionType } from './question.js';
import { criterionField, feedbackField, levelField, partPrefix } from './text-fields.js';

export interface RightCriterion {
  key: string;
  title: string;
  levels: { key: string; title: string; points: number }[];
}

/** What may be shown of a key once a policy allows it: the member of the type, accepted words in the reader's language. */
export interface RightAnswer {
  choices?: string[];
  accepted?: string[];
  number?: NumberKey;
  pairs?: Record<string, string>;
  order?: string[];
  /** Gap → accepted words, the key of the right choice, or the number. */
  gaps?: Record<string, string[]>;
  rubric?: RightCriterion[];
  parts?: Record<string, RightAnswer>;
}

interface Keyed {
  type: QuestionType;
  body: QuestionBody;
  key: AnswerKey;
}

type Texts = Record<string, Text> | undefined;

export function rightAnswer({ type, body, key }: Keyed, texts: Texts, locale: Locale, before = ''): RightAnswer {
  const word = (field: string): string => pickText(texts?.[before + field], locale);
  switch (type) {
    case 'short':
      return { accepted: acceptedToShow(key, locale) };
    case 'numeric':
      return key.number ? { number: key.number } : {};
    case 'matching':
      return { pairs: key.pairs ?? {} };
    case 'ordering':
      return { order: key.order ?? [] };
    case 'cloze':
      return {
        gaps: Object.fromEntries(
          Object.entries(key.gaps ?? {}).map(([gap, k]) => [
            gap,
            k.choices ?? (k.number ? [k.number.value] : acceptedToShow(k, locale)),
          ]),
        ),
      };
    case 'essay':
      return (key.rubric ?? []).length === 0
        ? {}
        : {
            rubric: (key.rubric ?? []).map((c) => ({
              key: c.key,
              title: word(criterionField(c.key)),
              levels: c.levels.map((l) => ({ ...l, title: word(levelField(c.key, l.key)) })),
            })),
          };
    case 'case':
      return {
        parts: Object.fromEntries(
          (body.parts ?? []).map((part) => [
            part.key,
            rightAnswer(
              { type: part.type, body: part.body, key: key.parts?.[part.key] ?? {} },
              texts,
              locale,
              partPrefix(part.key),
            ),
          ]),
        ),
      };
    default:
      return { choices: key.choices ?? [] };
  }
}

export interface ChoiceFeedback {
  /** The part of a case it belongs to. */
  part: string | null;
  key: string;
  text: string;
}

/** What the author has to say about the choices that were taken. */
export function feedbackOnChoices(
  body: QuestionBody,
  answer: Answer | null,
  texts: Texts,
  locale: Locale,
): ChoiceFeedback[] {
  const of = (taken: readonly string[] | undefined, part: string | null): ChoiceFeedback[] =>
    (taken ?? []).flatMap((key) => {
      const text = pickText(texts?.[(part ? partPrefix(part) : '') + feedbackField(key)], locale);
      return text ? [{ part, key, text }] : [];
    });
  return [
    ...of(answer?.choices, null),
    ...(body.parts ?? []).flatMap((p) => of(answer?.parts?.[p.key]?.choices, p.key)),
  ];
}
