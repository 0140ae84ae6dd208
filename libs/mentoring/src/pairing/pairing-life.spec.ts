import { addDays, newRandomId } from '@waymark/kernel';
import { IdentityModule, Persons, Supervisions } from '@waymark/identity';
import { LearningModule } from '@waymark/learning';
import { rows, SESSION_COOKIE } from '@waymark/platform';
import { createTestServer, makeOrgUnit, makePerson, makeStaff, sql, type TestServer } from '@waymark/testing';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { Agendas, MentoringLoader, MentoringModule } from '../index.js';

const START = '2026-03-12T08:00:00Z';
const TODAY = '2026-03-12';
let server: TestServer;
let lead: string;

beforeAll(async () => {
  server = await createTestServer({ modules: [IdentityModule, LearningModule, MentoringModule], now: START });
  lead = await makeStaff(server, 'ld-lead');
  await server.db.transaction((tx) =>
    server.get(Agendas).loadReference(tx, [
      { week: 1, items: [{ en: 'Expectations', 'zh-CN': '对齐期待' }, { en: 'Hours' }] },
      { week: 3, items: [{ en: 'First customer' }] },
    ]),
  );
});
afterAll(() => server.close());
beforeEach(() => server.clock.set(START));

const reason = (answer: { errors?: { extensions: { reason: string } }[] }) => answer.errors?.[0]?.extensions.reason;
async function must<T>(as: string, query: string, variables: Record<string, unknown> = {}): Promise<T> {
  const answer = await server.gql<T>(as, query, variables);
  if (!answer.data || answer.errors) throw new Error(JSON.stringify(answer.errors));
  return answer.data;
}
const START_PAIRING = `mutation ($i: PairingInput!) { startPairing(input: $i) { id } }`;
async function pair(over: { startDay?: string; mentor?: string } = {}) {
  const [mentor, learner] = [over.mentor ?? (await makePerson(server)), await makePerson(server)];
  const { startPairing } = await must<{ startPairing: { id: string } }>(lead, START_PAIRING, {
    i: { mentorId: mentor, learnerId: learner, startDay: over.startDay ?? addDays(TODAY, -14) },
  });
  return { mentor, learner, id: startPairing.id };
}
const LOG = `mutation ($i: LogMeetingInput!) { logMeeting(input: $i) { id agenda { id text done } } }`;
const log = (as: string, pairingId: string, more: object = {}) =>
  server.gql<{ logMeeting: { id: string; agenda: { id: string; text: string }[] } }>(as, LOG, {
    i: { id: newRandomId(), pairingId, day: TODAY, state: 'held', ...more },
  });

describe('an absence', () => {
  const ADD = `mutation ($m: ID!, $f: LocalDay!, $t: LocalDay!, $s: ID) { addMentorAbsence(mentorId: $m, fromDay: $f, toDay: $t, substituteId: $s) { id substitute { id } } }`;
  it('keeps new pairs away, names who stands in, and is the mentor’s or L&D’s to set', async () => {
    const { mentor, learner } = await pair();
    const substitute = await makePerson(server);
    await server.get(MentoringLoader).loadMentorProfiles([{ personId: mentor }]);
    const days = { m: mentor, f: TODAY, t: addDays(TODAY, 6), s: substitute };
    expect(reason(await server.gql(learner, ADD, days))).toBe('mentor-profile-unknown');
    const added = await must<{ addMentorAbsence: { id: string; substitute: { id: string } } }>(mentor, ADD, days);
    expect(added.addMentorAbsence.substitute.id).toBe(substitute);
    expect(reason(await server.gql(lead, ADD, { ...days, f: addDays(TODAY, 3) }))).toBe('absence-overlaps');
    expect(reason(await server.gql(lead, ADD, { ...days, f: addDays(TODAY, 30), t: TODAY }))).toBe('ends-before-start');
    const next = { mentorId: mentor, learnerId: await makePerson(server) };
    expect(reason(await server.gql(lead, START_PAIRING, { i: next }))).toBe('mentor-absent');
    const { myPairings } = await must<{ myPairings: { mentorAbsences: { substitute: { id: string } }[] }[] }>(
      learner,
      `{ myPairings { mentorAbsences { substitute { id } } } }`,
    );
    expect(myPairings[0]?.mentorAbsences).toEqual([{ substitute: { id: substitute } }]);
    await must(mentor, `mutation ($id: ID!) { removeMentorAbsence(id: $id) }`, { id: added.addMentorAbsence.id });
    expect((await server.gql(lead, START_PAIRING, { i: next })).errors).toBeUndefined();
  });

  it('is set once when two do it at the same time', async () => {
    const mentor = await makePerson(server);
    await server.get(MentoringLoader).loadMentorProfiles([{ personId: mentor }]);
    const days = { m: mentor, f: TODAY, t: addDays(TODAY, 6) };
    const both = await Promise.all([server.gql(mentor, ADD, days), server.gql(lead, ADD, days)]);
    expect(both.map((a) => reason(a) ?? 'ok').sort()).toEqual(['absence-overlaps', 'ok']);
  });
});

