import { graphql } from '@waymark/api-client';
import type { ResultOf } from '@waymark/api-client';
import { cardFields } from './fragments.js';

const runFields = graphql(
  `
    fragment MatchRunFields on MatchRun {
      id
      state
      cohort
      startDay
      round
      done
      total
      learners
      error
      createdAt
      solvedMs
      createdBy {
        ...CardFields
      }
      weights {
        skill
        site
        language
        load
      }
    }
  `,
  [cardFields],
);

export const MatchRuns = graphql(
  `
    query MatchRuns {
      matchRuns {
        ...MatchRunFields
      }
      matchWeights {
        skill
        site
        language
        load
      }
      cohorts {
        id
        name
        memberCount
      }
    }
  `,
  [runFields],
);

export const MatchRun = graphql(
  `
    query MatchRun($id: ID!) {
      matchRun(id: $id) {
        ...MatchRunFields
        proposals {
          id
          revision
          state
          locked
          byHand
          score
          mentor {
            ...CardFields
          }
          learner {
            ...CardFields
          }
          reasons {
            covered
            open
            siteFit
            shared
            have
            of
          }
        }
        unmatched {
          reason
          blocked
          learner {
            ...CardFields
          }
        }
        mentors {
          id
          capacity
          taken
          absent
          person {
            ...CardFields
          }
        }
      }
    }
  `,
  [runFields, cardFields],
);
export type Run = ResultOf<typeof MatchRun>['matchRun'];
export type Proposal = Run['proposals'][number];
export type Weights = Run['weights'];

export const StartMatching = graphql(`
  mutation StartMatching($input: MatchInput!) {
    startMatching(input: $input) {
      id
      state
    }
  }
`);
export const RerunMatching = graphql(`
  mutation RerunMatching($id: ID!, $round: Int!, $weights: MatchWeightsInput) {
    rerunMatching(id: $id, round: $round, weights: $weights) {
      id
      state
      round
    }
  }
`);
export const CloseMatching = graphql(`
  mutation CloseMatching($id: ID!) {
    closeMatching(id: $id) {
      id
      state
    }
  }
`);
export const LockMatch = graphql(`
  mutation LockMatch($runId: ID!, $proposal: SeenProposalInput!, $locked: Boolean!) {
    lockMatch(runId: $runId, proposal: $proposal, locked: $locked) {
      id
    }
  }
`);
export const RejectMatch = graphql(`
  mutation RejectMatch($runId: ID!, $proposal: SeenProposalInput!) {
    rejectMatch(runId: $runId, proposal: $proposal) {
      id
    }
  }
`);
export const SwapMatches = graphql(`
  mutation SwapMatches($runId: ID!, $one: SeenProposalInput!, $other: SeenProposalInput!) {
    swapMatches(runId: $runId, one: $one, other: $other) {
      id
    }
  }
`);
export const ChooseMatch = graphql(`
  mutation ChooseMatch($runId: ID!, $learnerId: ID!, $mentorId: ID!, $revision: Int) {
    chooseMatch(runId: $runId, learnerId: $learnerId, mentorId: $mentorId, revision: $revision) {
      id
    }
  }
`);
export const AcceptMatches = graphql(`
  mutation AcceptMatches($runId: ID!, $proposals: [SeenProposalInput!]!) {
    acceptMatches(runId: $runId, proposals: $proposals) {
      proposalId
      pairingId
      code
      params
    }
  }
`);
