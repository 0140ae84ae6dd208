import { isLocalDay, type LocalDay } from '@waymark/kernel';
import { isDone } from '../learning-map/learning-map.js';

interface LatenessNode {
  required: boolean;
  minutes: number;
}

const DAY_MS = 86_400_000;
const DAYS_OF_CAPACITY = 30;

function dayNumber(day: LocalDay): number {
  return Date.parse(day) / DAY_MS;
}

/**
 * How many days late somebody would be at best with what is still open, working at the map's capacity from `from` on.
 * One after the other in the order of their due days makes the largest lateness as small as it can be (Jackson's rule:
 * J. R. Jackson, Scheduling a production line to minimize maximum tardiness, 1955). 0 = everything in time.
 * @param capacityHours hours of learning that 30 days hold
 */
export function latenessAtBest(
  nodes: readonly LatenessNode[],
  state: readonly number[],
  dueOn: readonly (LocalDay | null)[],
  from: LocalDay,
  capacityHours: number,
): number {
  const open: { due: number; minutes: number }[] = [];
  nodes.forEach((node, i) => {
    const due = dueOn[i];
    if (node.required && due && isLocalDay(due) && !isDone(state[i] ?? 0))
      open.push({ due: dayNumber(due), minutes: node.minutes });
  });
  open.sort((a, b) => a.due - b.due);
  const perDay = (capacityHours * 60) / DAYS_OF_CAPACITY;
  const first = dayNumber(from);
  let minutes = 0;
  let worst = 0;
  for (const node of open) {
    minutes += node.minutes;
    const done = first + Math.max(0, Math.ceil(minutes / perDay) - 1);
    worst = Math.max(worst, done - node.due);
  }
  return worst;
}

/** Minutes of required nodes still to do. */
export function minutesLeft(nodes: readonly LatenessNode[], state: readonly number[]): number {
  return nodes.reduce((sum, n, i) => sum + (n.required && !isDone(state[i] ?? 0) ? n.minutes : 0), 0);
}
