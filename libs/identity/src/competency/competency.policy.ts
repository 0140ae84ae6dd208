import { Forbidden } from '@waymark/kernel';
import type { SupervisionKind } from '../supervision/supervision.service.js';

export type RatingSource = 'self' | 'mentor' | 'manager';

/**
 * Who may rate whom: everybody themselves; the mentor (or who stands in) while paired; the manager. Nobody else, L&D neither.
 * @param kinds how the rater supervises the person today
 * @returns the source the rating counts as; who is both counts as mentor, being closer to the work
 * @throws Forbidden 'rating-not-supervised'
 */
export function ratingSource(raterId: string, personId: string, kinds: ReadonlySet<SupervisionKind>): RatingSource {
  if (raterId === personId) return 'self';
  if (kinds.has('mentor') || kinds.has('delegate')) return 'mentor';
  if (kinds.has('manager')) return 'manager';
  throw new Forbidden('rating-not-supervised');
}
