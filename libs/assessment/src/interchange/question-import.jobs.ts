import { defineJob } from '@waymark/platform';

export const applyQuestionImport = defineJob<{ importId: string }>({
  name: 'assessment.apply-question-import',
  attempts: 3,
});
