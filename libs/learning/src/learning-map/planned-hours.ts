interface HoursNode {
  stage: number;
  prereqs: readonly number[];
  dueDay: number | null;
  minutes: number;
}

/**
 * The ridge: planned hours in each week of the path. A node's minutes are spread evenly over the days in which it is
 * meant to be done: from the start of its stage, or the day after its latest prerequisite is due, to its due day
 * (or the end of its stage).
 * @param days length of the path
 */
export function plannedHours(
  stages: readonly { fromDay: number; toDay: number }[],
  nodes: readonly HoursNode[],
  days: number,
): number[] {
  const perDay = new Array<number>(Math.max(days, 1)).fill(0);
  for (const node of nodes) {
    const stage = stages[node.stage];
    if (!stage) continue;
    const to = Math.min(Math.max(node.dueDay ?? stage.toDay, 1), perDay.length);
    let from = stage.fromDay;
    for (const p of node.prereqs) from = Math.max(from, (nodes[p]?.dueDay ?? 0) + 1);
    from = Math.min(Math.max(from, 1), to);
    for (let day = from; day <= to; day += 1) perDay[day - 1] = (perDay[day - 1] ?? 0) + node.minutes / (to - from + 1);
  }
  const weeks: number[] = [];
  for (let day = 0; day < perDay.length; day += 7) {
    const minutes = perDay.slice(day, day + 7).reduce((a, b) => a + b, 0);
    weeks.push(Math.round(minutes / 6) / 10);
  }
  return weeks;
}
