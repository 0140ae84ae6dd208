import type { Answer } from '@waymark/assessment/rules';

const entries = (of: Record<string, string>): { key: string; value: string }[] =>
  Object.entries(of).map(([key, value]) => ({ key, value }));

function content({ choices, text, pairs, order, gaps }: Answer) {
  return {
    ...(choices ? { choices } : {}),
    ...(text === undefined ? {} : { text }),
    ...(pairs ? { pairs: entries(pairs) } : {}),
    ...(order ? { order } : {}),
    ...(gaps ? { gaps: entries(gaps) } : {}),
  };
}

/** An answer as the API takes it: lists instead of objects with free keys. */
export function answerInput(answer: Answer) {
  return {
    ...content(answer),
    ...(answer.parts ? { parts: Object.entries(answer.parts).map(([key, part]) => ({ key, ...content(part) })) } : {}),
  };
}