describe('a co-mentor', () => {
  const ADD = `mutation ($p: ID!, $c: ID!) { addCoMentor(pairingId: $p, personId: $c) { coMentors { id } } }`;
  it('shares the work, is credited for the hours held, and stops when taken out', async () => {
    const { mentor, learner, id } = await pair();
    const helper = await makePerson(server);
    expect(reason(await log(helper, id))).toBe('pairing-unknown');
    expect((await must(lead, ADD, { p: id, c: helper })) as unknown).toEqual({
      addCoMentor: { coMentors: [{ id: helper }] },
    });
    expect(reason(await server.gql(lead, ADD, { p: id, c: helper }))).toBe('co-mentor-twice');
    expect(reason(await server.gql(lead, ADD, { p: id, c: learner }))).toBe('mentor-is-learner');
    expect((await log(helper, id)).errors).toBeUndefined();
    const credited = await server.db.read((tx) =>
      rows<{ person_id: string }>(
        tx,
        `select person_id from activity_record where verb = 'meeting.held' and result->>'role' = 'mentor' and person_id = any ($1::uuid[])`,
        [[mentor, helper]],
      ),
    );
    expect(credited).toEqual([{ person_id: helper }]);
    const side = await must<{ myPairings: { side: string }[] }>(helper, `{ myPairings { side } }`);
    expect(side.myPairings).toEqual([{ side: 'mentor' }]);
    await must(lead, `mutation ($p: ID!, $c: ID!) { removeCoMentor(pairingId: $p, personId: $c) { id } }`, {
      p: id,
      c: helper,
    });
    expect(reason(await log(helper, id, { day: addDays(TODAY, -1) }))).toBe('pairing-unknown');
    expect((await must<{ myPairings: unknown[] }>(helper, `{ myPairings { side } }`)).myPairings).toEqual([]);
  });
});

describe('a co-mentor who leaves', () => {
  it('goes without a successor', async () => {
    const { learner, id } = await pair();
    const manager = await makePerson(server);
    const helper = await makePerson(server, { managerId: manager });
    await must(lead, `mutation ($p: ID!, $c: ID!) { addCoMentor(pairingId: $p, personId: $c) { id } }`, {
      p: id,
      c: helper,
    });
    await server.db.transaction((tx) => server.get(Persons).leave(tx, helper, addDays(TODAY, -1), null));
    const { pairing } = await must<{ pairing: { coMentors: unknown[] } }>(
      lead,
      `query ($id: ID!) { pairing(id: $id) { coMentors { id } } }`,
      { id },
    );
    expect(pairing.coMentors).toEqual([]);
    server.clock.advance(86_400_000);
    const mentors = await server.db.read((tx) => server.get(Supervisions).supervisorsOf(tx, [learner], ['mentor']));
    expect(mentors.get(learner)?.map((m) => m.supervisorId)).not.toContain(manager);
  });
});

