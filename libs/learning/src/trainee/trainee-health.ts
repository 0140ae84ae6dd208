import { daysBetween, type LocalDay } from '@waymark/kernel';
import { CHECK_IN_TARGET } from '../check-in/check-in.js';
import { DECISION_WORKING_DAYS } from '../milestone/milestone.js';

export const LIGHTS = ['on-track', 'at-risk', 'overdue', 'done'] as const;
export type Light = (typeof LIGHTS)[number];
export type HealthCode = 'overdue' | 'waiting-signoff' | 'idle' | 'not-started' | 'no-mentor' | 'check-ins';
export interface HealthReason {
  code: HealthCode;
  count: number | null;
  days: number | null;
}

/** Days without any progress after which somebody with open work needs a word. */
export const IDLE_DAYS = 7;
/** Day of the path by which something should have been begun. */
export const STARTED_BY_DAY = 3;
/** One week without a check-in happens to everybody; from the second on the rate counts. */
const MISSED_CHECK_INS = 2;

export interface HealthInput {
  status: 'open' | 'completed' | 'withdrawn';
  /** Day n of the path. */
  day: number;
  done: number;
  total: number;
  /** Required nodes past their due day. */
  overdue: number;
  /** Days since the first of them was due; negative when the next due day is ahead; null without due days. */
  pastDue: number | null;
  /** Days since anything moved; null when nothing ever did. */
  idleDays: number | null;
  /** Sign-offs handed in and not decided. */
  waiting: number;
  /** Working days the oldest of them has waited. */
  waitingWorkingDays: number;
  /** The map has mentor meetings and the person has nobody for them. */
  lacksMentor: boolean;
  /** On leave today: nothing is expected to move. */
  away: boolean;
  /** Weeks of the path that are over and had no check-in, and how many are over; 0 on maps that ask for none. */
  missedCheckIns: number;
  weeksOver: number;
}

/** Day n of the path: 1 on the start day, 0 and less before. */
export function dayOfPath(startDay: LocalDay, today: LocalDay): number {
  return daysBetween(startDay, today) + 1;
}

/**
 * Overdue: a required node's due day is over. At risk: nothing is late yet, but a sign-off has waited more than three
 * working days, nothing has moved for a week, nothing was begun by day 3, the mentor is missing, or check-ins of two weeks
 * are missing and with them the rate aimed at; of somebody on leave nothing is expected. Every light says why.
 */
export function traineeHealth(h: HealthInput): { light: Light; reasons: HealthReason[] } {
  if (h.status !== 'open') return { light: 'done', reasons: [] };
  const reasons: HealthReason[] = [];
  if (h.overdue > 0) reasons.push({ code: 'overdue', count: h.overdue, days: h.pastDue });
  if (h.waiting > 0 && h.waitingWorkingDays > DECISION_WORKING_DAYS) {
    reasons.push({ code: 'waiting-signoff', count: h.waiting, days: h.waitingWorkingDays });
  }
  if (h.day > 0 && h.done < h.total && !h.away) {
    if (h.idleDays === null && h.day > STARTED_BY_DAY)
      reasons.push({ code: 'not-started', count: null, days: h.day - 1 });
    else if (h.idleDays !== null && h.idleDays >= IDLE_DAYS && h.waiting === 0)
      reasons.push({ code: 'idle', count: null, days: h.idleDays });
    if (h.lacksMentor) reasons.push({ code: 'no-mentor', count: null, days: null });
    if (
      h.missedCheckIns >= MISSED_CHECK_INS &&
      (h.weeksOver - h.missedCheckIns) * 100 < CHECK_IN_TARGET * h.weeksOver
    ) {
      reasons.push({ code: 'check-ins', count: h.missedCheckIns, days: null });
    }
  }
  return { light: h.overdue > 0 ? 'overdue' : reasons.length > 0 ? 'at-risk' : 'on-track', reasons };
}
