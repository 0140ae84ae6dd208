import { defineEvent } from '@waymark/platform';

/** Recorded, changed or cancelled: due days of the person have moved. */
export const leaveChanged = defineEvent<{
  leaveId: string;
  fromDay: string;
  toDay: string;
  cancelled: boolean;
  /** Due days that moved. */
  moved: number;
}>('person.leave-changed');
