import { Audiences, IdentityModule } from '@waymark/identity';
import { addDays } from '@waymark/kernel';
import { one, rows } from '@waymark/platform';
import {
  counterEvidence as counter,
  createTestServer,
  enrolOn as enrol,
  fakeTarget as target,
  LearningTestModule,
  makeJobRole,
  makeMap,
  makeOrgUnit,
  makePerson,
  makeStaff,
  mapDraft as draft,
  mapNode as node,
  sampleNodes as sample,
  sql,
  supervise,
  type TestServer,
} from '@waymark/testing';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { LearningMaps } from '../learning-map/learning-maps.service.js';
import { TargetFacts, type TargetFact } from '../target/target-facts.service.js';
import { Enrolments } from './enrolments.service.js';

let server: TestServer;
beforeAll(async () => {
  server = await createTestServer({ modules: [IdentityModule, LearningTestModule], now: '2026-03-02T02:00:00Z' });
});
afterAll(() => server.close());
beforeEach(() => server.clock.set('2026-03-02T02:00:00Z'));

const TODAY = '2026-03-02';
const MAP = `query($id: ID) { myMap(enrolmentId: $id) { enrolmentId versionId documentUrl day days done total overdue nextDueOn here status
  state due completed late unitsDone unitsOf scoreBp stageDone stageOf stageOpen stageOpensOn } }`;
interface MyMap {
  enrolmentId: string;
  versionId: string;
  documentUrl: string;
  day: number;
  done: number;
  total: number;
  overdue: number;
  nextDueOn: string | null;
  here: number | null;
  status: string;
  state: number[];
  due: (string | null)[];
  completed: (string | null)[];
  late: number[];
  unitsDone: number[];
  unitsOf: number[];
  scoreBp: (number | null)[];
  stageDone: number[];
  stageOf: number[];
  stageOpen: number[];
}
async function myMap(personId: string): Promise<MyMap> {
  const answer = await server.gql<{ myMap: MyMap }>(personId, MAP);
  expect(answer.errors).toBeUndefined();
  return answer.data?.myMap as MyMap;
}
function fact(personId: string, over: Partial<TargetFact>): Promise<void> {
  return server.db.transaction((tx) =>
    server.get(TargetFacts).apply(tx, [
      {
        personId,
        targetKind: 'course',
        targetId: target('course', 'basics').id,
        state: 'completed',
        occurredAt: server.clock.now(),
        ...over,
      },
    ]),
  );
}
async function nodeId(personId: string, key: string): Promise<string> {
  const map = await myMap(personId);
  return (
    await server.db.read((tx) =>
      one<{ id: string }>(tx, `select id from map_node where version_id = $1 and key = $2`, [map.versionId, key]),
    )
  ).id;
}