describe('a hand-over', () => {
  it('links the pairings, counts weeks on, and shows the mentor before nothing new', async () => {
    const { mentor, learner, id } = await pair();
    const [next, helper] = [await makePerson(server), await makePerson(server)];
    await must(lead, `mutation ($p: ID!, $c: ID!) { addCoMentor(pairingId: $p, personId: $c) { id } }`, {
      p: id,
      c: helper,
    });
    await log(mentor, id, { notes: 'before' });
    const { handOverPairing } = await must<{ handOverPairing: { id: string; followsId: string; week: number } }>(
      lead,
      `mutation ($id: ID!, $m: ID!) { handOverPairing(id: $id, mentorId: $m) { id followsId week } }`,
      { id, m: next },
    );
    expect(handOverPairing).toMatchObject({ followsId: id, week: 3 });
    server.clock.advance(86_400_000);
    const meeting = await log(next, handOverPairing.id, { day: addDays(TODAY, 1), notes: 'after' });
    const MEETINGS = `query ($p: ID!) { meetings(pairingId: $p) { edges { node { notes } } } }`;
    for (const before of [mentor, helper]) {
      expect(reason(await server.gql(before, MEETINGS, { p: handOverPairing.id }))).toBe('pairing-unknown');
      expect(
        reason(
          await server.gql(before, `query ($id: ID!) { meeting(id: $id) { notes } }`, {
            id: meeting.data?.logMeeting.id,
          }),
        ),
      ).toBe('meeting-unknown');
      expect(
        reason(await server.gql(before, `query ($l: ID!) { improvementPlan(learnerId: $l) { id } }`, { l: learner })),
      ).toBe('person-unknown');
    }
    const kept = await must<{ meetings: { edges: { node: { notes: string } }[] } }>(learner, MEETINGS, { p: id });
    expect(kept.meetings.edges[0]?.node.notes).toBe('before');
  });
});

describe('the agenda', () => {
  it('is shown for the week to both, ticked with the meeting, and keeps its words when the template changes', async () => {
    const { mentor, learner, id } = await pair();
    const AGENDA = `{ myPairings { week agenda { id text done } } }`;
    const { myPairings } = await must<{ myPairings: { week: number; agenda: { id: string; text: string }[] }[] }>(
      learner,
      AGENDA,
    );
    expect(myPairings[0]).toMatchObject({ week: 3, agenda: [{ text: 'First customer', done: false }] });
    const item = myPairings[0]?.agenda[0]?.id as string;
    const logged = await log(mentor, id, { agenda: [item, newRandomId()] });
    expect(logged.data?.logMeeting.agenda).toEqual([{ id: item, text: 'First customer', done: true }]);

    const SAVE = `mutation ($w: Int!, $r: Int!, $i: [AgendaItemInput!]!) { saveAgendaWeek(week: $w, revision: $r, items: $i) { revision items { id text { en } } } }`;
    const changed = { w: 3, r: 1, i: [{ id: item, text: { en: 'Second customer' } }] };
    expect(reason(await server.gql(mentor, SAVE, changed))).toBe('permission-missing');
    const { saveAgendaWeek } = await must<{ saveAgendaWeek: { items: { id: string }[] } }>(lead, SAVE, changed);
    expect(saveAgendaWeek.items[0]?.id).not.toBe(item);
    expect(reason(await server.gql(lead, SAVE, changed))).toBe('changed-meanwhile');
    expect(reason(await server.gql(lead, SAVE, { w: 3, r: 2, i: [{ text: { en: '  ' } }] }))).toBe('agenda-item-empty');
    const again = await must<{ meeting: { agenda: unknown[] } }>(
      learner,
      `query ($id: ID!) { meeting(id: $id) { agenda { text } } }`,
      { id: logged.data?.logMeeting.id },
    );
    expect(again.meeting.agenda).toEqual([{ text: 'First customer' }]);
  });
});

