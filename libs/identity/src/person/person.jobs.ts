import { defineJob } from '@waymark/platform';

/** Positions and leavers whose day has come. Hourly, because the company's midnight is in its own zone. */
export const applyEffectiveDates = defineJob<Record<string, never>>({
  name: 'identity.effective-dates',
  cron: '3 * * * *',
});

/** Ended sessions, run-dry throttle buckets, expired tokens, old import rows. */
export const tidyIdentity = defineJob<Record<string, never>>({ name: 'identity.tidy', cron: '17 2 * * *' });
