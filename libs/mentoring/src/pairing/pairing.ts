import { addDays, addMonths, type LocalDay } from '@waymark/kernel';

export const PAIRING_MONTHS = 3;
export type EndReason = 'completed' | 'handed-over' | 'learner-left' | 'mentor-left' | 'stopped';
export type PairingStatus = 'planned' | 'active' | 'ended';

/** The last day when none is agreed: three months. */
export function defaultEndDay(startDay: LocalDay): LocalDay {
  return addDays(addMonths(startDay, PAIRING_MONTHS), -1);
}

export function pairingStatus(
  pairing: { startDay: LocalDay; endedOn: LocalDay | null },
  today: LocalDay,
): PairingStatus {
  if (pairing.endedOn !== null) return 'ended';
  return pairing.startDay > today ? 'planned' : 'active';
}

export interface PairingCheck {
  mentorId: string;
  learnerId: string;
  managerIds: readonly string[];
  /** Open pairings of the mentor, and how many the profile allows; null without a profile. */
  open: number;
  capacity: number | null;
  overCapacity: boolean;
  learnerHasMentor: boolean;
}

/** Why two people can't be paired, as a code; null when they can. */
export function pairingProblem(c: PairingCheck): string | null {
  if (c.mentorId === c.learnerId) return 'mentor-is-learner';
  if (c.managerIds.includes(c.mentorId)) return 'mentor-is-manager';
  if (c.learnerHasMentor) return 'learner-has-mentor';
  if (c.capacity !== null && c.open >= c.capacity && !c.overCapacity) return 'mentor-at-capacity';
  return null;
}
