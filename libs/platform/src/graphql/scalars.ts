import { isLocalDay, InvalidInput } from '@waymark/kernel';
import { GraphQLScalarType, Kind, valueFromASTUntyped } from 'graphql';

function instant(value: unknown): Date {
  const date = typeof value === 'string' && /^\d{4}-\d{2}-\d{2}T/.test(value) ? new Date(value) : null;
  if (!date || Number.isNaN(date.getTime())) throw new InvalidInput('date-time-invalid');
  return date;
}

/** An instant, written as ISO 8601 in UTC. */
export const DateTimeScalar = new GraphQLScalarType<Date, string>({
  name: 'DateTime',
  description: 'An instant as ISO 8601 in UTC',
  serialize: (value) => (value instanceof Date ? value.toISOString() : new Date(value as string).toISOString()),
  parseValue: instant,
  parseLiteral: (node) => instant(node.kind === Kind.STRING ? node.value : null),
});

function day(value: unknown): string {
  if (typeof value !== 'string' || !isLocalDay(value)) throw new InvalidInput('local-day-invalid');
  return value;
}

/** A calendar day in the person's zone. */
export const LocalDayScalar = new GraphQLScalarType<string, string>({
  name: 'LocalDay',
  description: 'A calendar day as YYYY-MM-DD, in the zone of the person it concerns',
  serialize: (value) => String(value),
  parseValue: day,
  parseLiteral: (node) => day(node.kind === Kind.STRING ? node.value : null),
});

/** Any JSON value; used where a row of a hot list or a document travels as data. */
export const JsonScalar = new GraphQLScalarType<unknown, unknown>({
  name: 'JSON',
  description: 'Any JSON value',
  serialize: (value) => value,
  parseValue: (value) => value,
  parseLiteral: (node, variables) => valueFromASTUntyped(node, variables),
});
