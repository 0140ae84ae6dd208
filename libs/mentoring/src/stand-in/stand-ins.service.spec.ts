import { IdentityModule, Persons } from '@waymark/identity';
import { addDays, newRandomId } from '@waymark/kernel';
import { LearningModule, Milestones } from '@waymark/learning';
import { rows } from '@waymark/platform';
import {
  createTestServer,
  enrolOn,
  makeMap,
  makePerson,
  makeStaff,
  mapNode,
  wordsEvidence,
  type TestServer,
} from '@waymark/testing';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { MentoringLoader, MentoringModule } from '../index.js';

/** Afternoon of a Thursday in Shanghai. */
const NOW = '2026-03-12T08:00:00Z';
const TODAY = '2026-03-12';
let server: TestServer;
let lead: string;

beforeAll(async () => {
  server = await createTestServer({ modules: [IdentityModule, LearningModule, MentoringModule], now: NOW });
  lead = await makeStaff(server, 'ld-lead');
});
afterAll(() => server.close());
beforeEach(() => server.clock.set(NOW));

const reason = (answer: { errors?: { extensions: { reason: string } }[] }) => answer.errors?.[0]?.extensions.reason;
async function must<T>(as: string, query: string, variables: Record<string, unknown> = {}): Promise<T> {
  const answer = await server.gql<T>(as, query, variables);
  if (!answer.data || answer.errors) throw new Error(JSON.stringify(answer.errors));
  return answer.data;
}
/** A mentor with a mentee on a map, whose milestone waits for the sign-off. */
async function waiting() {
  const [mentor, learner, substitute] = [await makePerson(server), await makePerson(server), await makePerson(server)];
  await server.get(MentoringLoader).loadMentorProfiles([{ personId: mentor }]);
  const { startPairing } = await must<{ startPairing: { id: string } }>(
    lead,
    `mutation ($i: PairingInput!) { startPairing(input: $i) { id } }`,
    { i: { mentorId: mentor, learnerId: learner, startDay: addDays(TODAY, -14), weekday: 4, startMinute: 900 } },
  );
  const { mapId } = await makeMap(server, [
    mapNode('talk', { kind: 'milestone', evidence: wordsEvidence }),
    mapNode('z', { stage: 'practise' }),
  ]);
  const enrolment = await enrolOn(server, mapId, learner, '2026-03-02');
  const [node] = await server.db.read((tx) =>
    rows<{ id: string }>(
      tx,
      `select n.id from map_node n join enrolment e on e.version_id = n.version_id where e.id = $1 and n.key = 'talk'`,
      [enrolment],
    ),
  );
  const nodeId = node?.id as string;
  const milestones = server.get(Milestones);
  await milestones.save(learner, enrolment, nodeId, { text: 'We talked about the price.' });
  const submission = await milestones.submit(learner, enrolment, nodeId);
  return { mentor, learner, substitute, pairing: startPairing.id, enrolment, nodeId, submission };
}
type Case = Awaited<ReturnType<typeof waiting>>;
const away = async (c: Case, fromDay: string, toDay: string): Promise<string> =>
  (
    await must<{ addMentorAbsence: { id: string } }>(
      c.mentor,
      `mutation ($m: ID!, $f: LocalDay!, $t: LocalDay!, $s: ID) { addMentorAbsence(mentorId: $m, fromDay: $f, toDay: $t, substituteId: $s) { id } }`,
      { m: c.mentor, f: fromDay, t: toDay, s: c.substitute },
    )
  ).addMentorAbsence.id;

