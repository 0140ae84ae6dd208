import { defineJob } from '@waymark/platform';

/** Audiences change with the calendar (hired within n days) and with edits; once a day everybody is looked at. */
export const syncAssignments = defineJob<Record<string, never>>({
  name: 'learning.assignments',
  cron: '40 0 * * *',
  zone: 'Asia/Shanghai',
});
