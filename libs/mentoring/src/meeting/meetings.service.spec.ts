import { addDays, newId, newRandomId, type LocalDay } from '@waymark/kernel';
import { one, rows } from '@waymark/platform';
import { IdentityModule, Persons, Supervisions } from '@waymark/identity';
import { Enrolments, LearningLoader, LearningModule } from '@waymark/learning';
import { createTestServer, makeOrgUnit, makePerson, makeStaff, sql, type TestServer } from '@waymark/testing';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { MentoringLoader, MentoringModule } from '../index.js';

const START = '2026-03-12T08:00:00Z';
const TODAY = '2026-03-12';
let server: TestServer;
let lead: string;
let mapId: string;

beforeAll(async () => {
  server = await createTestServer({ modules: [IdentityModule, LearningModule, MentoringModule], now: START });
  lead = await makeStaff(server, 'ld-lead');
  const title = (text: string) => ({ 'zh-CN': text, en: text });
  const meetings = (key: string, target: number, requires: string[]) => ({
    key,
    kind: 'mentor-meetings',
    title: title(key),
    required: true,
    requires,
    need: 'all' as const,
    due_day: 30,
    minutes: 60,
    milestone: { counter: { target } },
  });
  await server.get(LearningLoader).loadMaps(
    [
      {
        code: 'mentored',
        title: title('Mentored'),
        duration_days: 90,
        stages: [
          {
            key: 'one',
            title: title('One'),
            days: { from: 1, to: 90 },
            gate: 'none',
            nodes: [meetings('first', 1, []), meetings('three', 3, ['first'])],
          },
        ],
      },
    ],
    null,
  );
  mapId = (await server.db.read((tx) => one<{ id: string }>(tx, `select id from learning_map where code = 'mentored'`)))
    .id;
});
afterAll(() => server.close());
beforeEach(() => server.clock.set(START));

const reason = (answer: { errors?: { extensions: { code: string; reason: string } }[] }) =>
  answer.errors?.[0]?.extensions.reason;
const PAIR = `mutation ($input: PairingInput!) { startPairing(input: $input) { id status startDay endDay held nextMeeting { day startsAt } mentor { name } } }`;
interface PairAnswer {
  startPairing: {
    id: string;
    status: string;
    startDay: string;
    endDay: string;
    nextMeeting: { day: string; startsAt: string } | null;
  };
}
const LOG = `mutation ($input: LogMeetingInput!) { logMeeting(input: $input) { id day state notes privateNote revision actions { id text owner dueOn overdue ownerPerson { id } } } }`;
interface LogAnswer {
  logMeeting: {
    id: string;
    state: string;
    notes: string;
    privateNote: string;
    revision: number;
    actions: { id: string; text: string; ownerPerson: { id: string } }[];
  };
}

async function pair(overrides: { startDay?: LocalDay; weekday?: number; startMinute?: number } = {}) {
  const [mentor, learner] = [await makePerson(server), await makePerson(server)];
  const answer = await server.gql<PairAnswer>(lead, PAIR, {
    input: {
      mentorId: mentor,
      learnerId: learner,
      startDay: addDays(TODAY, -20),
      weekday: 4,
      startMinute: 900,
      ...overrides,
    },
  });
  if (!answer.data) throw new Error(JSON.stringify(answer.errors));
  return { mentor, learner, id: answer.data.startPairing.id, pairing: answer.data.startPairing };
}
const log = (mentor: string, pairingId: string, day: LocalDay, more: object = {}) =>
  server.gql<LogAnswer>(mentor, LOG, { input: { id: newRandomId(), pairingId, day, state: 'held', ...more } });
const events = (type: string, personId: string) =>
  server.db.read((tx) =>
    rows<{ payload: Record<string, unknown> }>(
      tx,
      `select payload from outbox_event where type = $1 and person_id = $2 order by occurred_at, id`,
      [type, personId],
    ),
  );

