import fc from 'fast-check';
import { IdentityModule } from '@waymark/identity';
import { addDays, addMonths, daysBetween, newId } from '@waymark/kernel';
import { one, rows } from '@waymark/platform';
import { createTestServer, makePerson, makeStaff, sql, type TestServer } from '@waymark/testing';
import { givePoints, makeReward } from '@waymark/testing/rewards';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { RewardsModule } from '../rewards.module.js';
import { expiredThrough, expiresOn, firstExpiry, nextExpiry, oldPoints } from './points-expiry.js';

describe('when points expire', () => {
  const day = fc.integer({ min: 0, max: 20_000 }).map((n) => addDays('2020-01-01', n));
  const months = fc.integer({ min: 1, max: 120 });

  it('is the first day of a month, full months after the day they were earned', () => {
    expect(expiresOn('2026-02-28', 12)).toBe('2027-03-01');
    expect(expiresOn('2026-12-31', 1)).toBe('2027-02-01');
    fc.assert(
      fc.property(day, months, (earned, n) => {
        const on = expiresOn(earned, n);
        expect(on.endsWith('-01')).toBe(true);
        expect(on > addMonths(earned, n)).toBe(true);
        // The day before they are still there, on the day they are not.
        expect(earned <= expiredThrough(on, n)).toBe(true);
        expect(earned <= expiredThrough(addDays(on, -1), n)).toBe(false);
      }),
    );
  });

  it('is never before people could be told, however the policy changes', () => {
    expect(firstExpiry('2026-03-02')).toBe('2026-04-01');
    expect(firstExpiry('2026-03-03')).toBe('2026-05-01');
    fc.assert(
      fc.property(day, (today) => {
        const first = firstExpiry(today);
        expect(daysBetween(today, first)).toBeGreaterThanOrEqual(30);
        expect(daysBetween(today, first)).toBeLessThanOrEqual(61);
        expect(nextExpiry(today, first)).toBe(first);
        expect(nextExpiry(first, first)).toBe(addMonths(first, 1));
      }),
    );
  });

  it('takes what was earned first, and no more than is there', () => {
    expect([oldPoints(100, 30), oldPoints(20, 30), oldPoints(50, 0)]).toEqual([70, 0, 50]);
  });
});

