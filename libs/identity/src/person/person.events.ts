import { defineEvent } from '@waymark/platform';

export interface PersonHired {
  hireDate: string;
  orgUnitId: string;
  jobRoleId: string | null;
  managerId: string | null;
  /** The person had worked here before. */
  rehire: boolean;
}
export const personHired = defineEvent<PersonHired>('person.hired');

export interface PositionChanged {
  fromDay: string;
  orgUnitId: string;
  jobRoleId: string | null;
  managerId: string | null;
  previousOrgUnitId: string | null;
  previousJobRoleId: string | null;
  previousManagerId: string | null;
}
/** Published on the day the new position comes into force. */
export const positionChanged = defineEvent<PositionChanged>('person.position-changed');

/** Mentees, waiting sign-offs and content ownership go to `managerId`. */
export const personLeft = defineEvent<{ lastDay: string; managerId: string | null }>('person.left');

/** Each lib empties its personal rows of this person in the same transaction. */
export const personErased = defineEvent<Record<string, never>>('person.erased');
