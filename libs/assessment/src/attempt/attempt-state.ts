/** open: being answered · submitted: waits for a grader · graded: the result is released. */
export const ATTEMPT_STATES = ['open', 'submitted', 'graded'] as const;
export type AttemptState = (typeof ATTEMPT_STATES)[number];
export type SubmittedBy = 'learner' | 'deadline';

/** Answers that arrive up to this long after the deadline still count. */
export const GRACE_MS = 5_000;

export interface AttemptClock {
  state: AttemptState;
  submittedBy: SubmittedBy | null;
  deviceId: string;
  deadlineAt: Date | null;
}

/** The moment from which the server submits the attempt by itself; null for an untimed one. */
export function closesAt(deadlineAt: Date | null): Date | null {
  return deadlineAt === null ? null : new Date(deadlineAt.getTime() + GRACE_MS);
}

export function isOverdue(attempt: Pick<AttemptClock, 'state' | 'deadlineAt'>, now: Date): boolean {
  const closes = closesAt(attempt.deadlineAt);
  return attempt.state === 'open' && closes !== null && now > closes;
}

export type SaveVerdict = 'counts' | 'late' | 'attempt-taken-over' | 'attempt-submitted';

/** What becomes of an answer that reaches the server now. The server's clock decides, never the client's. */
export function saveVerdict(attempt: AttemptClock, deviceId: string, now: Date): SaveVerdict {
  if (attempt.deviceId !== deviceId) return 'attempt-taken-over';
  if (attempt.state !== 'open') return attempt.submittedBy === 'deadline' ? 'late' : 'attempt-submitted';
  return isOverdue(attempt, now) ? 'late' : 'counts';
}

/** When and by whom an open attempt that is handed in now counts as submitted. */
export function submission(deadlineAt: Date | null, now: Date): { submittedAt: Date; submittedBy: SubmittedBy } {
  return deadlineAt === null || now <= deadlineAt
    ? { submittedAt: now, submittedBy: 'learner' }
    : { submittedAt: deadlineAt, submittedBy: 'deadline' };
}

/** The state of a marked attempt: it waits while a grader is needed and is released otherwise. */
export function stateAfterMarking(pending: number): 'submitted' | 'graded' {
  return pending > 0 ? 'submitted' : 'graded';
}

/** Every step an attempt can take; anything else is a defect. */
export const ATTEMPT_STEPS: Record<AttemptState, readonly AttemptState[]> = {
  open: ['submitted', 'graded'],
  submitted: ['submitted', 'graded'],
  graded: ['graded'],
};

export function mayStep(from: AttemptState, to: AttemptState): boolean {
  return ATTEMPT_STEPS[from].includes(to);
}
