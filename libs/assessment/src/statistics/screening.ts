import {
  LEAST_FOR_CALIBRATION,
  type Calibration,
  type CalibrationPerson,
  type CalibrationProblem,
  type ItemParameters,
} from './two-parameter.js';
import type { ItemAnswers } from './responses.js';

/** More partly right answers than this, and right or wrong does not describe the question. */
const PARTIAL = 0.1;
const STEEP = 8;
const FAR = 10;

/** Which questions can be calibrated at all, and why the others can't. */
export function calibrationProblem(item: ItemAnswers): CalibrationProblem | null {
  const n = item.share.length;
  if (n < LEAST_FOR_CALIBRATION) return 'too-few';
  const right = item.share.filter((s) => s >= 1).length;
  if (item.share.filter((s) => s > 0 && s < 1).length > PARTIAL * n) return 'partial-credit';
  return right === 0 || right === n ? 'no-variation' : null;
}

/** The answers to the questions that can be calibrated, person by person; full points are right, anything less is not. */
export function calibrationPeople(
  people: number,
  items: readonly ItemAnswers[],
  use: readonly number[],
): CalibrationPerson[] {
  const list = Array.from({ length: people }, () => ({ items: [] as number[], right: [] as number[] }));
  use.forEach((at, index) => {
    const item = items[at] as ItemAnswers;
    item.person.forEach((p, i) => {
      list[p]?.items.push(index);
      list[p]?.right.push((item.share[i] as number) >= 1 ? 1 : 0);
    });
  });
  return list.filter((p) => p.items.length > 0);
}

/** What is wrong with an estimate, or null. */
export function estimateProblem(p: ItemParameters): CalibrationProblem | null {
  if (p.aSe === null || p.bSe === null || Math.abs(p.a) > STEEP || Math.abs(p.b) > FAR) return 'unstable';
  return p.a < 0 ? 'negative-slope' : null;
}

export type CalibrationSummary = Omit<Calibration, 'items'>;
