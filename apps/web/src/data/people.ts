import { graphql } from '@waymark/api-client';
import type { ResultOf } from '@waymark/api-client';
import { cardFields, traineeFields } from './fragments.js';

export const PersonChoices = graphql(`
  query PersonChoices {
    orgUnits {
      id
      code
      kind
      name
      parentId
      path
      archived
    }
    jobRoles {
      id
      code
      name
      archived
    }
    cohorts {
      id
      code
      name
      startDay
    }
    tags {
      id
      code
      name
    }
  }
`);

export const PersonsQuery = graphql(`
  query Persons($filter: PersonFilter, $first: Int, $after: String) {
    persons(filter: $filter, first: $first, after: $after) {
      edges {
        node {
          id
          status
          employeeNumber
          name
          nameEn
          activated
          hireDate
          leftOn
          card {
            id
            name
            unit
            pictureUrl
            initial
          }
          orgUnit {
            id
            name
          }
          jobRole {
            id
            name
          }
          manager {
            id
            name
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
`);
export type PersonRow = ResultOf<typeof PersonsQuery>['persons']['edges'][number]['node'];

export const personFields = graphql(
  `
    fragment PersonFields on Person {
      id
      status
      revision
      card {
        ...CardFields
      }
      employeeNumber
      name
      nameEn
      email
      mobile
      locale
      zone
      hireDate
      leftOn
      activated
      orgUnit {
        id
        name
      }
      jobRole {
        id
        name
      }
      manager {
        ...CardFields
      }
      positions {
        id
        kind
        orgUnit {
          id
          name
        }
        jobRole {
          id
          name
        }
        manager {
          id
          name
        }
        fromDay
        toDay
      }
      employments {
        id
        hireDate
        fromDay
        toDay
      }
      supervisors {
        id
        kind
        fromDay
        toDay
        supervisor {
          ...CardFields
        }
      }
      supervisees {
        id
        kind
        fromDay
        toDay
        person {
          ...CardFields
        }
      }
      grants {
        id
        role
        orgUnit {
          id
          name
        }
        fromDay
        toDay
      }
      cohorts {
        id
        name
      }
      tags {
        id
        name
      }
    }
  `,
  [cardFields],
);
export type Person = ResultOf<typeof personFields>;

export const PersonQuery = graphql(
  `
    query Person($id: ID!) {
      person(id: $id) {
        ...PersonFields
      }
    }
  `,
  [personFields],
);
export const PersonTrainees = graphql(
  `
    query PersonTrainees($search: String!, $first: Int!) {
      trainees(filter: { search: $search, status: "all" }, first: $first) {
        edges {
          node {
            ...TraineeFields
          }
        }
      }
    }
  `,
  [traineeFields],
);
export const PersonCertificates = graphql(`
  query PersonCertificates($personId: ID!) {
    personCertificates(personId: $personId) {
      id
      title
      number
      issuedOn
      expiresOn
      state
      daysLeft
      publicPath
    }
  }
`);
export const PersonTranscript = graphql(`
  query PersonTranscript($personId: ID!, $first: Int!) {
    transcript(personId: $personId, first: $first) {
      totalMinutes
      courseCount
      rows {
        edges {
          node {
            id
            what
            title
            localDay
            minutes
            score
          }
        }
        totalCount
      }
    }
  }
`);

export const CreatePerson = graphql(
  `
    mutation CreatePerson($input: PersonInput!) {
      createPerson(input: $input) {
        ...PersonFields
      }
    }
  `,
  [personFields],
);
export const UpdatePerson = graphql(
  `
    mutation UpdatePerson($id: ID!, $input: PersonProfileInput!) {
      updatePerson(id: $id, input: $input) {
        ...PersonFields
      }
    }
  `,
  [personFields],
);
export const TransferPerson = graphql(
  `
    mutation TransferPerson($input: TransferInput!) {
      transferPerson(input: $input) {
        ...PersonFields
      }
    }
  `,
  [personFields],
);
export const StartDottedLine = graphql(
  `
    mutation StartDottedLine($input: DottedLineInput!) {
      startDottedLine(input: $input) {
        ...PersonFields
      }
    }
  `,
  [personFields],
);
export const EndDottedLine = graphql(
  `
    mutation EndDottedLine($positionId: ID!, $lastDay: LocalDay!) {
      endDottedLine(positionId: $positionId, lastDay: $lastDay) {
        ...PersonFields
      }
    }
  `,
  [personFields],
);
export const LeavePerson = graphql(
  `
    mutation LeavePerson($personId: ID!, $lastDay: LocalDay!) {
      leavePerson(personId: $personId, lastDay: $lastDay) {
        ...PersonFields
      }
    }
  `,
  [personFields],
);
export const ErasePerson = graphql(`
  mutation ErasePerson($personId: ID!, $confirmEmployeeNumber: String!) {
    erasePerson(personId: $personId, confirmEmployeeNumber: $confirmEmployeeNumber)
  }
`);
export const ViewAsLearner = graphql(`
  mutation ViewAsLearner($personId: ID!) {
    viewAsLearner(personId: $personId) {
      id
    }
  }
`);
export const InvitePersons = graphql(`
  mutation InvitePersons($personIds: [ID!]!) {
    invitePersons(personIds: $personIds)
  }
`);
export const CreateActivationCodes = graphql(
  `
    mutation CreateActivationCodes($personIds: [ID!]!) {
      createActivationCodes(personIds: $personIds) {
        person {
          ...CardFields
        }
        employeeNumber
        code
        expiresAt
      }
    }
  `,
  [cardFields],
);
export type ActivationCode = ResultOf<typeof CreateActivationCodes>['createActivationCodes'][number];

export const StartSupervision = graphql(`
  mutation StartSupervision($input: SupervisionInput!) {
    startSupervision(input: $input) {
      id
      kind
    }
  }
`);
export const EndSupervision = graphql(`
  mutation EndSupervision($id: ID!, $lastDay: LocalDay) {
    endSupervision(id: $id, lastDay: $lastDay)
  }
`);
export const SetPersonTags = graphql(`
  mutation SetPersonTags($personId: ID!, $tagIds: [ID!]!) {
    setPersonTags(personId: $personId, tagIds: $tagIds) {
      id
      revision
      tags {
        id
        name
      }
    }
  }
`);

export const EnrolPeople = graphql(`
  mutation EnrolPeople($mapId: ID!, $personIds: [ID!]!, $startDay: LocalDay) {
    enrolPeople(mapId: $mapId, personIds: $personIds, startDay: $startDay) {
      enrolled
      already
    }
  }
`);
export const WithdrawEnrolment = graphql(`
  mutation WithdrawEnrolment($enrolmentId: ID!, $reason: String!) {
    withdrawEnrolment(enrolmentId: $enrolmentId, reason: $reason) {
      id
      status
    }
  }
`);
export const WaiveNode = graphql(`
  mutation WaiveNode($enrolmentId: ID!, $nodeId: ID!, $reason: String!) {
    waiveNode(enrolmentId: $enrolmentId, nodeId: $nodeId, reason: $reason) {
      enrolmentId
      nodeId
      state
    }
  }
`);
export const ExtendDueDay = graphql(`
  mutation ExtendDueDay($enrolmentId: ID!, $nodeId: ID!, $dueOn: LocalDay!, $reason: String!) {
    extendDueDay(enrolmentId: $enrolmentId, nodeId: $nodeId, dueOn: $dueOn, reason: $reason) {
      enrolmentId
      nodeId
      dueOn
    }
  }
`);
