import { Global, Injectable, Module } from '@nestjs/common';
import { Args, Field, InputType, Int, Mutation, ObjectType, Query, Resolver } from '@nestjs/graphql';
import { Conflict } from '@waymark/kernel';
import { createTestServer, sql, type TestServer } from '@waymark/testing';
import { IsInt, Max, Min } from 'class-validator';
import { GraphQLError } from 'graphql';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  Allow,
  ConsumesEvents,
  CurrentViewer,
  defineEvent,
  execute,
  one,
  OnEventInTransaction,
  OnEventsInTransaction,
  Outbox,
  PermissionCheck,
  permissionsOf,
  Public,
  rows,
  SESSION_RESOLVER,
  Texts,
  type DomainEvent,
  type SessionResolver,
  type Tx,
  type Viewer,
} from './index.js';
import { formatGraphqlError } from './graphql/errors.js';
import { securityHeaders } from './http/security-headers.js';

const counted = defineEvent<{ n: number }>('test.counted');
const seen: number[] = [];
const batches: number[][] = [];
let failOn: number | null = null;

@Injectable()
class Counter {
  @OnEventInTransaction(counted)
  async inTransaction(tx: Tx, event: DomainEvent<{ n: number }>): Promise<void> {
    await execute(tx, `insert into job_claim (key) values ($1)`, [`in-${event.payload.n}`]);
    if (event.payload.n < 0) throw new Conflict('negative');
  }

  @OnEventsInTransaction(counted)
  async together(_tx: Tx, events: readonly DomainEvent<{ n: number }>[]): Promise<void> {
    batches.push(events.map((e) => e.payload.n));
    return Promise.resolve();
  }

  @ConsumesEvents({ consumer: 'test.counter', events: [counted] })
  async later(_tx: Tx, events: DomainEvent<{ n: number }>[]): Promise<void> {
    if (events.some((e) => e.payload.n === failOn)) throw new Error('bad event');
    seen.push(...events.map((e) => e.payload.n));
    return Promise.resolve();
  }
}

@InputType()
class AddInput {
  @Field(() => Int)
  @IsInt()
  @Min(1)
  @Max(5)
  n: number;
}

@ObjectType()
class Sum {
  @Field(() => Int)
  n: number;
}

@Resolver()
class CounterResolver {
  @Query(() => Sum)
  @Public()
  open(): Sum {
    return { n: 1 };
  }

  @Query(() => String)
  @Allow('signed-in')
  whoAmI(@CurrentViewer() viewer: Viewer): string {
    return viewer.personId;
  }

  @Query(() => Sum)
  @Public()
  defect(): Sum {
    throw new Error('secret detail');
  }

  @Mutation(() => Sum)
  @Allow('signed-in')
  add(@Args('input') input: AddInput): Sum {
    return { n: input.n };
  }
}

const resolver: SessionResolver = {
  resolve: () => Promise.resolve(null),
  current: () => Promise.resolve(new Map()),
  viewerFor: (personId) =>
    Promise.resolve({
      personId,
      sessionId: personId,
      locale: 'en',
      zone: 'UTC',
      orgUnitId: null,
      permissions: permissionsOf([{ role: 'learner', orgUnitId: null }]),
      grants: [],
      viewAsBy: personId === 'watched' ? 'staff' : null,
    }),
};

@Global()
@Module({
  providers: [Counter, CounterResolver, { provide: SESSION_RESOLVER, useValue: resolver }],
  exports: [SESSION_RESOLVER],
})
class CounterModule {}

let server: TestServer;
beforeAll(async () => {
  server = await createTestServer({ modules: [CounterModule] });
});
afterAll(() => server.close());

const publish = (n: number) =>
  server.db.transaction((tx) => server.get(Outbox).publish(tx, counted, { payload: { n } }));

describe('outbox', () => {
  it('gives an event to listeners in the transaction and to consumers later, once', async () => {
    await publish(1);
    const inTx = await server.db.read((tx) => rows(tx, `select 1 from job_claim where key = 'in-1'`));
    expect(inTx).toHaveLength(1);
    expect(seen).toEqual([]);
    await server.drainOutbox();
    await server.drainOutbox();
    expect(seen).toEqual([1]);
  });

  it('writes nothing when a listener refuses', async () => {
    await expect(publish(-1)).rejects.toThrow('negative');
    const left = await server.db.read((tx) => rows(tx, `select 1 from outbox_event where payload->>'n' = '-1'`));
    expect(left).toEqual([]);
  });

  it('gives events published together to a batch listener at once, and none when there are none', async () => {
    batches.length = 0;
    await server.db.transaction(async (tx) => {
      await server.get(Outbox).publishMany(tx, counted, [{ payload: { n: 101 } }, { payload: { n: 102 } }]);
      await server.get(Outbox).publishMany(tx, counted, []);
    });
    expect(batches).toEqual([[101, 102]]);
  });

  it('ignores an event that is delivered a second time', async () => {
    const id = await publish(2);
    await server.drainOutbox();
    await sql(server, `insert into outbox_delivery (consumer, event_id) values ('test.counter', $1)`, [id]);
    await server.drainOutbox();
    expect(seen.filter((n) => n === 2)).toEqual([2]);
  });

  it('takes the good events of a batch when one is bad, and keeps the bad one for later', async () => {
    failOn = 4;
    for (const n of [3, 4, 5]) await publish(n);
    await server.drainOutbox();
    expect(seen).toContain(3);
    expect(seen).toContain(5);
    expect(seen).not.toContain(4);
    failOn = null;
    server.clock.advance(3_600_000);
    await server.drainOutbox();
    expect(seen.filter((n) => n === 4)).toEqual([4]);
  });
});

