import { LOCALES, type Text } from '@waymark/kernel';
import type { Problem } from '../question/question-draft.js';
import type { BlueprintCheck, DrawRule } from './blueprint.js';

export const ASSESSMENT_KINDS = ['quiz', 'exam'] as const;
export type AssessmentKind = (typeof ASSESSMENT_KINDS)[number];
export const ASSESSMENT_STATUSES = ['draft', 'published', 'archived'] as const;
export type AssessmentStatus = (typeof ASSESSMENT_STATUSES)[number];
/** score: score and topics · marks: also which items were right · full: also right answers and explanations. */
export const FEEDBACK_POLICIES = ['score', 'marks', 'full'] as const;
export type FeedbackPolicy = (typeof FEEDBACK_POLICIES)[number];

export const PASS_MARK = 80;
export const EXAM_RETAKES = 2;
export const RETAKE_DAYS = 14;
export const MAX_ITEMS = 200;

/** A quiz or exam as staff edit it. */
export interface AssessmentDraft {
  title: Text;
  description: Text;
  instructions: Text;
  passMark: number;
  durationSeconds: number | null;
  retakes: number | null;
  retakeDays: number;
  feedback: FeedbackPolicy;
  shuffleQuestions: boolean;
  shuffleChoices: boolean;
  gradeShortAnswers: boolean;
  fixed: { questionId: string; points: number | null }[];
  draws: DrawRule[];
}

/** The settings a kind starts with. */
export function assessmentDefaults(
  kind: AssessmentKind,
): Pick<AssessmentDraft, 'passMark' | 'retakes' | 'retakeDays' | 'feedback' | 'gradeShortAnswers'> {
  return kind === 'exam'
    ? {
        passMark: PASS_MARK,
        retakes: EXAM_RETAKES,
        retakeDays: RETAKE_DAYS,
        feedback: 'score',
        gradeShortAnswers: true,
      }
    : { passMark: PASS_MARK, retakes: null, retakeDays: RETAKE_DAYS, feedback: 'full', gradeShortAnswers: false };
}

/** What stops publishing. `unpublished`: codes of fixed questions that have no published version. */
export function assessmentProblems(
  draft: Pick<AssessmentDraft, 'title' | 'fixed' | 'draws'>,
  facts: { unpublished: readonly string[]; check: BlueprintCheck },
): Problem[] {
  const problems: Problem[] = [];
  if (!LOCALES.some((l) => draft.title[l]?.trim())) problems.push({ code: 'title-missing', params: {} });
  const items = draft.fixed.length + draft.draws.reduce((sum, d) => sum + d.count, 0);
  if (items === 0) problems.push({ code: 'questions-missing', params: {} });
  if (items > MAX_ITEMS) problems.push({ code: 'too-many-questions', params: { maximum: MAX_ITEMS } });
  for (const code of facts.unpublished) problems.push({ code: 'question-not-published', params: { code } });
  facts.check.rules.forEach((rule, i) => {
    if (rule.fills < rule.need) {
      problems.push({
        code: 'bank-too-small',
        params: { rule: i + 1, need: rule.need, matches: rule.matches, fills: rule.fills },
      });
    }
  });
  return problems;
}
