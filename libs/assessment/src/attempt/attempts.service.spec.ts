import { newRandomId } from '@waymark/kernel';
import { maybeOne, one, rows, type Viewer } from '@waymark/platform';
import { IdentityModule } from '@waymark/identity';
import {
  createTestServer,
  makeAssessment,
  makePerson,
  makeQuestions,
  makeStaff,
  sql,
  TestAttemptAccess,
  viewerOf,
  until,
  type TestServer,
} from '@waymark/testing';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { AssessmentModule, AttemptResults, Attempts } from '../index.js';
import { GradingQueue } from '../grading/grading-queue.service.js';
import type { AttemptFinished } from './attempt.events.js';
import { appendSaves } from './attempt.repository.js';
import type { GivenAnswer } from './attempts.service.js';
import { RetakeGrants } from './retake-grants.service.js';

const NOW = '2026-03-02T01:00:00Z';
const PHONE = 'device-phone';
const DESK = 'device-desk';

let server: TestServer;
let attempts: Attempts;
let results: AttemptResults;
let access: TestAttemptAccess;
let me: Viewer;

beforeAll(async () => {
  server = await createTestServer({ modules: [IdentityModule, AssessmentModule], now: NOW });
  attempts = server.get(Attempts);
  results = server.get(AttemptResults);
  access = new TestAttemptAccess(server);
  await makeQuestions(server, [
    { code: 'q-single', tags: ['product'], lesson: 'product-overview/first' },
    { code: 'q-multiple', type: 'multiple', right: ['a', 'c'], tags: ['process'] },
    { code: 'q-tf', type: 'truefalse', right: ['false'], tags: ['process'] },
    { code: 'q-short', type: 'short', right: ['price objection'], use: 'secure', tags: ['objection'], points: 2 },
  ]);
  for (const kind of ['exam', 'quiz'] as const) {
    await makeQuestions(
      server,
      Array.from({ length: 8 }, (_, i) => ({
        code: `pool-${kind}-${i}`,
        tags: [`pool-${kind}`],
        use: 'secure' as const,
      })),
    );
  }
});
afterAll(() => server.close());
beforeEach(async () => {
  server.clock.set(NOW);
  me = await viewerOf(server, await makePerson(server));
});

let seq = 0;
const give = (
  item: number,
  answer: { choices?: string[]; text?: string },
  over: Partial<GivenAnswer> = {},
): GivenAnswer => ({
  saveId: newRandomId(),
  seq: (seq += 1),
  item,
  ...answer,
  ...over,
});
const gate = () => {
  let open = (): void => undefined;
  const passed = new Promise<void>((resolve) => (open = resolve));
  return { open, passed };
};
const ALL = ['q-single', 'q-multiple', 'q-tf', 'q-short'];
const RIGHT = [{ choices: ['a'] }, { choices: ['c', 'a'] }, { choices: ['false'] }, { text: 'Price  Objection。' }];
const allRight = (): GivenAnswer[] => RIGHT.map((a, i) => give(i + 1, a));
const events = <T>(type: string, attemptId: string) =>
  server.db.read((tx) =>
    rows<{ payload: T; person_id: string }>(
      tx,
      `select payload, person_id from outbox_event where type = $1 and payload ->> 'attemptId' = $2 order by id`,
      [type, attemptId],
    ),
  );

