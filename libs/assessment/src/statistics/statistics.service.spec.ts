import { execute, readTable, rows, SESSION_COOKIE, type Viewer } from '@waymark/platform';
import { IdentityModule } from '@waymark/identity';
import {
  createTestServer,
  makeAssessment,
  makePastAttempts,
  makePerson,
  makeQuestions,
  makeStaff,
  viewerOf,
  type TestServer,
} from '@waymark/testing';
import { mulberry32 } from '@waymark/kernel';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { AssessmentModule, Statistics, type HistoryEntry } from '../index.js';
import type { AnalysisRow } from './statistics.repository.js';

const DAY = 86_400_000;
const START = Date.parse('2026-02-02T01:00:00Z');
const PEOPLE = 60;

let server: TestServer;
let service: Statistics;
let author: string;
let viewer: Viewer;
let people: string[];
const abilities: number[] = [];

/** Strong people are right more often; 'odd' questions have the wrong key: strong people take b. */
function history(code: string, persons: readonly string[], day: number, seed = 1): HistoryEntry[] {
  return persons.map((personId, p) => ({
    personId,
    assessmentCode: code,
    startedAt: new Date(START + day * DAY + p * 1000),
    submittedAt: new Date(START + day * DAY + p * 1000 + 600_000),
    seed: seed * 10_000 + p,
    answer: (item, random) => {
      const strong = random() < 1 / (1 + Math.exp(-2.5 * (abilities[p % PEOPLE] as number)));
      if (item.type === 'short') return strong ? { text: item.right.text ?? '' } : null;
      if (item.questionCode.includes('odd')) return { choices: [strong ? 'b' : 'a'] };
      if (item.type === 'truefalse') return { choices: [strong ? 'true' : 'false'] };
      return { choices: [strong ? 'a' : random() < 0.5 ? 'b' : 'c'] };
    },
  }));
}
const sql = <T>(statement: string, params: readonly unknown[] = []): Promise<T[]> =>
  server.db.read((tx) => rows<T>(tx, statement, params));
async function versionOf(assessmentId: string): Promise<string> {
  const [row] = await sql<{ id: string }>(`select current_version_id as id from assessment where id = $1`, [
    assessmentId,
  ]);
  return row?.id ?? '';
}
const stored = (versionId: string, attempts = 'first') =>
  sql<{ people: number; alpha: number; mean: number }>(
    `select people, alpha, mean from assessment_statistic where version_id = $1 and attempts = $2`,
    [versionId, attempts],
  );
const state = async (id: string): Promise<Pick<AnalysisRow, 'state' | 'problem' | 'people'>> => {
  const [row] = await sql<AnalysisRow>(`select state, problem, people from assessment_analysis where id = $1`, [id]);
  return row as AnalysisRow;
};

beforeAll(async () => {
  server = await createTestServer({ modules: [IdentityModule, AssessmentModule], now: '2026-03-02T01:00:00Z' });
  service = server.get(Statistics);
  author = await makeStaff(server, 'author');
  viewer = await viewerOf(server, author);
  const random = mulberry32(5);
  people = [];
  for (let p = 0; p < PEOPLE; p += 1) {
    people.push(await makePerson(server));
    abilities.push(random() * 4 - 2);
  }
  await makeQuestions(server, [
    ...Array.from({ length: 6 }, (_, i) => ({ code: `stat-${i}`, tags: ['stat'], use: 'secure' as const })),
    { code: 'stat-odd', tags: ['stat'], use: 'secure' },
    { code: 'stat-tf', type: 'truefalse', tags: ['stat'], use: 'secure' },
    { code: 'stat-short', type: 'short', tags: ['stat'], use: 'secure' },
  ]);
  await makeQuestions(
    server,
    Array.from({ length: 12 }, (_, i) => ({ code: `drawn-${i}`, tags: ['drawn'], use: 'secure' as const })),
  );
});
afterAll(() => server.close());