/** Everything a mentor sees of a mentee, and does. */
async function reach(c: Case, as = c.substitute) {
  const see = async (query: string, variables: object = {}) => (await server.gql(as, query, { ...variables })).data;
  const mentees = (await see(`{ mentees { personId } }`)) as { mentees: { personId: string }[] } | null;
  const signOffs = (await see(`{ signOffs { submissionId } }`)) as { signOffs: { submissionId: string }[] } | null;
  const map = await server.gql(as, `query ($e: ID!) { traineeMap(enrolmentId: $e) { day } }`, { e: c.enrolment });
  const evidence = await server.gql(
    as,
    `query ($e: ID!, $n: ID!) { milestone(enrolmentId: $e, nodeId: $n) { current { text } } }`,
    { e: c.enrolment, n: c.nodeId },
  );
  const meetings = await server.gql(as, `query ($p: ID!) { meetings(pairingId: $p) { totalCount } }`, { p: c.pairing });
  const checkIns = await server.gql(as, `query ($e: ID!) { checkIns(enrolmentId: $e) { week } }`, { e: c.enrolment });
  const pairings = (await see(`{ myPairings { id side } }`)) as { myPairings: { id: string; side: string }[] } | null;
  return {
    mentees: mentees?.mentees.some((m) => m.personId === c.learner) ?? false,
    signOffs: signOffs?.signOffs.some((s) => s.submissionId === c.submission) ?? false,
    map: !map.errors,
    evidence: !evidence.errors,
    meetings: !meetings.errors,
    checkIns: !checkIns.errors,
    pairing: pairings?.myPairings.find((p) => p.id === c.pairing)?.side ?? null,
  };
}
const all = (yes: boolean) => ({
  mentees: yes,
  signOffs: yes,
  map: yes,
  evidence: yes,
  meetings: yes,
  checkIns: yes,
  pairing: yes ? 'mentor' : null,
});
const SIGN = `mutation ($s: ID!, $at: DateTime) { signMilestone(submissionId: $s, seenAt: $at) { status decidedBy { id } inPlaceOf { id } } }`;
const LOG = `mutation ($i: LogMeetingInput!) { logMeeting(input: $i) { loggedBy { id } inPlaceOf { id } } }`;
const log = (as: string, c: Case, day = TODAY) =>
  server.gql(as, LOG, { i: { id: newRandomId(), pairingId: c.pairing, day, state: 'held' } });

