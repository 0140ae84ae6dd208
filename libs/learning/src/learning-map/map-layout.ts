interface LayoutNode {
  stage: number;
  prereqs: readonly number[];
}
export interface Place {
  /** 0 left, 1 right, 2 middle. */
  lane: number;
  /** Row in the stage, from 0. */
  row: number;
}

/**
 * Places for the learner's map: per stage, rows of at most two stations. A station stands below all its prerequisites of
 * the same stage, keeps the lane of the one it follows where it can, and stands in the middle when it joins both lanes.
 * @param nodes prerequisites before those that need them
 */
export function layoutMap(stageCount: number, nodes: readonly LayoutNode[]): Place[] {
  const places: Place[] = nodes.map(() => ({ lane: 0, row: 0 }));
  for (let s = 0; s < stageCount; s += 1) {
    const depth = new Map<number, number>();
    const levels: number[][] = [];
    nodes.forEach((node, i) => {
      if (node.stage !== s) return;
      const inStage = node.prereqs.filter((p) => nodes[p]?.stage === s);
      const d = inStage.reduce((max, p) => Math.max(max, (depth.get(p) ?? 0) + 1), 0);
      depth.set(i, d);
      (levels[d] ??= []).push(i);
    });
    let row = 0;
    for (const level of levels) {
      for (let at = 0; at < (level?.length ?? 0); at += 2) {
        const pair = level.slice(at, at + 2);
        const lanesOf = (i: number): number[] => [
          ...new Set((nodes[i]?.prereqs ?? []).filter((p) => nodes[p]?.stage === s).map((p) => places[p]?.lane ?? 0)),
        ];
        const [a, b] = pair;
        if (a !== undefined && b !== undefined) {
          const swap = lanesOf(a).every((l) => l === 1) && lanesOf(a).length > 0 && !lanesOf(b).includes(1);
          const swapBack = lanesOf(b).every((l) => l === 0) && lanesOf(b).length > 0 && !lanesOf(a).includes(0);
          const crossed = swap || swapBack;
          places[a] = { lane: crossed ? 1 : 0, row };
          places[b] = { lane: crossed ? 0 : 1, row };
        } else if (a !== undefined) {
          const lanes = lanesOf(a);
          places[a] = { lane: lanes.length === 1 ? (lanes[0] as number) : lanes.length > 1 ? 2 : 0, row };
        }
        row += 1;
      }
    }
  }
  return places;
}
