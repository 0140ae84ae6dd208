import { AsyncLocalStorage } from 'node:async_hooks';
import { GraphQLSchemaHost } from '@nestjs/graphql';
import { DomainError, GRAPHQL_CODE } from '@waymark/kernel';
import {
  Loaders,
  maybeOne,
  PermissionCheck,
  readTable,
  rows,
  SESSION_COOKIE,
  SESSION_RESOLVER,
  type Db,
  type SessionResolver,
  type Tx,
} from '@waymark/platform';
import { makeSmallCompany, MARKS, PASSWORD, type Mark, type SmallCompany } from '@waymark/testing/company';
import { createTestServer, type GqlAnswer, type TestServer } from '@waymark/testing/server';
import { libraryModules } from '@waymark/wiring';
import type { LightMyRequestResponse } from 'fastify';
import {
  getNamedType,
  isEnumType,
  isInputObjectType,
  isLeafType,
  isListType,
  isNonNullType,
  isObjectType,
  parse,
  subscribe,
  type GraphQLField,
  type GraphQLInputType,
  type GraphQLObjectType,
  type GraphQLSchema,
} from 'graphql';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { argumentsFor } from './access.arguments.js';
import { ELSEWHERE, requestFor } from './access.requests.js';
import {
  BANK_HANDED_OUT,
  HANDED_OUT,
  LEARNERS_OWN,
  OF_QUESTIONS,
  POLICIES,
  REFUSALS,
  ROLES,
  SHOWN,
  type Role,
} from './who-sees-what.js';

const DEPTH = 4;

let server: TestServer;
let schema: GraphQLSchema;
let company: SmallCompany;
let permissionOf: Map<string, string>;
const cookies = new Map<Role, string>();
const permissions = new Map<Role, ReadonlySet<string>>();

beforeAll(async () => {
  // Open: the limits on depth and cost would cut the selections short that this test is about.
  server = await createTestServer({ modules: libraryModules, environment: { WAYMARK_GRAPHQL_OPEN: 'true' } });
  schema = server.get(GraphQLSchemaHost).schema;
  permissionOf = new Map(
    server
      .get(PermissionCheck)
      .endpoints()
      .map((e) => [e.endpoint, e.permission]),
  );
  company = await makeSmallCompany(server);
  const resolver = server.get<SessionResolver>(SESSION_RESOLVER);
  for (const role of ROLES) {
    if (role === 'signedOut') continue;
    const cookie =
      role === 'leadAsLearner' || role === 'adminAsLearner'
        ? await lookAsLearner(role === 'leadAsLearner' ? 'SC-LEAD' : 'SC-ADMIN')
        : `test.${company[role]}`;
    cookies.set(role, cookie);
    permissions.set(role, (await resolver.resolve(cookie))?.viewer.permissions ?? new Set());
  }
}, 120_000);
afterAll(() => server.close());

async function send(cookie: string | undefined, query: string, variables: Record<string, unknown> = {}) {
  return server.app.inject({
    method: 'POST',
    url: '/graphql',
    payload: { query, variables },
    ...(cookie ? { cookies: { [SESSION_COOKIE]: cookie } } : {}),
  });
}

/** A staff member signs in and looks as the learner; returns the cookie. */
async function lookAsLearner(identifier: string): Promise<string> {
  const signedIn = await send(undefined, `mutation($i: SignInInput!) { signIn(input: $i) { id } }`, {
    i: { identifier, password: PASSWORD },
  });
  const cookie = signedIn.cookies.find((c) => c.name === SESSION_COOKIE)?.value as string;
  const looking = await send(cookie, `mutation($p: ID!) { viewAsLearner(personId: $p) { viewAsBy { id } } }`, {
    p: company.learner,
  });
  return looking.cookies.find((c) => c.name === SESSION_COOKIE)?.value ?? cookie;
}

class Undone extends Error {}

/** Lets `work` see and change everything, and leaves nothing of it: one connection, rolled back. */
async function undone<T>(work: () => Promise<T>): Promise<T> {
  const db: Partial<Pick<Db, 'transaction' | 'read'>> = server.db;
  const inside = new AsyncLocalStorage<true>();
  let last: Promise<unknown> = Promise.resolve();
  let result: T | undefined;
  const attempt = server.db.transaction(async (tx) => {
    const nested = async <R>(unit: (tx: Tx) => Promise<R>): Promise<R> => {
      await tx.query('savepoint nested');
      try {
        const done = await unit(tx);
        await tx.query('release savepoint nested');
        return done;
      } catch (error) {
        await tx.query('rollback to savepoint nested');
        throw error;
      }
    };
    db.read = (read) => read(tx);
    db.transaction = (unit) => {
      if (inside.getStore()) return nested(unit);
      const run = last.then(() => inside.run(true, () => nested(unit)));
      last = run.catch(() => undefined);
      return run;
    };
    try {
      result = await work();
    } finally {
      delete db.read;
      delete db.transaction;
    }
    throw new Undone();
  });
  await attempt.catch((error: unknown) => {
    if (!(error instanceof Undone)) throw error;
  });
  return result as T;
}

