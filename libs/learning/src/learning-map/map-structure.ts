import { KINDS_WITH_ROOM, type DraftNode, type DraftStage, type GraphNode, type MapDraft } from './learning-map.js';
import { layoutMap } from './map-layout.js';
import { isRequired } from './map-problem.js';

export interface StructureNode extends GraphNode {
  draft: DraftNode;
  lane: number;
  row: number;
}
export interface MapStructure {
  stages: DraftStage[];
  nodes: StructureNode[];
}

/**
 * The fixed order of a version: by stage, and inside a stage prerequisites before those that need them, otherwise as
 * the author listed them. Indices of progress columns are positions in this order.
 * @param draft without cycles and unknown keys (see `mapProblems`); nodes caught in a cycle come last in their stage
 */
export function structureOf(draft: Pick<MapDraft, 'stages' | 'nodes'>): MapStructure {
  const stageIndex = new Map(draft.stages.map((s, i) => [s.key, i]));
  const placed = new Map<string, number>();
  const order: DraftNode[] = [];
  draft.stages.forEach((stage) => {
    let waiting = draft.nodes.filter((n) => n.stage === stage.key);
    const here = new Set(waiting.map((n) => n.key));
    while (waiting.length > 0) {
      const at = waiting.findIndex((n) => n.prereqs.every((p) => placed.has(p) || !here.has(p)));
      const [node] = waiting.splice(Math.max(at, 0), 1) as [DraftNode];
      placed.set(node.key, order.length);
      order.push(node);
      waiting = [...waiting];
    }
  });
  const graph = order.map((node) => ({
    stage: stageIndex.get(node.stage) ?? 0,
    required: isRequired(node),
    notYet: !KINDS_WITH_ROOM.has(node.kind),
    prereqs: node.prereqs.map((p) => placed.get(p)).filter((p): p is number => p !== undefined),
    need: node.need,
  }));
  const places = layoutMap(draft.stages.length, graph);
  return {
    stages: draft.stages,
    nodes: graph.map((g, i) => ({
      ...g,
      draft: order[i] as DraftNode,
      lane: places[i]?.lane ?? 0,
      row: places[i]?.row ?? 0,
    })),
  };
}