describe('an attempt', () => {
  it('is started, answered, handed in and scored', async () => {
    const quiz = await makeAssessment(server, { fixed: ALL });
    const started = await attempts.start(me, quiz.code, PHONE);
    expect(started).toMatchObject({
      state: 'open',
      number: 1,
      itemCount: 4,
      readOnly: false,
      deadlineAt: null,
      lastSeq: 0,
    });
    expect(started.paper.map((p) => [p.item, p.type, p.points])).toEqual([
      [1, 'single', 1],
      [2, 'multiple', 1],
      [3, 'truefalse', 1],
      [4, 'short', 2],
    ]);
    await attempts.submit(me, started.id, PHONE, allRight());
    const result = await results.result(me, started.id);
    expect(result).toMatchObject({
      state: 'graded',
      score: 100,
      passed: true,
      answeredCount: 4,
      missedCount: 0,
      pending: false,
    });
    expect(result.topics.map((t) => [t.topic, t.score, t.weak])).toEqual([
      ['product', 100, false],
      ['process', 100, false],
      ['objection', 100, false],
    ]);
    expect(result.items?.[3]).toMatchObject({
      right: { accepted: ['price objection'] },
      explanation: 'Because of q-short',
      earned: '2',
    });
    const [finished, ...more] = await events<AttemptFinished>('attempt.finished', started.id);
    expect(more).toEqual([]);
    expect(finished).toMatchObject({
      person_id: me.personId,
      payload: {
        assessmentId: quiz.id,
        assessmentKind: 'quiz',
        scoreBp: 10_000,
        passed: true,
        pending: false,
        release: 1,
      },
    });
    const verbs = await server.db.read((tx) =>
      rows<{ verb: string }>(tx, `select verb from activity_record where person_id = $1 order by id`, [me.personId]),
    );
    expect(verbs.map((v) => v.verb)).toEqual(['attempt.submitted', 'attempt.passed']);
  });

  it('tells which questions were missed, unanswered ones too', async () => {
    const quiz = await makeAssessment(server, { fixed: ALL });
    const { id } = await attempts.start(me, quiz.code, PHONE);
    await attempts.submit(me, id, PHONE, [give(1, { choices: ['b'] }), give(2, { choices: ['a', 'c'] })]);
    expect(await results.result(me, id)).toMatchObject({ score: 20, passed: false, missedCount: 3, answeredCount: 2 });
    const missed = await events<{ use: string; tag: string; lessonRef: string | null }>('question.missed', id);
    expect(missed.map((m) => [m.payload.use, m.payload.tag, m.payload.lessonRef]).sort()).toEqual([
      ['practice', 'process', null],
      ['practice', 'product', 'product-overview/first'],
      ['secure', 'objection', null],
    ]);
  });

  it('is resumed, not started twice, also when two tabs start at once', async () => {
    const quiz = await makeAssessment(server, { fixed: ALL });
    const [a, b, c] = await Promise.all([
      attempts.start(me, quiz.code, PHONE),
      attempts.start(me, quiz.code, PHONE),
      attempts.start(me, quiz.code, DESK),
    ]);
    expect(new Set([a.id, b.id, c.id]).size).toBe(1);
    expect([a, b, c].filter((x) => x.readOnly)).toHaveLength(a.readOnly ? 2 : 1);
  });

  it('freezes questions, words and order while authors go on', async () => {
    const [code] = ['frozen-q'];
    const ids = await makeQuestions(server, [{ code }]);
    const quiz = await makeAssessment(server, { fixed: [code], show: 'all' });
    const { id } = await attempts.start(me, quiz.code, PHONE);
    await sql(
      server,
      `insert into content_text (subject_id, field, locale, value) select current_version_id, 'stem', 'en', 'Changed' from question where id = $1`,
      [ids.get(code)],
    );
    const again = await attempts.read(me, id, PHONE);
    expect(again.paper[0]?.stem).toBe('Stem of frozen-q');
    const later = await attempts.start(await viewerOf(server, await makePerson(server)), quiz.code, PHONE);
    expect(later.paper[0]?.stem).toBe('Changed');
  });

  it('draws a new paper for a retake, the same one for a reload', async () => {
    const exam = await makeAssessment(server, { kind: 'exam', draws: [{ tag: 'pool-exam', count: 3 }], minutes: 10 });
    const first = await attempts.start(me, exam.code, PHONE);
    expect((await attempts.read(me, first.id, PHONE)).paper).toEqual(first.paper);
    const stems = new Set<string>();
    for (let i = 0; i < 12; i += 1) {
      const other = await viewerOf(server, await makePerson(server));
      for (const p of (await attempts.start(other, exam.code, PHONE)).paper) stems.add(p.stem);
    }
    expect(stems.size).toBeGreaterThan(3);
  });

  it('takes two statements to start, one to save, one to read', async () => {
    const quiz = await makeAssessment(server, { kind: 'exam', fixed: ALL, minutes: 10 });
    const warm = await attempts.start(me, quiz.code, PHONE);
    await attempts.save(me, warm.id, PHONE, [give(1, { choices: ['a'] })]);
    const other = await viewerOf(server, await makePerson(server));
    let id = '';
    expect(
      (await server.queryCount(async () => void (id = (await attempts.start(other, quiz.code, PHONE)).id))).count,
    ).toBe(2);
    expect((await server.queryCount(() => attempts.save(other, id, PHONE, allRight()))).count).toBe(1);
    expect((await server.queryCount(() => attempts.read(other, id, PHONE))).count).toBe(1);
    const submitted = await server.queryCount(() => attempts.submit(other, id, PHONE, []));
    expect(
      submitted.statements.filter((s) => /attempt(_answer)?\b/.test(s) && !/activity_record|outbox/.test(s)),
    ).toHaveLength(2);
    expect(submitted.count).toBeLessThanOrEqual(5);
  });
});