describe('the end of a pairing', () => {
  const SUMMARY = `mutation ($p: ID!, $i: PairingSummaryInput!) { savePairingSummary(pairingId: $p, input: $i) { reached author { id } } }`;
  const FEEDBACK = `mutation ($p: ID!, $i: PairingFeedbackInput!) { savePairingFeedback(pairingId: $p, input: $i) { comment } }`;
  const READ = `query ($p: ID!) { pairingSummaries(pairingId: $p) { reached } }`;
  const input = (reached: string) => ({ goal: 4, reached });

  it('is summed up by both, each reading the other once their own is in', async () => {
    const { mentor, learner, id } = await pair();
    expect(reason(await server.gql(mentor, SUMMARY, { p: id, i: input('x') }))).toBe('closing-too-early');
    await must(lead, `mutation ($id: ID!) { endPairing(id: $id) { id } }`, { id });
    await must(mentor, SUMMARY, { p: id, i: input('from the mentor') });
    expect(await must(learner, READ, { p: id })).toEqual({ pairingSummaries: [] });
    await must(learner, SUMMARY, { p: id, i: input('from the learner') });
    for (const reader of [mentor, learner, lead])
      expect((await must<{ pairingSummaries: unknown[] }>(reader, READ, { p: id })).pairingSummaries).toHaveLength(2);
    expect(reason(await server.gql(await makePerson(server), READ, { p: id }))).toBe('pairing-unknown');
  });

  it('tells L&D how it was, and never the one it is about', async () => {
    const leadMentor = await makeStaff(server, 'ld-lead');
    const { mentor, learner, id } = await pair({ mentor: leadMentor });
    await must(lead, `mutation ($id: ID!) { endPairing(id: $id) { id } }`, { id });
    await must(learner, FEEDBACK, { p: id, i: { prepared: 2, useful: 1, comment: 'often late' } });
    await must(mentor, FEEDBACK, { p: id, i: { prepared: 5, useful: 5, comment: 'keen' } });
    const ASK = `query ($p: ID!) { pairingFeedback(pairingId: $p) { comment about { id } } }`;
    expect(
      (await must<{ pairingFeedback: { comment: string }[] }>(lead, ASK, { p: id })).pairingFeedback.map(
        (f) => f.comment,
      ),
    ).toEqual(['often late', 'keen']);
    // The mentor is of L&D, too, and still reads only the own words.
    expect(await must(mentor, ASK, { p: id })).toMatchObject({ pairingFeedback: [{ comment: 'keen' }] });
    const MEANS = `{ mentorFeedback { mentor { id } answers prepared } }`;
    const of = async (as: string) =>
      (
        await must<{ mentorFeedback: { mentor: { id: string }; answers: number; prepared: number | null }[] }>(
          as,
          MEANS,
        )
      ).mentorFeedback.find((m) => m.mentor.id === leadMentor);
    expect(await of(lead)).toMatchObject({ answers: 1, prepared: null });
    for (const prepared of [3, 4]) {
      const other = await pair({ mentor: leadMentor });
      await must(lead, `mutation ($id: ID!) { endPairing(id: $id) { id } }`, { id: other.id });
      await must(other.learner, FEEDBACK, { p: other.id, i: { prepared, useful: 3 } });
    }
    expect(await of(lead)).toMatchObject({ answers: 3, prepared: 3 });
    expect(await of(leadMentor)).toBeUndefined();
  });

  it('leaves thanks on the page of the mentor', async () => {
    const { mentor, learner, id } = await pair();
    const THANK = `mutation ($p: ID!) { thankMentor(pairingId: $p, text: "Thank you") { text } }`;
    expect(reason(await server.gql(mentor, THANK, { p: id }))).toBe('pairing-unknown');
    await must(learner, THANK, { p: id });
    await log(mentor, id);
    expect(
      await must(
        mentor,
        `{ myMentorImpact { current finished held missed thanks latestThanks { text learner { id } } } }`,
      ),
    ).toEqual({
      myMentorImpact: {
        current: 1,
        finished: 0,
        held: 1,
        missed: 0,
        thanks: 1,
        latestThanks: [{ text: 'Thank you', learner: { id: learner } }],
      },
    });
  });
});

