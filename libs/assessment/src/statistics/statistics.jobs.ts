import { defineJob } from '@waymark/platform';

/** One analysis that somebody asked for. */
export const analyseAssessment = defineJob<{ analysisId: string }>({ name: 'assessment.analyse', attempts: 3 });

/** Every night: statistics of all versions with attempts they do not know yet. */
export const refreshStatistics = defineJob({ name: 'assessment.refresh-statistics', cron: '40 2 * * *', attempts: 3 });
