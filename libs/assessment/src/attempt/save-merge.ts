import type { Answer } from '../question/question.js';

/** One acknowledged save. `arrival` is the server's own order. */
export interface Save {
  saveId: string;
  item: number;
  seq: number;
  arrival: number;
  answer: Answer;
  /** The learner asked for feedback on it: final. */
  checked: boolean;
  late: boolean;
}

function wins(a: Save, b: Save): boolean {
  if (a.checked !== b.checked) return a.checked;
  if (a.seq !== b.seq) return a.seq > b.seq;
  return a.arrival > b.arrival;
}

/**
 * The answer that counts for each item, whatever order the saves came in: late ones never, a checked one always, else
 * the highest client sequence; two devices with the same sequence are settled by arrival.
 */
export function mergeSaves<S extends Save>(saves: Iterable<S>): Map<number, S> {
  const best = new Map<number, S>();
  for (const save of saves) {
    if (save.late) continue;
    const current = best.get(save.item);
    if (!current || wins(save, current)) best.set(save.item, save);
  }
  return best;
}

export function lastSeq(saves: Iterable<Pick<Save, 'seq'>>): number {
  let last = 0;
  for (const { seq } of saves) if (seq > last) last = seq;
  return last;
}
