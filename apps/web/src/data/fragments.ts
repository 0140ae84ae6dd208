import { graphql } from '@waymark/api-client';
import type { ResultOf } from '@waymark/api-client';

export const cardFields = graphql(`
  fragment CardFields on PersonCard {
    id
    name
    unit
    pictureUrl
    initial
  }
`);
export type Card = ResultOf<typeof cardFields>;

export const evidenceFields = graphql(`
  fragment EvidenceFields on MilestoneEvidence {
    id
    kind
    on
    title
    note
    url
    fileId
    fileUrl
    fileName
    position
    confirmedAt
  }
`);
export type Evidence = ResultOf<typeof evidenceFields>;

export const roundFields = graphql(
  `
    fragment RoundFields on MilestoneRound {
      id
      round
      status
      text
      number
      evidence {
        ...EvidenceFields
      }
      submittedAt
      waitingDays
      decidedAt
      decidedBy {
        id
        name
        initial
        pictureUrl
        unit
      }
      inPlaceOf {
        id
        name
      }
      comment
    }
  `,
  [evidenceFields],
);
export type Round = ResultOf<typeof roundFields>;

export const traineeFields = graphql(
  `
    fragment TraineeFields on TraineeStatus {
      id
      personId
      person {
        ...CardFields
      }
      enrolmentId
      mapTitle
      mapCode
      startDay
      day
      days
      stage
      stageTitle
      done
      total
      overdue
      nextDueOn
      lastProgressOn
      light
      reasons {
        code
        count
        days
      }
      holdingNodeId
      holdingNode
      holdingState
      holdingDays
      mentor {
        ...CardFields
      }
      awayUntil
      status
    }
  `,
  [cardFields],
);
export type Trainee = ResultOf<typeof traineeFields>;
