import { graphql } from '@waymark/api-client';
import type { ResultOf } from '@waymark/api-client';
import { cardFields } from './fragments.js';

const checkInFields = graphql(`
  fragment CheckInsFields on CheckIns {
    enrolmentId
    asked
    week
    done
    of
    percent
    target
    list {
      week
      at
      mood
      wantsHelp
      wentWell
      blockedBy
    }
  }
`);
export type CheckIns = ResultOf<typeof checkInFields>;

export const CheckInsQuery = graphql(
  `
    query CheckIns($enrolmentId: ID!) {
      checkIns(enrolmentId: $enrolmentId) {
        ...CheckInsFields
      }
    }
  `,
  [checkInFields],
);
export const CheckIn = graphql(
  `
    mutation CheckIn($enrolmentId: ID!, $input: CheckInInput!) {
      checkIn(enrolmentId: $enrolmentId, input: $input) {
        ...CheckInsFields
      }
    }
  `,
  [checkInFields],
);
export const ConfirmEntry = graphql(`
  mutation ConfirmEntry($id: ID!, $confirmed: Boolean!) {
    confirmMilestoneEntry(id: $id, confirmed: $confirmed) {
      enrolmentId
      nodeId
    }
  }
`);

export const StageReportQuery = graphql(
  `
    query StageReport($enrolmentId: ID!, $stage: Int) {
      stageReport(enrolmentId: $enrolmentId, stage: $stage) {
        enrolmentId
        person {
          ...CardFields
        }
        mentor {
          ...CardFields
        }
        mapTitle
        startDay
        today
        day
        days
        stage
        stages {
          title
          goal
          fromDay
          toDay
          fromOn
          toOn
          done
          of
        }
        verdict
        gates {
          code
          value
          target
          met
        }
        tests {
          nodeId
          title
          kind
          score
          state
          dueOn
        }
        testMean
        milestones {
          nodeId
          title
          state
          required
          late
          dueOn
          rounds
          signedAt
          signedBy {
            ...CardFields
          }
        }
        hoursPlanned
        hoursDone
        hoursCredited
        meetingsHeld
        meetingsOf
        overdue
        light
        reasons {
          code
          count
          days
        }
      }
    }
  `,
  [cardFields],
);
