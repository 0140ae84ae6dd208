import { IdentityModule, Persons, Audiences } from '@waymark/identity';
import { one, rows } from '@waymark/platform';
import {
  createTestServer,
  enrolOn as enrol,
  fakeTarget as target,
  LearningTestModule,
  makeJobRole,
  makeMap,
  makeOrgUnit,
  makePerson,
  makeStaff,
  mapNode as node,
  supervise,
  type TestServer,
  wordsEvidence,
} from '@waymark/testing';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { Progress } from '../enrolment/progress.service.js';
import type { DraftNode } from '../learning-map/learning-map.js';
import { TargetFacts } from '../target/target-facts.service.js';

const NOW = '2026-03-10T02:00:00Z';
const START = '2026-03-02';
let server: TestServer;
let lead: string;
beforeAll(async () => {
  server = await createTestServer({ modules: [IdentityModule, LearningTestModule], now: NOW });
  lead = await makeStaff(server, 'ld-lead');
});
afterAll(() => server.close());
beforeEach(() => server.clock.set(NOW));

const nodes: DraftNode[] = [
  node('a', { dueDay: 5 }),
  node('b', { prereqs: ['a'], dueDay: 20 }),
  node('c', { stage: 'practise', dueDay: 40 }),
];
interface Mine {
  enrolmentId: string;
  state: number[];
  due: (string | null)[];
  status: string;
  nextDueOn: string | null;
}
const mine = async (personId: string): Promise<Mine> =>
  (await server.gql<{ myMap: Mine }>(personId, `{ myMap { enrolmentId state due status nextDueOn } }`)).data
    ?.myMap as Mine;
const idOf = async (enrolmentId: string, key: string): Promise<string> =>
  (
    await server.db.read((tx) =>
      one<{ id: string }>(
        tx,
        `select n.id from map_node n join enrolment e on e.version_id = n.version_id where e.id = $1 and n.key = $2`,
        [enrolmentId, key],
      ),
    )
  ).id;
const complete = (enrolmentId: string, key: string): Promise<void> =>
  server.db.transaction((tx) =>
    server.get(Progress).take(tx, [{ enrolmentId, facts: [{ key, state: 4, day: '2026-03-09' }] }]),
  );
const decide = async (as: string, what: string, e: string, key: string, more = '', reason = 'a good reason') =>
  server.gql<Record<string, { state: string; dueOn: string | null; decisions: object[] }>>(
    as,
    `mutation($e: ID!, $n: ID!, $r: String!) { ${what}(enrolmentId: $e, nodeId: $n, reason: $r${more}) { state dueOn decisions { kind reason dueOn previousDueOn by { id } } } }`,
    { e, n: await idOf(e, key), r: reason },
  );
const reasonOf = (answer: { errors?: { extensions: { reason?: string } }[] | undefined }) =>
  answer.errors?.[0]?.extensions.reason;