const FIXED = [...Array.from({ length: 6 }, (_, i) => `stat-${i}`), 'stat-odd', 'stat-tf', 'stat-short'];
const VIEW = `query($id: ID!, $attempts: AttemptsCounted) { assessmentStatistics(assessmentId: $id, attempts: $attempts) {
  versionId people tooFew outOfDate mean alpha sem bins statistics { state } calibration { state converged }
  items { code answered facility itemRest effectiveWeight flags { code letter } calibration { a b aSe problem }
    choices { letter right count share upper correlation } } } }`;
interface View {
  assessmentStatistics: {
    versionId: string;
    people: number;
    tooFew: boolean;
    outOfDate: boolean;
    mean: number | null;
    alpha: number | null;
    sem: number | null;
    bins: number[];
    statistics: { state: string } | null;
    calibration: { state: string; converged: boolean } | null;
    items: {
      code: string;
      answered: number;
      facility: number;
      itemRest: number;
      effectiveWeight: number | null;
      flags: { code: string; letter: string | null }[];
      calibration: { a: number | null; b: number | null; aSe: number | null; problem: string | null } | null;
      choices: { letter: string; right: boolean; count: number; share: number; upper: number; correlation: number }[];
    }[];
  };
}
const view = async (id: string, attempts = 'first'): Promise<View['assessmentStatistics']> => {
  const { data, errors } = await server.gql<View>(author, VIEW, { id, attempts });
  if (!data) throw new Error(JSON.stringify(errors));
  return data.assessmentStatistics;
};

