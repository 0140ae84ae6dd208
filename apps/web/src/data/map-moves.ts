import { graphql, type ResultOf } from '@waymark/api-client';
import { cardFields } from './fragments.js';

const changeFields = graphql(`
  fragment MapChangeFields on MapChange {
    of
    kind
    nodeKey
    title
    fields
    details {
      field
      from
      to
    }
  }
`);
export type MapChange = ResultOf<typeof changeFields>;

export const MapForPublishing = graphql(`
  query MapForPublishing($code: String!) {
    learningMap(code: $code) {
      id
      code
      title
      openEnrolments
      currentVersion {
        id
        number
      }
      draft {
        mapId
        revision
      }
    }
  }
`);

export const PublishCheck = graphql(
  `
    query PublishCheck($mapId: ID!) {
      mapPublishPreview(mapId: $mapId) {
        number
        openEnrolments
        completedKept
        newNodes
        droppedNodes
        minutesBefore
        minutesAfter
        problems {
          code
          severity
        }
        changes {
          ...MapChangeFields
        }
      }
    }
  `,
  [changeFields],
);

export const MapWhatIfQuery = graphql(
  `
    query MapWhatIf($mapId: ID!, $versionId: ID) {
      mapWhatIf(mapId: $mapId, versionId: $versionId) {
        people
        slipping
        maxSlip
        slips {
          from
          to
          people
        }
        newlyOverdue
        moreWork
        lessWork
        minutesAdded
        maxMinutesAdded
        finishing
        worst {
          enrolmentId
          slipDays
          newlyOverdue
          minutesAdded
          person {
            ...CardFields
          }
        }
      }
    }
  `,
  [cardFields],
);

export const MapMovePreviewQuery = graphql(
  `
    query MapMovePreview($mapId: ID!, $versionId: ID, $search: String, $first: Int, $after: String) {
      mapMovePreview(mapId: $mapId, versionId: $versionId, search: $search, first: $first, after: $after) {
        pageInfo {
          endCursor
          hasNextPage
        }
        edges {
          node {
            enrolmentId
            fromNumber
            kept
            fresh
            dropped
            newlyOverdue
            slipDays
            minutesAdded
            lastDueBefore
            lastDueAfter
            finishes
            person {
              ...CardFields
            }
          }
        }
      }
    }
  `,
  [cardFields],
);
export type MovePreview = ResultOf<typeof MapMovePreviewQuery>['mapMovePreview']['edges'][number]['node'];

export const PublishMapTo = graphql(`
  mutation PublishMapTo($mapId: ID!, $revision: Int!, $summary: String!, $move: String!, $enrolmentIds: [ID!]) {
    publishMap(mapId: $mapId, revision: $revision, summary: $summary, move: $move, enrolmentIds: $enrolmentIds) {
      id
      code
      currentVersion {
        id
        number
      }
    }
  }
`);

export const RollBackMap = graphql(`
  mutation RollBackMap($mapId: ID!, $versionId: ID!, $summary: String!, $move: String!) {
    rollBackMap(mapId: $mapId, versionId: $versionId, summary: $summary, move: $move) {
      id
      code
      currentVersion {
        id
        number
      }
    }
  }
`);

const runFields = graphql(
  `
    fragment MapMoveRunFields on MapMoveRun {
      id
      toNumber
      state
      total
      moved
      skipped
      createdAt
      finishedAt
      by {
        ...CardFields
      }
    }
  `,
  [cardFields],
);
export type MoveRun = ResultOf<typeof runFields>;

export const MoveEnrolments = graphql(
  `
    mutation MoveEnrolments($mapId: ID!, $versionId: ID!, $enrolmentIds: [ID!]) {
      moveEnrolments(mapId: $mapId, versionId: $versionId, enrolmentIds: $enrolmentIds) {
        ...MapMoveRunFields
      }
    }
  `,
  [runFields],
);

