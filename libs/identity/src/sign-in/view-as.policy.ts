import { Forbidden, RuleViolation } from '@waymark/kernel';

/**
 * Whether a staff member may look as this person. Whoever already looks as somebody leaves first, so that every view
 * has its own line in the audit.
 * @throws Forbidden | RuleViolation
 */
export function checkViewAs(
  viewer: { personId: string; viewAsBy: string | null },
  personId: string,
  inScope: boolean,
): void {
  if (viewer.viewAsBy !== null) throw new RuleViolation('already-viewing-as');
  if (viewer.personId === personId) throw new RuleViolation('view-as-self');
  if (!inScope) throw new Forbidden('person-outside-scope');
}