describe('saves', () => {
  const open = async (over: Parameters<typeof makeAssessment>[1] = {}) => {
    const quiz = await makeAssessment(server, { fixed: ALL, ...over });
    return attempts.start(me, quiz.code, PHONE);
  };

  it('are kept once, in order, the highest sequence wins', async () => {
    const { id } = await open();
    const first = give(1, { choices: ['b'] }, { seq: 5 });
    await attempts.save(me, id, PHONE, [first]);
    const repeated = await attempts.save(me, id, PHONE, [first]);
    expect(repeated).toMatchObject({ saved: [first.saveId], late: [], lastSeq: 5 });
    await attempts.save(me, id, PHONE, [give(1, { choices: ['c'] }, { seq: 3 })]);
    expect((await attempts.read(me, id, PHONE)).answers).toMatchObject([{ item: 1, choices: ['b'], seq: 5 }]);
    await attempts.save(me, id, PHONE, [give(1, { choices: ['d'] }, { seq: 6 })]);
    expect(await attempts.read(me, id, PHONE)).toMatchObject({ lastSeq: 6, answers: [{ choices: ['d'] }] });
    const { n } = await server.db.read((tx) =>
      one<{ n: number }>(tx, `select count(*)::int as n from attempt_answer where attempt_id = $1`, [id]),
    );
    expect(n).toBe(3);
  });

  it('of twenty at once are all there', async () => {
    const { id } = await open();
    const many = Array.from({ length: 20 }, (_, i) =>
      give(1, { choices: [['a', 'b', 'c', 'd'][i % 4] as string] }, { seq: i + 1 }),
    );
    await Promise.all(many.map((s) => attempts.save(me, id, PHONE, [s])));
    expect((await attempts.read(me, id, PHONE)).answers).toMatchObject([{ item: 1, seq: 20, choices: ['d'] }]);
  });

  it('that were acknowledged are counted, whatever races with the submission', async () => {
    for (let round = 0; round < 8; round += 1) {
      const { id } = await open();
      await attempts.save(me, id, PHONE, [give(1, { choices: ['b'] }, { seq: 1 })]);
      const [saved] = await Promise.allSettled([
        attempts.save(me, id, PHONE, [give(1, { choices: ['a'] }, { seq: 2 })]),
        attempts.submit(me, id, PHONE, []),
      ]);
      const { items } = await results.result(me, id);
      expect(items?.[0]?.state).toBe(saved.status === 'fulfilled' ? 'right' : 'wrong');
      if (saved.status === 'rejected') expect(saved.reason).toMatchObject({ code: 'attempt-submitted' });
    }
  });

  /** A save written and not yet committed, and a way to wait until somebody else waits for it. */
  const heldSave = async (attemptId: string, saveId: string) => {
    const locked = gate();
    const held = gate();
    const saving = server.db.transaction(async (tx) => {
      const saves = [{ saveId, item: 1, seq: 1, answer: { choices: ['a'] }, checked: false, answeredAt: null }];
      const now = server.clock.now();
      await appendSaves(tx, { attemptId, personId: me.personId, deviceId: PHONE, saves, now, graceMs: 5_000 });
      locked.open();
      await held.passed;
    });
    await locked.passed;
    const release = async (): Promise<void> => {
      await until(async () =>
        server.db.read((tx) =>
          maybeOne(
            tx,
            `select 1 from pg_locks l join pg_stat_activity a on a.pid = l.pid where not l.granted and a.datname = current_database()`,
          ),
        ),
      );
      held.open();
      await saving;
    };
    return release;
  };

  it('sent twice at the same moment are kept once, and both senders hear so', async () => {
    const { id } = await open();
    const same = give(1, { choices: ['a'] }, { seq: 1 });
    const release = await heldSave(id, same.saveId);
    const again = attempts.save(me, id, PHONE, [same]);
    await release();
    expect(await again).toMatchObject({ saved: [same.saveId], late: [], lastSeq: 1 });
    expect((await attempts.read(me, id, PHONE)).answers).toMatchObject([{ item: 1, seq: 1, choices: ['a'] }]);
  });

  it('of the same sequence are both kept; the one that came later wins', async () => {
    const { id } = await open();
    const first = give(1, { choices: ['b'] }, { seq: 4 });
    const second = give(1, { choices: ['c'] }, { seq: 4 });
    await attempts.save(me, id, PHONE, [first]);
    await attempts.save(me, id, PHONE, [second]);
    expect(await attempts.save(me, id, PHONE, [first])).toMatchObject({ saved: [first.saveId], lastSeq: 4 });
    expect((await attempts.read(me, id, PHONE)).answers).toMatchObject([{ item: 1, seq: 4, choices: ['c'] }]);
  });

  it('that commit while the submission waits for them are counted too', async () => {
    const { id } = await open();
    const release = await heldSave(id, newRandomId());
    const submitting = attempts.submit(me, id, PHONE, [give(2, { choices: ['a', 'c'] })]);
    await release();
    await submitting;
    expect((await results.result(me, id)).items?.map((i) => i.state)).toEqual(['right', 'right', 'blank', 'blank']);
  });

  it('are refused with a reason when they do not fit', async () => {
    const { id } = await open();
    const refused = (a: GivenAnswer) => expect(attempts.save(me, id, PHONE, [a])).rejects;
    await refused(give(9, { choices: ['a'] })).toMatchObject({ code: 'answer-item-unknown', params: { item: 9 } });
    await refused(give(1, { choices: ['z'] })).toMatchObject({ code: 'answer-choice-unknown' });
    await refused(give(1, { text: 'a' })).toMatchObject({ code: 'answer-shape' });
    await refused(give(4, { text: 'x'.repeat(501) })).toMatchObject({ code: 'answer-too-long' });
    expect((await attempts.read(me, id, PHONE)).answers).toEqual([]);
  });

  it('stay outside once the learner has handed in', async () => {
    const { id } = await open();
    await attempts.submit(me, id, PHONE, []);
    await expect(attempts.save(me, id, PHONE, [give(1, { choices: ['a'] })])).rejects.toMatchObject({
      code: 'attempt-submitted',
    });
  });
});