export const MapHistory = graphql(
  `
    query MapHistory($code: String!) {
      learningMap(code: $code) {
        id
        code
        title
        openEnrolments
        hasDraft
        currentVersion {
          id
          number
        }
        versions {
          id
          number
          summary
          nodes
          days
          publishedAt
          openEnrolments
          restoredFrom
          publishedBy {
            ...CardFields
          }
        }
      }
    }
  `,
  [cardFields],
);
export type MapVersionView = ResultOf<typeof MapHistory>['learningMap']['versions'][number];

export const MapMoveRuns = graphql(
  `
    query MapMoveRuns($mapId: ID!) {
      mapMoveRuns(mapId: $mapId) {
        ...MapMoveRunFields
      }
    }
  `,
  [runFields],
);

export const MapVersionChanges = graphql(
  `
    query MapVersionChanges($mapId: ID!, $fromId: ID, $toId: ID!) {
      mapVersionChanges(mapId: $mapId, fromId: $fromId, toId: $toId) {
        ...MapChangeFields
      }
    }
  `,
  [changeFields],
);

export const UnwaiveNode = graphql(`
  mutation UnwaiveNode($enrolmentId: ID!, $nodeId: ID!, $reason: String!) {
    unwaiveNode(enrolmentId: $enrolmentId, nodeId: $nodeId, reason: $reason) {
      enrolmentId
      nodeId
      state
    }
  }
`);
export const UnextendDueDay = graphql(`
  mutation UnextendDueDay($enrolmentId: ID!, $nodeId: ID!, $reason: String!) {
    unextendDueDay(enrolmentId: $enrolmentId, nodeId: $nodeId, reason: $reason) {
      enrolmentId
      nodeId
      dueOn
    }
  }
`);
export const ExtendDueDays = graphql(`
  mutation ExtendDueDays($input: ExtendDueDaysInput!) {
    extendDueDays(input: $input) {
      people
      nodes
      skipped
    }
  }
`);

const leaveFields = graphql(
  `
    fragment LeaveFields on LeaveOfAbsence {
      id
      fromDay
      toDay
      note
      createdAt
      by {
        ...CardFields
      }
    }
  `,
  [cardFields],
);
export type Leave = ResultOf<typeof leaveFields>;
export const LeavesOfAbsence = graphql(
  `
    query LeavesOfAbsence($personId: ID!) {
      leavesOfAbsence(personId: $personId) {
        ...LeaveFields
      }
    }
  `,
  [leaveFields],
);
export const RecordLeave = graphql(
  `
    mutation RecordLeave($input: LeaveOfAbsenceInput!) {
      recordLeave(input: $input) {
        ...LeaveFields
      }
    }
  `,
  [leaveFields],
);
export const ChangeLeave = graphql(
  `
    mutation ChangeLeave($id: ID!, $fromDay: LocalDay!, $toDay: LocalDay!) {
      changeLeave(id: $id, fromDay: $fromDay, toDay: $toDay) {
        ...LeaveFields
      }
    }
  `,
  [leaveFields],
);
export const CancelLeave = graphql(
  `
    mutation CancelLeave($id: ID!) {
      cancelLeave(id: $id) {
        ...LeaveFields
      }
    }
  `,
  [leaveFields],
);

export const AssignmentDryRun = graphql(`
  query AssignmentDryRun($input: AssignmentDryRunInput!) {
    assignmentDryRun(input: $input) {
      joins
      has
      done
      leaves
      outside
    }
  }
`);
export const AssignmentDryRunPeople = graphql(
  `
    query AssignmentDryRunPeople($input: AssignmentDryRunInput!, $group: String!, $first: Int, $after: String) {
      assignmentDryRunPeople(input: $input, group: $group, first: $first, after: $after) {
        pageInfo {
          endCursor
          hasNextPage
        }
        edges {
          node {
            startDay
            dueOn
            credit
            person {
              ...CardFields
            }
          }
        }
      }
    }
  `,
  [cardFields],
);