describe('a decision about a node', () => {
  it('is taken back by a later one, and the learner sees who decided what, when and why', async () => {
    const person = await makePerson(server);
    const { mapId } = await makeMap(server, nodes);
    const e = await enrol(server, mapId, person, START);
    await decide(lead, 'waiveNode', e, 'a');
    expect((await mine(person)).state).toEqual([5, 1, 0]);
    const back = await decide(lead, 'unwaiveNode', e, 'a', '', 'it was the other one');
    expect(back.data?.['unwaiveNode']).toMatchObject({
      state: 'available',
      decisions: [
        { kind: 'unwaive', reason: 'it was the other one', by: { id: lead } },
        { kind: 'waive', reason: 'a good reason', by: { id: lead } },
      ],
    });
    expect((await mine(person)).state).toEqual([1, 0, 0]);
    expect(reasonOf(await decide(lead, 'unwaiveNode', e, 'a'))).toBe('node-not-waived');

    expect((await decide(lead, 'extendDueDay', e, 'b', ', dueOn: "2026-04-01"')).data?.['extendDueDay']?.dueOn).toBe(
      '2026-04-01',
    );
    const plain = await decide(lead, 'unextendDueDay', e, 'b', '', 'back in time after all');
    expect(plain.data?.['unextendDueDay']).toMatchObject({ dueOn: '2026-03-21' });
    const seen = await server.gql<{ learnerNode: { decisions: object[] } }>(
      person,
      `query($e: ID!, $n: ID!) { learnerNode(enrolmentId: $e, nodeId: $n) { decisions { kind reason dueOn previousDueOn } } }`,
      { e, n: await idOf(e, 'b') },
    );
    expect(seen.data?.learnerNode.decisions).toEqual([
      { kind: 'unextend', reason: 'back in time after all', dueOn: null, previousDueOn: '2026-04-01' },
      { kind: 'extend', reason: 'a good reason', dueOn: '2026-04-01', previousDueOn: '2026-03-21' },
    ]);
    const audit = await server.db.read((tx) =>
      rows<{ action: string }>(
        tx,
        `select action from audit_entry where person_id = $1 and subject_type = 'enrolment' order by id`,
        [person],
      ),
    );
    expect(audit.map((a) => a.action)).toEqual([
      'node.waived',
      'node.waiver-ended',
      'node.due-extended',
      'node.extension-ended',
    ]);
  });

  it('taken back counts what was reached on the target meanwhile, and opens a finished map again', async () => {
    const person = await makePerson(server);
    const { mapId } = await makeMap(server, [
      node('a', { kind: 'course', targetCode: 'waived-course' }),
      node('z', { stage: 'practise' }),
    ]);
    const e = await enrol(server, mapId, person, START);
    await decide(lead, 'waiveNode', e, 'a');
    await complete(e, 'z');
    expect((await mine(person)).status).toBe('completed');
    await decide(lead, 'unwaiveNode', e, 'a');
    expect(await mine(person)).toMatchObject({ status: 'open', state: [1, 4] });
    await decide(lead, 'waiveNode', e, 'a');
    await server.db.transaction((tx) =>
      server.get(TargetFacts).apply(tx, [
        {
          personId: person,
          targetKind: 'course',
          targetId: target('course', 'waived-course').id,
          state: 'completed',
          occurredAt: server.clock.now(),
        },
      ]),
    );
    await decide(lead, 'unwaiveNode', e, 'a');
    expect(await mine(person)).toMatchObject({ status: 'completed', state: [4, 4] });
  });

  it('is refused with a reason: too early, not later, no due day, foreign ids, another region', async () => {
    const [east, west] = [await makeOrgUnit(server, { kind: 'region' }), await makeOrgUnit(server, { kind: 'region' })];
    const regional = await makeStaff(server, 'ld-lead', east);
    const [near, far] = [await makePerson(server, { orgUnitId: east }), await makePerson(server, { orgUnitId: west })];
    const { mapId } = await makeMap(server, [...nodes, node('d', { stage: 'practise' })]);
    const e = await enrol(server, mapId, near, START);
    const other = await enrol(server, mapId, far, START);
    expect(reasonOf(await decide(lead, 'extendDueDay', e, 'b', ', dueOn: "2026-01-01"'))).toBe('due-before-start');
    expect(reasonOf(await decide(lead, 'extendDueDay', e, 'b', ', dueOn: "2026-03-21"'))).toBe('due-not-later');
    expect(reasonOf(await decide(lead, 'extendDueDay', e, 'd', ', dueOn: "2026-04-21"'))).toBe('node-without-due-day');
    expect(reasonOf(await decide(lead, 'unextendDueDay', e, 'b'))).toBe('due-not-extended');
    expect(reasonOf(await decide(regional, 'waiveNode', other, 'a'))).toBe('enrolment-unknown');
    expect(reasonOf(await decide(lead, 'waiveNode', e, 'a', '', 'no'))).toBe('reason-required');
    const many = (as: string, input: object) =>
      server.gql<{ extendDueDays: object }>(
        as,
        `mutation($i: ExtendDueDaysInput!) { extendDueDays(input: $i) { people nodes skipped } }`,
        { i: { reason: 'the office was closed', ...input } },
      );
    expect(reasonOf(await many(regional, { enrolmentIds: [e, other], days: 7 }))).toBe('enrolment-unknown');
    expect((await mine(near)).due[1]).toBe('2026-03-21');
    expect(reasonOf(await many(lead, { enrolmentIds: [e], days: 7, dueOn: '2026-05-01' }))).toBe('days-or-day');
    expect(reasonOf(await many(lead, { enrolmentIds: [e], dueOn: '2026-02-01' }))).toBe('due-before-start');

    await complete(e, 'a');
    expect((await many(lead, { enrolmentIds: [e, other], days: 7 })).data?.extendDueDays).toEqual({
      people: 2,
      nodes: 5,
      skipped: 0,
    });
    expect((await mine(near)).due).toEqual(['2026-03-06', '2026-03-28', '2026-04-17', null]);
    expect(await mine(far)).toMatchObject({
      due: ['2026-03-13', '2026-03-28', '2026-04-17', null],
      nextDueOn: '2026-03-13',
    });
    expect(
      (await many(lead, { enrolmentIds: [e, other], nodeKey: 'a', dueOn: '2026-03-20' })).data?.extendDueDays,
    ).toEqual({
      people: 1,
      nodes: 1,
      skipped: 1,
    });
  });
});

