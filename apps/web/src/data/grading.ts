import { graphql } from '@waymark/api-client';
import type { ResultOf } from '@waymark/api-client';

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
export type PendingAnswer = ResultOf<typeof GradingQueueQuery>['gradingQueue']['edges'][number]['node'];

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