/** Every field of the type that needs no argument, and of the types below it. */
function selection(type: GraphQLObjectType, path: readonly string[]): string {
  const parts = Object.values(type.getFields()).flatMap((field) => {
    if (field.args.some((a) => isNonNullType(a.type))) return [];
    const named = getNamedType(field.type);
    if (isLeafType(named)) return [field.name];
    if (!isObjectType(named) || path.length >= DEPTH || path.includes(named.name)) return [];
    return [`${field.name} ${selection(named, [...path, named.name])}`];
  });
  return `{ ${parts.length > 0 ? parts.join(' ') : '__typename'} }`;
}

function value(type: GraphQLInputType, name: string): unknown {
  if (isNonNullType(type)) return value(type.ofType, name);
  if (isListType(type)) return [value(type.ofType, name)];
  if (isEnumType(type)) return type.getValues()[0]?.name;
  if (isInputObjectType(type)) {
    if (type.name === 'TextInput') return { en: 'text' };
    return Object.fromEntries(
      Object.values(type.getFields())
        .filter((f) => isNonNullType(f.type))
        .map((f) => [f.name, value(f.type, f.name)]),
    );
  }
  if (type.name === 'ID') throw new Error(`access.arguments.ts has to say which id '${name}' is`);
  const plain: Record<string, unknown> = {
    Boolean: true,
    Int: 1,
    Float: 1,
    JSON: {},
    LocalDay: company.today,
    DateTime: server.clock.now().toISOString(),
  };
  return plain[type.name] ?? 'some text';
}

interface Operation {
  query: string;
  /** The same without fields: enough to be refused. */
  bare: string;
  variables: Record<string, unknown>;
}

/** Fills in what `given` says, and any value of its type for other required fields of an input. */
function complete(type: GraphQLInputType, name: string, given: unknown): unknown {
  const plain = isNonNullType(type) ? type.ofType : type;
  if (given === undefined) return value(type, name);
  if (isInputObjectType(plain) && plain.name !== 'TextInput' && typeof given === 'object' && given !== null) {
    const known = given as Record<string, unknown>;
    return Object.fromEntries(
      Object.values(plain.getFields())
        .filter((f) => isNonNullType(f.type) || f.name in known)
        .map((f) => [f.name, complete(f.type, f.name, known[f.name])]),
    );
  }
  return given;
}

function operationFor(endpoint: string, kind: string, field: GraphQLField<unknown, unknown>): Operation {
  const given = argumentsFor(endpoint.slice(endpoint.indexOf('.') + 1), company);
  const args = field.args.filter((a) => isNonNullType(a.type) || given[a.name] !== undefined);
  const variables = Object.fromEntries(args.map((a) => [a.name, complete(a.type, a.name, given[a.name])]));
  const head = args.length > 0 ? `(${args.map((a) => `$${a.name}: ${String(a.type)}`).join(', ')})` : '';
  const pass = args.length > 0 ? `(${args.map((a) => `${a.name}: $${a.name}`).join(', ')})` : '';
  const named = getNamedType(field.type);
  const of = (fields: string): string =>
    `${kind} ${head} { ${field.name}${pass} ${isObjectType(named) ? fields : ''} }`;
  return {
    query: of(isObjectType(named) ? selection(named, [named.name]) : ''),
    bare: of('{ __typename }'),
    variables,
  };
}

/** 'Query.course as a draft' asks Query.course for something else. */
const withoutCase = (endpoint: string): string => endpoint.split(' ')[0] as string;
const looking = (role: Role): boolean => role === 'leadAsLearner' || role === 'adminAsLearner';

const writes = (endpoint: string): boolean =>
  endpoint.startsWith('Mutation.') || !['GET', undefined].includes(requestFor(endpoint, company)?.method);

/** What the table says this role is answered: 'data', a code, or 'RULE:reason'. */
function expected(endpoint: string, role: Role): string {
  const permission = permissionOf.get(withoutCase(endpoint)) as string;
  const policy = POLICIES[endpoint];
  if (!policy) return 'an entry in who-sees-what.ts';
  if (permission !== 'public') {
    if (role === 'signedOut') return 'UNAUTHENTICATED';
    if (looking(role) && writes(endpoint) && endpoint !== 'Mutation.stopViewAs' && endpoint !== 'Mutation.signOut')
      return 'FORBIDDEN';
    if (!permissions.get(role)?.has(permission)) return 'FORBIDDEN';
  }
  const sees = policy.sees === 'all' || policy.sees.includes(looking(role) ? 'learner' : role);
  return REFUSALS[`${endpoint} ${role}`] ?? (sees ? (REFUSALS[endpoint] ?? 'data') : policy.others);
}

