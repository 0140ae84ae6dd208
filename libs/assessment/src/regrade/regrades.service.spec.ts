import { newRandomId } from '@waymark/kernel';
import { rows, type Viewer } from '@waymark/platform';
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
  type TestServer,
} from '@waymark/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { AssessmentModule, AttemptResults, Attempts, Questions } from '../index.js';
import { GradingQueue } from '../grading/grading-queue.service.js';
import { KeyCorrections } from './key-corrections.service.js';
import type { RegradePolicy } from './regrade.js';
import { applyRegrade } from './regrade.jobs.js';
import { Regrades } from './regrades.service.js';

const DEVICE = 'device-phone';
let server: TestServer;
let attempts: Attempts;
let results: AttemptResults;
let corrections: KeyCorrections;
let regrades: Regrades;
let lead: Viewer;

beforeAll(async () => {
  server = await createTestServer({ modules: [IdentityModule, AssessmentModule], now: '2026-03-02T01:00:00Z' });
  attempts = server.get(Attempts);
  results = server.get(AttemptResults);
  corrections = server.get(KeyCorrections);
  regrades = server.get(Regrades);
  new TestAttemptAccess(server);
  lead = await viewerOf(server, await makeStaff(server, 'ld-lead'));
});
afterAll(() => server.close());

let n = 0;
let seq = 0;
/** An exam of four single-choice questions and one for words; pass mark 80. */
async function exam(): Promise<{ code: string; wrong: string; codes: string[]; ids: Map<string, string> }> {
  n += 1;
  const codes = ['one', 'two', 'three', 'four'].map((c) => `rg${n}-${c}`);
  const ids = await makeQuestions(server, [
    ...codes.map((code) => ({ code, use: 'secure' as const })),
    { code: `rg${n}-words`, type: 'short' as const, right: ['price'], use: 'secure' as const },
  ]);
  const { code } = await makeAssessment(server, { kind: 'exam', fixed: [...codes, `rg${n}-words`], show: 'all' });
  return { code, wrong: ids.get(codes[0] as string) as string, codes, ids };
}
const save = (item: number, answer: { choices?: string[]; text?: string }) => ({
  saveId: newRandomId(),
  seq: (seq += 1),
  item,
  ...answer,
});
interface Sat {
  me: Viewer;
  id: string;
}
async function start(code: string): Promise<Sat> {
  const me = await viewerOf(server, await makePerson(server));
  return { me, id: (await attempts.start(me, code, DEVICE)).id };
}
/** The first choice as given, `right` of the other three right, the words as given. */
async function hand({ me, id }: Sat, first: string, right = 3, text = 'price'): Promise<Sat> {
  await attempts.submit(me, id, DEVICE, [
    save(1, { choices: [first] }),
    ...[2, 3, 4].map((item, i) => save(item, { choices: [i < right ? 'a' : 'b'] })),
    save(5, { text }),
  ]);
  return { me, id };
}
const sit = async (code: string, first: string, right = 3, text = 'price'): Promise<Sat> =>
  hand(await start(code), first, right, text);
const score = async ({ me, id }: Sat) => (await results.result(me, id)).score;

/** The right choice is b, not a. */
async function correct(questionId: string, key = 'b'): Promise<string> {
  const { draft, versionNumber } = await server.get(Questions).detail(questionId, 'en', true);
  return corrections.correct(lead, {
    questionId,
    versionNumber,
    draft: { ...draft, choices: draft.choices.map((c) => ({ ...c, correct: c.key === key })) },
    reason: 'B is right since the price list of March',
  });
}
async function regrade(correctionId: string, policy: RegradePolicy): Promise<string> {
  const asked = await regrades.ask(lead, correctionId, policy);
  await server.runJobs();
  return asked.id;
}
const select = <T>(statement: string, params: readonly unknown[]): Promise<T[]> =>
  server.db.read((tx) => rows<T>(tx, statement, params));
const state = async (id: string) =>
  (
    await select<{ state: string; done: number; total: number; problem: string }>(
      `select state, done, total, problem from regrade where id = $1`,
      [id],
    )
  )[0];
const finished = (id: string) =>
  select<{ payload: { scoreBp: number; passed: boolean; release: number; regraded?: object } }>(
    `select payload from outbox_event where type = 'attempt.finished' and payload ->> 'attemptId' = $1 order by id`,
    [id],
  );

