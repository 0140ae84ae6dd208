import { defineJob } from '@waymark/platform';

export const reviewRemind = defineJob<Record<string, never>>({ name: 'review.remind', cron: '0 * * * *' });
