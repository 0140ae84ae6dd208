import type { MapDraft } from '../learning-map/learning-map.js';
import { structureOf } from '../learning-map/map-structure.js';
import type { MoveMap } from './map-move.js';

/**
 * A draft as people would walk it once it is published.
 * @param targetIds ids of targets by `kind:code`
 */
export function draftPlan(draft: MapDraft, targetIds: ReadonlyMap<string, string>): MoveMap {
  const { stages, nodes } = structureOf(draft);
  return {
    workingDays: draft.workingDays,
    capacityHours: draft.capacityHours,
    stages,
    nodes: nodes.map(({ draft: n, ...graph }) => {
      const id = n.targetCode === null ? undefined : targetIds.get(`${n.kind}:${n.targetCode}`);
      return {
        ...graph,
        key: n.key,
        kind: n.kind,
        dueDay: n.dueDay,
        minutes: n.minutes,
        target: id === undefined ? null : { kind: n.kind, id },
        carryMonths: n.carryMonths,
        evidence: n.evidence,
      };
    }),
    indexByKey: new Map(nodes.map((n, i) => [n.draft.key, i])),
  };
}