describe('pairing', () => {
  it('lasts three months, plans the weekly hour and makes the mentor answer for the learner', async () => {
    const { mentor, learner, pairing } = await pair({ startDay: TODAY });
    expect(pairing).toMatchObject({
      status: 'active',
      endDay: '2026-06-11',
      nextMeeting: { day: '2026-03-19', startsAt: '2026-03-19T07:00:00.000Z' },
    });
    expect(await server.db.read((tx) => server.get(Supervisions).isSupervisor(tx, mentor, learner, ['mentor']))).toBe(
      true,
    );
    expect(await events('pairing.started', learner)).toHaveLength(1);
  });

  it('is refused with a reason', async () => {
    const { mentor, learner } = await pair();
    const other = await makePerson(server);
    const report = await makePerson(server, { managerId: mentor });
    const start = (input: object) => server.gql(lead, PAIR, { input });
    expect(reason(await start({ mentorId: other, learnerId: learner }))).toBe('learner-has-mentor');
    expect(reason(await start({ mentorId: mentor, learnerId: mentor }))).toBe('mentor-is-learner');
    expect(reason(await start({ mentorId: mentor, learnerId: report }))).toBe('mentor-is-manager');
    expect(
      (await server.gql(mentor, PAIR, { input: { mentorId: mentor, learnerId: other } })).errors?.[0]?.extensions.code,
    ).toBe('FORBIDDEN');
  });

  it('never gives the last place of a mentor away twice', async () => {
    const mentor = await makePerson(server);
    await server.get(MentoringLoader).loadMentorProfiles([{ personId: mentor, capacity: 1 }]);
    const learners = [await makePerson(server), await makePerson(server), await makePerson(server)];
    const answers = await Promise.all(
      learners.map((learnerId) => server.gql(lead, PAIR, { input: { mentorId: mentor, learnerId } })),
    );
    expect(answers.filter((a) => a.data)).toHaveLength(1);
    expect(answers.filter((a) => reason(a) === 'mentor-at-capacity')).toHaveLength(2);
    const meant = await server.gql(lead, PAIR, {
      input: { mentorId: mentor, learnerId: learners.find((_, i) => !answers[i]?.data), overCapacity: true },
    });
    expect(meant.errors).toBeUndefined();
  });

  it('is handed over for the rest of its time', async () => {
    const { mentor, learner, id, pairing } = await pair();
    const next = await makePerson(server);
    const HAND = `mutation ($id: ID!, $m: ID!) { handOverPairing(id: $id, mentorId: $m) { startDay endDay mentor { id } } }`;
    const answer = await server.gql(lead, HAND, { id, m: next });
    expect(answer.data).toEqual({ handOverPairing: { startDay: TODAY, endDay: pairing.endDay, mentor: { id: next } } });
    const mine = await server.gql<{ myPairings: { status: string; side: string; endReason: string | null }[] }>(
      mentor,
      `{ myPairings { status side endReason } }`,
    );
    expect(mine.data?.myPairings).toEqual([{ status: 'ended', side: 'mentor', endReason: 'handed-over' }]);
    server.clock.advance(86_400_000);
    const of = await server.db.read((tx) => server.get(Supervisions).supervisorsOf(tx, [learner], ['mentor']));
    expect(of.get(learner)).toEqual([{ supervisorId: next, kind: 'mentor', inPlaceOf: null }]);
  });

  it('ends by itself after its last day, once', async () => {
    const { learner, id } = await pair({ startDay: '2025-11-01' });
    await server.runJob('mentoring.close');
    await server.runJob('mentoring.close');
    const ended = await server.db.read((tx) =>
      one<{ ended_on: string; end_reason: string }>(tx, `select ended_on, end_reason from pairing where id = $1`, [id]),
    );
    expect(ended).toEqual({ ended_on: '2026-01-31', end_reason: 'completed' });
    expect(await events('pairing.ended', learner)).toHaveLength(1);
  });

  it('goes to the manager when the mentor leaves', async () => {
    const manager = await makePerson(server);
    const mentor = await makePerson(server, { managerId: manager });
    const learner = await makePerson(server);
    await server.gql(lead, PAIR, { input: { mentorId: mentor, learnerId: learner } });
    await server.db.transaction((tx) => server.get(Persons).leave(tx, mentor, '2026-03-11', null));
    const pairings = await server.db.read((tx) =>
      rows(tx, `select mentor_id, end_reason from pairing where learner_id = $1 order by ended_on nulls last`, [
        learner,
      ]),
    );
    expect(pairings).toEqual([
      { mentor_id: mentor, end_reason: 'mentor-left' },
      { mentor_id: manager, end_reason: null },
    ]);
  });

  it('is listed in the scope of the grant only', async () => {
    const unit = await makeOrgUnit(server);
    const regional = await makeStaff(server, 'ld-lead', unit);
    const { id } = await pair();
    const learner = await makePerson(server, { orgUnitId: unit });
    await server.gql(lead, PAIR, { input: { mentorId: await makePerson(server), learnerId: learner } });
    const page = await server.gql<{ pairings: { totalCount: number; edges: { node: { learner: { id: string } } }[] } }>(
      regional,
      `{ pairings { totalCount edges { node { learner { id } } } } }`,
    );
    expect(page.data?.pairings.edges.map((e) => e.node.learner.id)).toEqual([learner]);
    expect(reason(await server.gql(regional, `query ($id: ID!) { pairing(id: $id) { id } }`, { id }))).toBe(
      'pairing-unknown',
    );
  });
});

