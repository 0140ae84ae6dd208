import { IdentityModule } from '@waymark/identity';
import { one, rows } from '@waymark/platform';
import {
  counterEvidence as counter,
  createTestServer,
  enrolOn as enrol,
  fakeTarget as target,
  LearningTestModule,
  makeCohort,
  makeMap,
  makeOrgUnit,
  makePerson,
  makeStaff,
  mapNode as node,
  sampleNodes as sample,
  supervise,
  type TestServer,
} from '@waymark/testing';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { TargetFacts } from '../target/target-facts.service.js';

let server: TestServer;
let lead: string;
beforeAll(async () => {
  server = await createTestServer({ modules: [IdentityModule, LearningTestModule], now: '2026-03-02T02:00:00Z' });
  lead = await makeStaff(server, 'ld-lead');
});
afterAll(() => server.close());
beforeEach(() => server.clock.set('2026-03-02T02:00:00Z'));

interface Trainee {
  enrolmentId: string;
  person: { id: string };
  light: string;
  reasons: { code: string; count: number | null }[];
  overdue: number;
  holdingNode: string | null;
  holdingDays: number;
  stageTitle: string;
  day: number;
}
const FIELDS = `enrolmentId person { id } mentor { id } light reasons { code count days } overdue holdingNode holdingState holdingDays stageTitle day done total`;