describe('two devices', () => {
  it('one holds the attempt, the other reads until it takes over', async () => {
    const quiz = await makeAssessment(server, { fixed: ALL });
    const { id } = await attempts.start(me, quiz.code, PHONE);
    await attempts.save(me, id, PHONE, [give(1, { choices: ['a'] })]);
    expect(await attempts.read(me, id, DESK)).toMatchObject({ readOnly: true, answers: [{ item: 1 }] });
    await expect(attempts.save(me, id, DESK, [give(1, { choices: ['b'] })])).rejects.toMatchObject({
      code: 'attempt-taken-over',
    });
    await expect(attempts.submit(me, id, DESK, [])).rejects.toMatchObject({ code: 'attempt-taken-over' });
    expect(await attempts.takeOver(me, id, DESK)).toMatchObject({
      readOnly: false,
      answers: [{ item: 1, choices: ['a'] }],
    });
    await expect(attempts.save(me, id, PHONE, [give(1, { choices: ['c'] })])).rejects.toMatchObject({
      code: 'attempt-taken-over',
    });
    await attempts.save(me, id, DESK, [give(1, { choices: ['b'] })]);
    await attempts.submit(me, id, DESK, []);
    expect((await results.result(me, id)).items?.[0]?.answer).toEqual({ choices: ['b'] });
  });

  it('settle a race of two takeovers on one of them', async () => {
    const quiz = await makeAssessment(server, { fixed: ALL });
    const { id } = await attempts.start(me, quiz.code, PHONE);
    await Promise.all([attempts.takeOver(me, id, DESK), attempts.takeOver(me, id, 'device-three')]);
    const holders = await Promise.all([PHONE, DESK, 'device-three'].map((d) => attempts.read(me, id, d)));
    expect(holders.filter((h) => !h.readOnly)).toHaveLength(1);
    expect(holders[0]?.readOnly).toBe(true);
  });
});

