import { addDays } from '@waymark/kernel';
import { Competencies, IdentityModule } from '@waymark/identity';
import { LearningModule } from '@waymark/learning';
import { one, rows } from '@waymark/platform';
import {
  createTestServer,
  makeCohort,
  makeJobRole,
  makeOrgUnit,
  makePerson,
  makeStaff,
  sql,
  type TestServer,
} from '@waymark/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { MentoringLoader, MentoringModule } from '../index.js';

const TODAY = '2026-03-12';
let server: TestServer;
let lead: string;
let otherLead: string;
let role: string;

beforeAll(async () => {
  server = await createTestServer({
    modules: [IdentityModule, LearningModule, MentoringModule],
    now: `${TODAY}T08:00:00Z`,
  });
  lead = await makeStaff(server, 'ld-lead');
  otherLead = await makeStaff(server, 'ld-lead');
  role = await makeJobRole(server);
  const text = (en: string) => ({ en, 'zh-CN': en });
  await server.db.transaction(async (tx) => {
    const competencies = server.get(Competencies);
    await competencies.saveModel(tx, {
      levels: [1, 2, 3].map((level) => ({ level, code: `level-${level}`, name: text(`Level ${level}`) })),
      dimensions: ['communication', 'negotiation'].map((code) => ({
        code,
        name: text(code === 'communication' ? 'Communication' : 'Negotiation'),
        description: {},
        levels: [1, 2, 3].map((level) => ({ level, description: text(`Level ${level}`), evidence: {} })),
      })),
    });
    await competencies.setRequirements(tx, role, { communication: 'level-3', negotiation: 'level-2' });
  });
});
afterAll(() => server.close());

interface Proposal {
  id: string;
  revision: number;
  state: string;
  locked: boolean;
  byHand: boolean;
  score: number;
  mentor: { id: string };
  learner: { id: string };
  reasons: {
    skill: number;
    covered: string[];
    open: string[];
    siteFit: string;
    shared: string;
    have: number;
    of: number;
  };
}
interface Run {
  id: string;
  state: string;
  round: number;
  proposals: Proposal[];
  unmatched: { reason: string; blocked: Record<string, number>; learner: { id: string } }[];
  mentors: { id: string; taken: number }[];
}
const FIELDS = `id state round done total proposals { id revision state locked byHand score mentor { id } learner { id }
  reasons { skill covered open siteFit shared have of } } unmatched { reason blocked learner { id } } mentors { id taken }`;
const reason = (answer: { errors?: { extensions: { reason: string } }[] }) => answer.errors?.[0]?.extensions.reason;

async function must<T>(as: string, query: string, variables: Record<string, unknown> = {}): Promise<T> {
  const answer = await server.gql<T>(as, query, variables);
  if (!answer.data || answer.errors) throw new Error(JSON.stringify(answer.errors));
  return answer.data;
}
const read = async (id: string): Promise<Run> =>
  (await must<{ matchRun: Run }>(lead, `query ($id: ID!) { matchRun(id: $id) { ${FIELDS} } }`, { id })).matchRun;
/** Mentors of one test are the only active ones. */
async function mentors(list: { capacity?: number; skills?: string[]; languages?: string[] }[]): Promise<string[]> {
  await sql(server, `update mentor_profile set active = false`);
  const ids: string[] = [];
  for (const m of list) {
    const personId = await makePerson(server);
    await server.get(MentoringLoader).loadMentorProfiles([{ personId, languages: ['zh-CN'], ...m }]);
    ids.push(personId);
  }
  return ids;
}
async function start(learnerIds: string[], input: object = {}): Promise<Run> {
  const { startMatching } = await must<{ startMatching: { id: string; state: string } }>(
    lead,
    `mutation ($i: MatchInput!) { startMatching(input: $i) { id state } }`,
    { i: { learnerIds, ...input } },
  );
  expect(startMatching.state).toBe('queued');
  await server.runJobs();
  return read(startMatching.id);
}
const seen = (p: Proposal) => ({ id: p.id, revision: p.revision });
const of = (run: Run, learner: string): Proposal => run.proposals.find((p) => p.learner.id === learner) as Proposal;
const ACCEPT = `mutation ($r: ID!, $p: [SeenProposalInput!]!) { acceptMatches(runId: $r, proposals: $p) { proposalId pairingId code params } }`;
interface Accepted {
  acceptMatches: { proposalId: string; pairingId: string | null; code: string | null; params: { by?: string } }[];
}
const accept = async (as: string, run: Run, list: Proposal[]) =>
  (await must<Accepted>(as, ACCEPT, { r: run.id, p: list.map(seen) })).acceptMatches;