describe('the expiry job', () => {
  let server: TestServer;
  let lead: string;
  beforeAll(async () => {
    server = await createTestServer({ modules: [IdentityModule, RewardsModule], now: '2026-01-10T02:00:00Z' });
    lead = await makeStaff(server, 'ld-lead');
    await makeReward(server);
  });
  afterAll(() => server.close());
  beforeEach(async () => {
    await sql(server, `update points_policy set expire_months = null, expire_from = null`);
  });

  const at = (day: string) => server.clock.set(`${day}T02:00:00Z`);
  const give = async (person: string, day: string, points: number) => {
    at(day);
    await givePoints(server, person, points);
  };
  const POLICY = `{ pointsPolicy { revision expireMonths expireFrom } }`;
  const SAVE = `mutation ($r: Int!, $m: Int) { savePointsPolicy(revision: $r, expireMonths: $m) { expireMonths expireFrom } }`;
  const setMonths = async (months: number | null, who = lead) => {
    const now = await server.gql<{ pointsPolicy: { revision: number } }>(lead, POLICY);
    return server.gql<{ savePointsPolicy: object }>(who, SAVE, { r: now.data?.pointsPolicy.revision, m: months });
  };
  const run = () => server.runJob('rewards.expire-points') as Promise<{ expired: number; warned: number }>;
  const mine = async (person: string) =>
    (
      await server.gql<{
        viewer: { points: { earned: number; balance: number; held: number }; expiringPoints: object | null };
        pointsStatement: { edges: { node: { kind: string; amount: number } }[] };
      }>(
        person,
        `{ viewer { points { earned balance held } expiringPoints { points on } } pointsStatement(first: 20) { edges { node { kind amount } } } }`,
      )
    ).data as {
      viewer: { points: { earned: number; balance: number; held: number }; expiringPoints: object | null };
      pointsStatement: { edges: { node: { kind: string; amount: number } }[] };
    };
  const expiries = async (person: string) =>
    (await mine(person)).pointsStatement.edges.map((e) => e.node).filter((n) => n.kind === 'expiry');
  const warnings = (person: string) =>
    server.db.read((tx) =>
      rows<{ payload: { points: number; on: string } }>(
        tx,
        `select payload from outbox_event where person_id = $1 and type = 'points.expiring' order by occurred_at`,
        [person],
      ),
    );
  const unbalanced = () =>
    server.db.read((tx) =>
      rows(
        tx,
        `select b.person_id from point_balance b where b.balance <> (select coalesce(sum(p.amount), 0) from ledger_account a
           join ledger_posting p on p.account_id = a.id where a.person_id = b.person_id and a.kind = 'balance')
         union all select transaction_id from ledger_posting group by 1 having sum(amount) <> 0`,
      ),
    );

  it('does nothing without a policy; one that is set takes nothing for 30 days', async () => {
    const person = await makePerson(server);
    await give(person, '2026-01-10', 100);
    at('2030-01-01');
    expect(await run()).toEqual({ expired: 0, warned: 0 });
    expect((await mine(person)).viewer.expiringPoints).toBeNull();
    expect((await setMonths(12)).data?.savePointsPolicy).toEqual({ expireMonths: 12, expireFrom: '2030-02-01' });
    expect((await run()).expired).toBe(0);
    expect((await mine(person)).viewer).toMatchObject({
      points: { balance: 100 },
      expiringPoints: { points: 100, on: '2030-02-01' },
    });
    expect((await setMonths(0)).errors?.[0]?.extensions.reason).toBe('months-out-of-range');
    expect((await setMonths(6, person)).errors?.[0]?.extensions.code).toBe('FORBIDDEN');
  });

  it('warns once 30 days before, then takes what was earned first, once, and earned stays', async () => {
    const person = await makePerson(server);
    await give(person, '2026-01-10', 100);
    await give(person, '2026-02-10', 40);
    await setMonths(3);
    at('2026-03-31');
    await run();
    expect(await warnings(person)).toEqual([]);
    for (const day of ['2026-04-01', '2026-04-02', '2026-04-02', '2026-04-20']) {
      at(day);
      await run();
    }
    expect((await warnings(person)).map((w) => w.payload)).toEqual([{ points: 100, on: '2026-05-01' }]);
    at('2026-05-01');
    await Promise.all([run(), run(), run()]);
    at('2026-05-09');
    expect((await run()).expired).toBe(0);
    expect(await expiries(person)).toEqual([{ kind: 'expiry', amount: -100 }]);
    expect((await mine(person)).viewer).toEqual({
      points: { earned: 140, balance: 40, held: 0 },
      expiringPoints: { points: 40, on: '2026-06-01' },
    });
    expect(await unbalanced()).toEqual([]);
  });

  it('leaves what was spent, held or earned since; what comes back of an order goes with the next expiry', async () => {
    const person = await makePerson(server);
    const reward = await makeReward(server, { price: 60, approval: 'learning' });
    await give(person, '2026-01-10', 100);
    const order = await server.gql<{ redeemReward: { id: string } }>(
      person,
      `mutation ($id: ID!, $key: ID!) { redeemReward(rewardId: $id, requestKey: $key) { id } }`,
      { id: reward, key: newId() },
    );
    expect(order.errors).toBeUndefined();
    await give(person, '2026-03-05', 10);
    await setMonths(3);
    at('2026-05-01');
    await run();
    expect((await mine(person)).viewer.points).toEqual({ earned: 110, balance: 10, held: 60 });
    const id = order.data?.redeemReward.id;
    const cancelled = await server.gql(person, `mutation ($id: ID!) { cancelRedemption(id: $id) { state } }`, { id });
    expect(cancelled.errors).toBeUndefined();
    expect((await run()).expired).toBe(0);
    expect((await mine(person)).viewer.points.balance).toBe(70);
    at('2026-06-01');
    await run();
    expect((await mine(person)).viewer.points.balance).toBe(10);
    expect(await unbalanced()).toEqual([]);
  });

  it('beside orders of the same moment, neither takes points that the other took', async () => {
    const reward = await makeReward(server, { price: 100 });
    const people = [await makePerson(server), await makePerson(server), await makePerson(server)];
    for (const p of people) await give(p, '2026-01-10', 100);
    await setMonths(1);
    at('2026-06-01');
    const order = (p: string) =>
      server.gql(p, `mutation ($id: ID!, $key: ID!) { redeemReward(rewardId: $id, requestKey: $key) { id } }`, {
        id: reward,
        key: newId(),
      });
    const [, , ...orders] = await Promise.all([run(), run(), ...people.map(order)]);
    for (const [i, person] of people.entries()) {
      const refused = (orders[i] as { errors?: { extensions: { reason: string } }[] }).errors?.[0]?.extensions.reason;
      const taken = (await expiries(person)).length;
      expect([refused ?? 'ordered', taken]).toEqual(taken === 1 ? ['points-too-few', 1] : ['ordered', 0]);
      expect((await mine(person)).viewer.points.balance).toBe(0);
    }
    expect(await unbalanced()).toEqual([]);
    const system = await server.db.read((tx) =>
      one<{ n: number }>(
        tx,
        `select coalesce(sum(amount), 0)::int as n from ledger_posting p join ledger_account a on a.id = p.account_id where a.kind = 'expiry'`,
      ),
    );
    expect(system.n).toBeGreaterThan(0);
  });
});
