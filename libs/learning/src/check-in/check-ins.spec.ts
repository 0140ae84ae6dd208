import { IdentityModule } from '@waymark/identity';
import { personErased } from '@waymark/identity/events';
import { Outbox, rows } from '@waymark/platform';
import {
  createTestServer,
  enrolOn,
  LearningTestModule,
  makeMap,
  makePerson,
  makeStaff,
  mapNode as node,
  sampleNodes,
  supervise,
  type TestServer,
} from '@waymark/testing';
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';

let server: TestServer;
let lead: string;
beforeAll(async () => {
  server = await createTestServer({ modules: [IdentityModule, LearningTestModule], now: '2026-03-02T02:00:00Z' });
  lead = await makeStaff(server, 'ld-lead');
});
afterAll(() => server.close());
beforeEach(() => server.clock.set('2026-03-02T02:00:00Z'));

interface Answer {
  asked: boolean;
  week: number;
  done: number;
  of: number;
  percent: number | null;
  list: { week: number; mood: number | null; wentWell: string | null; blockedBy: string | null }[];
}
const FIELDS = 'asked week done of percent target list { week mood wantsHelp wentWell blockedBy }';

async function walk(nodes = sampleNodes) {
  const [manager, mentor] = [await makePerson(server), await makePerson(server)];
  const learner = await makePerson(server, { managerId: manager });
  await supervise(server, mentor, learner);
  const { mapId } = await makeMap(server, nodes);
  const e = await enrolOn(server, mapId, learner, '2026-03-02');
  const checkIn = async (over: object = {}, as = learner) => {
    const answer = await server.gql<{ checkIn: Answer }>(
      as,
      `mutation($e: ID!, $i: CheckInInput!) { checkIn(enrolmentId: $e, input: $i) { ${FIELDS} } }`,
      { e, i: { mood: 4, wentWell: '第一次独立介绍产品', blockedBy: '报价规则', wantsHelp: false, ...over } },
    );
    return answer.data?.checkIn ?? answer.errors?.[0]?.extensions.reason;
  };
  const read = async (as: string) => {
    const answer = await server.gql<{ checkIns: Answer }>(
      as,
      `query($e: ID!) { checkIns(enrolmentId: $e) { ${FIELDS} } }`,
      {
        e,
      },
    );
    return answer.data?.checkIns ?? answer.errors?.[0]?.extensions.reason;
  };
  return { learner, manager, mentor, e, mapId, checkIn, read };
}
const help = (learner: string) =>
  server.db.read((tx) =>
    rows<{ payload: { mentorIds: string[] } }>(
      tx,
      `select payload from outbox_event where type = 'check-in.asked-for-help' and person_id = $1`,
      [learner],
    ),
  );

it('is one a week; a second one changes the first, and help is asked for once', async () => {
  const w = await walk();
  expect(await w.read(w.learner)).toMatchObject({ asked: true, week: 1, done: 0, of: 0, percent: null, list: [] });
  await Promise.all([w.checkIn({ mood: 2, wantsHelp: true }), w.checkIn({ mood: 3, wantsHelp: true })]);
  await w.checkIn({ mood: 5, wentWell: ' 谈成第一单 ', wantsHelp: true });
  expect(await w.read(w.learner)).toMatchObject({
    done: 1,
    of: 1,
    percent: 100,
    target: 85,
    list: [{ week: 1, mood: 5, wentWell: '谈成第一单' }],
  });
  const asked = await help(w.learner);
  expect(new Set(asked.map((a) => a.payload.mentorIds.join()))).toEqual(new Set([w.mentor]));
  server.clock.set('2026-03-17T02:00:00Z');
  expect(await w.read(w.learner)).toMatchObject({ week: 3, done: 1, of: 2, percent: 50 });
});

it('shows words to the learner and the mentor, the rate to manager and L&D, nothing to others', async () => {
  const w = await walk();
  await w.checkIn();
  const words = { mood: 4, wentWell: '第一次独立介绍产品', blockedBy: '报价规则' };
  const none = { mood: null, wantsHelp: null, wentWell: null, blockedBy: null };
  expect(await w.read(w.mentor)).toMatchObject({ list: [words] });
  expect(await w.read(w.manager)).toMatchObject({ percent: 100, list: [none] });
  expect(await w.read(lead)).toMatchObject({ percent: 100, list: [none] });
  expect(await w.read(await makePerson(server))).toBe('enrolment-unknown');
  expect(await w.checkIn({}, w.mentor)).toBe('enrolment-unknown');
});

it('is refused before the start, after the path, and on a map without a mentor', async () => {
  const w = await walk();
  server.clock.set('2026-03-01T02:00:00Z');
  expect(await w.checkIn()).toBe('check-in-not-asked');
  server.clock.set('2026-05-11T02:00:00Z');
  expect(await w.checkIn()).toBe('check-in-not-asked');
  server.clock.set('2026-03-02T02:00:00Z');
  const alone = await walk([node('letter'), node('z', { stage: 'practise' })]);
  expect(await alone.checkIn()).toBe('check-in-not-asked');
  expect(await alone.read(alone.learner)).toMatchObject({ asked: false, of: 0, percent: null });
});

it('two missed weeks put somebody at risk; the light names them', async () => {
  const w = await walk([
    node('meetings', { kind: 'mentor-meetings', evidence: sampleNodes[5]?.evidence ?? null }),
    node('z', { stage: 'practise' }),
  ]);
  const reasons = async () => {
    const answer = await server.gql<{
      mentees: { light: string; reasons: { code: string; count: number | null }[] }[];
    }>(w.mentor, `{ mentees { light reasons { code count } } }`);
    return answer.data?.mentees[0]?.reasons.filter((r) => r.code === 'check-ins');
  };
  await w.checkIn();
  server.clock.set('2026-03-16T02:00:00Z');
  expect(await reasons()).toEqual([]);
  server.clock.set('2026-03-23T02:00:00Z');
  expect(await reasons()).toEqual([{ code: 'check-ins', count: 2 }]);
});

it('a week overdue goes to the L&D leads of the scope, one message for all people of the day', async () => {
  const { mapId } = await makeMap(server, [node('a', { dueDay: 1 }), node('z', { stage: 'practise' })]);
  const people = [await makePerson(server), await makePerson(server)];
  for (const p of people) await enrolOn(server, mapId, p, '2026-03-02');
  server.clock.set('2026-03-09T02:00:00Z');
  await server.runJob('learning.nudges');
  await server.runJob('learning.nudges');
  const told = await server.db.read((tx) =>
    rows<{ payload: { people: number; personIds: string[] } }>(
      tx,
      `select payload from outbox_event where type = 'node.overdue-escalated' and person_id = $1`,
      [lead],
    ),
  );
  expect(told).toHaveLength(1);
  expect(told[0]?.payload.personIds).toEqual(expect.arrayContaining(people));
});

it('leaves no words when the person is erased', async () => {
  const w = await walk();
  await w.checkIn();
  await server.db.transaction((tx) =>
    server.get(Outbox).publish(tx, personErased, { personId: w.learner, payload: {} }),
  );
  const notes = await server.db.read((tx) =>
    rows<{ words: string }>(
      tx,
      `select n.went_well || n.blocked_by as words from check_in_note n join check_in c on c.id = n.check_in_id where c.person_id = $1`,
      [w.learner],
    ),
  );
  expect(notes).toEqual([{ words: '' }]);
});
