import { readFile } from 'node:fs/promises';
import { Activities, IdentityModule, type ActivityInput } from '@waymark/identity';
import { newId } from '@waymark/kernel';
import { maybeOne, one, rows } from '@waymark/platform';
import { createTestServer, makeOrgUnit, makePerson, makeStaff, sql, type TestServer } from '@waymark/testing';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { RewardsModule } from '../rewards.module.js';
import { RewardsLoader } from '../rewards.loader.js';
import { Ledger } from './ledger.service.js';
import { PointsReplay } from './points-replay.service.js';

let server: TestServer;
const reference = (name: string): Promise<string> =>
  readFile(new URL(`../../../../seeds/reference/${name}.yaml`, import.meta.url), 'utf8');

beforeAll(async () => {
  server = await createTestServer({ modules: [IdentityModule, RewardsModule], now: '2026-03-04T02:00:00Z' });
  const files = {
    pointRules: await reference('point-rules'),
    badges: await reference('badges'),
    personLevels: await reference('person-levels'),
  };
  await server.db.transaction((tx) => server.get(RewardsLoader).loadReference(tx, files));
});
afterAll(() => server.close());
beforeEach(() => server.clock.set('2026-03-04T02:00:00Z'));

const record = (personId: string, list: Partial<ActivityInput>[]) =>
  server.db.transaction((tx) =>
    server.get(Activities).recordMany(
      tx,
      list.map((a) => ({ verb: 'lesson.completed', personId, subjectType: 'lesson', subjectId: newId(), ...a })),
    ),
  );
const balanceOf = (personId: string) =>
  server.db.read((tx) =>
    maybeOne<{ earned: number; balance: number; held: number; recoverable: number; level: number }>(
      tx,
      `select earned, balance, held, recoverable, level from point_balance where person_id = $1`,
      [personId],
    ),
  );

/** The ledger against itself and against the balances: what must hold after anything. */
async function checkLedger(): Promise<void> {
  await server.db.read(async (tx) => {
    expect((await one<{ n: number }>(tx, `select coalesce(sum(amount), 0)::int as n from ledger_posting`)).n).toBe(0);
    expect(await rows(tx, `select transaction_id from ledger_posting group by 1 having sum(amount) <> 0`)).toEqual([]);
    const off = await rows(
      tx,
      `select b.person_id from point_balance b left join lateral (
         select coalesce(sum(p.amount) filter (where a.kind = 'balance'), 0) as balance, coalesce(sum(p.amount) filter (where a.kind = 'held'), 0) as held,
           -coalesce(sum(p.amount) filter (where a.kind = 'recoverable'), 0) as recoverable
         from ledger_account a join ledger_posting p on p.account_id = a.id where a.person_id = b.person_id) s on true
       where (s.balance, s.held, s.recoverable) is distinct from (b.balance::bigint, b.held::bigint, b.recoverable::bigint)`,
    );
    expect(off).toEqual([]);
  });
}

/** Every open board against a count of the ledger, and its buckets against its scores. */
async function checkBoards(): Promise<void> {
  await server.db.read(async (tx) => {
    const buckets = await rows(
      tx,
      `select * from (select board_id, points, count(*)::int as people from board_score group by 1, 2) s
       full join (select board_id, points, people from board_bucket) b using (board_id, points) where s.people is distinct from b.people`,
    );
    expect(buckets).toEqual([]);
    const company = await rows(
      tx,
      `with naive as (
         select person_id, sum(case when t.kind = 'reversal' then -(select amount from ledger_transaction o where o.id = t.reverses_id) else t.amount end)::int as points
         from ledger_transaction t where kind in ('award', 'reversal') or (kind = 'grant' and reason_code <> 'thanks') group by 1)
       select * from (select person_id, points from naive where points > 0) n
       full join (select s.person_id, s.points from board_score s join board b on b.id = s.board_id where b.scope = 'company' and b.period = 'all') k using (person_id)
       where n.points is distinct from k.points`,
    );
    expect(company).toEqual([]);
  });
}