describe('matching', () => {
  it('proposes the pairs that fit best, with the reasons, and accepts them as pairings', async () => {
    const [talker, dealer] = (await mentors([
      { capacity: 1, skills: ['communication'] },
      { capacity: 1, skills: ['negotiation'] },
    ])) as [string, string];
    const weak = await makePerson(server, { jobRoleId: role });
    const plain = await makePerson(server);
    const cohortId = await makeCohort(server, [weak, plain]);
    const run = await start([], { cohortId });
    expect(run).toMatchObject({ state: 'open', unmatched: [] });
    expect(of(run, weak)).toMatchObject({
      mentor: { id: talker },
      reasons: { skill: 60, covered: ['Communication'], open: ['Negotiation'], shared: 'zh-CN', have: 0, of: 1 },
    });
    expect(of(run, plain).mentor.id).toBe(dealer);

    const results = await accept(lead, run, run.proposals);
    expect(results.every((r) => r.pairingId && r.code === null)).toBe(true);
    const pairing = await server.db.read((tx) =>
      one(tx, `select mentor_id, cohort_id, proposal_id, start_day from pairing where learner_id = $1`, [weak]),
    );
    expect(pairing).toEqual({
      mentor_id: talker,
      cohort_id: cohortId,
      proposal_id: of(run, weak).id,
      start_day: TODAY,
    });
    expect((await read(run.id)).proposals.every((p) => p.state === 'accepted')).toBe(true);
  });

  it('respects places, the manager and absence, and names who stays without a mentor and why', async () => {
    const [boss, away] = (await mentors([{ capacity: 1 }, { capacity: 3 }])) as [string, string];
    await sql(
      server,
      `insert into mentor_absence (id, mentor_id, from_day, to_day, created_at) values (gen_random_uuid(), $1, $2, $3, now())`,
      [away, TODAY, addDays(TODAY, 5)],
    );
    const report = await makePerson(server, { managerId: boss });
    const [first, second, paired] = [await makePerson(server), await makePerson(server), await makePerson(server)];
    await sql(
      server,
      `insert into pairing (id, mentor_id, learner_id, start_day, end_day) values (gen_random_uuid(), $1, $2, $3, $4)`,
      [lead, paired, TODAY, addDays(TODAY, 90)],
    );
    const run = await start([report, first, second, paired]);
    expect(run.proposals).toHaveLength(1);
    expect(run.proposals[0]?.mentor.id).toBe(boss);
    const why = new Map(run.unmatched.map((u) => [u.learner.id, u]));
    expect(why.get(report)).toMatchObject({ reason: 'all-blocked', blocked: { manager: 1, absent: 1 } });
    expect(why.get(paired)).toMatchObject({ reason: 'has-mentor' });
    const left = [first, second].find((id) => id !== run.proposals[0]?.learner.id) as string;
    expect(why.get(left)).toMatchObject({ reason: 'no-places', blocked: { absent: 1 } });
  });

  it('swaps, locks and rejects, and keeps what is locked when it runs again', async () => {
    const [a, b] = (await mentors([{ capacity: 2 }, { capacity: 2 }])) as [string, string];
    const people = [await makePerson(server), await makePerson(server), await makePerson(server)];
    const run = await start(people);
    const onA = run.proposals.find((p) => p.mentor.id === a) as Proposal;
    const onB = run.proposals.find((p) => p.mentor.id === b) as Proposal;
    const swap = `mutation ($r: ID!, $a: SeenProposalInput!, $b: SeenProposalInput!) { swapMatches(runId: $r, one: $a, other: $b) { ${FIELDS} } }`;
    const { swapMatches } = await must<{ swapMatches: Run }>(lead, swap, { r: run.id, a: seen(onA), b: seen(onB) });
    expect(of(swapMatches, onA.learner.id)).toMatchObject({
      mentor: { id: b },
      locked: true,
      byHand: true,
      revision: 2,
    });
    expect(of(swapMatches, onB.learner.id)).toMatchObject({ mentor: { id: a }, locked: true });
    const late = await server.gql(otherLead, swap, { r: run.id, a: seen(onA), b: seen(onB) });
    expect(reason(late)).toBe('match-pair-changed');

    const third = swapMatches.proposals.find((p) => !p.locked) as Proposal;
    const { rejectMatch } = await must<{ rejectMatch: Run }>(
      lead,
      `mutation ($r: ID!, $p: SeenProposalInput!) { rejectMatch(runId: $r, proposal: $p) { ${FIELDS} } }`,
      { r: run.id, p: seen(third) },
    );
    expect(rejectMatch.unmatched).toMatchObject([{ reason: 'rejected', learner: { id: third.learner.id } }]);

    await must(
      lead,
      `mutation ($r: ID!, $w: MatchWeightsInput) { rerunMatching(id: $r, round: 1, weights: $w) { id } }`,
      { r: run.id, w: { skill: 0, site: 0, language: 0, load: 9 } },
    );
    expect(
      reason(await server.gql(lead, `mutation ($r: ID!) { rerunMatching(id: $r, round: 1) { id } }`, { r: run.id })),
    ).toBe('changed-meanwhile');
    expect(reason(await server.gql(lead, swap, { r: run.id, a: seen(onA), b: seen(onB) }))).toBe('match-running');
    await server.runJobs();
    const again = await read(run.id);
    expect(of(again, onA.learner.id)).toMatchObject({ mentor: { id: b }, locked: true });
    expect(of(again, onB.learner.id)).toMatchObject({ mentor: { id: a }, locked: true });
    expect(of(again, third.learner.id).mentor.id).toBe(third.mentor.id === a ? b : a);
    expect(of(again, third.learner.id).reasons.have).toBe(1);
  });

  it('lets L&D choose by hand, but not against a hard rule', async () => {
    const [a, b] = (await mentors([{ capacity: 1 }, { capacity: 1 }])) as [string, string];
    const [one, two] = [await makePerson(server), await makePerson(server, { managerId: b })];
    const run = await start([one]);
    const other = of(run, one).mentor.id === a ? b : a;
    const choose = `mutation ($r: ID!, $l: ID!, $m: ID!, $v: Int) { chooseMatch(runId: $r, learnerId: $l, mentorId: $m, revision: $v) { ${FIELDS} } }`;
    const { chooseMatch } = await must<{ chooseMatch: Run }>(lead, choose, { r: run.id, l: one, m: other, v: 1 });
    expect(of(chooseMatch, one)).toMatchObject({ mentor: { id: other }, locked: true, byHand: true });
    expect(chooseMatch.mentors.find((m) => m.id === other)?.taken).toBe(1);

    const both = await start([two]);
    const refused = await server.gql(lead, choose, { r: both.id, l: two, m: b, v: of(both, two).revision });
    expect(reason(refused)).toBe('mentor-is-manager');
    const foreign = await server.gql(lead, choose, { r: both.id, l: one, m: a });
    expect(reason(foreign)).toBe('person-unknown');
    expect(of(await read(both.id), two)).toMatchObject({ mentor: { id: a }, revision: 1, locked: false });
  });

  it('lets one of two win who accept the same pair at once, and tells the other', async () => {
    await mentors([{ capacity: 3 }]);
    const people = [await makePerson(server), await makePerson(server)];
    const run = await start(people);
    const [mine, theirs] = await Promise.all([accept(lead, run, run.proposals), accept(otherLead, run, run.proposals)]);
    const all = [...mine, ...theirs];
    expect(all.filter((r) => r.pairingId)).toHaveLength(2);
    const told = all.filter((r) => r.code);
    expect(told.map((r) => r.code)).toEqual(['match-pair-accepted', 'match-pair-accepted']);
    expect(told.every((r) => typeof r.params.by === 'string')).toBe(true);
    const pairings = await server.db.read((tx) =>
      rows(tx, `select id from pairing where learner_id = any ($1::uuid[])`, [people]),
    );
    expect(pairings).toHaveLength(2);
  });

  it('refuses one learner who got a mentor meanwhile and accepts the others', async () => {
    const [a] = (await mentors([{ capacity: 5 }])) as [string];
    const people = [await makePerson(server), await makePerson(server)] as [string, string];
    const run = await start(people);
    await must(lead, `mutation ($i: PairingInput!) { startPairing(input: $i) { id } }`, {
      i: { mentorId: a, learnerId: people[0] },
    });
    const results = await accept(lead, run, run.proposals);
    expect(results.find((r) => r.proposalId === of(run, people[0]).id)?.code).toBe('learner-has-mentor');
    expect(results.find((r) => r.proposalId === of(run, people[1]).id)?.pairingId).toBeTruthy();
  });

  it('is solved once however often the job comes', async () => {
    await mentors([{ capacity: 1 }]);
    const run = await start([await makePerson(server)]);
    await server.runJob('mentoring.match', { runId: run.id, round: 1 });
    expect((await read(run.id)).proposals.map(seen)).toEqual(run.proposals.map(seen));
  });

  it('stays within the scope of a regional grant', async () => {
    const region = await makeOrgUnit(server, { kind: 'region' });
    const regional = await makeStaff(server, 'ld-lead', region);
    await mentors([{ capacity: 1 }]);
    const inside = await makePerson(server, { orgUnitId: region });
    const outside = await makePerson(server);
    const ask = (learnerIds: string[]) =>
      server.gql<{ startMatching: { id: string } }>(
        regional,
        `mutation ($i: MatchInput!) { startMatching(input: $i) { id } }`,
        { i: { learnerIds } },
      );
    expect(reason(await ask([inside, outside]))).toBe('person-unknown');
    const own = await ask([inside]);
    await server.runJobs();
    // The only mentor works elsewhere: not theirs to give.
    expect((await read(own.data?.startMatching.id as string)).unmatched).toMatchObject([{ reason: 'no-mentors' }]);
    const foreign = await start([outside]);
    expect(
      reason(await server.gql(regional, `query ($id: ID!) { matchRun(id: $id) { id } }`, { id: foreign.id })),
    ).toBe('match-unknown');
    expect(reason(await server.gql(lead, `mutation { startMatching(input: {}) { id } }`))).toBe('match-nobody');
    expect(
      reason(
        await server.gql(lead, `mutation ($i: MatchInput!) { startMatching(input: $i) { id } }`, {
          i: { learnerIds: [outside], weights: { skill: 0, site: 0, language: 0, load: 0 } },
        }),
      ),
    ).toBe('match-weights-invalid');
  });
});