describe('open my map', () => {
  it('answers columns in the order of the document, from one statement', async () => {
    const person = await makePerson(server);
    const { mapId } = await makeMap(server);
    await enrol(server, mapId, person, TODAY);
    const map = await myMap(person);
    expect(map.state).toEqual([1, 0, 0, 0, 0, 0, 0, 0]);
    expect(map.due).toEqual([
      '2026-03-02',
      '2026-03-06',
      '2026-03-19',
      '2026-03-21',
      '2026-03-29',
      '2026-04-20',
      '2026-04-25',
      null,
    ]);
    expect([map.day, map.done, map.total, map.overdue, map.here, map.nextDueOn]).toEqual([1, 0, 6, 0, 0, '2026-03-02']);
    expect(map.unitsOf).toEqual([0, 0, 2, 0, 0, 4, 0, 0]);
    expect([map.stageDone, map.stageOf, map.stageOpen]).toEqual([
      [0, 0],
      [4, 2],
      [1, 0],
    ]);

    const { statements } = await server.queryCount(() => myMap(person));
    expect(statements.filter((s) => s.includes('enrolment'))).toHaveLength(1);
    expect(statements.length).toBeLessThanOrEqual(
      2 + statements.filter((s) => /person_profile|permission_grant|supervision/.test(s)).length,
    );
  });

  it('flags what is late in the zone of the person', async () => {
    const person = await makePerson(server, { zone: 'America/Los_Angeles' });
    const { mapId } = await makeMap(server);
    await enrol(server, mapId, person, '2026-03-01');
    server.clock.set('2026-03-02T05:00:00Z'); // still 1 March in Los Angeles
    expect((await myMap(person)).overdue).toBe(0);
    server.clock.set('2026-03-02T09:00:00Z');
    const map = await myMap(person);
    expect([map.day, map.overdue, map.late[0], map.late[1]]).toEqual([2, 1, 1, 0]);
  });

  it('serves the document once, compressed, unchanged and only to those who walk it or answer for it', async () => {
    const [person, stranger, mentor] = [await makePerson(server), await makePerson(server), await makePerson(server)];
    const { mapId } = await makeMap(server);
    await enrol(server, mapId, person, TODAY);
    await supervise(server, mentor, person);
    const { documentUrl } = await myMap(person);
    const get = (as: string, headers: Record<string, string> = {}) =>
      server.app.inject({ method: 'GET', url: documentUrl, headers, cookies: { waymark_session: `test.${as}` } });
    const first = await get(person);
    expect(first.statusCode).toBe(200);
    const document = first.json<{
      title: string;
      nodes: { key: string; title: string; target: { code: string } | null; row: number; lane: number }[];
      ridge: number[];
    }>();
    expect(document.nodes.map((n) => n.key)).toEqual(sample.map((n) => n.key));
    expect([document.title, document.nodes[1]?.target?.code]).toEqual(['新商务 90 天', 'basics']);
    const zipped = await get(person, { 'accept-encoding': 'br' });
    expect(zipped.headers['content-encoding']).toBe('br');
    expect(zipped.rawPayload.length).toBeLessThan(first.rawPayload.length / 2);
    expect((await get(person, { 'if-none-match': String(first.headers['etag']) })).statusCode).toBe(304);
    expect((await get(mentor)).statusCode).toBe(200);
    expect((await get(stranger)).statusCode).toBe(404);
  });

  it('keeps a learner from the map of another', async () => {
    const [person, stranger] = [await makePerson(server), await makePerson(server)];
    const { mapId } = await makeMap(server);
    const id = await enrol(server, mapId, person, TODAY);
    expect((await server.gql<{ myMap: null }>(stranger, MAP, { id })).data?.myMap).toBeNull();
    const other = await server.gql(stranger, `query($id: ID!) { traineeMap(enrolmentId: $id) { day } }`, { id });
    expect(other.errors?.[0]?.extensions).toMatchObject({ code: 'NOT_FOUND', reason: 'enrolment-unknown' });
  });
});