describe('statistics of an exam', () => {
  it('are computed on request from first attempts, and over all as a filter', async () => {
    const exam = await makeAssessment(server, { kind: 'exam', fixed: FIXED });
    await makePastAttempts(server, history(exam.code, people, 0));
    await makePastAttempts(server, history(exam.code, people.slice(0, 10), 3, 2));
    const versionId = await versionOf(exam.id);
    expect(await view(exam.id)).toMatchObject({ people: 0, outOfDate: true, alpha: null, items: [] });

    const asked = await service.ask(viewer, versionId, 'statistics');
    expect(await service.ask(viewer, versionId, 'statistics')).toMatchObject({ id: asked.id });
    await server.runJobs();
    expect(await state(asked.id)).toEqual({ state: 'done', problem: null, people: PEOPLE });

    const first = await view(exam.id);
    expect(first).toMatchObject({ people: PEOPLE, outOfDate: false, tooFew: false });
    expect(first.alpha).toBeGreaterThan(0.4);
    expect(first.bins.reduce((a, b) => a + b, 0)).toBe(PEOPLE);
    expect((await view(exam.id, 'all')).people).toBe(PEOPLE + 10);

    const odd = first.items.find((i) => i.code === 'stat-odd');
    expect(odd?.flags[0]).toEqual({ code: 'key-suspect', letter: 'B' });
    expect(odd?.choices.map((c) => [c.letter, c.right])).toEqual([
      ['A', true],
      ['B', false],
      ['C', false],
      ['D', false],
    ]);
    const good = first.items.find((i) => i.code === 'stat-0');
    expect(good?.itemRest).toBeGreaterThan(0.2);
    expect(good?.choices.reduce((sum, c) => sum + c.count, 0)).toBe(PEOPLE);
    expect(good?.flags).toContainEqual({ code: 'unused-choice', letter: 'D' });
    expect(first.items.find((i) => i.code === 'stat-short')?.choices).toEqual([]);
    const [facility] = await sql<{ f: number }>(
      `select avg((m.mark ->> 'n')::float8 / (m.mark ->> 'd')::float8) as f from attempt t
       cross join lateral jsonb_array_elements(t.paper) with ordinality as p(entry, item)
       join lateral jsonb_array_elements(t.marks) with ordinality as m(mark, item) on m.item = p.item
       join question q on q.id = (p.entry ->> 'q')::uuid where t.version_id = $1 and t.number = 1 and q.code = 'stat-0'`,
      [versionId],
    );
    expect(good?.facility).toBeCloseTo(facility?.f as number, 10);
  });

  it('are brought up to date at night, and only where something happened', async () => {
    await server.runJob('assessment.refresh-statistics');
    const exam = await makeAssessment(server, { kind: 'exam', draws: [{ tag: 'drawn', count: 4 }] });
    await makePastAttempts(server, history(exam.code, people, 5));
    expect(await server.runJob('assessment.refresh-statistics')).toBe(1);
    expect(await stored(await versionOf(exam.id))).toMatchObject([{ people: PEOPLE }]);
    expect(await server.runJob('assessment.refresh-statistics')).toBe(0);
    const { items } = await view(exam.id);
    expect(items).toHaveLength(12);
    expect(items.reduce((sum, i) => sum + i.answered, 0)).toBe(4 * PEOPLE);
  });

  it('show nothing of fewer than five people', async () => {
    const exam = await makeAssessment(server, { kind: 'exam', fixed: ['stat-0', 'stat-1'] });
    await makePastAttempts(server, history(exam.code, people.slice(0, 4), 7));
    await server.runJob('assessment.refresh-statistics');
    expect(await view(exam.id)).toMatchObject({ tooFew: true, people: 0, mean: null, items: [] });
  });

  it('are refused without attempts, to learners, and for what does not exist', async () => {
    const exam = await makeAssessment(server, { kind: 'exam', fixed: ['stat-0'] });
    await expect(service.ask(viewer, await versionOf(exam.id), 'statistics')).rejects.toMatchObject({
      code: 'statistics-no-attempts',
    });
    const { errors } = await server.gql(people[0] as string, VIEW, { id: exam.id });
    expect(errors?.[0]?.extensions.code).toBe('FORBIDDEN');
    await expect(service.ask(viewer, exam.id, 'statistics')).rejects.toMatchObject({ code: 'assessment-not-found' });
    await expect(service.cancel(exam.id)).rejects.toMatchObject({ code: 'analysis-not-found' });
  });

  it('can be cancelled while they wait, once', async () => {
    const exam = await makeAssessment(server, { kind: 'exam', fixed: ['stat-0', 'stat-1', 'stat-2'] });
    await makePastAttempts(server, history(exam.code, people.slice(0, 6), 9));
    const asked = await service.ask(viewer, await versionOf(exam.id), 'statistics');
    expect(await service.cancel(asked.id)).toMatchObject({ state: 'cancelled' });
    await expect(service.cancel(asked.id)).rejects.toMatchObject({ code: 'analysis-finished' });
    await server.runJobs();
    expect(await state(asked.id)).toMatchObject({ state: 'cancelled' });
    expect(await stored(await versionOf(exam.id))).toEqual([]);
  });

  it('stop at the next pulse when they run, and leave nothing half', async () => {
    const exam = await makeAssessment(server, { kind: 'exam', fixed: ['stat-0', 'stat-3', 'stat-2'] });
    await makePastAttempts(server, history(exam.code, people.slice(0, 6), 11));
    const versionId = await versionOf(exam.id);
    const asked = await service.ask(viewer, versionId, 'statistics');
    const stopped = new AbortController();
    stopped.abort();
    // A worker that shuts down leaves the analysis to the next one.
    const run = { id: 'test', signal: stopped.signal, progress: () => Promise.resolve() };
    await expect(service.run({ analysisId: asked.id }, run)).rejects.toMatchObject({ code: 'try-again' });
    expect((await state(asked.id)).state).toBe('running');
    expect(await stored(versionId)).toEqual([]);
    await server.runJobs();
    expect((await state(asked.id)).state).toBe('done');
    expect(await stored(versionId)).toHaveLength(1);

    const again = await service.ask(viewer, versionId, 'statistics');
    await server.db.transaction((tx) =>
      execute(tx, `update assessment_analysis set cancel = true where id = $1`, [again.id]),
    );
    await server.runJobs();
    expect((await state(again.id)).state).toBe('cancelled');
  });

  it('two who ask at once get the same analysis', async () => {
    const exam = await makeAssessment(server, { kind: 'exam', fixed: ['stat-0', 'stat-4', 'stat-2'] });
    await makePastAttempts(server, history(exam.code, people.slice(0, 6), 13));
    const versionId = await versionOf(exam.id);
    const asked = await Promise.all([1, 2, 3].map(() => service.ask(viewer, versionId, 'statistics')));
    expect(new Set(asked.map((a) => a.id)).size).toBe(1);
    await server.runJobs();
  });

  it('are given out as a table', async () => {
    const [exam] = await sql<{ id: string }>(
      `select a.id from assessment a join assessment_statistic s on s.version_id = a.current_version_id
       where s.people = $1 and s.attempts = 'first' limit 1`,
      [PEOPLE],
    );
    const file = await server.app.inject({
      url: `/api/assessments/${exam?.id}/statistics.xlsx?attempts=all`,
      cookies: { [SESSION_COOKIE]: `test.${author}` },
    });
    expect(file.statusCode).toBe(200);
    const table = await readTable(file.rawPayload, { maxBytes: 1_000_000, maxRows: 100 });
    expect(table.rows.find((r) => ['People', '人数'].includes(r.cells[0] ?? ''))?.cells[1]).toMatch(/^(60|70)$/);
  });
});