describe('a leave of absence', () => {
  const LEAVE = `mutation($i: LeaveOfAbsenceInput!) { recordLeave(input: $i) { id fromDay toDay note by { id } } }`;
  it('moves what is due after its first day, and back again when it is cancelled or changed', async () => {
    const person = await makePerson(server);
    const { mapId } = await makeMap(server, nodes);
    const e = await enrol(server, mapId, person, START);
    await decide(lead, 'extendDueDay', e, 'b', ', dueOn: "2026-03-25"');
    server.clock.advance(60_000);
    const recorded = await server.gql<{ recordLeave: { id: string }[] }>(lead, LEAVE, {
      i: { personId: person, fromDay: '2026-03-11', toDay: '2026-03-20', note: 'operation' },
    });
    // What was due on the 6th stays late; an extension given before the leave was known moves, too.
    expect((await mine(person)).due).toEqual(['2026-03-06', '2026-04-04', '2026-04-20']);
    const id = recorded.data?.recordLeave[0]?.id;
    const overlap = await server.gql(lead, LEAVE, {
      i: { personId: person, fromDay: '2026-03-20', toDay: '2026-03-22' },
    });
    expect(overlap.errors?.[0]?.extensions).toMatchObject({
      code: 'CONFLICT',
      reason: 'leave-overlaps',
      params: { fromDay: '2026-03-11', toDay: '2026-03-20' },
    });
    await server.gql(
      lead,
      `mutation($id: ID!) { changeLeave(id: $id, fromDay: "2026-03-11", toDay: "2026-03-12") { id } }`,
      { id },
    );
    expect((await mine(person)).due).toEqual(['2026-03-06', '2026-03-27', '2026-04-12']);
    await decide(lead, 'extendDueDay', e, 'c', ', dueOn: "2026-05-01"');
    await server.gql(lead, `mutation($id: ID!) { cancelLeave(id: $id) { id } }`, { id });
    expect((await mine(person)).due).toEqual(['2026-03-06', '2026-03-25', '2026-05-01']);
  });

  it('moves the day a stage opens, for the map, the milestone behind it and the calendar feed', async () => {
    const person = await makePerson(server);
    const { mapId } = await makeMap(
      server,
      [
        node('a', { dueDay: 5 }),
        node('kpi', { stage: 'practise', kind: 'milestone', evidence: wordsEvidence, dueDay: 40 }),
      ],
      {
        stages: [
          { key: 'know', title: { en: 'Know' }, goal: {}, fromDay: 1, toDay: 30, gate: 'none' },
          { key: 'practise', title: { en: 'Practise' }, goal: {}, fromDay: 31, toDay: 60, gate: 'day-reached' },
        ],
      },
    );
    const e = await enrol(server, mapId, person, START);
    const feed = (await server.gql<{ createCalendarFeed: string }>(person, `mutation { createCalendarFeed }`)).data
      ?.createCalendarFeed as string;
    const dueDays = async () =>
      (await server.app.inject({ url: feed })).body
        .split('\r\n')
        .filter((l) => l.startsWith('DTSTART'))
        .map((l) => l.slice(-8));
    const gate = async () =>
      (
        await server.gql<{ myMap: { state: number[]; stageOpensOn: string[] } }>(
          person,
          `{ myMap { state stageOpensOn } }`,
        )
      ).data?.myMap;
    const save = async () =>
      (
        await server.gql(
          person,
          `mutation($e: ID!, $n: ID!) { saveMilestone(enrolmentId: $e, nodeId: $n, text: "62 %") { counted } }`,
          { e, n: await idOf(e, 'kpi') },
        )
      ).errors?.[0]?.extensions['reason'] ?? 'saved';
    await server.gql(lead, LEAVE, { i: { personId: person, fromDay: '2026-03-16', toDay: '2026-03-25' } });
    expect((await gate())?.stageOpensOn).toEqual([null, '2026-04-11']);
    expect(await dueDays()).toEqual(['20260306', '20260420']);
    server.clock.set('2026-04-05T02:00:00Z');
    expect([(await gate())?.state[1], await save()]).toEqual([0, 'node-locked']);
    server.clock.set('2026-04-11T02:00:00Z');
    expect([(await gate())?.state[1], await save()]).toEqual([1, 'saved']);
  });

  it('holds for who is enrolled meanwhile, and pauses nudges and staff', async () => {
    const person = await makePerson(server);
    await server.gql(lead, LEAVE, { i: { personId: person, fromDay: '2026-03-01', toDay: '2026-03-12' } });
    const { mapId } = await makeMap(server, [node('a', { dueDay: 3 }), node('z', { stage: 'practise' })]);
    const e = await enrol(server, mapId, person, '2026-03-08');
    expect((await mine(person)).due[0]).toBe('2026-03-15');
    const nudge = (ids: string[]) =>
      server.gql<{ nudgePeople: object }>(
        lead,
        `mutation($e: [ID!]!) { nudgePeople(enrolmentIds: $e) { nudged skipped } }`,
        { e: ids },
      );
    expect((await nudge([e])).data?.nudgePeople).toEqual({ nudged: 0, skipped: 1 });
    server.clock.set('2026-03-12T04:00:00Z');
    await server.runJob('learning.nudges');
    const sent = () =>
      server.db.read((tx) => rows<{ kind: string }>(tx, `select kind from nudge where person_id = $1`, [person]));
    expect(await sent()).toEqual([]);
    server.clock.set('2026-03-13T04:00:00Z');
    await server.runJob('learning.nudges');
    expect(await sent()).toEqual([{ kind: 'before-3' }]);
  });

  it('is seen by who supports the person, its note only by them and L&D', async () => {
    const [person, mentor, stranger] = [await makePerson(server), await makePerson(server), await makePerson(server)];
    await supervise(server, mentor, person);
    await server.gql(lead, LEAVE, {
      i: { personId: person, fromDay: '2026-03-09', toDay: '2026-03-12', note: 'operation' },
    });
    const look = async (as: string) =>
      server.gql<{ leavesOfAbsence: { note: string }[] }>(
        as,
        `query($p: ID!) { leavesOfAbsence(personId: $p) { note fromDay } }`,
        {
          p: person,
        },
      );
    expect((await look(person)).data?.leavesOfAbsence[0]?.note).toBe('operation');
    expect((await look(lead)).data?.leavesOfAbsence[0]?.note).toBe('operation');
    expect((await look(mentor)).data?.leavesOfAbsence[0]).toEqual({ note: '', fromDay: '2026-03-09' });
    expect((await look(stranger)).errors?.[0]?.extensions.code).toBe('NOT_FOUND');
    expect(
      (await server.gql(mentor, LEAVE, { i: { personId: person, fromDay: '2026-05-09', toDay: '2026-05-12' } }))
        .errors?.[0]?.extensions.code,
    ).toBe('FORBIDDEN');
    const { mapId } = await makeMap(server, nodes);
    await enrol(server, mapId, person, START);
    const mentees = await server.gql<{ mentees: { awayUntil: string }[] }>(mentor, `{ mentees { awayUntil } }`);
    expect(mentees.data?.mentees).toEqual([{ awayUntil: '2026-03-12' }]);
  });
});

