/** Everything rewardable that a person can do. */
export const VERBS = [
  'lesson.completed',
  'level.cleared',
  'course.completed',
  'attempt.submitted',
  'attempt.passed',
  'milestone.submitted',
  'milestone.signed',
  'node.completed',
  'stage.completed',
  'enrolment.completed',
  'review.done',
  'streak.day',
  'meeting.held',
  'signoff.decided',
  'certificate.issued',
] as const;
export type Verb = (typeof VERBS)[number];
