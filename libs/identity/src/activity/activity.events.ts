import { defineEvent } from '@waymark/platform';

export interface ActivityRecorded {
  activityId: string;
  verb: string;
  subjectType: string;
  subjectId: string;
  subjectVersion: string | null;
  result: Record<string, number | string | boolean | null>;
  creditedMinutes: number;
  localDay: string;
  orgUnitId: string | null;
}

/** One for each activity record; the only event rewards, badges, boards and streaks derive from. */
export const activityRecorded = defineEvent<ActivityRecorded>('activity.recorded');
