import { IdentityModule } from '@waymark/identity';
import { maybeOne, one, rows } from '@waymark/platform';
import {
  counterEvidence as counter,
  createTestServer,
  enrolOn as enrol,
  LearningTestModule,
  makeMap,
  makePerson,
  mapNode as node,
  sql,
  supervise,
  type TestServer,
  wordsEvidence as words,
} from '@waymark/testing';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { approversOf } from './approvers.js';
import { Milestones } from './milestones.service.js';

let server: TestServer;
beforeAll(async () => {
  server = await createTestServer({ modules: [IdentityModule, LearningTestModule], now: '2026-03-02T02:00:00Z' });
});
afterAll(() => server.close());
beforeEach(() => server.clock.set('2026-03-02T02:00:00Z'));

const NODES = [
  node('talks', { kind: 'milestone', evidence: counter(2), dueDay: 10 }),
  node('kpi', { kind: 'milestone', evidence: { ...words, kind: 'number', target: 60, needsText: false } }),
  node('later', { kind: 'milestone', prereqs: ['talks'], evidence: words }),
  node('z', { stage: 'practise' }),
];
interface Round {
  id: string;
  round: number;
  status: string;
  text: string;
  evidence: { id: string; title: string }[];
  comment: string | null;
}
interface MilestoneAnswer {
  counted: number;
  missing: string[];
  approvers: { id: string }[];
  current: Round | null;
  rounds: Round[];
}
const FIELDS = `counted missing approvers { id } current { id round status text comment evidence { id title } } rounds { id round status text comment evidence { id title } }`;

async function walk() {
  const [learner, mentor] = [await makePerson(server), await makePerson(server)];
  await supervise(server, mentor, learner);
  const { mapId, versionId } = await makeMap(server, NODES);
  const e = await enrol(server, mapId, learner, '2026-03-02');
  const ids = new Map(
    (
      await server.db.read((tx) =>
        rows<{ key: string; id: string }>(tx, `select key, id from map_node where version_id = $1`, [versionId]),
      )
    ).map((r) => [r.key, r.id]),
  );
  const n = (key: string): string => ids.get(key) as string;
  const mutate = async (as: string, name: string, args: string, variables: Record<string, unknown> = {}) => {
    const answer = await server.gql<Record<string, MilestoneAnswer>>(
      as,
      `mutation { ${name}(${args}) { ${FIELDS} } }`,
      variables,
    );
    return {
      reason: answer.errors?.[0]?.extensions.reason,
      params: answer.errors?.[0]?.extensions.params,
      value: answer.data?.[name],
    };
  };
  const at = (key: string): string => `enrolmentId: "${e}", nodeId: "${n(key)}"`;
  const entry = (title: string, on = '2026-03-02') =>
    mutate(
      learner,
      'addMilestoneEvidence',
      `${at('talks')}, evidence: { kind: "entry", on: "${on}", title: "${title}" }`,
    );
  const submit = (key = 'talks') => mutate(learner, 'submitMilestone', at(key));
  const decide = async (as: string, name: 'signMilestone' | 'returnMilestone', submissionId: string, comment = '') => {
    const answer = await server.gql<Record<string, { status: string }>>(
      as,
      `mutation($id: ID!, $c: String!) { ${name}(submissionId: $id, comment: $c) { status comment decidedBy { id } } }`,
      { id: submissionId, c: comment },
    );
    return {
      reason: answer.errors?.[0]?.extensions.reason,
      code: answer.errors?.[0]?.extensions.code,
      params: answer.errors?.[0]?.extensions.params,
      value: answer.data?.[name],
    };
  };
  return { learner, mentor, e, n, at, mutate, entry, submit, decide };
}
const state = async (e: string, i: number): Promise<number> =>
  (
    await server.db.read((tx) =>
      one<{ s: number }>(tx, `select state[$2] as s from enrolment_progress where enrolment_id = $1`, [e, i + 1]),
    )
  ).s;

