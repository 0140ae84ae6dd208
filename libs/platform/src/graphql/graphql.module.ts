import type { DynamicModule } from '@nestjs/common';
import { ApolloDriver, type ApolloDriverConfig } from '@nestjs/apollo';
import { GraphQLModule } from '@nestjs/graphql';
import { ApolloServerPluginCacheControlDisabled } from '@apollo/server/plugin/disabled';
import type { FastifyReply, FastifyRequest } from 'fastify';
import {
  GraphQLError,
  NoSchemaIntrospectionCustomRule,
  validate,
  type DocumentNode,
  type GraphQLFormattedError,
  type GraphQLSchema,
} from 'graphql';
import type { IncomingMessage } from 'node:http';
import { newId } from '@waymark/kernel';
import { platformConfig } from '../config/platform.config.js';
import { requestContext } from '../observability/logger.js';
import { operationCount } from '../observability/metrics.js';
import { openSpan } from '../observability/tracing.js';
import { SESSION_COOKIE, SESSION_RESOLVER, type SessionResolver } from '../security/session.js';
import type { Viewer } from '../security/viewer.js';
import { originAllowed } from '../http/origin.js';
import type { GqlContext } from './context.js';
import { formatGraphqlError } from './errors.js';
import { graphqlProtection } from './limits.js';
import { LiveSockets, type Closable } from './live-sockets.js';
import { Loaders } from './loaders.js';
import { DateTimeScalar } from './scalars.js';

export function requestGqlContext(request: FastifyRequest, reply: FastifyReply): GqlContext {
  return {
    viewer: request.viewer ?? null,
    loaders: new Loaders(),
    requestId: request.id,
    ip: request.ip,
    userAgent: String(request.headers['user-agent'] ?? '').slice(0, 300),
    acceptLanguage: String(request.headers['accept-language'] ?? '').slice(0, 200),
    cookies: request.cookies,
    setCookie: (name, value, options) => void reply.setCookie(name, value, options),
    clearCookie: (name) => void reply.clearCookie(name, { path: '/' }),
  };
}

function cookieOf(header: string | undefined, name: string): string | null {
  for (const part of (header ?? '').split(';')) {
    const [key, ...value] = part.trim().split('=');
    if (key === name) return decodeURIComponent(value.join('='));
  }
  return null;
}

interface SocketExtra {
  request: IncomingMessage;
  socket: Closable;
  /** Known once connected: the cookie of the upgrade goes out of date when the token is replaced, the session stays. */
  sessionId?: string;
}

/** A fresh context for each operation of a socket; the session is looked up again, so a revoked one ends here too. */
async function socketContext(extra: SocketExtra, resolver: SessionResolver): Promise<GqlContext> {
  return {
    viewer: await socketViewer(extra, resolver),
    loaders: new Loaders(),
    requestId: newId(),
    ip: extra.request.socket.remoteAddress ?? '',
    userAgent: '',
    acceptLanguage: '',
    cookies: {},
    setCookie: () => undefined,
    clearCookie: () => undefined,
  };
}

async function socketViewer(extra: SocketExtra, resolver: SessionResolver): Promise<Viewer | null> {
  if (extra.sessionId) return (await resolver.current([extra.sessionId])).get(extra.sessionId) ?? null;
  const token = cookieOf(extra.request.headers.cookie, SESSION_COOKIE);
  return (token && (await resolver.resolve(token, { rotate: false }))?.viewer) || null;
}

const SOCKET_OPERATIONS = 10;

export function graphqlModule(): DynamicModule {
  return GraphQLModule.forRootAsync<ApolloDriverConfig>({
    driver: ApolloDriver,
    inject: [SESSION_RESOLVER, LiveSockets],
    useFactory: (resolver: SessionResolver, sockets: LiveSockets): ApolloDriverConfig => {
      const config = platformConfig();
      const open = config.WAYMARK_GRAPHQL_OPEN;
      const protection = graphqlProtection(open);
      return {
        path: '/graphql',
        autoSchemaFile: true,
        sortSchema: true,
        introspection: open,
        graphiql: false,
        includeStacktraceInErrorResponses: false,
        autoTransformHttpErrors: false,
        allowBatchedHttpRequests: false,
        csrfPrevention: true,
        plugins: [
          ...protection.plugins,
          // It would wrap the resolver of every field to work out a maximum age; every answer is private and of now.
          ApolloServerPluginCacheControlDisabled(),
          {
            async requestDidStart() {
              return {
                // One operation a request: what is asked of the database from here on lies below the operation.
                async executionDidStart({ operation, operationName }) {
                  const span = openSpan(`${operation.operation} ${operationName ?? 'anonymous'}`, {
                    'graphql.operation.type': operation.operation,
                    'graphql.operation.name': operationName ?? 'anonymous',
                  });
                  const store = requestContext.getStore();
                  if (!span || !store) return;
                  const outer = store.span;
                  store.span = span;
                  return {
                    async executionDidEnd(error) {
                      if (error) span.failed(error);
                      span.end();
                      store.span = outer;
                    },
                  };
                },
                async willSendResponse({ operationName, errors, response }) {
                  response.http.headers.set('cache-control', 'no-store');
                  operationCount.inc({
                    operation: operationName ?? 'anonymous',
                    outcome: errors?.length ? 'error' : 'ok',
                  });
                },
              };
            },
          },
        ],
        validationRules: protection.validationRules,
        parseOptions: protection.parseOptions,
        formatError: formatGraphqlError,
        buildSchemaOptions: {
          dateScalarMode: 'isoDate',
          scalarsMap: [{ type: Date, scalar: DateTimeScalar }],
        },
        context: (request: FastifyRequest, reply: FastifyReply) => requestGqlContext(request, reply),
        subscriptions: {
          'graphql-ws': {
            path: '/graphql',
            connectionInitWaitTimeout: 5_000,
            onConnect: async (ctx: { extra: unknown }) => {
              const extra = ctx.extra as SocketExtra;
              const { origin, host } = extra.request.headers;
              if (!originAllowed(origin, host)) return false;
              const viewer = await socketViewer(extra, resolver);
              if (!viewer) return false;
              await sockets.opened(extra.socket, viewer);
              extra.sessionId = viewer.sessionId;
              return true;
            },
            onClose: (ctx: { extra: unknown }) => sockets.closed((ctx.extra as SocketExtra).socket),
            context: (ctx: { extra: unknown }) => socketContext(ctx.extra as SocketExtra, resolver),
            onSubscribe: (ctx: { subscriptions: Record<string, unknown> }) =>
              Object.keys(ctx.subscriptions).length > SOCKET_OPERATIONS
                ? [new GraphQLError('too-many-subscriptions')]
                : undefined,
            validate: (schema: GraphQLSchema, document: DocumentNode) =>
              validate(schema, document, [
                ...protection.validationRules,
                ...(open ? [] : [NoSchemaIntrospectionCustomRule]),
              ]),
            onError: (_ctx: unknown, _id: string, _payload: unknown, errors: readonly GraphQLError[]) =>
              errors.map((e) => masked(e)),
            onNext: (
              _ctx: unknown,
              _id: string,
              _payload: unknown,
              _args: unknown,
              result: { errors?: readonly GraphQLError[] },
            ) => (result.errors ? { ...result, errors: result.errors.map((e) => masked(e)) } : undefined),
          } as never,
        },
      };
    },
  });
}

function masked(error: GraphQLError): GraphQLFormattedError {
  return formatGraphqlError(error.toJSON(), error);
}