describe('transactions', () => {
  it('keep nothing when the first statement fails, nor what was sent behind it', async () => {
    const claim = (tx: Tx, key: string) => execute(tx, `insert into job_claim (key) values ($1)`, [key]);
    await server.db.transaction((tx) => claim(tx, 'taken'));
    await expect(
      server.db.transaction((tx) => Promise.all([claim(tx, 'taken'), claim(tx, 'behind'), claim(tx, 'last')])),
    ).rejects.toThrow('job_claim_pkey');
    await server.db.transaction(() => Promise.resolve());
    const all = await server.db.transaction((tx) =>
      Promise.all([
        claim(tx, 'first'),
        rows<{ key: string }>(tx, `select key from job_claim where key = any ($1::text[]) order by key`, [
          ['taken', 'behind', 'last', 'first'],
        ]),
      ]),
    );
    expect(all[1].map((r) => r.key)).toEqual(['first', 'taken']);
  });

  it('runs the whole unit again after a serialization failure', async () => {
    let tries = 0;
    const result = await server.db.transaction(async (tx) => {
      tries += 1;
      if (tries === 1) await tx.query(`do $$ begin raise exception 'again' using errcode = '40001'; end $$`);
      return (await one<{ ok: number }>(tx, 'select 7 as ok')).ok;
    });
    expect([tries, result]).toEqual([2, 7]);
  });

  it('lets the application add to an append-only table and nothing else', async () => {
    const texts = server.get(Texts);
    const subject = '01890000-0000-7000-8000-000000000001';
    await server.db.transaction((tx) => texts.set(tx, subject, { title: { en: 'One', 'zh-CN': '一' } }, null));
    await expect(sql(server, `update content_text set value = 'x'`)).rejects.toThrow(/permission denied/);
    await expect(sql(server, `delete from content_text`)).rejects.toThrow(/permission denied/);
  });

  it('reads texts as they were', async () => {
    const texts = server.get(Texts);
    const subject = '01890000-0000-7000-8000-000000000002';
    const seq = await server.db.transaction(async (tx) => {
      await texts.set(tx, subject, { title: { en: 'Old' } }, null);
      return texts.currentSeq(tx);
    });
    await server.db.transaction((tx) => texts.set(tx, subject, { title: { en: 'New' } }, null));
    await server.db.transaction((tx) => texts.set(tx, subject, { title: { en: 'New' } }, null));
    await server.db.read(async (tx) => {
      expect((await texts.load(tx, [subject])).get(subject)?.['title']?.en).toBe('New');
      expect((await texts.load(tx, [subject], seq)).get(subject)?.['title']?.en).toBe('Old');
      expect(await rows(tx, `select 1 from content_text where subject_id = $1`, [subject])).toHaveLength(2);
    });
  });
});

