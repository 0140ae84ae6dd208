import { addDays, addMonths, daysBetween, type LocalDay } from '@waymark/kernel';

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

export type PairingSide = 'mentor' | 'learner';

/** Somebody who acts for the mentor on these days. */
export interface ActsFor {
  personId: string;
  fromDay: LocalDay;
  toDay: LocalDay;
}
interface Partners {
  mentorId: string;
  learnerId: string;
  coMentorIds: readonly string[];
  standIns: readonly ActsFor[];
}

/** On which side of the pairing a person stands; a co-mentor stands on the mentor's, and who stands in on those days. */
export function sideOf(pairing: Partners, personId: string, today: LocalDay): PairingSide | null {
  if (pairing.learnerId === personId) return 'learner';
  if (pairing.mentorId === personId || pairing.coMentorIds.includes(personId)) return 'mentor';
  return inPlaceOf(pairing, personId, today) === null ? null : 'mentor';
}

/** The mentor in whose place the person acts; null for who mentors in their own right, and for everybody else. */
export function inPlaceOf(pairing: Partners, personId: string, today: LocalDay): string | null {
  if (pairing.mentorId === personId || pairing.coMentorIds.includes(personId)) return null;
  const acts = pairing.standIns.some((s) => s.personId === personId && s.fromDay <= today && s.toDay >= today);
  return acts ? pairing.mentorId : null;
}

/** Weeks of the programme, which is what agendas are written for. */
export const PROGRAMME_WEEKS = 13;

/** The week of the programme a day falls in, 1 to 13; days before count as the first, days after as the last. */
export function programmeWeek(firstDay: LocalDay, day: LocalDay): number {
  return Math.min(Math.max(Math.floor(daysBetween(firstDay, day) / 7) + 1, 1), PROGRAMME_WEEKS);
}

export interface PairingCheck {
  mentorId: string;
  learnerId: string;
  managerIds: readonly string[];
  /** Open pairings of the mentor, and how many the profile allows; null without a profile. */
  open: number;
  capacity: number | null;
  overCapacity: boolean;
  /** The mentor is away on the first day. */
  absent: boolean;
  learnerHasMentor: boolean;
}

/** Why two people can't be paired, as a code; null when they can. */
export function pairingProblem(c: PairingCheck): string | null {
  if (c.mentorId === c.learnerId) return 'mentor-is-learner';
  if (c.managerIds.includes(c.mentorId)) return 'mentor-is-manager';
  if (c.learnerHasMentor) return 'learner-has-mentor';
  if (c.absent) return 'mentor-absent';
  if (c.capacity !== null && c.open >= c.capacity && !c.overCapacity) return 'mentor-at-capacity';
  return null;
}
