import { graphql } from '@waymark/api-client';
import type { ResultOf } from '@waymark/api-client';
import { cardFields } from './fragments.js';

export const OrgQuery = graphql(`
  query Organisation {
    orgUnits {
      id
      code
      kind
      name
      names {
        zhCN
        zhTW
        en
      }
      parentId
      path
      archived
      headcount
    }
    jobRoles {
      id
      code
      name
      names {
        zhCN
        zhTW
        en
      }
      archived
      headcount
    }
    cohorts {
      id
      code
      name
      names {
        zhCN
        zhTW
        en
      }
      startDay
      endDay
      memberCount
    }
    tags {
      id
      code
      name
      names {
        zhCN
        zhTW
        en
      }
    }
  }
`);
export const SaveOrgUnit = graphql(`
  mutation SaveOrgUnit($input: OrgUnitInput!) {
    saveOrgUnit(input: $input) {
      id
      name
    }
  }
`);
export const SaveJobRole = graphql(`
  mutation SaveJobRole($input: JobRoleInput!) {
    saveJobRole(input: $input) {
      id
      name
    }
  }
`);
export const SaveCohort = graphql(`
  mutation SaveCohort($input: CohortInput!) {
    saveCohort(input: $input) {
      id
      name
    }
  }
`);
export const SaveTag = graphql(`
  mutation SaveTag($input: TagInput!) {
    saveTag(input: $input) {
      id
      name
    }
  }
`);

const settingsFields = graphql(`
  fragment SettingsFields on CompanySettings {
    name
    logoFileId
    logoUrl
    colour
    languages
    defaultLocale
    zone
    pointNames {
      zhCN
      zhTW
      en
    }
    pointName
    quietHours {
      from
      to
    }
    weekend
    revision
  }
`);
export type CompanySettings = ResultOf<typeof settingsFields>;
export const CompanySettingsQuery = graphql(
  `
    query CompanySettings {
      companySettings {
        ...SettingsFields
      }
    }
  `,
  [settingsFields],
);
export const SaveCompanySettings = graphql(
  `
    mutation SaveCompanySettings($input: CompanySettingsInput!) {
      saveCompanySettings(input: $input) {
        ...SettingsFields
      }
    }
  `,
  [settingsFields],
);
export const WorkCalendar = graphql(`
  query WorkCalendar($year: Int!) {
    workCalendar(year: $year) {
      day
      working
      name
    }
  }
`);
export const SaveWorkCalendar = graphql(`
  mutation SaveWorkCalendar($exceptions: [WorkCalendarExceptionInput!]!, $remove: [LocalDay!]) {
    saveWorkCalendarExceptions(exceptions: $exceptions, remove: $remove) {
      day
      working
      name
    }
  }
`);
export const ImportWorkCalendar = graphql(`
  mutation ImportWorkCalendar($csv: String!) {
    importWorkCalendar(csv: $csv) {
      added
      changed
      kept
      refused {
        line
        code
      }
    }
  }
`);

export const GrantsQuery = graphql(
  `
    query Grants($role: GrantRole, $orgUnitId: ID) {
      grants(role: $role, orgUnitId: $orgUnitId) {
        id
        person {
          ...CardFields
        }
        role
        orgUnit {
          id
          name
        }
        fromDay
        toDay
      }
    }
  `,
  [cardFields],
);
export type Grant = ResultOf<typeof GrantsQuery>['grants'][number];
export const GrantRoleMutation = graphql(`
  mutation GrantRole($input: GrantInput!) {
    grantRole(input: $input) {
      id
      role
    }
  }
`);
export const RevokeGrant = graphql(`
  mutation RevokeGrant($id: ID!) {
    revokeGrant(id: $id)
  }
`);

export const AuditQuery = graphql(
  `
    query Audit($filter: AuditFilter, $first: Int, $after: String) {
      auditEntries(filter: $filter, first: $first, after: $after) {
        edges {
          node {
            id
            at
            actor {
              ...CardFields
            }
            action
            subjectType
            subjectId
            subjectTitle
            person {
              ...CardFields
            }
            changes {
              field
              from
              to
              fromName
              toName
            }
          }
        }
        pageInfo {
          endCursor
          hasNextPage
        }
      }
    }
  `,
  [cardFields],
);
export type AuditEntry = ResultOf<typeof AuditQuery>['auditEntries']['edges'][number]['node'];