describe('trainees', () => {
  it('are seen by mentor, manager and L&D with the same light and reasons, by nobody else', async () => {
    const [manager, mentor, stranger] = [await makePerson(server), await makePerson(server), await makePerson(server)];
    const person = await makePerson(server, { managerId: manager });
    await supervise(server, mentor, person);
    const { mapId } = await makeMap(server);
    await enrol(server, mapId, person, '2026-03-02');
    server.clock.set('2026-03-09T02:00:00Z');
    const mentees = (await server.gql<{ mentees: Trainee[] }>(mentor, `{ mentees { ${FIELDS} } }`)).data?.mentees;
    expect(mentees).toMatchObject([
      {
        person: { id: person },
        light: 'overdue',
        overdue: 2,
        holdingNode: '节点 letter',
        holdingDays: 7,
        stageTitle: 'Know',
        day: 8,
      },
    ]);
    expect(mentees?.[0]?.reasons.map((r) => r.code)).toEqual(['overdue', 'not-started']);
    expect((await server.gql<{ team: Trainee[] }>(manager, `{ team { ${FIELDS} } }`)).data?.team).toEqual(mentees);
    const all = await server.gql<{ trainees: { edges: { node: Trainee }[]; totalCount: number } }>(
      lead,
      `query($m: ID!) { trainees(filter: { mapId: $m }, first: 5) { totalCount edges { node { ${FIELDS} } } } }`,
      { m: mapId },
    );
    expect(all.data?.trainees.edges.map((e) => e.node)).toEqual(mentees);
    expect((await server.gql<{ mentees: Trainee[] }>(stranger, `{ mentees { light } }`)).data?.mentees).toEqual([]);
    expect((await server.gql(stranger, `{ trainees { totalCount } }`)).errors?.[0]?.extensions.code).toBe('FORBIDDEN');
  });

  it('are limited to the org units of a regional grant', async () => {
    const east = await makeOrgUnit(server, { kind: 'region' });
    const shanghai = await makeOrgUnit(server, { parentId: east });
    const west = await makeOrgUnit(server, { kind: 'region' });
    const trainer = await makeStaff(server, 'trainer', east);
    const [inside, outside] = [
      await makePerson(server, { orgUnitId: shanghai }),
      await makePerson(server, { orgUnitId: west }),
    ];
    const { mapId } = await makeMap(server);
    const [, e2] = [
      await enrol(server, mapId, inside, '2026-03-02'),
      await enrol(server, mapId, outside, '2026-03-02'),
    ];
    const seen = await server.gql<{ trainees: { edges: { node: Trainee }[] } }>(
      trainer,
      `query($m: ID!) { trainees(filter: { mapId: $m }) { edges { node { person { id } } } } }`,
      { m: mapId },
    );
    expect(seen.data?.trainees.edges.map((e) => e.node.person.id)).toEqual([inside]);
    const other = await server.gql(trainer, `query($id: ID!) { traineeMap(enrolmentId: $id) { day } }`, { id: e2 });
    expect(other.errors?.[0]?.extensions.code).toBe('NOT_FOUND');
  });

  it('are counted by light, unit and cohort, with the nodes that hold people up', async () => {
    const unit = await makeOrgUnit(server, { name: 'Sales East' });
    const people = [];
    for (let i = 0; i < 4; i += 1) people.push(await makePerson(server, { orgUnitId: unit }));
    await makeCohort(server, people.slice(0, 3));
    const { mapId } = await makeMap(server, [
      node('talks', { kind: 'milestone', evidence: counter(1), dueDay: 3 }),
      node('course', { kind: 'course', targetCode: 'dash', dueDay: 20 }),
      node('z', { stage: 'practise' }),
    ]);
    for (const p of people) await enrol(server, mapId, p, '2026-03-02');
    const [done] = people;
    server.clock.set('2026-03-10T02:00:00Z');
    await server.db.transaction((tx) =>
      server.get(TargetFacts).apply(tx, [
        {
          personId: done as string,
          targetKind: 'course',
          targetId: target('course', 'dash').id,
          state: 'completed',
          occurredAt: server.clock.now(),
        },
      ]),
    );
    const dashboard = await server.gql<{
      learningDashboard: {
        counts: object;
        byUnit: object[];
        byCohort: object[];
        stuckNodes: object[];
        points: object[];
      };
    }>(
      lead,
      `query($m: ID!) { learningDashboard(filter: { mapId: $m }) { counts { onTrack atRisk overdue completed total }
         byUnit { name overdue total } byCohort { overdue total } stuckNodes { nodeKey title people medianDays waitingSignOff } points { day percent light } } }`,
      { m: mapId },
    );
    expect(dashboard.data?.learningDashboard).toMatchObject({
      counts: { onTrack: 0, atRisk: 0, overdue: 4, completed: 0, total: 4 },
      byUnit: [{ name: 'Sales East', overdue: 4, total: 4 }],
      byCohort: [{ overdue: 3, total: 3 }],
      stuckNodes: [{ nodeKey: 'talks', title: '节点 talks', people: 4, medianDays: 6, waitingSignOff: 0 }],
    });
    expect(dashboard.data?.learningDashboard.points).toContainEqual({ day: 9, percent: 33, light: 'overdue' });
  });

  it('are paged by keyset, those in trouble first', async () => {
    const { mapId } = await makeMap(server);
    const ids: string[] = [];
    for (let i = 0; i < 5; i += 1) ids.push(await enrol(server, mapId, await makePerson(server), `2026-02-${20 + i}`));
    const seen: string[] = [];
    let after: string | null = null;
    do {
      const page: {
        data: {
          trainees: { edges: { node: Trainee }[]; pageInfo: { endCursor: string; hasNextPage: boolean } };
        } | null;
      } = await server.gql(
        lead,
        `query($m: ID!, $a: String) { trainees(filter: { mapId: $m }, first: 2, after: $a) { edges { node { enrolmentId } } pageInfo { endCursor hasNextPage } } }`,
        { m: mapId, a: after },
      );
      seen.push(...(page.data?.trainees.edges.map((e) => e.node.enrolmentId) ?? []));
      after = page.data?.trainees.pageInfo.hasNextPage ? page.data.trainees.pageInfo.endCursor : null;
    } while (after);
    expect(seen).toEqual(ids);
  });
});