describe('meeting', () => {
  it('is logged in one go: notes, a private note, actions, the next hour, nodes, activities and events', async () => {
    const { mentor, learner, id } = await pair();
    await server.db.transaction((tx) =>
      server
        .get(Enrolments)
        .enrol(tx, { mapId, people: [{ personId: learner, startDay: TODAY }], source: 'manual', actorId: null }),
    );
    const answer = await log(mentor, id, TODAY, {
      notes: 'We spoke',
      privateNote: 'Shy',
      actions: [{ text: 'Call', owner: 'learner', dueOn: '2026-03-15' }],
    });
    expect(answer.data?.logMeeting).toMatchObject({
      state: 'held',
      notes: 'We spoke',
      privateNote: 'Shy',
      revision: 1,
      actions: [{ text: 'Call', ownerPerson: { id: learner } }],
    });
    const mine = await server.gql<{
      myPairings: { held: number; lastMeeting: { day: string }; nextMeeting: { day: string } }[];
    }>(learner, `{ myPairings { side held lastMeeting { day state } nextMeeting { day } } }`);
    expect(mine.data?.myPairings).toMatchObject([
      { side: 'learner', held: 1, lastMeeting: { day: TODAY, state: 'held' }, nextMeeting: { day: '2026-03-19' } },
    ]);
    const acts = await server.db.read((tx) =>
      rows(
        tx,
        `select person_id, result->>'role' as role from activity_record where verb = 'meeting.held' and person_id = any ($1::uuid[]) order by role`,
        [[mentor, learner]],
      ),
    );
    expect(acts).toEqual([
      { person_id: learner, role: 'learner' },
      { person_id: mentor, role: 'mentor' },
    ]);
    const map = await server.gql<{ myMap: { state: number[]; unitsDone: number[] } }>(
      learner,
      `{ myMap { state unitsDone } }`,
    );
    expect(map.data?.myMap).toMatchObject({ state: [4, 2], unitsDone: [1, 1] });
    expect((await events('meeting.held', learner))[0]?.payload).toMatchObject({ held: 1, day: TODAY });
    const today = await server.gql(learner, `{ today { mentorHour { side with { id } openActions } } }`);
    expect(today.data).toEqual({ today: { mentorHour: { side: 'learner', with: { id: mentor }, openActions: 1 } } });
    const mentees = await server.gql(
      mentor,
      `{ mentees { personId lastMeeting { day } nextMeeting { day } meetingsHeld missedInARow } }`,
    );
    expect(mentees.data).toEqual({
      mentees: [
        {
          personId: learner,
          lastMeeting: { day: TODAY },
          nextMeeting: { day: '2026-03-19' },
          meetingsHeld: 1,
          missedInARow: 0,
        },
      ],
    });
  });

  it('counts once when it is sent again, also at the same time', async () => {
    const { mentor, learner, id } = await pair();
    const input = {
      id: newRandomId(),
      pairingId: id,
      day: TODAY,
      state: 'held',
      notes: 'n',
      actions: [{ text: 'a', owner: 'mentor' }],
    };
    const answers = await Promise.all([1, 2, 3].map(() => server.gql<LogAnswer>(mentor, LOG, { input })));
    expect(answers.map((a) => a.data?.logMeeting.actions.length)).toEqual([1, 1, 1]);
    expect(await events('meeting.held', learner)).toHaveLength(1);
    expect(reason(await log(mentor, id, TODAY))).toBe('meeting-day-taken');
  });

  it('tells L&D once when two are missed in a row', async () => {
    const { mentor, learner, id } = await pair();
    await log(mentor, id, addDays(TODAY, -13), { state: 'missed' });
    expect(await events('meetings.missed-twice', learner)).toHaveLength(0);
    await log(mentor, id, addDays(TODAY, -7), { state: 'missed' });
    await log(mentor, id, TODAY, { state: 'missed' });
    expect(await events('meetings.missed-twice', learner)).toHaveLength(1);
    expect((await events('meeting.missed', learner)).map((e) => e.payload['inARow'])).toEqual([1, 2, 3]);
    const list = await server.gql<{ pairings: { edges: { node: { id: string } }[] } }>(
      lead,
      `{ pairings(filter: { troubled: true }) { edges { node { id } } } }`,
    );
    expect(list.data?.pairings.edges.map((e) => e.node.id)).toContain(id);
  });

  it.each([
    ['tomorrow', 1, 'meeting-in-future'],
    ['long ago', -15, 'meeting-too-old'],
  ])('of %s is refused', async (_name, offset, code) => {
    const { mentor, id } = await pair();
    expect(reason(await log(mentor, id, addDays(TODAY, offset)))).toBe(code);
  });

  it('moves when partners plan it, and takes the planned one’s place when it is logged', async () => {
    const { mentor, learner, id } = await pair();
    const plan = (who: string, at: string) =>
      server.gql<{ planMeeting: { nextMeeting: { id: string; startsAt: string } } }>(
        who,
        `mutation ($id: ID!, $at: DateTime!) { planMeeting(pairingId: $id, startsAt: $at) { nextMeeting { id startsAt } } }`,
        { id, at },
      );
    await plan(learner, '2026-03-13T02:00:00Z');
    const moved = await plan(mentor, '2026-03-13T03:00:00Z');
    expect(moved.data?.planMeeting.nextMeeting.startsAt).toBe('2026-03-13T03:00:00.000Z');
    expect(reason(await plan(mentor, '2026-03-12T03:00:00Z'))).toBe('meeting-in-past');
    server.clock.set('2026-03-13T09:00:00Z');
    const answer = await server.gql<LogAnswer>(mentor, LOG, {
      input: { id: moved.data?.planMeeting.nextMeeting.id, pairingId: id, day: '2026-03-13', state: 'held' },
    });
    expect(answer.data?.logMeeting.state).toBe('held');
    const all = await server.db.read((tx) =>
      rows<{ state: string; day: string }>(
        tx,
        `select state, day from mentor_meeting where pairing_id = $1 order by day`,
        [id],
      ),
    );
    expect(all).toEqual([
      { state: 'held', day: '2026-03-13' },
      { state: 'planned', day: '2026-03-19' },
    ]);
  });
});

