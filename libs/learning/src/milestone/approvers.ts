export type SupervisorKind = 'manager' | 'mentor' | 'delegate';

interface Approver {
  supervisorId: string;
  kind: SupervisorKind;
}

/** Who may decide: the mentors and delegates; the managers only where there is no mentor. Never the learner. */
export function approversOf(personId: string, supervisors: readonly Approver[]): string[] {
  return [...new Set(able(supervisors).map((s) => s.supervisorId))].filter((id) => id !== personId);
}

/** The absent mentor in whose place somebody decides; null for who may decide in their own right. */
export function decidesInPlaceOf<T extends Approver & { inPlaceOf: string | null }>(
  approverId: string,
  supervisors: readonly T[],
): string | null {
  const mine = able(supervisors).filter((s) => s.supervisorId === approverId);
  return mine.some((s) => s.inPlaceOf === null) ? null : (mine[0]?.inPlaceOf ?? null);
}

function able<T extends Approver>(supervisors: readonly T[]): T[] {
  const mentored = supervisors.some((s) => s.kind === 'mentor');
  return supervisors.filter((s) => s.kind !== 'manager' || !mentored);
}
