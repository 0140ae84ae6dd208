export type SupervisorKind = 'manager' | 'mentor' | 'delegate';

/** Who may decide: the mentors and delegates; the managers only where there is no mentor. Never the learner. */
export function approversOf(
  personId: string,
  supervisors: readonly { supervisorId: string; kind: SupervisorKind }[],
): string[] {
  const mentored = supervisors.some((s) => s.kind === 'mentor');
  const able = supervisors.filter((s) => s.kind !== 'manager' || !mentored).map((s) => s.supervisorId);
  return [...new Set(able)].filter((id) => id !== personId);
}
