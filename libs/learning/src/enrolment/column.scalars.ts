import { GraphQLScalarType } from 'graphql';

const outputOnly = (): never => {
  throw new TypeError('This type is for answers only');
};

/** A whole column as one leaf: the executor does not visit its elements. */
export const IntColumnScalar = new GraphQLScalarType<(number | null)[], (number | null)[]>({
  name: 'IntColumn',
  description:
    'An array of integers as one value, null where there is none; element i belongs to node i of the map document',
  serialize: (value) => value as (number | null)[],
  parseValue: outputOnly,
  parseLiteral: outputOnly,
});

export const DayColumnScalar = new GraphQLScalarType<(string | null)[], (string | null)[]>({
  name: 'DayColumn',
  description:
    'An array of local days as one value, null where there is none; element i belongs to node i of the map document',
  serialize: (value) => value as (string | null)[],
  parseValue: outputOnly,
  parseLiteral: outputOnly,
});
