import { registerEnumType } from '@nestjs/graphql';

export const AssessmentKindEnum = { quiz: 'quiz', exam: 'exam' } as const;
export const AssessmentStatusEnum = { draft: 'draft', published: 'published', archived: 'archived' } as const;
export const FeedbackPolicyEnum = { score: 'score', marks: 'marks', full: 'full' } as const;
export const AttemptStateEnum = { open: 'open', submitted: 'submitted', graded: 'graded' } as const;
registerEnumType(AssessmentKindEnum, { name: 'AssessmentKind' });
registerEnumType(AssessmentStatusEnum, { name: 'AssessmentStatus' });
registerEnumType(FeedbackPolicyEnum, {
  name: 'FeedbackPolicy',
  description:
    'score: score and topics · marks: also which items were right · full: also right answers and explanations',
});
registerEnumType(AttemptStateEnum, {
  name: 'AttemptState',
  description: 'open: being answered · submitted: waits for a grader · graded: the result is released',
});
