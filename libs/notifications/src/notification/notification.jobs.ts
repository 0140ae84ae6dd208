import { defineJob } from '@waymark/platform';

export const mailNotificationsJob = defineJob<Record<string, never>>({
  name: 'notifications.mail',
  cron: '*/2 * * * *',
});
