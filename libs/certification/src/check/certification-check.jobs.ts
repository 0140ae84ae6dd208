import { defineJob } from '@waymark/platform';

export const certificationCheck = defineJob<Record<string, never>>({ name: 'certification.check', cron: '5 1 * * *' });
/** Issues a certification that is new, changed or restored to those who have met it already. */
export const issueToReady = defineJob<{ certificationId: string }>({ name: 'certification.issue-to-ready' });
