import { readFile } from 'node:fs/promises';
import { IdentityModule } from '@waymark/identity';
import { addDays, mulberry32, newId } from '@waymark/kernel';
import { execute, one, rows } from '@waymark/platform';
import { createTestServer, makeCohort, makeOrgUnit, makePerson, type TestServer } from '@waymark/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { RewardsModule } from '../rewards.module.js';
import { RewardsLoader } from '../rewards.loader.js';
import { PointsReplay } from './points-replay.service.js';

const RECORDS = 20_000;
const VERBS = [
  'review.done',
  'review.done',
  'review.done',
  'lesson.completed',
  'lesson.completed',
  'streak.day',
  'level.cleared',
  'attempt.passed',
  'meeting.held',
];

let server: TestServer;
const people: string[] = [];
beforeAll(async () => {
  server = await createTestServer({ modules: [IdentityModule, RewardsModule], now: '2026-03-04T02:00:00Z' });
  const reference = (name: string): Promise<string> =>
    readFile(new URL(`../../../../seeds/reference/${name}.yaml`, import.meta.url), 'utf8');
  const demo = await readFile(new URL('../../../../seeds/demo/rewards.yaml', import.meta.url), 'utf8');
  await server.db.transaction(async (tx) => {
    const files = {
      pointRules: await reference('point-rules'),
      badges: await reference('badges'),
      personLevels: await reference('person-levels'),
    };
    const loader = server.get(RewardsLoader);
    await loader.loadReference(tx, files);
    await loader.loadReference(tx, files);
    expect([await loader.loadRewards(tx, demo), await loader.loadRewards(tx, demo)]).toEqual([
      { added: 12 },
      { added: 0 },
    ]);
    expect(await rows(tx, `select 1 from point_rule where revision > 1`)).toEqual([]);
  });
  const region = await makeOrgUnit(server, { kind: 'region' });
  const units: string[] = [];
  for (let i = 0; i < 3; i += 1) units.push(await makeOrgUnit(server, { parentId: region }));
  for (let i = 0; i < 120; i += 1) people.push(await makePerson(server, { orgUnitId: units[i % 3] as string }));
  await makeCohort(server, people.slice(0, 20));
  const random = mulberry32(3);
  const list = Array.from({ length: RECORDS }, (_, i) => {
    const verb = VERBS[Math.floor(random() * VERBS.length)] as string;
    const day = addDays('2026-03-03', -Math.floor(random() * 180));
    return {
      id: newId(),
      person_id: people[Math.floor(random() * people.length)],
      org_unit_id: units[i % 3],
      verb,
      subject_type: verb.split('.')[0],
      subject_id: `s${Math.floor(random() * 60)}`,
      result: {
        recalled: random() < 0.85,
        examKind: random() < 0.3 ? 'exam' : 'quiz',
        scoreBp: Math.floor(random() * 10_000),
        number: 1,
        role: 'mentor',
      },
      occurred_at: `${day}T0${Math.floor(random() * 9)}:00:00Z`,
      local_day: day,
    };
  });
  await server.db.transaction((tx) =>
    execute(
      tx,
      `insert into activity_record (id, person_id, org_unit_id, verb, subject_type, subject_id, result, occurred_at, local_day)
       select * from jsonb_to_recordset($1::jsonb) as a(id uuid, person_id uuid, org_unit_id uuid, verb text, subject_type text, subject_id text, result jsonb, occurred_at timestamptz, local_day date)`,
      [JSON.stringify(list)],
    ),
  );
});
afterAll(() => server.close());

describe('a replay of all records', () => {
  it('pays them with their own days, fills boards, badges and honours, and changes nothing the second time', async () => {
    const first = await server.get(PointsReplay).rebuildFromActivities();
    expect(first.activities).toBe(RECORDS);
    expect(first.awards).toBeGreaterThan(5_000);
    expect(first.badges).toBeGreaterThan(100);
    const state = () =>
      server.db.read((tx) =>
        one(
          tx,
          `select (select count(*) from ledger_transaction) as t, (select sum(amount) from ledger_posting) as zero, (select sum(earned) from point_balance) as earned,
             (select sum(points) from board_score) as scores, (select sum(people) from board_bucket) as buckets, (select count(*) from board_score) as rows, (select count(*) from honour_entry) as honours,
             (select count(*) from person_badge) as badges, (select count(*) from outbox_event where type like 'points%' or type like 'badge%') as told`,
        ),
      );
    const after = await state();
    expect(after).toMatchObject({ t: first.awards, zero: 0, earned: first.points, told: 0, badges: first.badges });
    expect((after as { buckets: number; rows: number }).buckets).toBe((after as { rows: number }).rows);
    expect((after as { honours: number }).honours).toBeGreaterThan(100);
    expect(await server.get(PointsReplay).rebuildFromActivities()).toEqual({
      activities: RECORDS,
      awards: 0,
      points: 0,
      badges: 0,
      boardsClosed: 0,
    });
    expect(await state()).toEqual(after);
  });

  it('can be followed by orders of the past', async () => {
    const [rich] = await server.db.read((tx) =>
      rows<{ id: string; balance: number }>(
        tx,
        `select person_id as id, balance from point_balance order by balance desc limit 1`,
      ),
    );
    const orders = (['fulfilled', 'rejected', 'requested'] as const).map((state, i) => ({
      personId: rich?.id as string,
      rewardCode: 'coffee-voucher',
      requestedAt: new Date(Date.UTC(2026, 1, 10 + i)),
      state,
    }));
    const tooDear = {
      personId: rich?.id as string,
      rewardCode: 'annual-conference',
      requestedAt: new Date('2026-02-20T00:00:00Z'),
      state: 'requested' as const,
    };
    expect(await server.get(RewardsLoader).loadOrders([...orders, tooDear])).toEqual({ orders: 3 });
    const after = await server.db.read((tx) =>
      one<{ balance: number; held: number }>(tx, `select balance, held from point_balance where person_id = $1`, [
        rich?.id,
      ]),
    );
    expect(after).toEqual({ balance: (rich?.balance as number) - 360, held: 180 });
  });
});