it('the mentor or a delegate decides, the manager only without a mentor, nobody for themselves', () => {
  expect(
    approversOf('p', [
      { supervisorId: 'm', kind: 'mentor' },
      { supervisorId: 'b', kind: 'manager' },
      { supervisorId: 'd', kind: 'delegate' },
    ]),
  ).toEqual(['m', 'd']);
  expect(
    approversOf('p', [
      { supervisorId: 'b', kind: 'manager' },
      { supervisorId: 'p', kind: 'delegate' },
    ]),
  ).toEqual(['b']);
  expect(approversOf('p', [])).toEqual([]);
});

describe('a milestone', () => {
  it('fills entry by entry, is handed in, frozen, returned with words, kept per round, and signed', async () => {
    const { learner, mentor, e, mutate, entry, submit, decide, at } = await walk();
    expect((await submit()).params).toEqual({ missing: ['entries'] });
    await entry('Finance');
    const two = await entry('Support');
    expect([two.value?.counted, two.value?.missing, await state(e, 0)]).toEqual([2, [], 2]);
    const first = await submit();
    expect([first.value?.current?.status, await state(e, 0)]).toEqual(['submitted', 3]);
    const submissionId = first.value?.current?.id as string;

    expect((await entry('One more')).reason).toBe('milestone-submitted');
    const evidenceId = first.value?.current?.evidence[0]?.id;
    expect((await mutate(learner, 'removeMilestoneEvidence', `id: "${evidenceId}"`)).reason).toBe(
      'milestone-submitted',
    );

    const inbox = await server.gql<{
      signOffs: { submissionId: string; counted: number; learner: { id: string }; day: number }[];
    }>(
      mentor,
      `{ signOffs { submissionId counted day learner { id } round { evidence { title } } previousRounds { id } } }`,
    );
    expect(inbox.data?.signOffs).toMatchObject([{ submissionId, counted: 2, day: 1, learner: { id: learner } }]);

    expect((await decide(mentor, 'returnMilestone', submissionId, '  ')).reason).toBe('comment-required');
    expect((await decide(mentor, 'returnMilestone', submissionId, 'Who else did you meet?')).value).toEqual({
      status: 'returned',
      comment: 'Who else did you meet?',
      decidedBy: { id: mentor },
    });
    expect(await state(e, 0)).toBe(2);
    const third = await entry('Legal');
    expect(third.value?.rounds.map((r) => [r.round, r.status, r.evidence.length])).toEqual([
      [2, 'draft', 3],
      [1, 'returned', 2],
    ]);
    const second = await submit();
    await decide(mentor, 'signMilestone', second.value?.current?.id as string, 'Well done');
    expect(await state(e, 0)).toBe(4);
    expect((await mutate(learner, 'submitMilestone', at('talks'))).reason).toBe('milestone-done');

    const activities = await server.db.read((tx) =>
      rows<{ verb: string; person_id: string; result: Record<string, unknown> }>(
        tx,
        `select verb, person_id, result from activity_record where person_id in ($1, $2) order by id`,
        [learner, mentor],
      ),
    );
    expect(
      activities.map((a) => [a.verb, a.person_id === mentor ? 'mentor' : 'learner', a.result['timely'] ?? null]),
    ).toEqual([
      ['milestone.submitted', 'learner', null],
      ['signoff.decided', 'mentor', true],
      ['milestone.submitted', 'learner', null],
      ['node.completed', 'learner', null],
      ['milestone.signed', 'learner', null],
      ['signoff.decided', 'mentor', true],
    ]);
  });

  it('two mentors at once: one wins, the other learns who and when', async () => {
    const { learner, mentor, entry, submit, decide } = await walk();
    const co = await makePerson(server);
    await supervise(server, co, learner);
    await entry('a');
    await entry('b');
    const id = (await submit()).value?.current?.id as string;
    const answers = await Promise.all([
      decide(mentor, 'signMilestone', id),
      decide(co, 'returnMilestone', id, 'not yet'),
    ]);
    expect(answers.filter((a) => a.value)).toHaveLength(1);
    const lost = answers.find((a) => !a.value);
    expect(lost).toMatchObject({ code: 'CONFLICT', reason: 'milestone-not-waiting' });
    expect(typeof lost?.params?.['by']).toBe('string');
    const decided = await server.db.read((tx) =>
      rows(tx, `select 1 from activity_record where verb = 'signoff.decided' and subject_id = $1`, [id]),
    );
    expect(decided).toHaveLength(1);
  });

  it('is invisible to whoever may not decide, the learner and the manager of a mentored person included', async () => {
    const { learner, entry, submit, decide, e, n } = await walk();
    const [stranger, manager] = [await makePerson(server), await makePerson(server)];
    await sql(
      server,
      `insert into supervision (id, supervisor_id, person_id, kind, from_day) values (gen_random_uuid(), $1, $2, 'manager', '2026-01-01')`,
      [manager, learner],
    );
    await entry('a');
    await entry('b');
    const id = (await submit()).value?.current?.id as string;
    for (const who of [stranger, manager, learner]) {
      expect((await decide(who, 'signMilestone', id)).reason).toBe('submission-unknown');
      if (who !== learner) {
        const seen = await server.gql(who, `{ milestone(enrolmentId: "${e}", nodeId: "${n('talks')}") { counted } }`);
        expect(seen.errors?.[0]?.extensions.code).toBe('NOT_FOUND');
      }
    }
    expect((await server.gql<{ signOffs: object[] }>(manager, `{ signOffs { submissionId } }`)).data?.signOffs).toEqual(
      [],
    );
    await server.db.transaction((tx) =>
      tx.query(
        `update supervision set from_day = '2026-01-01', to_day = '2026-01-31' where person_id = $1 and kind = 'mentor'`,
        [learner],
      ),
    );
    expect(
      (await server.gql<{ signOffs: object[] }>(manager, `{ signOffs { submissionId } }`)).data?.signOffs,
    ).toHaveLength(1);
    expect((await decide(manager, 'signMilestone', id)).value?.status).toBe('signed');
  });

  it('asks for a number, refuses locked ones, entries of other days and other people’s evidence', async () => {
    const { learner, mentor, mutate, submit, at, entry } = await walk();
    await mutate(learner, 'saveMilestone', `${at('kpi')}, number: 59.5`);
    expect((await submit('kpi')).params).toEqual({ missing: ['number'] });
    await mutate(learner, 'saveMilestone', `${at('kpi')}, number: 60, text: "pipeline report"`);
    expect((await submit('kpi')).value?.current).toMatchObject({ status: 'submitted', text: 'pipeline report' });
    expect((await mutate(learner, 'saveMilestone', `${at('later')}, text: "x"`)).reason).toBe('node-locked');
    expect((await mutate(learner, 'saveMilestone', `${at('z')}, text: "x"`)).reason).toBe('node-not-a-milestone');
    expect((await entry('too early', '2026-03-01')).reason).toBe('entry-before-start');
    expect((await entry('too late', '2026-03-20')).reason).toBe('entry-in-future');
    const link = await mutate(
      learner,
      'addMilestoneEvidence',
      `${at('talks')}, evidence: { kind: "link", url: "javascript:alert(1)" }`,
    );
    expect(link.reason).toBe('evidence-invalid');
    const mine = await entry('mine');
    const id = mine.value?.current?.evidence[0]?.id;
    expect((await mutate(mentor, 'removeMilestoneEvidence', `id: "${id}"`)).reason).toBe('evidence-unknown');
    expect((await mutate(mentor, 'submitMilestone', at('talks'))).reason).toBe('enrolment-unknown');
    expect((await mutate(learner, 'removeMilestoneEvidence', `id: "${id}"`)).value?.counted).toBe(0);
  });

  it('waiting more than three working days reminds once and counts as not timely', async () => {
    const { mentor, entry, submit, decide } = await walk();
    await entry('a');
    await entry('b');
    const id = (await submit()).value?.current?.id as string; // a Monday
    server.clock.set('2026-03-05T02:00:00Z');
    await server.runJob('learning.sign-off-reminders');
    const waiting = () =>
      server.db.read((tx) =>
        rows<{ payload: { approverIds: string[]; waitingDays: number } }>(
          tx,
          `select payload from outbox_event where type = 'milestone.waiting' and payload->>'milestoneSubmissionId' = $1`,
          [id],
        ),
      );
    expect(await waiting()).toEqual([]);
    server.clock.set('2026-03-06T02:00:00Z');
    await server.runJob('learning.sign-off-reminders');
    await server.runJob('learning.sign-off-reminders');
    expect(await waiting()).toMatchObject([{ payload: { approverIds: [mentor], waitingDays: 4 } }]);
    await decide(mentor, 'signMilestone', id);
    const activity = await server.db.read((tx) =>
      maybeOne<{ result: object }>(
        tx,
        `select result from activity_record where verb = 'signoff.decided' and subject_id = $1`,
        [id],
      ),
    );
    expect(activity?.result).toMatchObject({ timely: false, decision: 'signed' });
  });

  it('keeps explicit times for history', async () => {
    const { learner, mentor, e, n } = await walk();
    const milestones = server.get(Milestones);
    await milestones.addEvidence(learner, e, n('talks'), { kind: 'entry', on: '2026-03-02', title: 'x' });
    await milestones.addEvidence(learner, e, n('talks'), { kind: 'entry', on: '2026-03-02', title: 'y' });
    const id = await milestones.submit(learner, e, n('talks'), new Date('2026-03-02T01:00:00Z'));
    await milestones.sign(mentor, id, '', { at: new Date('2026-03-02T01:30:00Z') });
    const row = await server.db.read((tx) =>
      one<{ submitted_at: Date; decided_at: Date }>(
        tx,
        `select submitted_at, decided_at from milestone_submission where id = $1`,
        [id],
      ),
    );
    expect([row.submitted_at.toISOString(), row.decided_at.toISOString()]).toEqual([
      '2026-03-02T01:00:00.000Z',
      '2026-03-02T01:30:00.000Z',
    ]);
  });
});

