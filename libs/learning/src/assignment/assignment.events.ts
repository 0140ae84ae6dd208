import { defineEvent } from '@waymark/platform';

/** One for each person who is given something to do. */
export const assignmentGiven = defineEvent<{
  assignmentId: string;
  targetKind: string;
  targetId: string | null;
  targetCode: string;
  dueOn: string | null;
}>('assignment.given');
