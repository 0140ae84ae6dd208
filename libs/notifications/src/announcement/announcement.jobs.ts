import { defineJob } from '@waymark/platform';

export const announceJob = defineJob<Record<string, never>>({ name: 'notifications.announce', cron: '* * * * *' });
