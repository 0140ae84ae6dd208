import { graphql } from '@waymark/api-client';
import type { ResultOf } from '@waymark/api-client';
import { pairingFields } from './mentor.js';
import { traineeFields } from './fragments.js';

/** What filters of people choose from. */
export const Choices = graphql(`
  query StaffChoices {
    orgUnits {
      id
      code
      kind
      name
      parentId
      path
      archived
    }
    cohorts {
      id
      code
      name
      startDay
    }
  }
`);
export const MapChoices = graphql(`
  query StaffMapChoices {
    learningMaps {
      id
      code
      title
      status
      openEnrolments
      currentVersion {
        id
        number
        days
        documentUrl
      }
    }
  }
`);

export const DashboardQuery = graphql(`
  query LearningDashboard($filter: TraineeFilter) {
    learningDashboard(filter: $filter) {
      counts {
        onTrack
        atRisk
        overdue
        completed
        total
      }
      byUnit {
        id
        name
        onTrack
        atRisk
        overdue
        total
      }
      byCohort {
        id
        name
        onTrack
        atRisk
        overdue
        total
      }
      bySite {
        id
        name
        onTrack
        atRisk
        overdue
        total
      }
      byMentor {
        id
        name
        onTrack
        atRisk
        overdue
        total
      }
      stuckNodes {
        mapId
        nodeKey
        title
        kind
        people
        medianDays
        waitingSignOff
      }
      points {
        enrolmentId
        personId
        day
        percent
        light
      }
    }
  }
`);
export type LearningDashboard = ResultOf<typeof DashboardQuery>['learningDashboard'];

export const TraineesQuery = graphql(
  `
    query Trainees($filter: TraineeFilter, $first: Int, $after: String) {
      trainees(filter: $filter, first: $first, after: $after) {
        edges {
          node {
            ...TraineeFields
            nudges {
              times
              lastDay
            }
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
  [traineeFields],
);

export type LateTrainee = ResultOf<typeof TraineesQuery>['trainees']['edges'][number]['node'];

export const NudgePeople = graphql(`
  mutation NudgePeople($enrolmentIds: [ID!]!) {
    nudgePeople(enrolmentIds: $enrolmentIds) {
      nudged
      skipped
    }
  }
`);

export const TroubledPairings = graphql(
  `
    query TroubledPairings($first: Int!) {
      troubled: pairings(filter: { troubled: true }, first: $first) {
        edges {
          node {
            ...PairingFields
          }
        }
        pageInfo {
          endCursor
          hasNextPage
        }
        totalCount
      }
      active: pairings(filter: { status: "active" }, first: 1) {
        edges {
          node {
            id
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
  [pairingFields],
);

export const ExamChoices = graphql(`
  query StaffExamChoices($first: Int!) {
    assessments(filter: { kind: exam, status: published }, first: $first) {
      edges {
        node {
          id
          code
          title
        }
      }
    }
  }
`);
export const ExamAttempts = graphql(`
  query ExamAttempts($assessmentId: ID!, $first: Int!) {
    assessmentAttempts(assessmentId: $assessmentId, first: $first) {
      edges {
        node {
          id
          score
          passed
        }
      }
    }
  }
`);