describe('who stands in for a mentor', () => {
  it('sees and does what the mentor does on the days of the absence, and nothing before or after', async () => {
    const c = await waiting();
    await away(c, addDays(TODAY, 2), addDays(TODAY, 4));
    expect(await reach(c)).toEqual(all(false));
    expect(reason(await server.gql(c.substitute, SIGN, { s: c.submission }))).toBe('submission-unknown');
    expect(reason(await log(c.substitute, c))).toBe('pairing-unknown');
    server.clock.set('2026-03-14T02:00:00Z');
    expect(await reach(c)).toEqual(all(true));
    expect(await reach(c, await makePerson(server))).toEqual(all(false));
    server.clock.set('2026-03-16T15:59:00Z');
    expect(await reach(c)).toEqual(all(true));
    server.clock.set('2026-03-16T16:01:00Z');
    expect(await reach(c)).toEqual(all(false));
    expect(reason(await server.gql(c.substitute, SIGN, { s: c.submission }))).toBe('submission-unknown');
    expect(reason(await log(c.substitute, c, '2026-03-16'))).toBe('pairing-unknown');
    // The mentor never lost anything.
    expect(await reach(c, c.mentor)).toEqual(all(true));
  });

  it('signs and logs under the own name, and history says in whose place', async () => {
    const c = await waiting();
    await away(c, TODAY, addDays(TODAY, 4));
    const held = (await log(c.substitute, c)) as { data: { logMeeting: object } | null };
    expect(held.data?.logMeeting).toEqual({ loggedBy: { id: c.substitute }, inPlaceOf: { id: c.mentor } });
    expect(await must(c.substitute, SIGN, { s: c.submission })).toEqual({
      signMilestone: { status: 'signed', decidedBy: { id: c.substitute }, inPlaceOf: { id: c.mentor } },
    });
    const seen = await must<{ milestone: { rounds: object[] } }>(
      c.learner,
      `query ($e: ID!, $n: ID!) { milestone(enrolmentId: $e, nodeId: $n) { rounds { decidedBy { id } inPlaceOf { id } } } }`,
      { e: c.enrolment, n: c.nodeId },
    );
    expect(seen.milestone.rounds).toEqual([{ decidedBy: { id: c.substitute }, inPlaceOf: { id: c.mentor } }]);
  });

  it('a mentor decides in nobody’s place, away or not', async () => {
    const c = await waiting();
    await away(c, TODAY, addDays(TODAY, 4));
    expect(await must(c.mentor, SIGN, { s: c.submission })).toEqual({
      signMilestone: { status: 'signed', decidedBy: { id: c.mentor }, inPlaceOf: null },
    });
  });

  it('writes no summary and no feedback: the pairing has two partners', async () => {
    const c = await waiting();
    await away(c, TODAY, addDays(TODAY, 4));
    const words = `mutation ($p: ID!) { savePairingFeedback(pairingId: $p, input: { prepared: 2, useful: 2, comment: "" }) { useful } }`;
    expect(reason(await server.gql(c.substitute, words, { p: c.pairing }))).toBe('pairing-unknown');
  });

  it('goes with the absence, the pairing and a hand-over; the next mentee comes in, too', async () => {
    const c = await waiting();
    const id = await away(c, addDays(TODAY, -1) < TODAY ? TODAY : TODAY, addDays(TODAY, 20));
    expect((await reach(c)).map).toBe(true);
    await must(c.mentor, `mutation ($id: ID!) { removeMentorAbsence(id: $id) }`, { id });
    expect(await reach(c)).toEqual(all(false));

    await away(c, TODAY, addDays(TODAY, 20));
    expect((await reach(c)).map).toBe(true);
    const successor = await makePerson(server);
    await must(lead, `mutation ($id: ID!, $m: ID!) { handOverPairing(id: $id, mentorId: $m) { id } }`, {
      id: c.pairing,
      m: successor,
    });
    expect((await reach(c)).map).toBe(false);

    const later = await makePerson(server);
    await must(lead, `mutation ($i: PairingInput!) { startPairing(input: $i) { id } }`, {
      i: { mentorId: c.mentor, learnerId: later, startDay: addDays(TODAY, 21) },
    });
    const stands = () =>
      server.db.read((tx) =>
        rows<{ from: string; to: string }>(
          tx,
          `select from_day as "from", to_day as "to" from supervision where in_place_of = $1 and person_id = $2`,
          [c.mentor, later],
        ),
      );
    expect(await stands()).toEqual([]);
    await away(c, addDays(TODAY, 25), addDays(TODAY, 30));
    expect(await stands()).toEqual([{ from: addDays(TODAY, 25), to: addDays(TODAY, 30) }]);
  });

  it('never for oneself; a substitute who leaves hands nothing to the own manager', async () => {
    const c = await waiting();
    const manager = await makePerson(server);
    const goes = { ...c, substitute: await makePerson(server, { managerId: manager }) };
    await away(goes, TODAY, addDays(TODAY, 9));
    expect((await reach(goes)).map).toBe(true);
    await server.db.transaction((tx) => server.get(Persons).leave(tx, goes.substitute, TODAY, lead));
    expect((await reach(goes, manager)).map).toBe(false);

    const own = await waiting();
    await away({ ...own, substitute: own.learner }, TODAY, addDays(TODAY, 9));
    expect(
      await server.db.read((tx) => rows(tx, `select 1 from supervision where in_place_of = $1`, [own.mentor])),
    ).toEqual([]);
    expect(reason(await server.gql(own.learner, SIGN, { s: own.submission }))).toBe('submission-unknown');
  });

  it('is set once when an absence and a new pairing come at the same time', async () => {
    const c = await waiting();
    const later = await makePerson(server);
    await Promise.all([
      away(c, addDays(TODAY, 3), addDays(TODAY, 9)),
      must(lead, `mutation ($i: PairingInput!) { startPairing(input: $i) { id } }`, {
        i: { mentorId: c.mentor, learnerId: later, startDay: TODAY },
      }),
    ]);
    const found = await server.db.read((tx) =>
      rows<{ person: string }>(tx, `select person_id as person from supervision where in_place_of = $1`, [c.mentor]),
    );
    expect(found.map((f) => f.person).sort()).toEqual([c.learner, later].sort());
  });
});

describe('what was handed in anew', () => {
  it('is not signed by who looked at what was there before', async () => {
    const c = await waiting();
    const seenAt = NOW;
    const waive = (verb: string) =>
      must(
        lead,
        `mutation ($e: ID!, $n: ID!) { ${verb}(enrolmentId: $e, nodeId: $n, reason: "a mistake") { state } }`,
        {
          e: c.enrolment,
          n: c.nodeId,
        },
      );
    await waive('waiveNode');
    await waive('unwaiveNode');
    server.clock.advance(60_000);
    await server.get(Milestones).save(c.learner, c.enrolment, c.nodeId, { text: 'Something else.' });
    await server.get(Milestones).submit(c.learner, c.enrolment, c.nodeId);
    expect(reason(await server.gql(c.mentor, SIGN, { s: c.submission, at: seenAt }))).toBe('evidence-changed');
    expect(
      (await server.gql(c.mentor, SIGN, { s: c.submission, at: server.clock.now().toISOString() })).errors,
    ).toBeUndefined();
  });
});
