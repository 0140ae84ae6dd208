import { graphql } from '@waymark/api-client';
import type { ResultOf } from '@waymark/api-client';
import { cardFields } from './fragments.js';

export const AssessmentsQuery = graphql(`
  query Assessments($filter: AssessmentFilter, $first: Int, $after: String) {
    assessments(filter: $filter, first: $first, after: $after) {
      edges {
        node {
          id
          code
          kind
          status
          hasDraft
          title
          itemCount
          passMark
          durationSeconds
          versionNumber
          attempts
          pendingCount
          passRate
          updatedAt
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
export type AssessmentRow = ResultOf<typeof AssessmentsQuery>['assessments']['edges'][number]['node'];

const detailFields = graphql(`
  fragment AssessmentDetailFields on AssessmentDetail {
    id
    code
    kind
    status
    hasDraft
    revision
    versionNumber
    title {
      zhCN
      zhTW
      en
    }
    description {
      zhCN
      zhTW
      en
    }
    instructions {
      zhCN
      zhTW
      en
    }
    passMark
    durationSeconds
    retakes
    retakeDays
    feedback
    shuffleQuestions
    shuffleChoices
    gradeShortAnswers
    fixed {
      questionId
      code
      stem
      type
      status
      points
      outdated
    }
    draws {
      count
      bankIds
      tags
      types
      difficultyFrom
      difficultyTo
      use
      points
    }
    itemCount
    problems {
      code
      params
    }
    check {
      sufficient
      need
      fills
      rules {
        need
        matches
        fills
      }
    }
    updatedAt
    updatedBy {
      id
      name
    }
  }
`);
export type AssessmentView = ResultOf<typeof detailFields>;

export const AssessmentForEditQuery = graphql(
  `
    query AssessmentForEdit($id: ID!) {
      assessmentForEdit(id: $id) {
        ...AssessmentDetailFields
      }
    }
  `,
  [detailFields],
);
export const BlueprintCheckQuery = graphql(`
  query BlueprintCheck($draws: [DrawRuleInput!]!, $fixedIds: [ID!]) {
    blueprintCheck(draws: $draws, fixedIds: $fixedIds) {
      sufficient
      need
      fills
      rules {
        need
        matches
        fills
      }
    }
  }
`);
export type BlueprintCheck = ResultOf<typeof BlueprintCheckQuery>['blueprintCheck'];

export const CreateAssessmentMutation = graphql(`
  mutation CreateAssessment($code: String!, $kind: AssessmentKind!, $assessment: AssessmentInput!) {
    createAssessment(code: $code, kind: $kind, assessment: $assessment) {
      id
      code
    }
  }
`);
export const SaveAssessmentMutation = graphql(
  `
    mutation SaveAssessment($id: ID!, $revision: Int!, $assessment: AssessmentInput!) {
      saveAssessment(id: $id, revision: $revision, assessment: $assessment) {
        ...AssessmentDetailFields
      }
    }
  `,
  [detailFields],
);
export const PublishAssessmentMutation = graphql(
  `
    mutation PublishAssessment($id: ID!, $revision: Int!) {
      publishAssessment(id: $id, revision: $revision) {
        ...AssessmentDetailFields
      }
    }
  `,
  [detailFields],
);
export const ArchiveAssessmentMutation = graphql(
  `
    mutation ArchiveAssessment($id: ID!, $revision: Int!) {
      archiveAssessment(id: $id, revision: $revision) {
        ...AssessmentDetailFields
      }
    }
  `,
  [detailFields],
);
export const AssessmentAttemptsQuery = graphql(
  `
    query AssessmentAttempts($assessmentId: ID!, $personId: ID, $first: Int, $after: String) {
      assessmentAttempts(assessmentId: $assessmentId, personId: $personId, first: $first, after: $after) {
        edges {
          node {
            id
            person {
              ...CardFields
            }
            state
            number
            startedAt
            submittedAt
            score
            passed
            lateCount
            retakeUntilDay
            mayGrantRetake
          }
        }
        pageInfo {
          endCursor
          hasNextPage
        }
        totalCount
      }
    }
  `,
  [cardFields],
);
export type AttemptRow = ResultOf<typeof AssessmentAttemptsQuery>['assessmentAttempts']['edges'][number]['node'];

export const GrantRetakeMutation = graphql(`
  mutation GrantRetake($personId: ID!, $assessmentId: ID!, $reason: String!) {
    grantRetake(personId: $personId, assessmentId: $assessmentId, reason: $reason) {
      id
      until
    }
  }
`);