/** The same for a plain route. */
function answeredBy(response: LightMyRequestResponse): string {
  if (response.statusCode < 400) return 'data';
  const code = { 401: 'UNAUTHENTICATED', 403: 'FORBIDDEN', 404: 'NOT_FOUND' }[response.statusCode];
  return code ?? `${response.statusCode}:${response.json<{ reason: string }>().reason}`;
}

/** What a person reads in the answer: a workbook hides its words from a search. */
async function wordsOf(response: LightMyRequestResponse): Promise<string> {
  if (!String(response.headers['content-type']).includes('spreadsheetml')) return response.body;
  return readTable(response.rawPayload, { maxBytes: 5_000_000, maxRows: 1_000 }).then(
    (table) => JSON.stringify([table.headings, table.rows]),
    (error: unknown) => {
      if (error instanceof DomainError && error.code === 'file-empty') return '';
      throw error;
    },
  );
}

function answered(answer: GqlAnswer<unknown>): string {
  const error = answer.errors?.[0];
  if (!error) return 'data';
  const { code, reason } = error.extensions;
  const below = (error.path?.length ?? 0) > 1 ? ` at ${error.path?.join('.')}` : '';
  return ['FORBIDDEN', 'NOT_FOUND', 'UNAUTHENTICATED'].includes(code) ? `${code}${below}` : `${code}:${reason}${below}`;
}

/** All rows about the learner, as one value that changes with any of them. */
async function learnersRows(): Promise<string> {
  return server.db.read(async (tx) => {
    const tables = await rows<{ name: string }>(
      tx,
      `select c.table_name as name from information_schema.columns c join information_schema.tables t using (table_schema, table_name)
       where c.table_schema = 'public' and c.column_name = 'person_id' and t.table_type = 'BASE TABLE' order by 1`,
    );
    const parts = tables.map(
      (t) => `select '${t.name}' as name, x::text as row from "${t.name}" x where person_id = $1`,
    );
    const all = await maybeOne<{ hash: string }>(
      tx,
      `select md5(string_agg(name || row, '|' order by name, row)) as hash from (${parts.join(' union all ')}) s`,
      [company.learner],
    );
    return all?.hash ?? '';
  });
}

function endpoints(): { endpoint: string; kind: 'query' | 'mutation'; field: GraphQLField<unknown, unknown> }[] {
  return (
    [
      ['Query', 'query', schema.getQueryType()],
      ['Mutation', 'mutation', schema.getMutationType()],
    ] as const
  ).flatMap(([name, kind, type]) =>
    Object.values(type?.getFields() ?? {}).flatMap((field) =>
      casesOf(`${name}.${field.name}`).map((e) => ({ endpoint: e, kind, field })),
    ),
  );
}

/** Which marks each role was shown, and where it should not have been. */
class Watch {
  readonly wrong: string[] = [];
  readonly where: string[] = [];
  private readonly shown = new Map<Mark, Set<Role>>(Object.keys(MARKS).map((mark) => [mark as Mark, new Set()]));

  answer(endpoint: string, role: Role, got: string, wanted: string): void {
    if (got !== wanted) this.wrong.push(`${endpoint} as ${role}: ${got} instead of ${wanted}`);
  }

  words(endpoint: string, role: Role, text: string, sent = ''): void {
    for (const [mark, words] of Object.entries(MARKS)) {
      if (!text.includes(words) || sent.includes(words)) continue;
      if (HANDED_OUT[endpoint]?.includes(role) && LEARNERS_OWN.includes(mark as Mark)) continue;
      if (BANK_HANDED_OUT[endpoint]?.includes(role) && OF_QUESTIONS.includes(mark as Mark)) continue;
      this.shown.get(mark as Mark)?.add(role);
      if (!SHOWN[mark as Mark].includes(role)) this.where.push(`${endpoint} shows ${mark} to ${role}`);
    }
  }

  seenBy(): Record<string, Role[]> {
    return Object.fromEntries([...this.shown].map(([mark, roles]) => [mark, [...roles].sort()]));
  }
}

/** The cases of an endpoint: 'Query.course as a draft' beside 'Query.course'. */
const casesOf = (endpoint: string): string[] => [
  endpoint,
  ...Object.keys(POLICIES).filter((p) => p.startsWith(`${endpoint} `)),
];

