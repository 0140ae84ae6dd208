import type { LocalDay } from '@waymark/kernel';
import { STATE, type NodeKind } from '../learning-map/learning-map.js';
import { isLate } from '../unlocking/unlocking.js';

interface StepNode {
  kind: NodeKind;
  required: boolean;
  evidence: { kind: string } | null;
}

/** Kinds that fill over weeks out in the world: worth a line, but not what to sit down to now. */
function fillsOverTime(node: StepNode, unitsDone: number, unitsOf: number): boolean {
  const counts = node.kind === 'mentor-meetings' || node.evidence?.kind === 'counter';
  return counts && unitsDone < unitsOf;
}

/**
 * The one node to go on with, or null: required before optional, then what can be done at once before what fills
 * over weeks, then late before not late, then the nearest due day, then what is already begun, then map order.
 * @param state as unlocked today
 */
export function nextStep(
  nodes: readonly StepNode[],
  columns: {
    state: readonly number[];
    dueOn: readonly (LocalDay | null)[];
    unitsDone: readonly number[];
    unitsOf: readonly number[];
  },
  today: LocalDay,
): number | null {
  let best: number | null = null;
  let bestRank: (number | string)[] = [];
  nodes.forEach((node, i) => {
    const state = columns.state[i] ?? 0;
    if (state !== STATE.available && state !== STATE.inProgress) return;
    const due = columns.dueOn[i] ?? null;
    const rank = [
      node.required ? 0 : 1,
      fillsOverTime(node, columns.unitsDone[i] ?? 0, columns.unitsOf[i] ?? 0) ? 1 : 0,
      isLate(state, due, today) ? 0 : 1,
      due ?? '9999-12-31',
      state === STATE.inProgress ? 0 : 1,
    ];
    if (best === null || before(rank, bestRank)) {
      best = i;
      bestRank = rank;
    }
  });
  return best;
}

function before(a: (number | string)[], b: (number | string)[]): boolean {
  for (let i = 0; i < a.length; i += 1) {
    const x = a[i] as number | string;
    const y = b[i] as number | string;
    if (x < y) return true;
    if (x > y) return false;
  }
  return false;
}