describe('progress', () => {
  it('follows courses, exams and meetings, and writes counters, activities and events in the same transaction', async () => {
    const person = await makePerson(server);
    const { mapId } = await makeMap(server);
    await enrol(server, mapId, person, TODAY);
    const read = await nodeId(person, 'letter');
    const id = (await myMap(person)).enrolmentId;
    await server.gql(person, `mutation($e: ID!, $n: ID!) { acknowledgeNode(enrolmentId: $e, nodeId: $n) { state } }`, {
      e: id,
      n: read,
    });
    await fact(person, { state: 'in-progress', unitsDone: 2, unitsOf: 4 });
    let map = await myMap(person);
    expect(map.state.slice(0, 5)).toEqual([4, 2, 1, 0, 0]);
    expect([map.unitsDone[1], map.unitsOf[1], map.done, map.here]).toEqual([2, 4, 1, 1]);

    await fact(person, { unitsDone: 4, unitsOf: 4 });
    map = await myMap(person);
    // Any one of two opens the exam; the showcase has no room yet and holds nobody up.
    expect(map.state.slice(0, 5)).toEqual([4, 4, 1, 0, 1]);
    const exam = { targetKind: 'exam', targetId: target('exam', 'newcomer').id } as const;
    await fact(person, { ...exam, state: 'submitted', scoreBp: null });
    expect((await myMap(person)).state[4]).toBe(3);
    await fact(person, { ...exam, state: 'in-progress', scoreBp: 7200 });
    expect((await myMap(person)).state[4]).toBe(2);
    await fact(person, { ...exam, scoreBp: 8600 });
    map = await myMap(person);
    expect([map.state[4], map.scoreBp[4], map.completed[4]]).toEqual([4, 8600, TODAY]);

    const verbs = await server.db.read((tx) =>
      rows<{ verb: string; key: string | null }>(
        tx,
        `select verb, result->>'key' as key from activity_record where person_id = $1 order by id`,
        [person],
      ),
    );
    expect(verbs.map((v) => `${v.verb}:${v.key}`)).toEqual([
      'node.completed:letter',
      'node.completed:basics',
      'node.completed:newcomer',
    ]);
    const events = await server.db.read((tx) =>
      rows<{ type: string }>(tx, `select type from outbox_event where person_id = $1 and type = 'node.completed'`, [
        person,
      ]),
    );
    expect(events).toHaveLength(3);
  });

  it('completes the enrolment once, with its stages', async () => {
    const person = await makePerson(server);
    const { mapId } = await makeMap(server, [
      node('a', { kind: 'course', targetCode: 'solo-a' }),
      node('b', { stage: 'practise', kind: 'mentor-meetings', evidence: counter(2) }),
    ]);
    await enrol(server, mapId, person, TODAY);
    const meetings = { targetKind: 'mentor-meetings', targetId: person, state: 'in-progress' } as const;
    await fact(person, { targetId: target('course', 'solo-a').id });
    await fact(person, { ...meetings, unitsDone: 1 });
    expect((await myMap(person)).unitsDone[1]).toBe(1);
    await fact(person, { ...meetings, unitsDone: 2 });
    await fact(person, { ...meetings, unitsDone: 3 });
    const map = await myMap(person);
    expect([map.status, map.done, map.total, map.state, map.unitsDone[1]]).toEqual(['completed', 2, 2, [4, 4], 2]);
    const verbs = await server.db.read((tx) =>
      rows<{ verb: string }>(tx, `select verb from activity_record where person_id = $1 order by id`, [person]),
    );
    expect(verbs.map((v) => v.verb)).toEqual([
      'node.completed',
      'stage.completed',
      'node.completed',
      'stage.completed',
      'enrolment.completed',
    ]);
  });

  it('two facts at once both count', async () => {
    const person = await makePerson(server);
    const { mapId } = await makeMap(
      server,
      ['p', 'q', 'r'].map((k) => node(k, { kind: 'course', targetCode: `race-${k}` })),
      {
        stages: draft([]).stages.slice(0, 1),
      },
    );
    await enrol(server, mapId, person, TODAY);
    await Promise.all(['p', 'q', 'r'].map((k) => fact(person, { targetId: target('course', `race-${k}`).id })));
    const map = await myMap(person);
    expect([map.state, map.done, map.status]).toEqual([[4, 4, 4], 3, 'completed']);
    const { n } = await server.db.read((tx) =>
      one<{ n: number }>(
        tx,
        `select count(*)::int as n from activity_record where person_id = $1 and verb = 'enrolment.completed'`,
        [person],
      ),
    );
    expect(n).toBe(1);
  });

  it('loses nothing that is completed in the moment of enrolling', async () => {
    const { mapId } = await makeMap(server, [
      node('a', { kind: 'course', targetCode: 'moment' }),
      node('z', { stage: 'practise' }),
    ]);
    for (let round = 0; round < 8; round += 1) {
      const person = await makePerson(server);
      await Promise.all([
        enrol(server, mapId, person, TODAY),
        fact(person, { targetId: target('course', 'moment').id }),
      ]);
      expect((await myMap(person)).state[0]).toBe(4);
    }
  });

  it('refuses to acknowledge what is locked or no reading', async () => {
    const person = await makePerson(server);
    const { mapId } = await makeMap(server, [
      node('a'),
      node('b', { prereqs: ['a'] }),
      node('z', { stage: 'practise', kind: 'course', targetCode: 'z' }),
    ]);
    const e = await enrol(server, mapId, person, TODAY);
    const ack = `mutation($e: ID!, $n: ID!) { acknowledgeNode(enrolmentId: $e, nodeId: $n) { state } }`;
    const reason = async (key: string) =>
      (await server.gql(person, ack, { e, n: await nodeId(person, key) })).errors?.[0]?.extensions.reason;
    expect([await reason('b'), await reason('z'), await reason('a')]).toEqual([
      'node-locked',
      'node-not-a-reading',
      undefined,
    ]);
  });
});