describe('nudges', () => {
  const events = (personId: string) =>
    server.db.read((tx) =>
      rows<{
        payload: {
          items: { kind: string; nodeId: string; dueOn: string }[];
          mentorIds: string[];
          managerIds: string[];
          byStaff: string | null;
        };
      }>(tx, `select payload from outbox_event where type = 'node.nudge-due' and person_id = $1 order by id`, [
        personId,
      ]),
    );

  it('go out before, on and after the due day, each once, in one event per person and run', async () => {
    const [manager, mentor] = [await makePerson(server), await makePerson(server)];
    const person = await makePerson(server, { managerId: manager });
    await supervise(server, mentor, person);
    const { mapId } = await makeMap(server, [
      node('a', { dueDay: 10 }),
      node('b', { dueDay: 10 }),
      node('c', { required: false, dueDay: 10 }),
      node('z', { stage: 'practise' }),
    ]);
    await enrol(server, mapId, person, '2026-03-01');
    const days: Record<string, string[]> = {};
    for (let day = 5; day <= 22; day += 1) {
      server.clock.set(`2026-03-${String(day).padStart(2, '0')}T02:00:00Z`);
      const before = (await events(person)).length;
      await server.runJob('learning.nudges');
      await server.runJob('learning.nudges');
      for (const e of (await events(person)).slice(before)) days[`day ${day}`] = e.payload.items.map((i) => i.kind);
    }
    expect(days).toEqual({
      'day 7': ['before-3', 'before-3'],
      'day 10': ['on-day', 'on-day'],
      'day 13': ['after-3', 'after-3'],
      'day 17': ['after-7', 'after-7'],
    });
    expect((await events(person))[0]?.payload).toMatchObject({
      mentorIds: [mentor],
      managerIds: [manager],
      byStaff: null,
    });
  });

  it('wait for the morning where the person lives', async () => {
    const person = await makePerson(server, { zone: 'America/Los_Angeles' });
    const { mapId } = await makeMap(server, [node('a', { dueDay: 1 }), node('z', { stage: 'practise' })]);
    await enrol(server, mapId, person, '2026-03-10');
    server.clock.set('2026-03-10T10:00:00Z'); // three in the morning there
    await server.runJob('learning.nudges');
    expect(await events(person)).toHaveLength(0);
    server.clock.set('2026-03-10T16:00:00Z');
    await server.runJob('learning.nudges');
    expect(await events(person)).toHaveLength(1);
  });

  it('by staff reach each person once a day and nobody outside the scope', async () => {
    const person = await makePerson(server);
    const { mapId } = await makeMap(server);
    const e = await enrol(server, mapId, person, '2026-03-02');
    const nudge = async (as: string) =>
      server.gql<{ nudgePeople: object }>(
        as,
        `mutation($e: [ID!]!) { nudgePeople(enrolmentIds: $e) { nudged skipped } }`,
        { e: [e] },
      );
    expect((await nudge(lead)).data?.nudgePeople).toEqual({ nudged: 1, skipped: 0 });
    expect((await nudge(lead)).data?.nudgePeople).toEqual({ nudged: 0, skipped: 1 });
    expect((await events(person))[0]?.payload).toMatchObject({
      byStaff: lead,
      items: [{ kind: 'staff', dueOn: '2026-03-02' }],
    });
    server.clock.set('2026-03-03T02:00:00Z');
    expect((await nudge(lead)).data?.nudgePeople).toEqual({ nudged: 1, skipped: 0 });
    const elsewhere = await makeStaff(server, 'ld-lead', await makeOrgUnit(server));
    server.clock.set('2026-03-04T02:00:00Z');
    expect((await nudge(elsewhere)).data?.nudgePeople).toEqual({ nudged: 0, skipped: 0 });
    expect((await nudge(person)).errors?.[0]?.extensions.code).toBe('FORBIDDEN');
  });
});

describe('today', () => {
  it('says the day, the next step, what is due and who the mentor is', async () => {
    const [person, mentor] = [await makePerson(server), await makePerson(server)];
    await supervise(server, mentor, person);
    const { mapId } = await makeMap(server, sample);
    await enrol(server, mapId, person, '2026-02-27');
    const answer = await server.gql<{ today: object }>(
      person,
      `{ today { today day days stage mapTitle overdue hoursThisWeek ridge stages { key done total } mentor { id }
         nextStep { title kind state late daysLate minutes } dueSoon { title state dueOn late } assignmentsDue { id } } }`,
    );
    expect(answer.errors).toBeUndefined();
    expect(answer.data?.today).toMatchObject({
      today: '2026-03-02',
      day: 4,
      days: 60,
      stage: 0,
      mapTitle: '新商务 90 天',
      overdue: 1,
      mentor: { id: mentor },
      stages: [
        { key: 'know', done: 0, total: 4 },
        { key: 'practise', done: 0, total: 2 },
      ],
      nextStep: { title: '节点 letter', kind: 'reading', state: 'available', late: true, daysLate: 3, minutes: 30 },
      dueSoon: [
        { title: '节点 letter', dueOn: '2026-02-27', late: true },
        { title: '节点 basics', state: 'locked', dueOn: '2026-03-03', late: false },
      ],
    });
  });

  it('is calm for somebody without a map', async () => {
    const person = await makePerson(server);
    const answer = await server.gql<{ today: object }>(
      person,
      `{ today { day nextStep { title } dueSoon { title } overdue ridge } }`,
    );
    expect(answer.data?.today).toEqual({ day: null, nextStep: null, dueSoon: [], overdue: 0, ridge: [] });
  });
});

