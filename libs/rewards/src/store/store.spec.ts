import { IdentityModule, PersonDataRegistry, Persons } from '@waymark/identity';
import { newId } from '@waymark/kernel';
import { one, rows } from '@waymark/platform';
import { createTestServer, makeOrgUnit, makePerson, makeStaff, sql, type TestServer } from '@waymark/testing';
import { givePoints, makeReward } from '@waymark/testing/rewards';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { RewardsModule } from '../rewards.module.js';

let server: TestServer;
beforeAll(async () => {
  server = await createTestServer({ modules: [IdentityModule, RewardsModule], now: '2026-03-04T02:00:00Z' });
  // The unit and the audience that the factories share are there before anything runs at once.
  await makePerson(server);
  await makeReward(server);
});
afterAll(() => server.close());

interface Order {
  id: string;
  state: string;
  canCancel: boolean;
}
const REDEEM = `mutation ($id: ID!, $key: ID!, $note: String) { redeemReward(rewardId: $id, requestKey: $key, note: $note) { id state price canCancel note reward { title } } }`;
const redeem = (person: string, id: string, key = newId()) =>
  server.gql<{ redeemReward: Order }>(person, REDEEM, { id, key });
const act = (person: string, what: string, id: string, answer?: string) =>
  server.gql<Record<string, Order>>(
    person,
    answer === undefined
      ? `mutation ($id: ID!) { ${what}(id: $id) { id state } }`
      : `mutation ($id: ID!, $answer: String!) { ${what}(id: $id, answer: $answer) { id state answer } }`,
    { id, ...(answer === undefined ? {} : { answer }) },
  );
const balanceOf = (person: string) =>
  server.db.read((tx) =>
    one<{ earned: number; balance: number; held: number }>(
      tx,
      `select earned, balance, held from point_balance where person_id = $1`,
      [person],
    ),
  );
const stockOf = async (id: string) =>
  (await server.db.read((tx) => one<{ n: number }>(tx, `select stock_left as n from reward where id = $1`, [id]))).n;
const reasonOf = (answer: { errors?: { extensions: { reason: string } }[] }) => answer.errors?.[0]?.extensions.reason;
async function checkLedger(): Promise<void> {
  await server.db.read(async (tx) => {
    expect(await rows(tx, `select 1 from ledger_posting group by transaction_id having sum(amount) <> 0`)).toEqual([]);
    const held = await rows(
      tx,
      `select b.person_id from point_balance b where b.held <> (select coalesce(sum(price), 0) from redemption r where r.person_id = b.person_id and r.state in ('requested', 'approved'))`,
    );
    expect(held).toEqual([]);
  });
}

