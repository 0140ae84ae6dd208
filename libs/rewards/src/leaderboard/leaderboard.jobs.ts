import { defineJob } from '@waymark/platform';

export const closeBoardsJob = defineJob<Record<string, never>>({ name: 'rewards.close-boards', cron: '7 * * * *' });