describe('many people', () => {
  it('ten thousand are judged without a statement per person', async () => {
    const { mapId } = await makeMap(server);
    await server.db.transaction(async (tx) => {
      await tx.query(
        `create temp table crowd on commit drop as select gen_random_uuid() as id from generate_series(1, 10000)`,
      );
      await tx.query(`insert into person (id) select id from crowd`);
      await tx.query(`insert into person_profile (person_id, name) select id, 'crowd' from crowd`);
      await tx.query(
        `insert into enrolment (id, person_id, map_id, version_id, start_day, source, created_at, done, total, next_due_on, open_due)
         select c.id, c.id, m.id, m.current_version_id, date '2026-02-01', 'demo', now(), 1, 6, '2026-03-06', '{2026-03-06,2026-03-29}' from crowd c, learning_map m where m.id = $1`,
        [mapId],
      );
      await tx.query(
        `insert into enrolment_progress select e.id, '{4,1,1,0,0,0,0,0}', '{2026-02-01,2026-03-06,2026-02-18,2026-02-20,2026-03-29,NULL,NULL,NULL}',
        array_fill(null::date, array[8]), array_fill(0::smallint, array[8]), array_fill(0::smallint, array[8]), array_fill(null::smallint, array[8])
        from enrolment e where e.map_id = $1`,
        [mapId],
      );
    });
    await server.db.read((tx) => tx.query('select 1'));
    const query = `query($m: ID!) { learningDashboard(filter: { mapId: $m }) { counts { total atRisk } } }`;
    const { count } = await server.queryCount(async () => {
      const answer = await server.gql<{ learningDashboard: { counts: { total: number } } }>(lead, query, { m: mapId });
      expect(answer.data?.learningDashboard.counts.total).toBe(10_000);
    });
    expect(count).toBeLessThanOrEqual(12);
  });

  it('a thousand due people are nudged in one set-based run', async () => {
    const { mapId } = await makeMap(server, [node('a', { dueDay: 3 }), node('z', { stage: 'practise' })]);
    await server.db.transaction(async (tx) => {
      await tx.query(
        `create temp table crowd on commit drop as select gen_random_uuid() as id from generate_series(1, 1000)`,
      );
      await tx.query(`insert into person (id) select id from crowd`);
      await tx.query(`insert into person_profile (person_id, name) select id, 'due' from crowd`);
      await tx.query(
        `insert into enrolment (id, person_id, map_id, version_id, start_day, source, created_at, done, total, next_due_on, open_due)
         select c.id, c.id, m.id, m.current_version_id, date '2026-05-01', 'demo', now(), 0, 2, '2026-05-03', '{2026-05-03}' from crowd c, learning_map m where m.id = $1`,
        [mapId],
      );
      await tx.query(
        `insert into enrolment_progress select e.id, '{1,0}', '{2026-05-03,NULL}', '{NULL,NULL}', '{0,0}', '{0,0}', '{NULL,NULL}' from enrolment e where e.map_id = $1`,
        [mapId],
      );
    });
    server.clock.set('2026-05-03T02:00:00Z');
    const { count } = await server.queryCount(() => server.runJob('learning.nudges'));
    const { n } = await server.db.read((tx) =>
      one<{ n: number }>(tx, `select count(*)::int as n from nudge where day = '2026-05-03' and kind = 'on-day'`),
    );
    expect(n).toBe(1_000);
    expect(count).toBeLessThanOrEqual(11);
  });
});