describe('races', () => {
  it('for the last item: one wins, the other keeps the points', async () => {
    for (let round = 0; round < 5; round += 1) {
      const people = await Promise.all([1, 2, 3, 4].map(() => makePerson(server)));
      for (const p of people) await givePoints(server, p, 100);
      const reward = await makeReward(server, { stockLeft: 1 });
      const answers = await Promise.all(people.map((p) => redeem(p, reward)));
      expect(answers.filter((a) => a.data).length).toBe(1);
      expect(answers.filter((a) => a.errors).map(reasonOf)).toEqual(Array(3).fill('reward-sold-out'));
      expect(await stockOf(reward)).toBe(0);
      const balances = await Promise.all(people.map(balanceOf));
      expect(balances.map((b) => b.balance).sort((a, b) => a - b)).toEqual([0, 100, 100, 100]);
    }
    await checkLedger();
  });

  it('for the last points: one order of two different rewards', async () => {
    const person = await makePerson(server);
    await givePoints(server, person, 150);
    const shelf = await Promise.all([1, 2, 3, 4, 5, 6].map(() => makeReward(server, { price: 100 })));
    const answers = await Promise.all(shelf.map((r) => redeem(person, r)));
    expect(answers.filter((a) => a.data).length).toBe(1);
    expect(answers.filter((a) => a.errors).map(reasonOf)).toEqual(Array(5).fill('points-too-few'));
    expect(answers.find((a) => a.errors)?.errors?.[0]?.extensions.params).toEqual({ missing: 50 });
    expect(await balanceOf(person)).toEqual({ earned: 150, balance: 50, held: 100 });
  });

  it('for the limit: not one more than allowed', async () => {
    const person = await makePerson(server);
    await givePoints(server, person, 1_000);
    const reward = await makeReward(server, { limitCount: 2, limitPer: 'month', stockLeft: 50 });
    const answers = await Promise.all([1, 2, 3, 4, 5].map(() => redeem(person, reward)));
    expect(answers.filter((a) => a.data).length).toBe(2);
    expect(answers.filter((a) => a.errors).map(reasonOf)).toEqual(Array(3).fill('reward-limit-reached'));
    expect(await stockOf(reward)).toBe(48);
  });

  it('of one tap sent many times: one order', async () => {
    const person = await makePerson(server);
    await givePoints(server, person, 1_000);
    const reward = await makeReward(server, { stockLeft: 9 });
    const key = newId();
    const answers = await Promise.all([1, 2, 3, 4].map(() => redeem(person, reward, key)));
    expect(new Set(answers.map((a) => a.data?.redeemReward.id)).size).toBe(1);
    expect(await stockOf(reward)).toBe(8);
    expect(await balanceOf(person)).toMatchObject({ balance: 900, held: 100 });
  });

  it('of a decision and a cancellation: one of them counts, the points exist once', async () => {
    const lead = await makeStaff(server, 'ld-lead');
    for (let round = 0; round < 6; round += 1) {
      const person = await makePerson(server);
      await givePoints(server, person, 100);
      const reward = await makeReward(server, { approval: 'learning', stockLeft: 1 });
      const id = (await redeem(person, reward)).data?.redeemReward.id as string;
      const answers = await Promise.all([
        act(person, 'cancelRedemption', id),
        act(lead, 'rejectRedemption', id, 'no'),
        act(lead, 'approveRedemption', id),
      ]);
      expect(answers.filter((a) => a.data).length).toBe(1);
      expect(answers.filter((a) => a.errors).map(reasonOf)).toEqual(['order-decided', 'order-decided']);
      const approved = answers[2]?.data !== null && answers[2]?.data !== undefined;
      expect(await balanceOf(person)).toEqual(
        approved ? { earned: 100, balance: 0, held: 100 } : { earned: 100, balance: 100, held: 0 },
      );
      expect(await stockOf(reward)).toBe(approved ? 0 : 1);
    }
    await checkLedger();
  });
});

