import { graphql } from '@waymark/api-client';
import type { Json, ResultOf } from '@waymark/api-client';
import { cardFields } from './fragments.js';

const importFields = graphql(
  `
    fragment ImportFields on PeopleImport {
      id
      fileName
      state
      mode
      createMissing
      createdAt
      createdBy {
        ...CardFields
      }
      columns {
        index
        heading
        field
        sample
      }
      missingFields
      rowCount
      counts {
        added
        changed
        kept
        refused
        leaving
      }
      leavingTooMany
      missingOrgUnits
      missingJobRoles
      done
      total
      error
    }
  `,
  [cardFields],
);
export type PeopleImport = ResultOf<typeof importFields>;

export const PeopleImports = graphql(
  `
    query PeopleImports {
      peopleImports {
        ...ImportFields
      }
    }
  `,
  [importFields],
);
export const PeopleImportQuery = graphql(
  `
    query PeopleImport($id: ID!) {
      peopleImport(id: $id) {
        ...ImportFields
      }
    }
  `,
  [importFields],
);
const rowFields = graphql(`
  fragment RowFields on ImportRow {
    line
    outcome
    employeeNumber
    name
    cells
    changes
    problems {
      field
      code
      params
    }
    personId
  }
`);
type Row = ResultOf<typeof rowFields>;
export type ImportRow = Row & { cells: Json; changes: Json };
export const ImportRows = graphql(
  `
    query ImportRows($id: ID!, $outcome: ImportOutcome, $first: Int!, $afterLine: Int) {
      peopleImport(id: $id) {
        id
        rows(outcome: $outcome, first: $first, afterLine: $afterLine) {
          ...RowFields
        }
      }
    }
  `,
  [rowFields],
);
export const MapImport = graphql(
  `
    mutation MapPeopleImport($id: ID!, $columns: [ImportMappingInput!]!) {
      mapPeopleImport(id: $id, columns: $columns) {
        ...ImportFields
      }
    }
  `,
  [importFields],
);
export const SetImportMode = graphql(
  `
    mutation SetPeopleImportMode($id: ID!, $mode: ImportMode!, $createMissing: Boolean!) {
      setPeopleImportMode(id: $id, mode: $mode, createMissing: $createMissing) {
        ...ImportFields
      }
    }
  `,
  [importFields],
);
export const RepairImport = graphql(
  `
    mutation RepairPeopleImport($id: ID!, $cells: [ImportCellInput!]!) {
      repairPeopleImport(id: $id, cells: $cells) {
        ...ImportFields
      }
    }
  `,
  [importFields],
);
export const CommitImport = graphql(
  `
    mutation CommitPeopleImport($id: ID!, $confirmLeavers: Boolean) {
      commitPeopleImport(id: $id, confirmLeavers: $confirmLeavers) {
        ...ImportFields
      }
    }
  `,
  [importFields],
);
export const CancelImport = graphql(
  `
    mutation CancelPeopleImport($id: ID!) {
      cancelPeopleImport(id: $id) {
        ...ImportFields
      }
    }
  `,
  [importFields],
);
