import { defineEvent } from '@waymark/platform';
import type { AssessmentKind } from '../assessment/assessment.js';
import type { QuestionUse } from '../question/question.js';

export interface AttemptFinished {
  attemptId: string;
  assessmentId: string;
  assessmentKind: AssessmentKind;
  assessmentCode: string;
  /** What a map node or an assignment points to: the assessment. */
  targetId: string;
  versionId: string;
  number: number;
  /** Score × 100, floored; null while pending. */
  scoreBp: number | null;
  passed: boolean | null;
  /** Waits for a grader: no result yet. */
  pending: boolean;
  /** 0 while pending, 1 for the first result, more when a later grade changed it. */
  release: number;
  /** A regrade changed the result: what it was. */
  regraded?: { scoreBp: number; passed: boolean };
}
/** At submission; again when a pending result is released or a later grade changes it. */
export const attemptFinished = defineEvent<AttemptFinished>('attempt.finished');

export interface QuestionMissed {
  attemptId: string;
  questionId: string;
  questionVersionId: string;
  use: QuestionUse;
  /** The topic of the question. */
  tag: string | null;
  /** '<course code>/<lesson key>' of the lesson that teaches it. */
  lessonRef: string | null;
}
/** One for each item that did not earn all its points, when the result is first released. */
export const questionMissed = defineEvent<QuestionMissed>('question.missed');
