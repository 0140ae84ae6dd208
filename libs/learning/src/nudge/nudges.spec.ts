import { IdentityModule } from '@waymark/identity';
import { one, Outbox, rows } from '@waymark/platform';
import {
  createTestServer,
  enrolOn as enrol,
  LearningTestModule,
  makeMap,
  makePerson,
  makeStaff,
  mapNode as node,
  sql,
  supervise,
  type TestServer,
} from '@waymark/testing';
import { afterAll, beforeAll, beforeEach, expect, it, vi } from 'vitest';
import { Nudges } from './nudges.service.js';

/** Nine in the morning in Shanghai. */
const MORNING = '2026-03-10T01:00:00Z';
let server: TestServer;
beforeAll(async () => {
  server = await createTestServer({ modules: [IdentityModule, LearningTestModule], now: MORNING });
});
afterAll(() => server.close());
beforeEach(async () => {
  server.clock.set(MORNING);
  await sql(server, `update company_setting set quiet_from = 21, quiet_to = 8`, []);
});

const told = (personId: string): Promise<{ kinds: string[]; mentorIds: string[]; managerIds: string[] }[]> =>
  server.db.read((tx) =>
    rows(
      tx,
      `select array(select jsonb_array_elements(payload->'items')->>'kind') as kinds, payload->'mentorIds' as "mentorIds",
              payload->'managerIds' as "managerIds"
       from outbox_event where type = 'node.nudge-due' and person_id = $1 order by id`,
      [personId],
    ),
  );
const kindsOf = async (personId: string): Promise<string[][]> => (await told(personId)).map((e) => e.kinds);
/** Two nodes due on the day, with a mentor and a manager. */
async function due(startDay: string, zone = 'Asia/Shanghai') {
  const [mentor, manager] = [await makePerson(server), await makePerson(server)];
  const person = await makePerson(server, { zone, managerId: manager });
  await supervise(server, mentor, person);
  const { mapId } = await makeMap(server, [
    node('a', { dueDay: 1 }),
    node('b', { dueDay: 1 }),
    node('z', { stage: 'practise', dueDay: 60 }),
  ]);
  await enrol(server, mapId, person, startDay);
  return { person, mentor, manager };
}
const run = (): Promise<number> => server.get(Nudges).due();

it('everything of a day comes in one message, and two workers at once send it once', async () => {
  const { person, mentor, manager } = await due('2026-03-10');
  const counts = await Promise.all([run(), run(), run()]);
  expect(await told(person)).toEqual([{ kinds: ['on-day', 'on-day'], mentorIds: [mentor], managerIds: [manager] }]);
  expect(counts.filter((n) => n > 0)).toHaveLength(1);
});

it('staff see how often they reminded somebody and when last', async () => {
  const { person } = await due('2026-03-10');
  const lead = await makeStaff(server, 'ld-lead');
  const enrolment = await server.db.read((tx) =>
    one<{ id: string }>(tx, `select id from enrolment where person_id = $1`, [person]),
  );
  const times = async (): Promise<unknown> =>
    (
      await server.gql<{ trainees: { edges: { node: { personId: string; nudges: object | null } }[] } }>(
        lead,
        `{ trainees(first: 100) { edges { node { personId nudges { times lastDay } } } } }`,
      )
    ).data?.trainees.edges.find((e) => e.node.personId === person)?.node.nudges;
  expect(await times()).toBeNull();
  const nudge = (): Promise<unknown> =>
    server.gql(lead, `mutation($e: [ID!]!) { nudgePeople(enrolmentIds: $e) { nudged skipped } }`, {
      e: [enrolment.id],
    });
  await nudge();
  await nudge();
  server.clock.set('2026-03-11T01:00:00Z');
  await nudge();
  expect(await times()).toEqual({ times: 2, lastDay: '2026-03-11' });
});

