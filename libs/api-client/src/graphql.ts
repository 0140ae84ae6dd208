import { initGraphQLTada } from 'gql.tada';
import type { introspection } from './graphql-env.js';

/** Any JSON value; narrow it where it is read. */
export type Json = string | number | boolean | null | Json[] | { [key: string]: Json };

/**
 * Turns the text of one operation or fragment into a document whose data and variables are typed from `schema.graphql`.
 * `graphql-env.d.ts` is made from it: run `npm run schema -w @waymark/api-client` after the schema has changed.
 */
export const graphql = initGraphQLTada<{
  introspection: introspection;
  disableMasking: true;
  scalars: {
    DateTime: string;
    LocalDay: string;
    JSON: Json;
    IntColumn: (number | null)[];
    DayColumn: (string | null)[];
  };
}>();

export type { FragmentOf, ResultOf, VariablesOf } from 'gql.tada';