describe('who sees what', () => {
  it('is said for every endpoint, and for no other', () => {
    expect([...new Set(Object.keys(POLICIES).map(withoutCase))].sort()).toEqual([...permissionOf.keys()].sort());
    expect(Object.keys(POLICIES).filter((p) => p.startsWith('Route.') && !requestFor(p, company))).toEqual([]);
  });

  it('is what every role is answered, by every query and mutation', async () => {
    const watch = new Watch();
    for (const { endpoint, kind, field } of endpoints()) {
      const operation = operationFor(endpoint, kind, field);
      const open = permissionOf.get(withoutCase(endpoint)) === 'public';
      const refused = (role: Role): boolean =>
        !open && ['FORBIDDEN', 'UNAUTHENTICATED'].includes(expected(endpoint, role));
      const ask = async (role: Role): Promise<void> => {
        const own = POLICIES[endpoint]?.own && kind === 'mutation' && !refused(role) && role !== 'learner';
        const before = own && !looking(role) ? await learnersRows() : null;
        const sent = refused(role) ? operation.bare : operation.query;
        const answer: GqlAnswer<unknown> = (await send(cookies.get(role), sent, operation.variables)).json();
        if (before !== null && (await learnersRows()) !== before)
          watch.wrong.push(`${endpoint} as ${role} changes the learner's rows`);
        watch.answer(endpoint, role, answered(answer), expected(endpoint, role));
        const said = kind === 'mutation' ? JSON.stringify(operation.variables) : '';
        watch.words(endpoint, role, JSON.stringify(answer), said);
      };
      // All at once, but for what writes: that is undone, one after the other.
      const writing = kind === 'mutation' ? ROLES.filter((role) => !refused(role)) : [];
      await Promise.all(ROLES.filter((role) => !writing.includes(role)).map(ask));
      for (const role of writing) await undone(() => ask(role));
    }
    expect(watch.wrong).toEqual([]);
    expect(watch.where).toEqual([]);
    expect(watch.seenBy()).toEqual(
      Object.fromEntries(Object.entries(SHOWN).map(([mark, roles]) => [mark, [...roles].sort()])),
    );
  }, 600_000);

  it('is what every role is answered, by every route', async () => {
    const watch = new Watch();
    for (const endpoint of [...permissionOf.keys()].filter((e) => e.startsWith('Route.')).flatMap(casesOf)) {
      const ask = async (role: Role): Promise<void> => {
        const cookie = cookies.get(role);
        const response = await server.app.inject({
          remoteAddress: ELSEWHERE,
          ...requestFor(endpoint, company),
          ...(cookie ? { cookies: { [SESSION_COOKIE]: cookie } } : {}),
        });
        watch.answer(endpoint, role, answeredBy(response), expected(endpoint, role));
        watch.words(endpoint, role, await wordsOf(response));
      };
      if (writes(endpoint)) for (const role of ROLES) await undone(() => ask(role));
      else await Promise.all(ROLES.map(ask));
    }
    expect(watch.wrong).toEqual([]);
    expect(watch.where).toEqual([]);
    // The list of people says whom it reaches.
    expect(watch.seenBy()).toMatchObject({ email: ['admin', 'lead', 'learner'], aliased: ['admin', 'lead'] });
  }, 120_000);

  it('is what every role is answered, by every subscription', async () => {
    const watch = new Watch();
    const resolver = server.get<SessionResolver>(SESSION_RESOLVER);
    for (const field of Object.values(schema.getSubscriptionType()?.getFields() ?? {})) {
      for (const endpoint of casesOf(`Subscription.${field.name}`)) {
        const { query, variables } = operationFor(endpoint, 'subscription', field);
        for (const role of ROLES) {
          const cookie = cookies.get(role);
          const session = cookie ? await resolver.resolve(cookie, { rotate: false }) : null;
          const answer = await subscribe({
            schema,
            document: parse(query),
            variableValues: variables,
            contextValue: { viewer: session?.viewer ?? null, loaders: new Loaders() },
          });
          const listening = Symbol.asyncIterator in answer;
          if (listening) await answer.return(undefined);
          const thrown = listening ? null : answer.errors?.[0]?.originalError;
          const got = thrown instanceof DomainError ? GRAPHQL_CODE[thrown.kind] : listening ? 'data' : String(thrown);
          watch.answer(endpoint, role, got, expected(endpoint, role));
        }
      }
    }
    expect(watch.wrong).toEqual([]);
  });

  it('shows somebody with an alias on boards under that alias only, and gives no id away', async () => {
    const board = await send(
      cookies.get('colleague'),
      `{ leaderboard(scope: "company", period: "all") ${selection(schema.getType('Leaderboard') as GraphQLObjectType, ['Leaderboard'])} }`,
    );
    expect(board.json<GqlAnswer<unknown>>().errors).toBeUndefined();
    expect(board.body).toContain('Owl');
    expect(board.body).not.toContain(company.aliased);
    expect(board.body).not.toContain(MARKS.aliased);
  });
});
