import type { Locale } from '@waymark/kernel';
import { acceptedIn, type Answer, type AnswerKey, type QuestionType } from '../question/question.js';

/** An answer that earns everything a rule can give; an essay stays unwritten. */
export function wholeAnswer(type: QuestionType, key: AnswerKey, locale: Locale): Answer {
  switch (type) {
    case 'short':
      return { text: acceptedIn(key, locale)[0] ?? '' };
    case 'numeric':
      return { text: key.number?.value ?? '' };
    case 'essay':
      return { text: '' };
    case 'matching':
      return { pairs: { ...key.pairs } };
    case 'ordering':
      return { order: [...(key.order ?? [])] };
    case 'cloze':
      return {
        gaps: Object.fromEntries(
          Object.entries(key.gaps ?? {}).map(([gap, k]) => [
            gap,
            k.choices?.[0] ?? k.number?.value ?? acceptedIn(k, locale)[0] ?? '',
          ]),
        ),
      };
    case 'case':
      return {
        parts: Object.fromEntries(
          Object.entries(key.parts ?? {}).map(([part, k]) => [part, wholeAnswer(typeOfKey(k), k, locale)]),
        ),
      };
    default:
      return { choices: [...(key.choices ?? [])] };
  }
}

function typeOfKey(key: AnswerKey): QuestionType {
  if (key.pairs) return 'matching';
  if (key.order) return 'ordering';
  if (key.gaps) return 'cloze';
  if (key.number) return 'numeric';
  if (key.rubric) return 'essay';
  return key.accepted ? 'short' : 'multiple';
}
