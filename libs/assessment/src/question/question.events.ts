import { defineEvent } from '@waymark/platform';
import type { QuestionUse } from './question.js';

export const questionPublished = defineEvent<{ questionId: string; questionVersionId: string; use: QuestionUse }>(
  'question.published',
);
