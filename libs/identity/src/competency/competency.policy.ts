import { Forbidden } from '@waymark/kernel';

/**
 * Who may rate whom: everybody themselves, mentors and managers the people who answer to them.
 * @returns the source the rating counts as
 * @throws Forbidden
 */
export function ratingSource(raterId: string, personId: string, supervises: boolean): 'self' | 'mentor' {
  if (raterId === personId) return 'self';
  if (!supervises) throw new Forbidden('rating-not-supervised');
  return 'mentor';
}

/** Levels still to go: against what was assessed, or the own view where nobody has assessed yet. */
export function competencyGap(row: { required: number | null; self: number | null; assessed: number | null }): number {
  if (row.required === null) return 0;
  return Math.max(0, row.required - (row.assessed ?? row.self ?? 0));
}
