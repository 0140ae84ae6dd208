import cookie from '@fastify/cookie';
import compress from '@fastify/compress';
import multipart from '@fastify/multipart';
import { ValidationPipe, type Type, type DynamicModule, type ValidationError } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import type { FastifyServerOptions } from 'fastify';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import { Forbidden, InvalidInput, newId, type ErrorParams } from '@waymark/kernel';
import { platformConfig } from '../config/platform.config.js';
import { BODY_LIMIT } from '../graphql/limits.js';
import { createLogger, NestLogger, requestContext } from '../observability/logger.js';
import { requestDuration } from '../observability/metrics.js';
import { openSpan } from '../observability/tracing.js';
import { SESSION_COOKIE, SESSION_RESOLVER, type SessionResolver } from '../security/session.js';
import { HttpErrorFilter } from './error.filter.js';
import { originAllowed } from './origin.js';
import { securityHeaders } from './security-headers.js';
import { SlowBodies } from './slow-bodies.js';
import './fastify-request.js';

/** How long a file may take to arrive over a slow line, and how long any other body. */
const UPLOAD_MS = 15 * 60_000;
const BODY_MS = 60_000;

export const COOKIE_BASE = { path: '/', httpOnly: true, sameSite: 'lax' } as const;

/** Cookies are sent over https only when that is where people come from. */
export function secureCookies(): boolean {
  return platformConfig().PUBLIC_URL?.startsWith('https:') ?? false;
}

function invalidFields(errors: readonly ValidationError[], prefix = ''): string[] {
  return errors.flatMap((e) => {
    const at = `${prefix}${e.property}`;
    return [...(e.constraints ? [at] : []), ...invalidFields(e.children ?? [], `${at}.`)];
  });
}

export function inputPipe(): ValidationPipe {
  return new ValidationPipe({
    transform: true,
    whitelist: true,
    forbidNonWhitelisted: true,
    stopAtFirstError: true,
    exceptionFactory: (errors) => {
      const fields = invalidFields(errors);
      return new InvalidInput('input-invalid', { fields } satisfies ErrorParams);
    },
  });
}

/** TRUST_PROXY: how many proxies stand in front, their addresses, or true for all. */
function trustedProxies(setting: string | undefined): Pick<FastifyServerOptions, 'trustProxy'> {
  if (setting === undefined) return {};
  if (setting === 'true') return { trustProxy: true };
  if (/^\d+$/.test(setting)) return { trustProxy: (_address, hop) => hop < Number(setting) };
  return { trustProxy: setting };
}

/** The HTTP server with everything a request passes before it reaches a resolver. It does not listen yet. */
export async function createHttpApp(module: Type | DynamicModule): Promise<NestFastifyApplication> {
  const config = platformConfig();
  const logger = createLogger(config.LOG_LEVEL, 'api');
  const adapter = new FastifyAdapter({
    bodyLimit: BODY_LIMIT,
    genReqId: (request: { headers: Record<string, unknown> }) => {
      const given = request.headers['x-request-id'];
      return typeof given === 'string' && /^[\w-]{8,64}$/.test(given) ? given : newId();
    },
    ...trustedProxies(config.TRUST_PROXY),
    routerOptions: { maxParamLength: 200 },
    requestTimeout: UPLOAD_MS,
    connectionTimeout: 0,
    keepAliveTimeout: 72_000,
    return503OnClosing: true,
    forceCloseConnections: 'idle',
  });
  const app = await NestFactory.create<NestFastifyApplication>(module, adapter, {
    logger: new NestLogger(logger),
    abortOnError: false,
  });
  app.useGlobalPipes(inputPipe());
  app.useGlobalFilters(new HttpErrorFilter());
  const fastify = app.getHttpAdapter().getInstance();
  await app.register(cookie);
  await app.register(multipart);
  await app.register(compress, { threshold: 2048, encodings: ['br', 'gzip'], brotliOptions: { params: { 1: 4 } } });
  const resolver = app.get<SessionResolver>(SESSION_RESOLVER, { strict: false });
  const headers = securityHeaders(secureCookies());
  const bodies = new SlowBodies(BODY_MS);
  fastify.decorateRequest('span', undefined);
  fastify.addHook('onClose', () => bodies.stop());
  fastify.addHook('onRequest', (request, reply, done) => {
    void reply.headers(headers).header('x-request-id', request.id);
    if (request.method !== 'GET' && request.method !== 'HEAD' && !request.url.startsWith('/api/files'))
      bodies.watch(request.raw);
    requestContext.run({ requestId: request.id }, () => {
      request.span = openSpan(`HTTP ${request.method}`, { 'http.request.method': request.method });
      if (request.span) requestContext.run({ requestId: request.id, span: request.span }, done);
      else done();
    });
  });
  fastify.addHook('preHandler', async (request, reply) => {
    if (
      !['GET', 'HEAD', 'OPTIONS'].includes(request.method) &&
      !originAllowed(request.headers.origin, request.headers.host)
    ) {
      throw new Forbidden('origin-not-allowed');
    }
    const token = request.cookies[SESSION_COOKIE];
    const session = token ? await resolver.resolve(token) : null;
    request.viewer = session?.viewer ?? null;
    if (session?.newToken) {
      void reply.setCookie(SESSION_COOKIE, session.newToken, {
        ...COOKIE_BASE,
        secure: secureCookies(),
        maxAge: 30 * 86_400,
      });
    }
  });
  fastify.addHook('onResponse', (request, reply, done) => {
    // Built files have an address each; together they are one route.
    const url = request.routeOptions.url ?? 'other';
    const route = url.startsWith('/assets/') ? '/assets/*' : url;
    requestDuration.observe({ route, method: request.method, status: reply.statusCode }, reply.elapsedTime / 1000);
    if (reply.statusCode >= 500 || config.LOG_LEVEL === 'debug') {
      logger.info({
        requestId: request.id,
        method: request.method,
        route,
        status: reply.statusCode,
        ms: Math.round(reply.elapsedTime),
      });
    }
    request.span?.set({ 'http.route': route, 'http.response.status_code': reply.statusCode });
    request.span?.end();
    bodies.forget(request.raw);
    done();
  });
  app.enableShutdownHooks();
  return app;
}