describe('enrolling', () => {
  it('happens once per map, with what was reached before, target first', async () => {
    const person = await makePerson(server);
    await fact(person, { state: 'in-progress', unitsDone: 1, unitsOf: 4 });
    await fact(person, { targetKind: 'exam', targetId: target('exam', 'newcomer').id, scoreBp: 9000 });
    const { mapId } = await makeMap(server);
    await enrol(server, mapId, person, TODAY);
    const map = await myMap(person);
    expect([map.state[1], map.unitsDone[1], map.state[4], map.scoreBp[4], map.done]).toEqual([2, 1, 4, 9000, 1]);
    const again = await server.db.transaction((tx) =>
      server
        .get(Enrolments)
        .enrol(tx, { mapId, people: [{ personId: person, startDay: TODAY }], source: 'manual', actorId: null }),
    );
    expect(again).toEqual({ enrolled: 0, already: 1 });
  });

  it('carries a milestone over to another map by its key', async () => {
    const person = await makePerson(server);
    const first = await makeMap(server, [node('promise'), node('z', { stage: 'practise' })]);
    const e = await enrol(server, first.mapId, person, TODAY);
    await server.gql(person, `mutation($e: ID!, $n: ID!) { acknowledgeNode(enrolmentId: $e, nodeId: $n) { state } }`, {
      e,
      n: await nodeId(person, 'promise'),
    });
    const second = await makeMap(server, [node('promise'), node('other', { stage: 'practise' })]);
    await enrol(server, second.mapId, person, TODAY);
    expect((await myMap(person)).state).toEqual([4, 1]);
  });

  it('of a thousand people takes a handful of statements', async () => {
    const { mapId } = await makeMap(server);
    const people = await server.db.transaction(async (tx) => {
      await tx.query(`with p as (insert into person (id) select gen_random_uuid() from generate_series(1, 1000) returning id)
        insert into person_profile (person_id, name) select id, 'x' from p`);
      return rows<{ id: string }>(tx, `select person_id as id from person_profile where name = 'x'`);
    });
    const { result, count } = await (async () => {
      let result: { enrolled: number; already: number } | undefined;
      const { count } = await server.queryCount(async () => {
        result = await server.db.transaction((tx) =>
          server.get(Enrolments).enrol(tx, {
            mapId,
            people: people.map((p) => ({ personId: p.id, startDay: TODAY })),
            source: 'manual',
            actorId: null,
          }),
        );
      });
      return { result, count };
    })();
    expect(result).toEqual({ enrolled: 1000, already: 0 });
    expect(count).toBeLessThanOrEqual(11);
    await sql(server, `delete from enrolment_progress`);
    await sql(server, `delete from enrolment`);
  });

  it('by staff stays inside their scope, and audits what it takes away', async () => {
    const lead = await makeStaff(server, 'ld-lead');
    const person = await makePerson(server);
    const { mapId } = await makeMap(server);
    const enrolPeople = `mutation($m: ID!, $p: [ID!]!) { enrolPeople(mapId: $m, personIds: $p) { enrolled already } }`;
    const done = await server.gql<{ enrolPeople: object }>(lead, enrolPeople, { m: mapId, p: [person] });
    expect(done.data?.enrolPeople).toEqual({ enrolled: 1, already: 0 });
    expect((await server.gql(person, enrolPeople, { m: mapId, p: [person] })).errors?.[0]?.extensions.code).toBe(
      'FORBIDDEN',
    );
    const id = (await myMap(person)).enrolmentId;
    const gone = await server.gql<{ withdrawEnrolment: { status: string } }>(
      lead,
      `mutation($id: ID!) { withdrawEnrolment(enrolmentId: $id, reason: "moved to finance") { status } }`,
      { id },
    );
    expect(gone.data?.withdrawEnrolment.status).toBe('withdrawn');
    expect((await server.gql<{ myMap: null }>(person, MAP)).data?.myMap).toBeNull();
    const audit = await server.db.read((tx) =>
      rows<{ changes: object[] }>(
        tx,
        `select changes from audit_entry where action = 'enrolment.withdrawn' and person_id = $1`,
        [person],
      ),
    );
    expect(audit).toHaveLength(1);
    expect(JSON.stringify(audit)).not.toContain('finance');
  });
});