describe('a key that was wrong', () => {
  it('is previewed, regraded once, with its history, and told', async () => {
    const { code, wrong } = await exam();
    const [loses, gains, fails, keeps] = [
      await sit(code, 'a', 2),
      await sit(code, 'b', 3, 'nothing'),
      await sit(code, 'c', 1),
      await sit(code, 'b', 3),
    ];
    expect(await Promise.all([loses, gains, fails, keeps].map(score))).toEqual([80, null, 40, 80]);
    const correction = await correct(wrong);
    const preview = await regrades.preview(lead, correction, 'new-key', { first: 1 });
    expect(preview).toMatchObject({
      attempts: 4,
      people: 4,
      changed: 3,
      raised: 1,
      lowered: 1,
      passesGained: 0,
      passesLost: 1,
      empty: 0,
      policyInForce: null,
    });
    expect(preview.changes).toMatchObject({
      total: 3,
      items: [{ personId: loses.me.personId, scoreBefore: 80, score: 60, passedBefore: true, passed: false }],
    });
    const next = await regrades.preview(lead, correction, 'new-key', { first: 5, after: preview.changes.next });
    expect(next.changes.items.map((i) => i.personId).sort()).toEqual([gains.me.personId, keeps.me.personId].sort());
    // Nothing was written.
    expect(await score(loses)).toBe(80);

    const id = await regrade(correction, 'new-key');
    expect(await state(id)).toEqual({ state: 'done', done: 4, total: 4, problem: null });
    expect(await Promise.all([loses, gains, fails, keeps].map(score))).toEqual([60, null, 40, 100]);
    const { passed, regrades: told, items } = await results.result(loses.me, loses.id);
    expect(passed).toBe(false);
    expect(told).toMatchObject([
      { item: 1, reason: 'B is right since the price list of March', scoreBefore: 80, score: 60 },
    ]);
    expect(items?.[0]).toMatchObject({ state: 'wrong', right: { choices: ['b'] } });
    expect((await finished(loses.id)).map((e) => e.payload)).toMatchObject([
      { release: 1, scoreBp: 8000 },
      { release: 2, scoreBp: 6000, passed: false, regraded: { scoreBp: 8000, passed: true } },
    ]);
    expect(await finished(fails.id)).toHaveLength(1);
    expect(
      (await server.get(GradingQueue).history(lead, loses.id, 1)).map((g) => [g.source, g.points, g.graderId]),
    ).toEqual([['regrade', '0', lead.personId]]);
    expect((await regrades.changes(lead, correction, {})).items).toHaveLength(3);
    expect((await corrections.list(wrong))[0]?.regrade).toMatchObject({
      state: 'done',
      changed: 3,
      raised: 1,
      lowered: 1,
    });

    await expect(regrades.ask(lead, correction, 'full')).rejects.toMatchObject({ code: 'regrade-asked' });
    // A job delivered twice does nothing.
    await server.runJob(applyRegrade.name, { regradeId: id });
    expect(await finished(loses.id)).toHaveLength(2);
  });

  it('lets a waiting attempt wait on, and marks a running one by the right key', async () => {
    const { code, wrong } = await exam();
    const waiting = await sit(code, 'b', 3, 'something else');
    const running = await start(code);
    const correction = await correct(wrong);
    await hand(running, 'b');
    expect(await score(running)).toBe(100);
    expect(await regrades.preview(lead, correction, 'new-key', {})).toMatchObject({ attempts: 1, changed: 1 });
    await regrade(correction, 'new-key');
    await server
      .get(GradingQueue)
      .grade(lead, { attemptId: waiting.id, item: 5, points: '1', comment: null, seenGradeId: null });
    expect(await score(waiting)).toBe(100);
    expect(await finished(running.id)).toHaveLength(1);
  });

  it('follows the policies', async () => {
    for (const [policy, expected] of [
      ['never-lower', [100, 100, 80]],
      ['full', [100, 100, 100]],
      ['drop', [100, 100, 100]],
    ] as const) {
      const { code, wrong } = await exam();
      const sat = [await sit(code, 'a'), await sit(code, 'b'), await sit(code, 'c')];
      expect(await Promise.all(sat.map(score))).toEqual([100, 80, 80]);
      await regrade(await correct(wrong), policy);
      expect([policy, ...(await Promise.all(sat.map(score)))]).toEqual([policy, ...expected]);
    }
  });

  it('refuses to drop the only question, and a correction that changes nothing or something else', async () => {
    const ids = await makeQuestions(server, [{ code: 'rg-only', use: 'secure' }]);
    const only = ids.get('rg-only') as string;
    const { code } = await makeAssessment(server, { kind: 'exam', fixed: ['rg-only'] });
    const me = await viewerOf(server, await makePerson(server));
    const { id } = await attempts.start(me, code, DEVICE);
    await attempts.submit(me, id, DEVICE, [save(1, { choices: ['b'] })]);
    await expect(correct(only, 'a')).rejects.toMatchObject({ code: 'key-unchanged' });
    await expect(correct(only, 'z')).rejects.toMatchObject({ code: 'question-not-publishable' });
    const correction = await correct(only);
    expect(await regrades.preview(lead, correction, 'drop', {})).toMatchObject({ attempts: 1, empty: 1, changed: 0 });
    await expect(regrades.ask(lead, correction, 'drop')).rejects.toMatchObject({ code: 'regrade-nothing-left' });
    const { draft, versionNumber } = await server.get(Questions).detail(only, 'en', true);
    await expect(
      corrections.correct(lead, {
        questionId: only,
        versionNumber,
        draft: { ...draft, choices: draft.choices.slice(0, 3) },
        reason: 'why',
      }),
    ).rejects.toMatchObject({ code: 'key-other-question' });
    await expect(
      sql(server, `update question_version set answer_key = '{"choices": ["c"]}' where question_id = $1`, [only]),
    ).rejects.toThrow(/frozen/);
    await regrade(correction, 'new-key');
    expect((await results.result(me, id)).passed).toBe(true);
  });

  it('is asked for by two at once: one wins, the other is told by whom', async () => {
    const { code, wrong } = await exam();
    const sat = await sit(code, 'b');
    const correction = await correct(wrong);
    const other = await viewerOf(server, await makeStaff(server, 'ld-lead'));
    const outcomes = await Promise.allSettled([
      regrades.ask(lead, correction, 'new-key'),
      regrades.ask(other, correction, 'full'),
    ]);
    expect(outcomes.map((o) => o.status).sort()).toEqual(['fulfilled', 'rejected']);
    const refused = outcomes.find((o) => o.status === 'rejected');
    expect(refused?.reason).toMatchObject({ code: 'regrade-asked' });
    await server.runJobs();
    expect(await score(sat)).toBe(100);
    expect(await finished(sat.id)).toHaveLength(2);
  });

  it('meets a grader at the same attempt: neither loses the other’s points', async () => {
    const { code, wrong } = await exam();
    const sat = await sit(code, 'b', 3, 'something else');
    const correction = await correct(wrong);
    await regrades.ask(lead, correction, 'new-key');
    await Promise.all([
      server.runJobs(),
      server
        .get(GradingQueue)
        .grade(lead, { attemptId: sat.id, item: 5, points: '1', comment: null, seenGradeId: null }),
    ]);
    expect(await score(sat)).toBe(100);
  });

  it('stops between batches, goes on by the same rule, and gives way to a later correction', async () => {
    const { code, wrong } = await exam();
    const sat = await sit(code, 'b');
    const first = await correct(wrong);
    const asked = await regrades.ask(lead, first, 'new-key');
    await sql(server, `update regrade set state = 'running' where id = $1`, [asked.id]);
    await regrades.cancel(lead, asked.id);
    await server.runJobs();
    expect((await state(asked.id))?.state).toBe('cancelled');
    expect(await score(sat)).toBe(80);
    await expect(regrades.cancel(lead, asked.id)).rejects.toMatchObject({ code: 'regrade-finished' });
    const second = await correct(wrong, 'c');
    await expect(regrades.ask(lead, first, 'new-key')).rejects.toMatchObject({ code: 'correction-superseded' });
    await regrade(second, 'new-key');
    expect(await score(sat)).toBe(80);
    await expect(regrades.preview(lead, newRandomId(), 'full', {})).rejects.toMatchObject({
      code: 'correction-not-found',
    });
  });

  it('leaves points that a person gave, unless all get them', async () => {
    const { code, ids } = await exam();
    const words = ids.get(`rg${n}-words`) as string;
    const sat = await sit(code, 'a', 3, 'discount');
    await server
      .get(GradingQueue)
      .grade(lead, { attemptId: sat.id, item: 5, points: '0.5', comment: 'Half of it', seenGradeId: null });
    const { draft, versionNumber } = await server.get(Questions).detail(words, 'en', true);
    const correction = await corrections.correct(lead, {
      questionId: words,
      versionNumber,
      draft: { ...draft, accepted: { en: ['price', 'discount'] } },
      reason: 'A discount is a price, too',
    });
    expect(await regrades.preview(lead, correction, 'new-key', {})).toMatchObject({ byHand: 1, changed: 0 });
    expect(await regrades.preview(lead, correction, 'full', {})).toMatchObject({ byHand: 1, changed: 1 });
    await regrade(correction, 'full');
    expect(await score(sat)).toBe(100);
    expect((await results.result(sat.me, sat.id)).items?.[4]?.comment).toBe('Half of it');
  });
});
