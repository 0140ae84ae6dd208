import { defineJob } from '@waymark/platform';

/** Brings a corrected key to the attempts that were marked before it. What is done already is not done again. */
export const applyRegrade = defineJob<{ regradeId: string }>({ name: 'assessment.regrade', attempts: 3 });
