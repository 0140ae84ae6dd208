import type { LocalDay } from '@waymark/kernel';

interface LatenessNode {
  required: boolean;
  minutes: number;
}

const DAY_MS = 86_400_000;
const DAYS_OF_CAPACITY = 30;

function dayNumber(day: LocalDay): number {
  return Date.parse(day) / DAY_MS;
}

/** The required nodes that have a due day, the earliest first, with that day counted from 1970. */
export interface Schedule {
  nodes: readonly number[];
  due: readonly number[];
}

/** Many people share their due days, and with them the schedule. */
export function scheduleOf(
  nodes: readonly Pick<LatenessNode, 'required'>[],
  dueOn: readonly (LocalDay | null)[],
): Schedule {
  const list = nodes.flatMap((node, i) => {
    const due = dueOn[i];
    return node.required && due ? [{ i, due: dayNumber(due) }] : [];
  });
  list.sort((a, b) => a.due - b.due);
  return { nodes: list.map((l) => l.i), due: list.map((l) => l.due) };
}

/**
 * How many days late somebody would be at best with what is still open, working at the map's capacity from `from` on.
 * One after the other in the order of their due days makes the largest lateness as small as it can be (Jackson's rule:
 * J. R. Jackson, Scheduling a production line to minimize maximum tardiness, 1955). 0 = everything in time.
 * @param capacityHours hours of learning that 30 days hold
 */
export function latenessAtBest(
  nodes: readonly LatenessNode[],
  schedule: Schedule,
  done: readonly boolean[],
  from: LocalDay,
  capacityHours: number,
): number {
  const perDay = (capacityHours * 60) / DAYS_OF_CAPACITY;
  const first = dayNumber(from);
  let minutes = 0;
  let worst = 0;
  schedule.nodes.forEach((node, k) => {
    if (done[node]) return;
    minutes += nodes[node]?.minutes ?? 0;
    const ends = first + Math.max(0, Math.ceil(minutes / perDay) - 1);
    worst = Math.max(worst, ends - (schedule.due[k] ?? 0));
  });
  return worst;
}

/** Minutes of required nodes still to do. */
export function minutesLeft(nodes: readonly LatenessNode[], done: readonly boolean[]): number {
  return nodes.reduce((sum, n, i) => sum + (n.required && !done[i] ? n.minutes : 0), 0);
}