describe('who reads what', () => {
  const READ = `query ($id: ID!) { meeting(id: $id) { notes privateNote actions { text } } }`;
  it('shares the notes, keeps a private one to its author, and shows nothing to anybody else', async () => {
    const manager = await makePerson(server);
    const mentor = await makePerson(server);
    const learner = await makePerson(server, { managerId: manager });
    const stranger = await makePerson(server);
    const started = await server.gql<PairAnswer>(lead, PAIR, { input: { mentorId: mentor, learnerId: learner } });
    const pairingId = started.data?.startPairing.id as string;
    const id = (await log(mentor, pairingId, TODAY, { notes: 'shared', privateNote: 'only mine' })).data?.logMeeting.id;
    await server.gql(learner, `mutation ($id: ID!) { savePrivateNote(meetingId: $id, text: "mine too") { id } }`, {
      id,
    });
    expect((await server.gql(mentor, READ, { id })).data).toMatchObject({
      meeting: { notes: 'shared', privateNote: 'only mine' },
    });
    expect((await server.gql(learner, READ, { id })).data).toMatchObject({
      meeting: { notes: 'shared', privateNote: 'mine too' },
    });
    for (const other of [stranger, manager, lead]) {
      expect(reason(await server.gql(other, READ, { id }))).toBe('meeting-unknown');
      expect(
        reason(
          await server.gql(other, `query ($id: ID!) { meetings(pairingId: $id) { edges { node { notes } } } }`, {
            id: pairingId,
          }),
        ),
      ).toBe('pairing-unknown');
      expect(
        reason(
          await server.gql(other, `mutation ($id: ID!) { editMeetingNotes(id: $id, revision: 1, notes: "x") { id } }`, {
            id,
          }),
        ),
      ).toBe('meeting-unknown');
      expect(reason(await log(other, pairingId, addDays(TODAY, -1)))).toBe('pairing-unknown');
    }
    expect(reason(await log(learner, pairingId, addDays(TODAY, -1)))).toBe('pairing-unknown');
    const page = await server.gql<{ meetings: { edges: { node: { privateNote: string } }[] } }>(
      learner,
      `query ($id: ID!) { meetings(pairingId: $id) { totalCount edges { node { privateNote notes } } } }`,
      { id: pairingId },
    );
    expect(JSON.stringify(page.data)).not.toContain('only mine');
  });

  it('says who wrote meanwhile instead of overwriting', async () => {
    const { mentor, learner, id } = await pair();
    const meeting = (await log(mentor, id, TODAY, { notes: 'one' })).data?.logMeeting.id;
    const EDIT = `mutation ($id: ID!, $r: Int!, $n: String!) { editMeetingNotes(id: $id, revision: $r, notes: $n) { notes revision } }`;
    expect((await server.gql(learner, EDIT, { id: meeting, r: 1, n: 'two' })).data).toEqual({
      editMeetingNotes: { notes: 'two', revision: 2 },
    });
    const late = await server.gql(mentor, EDIT, { id: meeting, r: 1, n: 'three' });
    expect(late.errors?.[0]?.extensions).toMatchObject({
      code: 'CONFLICT',
      reason: 'meeting-changed',
      params: { at: new Date(START).toISOString() },
    });
  });

  it('lets both partners tick an action, and nobody else', async () => {
    const { mentor, learner, id } = await pair();
    const action = (
      await log(mentor, id, TODAY, { actions: [{ text: 'Call', owner: 'learner', dueOn: '2026-03-01' }] })
    ).data?.logMeeting.actions[0]?.id;
    const DONE = `mutation ($id: ID!) { setActionItemDone(id: $id, done: true) { doneAt overdue } }`;
    expect(reason(await server.gql(await makePerson(server), DONE, { id: action }))).toBe('action-item-unknown');
    const open = await server.gql<{ myActionItems: { overdue: boolean }[] }>(
      learner,
      `{ myActionItems { text overdue owner } }`,
    );
    expect(open.data?.myActionItems).toEqual([{ text: 'Call', overdue: true, owner: 'learner' }]);
    expect((await server.gql(learner, DONE, { id: action })).data).toEqual({
      setActionItemDone: { doneAt: new Date(START).toISOString(), overdue: false },
    });
    expect(
      (await server.gql<{ myActionItems: unknown[] }>(mentor, `{ myActionItems { text } }`)).data?.myActionItems,
    ).toEqual([]);
  });

  it('leaves no word of an erased person', async () => {
    const mentor = await makePerson(server);
    const learner = await makePerson(server, { employeeNumber: 'GONE-1' });
    const started = await server.gql<PairAnswer>(lead, PAIR, { input: { mentorId: mentor, learnerId: learner } });
    await log(mentor, started.data?.startPairing.id as string, TODAY, {
      notes: 'zq-shared',
      privateNote: 'zq-private',
      actions: [{ text: 'zq-action', owner: 'learner' }],
    });
    await server.db.transaction((tx) => server.get(Persons).leave(tx, learner, TODAY, null));
    await server.db.transaction((tx) => server.get(Persons).erase(tx, learner, 'GONE-1', null));
    const left = await server.db.read((tx) =>
      rows(
        tx,
        `select 1 from meeting_note where notes like 'zq%' union all select 1 from private_note where text like 'zq%' union all select 1 from action_item where text like 'zq%'`,
      ),
    );
    expect(left).toEqual([]);
  });
});