describe('handing in', () => {
  it('twice at once gives one result and one event', async () => {
    const quiz = await makeAssessment(server, { fixed: ALL });
    const { id } = await attempts.start(me, quiz.code, PHONE);
    await Promise.all([
      attempts.submit(me, id, PHONE, allRight()),
      attempts.submit(me, id, PHONE, allRight()),
      attempts.submit(me, id, PHONE, []),
    ]);
    await attempts.submit(me, id, PHONE, []);
    expect(await events('attempt.finished', id)).toHaveLength(1);
  });

  it('shows no result before', async () => {
    const quiz = await makeAssessment(server, { fixed: ALL });
    const { id } = await attempts.start(me, quiz.code, PHONE);
    await expect(results.result(me, id)).rejects.toMatchObject({ code: 'attempt-open' });
  });
});

describe('the deadline', () => {
  const timed = async () => {
    const exam = await makeAssessment(server, {
      kind: 'exam',
      fixed: ['q-single', 'q-tf'],
      minutes: 10,
      show: 'marks',
    });
    return { exam, ...(await attempts.start(me, exam.code, PHONE)) };
  };

  it('is the server’s: answers count until five seconds after it, later ones are kept as late', async () => {
    const { id, deadlineAt } = await timed();
    expect(deadlineAt?.toISOString()).toBe('2026-03-02T01:10:00.000Z');
    server.clock.set('2026-03-02T01:10:05Z');
    expect(await attempts.save(me, id, PHONE, [give(1, { choices: ['a'] })])).toMatchObject({
      state: 'open',
      late: [],
    });
    server.clock.set('2026-03-02T01:10:05.001Z');
    const late = give(2, { choices: ['false'] });
    expect(await attempts.save(me, id, PHONE, [late])).toMatchObject({
      state: 'submitted',
      saved: [late.saveId],
      late: [late.saveId],
    });
    const result = await results.result(me, id);
    expect(result).toMatchObject({
      score: 50,
      submittedBy: 'deadline',
      lateCount: 1,
      answeredCount: 1,
      secondsUsed: 600,
    });
    // The offline outbox comes back much later: kept, uncounted, acknowledged.
    server.clock.set('2026-03-02T09:00:00Z');
    const later = give(2, { choices: ['false'] });
    expect(await attempts.save(me, id, PHONE, [later])).toMatchObject({ late: [later.saveId] });
    expect((await results.result(me, id)).score).toBe(50);
  });

  it('submits what was saved when nobody comes back', async () => {
    const { id } = await timed();
    await attempts.save(me, id, PHONE, [give(1, { choices: ['a'] }), give(2, { choices: ['false'] })]);
    server.clock.set('2026-03-02T01:10:05Z');
    await server.runJob('assessment.submit-overdue');
    expect(await attempts.read(me, id, PHONE)).toMatchObject({ state: 'open' });
    server.clock.set('2026-03-02T01:10:06Z');
    await Promise.all([
      server.runJob('assessment.submit-overdue'),
      server.runJob('assessment.submit-overdue'),
      attempts.read(me, id, PHONE),
    ]);
    expect(await results.result(me, id)).toMatchObject({ score: 100, passed: true, submittedBy: 'deadline' });
    expect(await events('attempt.finished', id)).toHaveLength(1);
  });

  it('is enforced when the learner looks, without any job', async () => {
    const { id } = await timed();
    await attempts.save(me, id, PHONE, [give(1, { choices: ['a'] })]);
    server.clock.set('2026-03-02T05:00:00Z');
    expect(await attempts.read(me, id, PHONE)).toMatchObject({ state: 'graded', readOnly: true, paper: [] });
  });

  it('counts a submission within the grace as made at the deadline, a later one keeps its answers as late', async () => {
    const a = await timed();
    server.clock.set('2026-03-02T01:10:04Z');
    await attempts.submit(me, a.id, PHONE, [give(1, { choices: ['a'] })]);
    expect(await results.result(me, a.id)).toMatchObject({ score: 50, submittedBy: 'deadline', lateCount: 0 });
    me = await viewerOf(server, await makePerson(server));
    server.clock.set(NOW);
    const b = await timed();
    server.clock.set('2026-03-02T01:11:00Z');
    await attempts.submit(me, b.id, PHONE, [give(1, { choices: ['a'] })]);
    expect(await results.result(me, b.id)).toMatchObject({ score: 0, submittedBy: 'deadline', lateCount: 1 });
  });
});

