import type { LocalDay } from '@waymark/kernel';
import { isDone, STATE } from '../learning-map/learning-map.js';
import type { NodeFact } from '../unlocking/unlocking.js';

export interface KnownFact {
  state: number;
  completedOn: LocalDay | null;
  unitsDone: number;
  unitsOf: number;
  scoreBp: number | null;
}

interface CarryNode {
  key: string;
  target: { kind: string; id: string } | null;
  carryMonths: number | null;
}

export function targetKey(kind: string, id: string): string {
  return `${kind}:${id}`;
}

/** `day` some calendar months earlier; the last day of the month where that day does not exist. */
export function monthsBefore(day: LocalDay, months: number): LocalDay {
  const [y, m, d] = day.split('-').map(Number) as [number, number, number];
  const at = new Date(Date.UTC(y, m - 1 - months, 1));
  const last = new Date(Date.UTC(at.getUTCFullYear(), at.getUTCMonth() + 1, 0)).getUTCDate();
  at.setUTCDate(Math.min(d, last));
  return at.toISOString().slice(0, 10);
}

/** The best of what counts for a node, done before begun; null when there is nothing, or nothing recent enough. */
export function broughtAlong(
  node: CarryNode,
  byTarget: ReadonlyMap<string, KnownFact>,
  byKey: ReadonlyMap<string, KnownFact>,
  since: LocalDay,
): KnownFact | null {
  const oldest = node.carryMonths === null ? null : monthsBefore(since, node.carryMonths);
  const fits = (f: KnownFact | undefined): f is KnownFact =>
    f !== undefined && (oldest === null || f.completedOn === null || f.completedOn >= oldest);
  const target = node.target ? byTarget.get(targetKey(node.target.kind, node.target.id)) : undefined;
  const key = byKey.get(node.key);
  const best = [target, key].filter(fits).sort((a, b) => Number(isDone(b.state)) - Number(isDone(a.state)))[0];
  return best && best.state >= STATE.inProgress ? best : null;
}

/**
 * What a person brings along: by target first (a course done is done on every map), then by the node's key (an
 * earlier version, or another map with the same milestone). A node may refuse what is older than `carryMonths`.
 * @param since the day the months are counted back from
 */
export function carryOver(
  nodes: readonly CarryNode[],
  byTarget: ReadonlyMap<string, KnownFact>,
  byKey: ReadonlyMap<string, KnownFact>,
  since: LocalDay,
): NodeFact[] {
  return nodes.flatMap((node, index) => {
    const best = broughtAlong(node, byTarget, byKey, since);
    if (!best) return [];
    const { state, unitsDone, unitsOf, scoreBp } = best;
    return [{ index, state, unitsDone, unitsOf, scoreBp, day: best.completedOn ?? since }];
  });
}
