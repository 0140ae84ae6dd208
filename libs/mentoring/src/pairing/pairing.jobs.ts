import { defineJob } from '@waymark/platform';

/** Pairings whose last day has passed end. */
export const mentoringClose = defineJob<Record<string, never>>({ name: 'mentoring.close', cron: '25 16 * * *' });