describe('who may start', () => {
  it('nobody without an assignment: it reads as not found', async () => {
    const exam = await makeAssessment(server, { kind: 'exam', fixed: ALL, minutes: 10 });
    access.set(me.personId, exam.code, { allowed: false, visible: false, code: 'not-assigned' });
    await expect(attempts.start(me, exam.code, PHONE)).rejects.toMatchObject({ code: 'assessment-not-found' });
    await expect(attempts.intro(me, exam.code)).rejects.toMatchObject({ code: 'assessment-not-found' });
    await expect(attempts.start(me, 'no-such-exam', PHONE)).rejects.toMatchObject({ code: 'assessment-not-found' });
  });
  it('a locked one says why', async () => {
    const exam = await makeAssessment(server, { kind: 'exam', fixed: ALL, minutes: 10 });
    access.set(me.personId, exam.code, { allowed: false, visible: true, code: 'node-locked' });
    expect(await attempts.intro(me, exam.code)).toMatchObject({ mayStart: false, reason: 'node-locked' });
    await expect(attempts.start(me, exam.code, PHONE)).rejects.toMatchObject({ code: 'node-locked' });
  });
});

describe('retakes', () => {
  const failOnce = async (code: string) => {
    const { id } = await attempts.start(me, code, PHONE);
    await attempts.submit(me, id, PHONE, []);
    return id;
  };

  it('of an exam: two, each within 14 local days, then L&D decides', async () => {
    const exam = await makeAssessment(server, { kind: 'exam', fixed: ['q-single'], minutes: 10 });
    const lead = await viewerOf(server, await makeStaff(server, 'ld-lead'));
    const grants = server.get(RetakeGrants);
    const first = await failOnce(exam.code);
    expect(await results.result(me, first)).toMatchObject({
      mayRetake: true,
      attemptsLeft: 2,
      retakeUntilDay: '2026-03-16',
    });
    await expect(grants.grant(lead, me.personId, exam.id, 'ill')).rejects.toMatchObject({ code: 'retake-not-needed' });
    const told = async () =>
      (await results.ofAssessment(lead, exam.id, me.personId, {})).edges.map(({ node: n }) => [
        n.number,
        n.retake_until_day,
        n.may_grant_retake,
      ]);
    expect(await told()).toEqual([[1, '2026-03-16', false]]);
    server.clock.set('2026-03-16T15:59:59Z');
    await failOnce(exam.code);
    server.clock.set('2026-03-30T16:00:00Z');
    await expect(attempts.start(me, exam.code, PHONE)).rejects.toMatchObject({ code: 'retake-window-closed' });
    expect(await told()).toEqual([
      [2, null, true],
      [1, null, false],
    ]);
    await grants.grant(lead, me.personId, exam.id, 'was on leave');
    expect(await told()).toEqual([
      [2, '2026-04-14', false],
      [1, null, false],
    ]);
    await failOnce(exam.code);
    expect(await attempts.intro(me, exam.code)).toMatchObject({ mayStart: true, attemptsUsed: 3, attemptsLeft: 1 });
    await failOnce(exam.code);
    await expect(attempts.start(me, exam.code, PHONE)).rejects.toMatchObject({ code: 'retakes-used-up' });
    const granted = await Promise.allSettled([
      grants.grant(lead, me.personId, exam.id, 'one more'),
      grants.grant(lead, me.personId, exam.id, 'one more'),
    ]);
    expect(granted.map((g) => g.status).sort()).toEqual(['fulfilled', 'rejected']);
    const { id } = await attempts.start(me, exam.code, PHONE);
    await attempts.submit(me, id, PHONE, [give(1, { choices: ['a'] })]);
    await expect(attempts.start(me, exam.code, PHONE)).rejects.toMatchObject({ code: 'exam-passed' });
    expect((await told())[0]).toEqual([5, null, false]);
  });

  it('of a renewed certification count from its cycle', async () => {
    const exam = await makeAssessment(server, { kind: 'exam', fixed: ['q-single'], minutes: 10 });
    const { id } = await attempts.start(me, exam.code, PHONE);
    await attempts.submit(me, id, PHONE, [give(1, { choices: ['a'] })]);
    server.clock.set('2027-03-01T00:00:00Z');
    access.set(me.personId, exam.code, { allowed: true, countFrom: new Date('2027-02-01T00:00:00Z') });
    expect(await attempts.start(me, exam.code, PHONE)).toMatchObject({ number: 2 });
  });

  it('of a quiz are free', async () => {
    const quiz = await makeAssessment(server, { fixed: ['q-single'] });
    await failOnce(quiz.code);
    expect(await attempts.start(me, quiz.code, PHONE)).toMatchObject({ number: 2 });
  });
});

