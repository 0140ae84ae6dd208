import { defineJob } from '@waymark/platform';

/** Every hour: people live in different zones, and each gets theirs in the morning. */
export const nudgeDue = defineJob<Record<string, never>>({ name: 'learning.nudges', cron: '5 * * * *' });
export const remindSignOffs = defineJob<Record<string, never>>({
  name: 'learning.sign-off-reminders',
  cron: '25 1 * * *',
});
