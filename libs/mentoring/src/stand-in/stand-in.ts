import type { LocalDay } from '@waymark/kernel';

/** Somebody who answers for a learner in the mentor's place, both days inclusive. */
export interface StandIn {
  substituteId: string;
  learnerId: string;
  mentorId: string;
  fromDay: LocalDay;
  toDay: LocalDay;
}

const keyOf = (s: StandIn): string => [s.mentorId, s.substituteId, s.learnerId, s.fromDay, s.toDay].join(' ');

/**
 * What has to change so that those who stand in are those that absences and pairings say. What began earlier ends with
 * yesterday and stays as history; what has not begun goes.
 */
export function standInChanges<T extends StandIn & { id: string }>(
  present: readonly T[],
  wanted: readonly StandIn[],
  today: LocalDay,
): { add: StandIn[]; end: T[]; drop: T[] } {
  const wantedKeys = new Set(wanted.map(keyOf));
  const presentKeys = new Set(present.map(keyOf));
  const over = present.filter((p) => !wantedKeys.has(keyOf(p)));
  return {
    add: wanted.filter((w) => !presentKeys.has(keyOf(w))),
    end: over.filter((p) => p.fromDay < today),
    drop: over.filter((p) => p.fromDay >= today),
  };
}
