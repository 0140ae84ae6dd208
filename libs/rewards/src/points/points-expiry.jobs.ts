import { defineJob } from '@waymark/platform';

export const expirePointsJob = defineJob<Record<string, never>>({ name: 'rewards.expire-points', cron: '25 17 * * *' });
