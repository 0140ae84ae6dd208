import { Module, type DynamicModule, type Type } from '@nestjs/common';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { FakeClock } from '@waymark/kernel';
import {
  createHttpApp,
  Db,
  execute,
  JobQueue,
  JobRegistry,
  PlatformModule,
  recordStatements,
  Relay,
  SESSION_COOKIE,
  SESSION_RESOLVER,
  useEnvironment,
  type MemoryQueue,
  type SessionResolver,
} from '@waymark/platform';
import { createTestDatabase } from './database.js';

export interface GqlAnswer<T> {
  data: T | null;
  errors?: {
    message: string;
    path?: (string | number)[];
    extensions: { code: string; reason: string; params: Record<string, unknown> };
  }[];
}

export interface TestServer {
  app: NestFastifyApplication;
  db: Db;
  clock: FakeClock;
  url: string;
  get<T>(token: Type<T> | symbol | (abstract new (...args: never[]) => T)): T;
  /** Sends one operation as the person (null: signed out). */
  gql<T = Record<string, never>>(
    personId: string | null,
    query: string,
    variables?: Record<string, unknown>,
  ): Promise<GqlAnswer<T>>;
  /** How many SQL statements `work` sent. */
  queryCount(work: () => Promise<unknown>): Promise<{ count: number; statements: string[] }>;
  /** Relays and consumes until nothing waits. */
  drainOutbox(): Promise<void>;
  /** Runs the jobs that were put on the queue, oldest first; returns their names. */
  runJobs(): Promise<string[]>;
  runJob(name: string, payload?: object): Promise<unknown>;
  close(): Promise<void>;
}

export interface TestServerOptions {
  modules: (Type | DynamicModule)[];
  now?: string;
  environment?: Record<string, string>;
  /** A migrated database that outlives the server, instead of one of its own. */
  databaseUrl?: string;
}

/** The api process on a database of its own, in this process, with a clock that stands still and jobs kept in memory. */
export async function createTestServer(options: TestServerOptions): Promise<TestServer> {
  const database = options.databaseUrl
    ? { url: options.databaseUrl, drop: () => Promise.resolve() }
    : await createTestDatabase();
  useEnvironment({
    ...process.env,
    NODE_ENV: 'test',
    DATABASE_URL: database.url,
    REDIS_URL: undefined,
    DATABASE_POOL: '12',
    LOG_LEVEL: process.env['TEST_LOG_LEVEL'] ?? 'silent',
    WAYMARK_DATA_DIR: `/tmp/waymark-test-${process.pid}`,
    ...options.environment,
  });
  const clock = new FakeClock(options.now);

  @Module({
    imports: [
      PlatformModule.forRoot({ process: 'api', clock, databaseUrl: database.url, memoryQueue: true }),
      ...options.modules,
    ],
  })
  class TestRoot {}

  const app = await createHttpApp(TestRoot);
  await app.init();
  await app.getHttpAdapter().getInstance().ready();
  const resolver = app.get<SessionResolver>(SESSION_RESOLVER, { strict: false });
  const resolve = resolver.resolve.bind(resolver);
  // A session of a test is named like its person, so that a socket finds it again too.
  const sessions = new Set<string>();
  resolver.resolve = async (token, options) => {
    if (!token.startsWith('test.')) return resolve(token, options);
    const personId = token.slice(5);
    sessions.add(personId);
    return { viewer: { ...(await resolver.viewerFor(personId)), sessionId: personId } };
  };
  const current = resolver.current.bind(resolver);
  resolver.current = async (ids) => {
    const found = await current(ids.filter((id) => !sessions.has(id)));
    for (const id of ids.filter((i) => sessions.has(i)))
      found.set(id, { ...(await resolver.viewerFor(id)), sessionId: id });
    return found;
  };
  const db = app.get(Db);
  const relay = app.get(Relay);
  const registry = app.get(JobRegistry);
  const queue = app.get<MemoryQueue>(JobQueue);

  const run = async (name: string, payload: object): Promise<unknown> => {
    const handler = registry.handlers.get(name);
    if (!handler) throw new Error(`Nobody handles ${name}`);
    return handler(payload, { id: 'test', signal: new AbortController().signal, progress: () => Promise.resolve() });
  };

  return {
    app,
    db,
    clock,
    url: database.url,
    get: (token) => app.get(token, { strict: false }),
    async gql<T>(personId: string | null, query: string, variables: Record<string, unknown> = {}) {
      const response = await app.inject({
        method: 'POST',
        url: '/graphql',
        payload: { query, variables },
        ...(personId ? { cookies: { [SESSION_COOKIE]: `test.${personId}` } } : {}),
      });
      return response.json<GqlAnswer<T>>();
    },
    async queryCount(work) {
      const { statements } = await recordStatements(work);
      return { count: statements.length, statements };
    },
    async drainOutbox() {
      for (let round = 0; round < 20; round += 1) {
        const waiting = await relay.relay();
        if (waiting.length === 0) return;
        for (const consumer of waiting) await relay.consume(consumer);
      }
      throw new Error('The outbox does not come to rest');
    },
    async runJobs() {
      const names: string[] = [];
      for (let job = queue.added.shift(); job; job = queue.added.shift()) {
        names.push(job.name);
        await run(job.name, job.payload);
      }
      return names;
    },
    runJob: (name, payload = {}) => run(name, payload),
    async close() {
      await app.close();
      await database.drop();
    },
  };
}

/** Empties nothing and hides nothing: runs plain SQL as the application's role, for arranging and asserting. */
export async function sql(server: TestServer, statement: string, params: readonly unknown[] = []): Promise<number> {
  return server.db.read((tx) => execute(tx, statement, params));
}
