import { addDays, type LocalDay } from '@waymark/kernel';

/** Summary and feedback can be written from this long before the last day until this long after. */
export const CLOSING_DAYS_BEFORE = 14;
export const CLOSING_DAYS_AFTER = 60;
/** Fewer answers would say who gave them. */
export const FEEDBACK_MINIMUM = 3;

/** Why the partners can't sum up yet, or any more, as a code; null when they can. */
export function closingProblem(
  pairing: { endDay: LocalDay; endedOn: LocalDay | null },
  today: LocalDay,
): string | null {
  const last = pairing.endedOn ?? pairing.endDay;
  if (pairing.endedOn === null && today < addDays(last, -CLOSING_DAYS_BEFORE)) return 'closing-too-early';
  return today > addDays(last, CLOSING_DAYS_AFTER) ? 'closing-too-late' : null;
}

/** Means of at least three answers; null with fewer. */
export function feedbackMeans(
  answers: readonly { prepared: number; useful: number }[],
): { prepared: number; useful: number } | null {
  if (answers.length < FEEDBACK_MINIMUM) return null;
  const mean = (list: readonly number[]): number => list.reduce((a, b) => a + b, 0) / list.length;
  return { prepared: mean(answers.map((a) => a.prepared)), useful: mean(answers.map((a) => a.useful)) };
}
