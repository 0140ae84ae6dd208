import { graphql } from '@waymark/api-client';
import type { ResultOf } from '@waymark/api-client';
import { detailFields } from './question-build.js';

const correctionFields = graphql(`
  fragment KeyCorrectionFields on KeyCorrection {
    id
    versionNumber
    reason
    correctedBy {
      id
      name
    }
    correctedAt
    superseded
    regrade {
      id
      policy
      state
      done
      total
      problem
      changed
      raised
      lowered
      passesGained
      passesLost
      askedBy {
        id
        name
      }
      askedAt
      finishedAt
    }
  }
`);
const changesFields = graphql(`
  fragment RegradeChangesFields on RegradeChangeConnection {
    edges {
      node {
        attemptId
        person {
          id
          name
          initial
          pictureUrl
          unit
        }
        assessmentTitle
        number
        scoreBefore
        score
        passedBefore
        passed
      }
    }
    pageInfo {
      endCursor
      hasNextPage
    }
    totalCount
  }
`);
export type RegradeChange = ResultOf<typeof changesFields>['edges'][number]['node'];
export type KeyCorrection = ResultOf<typeof correctionFields>;

export const PublishedQuestionQuery = graphql(
  `
    query PublishedQuestion($id: ID!) {
      question(id: $id, published: true) {
        ...QuestionDetailFields
      }
    }
  `,
  [detailFields],
);
export const KeyCorrectionsQuery = graphql(
  `
    query KeyCorrections($questionId: ID!) {
      keyCorrections(questionId: $questionId) {
        ...KeyCorrectionFields
      }
    }
  `,
  [correctionFields],
);
export const RegradePreviewQuery = graphql(
  `
    query RegradePreview($correctionId: ID!, $policy: RegradePolicy!, $first: Int, $after: String) {
      regradePreview(correctionId: $correctionId, policy: $policy, first: $first, after: $after) {
        attempts
        people
        changed
        raised
        lowered
        passesGained
        passesLost
        byHand
        empty
        policyInForce
        changes {
          ...RegradeChangesFields
        }
      }
    }
  `,
  [changesFields],
);
export const RegradeChangesQuery = graphql(
  `
    query RegradeChanges($correctionId: ID!, $first: Int, $after: String) {
      regradeChanges(correctionId: $correctionId, first: $first, after: $after) {
        ...RegradeChangesFields
      }
    }
  `,
  [changesFields],
);
export const CorrectKeyMutation = graphql(
  `
    mutation CorrectKey($input: CorrectKeyInput!) {
      correctKey(input: $input) {
        ...KeyCorrectionFields
      }
    }
  `,
  [correctionFields],
);
export const StartRegradeMutation = graphql(`
  mutation StartRegrade($correctionId: ID!, $policy: RegradePolicy!) {
    startRegrade(correctionId: $correctionId, policy: $policy) {
      id
      state
    }
  }
`);
export const CancelRegradeMutation = graphql(`
  mutation CancelRegrade($id: ID!) {
    cancelRegrade(id: $id) {
      id
      state
    }
  }
`);