describe('profile', () => {
  it('is offered by the mentor and decided by L&D', async () => {
    const mentor = await makePerson(server);
    const SAVE = `mutation ($input: MentorProfileInput!) { saveMentorProfile(input: $input) { about capacity skills revision } }`;
    expect(reason(await server.gql(mentor, SAVE, { input: { personId: mentor, about: 'me' } }))).toBe(
      'mentor-profile-unknown',
    );
    await server.gql(lead, SAVE, { input: { personId: mentor, capacity: 3, skills: ['negotiation'] } });
    const own = await server.gql(mentor, SAVE, {
      input: { personId: mentor, revision: 1, about: 'Hello', capacity: 2, active: false },
    });
    expect(own.data).toEqual({
      saveMentorProfile: { about: 'Hello', capacity: 2, skills: ['negotiation'], revision: 2 },
    });
    expect(reason(await server.gql(lead, SAVE, { input: { personId: mentor, revision: 1, capacity: 1 } }))).toBe(
      'changed-meanwhile',
    );
    expect(reason(await server.gql(mentor, SAVE, { input: { personId: mentor, revision: 2, capacity: 7 } }))).toBe(
      'capacity-too-high',
    );
    const bad = await server.gql(lead, SAVE, {
      input: { personId: mentor, revision: 2, availability: [{ weekday: 9, from: 0, to: 60 }] },
    });
    expect(reason(bad)).toBe('input-invalid');
  });
});