it('an entry is confirmed by who may sign, until the decision; changed words are to be confirmed anew', async () => {
  const w = await walk();
  await w.entry('销售部');
  const added = (await w.entry('市场部')).value?.current?.evidence ?? [];
  const id = added[0]?.id as string;
  const confirm = async (as: string, evidenceId: string, confirmed = true) => {
    const answer = await server.gql<{
      confirmMilestoneEntry: { current: { evidence: { id: string; confirmedAt: string | null }[] } };
    }>(
      as,
      `mutation($id: ID!, $c: Boolean!) { confirmMilestoneEntry(id: $id, confirmed: $c) { current { evidence { id confirmedAt } } } }`,
      { id: evidenceId, c: confirmed },
    );
    return (
      answer.data?.confirmMilestoneEntry.current.evidence.filter((v) => v.confirmedAt).map((v) => v.id) ??
      answer.errors?.[0]?.extensions.reason
    );
  };
  expect(await confirm(w.learner, id)).toBe('evidence-unknown');
  expect(await confirm(await makePerson(server), id)).toBe('evidence-unknown');
  expect(await confirm(w.mentor, id)).toEqual([id]);
  expect(await confirm(w.mentor, id, false)).toEqual([]);
  expect(await confirm(w.mentor, id)).toEqual([id]);
  await w.mutate(
    w.learner,
    'changeMilestoneEvidence',
    `id: "${id}", evidence: { kind: "entry", on: "2026-03-02", title: "销售部和客服部" }`,
  );
  const other = added[1]?.id as string;
  expect(await confirm(w.mentor, other)).toEqual([other]);
  const submitted = (await w.submit()).value?.current as Round;
  expect(await confirm(w.mentor, id)).toEqual(expect.arrayContaining([id, other]));
  await w.decide(w.mentor, 'returnMilestone', submitted.id, '请补充');
  expect(await confirm(w.mentor, id, false)).toBe('milestone-decided');
  const next = (await w.entry('客服部')).value?.current as Round;
  const kept = await server.db.read((tx) =>
    rows<{ title: string }>(
      tx,
      `select title from milestone_evidence where submission_id = $1 and confirmed_by = $2 order by title`,
      [next.id, w.mentor],
    ),
  );
  expect(kept).toHaveLength(2);
});