describe('an improvement plan', () => {
  const START_PLAN = `mutation ($l: ID!, $w: [ImprovementWeekInput!]!) { startImprovementPlan(learnerId: $l, weeks: $w) { id week behaviours { week text } } }`;
  const RATE = `mutation ($id: ID!, $w: Int!, $s: [Int!]!) { rateImprovement(id: $id, week: $w, scores: $s) { behaviours { week ordinal learner mentor } } }`;
  const weeks = [{ week: 1, behaviours: ['Ask first', 'Sum up'] }];
  interface Plan {
    id: string;
    behaviours: { week: number; text: string; learner: number | null; mentor: number | null }[];
  }

  it('is rated by both, week by week, and goes on with the next mentor', async () => {
    const { mentor, learner, id: pairingId } = await pair();
    expect(reason(await server.gql(learner, START_PLAN, { l: learner, w: weeks }))).toBe('person-unknown');
    const { startImprovementPlan: plan } = await must<{ startImprovementPlan: Plan }>(mentor, START_PLAN, {
      l: learner,
      w: weeks,
    });
    expect(plan.behaviours).toHaveLength(16);
    expect(reason(await server.gql(lead, START_PLAN, { l: learner, w: weeks }))).toBe('plan-exists');
    const first = (p: Plan) => p.behaviours.find((b) => b.week === 1);
    const rate = async (as: string, s: number[], w = 1) =>
      (await must<{ rateImprovement: Plan }>(as, RATE, { id: plan.id, w, s })).rateImprovement;
    expect(first(await rate(mentor, [2, 3]))).toMatchObject({ mentor: 2, learner: null });
    const ASK = `query ($l: ID!) { improvementPlan(learnerId: $l) { behaviours { week learner mentor } } }`;
    const asked = async (as: string) =>
      (await must<{ improvementPlan: Plan }>(as, ASK, { l: learner })).improvementPlan;
    expect(first(await asked(learner))).toMatchObject({ learner: null, mentor: null });
    expect(first(await rate(learner, [4, 4]))).toMatchObject({ learner: 4, mentor: 2 });
    expect(first(await asked(lead))).toMatchObject({ learner: 4, mentor: 2 });
    expect(reason(await server.gql(mentor, RATE, { id: plan.id, w: 2, s: [3, 3] }))).toBe('plan-week-not-begun');
    expect(reason(await server.gql(mentor, RATE, { id: plan.id, w: 1, s: [0, 3] }))).toBe('rating-invalid');
    const EDIT = `mutation ($id: ID!, $i: ImprovementWeekInput!) { saveImprovementWeek(id: $id, input: $i) { id } }`;
    const other = (week: number) => ({ id: plan.id, i: { week, behaviours: ['Pause', 'Sum up'] } });
    expect(reason(await server.gql(mentor, EDIT, other(1)))).toBe('plan-week-rated');
    await must(mentor, EDIT, other(2));

    const next = await makePerson(server);
    await must(lead, `mutation ($id: ID!, $m: ID!) { handOverPairing(id: $id, mentorId: $m) { id } }`, {
      id: pairingId,
      m: next,
    });
    server.clock.advance(8 * 86_400_000);
    expect(reason(await server.gql(mentor, RATE, { id: plan.id, w: 2, s: [3, 3] }))).toBe('plan-unknown');
    await rate(next, [3, 3], 2);
    server.clock.advance(70 * 86_400_000);
    await server.runJob('mentoring.plans-close');
    expect(reason(await server.gql(next, RATE, { id: plan.id, w: 8, s: [3, 3] }))).toBe('plan-ended');
  });
});