describe('awards', () => {
  it('follow the rules: once for a subject, capped by day, with the reason of each line', async () => {
    const person = await makePerson(server);
    const lesson = newId();
    await record(person, [{ subjectId: lesson }, { subjectId: lesson }, ...Array.from({ length: 6 }, () => ({}))]);
    await server.drainOutbox();
    expect(await balanceOf(person)).toEqual({ earned: 30, balance: 30, held: 0, recoverable: 0, level: 1 });
    const answer = await server.gql<{
      pointsStatement: { edges: { node: { amount: number; reason: string; capped: string | null }; cursor: string }[] };
    }>(
      person,
      `{ pointsStatement(first: 3) { edges { cursor node { amount reason reasonCode kind full capped localDay subjectType } } pageInfo { hasNextPage endCursor } } }`,
    );
    expect(answer.errors).toBeUndefined();
    expect(answer.data?.pointsStatement.edges.map((e) => e.node.amount)).toEqual([5, 5, 5]);
    expect(answer.data?.pointsStatement.edges[0]?.node.reason).toBe('学完一节课');
    const next = await server.gql<typeof answer.data & object>(
      person,
      `query ($after: String) { pointsStatement(first: 50, after: $after) { edges { node { id amount } } pageInfo { hasNextPage } } }`,
      {
        after: answer.data?.pointsStatement.edges.at(-1)?.cursor,
      },
    );
    expect(next.data?.pointsStatement.edges).toHaveLength(3);
    await checkLedger();
    await checkBoards();
  });

  it('come once for an event delivered twice, and a replay changes nothing', async () => {
    const person = await makePerson(server);
    await record(person, [{ verb: 'review.done', subjectType: 'card', result: { recalled: true } }, {}, {}]);
    await server.drainOutbox();
    const before = await balanceOf(person);
    expect(before?.earned).toBe(11);
    await sql(server, `delete from consumed_event where consumer = 'rewards.points'`);
    await sql(
      server,
      `insert into outbox_delivery (consumer, event_id) select 'rewards.points', id from outbox_event where type = 'activity.recorded'`,
    );
    await server.drainOutbox();
    expect(await balanceOf(person)).toEqual(before);
    expect(await server.get(PointsReplay).rebuildFromActivities()).toMatchObject({ awards: 0, points: 0, badges: 0 });
    expect(await balanceOf(person)).toEqual(before);
    await checkLedger();
    await checkBoards();
  });

  it('count on the day they arrive, in the zone of the person, not on the day that was claimed', async () => {
    const person = await makePerson(server, { zone: 'America/Los_Angeles' });
    await record(person, [{ occurredAt: new Date('2026-01-05T12:00:00Z') }]);
    await server.drainOutbox();
    const [entry] = await server.db.read((tx) =>
      rows<{ local_day: string }>(tx, `select local_day from ledger_transaction where person_id = $1`, [person]),
    );
    expect(entry?.local_day).toBe('2026-03-03');
  });

  it('reach PersonLevels and tell so', async () => {
    const person = await makePerson(server);
    await record(person, [{ verb: 'enrolment.completed', subjectType: 'enrolment' }]);
    await server.drainOutbox();
    const { data } = await server.gql<{ viewer: { points: object; personLevel: { level: number } } }>(
      person,
      `{ viewer { points { earned balance held recoverable today week } personLevel { level title from progress missing next { level from } } badges { badge { code tier } awardedAt } } }`,
    );
    expect(data?.viewer).toEqual({
      points: { earned: 300, balance: 300, held: 0, recoverable: 0, today: 300, week: 300 },
      personLevel: { level: 3, title: '上坡', from: 300, progress: 0, missing: 300, next: { level: 4, from: 600 } },
      badges: [{ badge: { code: 'summit', tier: 4 }, awardedAt: '2026-03-04T02:00:00.000Z' }],
    });
    const events = await server.db.read((tx) =>
      rows<{ type: string; payload: object }>(
        tx,
        `select type, payload from outbox_event where person_id = $1 and type in ('person-level.reached', 'badge.awarded')`,
        [person],
      ),
    );
    expect(events.map((e) => e.type).sort()).toEqual(['badge.awarded', 'person-level.reached']);
  });
});