describe('exceptions', () => {
  it('waives with a reason the learner sees, and extends a due day that survives a new version', async () => {
    const lead = await makeStaff(server, 'ld-lead');
    const person = await makePerson(server);
    const { mapId } = await makeMap(server);
    const e = await enrol(server, mapId, person, TODAY);
    const waive = `mutation($e: ID!, $n: ID!, $r: String!) { waiveNode(enrolmentId: $e, nodeId: $n, reason: $r) { state waiver { reason by { id } } } }`;
    const letter = await nodeId(person, 'letter');
    expect((await server.gql(lead, waive, { e, n: letter, r: ' ' })).errors?.[0]?.extensions.reason).toBe(
      'reason-required',
    );
    const waived = await server.gql<{ waiveNode: { state: string; waiver: { reason: string; by: { id: string } } } }>(
      lead,
      waive,
      { e, n: letter, r: 'same course elsewhere' },
    );
    expect(waived.data?.waiveNode).toEqual({
      state: 'waived',
      waiver: { reason: 'same course elsewhere', by: { id: lead } },
    });
    expect((await myMap(person)).state.slice(0, 3)).toEqual([5, 1, 1]);
    const seen = await server.gql<{ learnerNode: { waiver: { reason: string } } }>(
      person,
      `query($e: ID!, $n: ID!) { learnerNode(enrolmentId: $e, nodeId: $n) { waiver { reason } } }`,
      { e, n: letter },
    );
    expect(seen.data?.learnerNode.waiver.reason).toBe('same course elsewhere');

    const due = addDays(TODAY, 20);
    const extend = `mutation($e: ID!, $n: ID!, $d: LocalDay!) { extendDueDay(enrolmentId: $e, nodeId: $n, dueOn: $d, reason: "was ill") { dueOn } }`;
    expect(
      (await server.gql(lead, extend, { e, n: await nodeId(person, 'basics'), d: '2026-01-01' })).errors?.[0]
        ?.extensions.reason,
    ).toBe('due-before-start');
    await server.gql(lead, extend, { e, n: await nodeId(person, 'basics'), d: due });
    expect((await myMap(person)).due[1]).toBe(due);

    const maps = server.get(LearningMaps);
    const open = await maps.startDraft(lead, mapId);
    const saved = await maps.saveDraft(lead, mapId, open.revision, {
      ...open.document,
      nodes: [...open.document.nodes, node('late-addition', { dueDay: 10 })],
    });
    await maps.publish(lead, mapId, { revision: saved.revision, summary: 'one more', move: 'all' });
    const after = await myMap(person);
    expect([after.total, after.state[0], after.due[1], after.due[5]]).toEqual([7, 5, due, addDays(TODAY, 9)]);
    const kept = await server.db.read((tx) => rows(tx, `select 1 from enrolment_move where enrolment_id = $1`, [e]));
    expect(kept).toHaveLength(1);
  });

  it('explains a lock: which nodes, who holds them, what is met', async () => {
    const [person, mentor] = [await makePerson(server), await makePerson(server)];
    await supervise(server, mentor, person);
    const { mapId } = await makeMap(server);
    const e = await enrol(server, mapId, person, TODAY);
    const answer = await server.gql<{
      learnerNode: { state: string; need: number; blockers: { kind: string; title: string; state: string }[] };
    }>(
      mentor,
      `query($e: ID!, $n: ID!) { learnerNode(enrolmentId: $e, nodeId: $n) { state need blockers { kind title state waitingFor { id } } } }`,
      { e, n: await nodeId(person, 'newcomer') },
    );
    expect(answer.data?.learnerNode).toMatchObject({
      state: 'locked',
      need: 1,
      blockers: [
        { kind: 'node', title: '节点 basics', state: 'locked' },
        { kind: 'node', title: '节点 talks', state: 'locked' },
      ],
    });
  });
});