describe('performance figures', () => {
  async function upload(
    as: string,
    content: string,
    period = '2026-H1',
  ): Promise<{ importId?: string; reason?: string }> {
    const payload = `--b\r\ncontent-disposition: form-data; name="file"; filename="figures.csv"\r\ncontent-type: text/csv\r\n\r\n${content}\r\n--b--\r\n`;
    const answer = await server.app.inject({
      method: 'POST',
      url: `/api/mentoring/performance-import?period=${period}`,
      headers: { 'content-type': 'multipart/form-data; boundary=b' },
      cookies: { [SESSION_COOKIE]: `test.${as}` },
      payload,
    });
    const body = answer.json<{ importId?: string; reason?: string; error?: { reason?: string } }>();
    return { importId: body.importId, reason: body.reason ?? body.error?.reason };
  }
  const IMPORT = `query ($id: ID!) { performanceImport(id: $id) { state summary { added changed kept refused } rows { line employeeNumber outcome problem person { id } } } }`;
  const COMMIT = `mutation ($id: ID!) { commitPerformanceImport(id: $id) { state } }`;

  it('are checked first, then written, and make the best fifth of a department eligible', async () => {
    const department = await makeOrgUnit(server, { kind: 'department' });
    const people: string[] = [];
    for (let i = 0; i < 6; i += 1)
      people.push(await makePerson(server, { orgUnitId: department, employeeNumber: `PF-${i}` }));
    const list = people.map((_, i) => `pf-${i},${80 + i}`).join('\n');
    const { importId } = await upload(lead, `工号,绩效\n${list}\nPF-9,70\nPF-0,99\nPF-5,x`);
    const dry = await must<{ performanceImport: { summary: object; rows: object[] } }>(lead, IMPORT, { id: importId });
    expect(dry.performanceImport.summary).toEqual({ added: 4, changed: 0, kept: 0, refused: 5 });
    expect(dry.performanceImport.rows).toContainEqual(
      expect.objectContaining({ line: 8, employeeNumber: 'PF-9', problem: 'person-unknown', person: null }),
    );
    expect(dry.performanceImport.rows).toContainEqual(
      expect.objectContaining({ line: 2, problem: 'number-twice', person: { id: people[0] } }),
    );
    const CANDIDATES = `{ mentorCandidates { person { id } figure rank of mentor } }`;
    expect(await must(lead, CANDIDATES)).toEqual({ mentorCandidates: [] });

    const clean = await upload(lead, `工号,绩效\n${list}`);
    await must(lead, COMMIT, { id: clean.importId });
    expect(reason(await server.gql(lead, COMMIT, { id: clean.importId }))).toBe('import-closed');
    const best = { figure: 85, rank: 1, of: 6, mentor: false };
    expect(await must(lead, CANDIDATES)).toEqual({
      mentorCandidates: expect.arrayContaining([
        { person: { id: people[5] }, ...best },
        { person: { id: people[4] }, ...best, figure: 84, rank: 2 },
      ]) as unknown,
    });
    expect(reason(await server.gql(people[5] as string, CANDIDATES))).toBe('permission-missing');
    const SAVE = `mutation ($p: ID!) { saveMentorProfile(input: { personId: $p, eligibility: "performance" }) { eligibility } }`;
    expect(reason(await server.gql(lead, SAVE, { p: people[0] }))).toBe('not-top-performer');
    expect((await server.gql(lead, SAVE, { p: people[5] })).errors).toBeUndefined();
    const again = await upload(lead, `Employee number;Score\nPF-0;80\nPF-1;90`);
    expect(
      (await must<{ performanceImport: object }>(lead, IMPORT, { id: again.importId })).performanceImport,
    ).toMatchObject({ summary: { added: 0, changed: 1, kept: 1, refused: 0 } });
  });

  it('are refused without the two columns or a period, and stay within the scope', async () => {
    expect((await upload(lead, 'name,value\na,1')).reason).toBe('performance-columns-missing');
    expect((await upload(lead, '工号,绩效\na,1', 'soon')).reason).toBe('period-invalid');
    const region = await makeOrgUnit(server, { kind: 'region' });
    const regional = await makeStaff(server, 'ld-lead', region);
    await makePerson(server, { employeeNumber: 'FAR-1' });
    const { importId } = await upload(regional, '工号,绩效\nFAR-1,99');
    const { performanceImport } = await must<{ performanceImport: object }>(regional, IMPORT, { id: importId });
    expect(performanceImport).toMatchObject({
      rows: [{ outcome: 'refused', problem: 'person-unknown', person: null }],
    });
    expect(reason(await server.gql(regional, COMMIT, { id: importId }))).toBe('import-nothing-to-do');
  });
});

