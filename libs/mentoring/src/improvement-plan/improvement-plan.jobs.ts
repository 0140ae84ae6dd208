import { defineJob } from '@waymark/platform';

/** Improvement plans whose last week is over are complete. */
export const improvementPlansClose = defineJob<Record<string, never>>({
  name: 'mentoring.plans-close',
  cron: '30 16 * * *',
});
