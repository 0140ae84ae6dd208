import { IdentityModule } from '@waymark/identity';
import { addDays } from '@waymark/kernel';
import { one, rows } from '@waymark/platform';
import {
  createTestServer,
  enrolOn as enrol,
  fakeTarget as target,
  LearningTestModule,
  makeMap,
  makeOrgUnit,
  makePerson,
  makeStaff,
  mapNode as node,
  supervise,
  wordsEvidence,
  type TestServer,
} from '@waymark/testing';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { Enrolments } from '../enrolment/enrolments.service.js';
import { Progress } from '../enrolment/progress.service.js';
import { LearningMaps } from '../learning-map/learning-maps.service.js';
import type { DraftNode } from '../learning-map/learning-map.js';
import { TargetFacts } from '../target/target-facts.service.js';
import { MapMoves } from './map-moves.service.js';

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

const base: DraftNode[] = [
  node('a', { dueDay: 5 }),
  node('b', { prereqs: ['a'], dueDay: 20 }),
  node('c', { stage: 'practise', dueDay: 40 }),
];
interface Mine {
  state: number[];
  due: (string | null)[];
  status: string;
  versionId: string;
}
const mine = async (personId: string): Promise<Mine> =>
  (await server.gql<{ myMap: Mine }>(personId, `{ myMap { state due status versionId } }`)).data?.myMap as Mine;
const draftWith = async (mapId: string, nodes: DraftNode[]): Promise<number> => {
  const maps = server.get(LearningMaps);
  const open = await maps.startDraft(lead, mapId);
  return (await maps.saveDraft(lead, mapId, open.revision, { ...open.document, nodes })).revision;
};
const publish = async (mapId: string, nodes: DraftNode[], move: 'none' | 'all' = 'none'): Promise<string> =>
  server.get(LearningMaps).publish(lead, mapId, { revision: await draftWith(mapId, nodes), summary: 'next', move });
const complete = (enrolmentId: string, key: string): Promise<void> =>
  server.db.transaction((tx) =>
    server.get(Progress).take(tx, [{ enrolmentId, facts: [{ key, state: 4, day: '2026-03-09' }] }]),
  );
const MOVE = `mutation($m: ID!, $v: ID!, $e: [ID!]) { moveEnrolments(mapId: $m, versionId: $v, enrolmentIds: $e) { id state total moved skipped toNumber } }`;
interface Run {
  id: string;
  state: string;
  total: number;
  moved: number;
  skipped: number;
}
const refusal = async (as: string, query: string, variables: Record<string, unknown>) =>
  (await server.gql(as, query, variables)).errors?.[0]?.extensions;