describe('the allowance', () => {
  it('pays the rate of the month to whoever held the hour, and escapes what a spreadsheet would run', async () => {
    const mentor = await makePerson(server, { name: '=cmd()' });
    const { id } = await pair({ mentor });
    await log(mentor, id);
    const RATE = `mutation ($i: AllowanceRateInput!) { setAllowanceRate(input: $i) { fromMonth perMeeting } }`;
    await must(lead, RATE, { i: { fromMonth: '2026-01', perMeeting: 50, currency: 'CNY' } });
    await must(lead, RATE, { i: { fromMonth: '2026-04', perMeeting: 80, currency: 'CNY' } });
    const ASK = `{ mentoringAllowance(month: "2026-03") { mentor { id } meetings amount currency } }`;
    const { mentoringAllowance } = await must<{ mentoringAllowance: { mentor: { id: string } }[] }>(lead, ASK);
    expect(mentoringAllowance.find((r) => r.mentor.id === mentor)).toMatchObject({
      meetings: 1,
      amount: 50,
      currency: 'CNY',
    });
    const csv = await server.app.inject({
      url: '/api/mentoring/allowance.csv?month=2026-03&locale=en',
      cookies: { [SESSION_COOKIE]: `test.${lead}` },
    });
    expect(csv.body).toContain(`'=cmd(),`);
    expect(csv.body.split('\r\n')[0]).toContain('Allowance,Currency');
    expect(
      reason(await server.gql(mentor, RATE, { i: { fromMonth: '2026-01', perMeeting: 1, currency: 'CNY' } })),
    ).toBe('permission-missing');
  });
});

describe('erasure', () => {
  it('empties every word by and about the person', async () => {
    const { mentor, learner, id } = await pair();
    await server.get(MentoringLoader).loadMentorProfiles([{ personId: mentor }]);
    await must(learner, `mutation ($p: ID!) { thankMentor(pairingId: $p, text: "secret thanks") { id } }`, { p: id });
    await must(
      mentor,
      `mutation ($l: ID!) { startImprovementPlan(learnerId: $l, weeks: [{ week: 1, behaviours: ["secret one", "secret two"] }]) { id } }`,
      { l: learner },
    );
    await must(lead, `mutation ($id: ID!) { endPairing(id: $id) { id } }`, { id });
    await must(
      mentor,
      `mutation ($p: ID!) { savePairingSummary(pairingId: $p, input: { goal: 3, reached: "secret reached", next: "secret next" }) { goal } }`,
      { p: id },
    );
    await must(
      learner,
      `mutation ($p: ID!) { savePairingFeedback(pairingId: $p, input: { prepared: 3, useful: 3, comment: "secret comment" }) { useful } }`,
      { p: id },
    );
    await sql(server, `insert into performance_figure (person_id, period, figure) values ($1, '2025', 12)`, [learner]);
    const left = () =>
      server.db.read((tx) =>
        rows<{ text: string }>(
          tx,
          `select text from (select reached || next as text from pairing_summary union all select comment from pairing_feedback
             union all select text from mentor_thanks union all select text from improvement_behaviour
             union all select 'secret ' || figure from performance_figure where person_id = $1) words where text like '%secret%'`,
          [learner],
        ),
      );
    expect(await left()).toHaveLength(20);
    await server.db.transaction((tx) => server.get(Persons).leave(tx, learner, addDays(TODAY, -1), null));
    const { number } = (
      await server.db.read((tx) =>
        rows<{ number: string }>(tx, `select employee_number as number from person_profile where person_id = $1`, [
          learner,
        ]),
      )
    )[0] as { number: string };
    const admin = await makeStaff(server, 'admin');
    await server.db.transaction((tx) => server.get(Persons).erase(tx, learner, number, admin));
    expect(await left()).toEqual([]);
  });
});