describe('allowance and history', () => {
  it('loads months of weekly meetings in bulk, the same twice, and reports them', async () => {
    const pairs = await Promise.all(
      Array.from({ length: 10 }, async () => ({
        mentorId: await makePerson(server),
        learnerId: await makePerson(server),
      })),
    );
    const loader = server.get(MentoringLoader);
    const pairings = pairs.map((p) => ({ ...p, startDay: addDays(TODAY, -80), weekday: 4, startMinute: 900 }));
    const first = pairs[0] as { mentorId: string; learnerId: string };
    await server.db.transaction((tx) =>
      server.get(Enrolments).enrol(tx, {
        mapId,
        people: [{ personId: first.learnerId, startDay: addDays(TODAY, -80) }],
        source: 'demo',
        actorId: null,
      }),
    );
    const meetings = pairs.flatMap((p) =>
      Array.from({ length: 11 }, (_, i) => ({
        ...p,
        day: addDays(TODAY, -77 + i * 7),
        state: i === 4 ? ('missed' as const) : ('held' as const),
        notes: `n${i}`,
        actions: [{ text: `a${i}`, owner: 'learner' as const, doneOn: addDays(TODAY, -70 + i * 7) }],
      })),
    );
    expect(await loader.loadPairings(pairings)).toEqual({ pairings: 10 });
    expect(await loader.loadMeetings(meetings)).toEqual({ meetings: 110 });
    expect(await loader.loadPairings(pairings)).toEqual({ pairings: 0 });
    expect(await loader.loadMeetings(meetings)).toEqual({ meetings: 0 });
    const counters = await server.db.read((tx) =>
      one(tx, `select held, missed, missed_in_a_row from pairing where learner_id = $1`, [first.learnerId]),
    );
    expect(counters).toEqual({ held: 10, missed: 1, missed_in_a_row: 0 });
    const map = await server.gql(first.learnerId, `{ myMap { state completed } }`);
    expect(map.data).toEqual({ myMap: { state: [4, 4], completed: [addDays(TODAY, -77), addDays(TODAY, -63)] } });
    const report = await server.gql<{
      mentoringAllowance: { mentor: { id: string }; meetings: number; minutes: number; mentees: number }[];
    }>(lead, `{ mentoringAllowance(month: "2026-02") { mentor { id } meetings minutes mentees decisions } }`);
    expect(report.data?.mentoringAllowance.find((r) => r.mentor.id === first.mentorId)).toMatchObject({
      meetings: 4,
      minutes: 240,
      mentees: 1,
      decisions: 0,
    });
    expect(
      (await server.gql(first.mentorId, `{ mentoringAllowance(month: "2026-02") { meetings } }`)).errors?.[0]
        ?.extensions.code,
    ).toBe('FORBIDDEN');
    const file = await server.app.inject({
      method: 'GET',
      url: '/api/mentoring/allowance.xlsx?month=2026-02&locale=en',
      cookies: { waymark_session: `test.${lead}` },
    });
    expect([file.statusCode, file.rawPayload.subarray(0, 2).toString()]).toEqual([200, 'PK']);
    const refused = await server.app.inject({
      method: 'GET',
      url: '/api/mentoring/allowance.xlsx?month=2026-02',
      cookies: { waymark_session: `test.${first.mentorId}` },
    });
    expect(refused.statusCode).toBe(403);
    expect(await sql(server, `select 1 from mentor_meeting where id = $1`, [newId()])).toBe(0);
  });
});

describe('the calendar', () => {
  it('has the planned hour of both, and the name of neither', async () => {
    const [mentor, learner] = [
      await makePerson(server, { name: '周导师', locale: 'en' }),
      await makePerson(server, { name: '林学员' }),
    ];
    const paired = await server.gql<PairAnswer>(lead, PAIR, {
      input: { mentorId: mentor, learnerId: learner, weekday: 4, startMinute: 900 },
    });
    const at = paired.data?.startPairing.nextMeeting?.startsAt;
    expect(at).toBeTruthy();
    for (const personId of [mentor, learner]) {
      const { data } = await server.gql<{ createCalendarFeed: string }>(personId, `mutation { createCalendarFeed }`);
      const { body } = await server.app.inject({ url: new URL(data?.createCalendarFeed ?? '').pathname });
      expect(body).toContain(`DTSTART:${String(at).replace(/[-:]|\.000/g, '')}`);
      expect(body).not.toMatch(/周导师|林学员/);
    }
  });
});
