import { defineEvent } from '@waymark/platform';
import type { AssessmentKind } from './assessment.js';

export const assessmentPublished = defineEvent<{
  assessmentId: string;
  versionId: string;
  assessmentKind: AssessmentKind;
  assessmentCode: string;
}>('assessment.published');
