import { graphql } from '@waymark/api-client';

export const SignMilestone = graphql(`
  mutation SignMilestone($submissionId: ID!, $comment: String, $seenAt: DateTime) {
    signMilestone(submissionId: $submissionId, comment: $comment, seenAt: $seenAt) {
      id
      status
    }
  }
`);
export const ReturnMilestone = graphql(`
  mutation ReturnMilestone($submissionId: ID!, $comment: String!, $seenAt: DateTime) {
    returnMilestone(submissionId: $submissionId, comment: $comment, seenAt: $seenAt) {
      id
      status
    }
  }
`);
