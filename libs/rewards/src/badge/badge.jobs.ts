import { defineJob } from '@waymark/platform';

/** Looks through the past for badges that were defined since. */
export const evaluateBadgesJob = defineJob<Record<string, never>>({
  name: 'rewards.evaluate-badges',
  cron: '23 4 * * *',
});
