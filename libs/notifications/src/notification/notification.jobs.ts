import { defineJob } from '@waymark/platform';

export const mailNotificationsJob = defineJob<Record<string, never>>({
  name: 'notifications.mail',
  cron: '*/2 * * * *',
});
export const pruneNotificationsJob = defineJob<Record<string, never>>({
  name: 'notifications.prune',
  cron: '29 2 * * *',
});