describe('assignments', () => {
  it('enrol who joins the job role from the hire date, at once and set-based', async () => {
    const lead = await makeStaff(server, 'ld-lead');
    const { mapId, code } = await makeMap(server);
    const audienceId = (
      await server.db.transaction((tx) =>
        server.get(Audiences).save(tx, { name: { en: 'hired lately' }, rule: { hiredFrom: '2026-03-01' } }, lead),
      )
    ).id;
    const created = await server.gql<{ createAssignment: { id: string; people: number } }>(
      lead,
      `mutation($i: AssignmentInput!) { createAssignment(input: $i) { id people done overdue targetTitle } }`,
      { i: { audienceId, targetKind: 'map', targetCode: code, startFrom: 'hire-date' } },
    );
    expect(created.data?.createAssignment).toMatchObject({
      people: 0,
      done: 0,
      overdue: 0,
      targetTitle: '新商务 90 天',
    });
    const person = await makePerson(server, { hireDate: '2026-03-01' });
    await server.drainOutbox();
    const map = await myMap(person);
    expect([map.day, map.overdue]).toEqual([2, 1]);
    const list = await server.gql<{ assignments: { id: string; people: number; overdue: number }[] }>(
      lead,
      `{ assignments { id people done overdue } }`,
    );
    expect(list.data?.assignments.find((a) => a.id === created.data?.createAssignment.id)).toMatchObject({
      people: 1,
      done: 0,
      overdue: 1,
    });
    const twice = await server.gql(lead, `mutation($i: AssignmentInput!) { createAssignment(input: $i) { id } }`, {
      i: { audienceId, targetKind: 'map', targetCode: code },
    });
    expect(twice.errors?.[0]?.extensions).toMatchObject({ code: 'CONFLICT', reason: 'already-assigned' });
    expect(mapId).toBeTruthy();
  });

  it('of a regional lead reach nobody in another region', async () => {
    const [east, west] = [await makeOrgUnit(server, { kind: 'region' }), await makeOrgUnit(server, { kind: 'region' })];
    const lead = await makeStaff(server, 'ld-lead', east);
    const [near, far] = [await makePerson(server, { orgUnitId: east }), await makePerson(server, { orgUnitId: west })];
    const { code } = await makeMap(server);
    const assign = async (personIds: string[]) => {
      const audience = await server.db.transaction((tx) =>
        server.get(Audiences).save(tx, { name: { en: 'some' }, rule: { personIds } }, lead),
      );
      return server.gql<{ createAssignment: { people: number } }>(
        lead,
        `mutation($i: AssignmentInput!) { createAssignment(input: $i) { people } }`,
        {
          i: { audienceId: audience.id, targetKind: 'map', targetCode: code },
        },
      );
    };
    expect((await assign([near, far])).errors?.[0]?.extensions).toMatchObject({
      reason: 'audience-outside-scope',
      params: { people: 1 },
    });
    expect((await assign([near])).data?.createAssignment.people).toBe(1);
  });

  it('of a regional lead stay in the region, whoever the audience takes in later', async () => {
    const [east, west] = [await makeOrgUnit(server, { kind: 'region' }), await makeOrgUnit(server, { kind: 'region' })];
    const lead = await makeStaff(server, 'ld-lead', east);
    const jobRoleId = await makeJobRole(server);
    const near = await makePerson(server, { orgUnitId: east, jobRoleId });
    const ofCompany = await server.db.transaction((tx) =>
      server.get(Audiences).save(tx, { name: { en: 'role' }, rule: { jobRoleIds: [jobRoleId] } }, null),
    );
    const { code } = await makeMap(server);
    const created = await server.gql<{ createAssignment: { id: string } }>(
      lead,
      `mutation($i: AssignmentInput!) { createAssignment(input: $i) { id } }`,
      { i: { audienceId: ofCompany.id, targetKind: 'map', targetCode: code } },
    );
    const id = created.data?.createAssignment.id;
    await makePerson(server, { orgUnitId: west, jobRoleId });
    const joined = await makePerson(server, { orgUnitId: east, jobRoleId });
    await server.drainOutbox();
    await server.runJob('learning.assignments');
    const given = await server.db.read((tx) =>
      rows<{ id: string }>(tx, `select person_id as id from assignment_person where assignment_id = $1`, [id]),
    );
    expect(given.map((g) => g.id).sort()).toEqual([near, joined].sort());
    const end = `mutation($id: ID!) { endAssignment(id: $id) { id } }`;
    expect((await server.gql(lead, end, { id })).errors).toBeUndefined();
  });

  it('stand without a map, count what was done before, and recur', async () => {
    const lead = await makeStaff(server, 'ld-lead');
    const [fresh, ready] = [await makePerson(server), await makePerson(server)];
    const course = target('course', 'compliance');
    await fact(ready, { targetId: course.id });
    const audienceId = (
      await server.db.transaction((tx) =>
        server.get(Audiences).save(tx, { name: { en: 'both' }, rule: { personIds: [fresh, ready] } }, lead),
      )
    ).id;
    const created = await server.gql<{ createAssignment: { id: string } }>(
      lead,
      `mutation($i: AssignmentInput!) { createAssignment(input: $i) { id people done } }`,
      { i: { audienceId, targetKind: 'course', targetCode: 'compliance', dueOn: '2026-03-10', recurrence: 'yearly' } },
    );
    const id = created.data?.createAssignment.id;
    expect(created.data?.createAssignment).toMatchObject({ people: 2, done: 1 });
    const mine = `{ myAssignments { title dueOn completedOn overdue } }`;
    expect((await server.gql<{ myAssignments: object[] }>(fresh, mine)).data?.myAssignments).toEqual([
      { title: 'title of compliance', dueOn: '2026-03-10', completedOn: null, overdue: false },
    ]);
    // Without a map, too, Today names what comes after this week, and what is due in it.
    const page = async (): Promise<object | undefined> =>
      (
        await server.gql<{ today: object }>(
          fresh,
          `{ today { overdue assignmentsDue { title } assignmentsAhead { title dueOn } } }`,
        )
      ).data?.today;
    expect(await page()).toEqual({
      overdue: 0,
      assignmentsDue: [],
      assignmentsAhead: [{ title: 'title of compliance', dueOn: '2026-03-10' }],
    });
    server.clock.set('2026-03-12T02:00:00Z');
    expect((await server.gql<{ myAssignments: object[] }>(fresh, mine)).data?.myAssignments).toMatchObject([
      { overdue: true },
    ]);
    expect(await page()).toEqual({
      overdue: 1,
      assignmentsDue: [{ title: 'title of compliance' }],
      assignmentsAhead: [],
    });
    const people = await server.gql<{ assignmentPeople: { edges: { node: { person: { id: string } } }[] } }>(
      lead,
      `query($id: ID!) { assignmentPeople(assignmentId: $id, status: "overdue") { edges { node { person { id } overdue } } } }`,
      { id },
    );
    expect(people.data?.assignmentPeople.edges.map((e) => e.node.person.id)).toEqual([fresh]);
    await fact(fresh, { targetId: course.id });
    expect((await server.gql<{ myAssignments: object[] }>(fresh, mine)).data?.myAssignments).toMatchObject([
      { overdue: false, completedOn: '2026-03-12' },
    ]);
    server.clock.set('2027-01-20T02:00:00Z');
    await server.runJob('learning.assignments');
    await server.runJob('learning.assignments');
    expect((await server.gql<{ myAssignments: object[] }>(fresh, mine)).data?.myAssignments).toMatchObject([
      { overdue: false, completedOn: null, dueOn: '2027-03-10' },
    ]);
  });
});
