import { defineJob } from '@waymark/platform';

export const certificationCheck = defineJob<Record<string, never>>({ name: 'certification.check', cron: '5 1 * * *' });