describe('before a publication', () => {
  it('L&D see what differs in words, who would slip, and each person before and after', async () => {
    const [quick, slow] = [await makePerson(server, { name: '阿快' }), await makePerson(server, { name: '阿慢' })];
    const { mapId } = await makeMap(server, base);
    await enrol(server, mapId, quick, START);
    await complete(await enrol(server, mapId, slow, START), 'a');
    await draftWith(mapId, [
      { ...(base[0] as DraftNode), dueDay: 3 },
      node('new', { dueDay: 6, minutes: 600 }),
      { ...(base[2] as DraftNode), prereqs: ['new'] },
    ]);
    const preview = await server.gql<{
      mapPublishPreview: { changes: object[]; minutesBefore: number; minutesAfter: number };
    }>(
      lead,
      `query($m: ID!) { mapPublishPreview(mapId: $m) { minutesBefore minutesAfter changes { of kind nodeKey details { field from to } } } }`,
      { m: mapId },
    );
    expect(preview.data?.mapPublishPreview).toEqual({
      minutesBefore: 90,
      minutesAfter: 660,
      changes: [
        { of: 'node', kind: 'changed', nodeKey: 'a', details: [{ field: 'dueDay', from: ['5'], to: ['3'] }] },
        { of: 'node', kind: 'added', nodeKey: 'new', details: [] },
        { of: 'node', kind: 'changed', nodeKey: 'c', details: [{ field: 'prereqs', from: [], to: ['节点 new'] }] },
        { of: 'node', kind: 'removed', nodeKey: 'b', details: [] },
      ],
    });
    const whatIf = await server.gql<{ mapWhatIf: Record<string, unknown> & { worst: object[] } }>(
      lead,
      `query($m: ID!) { mapWhatIf(mapId: $m) { people slipping maxSlip newlyOverdue moreWork minutesAdded finishing slips { from to people }
         worst { slipDays newlyOverdue person { id } } } }`,
      { m: mapId },
    );
    // At 40 hours in 30 days ten hours take eight days; the node was due two days ago.
    expect(whatIf.data?.mapWhatIf).toMatchObject({
      people: 2,
      slipping: 2,
      newlyOverdue: 2,
      moreWork: 2,
      minutesAdded: 2 * 570,
      finishing: 0,
    });
    expect(whatIf.data?.mapWhatIf.worst).toHaveLength(2);
    const page = await server.gql<{ mapMovePreview: { edges: { node: object }[] } }>(
      lead,
      `query($m: ID!) { mapMovePreview(mapId: $m, first: 1) { pageInfo { hasNextPage endCursor } edges { node { person { id } fromNumber kept fresh dropped newlyOverdue lastDueAfter } } } }`,
      { m: mapId },
    );
    expect(page.data?.mapMovePreview).toMatchObject({
      pageInfo: { hasNextPage: true },
      edges: [
        {
          node: {
            person: { id: quick },
            fromNumber: 1,
            kept: [],
            fresh: ['节点 new'],
            dropped: ['节点 b'],
            newlyOverdue: ['节点 new'],
            lastDueAfter: '2026-04-10',
          },
        },
      ],
    });
    const learner = await server.gql(quick, `query($m: ID!) { mapWhatIf(mapId: $m) { people } }`, { m: mapId });
    expect(learner.errors?.[0]?.extensions.code).toBe('FORBIDDEN');
  });

  it('a regional lead sees and moves the people of the region only', async () => {
    const [east, west] = [await makeOrgUnit(server, { kind: 'region' }), await makeOrgUnit(server, { kind: 'region' })];
    const regional = await makeStaff(server, 'ld-lead', east);
    const [near, far] = [await makePerson(server, { orgUnitId: east }), await makePerson(server, { orgUnitId: west })];
    const { mapId } = await makeMap(server, base);
    await enrol(server, mapId, near, START);
    const farAway = await enrol(server, mapId, far, START);
    const versionId = await publish(mapId, [...base, node('d', { stage: 'practise' })]);
    const seen = await server.gql<{ mapWhatIf: { people: number } }>(
      regional,
      `query($m: ID!, $v: ID) { mapWhatIf(mapId: $m, versionId: $v) { people } }`,
      { m: mapId, v: versionId },
    );
    expect(seen.data?.mapWhatIf.people).toBe(1);
    expect(await refusal(regional, MOVE, { m: mapId, v: versionId, e: [farAway] })).toMatchObject({
      code: 'NOT_FOUND',
      reason: 'enrolment-unknown',
    });
    const moved = await server.gql<{ moveEnrolments: Run }>(regional, MOVE, { m: mapId, v: versionId });
    expect(moved.data?.moveEnrolments).toMatchObject({ state: 'done', total: 1, moved: 1, toNumber: 2 });
    expect((await mine(near)).versionId).toBe(versionId);
    expect((await mine(far)).versionId).not.toBe(versionId);
  });
});