describe('feedback', () => {
  it('for one question of a quiz makes its answer final', async () => {
    const quiz = await makeAssessment(server, { fixed: ALL });
    const { id } = await attempts.start(me, quiz.code, PHONE);
    expect(await attempts.check(me, id, PHONE, give(1, { choices: ['b'] }))).toEqual({
      item: 1,
      right: false,
      state: 'wrong',
      answer: { choices: ['a'] },
      choiceFeedback: [],
      rightChoices: ['a'],
      accepted: [],
      explanation: 'Because of q-single',
      lessonRef: 'product-overview/first',
    });
    expect(await attempts.check(me, id, PHONE, give(1, { choices: ['a'] }))).toMatchObject({ right: false });
    await attempts.save(me, id, PHONE, [give(1, { choices: ['a'] })]);
    await attempts.submit(me, id, PHONE, []);
    expect((await results.result(me, id)).items?.[0]).toMatchObject({ state: 'wrong', answer: { choices: ['b'] } });
  });
  it('never comes before an exam is handed in, nor after one that shows the score only', async () => {
    const exam = await makeAssessment(server, { kind: 'exam', fixed: ALL, minutes: 10 });
    const { id } = await attempts.start(me, exam.code, PHONE);
    await expect(attempts.check(me, id, PHONE, give(1, { choices: ['a'] }))).rejects.toMatchObject({
      code: 'feedback-not-allowed',
    });
    await attempts.submit(me, id, PHONE, allRight());
    expect(await results.result(me, id)).toMatchObject({ items: null, missedCount: null, score: 100 });
  });
});

