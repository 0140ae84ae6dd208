import { defineEvent } from '@waymark/platform';

/** A learner asks for help in the weekly check-in. */
export const checkInAskedForHelp = defineEvent<{
  checkInId: string;
  enrolmentId: string;
  week: number;
  mentorIds: string[];
}>('check-in.asked-for-help');