describe('the ledger in the database', () => {
  it('refuses a transaction that does not sum to zero, and postings that come later', async () => {
    const person = await makePerson(server);
    await record(person, [{}]);
    await server.drainOutbox();
    const tamper = (statement: string) => sql(server, statement, [person]);
    await expect(
      tamper(`with t as (insert into ledger_transaction (id, idempotency_key, kind, person_id, amount, reason_code, local_day, booked_at)
        values (gen_random_uuid(), gen_random_uuid()::text, 'grant', $1, 5, 'x', '2026-03-04', now()) returning id)
        insert into ledger_posting select t.id, a.id, 5 from t, ledger_account a where a.person_id = $1 and a.kind in ('balance', 'held')`),
    ).rejects.toThrow(/sum/);
    await expect(
      tamper(`insert into ledger_transaction (id, idempotency_key, kind, person_id, amount, reason_code, local_day, booked_at)
        values (gen_random_uuid(), gen_random_uuid()::text, 'grant', $1, 5, 'x', '2026-03-04', now())`),
    ).rejects.toThrow(/0 postings/);
    await expect(
      tamper(
        `insert into ledger_posting select t.id, a.id, 7 from ledger_transaction t, ledger_account a where t.person_id = $1 and a.person_id = $1 and a.kind = 'held'`,
      ),
    ).rejects.toThrow(/do not sum to 0/);
    for (const table of ['ledger_transaction', 'ledger_posting', 'ledger_account', 'honour_entry']) {
      await expect(sql(server, `delete from ${table}`)).rejects.toThrow(/permission denied/);
    }
  });

  it('books thirty awards at once without losing one', async () => {
    const person = await makePerson(server);
    const book = (i: number) =>
      server.db.transaction((tx) =>
        server.get(Ledger).book(tx, [
          {
            key: `race:${person}:${i % 15}`,
            kind: 'grant',
            personId: person,
            points: 1,
            reasonCode: 'thanks',
            localDay: '2026-03-04',
            bookedAt: server.clock.now(),
          },
        ]),
      );
    const results = await Promise.allSettled(Array.from({ length: 30 }, (_, i) => book(i)));
    expect(results.filter((r) => r.status === 'fulfilled')).toHaveLength(15);
    expect(await balanceOf(person)).toMatchObject({ earned: 15, balance: 15 });
    await checkLedger();
  });
});

describe('points by hand', () => {
  const grant = `mutation ($id: ID!, $key: ID!) { grantPoints(personId: $id, points: 40, reason: "campaign", requestKey: $key) }`;
  it('are given once for a key, and never to oneself', async () => {
    const lead = await makeStaff(server, 'ld-lead');
    const person = await makePerson(server);
    const key = newId();
    const answers = await Promise.all([1, 2, 3].map(() => server.gql(lead, grant, { id: person, key })));
    expect(answers.flatMap((a) => a.errors ?? [])).toEqual([]);
    expect(await balanceOf(person)).toMatchObject({ earned: 40 });
    expect((await server.gql(lead, grant, { id: lead, key: newId() })).errors?.[0]?.extensions.reason).toBe(
      'own-points',
    );
    expect((await server.gql(person, grant, { id: person, key: newId() })).errors?.[0]?.extensions.code).toBe(
      'FORBIDDEN',
    );
    await checkBoards();
  });

  it('stay within the unit that the grant covers', async () => {
    const unit = await makeOrgUnit(server);
    const lead = await makeStaff(server, 'ld-lead', unit);
    const person = await makePerson(server);
    expect((await server.gql(lead, grant, { id: person, key: newId() })).errors?.[0]?.extensions.reason).toBe(
      'person-unknown',
    );
  });

  it('taken back lower what was earned and open boards, once', async () => {
    const lead = await makeStaff(server, 'ld-lead');
    const person = await makePerson(server);
    await record(person, [{}, {}]);
    await server.drainOutbox();
    const { id } = await server.db.read((tx) =>
      one<{ id: string }>(tx, `select id from ledger_transaction where person_id = $1 limit 1`, [person]),
    );
    const reverse = `mutation ($id: ID!) { reverseAward(transactionId: $id) }`;
    const answers = await Promise.all([1, 2].map(() => server.gql(lead, reverse, { id })));
    expect(answers.flatMap((a) => a.errors ?? [])).toEqual([]);
    expect(await balanceOf(person)).toMatchObject({ earned: 5, balance: 5, recoverable: 0 });
    await checkLedger();
    await checkBoards();
    expect((await server.gql(lead, reverse, { id: newId() })).errors?.[0]?.extensions.reason).toBe(
      'points-entry-unknown',
    );
  });
});