it('a run that is killed before its end leaves nothing, and the next one sends it all', async () => {
  const { person } = await due('2026-03-10');
  const killed = vi.spyOn(server.get(Outbox), 'publishMany').mockRejectedValueOnce(new Error('killed'));
  await expect(run()).rejects.toThrow('killed');
  killed.mockRestore();
  expect(await kindsOf(person)).toEqual([]);
  expect(await server.db.read((tx) => rows(tx, `select 1 from nudge where person_id = $1`, [person]))).toEqual([]);
  await run();
  await run();
  expect(await kindsOf(person)).toEqual([['on-day', 'on-day']]);
});

it('what turns up later on a day that has had its message waits for the next', async () => {
  const { person } = await due('2026-03-10');
  await run();
  const { mapId } = await makeMap(server, [node('late', { dueDay: 3 }), node('z', { stage: 'practise', dueDay: 60 })]);
  await enrol(server, mapId, person, '2026-03-10');
  server.clock.set('2026-03-10T05:00:00Z');
  await run();
  expect(await kindsOf(person)).toEqual([['on-day', 'on-day']]);
  server.clock.set('2026-03-11T01:00:00Z');
  await run();
  expect(await kindsOf(person)).toEqual([['on-day', 'on-day'], ['before-3']]);
});

it('nobody is told in the company’s quiet hours, whatever they are', async () => {
  const { person } = await due('2026-03-10');
  await sql(server, `update company_setting set quiet_from = 20, quiet_to = 10`, []);
  await run();
  server.clock.set('2026-03-10T12:30:00Z');
  await run();
  expect(await kindsOf(person)).toEqual([]);
  server.clock.set('2026-03-10T02:05:00Z');
  await run();
  expect(await kindsOf(person)).toEqual([['on-day', 'on-day']]);
});

it('the morning is that of the person’s zone: after a move, and when daylight saving begins or ends', async () => {
  const moved = (await due('2026-03-10')).person;
  await run();
  // In Los Angeles the tenth is still to come: it has been told already.
  await sql(server, `update person_profile set zone = 'America/Los_Angeles' where person_id = $1`, [moved]);
  server.clock.set('2026-03-10T16:00:00Z');
  await run();
  expect(await kindsOf(moved)).toEqual([['on-day', 'on-day']]);

  for (const [day, before, after] of [
    ['2026-03-29', '2026-03-29T06:59:00Z', '2026-03-29T07:00:00Z'],
    ['2026-10-25', '2026-10-25T07:59:00Z', '2026-10-25T08:00:00Z'],
  ] as const) {
    const { person } = await due(day, 'Europe/London');
    server.clock.set(before);
    await run();
    expect(await kindsOf(person), before).toEqual([]);
    server.clock.set(after);
    await run();
    expect(await kindsOf(person), after).toEqual([['on-day', 'on-day']]);
  }
});

it('what stays undone goes to the manager and to L&D, each once, and never for who is away', async () => {
  const lead = await makeStaff(server, 'ld-lead');
  const escalated = () =>
    server.db.read((tx) =>
      rows<{ personIds: string[] }>(
        tx,
        `select payload->'personIds' as "personIds" from outbox_event where type = 'node.overdue-escalated' and person_id = $1`,
        [lead],
      ),
    );
  const { person, manager } = await due('2026-05-03');
  const away = (await due('2026-05-03')).person;
  await sql(
    server,
    `insert into leave_of_absence (id, person_id, from_day, to_day, created_at, changed_at)
     values (gen_random_uuid(), $1, '2026-05-04', '2026-05-30', now(), now())`,
    [away],
  );
  server.clock.set('2026-05-10T01:00:00Z');
  await Promise.all([run(), run()]);
  await run();
  expect((await told(person)).map((e) => [e.kinds, e.managerIds])).toEqual([[['after-7', 'after-7'], [manager]]]);
  expect(await escalated()).toEqual([{ personIds: [person] }]);
  expect(await kindsOf(away)).toEqual([]);
});
