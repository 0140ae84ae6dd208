import { graphql } from '@waymark/api-client';
import type { ResultOf } from '@waymark/api-client';
import { cardFields } from './fragments.js';

const assignmentFields = graphql(
  `
    fragment AssignmentFields on Assignment {
      id
      audienceId
      audienceName
      targetKind
      targetId
      targetCode
      targetTitle
      startFrom
      dueOn
      dueDays
      recurrence
      createdAt
      createdBy {
        ...CardFields
      }
      endedAt
      people
      done
      overdue
    }
  `,
  [cardFields],
);
export type Assignment = ResultOf<typeof assignmentFields>;

export const Assignments = graphql(
  `
    query Assignments($ended: Boolean) {
      assignments(ended: $ended) {
        ...AssignmentFields
      }
    }
  `,
  [assignmentFields],
);
export const AssignmentPeople = graphql(
  `
    query AssignmentPeople($assignmentId: ID!, $status: String, $first: Int, $after: String) {
      assignmentPeople(assignmentId: $assignmentId, status: $status, first: $first, after: $after) {
        edges {
          node {
            id
            person {
              ...CardFields
            }
            cycle
            assignedOn
            dueOn
            completedOn
            overdue
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
  [cardFields],
);
export type AssignmentPerson = ResultOf<typeof AssignmentPeople>['assignmentPeople']['edges'][number]['node'];
export const CreateAssignment = graphql(
  `
    mutation CreateAssignment($input: AssignmentInput!) {
      createAssignment(input: $input) {
        ...AssignmentFields
      }
    }
  `,
  [assignmentFields],
);
export const EndAssignment = graphql(
  `
    mutation EndAssignment($id: ID!) {
      endAssignment(id: $id) {
        ...AssignmentFields
      }
    }
  `,
  [assignmentFields],
);
export const MapTargets = graphql(`
  query AssignmentTargets($kind: String!, $search: String) {
    mapTargets(kind: $kind, search: $search) {
      kind
      code
      id
      title
      minutes
      status
    }
  }
`);

const audienceFields = graphql(
  `
    fragment AudienceFields on Audience {
      id
      code
      name
      names {
        zhCN
        zhTW
        en
      }
      memberCount
      revision
      archived
      rule {
        everyone
        within {
          id
          name
        }
        orgUnits {
          id
          name
        }
        jobRoles {
          id
          name
        }
        tags {
          id
          name
        }
        cohorts {
          id
          name
        }
        hiredFrom
        hiredTo
        hiredWithinDays
        persons {
          ...CardFields
        }
        excludedPersons {
          ...CardFields
        }
      }
    }
  `,
  [cardFields],
);
export type Audience = ResultOf<typeof audienceFields>;
export const Audiences = graphql(
  `
    query Audiences {
      audiences {
        ...AudienceFields
      }
    }
  `,
  [audienceFields],
);
export const AudiencePreview = graphql(
  `
    query AudiencePreview($rule: AudienceRuleInput!) {
      audiencePreview(rule: $rule) {
        count
        sample {
          ...CardFields
        }
      }
    }
  `,
  [cardFields],
);
export const SaveAudience = graphql(
  `
    mutation SaveAudience($input: AudienceInput!) {
      saveAudience(input: $input) {
        ...AudienceFields
      }
    }
  `,
  [audienceFields],
);