describe('graphql', () => {
  it('denies without a session, and answers with one', async () => {
    const refused = await server.gql(null, '{ whoAmI }');
    expect(refused.errors?.[0]?.extensions).toMatchObject({ code: 'UNAUTHENTICATED', reason: 'sign-in-required' });
    expect((await server.gql('p1', '{ whoAmI }')).data).toEqual({ whoAmI: 'p1' });
  });

  it('masks what it does not know', async () => {
    const answer = await server.gql(null, '{ defect { n } }');
    expect(JSON.stringify(answer)).not.toContain('secret');
    expect(answer.errors?.[0]?.extensions).toMatchObject({ code: 'INTERNAL_SERVER_ERROR', reason: 'unexpected' });
  });

  it('answers not-found for an id that PostgreSQL can not read, and hides any other text it can not', async () => {
    const thrown = (statement: string): Promise<unknown> =>
      server.db
        .read((tx) => rows(tx, statement, ['01']))
        .then(
          () => null,
          (error: unknown) => error,
        );
    const answer = (error: unknown): object =>
      formatGraphqlError({ message: 'x' }, new GraphQLError('x', { originalError: error as Error })).extensions ?? {};
    expect(answer(await thrown(`select 1 where $1::uuid is not null`))).toMatchObject({
      code: 'NOT_FOUND',
      reason: 'not-found',
    });
    expect(answer(await thrown(`select 1 where ($1 || 'x')::int is not null`))).toMatchObject({
      code: 'INTERNAL_SERVER_ERROR',
      reason: 'unexpected',
    });
  });

  it('names the field that is out of range', async () => {
    const answer = await server.gql('p1', 'mutation { add(input: { n: 9 }) { n } }');
    expect(answer.errors?.[0]?.extensions).toMatchObject({
      code: 'BAD_USER_INPUT',
      reason: 'input-invalid',
      params: { fields: ['n'] },
    });
  });

  it('lets somebody who looks as a learner read but not write', async () => {
    expect((await server.gql('watched', '{ whoAmI }')).data).toEqual({ whoAmI: 'watched' });
    const answer = await server.gql('watched', 'mutation { add(input: { n: 1 }) { n } }');
    expect(answer.errors?.[0]?.extensions.reason).toBe('view-as-read-only');
  });

  it('has no introspection and no suggestions', async () => {
    const introspection = await server.gql(null, '{ __schema { types { name } } }');
    expect(introspection.data ?? null).toBeNull();
    const typo = await server.gql(null, '{ opn { n } }');
    expect(JSON.stringify(typo)).not.toContain('open');
  });

  it('refuses deep, wide and batched documents, and mutations by GET', async () => {
    const wide = `{ ${Array.from({ length: 40 }, (_, i) => `a${i}: open { n }`).join(' ')} }`;
    expect((await server.gql(null, wide)).errors?.length).toBeGreaterThan(0);
    const batch = await server.app.inject({ method: 'POST', url: '/graphql', payload: [{ query: '{ open { n } }' }] });
    expect(batch.statusCode).toBe(400);
    const get = await server.app.inject({
      method: 'GET',
      url: `/graphql?query=${encodeURIComponent('mutation { add(input: { n: 1 }) { n } }')}`,
      headers: { 'content-type': 'application/json' },
    });
    expect(get.statusCode).toBe(405);
  });

  it('refuses a browser page of another origin', async () => {
    const answer = await server.app.inject({
      method: 'POST',
      url: '/graphql',
      headers: { origin: 'https://elsewhere.example', host: 'waymark.test' },
      payload: { query: '{ open { n } }' },
    });
    expect(answer.statusCode).toBe(403);
  });

  it('lists every endpoint with its permission', () => {
    expect(server.get(PermissionCheck).endpoints()).toEqual(
      expect.arrayContaining([
        { endpoint: 'Mutation.add', permission: 'signed-in' },
        { endpoint: 'Query.open', permission: 'public' },
      ]),
    );
  });
});

describe('boot', () => {
  it('stops when an endpoint declares no permission', async () => {
    @Resolver()
    class OpenResolver {
      @Query(() => String)
      forgotten(): string {
        return 'x';
      }
    }
    @Module({ providers: [OpenResolver] })
    class OpenModule {}
    await expect(createTestServer({ modules: [CounterModule, OpenModule] })).rejects.toThrow(/Query\.forgotten/);
  });
});

describe('health', () => {
  it('is live and ready', async () => {
    expect((await server.app.inject('/health/live')).statusCode).toBe(200);
    const ready = await server.app.inject('/health/ready');
    expect(ready.json()).toEqual({ status: 'ok', database: 'ok', queue: 'ok' });
  });
});

describe('the headers of security', () => {
  it.each([
    ['a page that is there', 'GET', '/health/live', 200],
    ['one that is not', 'GET', '/nowhere', 404],
    ['a refusal', 'POST', '/graphql', 403],
    ['an error of the parser', 'POST', '/graphql', 400],
  ] as const)('are on %s', async (what, method, url, status) => {
    const answer = await server.app.inject({
      method,
      url,
      ...(what === 'a refusal' ? { headers: { origin: 'https://evil.example' }, payload: {} } : {}),
      ...(status === 400 ? { headers: { 'content-type': 'application/json' }, payload: '{' } : {}),
    });
    expect(answer.statusCode).toBe(status);
    expect(answer.headers).toMatchObject(securityHeaders(false));
    expect(answer.headers['x-request-id']).toMatch(/^[\w-]{8,64}$/);
  });

  it('let nothing run, load or embed the app that is not of this address', () => {
    const headers = securityHeaders(true);
    const policy = headers['content-security-policy'] ?? '';
    expect(policy).toContain("default-src 'self'");
    expect(policy).toContain("script-src 'self';");
    expect(policy).toContain("object-src 'none'");
    expect(policy).toContain("frame-ancestors 'none'");
    expect(headers).toMatchObject({
      'x-content-type-options': 'nosniff',
      'referrer-policy': 'same-origin',
      'strict-transport-security': expect.stringMatching(/^max-age=\d{8}/) as string,
      'cross-origin-opener-policy': 'same-origin',
    });
    expect(securityHeaders(false)['strict-transport-security']).toBeUndefined();
  });
});
