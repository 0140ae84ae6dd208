import { readFile } from 'node:fs/promises';
import { Activities } from '@waymark/identity';
import { newId } from '@waymark/kernel';
import { execute, one, Outbox, Relay, rows, SESSION_COOKIE } from '@waymark/platform';
import { reviewsDue } from '@waymark/review/events';
import { RewardsLoader } from '@waymark/rewards';
import { makePerson } from '@waymark/testing/identity';
import { givePoints, makeReward } from '@waymark/testing/rewards';
import { createTestServer, type TestServer } from '@waymark/testing/server';
import { libraryModules } from '@waymark/wiring';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

let server: TestServer;
let url: string;
beforeAll(async () => {
  server = await createTestServer({ modules: libraryModules });
  await server.app.listen(0, '127.0.0.1');
  url = `${await server.app.getUrl()}/graphql`;
  const file = (name: string) => readFile(new URL(`../../../../seeds/reference/${name}.yaml`, import.meta.url), 'utf8');
  const reference = {
    pointRules: await file('point-rules'),
    badges: await file('badges'),
    personLevels: await file('person-levels'),
  };
  await server.db.transaction((tx) => server.get(RewardsLoader).loadReference(tx, reference));
  await makeReward(server);
});
afterAll(() => server.close());

interface Redeemed {
  data: { redeemReward: { id: string } } | null;
  errors?: { extensions: { reason: string } }[];
}
async function redeem(person: string, rewardId: string, requestKey = newId()): Promise<Redeemed> {
  const response = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json', cookie: `${SESSION_COOKIE}=test.${person}` },
    body: JSON.stringify({
      query: `mutation($r: ID!, $k: ID!) { redeemReward(rewardId: $r, requestKey: $k) { id } }`,
      variables: { r: rewardId, k: requestKey },
    }),
  });
  return (await response.json()) as Redeemed;
}

/** Every transaction and the whole ledger sum to zero, nobody owes, no shelf is below empty. */
async function booksAreRight(): Promise<void> {
  await server.db.read(async (tx) => {
    expect(await rows(tx, `select 1 from ledger_posting group by transaction_id having sum(amount) <> 0`)).toEqual([]);
    expect(await rows(tx, `select 1 from point_balance where balance < 0 or held < 0`)).toEqual([]);
    expect(await rows(tx, `select 1 from reward where stock_left < 0`)).toEqual([]);
    const { postings } = await one<{ postings: number }>(tx, `select count(*)::int as postings from ledger_posting`);
    expect(postings).toBeGreaterThan(0);
  });
}

describe.each([2, 20])('%i orders of the last item at once', (people) => {
  it('end with one winner and the points of the others untouched', async () => {
    const buyers: string[] = [];
    for (let i = 0; i < people; i += 1) buyers.push(await makePerson(server));
    for (const buyer of buyers) await givePoints(server, buyer, 100);
    const reward = await makeReward(server, { stockLeft: 1, price: 100 });
    const answers = await Promise.all(buyers.map((buyer) => redeem(buyer, reward)));
    expect(answers.filter((a) => a.data)).toHaveLength(1);
    expect(answers.flatMap((a) => a.errors?.map((e) => e.extensions.reason) ?? [])).toEqual(
      Array(people - 1).fill('reward-sold-out'),
    );
    const left = await server.db.read((tx) =>
      rows<{ balance: number }>(
        tx,
        `select balance from point_balance where person_id = any ($1::uuid[]) order by balance`,
        [buyers],
      ),
    );
    expect(left.map((b) => b.balance)).toEqual([0, ...Array<number>(people - 1).fill(100)]);
    const { stock } = await server.db.read((tx) =>
      one<{ stock: number }>(tx, `select stock_left as stock from reward where id = $1`, [reward]),
    );
    expect(stock).toBe(0);
    await booksAreRight();
  });
});

it('an order that is sent again and again is one order', async () => {
  const buyer = await makePerson(server);
  await givePoints(server, buyer, 500);
  const [reward, key] = [await makeReward(server, { price: 100 }), newId()];
  const answers = await Promise.all(Array.from({ length: 6 }, () => redeem(buyer, reward, key)));
  expect(new Set(answers.map((a) => a.data?.redeemReward.id)).size).toBe(1);
  const { balance } = await server.db.read((tx) =>
    one<{ balance: number }>(tx, `select balance from point_balance where person_id = $1`, [buyer]),
  );
  expect(balance).toBe(400);
  await booksAreRight();
});

describe('the same event delivered twice', () => {
  const counts = (personId: string) =>
    server.db.read((tx) =>
      one<{ earned: number; awards: number; news: number }>(
        tx,
        `select coalesce((select earned from point_balance where person_id = $1), 0)::int as earned,
           (select count(*)::int from ledger_transaction where person_id = $1 and kind = 'award') as awards,
           (select count(*)::int from notification where person_id = $1) as news`,
        [personId],
      ),
    );

  it('gives points once and tells once, whoever relays and however often it is handed out', async () => {
    const person = await makePerson(server);
    await server.drainOutbox();
    const before = await counts(person);
    await server.db.transaction(async (tx) => {
      await server.get(Activities).record(tx, {
        verb: 'course.completed',
        personId: person,
        subjectType: 'course',
        subjectId: newId(),
        result: { courseCode: 'once' },
        creditedMinutes: 120,
      });
      await server
        .get(Outbox)
        .publish(tx, reviewsDue, { personId: person, payload: { due: 3, minutes: 2, localDay: '2026-03-02' } });
    });
    await server.drainOutbox();
    const after = await counts(person);
    expect(after.earned).toBe(before.earned + 40);
    expect(after.news).toBeGreaterThan(before.news);

    // Handed out again to every consumer, as after a restored queue: what a consumer took stays taken.
    await server.db.transaction((tx) =>
      execute(tx, `update outbox_event set relayed_at = null where person_id = $1`, [person]),
    );
    await server.drainOutbox();
    expect(await counts(person)).toEqual(after);

    // And when even that memory is gone, the keys of the effects hold.
    await server.db.transaction(async (tx) => {
      await execute(
        tx,
        `delete from consumed_event c using outbox_event e where e.id = c.event_id and e.person_id = $1`,
        [person],
      );
      await execute(tx, `update outbox_event set relayed_at = null where person_id = $1`, [person]);
    });
    await server.drainOutbox();
    expect(await counts(person)).toEqual(after);
    await booksAreRight();
  });

  it('gives points once when two workers take it at the same moment', async () => {
    const person = await makePerson(server);
    await server.drainOutbox();
    await server.db.transaction((tx) =>
      server.get(Activities).record(tx, {
        verb: 'course.completed',
        personId: person,
        subjectType: 'course',
        subjectId: newId(),
        result: { courseCode: 'twice' },
        creditedMinutes: 60,
      }),
    );
    const relay = server.get(Relay);
    const [first, second] = await Promise.all([relay.relay(), relay.relay()]);
    const consumers = [...new Set([...first, ...second])];
    await Promise.all([...consumers, ...consumers].map((name) => relay.consume(name)));
    await server.drainOutbox();
    expect(await counts(person)).toMatchObject({ earned: 40, awards: 1 });
  });
});