describe('rules', () => {
  const input = {
    code: 'lesson-bonus',
    verb: 'lesson.completed',
    when: {},
    points: 10,
    once: true,
    capDay: 25,
    capWeek: null,
    reason: { zhCN: '多一点', en: 'A little more' },
    active: true,
  };
  const simulate = `query ($rule: PointRuleInput!, $from: LocalDay, $to: LocalDay) {
    simulatePointRule(rule: $rule, fromDay: $from, toDay: $to) { fromDay toDay activities awards people points capped perPersonMax paid days { day points } } }`;

  it('say what they would have paid, without paying', async () => {
    const lead = await makeStaff(server, 'ld-lead');
    const people = [await makePerson(server), await makePerson(server)];
    const known = newId();
    await record(people[0] as string, [{ subjectId: known, localDay: '2026-01-20' }]);
    await record(people[0] as string, [
      { subjectId: known, localDay: '2026-02-03' },
      ...[1, 2, 3, 4].map(() => ({ localDay: '2026-02-03' })),
      { localDay: '2026-02-04' },
    ]);
    await record(people[1] as string, [{ localDay: '2026-02-28' }, { localDay: '2026-03-01' }]);
    const before = await server.db.read((tx) =>
      one<{ n: number }>(tx, `select count(*)::int as n from ledger_transaction`),
    );
    const { data, errors } = await server.gql(lead, simulate, { rule: input });
    expect(errors).toBeUndefined();
    expect(data).toEqual({
      simulatePointRule: {
        fromDay: '2026-02-01',
        toDay: '2026-02-28',
        activities: 7,
        awards: 5,
        people: 2,
        points: 45,
        capped: 15,
        perPersonMax: 35,
        paid: 0,
        days: [
          { day: '2026-02-03', points: 25 },
          { day: '2026-02-04', points: 10 },
          { day: '2026-02-28', points: 10 },
        ],
      },
    });
    expect(
      await server.db.read((tx) => one<{ n: number }>(tx, `select count(*)::int as n from ledger_transaction`)),
    ).toEqual(before);
  });

  it('are saved with who saw which revision, and pay what comes after', async () => {
    const lead = await makeStaff(server, 'ld-lead');
    const save = `mutation ($input: PointRuleInput!) { savePointRule(input: $input) { code revision points reasons { zhCN en } } }`;
    const rule = { ...input, code: 'course-bonus', verb: 'course.completed', points: 7 };
    expect((await server.gql(lead, save, { input: rule })).data).toMatchObject({
      savePointRule: { revision: 1, reasons: { en: 'A little more' } },
    });
    expect((await server.gql(lead, save, { input: { ...rule, points: 9, revision: 1 } })).data).toMatchObject({
      savePointRule: { revision: 2, points: 9 },
    });
    expect((await server.gql(lead, save, { input: { ...rule, revision: 1 } })).errors?.[0]?.extensions.reason).toBe(
      'changed-meanwhile',
    );
    expect(
      (await server.gql(lead, save, { input: { ...rule, code: 'x', when: { drop: 1 } } })).errors?.[0]?.extensions
        .reason,
    ).toBe('rule-condition-invalid');
    expect(
      (await server.gql(lead, save, { input: { ...rule, code: 'x', verb: 'made.up' } })).errors?.[0]?.extensions.reason,
    ).toBe('verb-unknown');
    const person = await makePerson(server);
    await record(person, [{ verb: 'course.completed', subjectType: 'course' }]);
    await server.drainOutbox();
    expect(await balanceOf(person)).toMatchObject({ earned: 49 });
    // Reference data loads at every start; what somebody edited is kept.
    await server.db.transaction(async (tx) =>
      server.get(RewardsLoader).loadReference(tx, { pointRules: await reference('point-rules') }),
    );
    const { data } = await server.gql<{ pointRules: { code: string; revision: number }[] }>(
      lead,
      `{ pointRules { code revision } }`,
    );
    expect(data?.pointRules.find((r) => r.code === 'course-bonus')?.revision).toBe(2);
    expect(data?.pointRules.find((r) => r.code === 'lesson-finished')?.revision).toBe(1);
  });
});