describe('an order', () => {
  it('is held, approved, fulfilled; spending lowers no rank', async () => {
    const lead = await makeStaff(server, 'ld-lead');
    const person = await makePerson(server);
    await givePoints(server, person, 250);
    const reward = await makeReward(server, { approval: 'learning' });
    const made = await server.gql<{ redeemReward: Order }>(person, REDEEM, {
      id: reward,
      key: newId(),
      note: 'size M',
    });
    expect(made.data?.redeemReward).toMatchObject({ state: 'requested', price: 100, canCancel: true, note: 'size M' });
    const id = made.data?.redeemReward.id as string;
    expect(reasonOf(await act(lead, 'fulfilRedemption', id))).toBe('order-decided');
    expect((await act(lead, 'approveRedemption', id)).data).toMatchObject({ approveRedemption: { state: 'approved' } });
    expect(reasonOf(await act(person, 'cancelRedemption', id))).toBe('order-decided');
    expect((await act(lead, 'fulfilRedemption', id)).data).toMatchObject({ fulfilRedemption: { state: 'fulfilled' } });
    expect(reasonOf(await act(lead, 'withdrawRedemption', id, 'no'))).toBe('order-decided');
    expect(await balanceOf(person)).toEqual({ earned: 250, balance: 150, held: 0 });
    const events = await server.db.read((tx) =>
      rows<{ type: string }>(
        tx,
        `select type from outbox_event where person_id = $1 and type like 'redemption.%' order by id`,
        [person],
      ),
    );
    expect(events.map((e) => e.type)).toEqual(['redemption.requested', 'redemption.approved', 'redemption.fulfilled']);
    await checkLedger();
  });

  it('gives points and item back when rejected, with words', async () => {
    const lead = await makeStaff(server, 'ld-lead');
    const person = await makePerson(server);
    await givePoints(server, person, 100);
    const reward = await makeReward(server, { approval: 'learning', stockLeft: 1 });
    const id = (await redeem(person, reward)).data?.redeemReward.id as string;
    expect(reasonOf(await act(lead, 'rejectRedemption', id, '  '))).toBe('answer-missing');
    expect((await act(lead, 'rejectRedemption', id, 'Not this quarter')).data).toMatchObject({
      rejectRedemption: { answer: 'Not this quarter' },
    });
    expect(await balanceOf(person)).toEqual({ earned: 100, balance: 100, held: 0 });
    expect(await stockOf(reward)).toBe(1);
    const { data } = await server.gql<{ pointsStatement: { edges: { node: object }[] } }>(
      person,
      `{ pointsStatement { edges { node { amount kind reasonCode subjectTitle } } } }`,
    );
    expect(data?.pointsStatement.edges.map((e) => e.node)).toMatchObject([
      { amount: 100, kind: 'release', reasonCode: 'order-returned', subjectTitle: '礼物' },
      { amount: -100, kind: 'hold', reasonCode: 'order' },
      { amount: 100, kind: 'grant' },
    ]);
  });

  it('is decided by the manager where one must agree, by nobody for themselves, and unseen by others', async () => {
    const manager = await makePerson(server);
    const other = await makePerson(server);
    const stranger = await makePerson(server, { managerId: other });
    const person = await makePerson(server, { managerId: manager });
    await givePoints(server, person, 300);
    await givePoints(server, manager, 300);
    const forManager = await makeReward(server, { approval: 'manager' });
    const forLearning = await makeReward(server, { approval: 'learning' });
    const first = (await redeem(person, forManager)).data?.redeemReward.id as string;
    const second = (await redeem(person, forLearning)).data?.redeemReward.id as string;
    const requested = await server.db.read((tx) =>
      rows<{ payload: { approverIds: string[] } }>(
        tx,
        `select payload from outbox_event where type = 'redemption.requested' and person_id = $1 order by id`,
        [person],
      ),
    );
    expect(requested[0]?.payload.approverIds).toEqual([manager]);
    expect(reasonOf(await act(other, 'approveRedemption', first))).toBe('order-unknown');
    expect((await act(stranger, 'approveRedemption', first)).errors?.[0]?.extensions.code).toBe('FORBIDDEN');
    expect(reasonOf(await act(manager, 'approveRedemption', second))).toBe('order-unknown');
    expect((await act(manager, 'approveRedemption', first)).data).toMatchObject({
      approveRedemption: { state: 'approved' },
    });
    expect((await act(manager, 'fulfilRedemption', first)).errors?.[0]?.extensions.code).toBe('FORBIDDEN');
    const lead = await makeStaff(server, 'ld-lead');
    await givePoints(server, lead, 300);
    const own = (await redeem(lead, forLearning)).data?.redeemReward.id as string;
    expect(reasonOf(await act(lead, 'approveRedemption', own))).toBe('own-order');
    const elsewhere = await makeStaff(server, 'ld-lead', await makeOrgUnit(server));
    expect(reasonOf(await act(elsewhere, 'approveRedemption', second))).toBe('order-unknown');
    const board = `{ rewardOrders { edges { node { id state canDecide canFulfil person { name } reward { title } } } } rewardOrderCounts { requested approved } }`;
    const seen = async (who: string) => {
      const { data } = await server.gql<{ rewardOrders: { edges: { node: { id: string } }[] } }>(who, board);
      return data?.rewardOrders.edges.map((e) => e.node.id) ?? [];
    };
    expect(await seen(manager)).toEqual([first]);
    expect(await seen(elsewhere)).toEqual([]);
    expect(await seen(lead)).toEqual(expect.arrayContaining([first, second, own]));
    const counted = await server.queryCount(() => server.gql(lead, board));
    expect(counted.count).toBeLessThanOrEqual(8);
  });

  it('ends with the employment, and its words with the person', async () => {
    const person = await makePerson(server, { employeeNumber: 'LEAVER1' });
    await givePoints(server, person, 300);
    const reward = await makeReward(server, { approval: 'learning', stockLeft: 3 });
    await server.gql(person, REDEEM, { id: reward, key: newId(), note: 'for Lin' });
    await redeem(person, await makeReward(server));
    const own = JSON.stringify(await server.db.read((tx) => server.get(PersonDataRegistry).collect(tx, person)));
    expect(own).toContain('for Lin');
    await server.db.transaction((tx) => server.get(Persons).leave(tx, person, '2026-03-03', null));
    expect(await balanceOf(person)).toEqual({ earned: 300, balance: 300, held: 0 });
    expect(await stockOf(reward)).toBe(3);
    expect(
      await server.db.read((tx) => rows(tx, `select distinct state from redemption where person_id = $1`, [person])),
    ).toEqual([{ state: 'cancelled' }]);
    await server.db.transaction((tx) => server.get(Persons).erase(tx, person, 'LEAVER1', null));
    expect(
      await server.db.read((tx) =>
        rows(tx, `select 1 from redemption where person_id = $1 and (note is not null or answer is not null)`, [
          person,
        ]),
      ),
    ).toEqual([]);
  });
});

