import { graphql } from '@waymark/api-client';
import type { ResultOf } from '@waymark/api-client';
import { cardFields, roundFields, traineeFields } from './fragments.js';

export const SignOffs = graphql(
  `
    query SignOffs {
      signOffs {
        submissionId
        learner {
          ...CardFields
        }
        enrolmentId
        nodeId
        title
        mapTitle
        day
        counted
        requirement {
          kind
          target
          unit
          minFiles
        }
        round {
          ...RoundFields
        }
        previousRounds {
          ...RoundFields
        }
      }
    }
  `,
  [cardFields, roundFields],
);
export type SignOff = ResultOf<typeof SignOffs>['signOffs'][number];

export const pairingFields = graphql(
  `
    fragment PairingFields on Pairing {
      id
      mentor {
        ...CardFields
      }
      learner {
        ...CardFields
      }
      side
      status
      startDay
      endDay
      endedOn
      weekday
      startMinute
      held
      missed
      missedInARow
      lastMeeting {
        id
        day
        startsAt
        state
      }
      nextMeeting {
        id
        day
        startsAt
        state
      }
    }
  `,
  [cardFields],
);
export type Pairing = ResultOf<typeof pairingFields>;

export const MyPairings = graphql(
  `
    query MyPairings {
      myPairings {
        ...PairingFields
      }
    }
  `,
  [pairingFields],
);

export const Mentees = graphql(
  `
    query Mentees {
      mentees {
        ...TraineeFields
        pairingId
        meetingsHeld
        missedInARow
        lastMeeting {
          id
          day
          state
        }
        nextMeeting {
          id
          day
          startsAt
          state
        }
      }
      myPairings {
        ...PairingFields
      }
    }
  `,
  [traineeFields, pairingFields],
);
export type Mentee = ResultOf<typeof Mentees>['mentees'][number];

export const TraineeMap = graphql(`
  query TraineeMap($enrolmentId: ID!) {
    traineeMap(enrolmentId: $enrolmentId) {
      enrolmentId
      documentUrl
      today
      day
      days
      done
      total
      overdue
      here
      state
      due
      completed
      late
      unitsDone
      unitsOf
      scoreBp
    }
  }
`);

/** What a screen of another person's progress needs of the compiled map. */
export interface MapNode {
  id: string;
  /** Index into `stages`. */
  stage: number;
  kind: string;
  title: string;
  required: boolean;
  /** Day of the path; null where the stage's last day counts. */
  dueDay: number | null;
  minutes: number;
}
export interface MapDocument {
  title: string;
  days: number;
  stages: { key: string; title: string; fromDay: number; toDay: number }[];
  nodes: MapNode[];
}
export async function loadMapDocument(url: string): Promise<MapDocument> {
  const answer = await fetch(url, { credentials: 'same-origin' });
  if (!answer.ok) throw new Error(`map document: ${answer.status}`);
  return (await answer.json()) as MapDocument;
}

export const PersonResults = graphql(`
  query PersonResults($personId: ID!) {
    personResults(personId: $personId) {
      assessmentId
      assessmentCode
      assessmentKind
      title
      attempts
      state
      score
      passed
      lastSubmittedAt
      topics {
        topic
        title
        score
        weak
      }
    }
  }
`);

const meetingFields = graphql(
  `
    fragment MeetingFields on MentorMeeting {
      id
      pairingId
      day
      startsAt
      minutes
      state
      notes
      privateNote
      agenda {
        id
        text
      }
      actions {
        id
        meetingId
        text
        owner
        ownerPerson {
          ...CardFields
        }
        dueOn
        doneAt
        overdue
      }
      loggedAt
      loggedBy {
        id
        name
      }
      inPlaceOf {
        id
        name
      }
      revision
    }
  `,
  [cardFields],
);
export type Meeting = ResultOf<typeof meetingFields>;

export const Meetings = graphql(
  `
    query Meetings($pairingId: ID!, $first: Int, $after: String) {
      meetings(pairingId: $pairingId, first: $first, after: $after) {
        edges {
          node {
            ...MeetingFields
          }
        }
        pageInfo {
          endCursor
          hasNextPage
        }
      }
    }
  `,
  [meetingFields],
);

export const MyActionItems = graphql(
  `
    query MyActionItems($pairingId: ID) {
      myActionItems(pairingId: $pairingId) {
        id
        meetingId
        pairingId
        text
        owner
        ownerPerson {
          ...CardFields
        }
        dueOn
        doneAt
        overdue
      }
    }
  `,
  [cardFields],
);

export const LogMeeting = graphql(
  `
    mutation LogMeeting($input: LogMeetingInput!) {
      logMeeting(input: $input) {
        ...MeetingFields
      }
    }
  `,
  [meetingFields],
);
export const PlanMeeting = graphql(
  `
    mutation PlanMeeting($pairingId: ID!, $startsAt: DateTime!, $minutes: Int) {
      planMeeting(pairingId: $pairingId, startsAt: $startsAt, minutes: $minutes) {
        ...PairingFields
      }
    }
  `,
  [pairingFields],
);
export const EditMeetingNotes = graphql(
  `
    mutation EditMeetingNotes($id: ID!, $revision: Int!, $notes: String!) {
      editMeetingNotes(id: $id, revision: $revision, notes: $notes) {
        ...MeetingFields
      }
    }
  `,
  [meetingFields],
);
export const SetActionItemDone = graphql(`
  mutation SetActionItemDone($id: ID!, $done: Boolean!) {
    setActionItemDone(id: $id, done: $done) {
      id
      doneAt
    }
  }
`);
