import { defineJob } from '../jobs/job.js';

/** Also on a schedule: a mail committed while the job was ending would wait for the next one. */
export const mailJob = defineJob<Record<string, never>>({ name: 'platform.mail', cron: '*/20 * * * * *', attempts: 1 });
