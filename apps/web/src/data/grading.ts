import { graphql } from '@waymark/api-client';
import type { ResultOf } from '@waymark/api-client';
import type { Answer, PaperItem, RightAnswer } from '@waymark/assessment/rules';

export const GradingQueueQuery = graphql(`
  query GradingQueue($assessmentId: ID, $first: Int, $after: String) {
    gradingQueue(assessmentId: $assessmentId, first: $first, after: $after) {
      edges {
        node {
          id
          attemptId
          item
          assessmentCode
          assessmentTitle
          stem
          answer
          accepted
          explanation
          points
          question
          given
          right
          parts {
            key
            state
            points
          }
          submittedAt
        }
      }
      pageInfo {
        endCursor
        hasNextPage
      }
      totalCount
    }
  }
`);
type Node = ResultOf<typeof GradingQueueQuery>['gradingQueue']['edges'][number]['node'];
/** The question and the answer as the assessment's rules have them. */
export type PendingAnswer = Omit<Node, 'question' | 'given' | 'right'> & {
  question: PaperItem;
  given: Answer | null;
  right: RightAnswer | null;
};

export const GradesQuery = graphql(`
  query Grades($attemptId: ID!, $item: Int!) {
    grades(attemptId: $attemptId, item: $item) {
      id
      points
      source
      comment
      createdAt
      grader {
        id
        name
      }
    }
  }
`);
export const GradeAnswerMutation = graphql(`
  mutation GradeAnswer($input: GradeAnswerInput!) {
    gradeAnswer(input: $input) {
      attemptId
      item
      gradeId
      released
      left
    }
  }
`);
