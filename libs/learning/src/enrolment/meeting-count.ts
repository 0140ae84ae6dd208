interface MeetingNode {
  kind: string;
  stage: number;
  evidence: { target: number | null } | null;
}

/**
 * How many of the meetings held so far fall to a mentor-meetings node: a stage asks for its own meetings, so those that
 * earlier stages ask for (the largest number in each) are taken off first. Nodes of one stage count the same meetings.
 * @param held meetings held since the start
 */
export function meetingsFor(nodes: readonly MeetingNode[], index: number, held: number): { done: number; of: number } {
  const node = nodes[index];
  const of = Math.round(node?.evidence?.target ?? 1);
  const earlier = new Map<number, number>();
  for (const n of nodes) {
    if (n.kind !== 'mentor-meetings' || n.stage >= (node?.stage ?? 0)) continue;
    earlier.set(n.stage, Math.max(earlier.get(n.stage) ?? 0, Math.round(n.evidence?.target ?? 1)));
  }
  const taken = [...earlier.values()].reduce((a, b) => a + b, 0);
  return { done: Math.min(Math.max(held - taken, 0), of), of };
}