describe('the shelf', () => {
  it('shows what my audiences may order, and how long until I can', async () => {
    const person = await makePerson(server);
    const audience = newId();
    await sql(server, `insert into audience (id, code, name, rule) values ($1, 'chosen', '{}', $2)`, [
      audience,
      JSON.stringify({ personIds: [person] }),
    ]);
    await sql(server, `update reward set archived_at = now()`);
    const cheap = await makeReward(server, { price: 40, limitCount: 1, limitPer: 'ever' });
    const dear = await makeReward(server, { price: 168, audienceId: audience });
    const hidden = await makeReward(server, { audienceId: null });
    await givePoints(server, person, 56);
    await redeem(person, cheap);
    const list = `{ rewards { id price mine canOrder obstacle missing daysUntilAffordable stockLeft } }`;
    const { data } = await server.gql<{ rewards: object[] }>(person, list);
    expect(data?.rewards).toEqual([
      {
        id: cheap,
        price: 40,
        mine: 1,
        canOrder: false,
        obstacle: 'reward-limit-reached',
        missing: 24,
        daysUntilAffordable: 12,
        stockLeft: null,
      },
      {
        id: dear,
        price: 168,
        mine: 0,
        canOrder: false,
        obstacle: 'points-too-few',
        missing: 152,
        daysUntilAffordable: 76,
        stockLeft: null,
      },
    ]);
    const other = await makePerson(server);
    await givePoints(server, other, 500);
    expect((await server.gql<{ rewards: { id: string }[] }>(other, list)).data?.rewards.map((r) => r.id)).toEqual([
      cheap,
    ]);
    expect(reasonOf(await redeem(other, dear))).toBe('reward-unknown');
    expect(reasonOf(await redeem(other, hidden))).toBe('reward-unknown');
    expect(reasonOf(await redeem(other, newId()))).toBe('reward-unknown');
    expect(reasonOf(await redeem(other, 'nonsense'))).toBe('not-found');
  });

  it('is changed by L&D with a revision', async () => {
    const lead = await makeStaff(server, 'ld-lead');
    const save = `mutation ($input: StoreRewardInput!) { saveReward(input: $input) { id code revision price titles { zhCN en } } }`;
    const input = {
      kind: 'leave',
      glyph: 'sunset',
      title: { zhCN: '半天假' },
      description: { zhCN: '提前申请' },
      price: 1600,
      stockLeft: 4,
      limitCount: 1,
      limitPer: 'quarter',
      approval: 'manager',
    };
    const made = await server.gql<{ saveReward: { id: string } }>(lead, save, { input });
    const id = made.data?.saveReward.id;
    expect(made.data?.saveReward).toMatchObject({ revision: 1, price: 1600 });
    const changed = await server.gql(lead, save, {
      input: { ...input, id, revision: 1, price: 1700, title: { en: 'Half a day' } },
    });
    expect(changed.data).toMatchObject({
      saveReward: { revision: 2, price: 1700, titles: { zhCN: '半天假', en: 'Half a day' } },
    });
    expect(reasonOf(await server.gql(lead, save, { input: { ...input, id, revision: 1 } }))).toBe('changed-meanwhile');
    expect(reasonOf(await server.gql(lead, save, { input: { ...input, limitPer: null } }))).toBe('limit-incomplete');
    expect(reasonOf(await server.gql(lead, save, { input: { ...input, price: 0 } }))).toBe('input-invalid');
    expect((await server.gql(await makePerson(server), save, { input })).errors?.[0]?.extensions.code).toBe(
      'FORBIDDEN',
    );
  });

  it('has figures for L&D', async () => {
    const lead = await makeStaff(server, 'ld-lead');
    const { data, errors } = await server.gql<{
      rewardStats: { awarded: number; spent: number; openOrders: number; byReason: { code: string }[] };
    }>(
      lead,
      `{ rewardStats { fromDay toDay awarded spent held balance earners people openOrders byReason { code reason points awards people } byUnit { id name points people } byWeek { startsOn awarded spent } rewards { id title orders points } } }`,
    );
    expect(errors).toBeUndefined();
    const truth = await server.db.read((tx) =>
      one<{ awarded: number; spent: number }>(
        tx,
        `select (select sum(amount)::int from ledger_transaction where kind = 'grant') as awarded,
        (select sum(price)::int from redemption where state = 'fulfilled') as spent`,
      ),
    );
    expect(data?.rewardStats).toMatchObject({ fromDay: '2026-02-03', toDay: '2026-03-04', ...truth });
    expect(data?.rewardStats.byReason.map((r) => r.code)).toEqual(['thanks']);
    expect(
      (await server.gql(await makePerson(server), `{ rewardStats { awarded } }`)).errors?.[0]?.extensions.code,
    ).toBe('FORBIDDEN');
  });
});