describe('an assignment rule', () => {
  const DRY = `query($i: AssignmentDryRunInput!) { assignmentDryRun(input: $i) { joins has done leaves outside } }`;
  const PEOPLE = `query($i: AssignmentDryRunInput!, $g: String!) { assignmentDryRunPeople(input: $i, group: $g) { edges { node { person { id } startDay dueOn credit } } } }`;
  const audienceOf = async (
    rule: object,
    id?: { id: string; revision: number },
  ): Promise<{ id: string; revision: number }> =>
    server.db.transaction((tx) => server.get(Audiences).save(tx, { ...id, name: { en: 'rule' }, rule }, lead));

  it('says before it is made who joins, has it, is done, is out of reach; and who leaves when it changes', async () => {
    const [east, west] = [await makeOrgUnit(server, { kind: 'region' }), await makeOrgUnit(server, { kind: 'region' })];
    const role = await makeJobRole(server);
    const regional = await makeStaff(server, 'ld-lead', east);
    const person = (over: object = {}) =>
      makePerson(server, { orgUnitId: east, jobRoleId: role, hireDate: '2026-03-05', ...over });
    const [fresh, walking, done] = [await person(), await person(), await person()];
    await person({ orgUnitId: west });
    const { mapId, code } = await makeMap(server, [node('promise'), node('z', { stage: 'practise', required: true })]);
    await enrol(server, mapId, walking, START);
    const finished = await enrol(server, mapId, done, START);
    await complete(finished, 'promise');
    await complete(finished, 'z');
    const before = await makeMap(server, [node('promise'), node('y', { stage: 'practise' })]);
    await complete(await enrol(server, before.mapId, fresh, START), 'promise');
    const input = { rule: { jobRoleIds: [role] }, targetKind: 'map', targetCode: code, startFrom: 'hire-date' };
    const dry = await server.gql<{ assignmentDryRun: object }>(regional, DRY, { i: input });
    expect(dry.data?.assignmentDryRun).toEqual({ joins: 1, has: 1, done: 1, leaves: 0, outside: 1 });
    const joins = await server.gql<{ assignmentDryRunPeople: { edges: object[] } }>(regional, PEOPLE, {
      i: input,
      g: 'joins',
    });
    expect(joins.data?.assignmentDryRunPeople.edges).toEqual([
      { node: { person: { id: fresh }, startDay: '2026-03-05', dueOn: null, credit: 1 } },
    ]);
    const none = await server.db.read((tx) =>
      rows(tx, `select 1 from enrolment where person_id = $1 and map_id = $2`, [fresh, mapId]),
    );
    expect(none).toEqual([]);

    const audience = await audienceOf({ jobRoleIds: [role], orgUnitIds: [east] });
    const made = await server.gql<{ createAssignment: { id: string } }>(
      lead,
      `mutation($i: AssignmentInput!) { createAssignment(input: $i) { id whenLeaving } }`,
      { i: { audienceId: audience.id, targetKind: 'map', targetCode: code, whenLeaving: 'withdraw' } },
    );
    expect(made.data?.createAssignment).toMatchObject({ whenLeaving: 'withdraw' });
    const narrower = {
      rule: { jobRoleIds: [role], hiredFrom: '2026-03-06' },
      assignmentId: made.data?.createAssignment.id,
    };
    const change = await server.gql<{ assignmentDryRun: object }>(lead, DRY, { i: { ...input, ...narrower } });
    expect(change.data?.assignmentDryRun).toEqual({ joins: 0, has: 0, done: 0, leaves: 2, outside: 0 });
    await audienceOf({ personIds: [walking] }, audience);
    await server.runJob('learning.assignments');
    const map = async (id: string) =>
      (
        await server.db.read((tx) =>
          rows<{ status: string }>(tx, `select status from enrolment where person_id = $1 and map_id = $2`, [
            id,
            mapId,
          ]),
        )
      ).map((r) => r.status);
    // Whoever was on the map before the rule stays; the rule takes off whom it put there.
    expect([await map(fresh), await map(walking), await map(done)]).toEqual([['withdrawn'], ['open'], ['completed']]);
    await audienceOf({ personIds: [walking, fresh] }, { ...audience, revision: audience.revision + 1 });
    await server.runJob('learning.assignments');
    expect((await map(fresh)).sort()).toEqual(['open', 'withdrawn']);
  });

  it('gives who changes the job role its map from that day with credit, and who is hired again a new start', async () => {
    const [one_, two] = [await makeJobRole(server), await makeJobRole(server)];
    const unit = await makeOrgUnit(server, { kind: 'department' });
    const shared = { kind: 'course' as const, targetCode: 'shared-course' };
    const first = await makeMap(server, [node('a', shared), node('z', { stage: 'practise', dueDay: 40 })]);
    const second = await makeMap(server, [
      node('a2', shared),
      node('old', { carryMonths: 6 }),
      node('z2', { stage: 'practise', dueDay: 40 }),
    ]);
    for (const [role, code] of [
      [one_, first.code],
      [two, second.code],
    ] as const) {
      const audience = await audienceOf({ jobRoleIds: [role] });
      const made = await server.gql(lead, `mutation($i: AssignmentInput!) { createAssignment(input: $i) { id } }`, {
        i: { audienceId: audience.id, targetKind: 'map', targetCode: code, startFrom: 'hire-date' },
      });
      expect(made.errors).toBeUndefined();
    }
    const person = await makePerson(server, { orgUnitId: unit, jobRoleId: one_, hireDate: '2025-01-05' });
    await server.drainOutbox();
    const open = async () =>
      server.db.read((tx) =>
        rows<{ mapId: string; startDay: string; status: string; state: number[] }>(
          tx,
          `select e.map_id as "mapId", e.start_day as "startDay", e.status, p.state from enrolment e join enrolment_progress p on p.enrolment_id = e.id
           where e.person_id = $1 order by e.created_at, e.id`,
          [person],
        ),
      );
    expect(await open()).toMatchObject([{ mapId: first.mapId, startDay: '2025-01-05' }]);
    await server.db.transaction((tx) =>
      server.get(TargetFacts).apply(tx, [
        {
          personId: person,
          targetKind: 'course',
          targetId: target('course', 'shared-course').id,
          state: 'completed',
          occurredAt: server.clock.now(),
        },
      ]),
    );
    const persons = server.get(Persons);
    server.clock.set('2026-03-11T02:00:00Z');
    await server.db.transaction((tx) =>
      persons.transfer(
        tx,
        { personId: person, fromDay: '2026-03-11', orgUnitId: unit, jobRoleId: two, managerId: null },
        lead,
      ),
    );
    await server.drainOutbox();
    expect((await open())[1]).toMatchObject({ mapId: second.mapId, startDay: '2026-03-11', state: [4, 1, 0] });
    const second_ = (await mine(person)).enrolmentId;
    await complete(second_, 'old');

    server.clock.set('2026-03-20T02:00:00Z');
    await server.db.transaction((tx) => persons.leave(tx, person, '2026-03-19', lead));
    await server.drainOutbox();
    expect((await open()).map((e) => e.status)).toEqual(['withdrawn', 'withdrawn']);
    server.clock.set('2027-01-10T02:00:00Z');
    await server.db.transaction((tx) =>
      persons.rehire(
        tx,
        { personId: person, hireDate: '2027-01-10', orgUnitId: unit, jobRoleId: two, managerId: null },
        lead,
      ),
    );
    await server.drainOutbox();
    const again = (await open())[2];
    // The course counts for ever, what may be at most six months old has to be done again.
    expect(again).toMatchObject({ mapId: second.mapId, startDay: '2027-01-10', status: 'open', state: [4, 1, 0] });
  });
});