describe('moving', () => {
  it('takes some, then all, keeps what is completed, and a roll-back brings back what was dropped', async () => {
    const [one_, two] = [await makePerson(server), await makePerson(server)];
    const { mapId, versionId: first } = await makeMap(server, base);
    const e1 = await enrol(server, mapId, one_, START);
    await enrol(server, mapId, two, START);
    await complete(e1, 'a');
    const maps = server.get(LearningMaps);
    const revision = await draftWith(mapId, [node('x'), ...base.slice(1).map((n) => ({ ...n, prereqs: [] }))]);
    const viewerless = { revision, summary: 'without a', move: 'some' as const, enrolmentIds: [e1] };
    const second = await maps.publish(lead, mapId, viewerless);
    expect([(await mine(one_)).versionId, (await mine(two)).versionId]).toEqual([second, first]);
    expect((await mine(one_)).state).toEqual([1, 1, 0]);

    expect(await refusal(lead, MOVE, { m: mapId, v: second, e: [target('course', 'none').id] })).toMatchObject({
      reason: 'enrolment-unknown',
    });
    const back = `mutation($m: ID!, $v: ID!) { rollBackMap(mapId: $m, versionId: $v, summary: "as it was", move: "all") { currentVersion { number restoredFrom } versions { number openEnrolments restoredFrom } } }`;
    expect(await refusal(lead, back, { m: mapId, v: second })).toMatchObject({ reason: 'map-version-current' });
    const rolled = await server.gql<{ rollBackMap: object }>(lead, back, { m: mapId, v: first });
    expect(rolled.data?.rollBackMap).toMatchObject({
      currentVersion: { number: 3, restoredFrom: 1 },
      versions: [{ openEnrolments: 2 }, { openEnrolments: 0 }, { openEnrolments: 0 }],
    });
    expect((await mine(one_)).state).toEqual([4, 1, 0]);
    expect((await mine(two)).state).toEqual([1, 0, 0]);
    const changes = await server.gql<{ mapVersionChanges: { kind: string; nodeKey: string }[] }>(
      lead,
      `query($m: ID!, $f: ID, $t: ID!) { mapVersionChanges(mapId: $m, fromId: $f, toId: $t) { kind nodeKey } }`,
      { m: mapId, f: first, t: second },
    );
    expect(changes.data?.mapVersionChanges).toEqual([
      { kind: 'added', nodeKey: 'x' },
      { kind: 'changed', nodeKey: 'b' },
      { kind: 'removed', nodeKey: 'a' },
    ]);
  });

  it('leaves the address of a node working: an old id leads to the node with its key', async () => {
    const person = await makePerson(server);
    const { mapId } = await makeMap(server, base);
    const enrolmentId = await enrol(server, mapId, person, START);
    const ids = await server.db.read((tx) =>
      rows<{ id: string; key: string }>(
        tx,
        `select n.id, n.key from map_node n join learning_map m on m.current_version_id = n.version_id where m.id = $1`,
        [mapId],
      ),
    );
    const idOf = (key: string): string => ids.find((n) => n.key === key)?.id ?? '';
    await publish(mapId, [base[0] as DraftNode, node('c', { stage: 'practise', dueDay: 50 })], 'all');
    const ask = `query($e: ID!, $n: ID!) { learnerNode(enrolmentId: $e, nodeId: $n) { nodeId dueOn } }`;
    const kept = await server.gql<{ learnerNode: object }>(person, ask, { e: enrolmentId, n: idOf('c') });
    expect(kept.data?.learnerNode).toEqual({ nodeId: idOf('c'), dueOn: addDays(START, 49) });
    expect(await refusal(person, ask, { e: enrolmentId, n: idOf('b') })).toMatchObject({ reason: 'map-node-unknown' });
  });

  it('that leaves nothing to do completes the map, with its activity and event', async () => {
    const person = await makePerson(server);
    const { mapId } = await makeMap(server, base);
    await complete(await enrol(server, mapId, person, START), 'a');
    await publish(mapId, [base[0] as DraftNode, node('z', { stage: 'practise', required: false })], 'all');
    expect((await mine(person)).status).toBe('completed');
    const verbs = await server.db.read((tx) =>
      rows<{ verb: string }>(
        tx,
        `select verb from activity_record where person_id = $1 and verb = 'enrolment.completed'`,
        [person],
      ),
    );
    expect(verbs).toHaveLength(1);
  });

  it('of many goes on in the background, can stop and resume, and ends when a newer one begins', async () => {
    const { mapId } = await makeMap(server, base);
    const people = await server.db.transaction(async (tx) => {
      await tx.query(`with p as (insert into person (id) select gen_random_uuid() from generate_series(1, 250) returning id)
        insert into person_profile (person_id, name) select id, 'many' from p`);
      return rows<{ id: string }>(tx, `select person_id as id from person_profile where name = 'many'`);
    });
    await server.db.transaction((tx) =>
      sqlEnrol(
        tx,
        mapId,
        people.map((p) => p.id),
      ),
    );
    const second = await publish(mapId, [...base, node('d', { stage: 'practise' })]);
    const started = await server.gql<{ moveEnrolments: Run }>(lead, MOVE, { m: mapId, v: second });
    const run = started.data?.moveEnrolments as Run;
    expect(run).toMatchObject({ state: 'running', total: 250, moved: 0 });
    const stop = new AbortController();
    const seen: number[] = [];
    await server
      .get(MapMoves)
      .run(
        { runId: run.id },
        { signal: stop.signal, progress: (n) => Promise.resolve(void (seen.push(n), stop.abort())) },
      );
    expect(seen).toEqual([100]);
    const state = (id: string) =>
      server.gql<{ mapMoveRun: Run }>(lead, `query($id: ID!) { mapMoveRun(id: $id) { state moved skipped total } }`, {
        id,
      });
    expect((await state(run.id)).data?.mapMoveRun).toMatchObject({ state: 'running', moved: 100 });

    const third = await publish(mapId, [...base, node('e', { stage: 'practise' })]);
    const newer = (await server.gql<{ moveEnrolments: Run }>(lead, MOVE, { m: mapId, v: third })).data
      ?.moveEnrolments as Run;
    await server.get(MapMoves).run({ runId: run.id });
    expect((await state(run.id)).data?.mapMoveRun).toMatchObject({ state: 'superseded', moved: 100 });
    await server.runJob('learning.map-moves-resume');
    await server.get(MapMoves).run({ runId: newer.id });
    expect((await state(newer.id)).data?.mapMoveRun).toEqual({ state: 'done', moved: 250, skipped: 0, total: 250 });
    const { n } = await server.db.read((tx) =>
      one<{ n: number }>(tx, `select count(*)::int as n from enrolment where map_id = $1 and version_id = $2`, [
        mapId,
        third,
      ]),
    );
    expect(n).toBe(250);
  });
});