describe('a short answer that no accepted one matches', () => {
  it('waits for a grader, without a window; the grade releases the result and stays in the history', async () => {
    const exam = await makeAssessment(server, { kind: 'exam', fixed: ALL, minutes: 10, show: 'marks' });
    const { id } = await attempts.start(me, exam.code, PHONE);
    await attempts.submit(me, id, PHONE, [...allRight().slice(0, 3), give(4, { text: 'the cost is too high' })]);
    expect(await results.result(me, id)).toMatchObject({
      pending: true,
      state: 'submitted',
      score: null,
      topics: [],
      items: null,
    });
    expect(await attempts.intro(me, exam.code)).toMatchObject({
      mayStart: false,
      reason: 'exam-pending',
      retakeUntil: null,
    });
    expect(
      (await events<AttemptFinished>('attempt.finished', id)).map((e) => [e.payload.pending, e.payload.scoreBp]),
    ).toEqual([[true, null]]);

    const grader = await viewerOf(server, await makeStaff(server, 'judge'));
    const queue = server.get(GradingQueue);
    const mine = (await queue.list(grader, exam.id, {})).edges.map((e) => e.node);
    expect(mine).toMatchObject([
      { attemptId: id, item: 4, answer: 'the cost is too high', points: 2, accepted: ['price objection'] },
    ]);
    const grade = (points: string, seenGradeId: string | null = null, comment: string | null = null) =>
      queue.grade(grader, { attemptId: id, item: 4, points, comment, seenGradeId });
    await expect(grade('2.5')).rejects.toMatchObject({ code: 'grade-above-maximum', params: { maximum: 2 } });
    server.clock.advance(3_600_000);
    const raced = await Promise.allSettled([grade('1', null, 'Half of it'), grade('1', null, 'Half of it')]);
    expect(raced.map((r) => r.status).sort()).toEqual(['fulfilled', 'rejected']);
    expect(raced.find((r) => r.status === 'rejected')).toMatchObject({ reason: { code: 'already-graded' } });

    const result = await results.result(me, id);
    expect(result).toMatchObject({ score: 80, passed: true, pending: false, releasedAt: server.clock.now() });
    expect(result.items?.[3]).toMatchObject({ state: 'partial', earned: '1', comment: 'Half of it' });
    expect((await queue.list(grader, exam.id, {})).edges).toEqual([]);

    const [latest] = await queue.history(grader, id, 4);
    await grade('0.5', latest?.id ?? null);
    expect(await results.result(me, id)).toMatchObject({ score: 70, passed: false });
    expect((await queue.history(grader, id, 4)).map((g) => g.points)).toEqual(['0.5', '1']);
    expect(
      (await events<AttemptFinished>('attempt.finished', id)).map((e) => [e.payload.release, e.payload.passed]),
    ).toEqual([
      [0, null],
      [1, true],
      [2, false],
    ]);
    await expect(sql(server, `update attempt_grade set points_num = 2`)).rejects.toThrow(/permission denied/);
  });

  it('is nobody’s to grade who has not the scope, or whose own it is', async () => {
    const exam = await makeAssessment(server, { kind: 'exam', fixed: ['q-short'], minutes: 10 });
    const judgeId = await makeStaff(server, 'judge');
    const judge = await viewerOf(server, judgeId);
    const { id } = await attempts.start(judge, exam.code, PHONE);
    await attempts.submit(judge, id, PHONE, [give(1, { text: 'no idea' })]);
    const queue = server.get(GradingQueue);
    expect((await queue.list(judge, exam.id, {})).edges).toEqual([]);
    await expect(
      queue.grade(judge, { attemptId: id, item: 1, points: '2', comment: null, seenGradeId: null }),
    ).rejects.toMatchObject({
      code: 'attempt-not-found',
    });
  });
});

describe('statistics', () => {
  it('count every question once per attempt', async () => {
    await makeQuestions(server, [{ code: 'stat-q' }]);
    const quiz = await makeAssessment(server, { fixed: ['stat-q'] });
    for (const choice of ['a', 'b', 'a', 'a']) {
      const { id } = await attempts.start(me, quiz.code, PHONE);
      await attempts.submit(me, id, PHONE, [give(1, { choices: [choice] })]);
    }
    await server.drainOutbox();
    await server.drainOutbox();
    const stat = await server.db.read((tx) =>
      one<{ answered: number; earned: number }>(
        tx,
        `select s.answered, s.earned::float8 as earned from question_stat s join question q on q.current_version_id = s.question_version_id where q.code = 'stat-q'`,
      ),
    );
    expect(stat).toEqual({ answered: 4, earned: 3 });
  });
});
