import { Logger } from '@nestjs/common';
import { DomainError, GRAPHQL_CODE } from '@waymark/kernel';
import { unwrapResolverError } from '@apollo/server/errors';
import { GraphQLError, type GraphQLFormattedError } from 'graphql';
import { databaseRefusal } from '../db/db.js';
import { requestContext } from '../observability/logger.js';

const CLIENT_CODES = new Set([
  'GRAPHQL_PARSE_FAILED',
  'GRAPHQL_VALIDATION_FAILED',
  'BAD_USER_INPUT',
  'BAD_REQUEST',
  'OPERATION_RESOLUTION_FAILURE',
  'PERSISTED_QUERY_NOT_FOUND',
  'PERSISTED_QUERY_NOT_SUPPORTED',
]);
const logger = new Logger('GraphQL');

/** The one total map from whatever was thrown to what a client may see. Unknown errors are logged and masked. */
export function formatGraphqlError(formatted: GraphQLFormattedError, thrown: unknown): GraphQLFormattedError {
  const error = databaseRefusal(unwrapResolverError(thrown));
  const requestId = requestContext.getStore()?.requestId ?? null;
  const where = {
    ...(formatted.path ? { path: formatted.path } : {}),
    ...(formatted.locations ? { locations: formatted.locations } : {}),
  };
  const domain =
    error instanceof DomainError
      ? error
      : error instanceof GraphQLError && error.originalError instanceof DomainError
        ? error.originalError
        : null;
  if (domain) {
    return {
      message: domain.code,
      ...where,
      extensions: { code: GRAPHQL_CODE[domain.kind], reason: domain.code, params: domain.params, requestId },
    };
  }
  const code = formatted.extensions?.['code'];
  if (typeof code === 'string' && CLIENT_CODES.has(code) && error instanceof GraphQLError) {
    return {
      message: formatted.message,
      ...where,
      extensions: { code, reason: 'request-invalid', params: {}, requestId },
    };
  }
  logger.error({ msg: 'unexpected error', err: error, path: formatted.path });
  return {
    message: 'unexpected',
    ...where,
    extensions: { code: 'INTERNAL_SERVER_ERROR', reason: 'unexpected', params: {}, requestId },
  };
}
