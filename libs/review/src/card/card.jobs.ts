import { defineJob } from '@waymark/platform';

export const reviewTidy = defineJob<Record<string, never>>({ name: 'review.tidy', cron: '35 18 * * *' });