describe('at the same time', () => {
  it('of two who publish, one is told that the other was first', async () => {
    const { mapId } = await makeMap(server, base);
    const revision = await draftWith(mapId, [...base, node('d', { stage: 'practise' })]);
    const maps = server.get(LearningMaps);
    const both = await Promise.allSettled(
      [1, 2].map(() => maps.publish(lead, mapId, { revision, summary: 'me', move: 'none' })),
    );
    const failed = both.filter((b) => b.status === 'rejected');
    expect(failed).toHaveLength(1);
    expect(failed[0]?.reason).toMatchObject({ code: 'map-published-meanwhile', params: { number: 2 } });
  });

  it('an editor who saves into a published draft is told, also when the next draft is open already', async () => {
    const { mapId } = await makeMap(server, base);
    const maps = server.get(LearningMaps);
    const revision = await draftWith(mapId, [...base, node('d', { stage: 'practise' })]);
    const { document } = await maps.startDraft(lead, mapId);
    await maps.publish(lead, mapId, { revision, summary: 'out', move: 'none' });
    await expect(maps.saveDraft(lead, mapId, revision, document)).rejects.toMatchObject({
      code: 'map-published-meanwhile',
      params: { number: 2 },
    });
    const next = await maps.startDraft(lead, mapId);
    expect(next.revision).toBeGreaterThan(revision);
    await expect(maps.saveDraft(lead, mapId, revision, document)).rejects.toMatchObject({ code: 'changed-meanwhile' });
  });

  it('a draft that was thrown away takes nothing any more, and the next one counts on', async () => {
    const { mapId } = await makeMap(server, base);
    const maps = server.get(LearningMaps);
    const revision = await draftWith(mapId, base);
    const { document } = await maps.startDraft(lead, mapId);
    await maps.discardDraft(lead, mapId, revision);
    await expect(maps.saveDraft(lead, mapId, revision, document)).rejects.toMatchObject({ code: 'map-draft-unknown' });
    expect((await maps.startDraft(lead, mapId)).revision).toBe(revision + 1);
  });

  it('a learner who completes a node while they are moved keeps it, whoever comes first', async () => {
    for (let round = 0; round < 6; round += 1) {
      const person = await makePerson(server);
      const { mapId } = await makeMap(server, base);
      const e = await enrol(server, mapId, person, START);
      const versionId = await publish(mapId, [node('first'), ...base]);
      await Promise.all([
        complete(e, 'a'),
        server.db.transaction((tx) =>
          server.get(MapMoves).start(tx, null, { mapId, versionId, chosen: 'all', actorId: lead }),
        ),
      ]);
      const now = await mine(person);
      expect([now.versionId, now.state[1]]).toEqual([versionId, 4]);
    }
  });

  it('who waits for a move to end then writes into the new version', async () => {
    const person = await makePerson(server);
    const { mapId } = await makeMap(server, base);
    const e = await enrol(server, mapId, person, START);
    const versionId = await publish(mapId, [node('first'), ...base]);
    let completing: Promise<void> | undefined;
    await server.db.transaction(async (tx) => {
      await server.get(MapMoves).start(tx, null, { mapId, versionId, chosen: 'all', actorId: lead });
      completing = complete(e, 'a');
      await waitsForLock();
    });
    await completing;
    expect((await mine(person)).state).toEqual([1, 4, 1, 0]);
  });

  it('a course finished while its learner is moved onto it counts', async () => {
    for (let round = 0; round < 6; round += 1) {
      const person = await makePerson(server);
      const { mapId } = await makeMap(server, base);
      await enrol(server, mapId, person, START);
      const code = `moved-onto-${round}`;
      const versionId = await publish(mapId, [
        ...base,
        node('course', { stage: 'practise', kind: 'course', targetCode: code }),
      ]);
      await Promise.all([
        server.db.transaction((tx) =>
          server.get(TargetFacts).apply(tx, [
            {
              personId: person,
              targetKind: 'course',
              targetId: target('course', code).id,
              state: 'completed',
              occurredAt: server.clock.now(),
            },
          ]),
        ),
        server.db.transaction((tx) =>
          server.get(MapMoves).start(tx, null, { mapId, versionId, chosen: 'all', actorId: lead }),
        ),
      ]);
      expect((await mine(person)).state[3]).toBe(4);
    }
  });

  it('a mentor who signs what is waived meanwhile is told, or was first', async () => {
    for (let round = 0; round < 5; round += 1) {
      const [person, mentor] = [await makePerson(server), await makePerson(server)];
      await supervise(server, mentor, person);
      const { mapId } = await makeMap(server, [
        node('m', { kind: 'milestone', evidence: wordsEvidence }),
        node('z', { stage: 'practise' }),
      ]);
      const e = await enrol(server, mapId, person, START);
      const { id: n } = await server.db.read((tx) =>
        one<{ id: string }>(
          tx,
          `select n.id from map_node n join enrolment e on e.version_id = n.version_id where e.id = $1 and n.key = 'm'`,
          [e],
        ),
      );
      const ok = async (as: string, query: string, variables: Record<string, unknown>) => {
        const answer = await server.gql(as, query, variables);
        expect(answer.errors).toBeUndefined();
      };
      await ok(
        person,
        `mutation($e: ID!, $n: ID!) { saveMilestone(enrolmentId: $e, nodeId: $n, text: "three proposals") { enrolmentId } }`,
        { e, n },
      );
      await ok(person, `mutation($e: ID!, $n: ID!) { submitMilestone(enrolmentId: $e, nodeId: $n) { enrolmentId } }`, {
        e,
        n,
      });
      const { id } = await server.db.read((tx) =>
        one<{ id: string }>(tx, `select id from milestone_submission where enrolment_id = $1`, [e]),
      );
      const [signed, waived] = await Promise.all([
        server.gql(mentor, `mutation($id: ID!) { signMilestone(submissionId: $id) { id } }`, { id }),
        server.gql(
          lead,
          `mutation($e: ID!, $n: ID!) { waiveNode(enrolmentId: $e, nodeId: $n, reason: "done elsewhere") { state } }`,
          {
            e,
            n,
          },
        ),
      ]);
      const refused = [signed, waived].filter((a) => a.errors);
      expect(refused).toHaveLength(1);
      expect(refused[0]?.errors?.[0]?.extensions.reason).toMatch(/^(milestone-not-waiting|node-done)$/);
      const { status } = await server.db.read((tx) =>
        one<{ status: string }>(tx, `select status from milestone_submission where id = $1`, [id]),
      );
      expect([status, (await mine(person)).state[0]]).toEqual(signed.errors ? ['draft', 5] : ['signed', 4]);
    }
  });
});

async function sqlEnrol(
  tx: Parameters<Parameters<TestServer['db']['transaction']>[0]>[0],
  mapId: string,
  ids: string[],
) {
  await server.get(Enrolments).enrol(tx, {
    mapId,
    people: ids.map((personId) => ({ personId, startDay: addDays(START, 1) })),
    source: 'manual',
    actorId: null,
  });
}

/** Until another session waits for a row lock. */
async function waitsForLock(): Promise<void> {
  for (;;) {
    const waiting = await server.db.read((tx) => rows(tx, `select 1 from pg_locks where not granted`, []));
    if (waiting.length > 0) return;
  }
}
