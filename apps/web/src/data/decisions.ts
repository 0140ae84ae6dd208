import { graphql } from '@waymark/api-client';

export const SignMilestone = graphql(`
  mutation SignMilestone($submissionId: ID!, $comment: String) {
    signMilestone(submissionId: $submissionId, comment: $comment) {
      id
      status
    }
  }
`);
export const ReturnMilestone = graphql(`
  mutation ReturnMilestone($submissionId: ID!, $comment: String!) {
    returnMilestone(submissionId: $submissionId, comment: $comment) {
      id
      status
    }
  }
`);
