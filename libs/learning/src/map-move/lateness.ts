import type { LocalDay } from '@waymark/kernel';
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
  // What is due on the same day can be taken together: only the end of the last of them can be the latest.
  const minutesDue = new Map<LocalDay, number>();
  nodes.forEach((node, i) => {
    const due = dueOn[i];
    if (node.required && due && !isDone(state[i] ?? 0)) minutesDue.set(due, (minutesDue.get(due) ?? 0) + node.minutes);
  });
  const perDay = (capacityHours * 60) / DAYS_OF_CAPACITY;
  const first = dayNumber(from);
  let minutes = 0;
  let worst = 0;
  for (const due of [...minutesDue.keys()].sort()) {
    minutes += minutesDue.get(due) ?? 0;
    const done = first + Math.max(0, Math.ceil(minutes / perDay) - 1);
    worst = Math.max(worst, done - dayNumber(due));
  }
  return worst;
}

/** Minutes of required nodes still to do. */
export function minutesLeft(nodes: readonly LatenessNode[], state: readonly number[]): number {
  return nodes.reduce((sum, n, i) => sum + (n.required && !isDone(state[i] ?? 0) ? n.minutes : 0), 0);
}