describe('statistics of a question', () => {
  it('are kept by version over all exams it stood in', async () => {
    const [question] = await sql<{ id: string }>(`select id from question where code = 'stat-0'`);
    const { data } = await server.gql<{
      questionStatistics: {
        versionNumber: number;
        measures: { answered: number; facility: number; choices: { count: number }[] };
        exams: { answered: number; facility: number }[];
      }[];
    }>(
      author,
      `query($id: ID!) { questionStatistics(questionId: $id) { versionNumber measures { answered facility choices { count } }
         exams { answered facility } } }`,
      { id: question?.id },
    );
    const [version] = data?.questionStatistics ?? [];
    const exams = await server.db.read((tx) =>
      rows<{ answered: number; facility: number }>(
        tx,
        `select i.answered, i.facility from item_statistic i join question_version v on v.id = i.question_version_id
         where v.question_id = $1 and i.attempts = 'first'`,
        [question?.id],
      ),
    );
    const answered = exams.reduce((sum, e) => sum + e.answered, 0);
    expect(exams.length).toBeGreaterThan(1);
    expect(version?.measures.answered).toBe(answered);
    expect(version?.measures.facility).toBeCloseTo(
      exams.reduce((sum, e) => sum + e.facility * e.answered, 0) / answered,
      10,
    );
    expect(version?.measures.choices.reduce((sum, c) => sum + c.count, 0)).toBe(answered);
    expect(version?.exams.length).toBe(exams.filter((e) => e.answered >= 5).length);
  });
});

describe('calibration', () => {
  it('is refused below 200 attempts', async () => {
    const [exam] = await sql<{ id: string }>(
      `select version_id as id from assessment_statistic where people = 60 limit 1`,
    );
    await expect(service.ask(viewer, exam?.id as string, 'calibration')).rejects.toMatchObject({
      code: 'calibration-too-few',
      params: { least: 200 },
    });
  });

  it('estimates what can be estimated and names the rest', async () => {
    const many = [...people];
    while (many.length < 260) many.push(await makePerson(server));
    const exam = await makeAssessment(server, {
      kind: 'exam',
      fixed: ['stat-1', 'stat-2', 'stat-3', 'stat-4', 'stat-odd'],
      draws: [{ tag: 'drawn', count: 3 }],
    });
    await makePastAttempts(server, history(exam.code, many, 20));
    const versionId = await versionOf(exam.id);
    const statistics = await service.ask(viewer, versionId, 'statistics');
    const asked = await service.ask(viewer, versionId, 'calibration');
    await server.runJobs();
    expect(await state(statistics.id)).toMatchObject({ state: 'done' });
    expect(await state(asked.id)).toMatchObject({ state: 'done', people: 260 });
    const { items, calibration } = await view(exam.id);
    expect(calibration).toEqual({ state: 'done', converged: true });
    const of = (code: string) => items.find((i) => i.code === code)?.calibration;
    expect(of('stat-1')?.problem).toBeNull();
    expect(of('stat-1')?.a).toBeGreaterThan(0);
    expect(of('stat-1')?.aSe).toBeGreaterThan(0);
    expect(of('stat-odd')?.problem).toBe('negative-slope');
    for (const item of items.filter((i) => i.code.startsWith('drawn')))
      expect(item.calibration).toMatchObject({ problem: 'too-few', a: null });
  }, 60_000);
});
