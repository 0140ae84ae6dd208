import { fork, type ChildProcess } from 'node:child_process';
import { chmodSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Audiences, JobRoles, OrgUnits, Persons, SignInSessions } from '@waymark/identity';
import { AssessmentLoader } from '@waymark/assessment';
import { Assignments, Enrolments, LearningMaps } from '@waymark/learning';
import type { DraftNode, MapDraft } from '@waymark/learning/rules';
import { addDays, localDayOf } from '@waymark/kernel';
import { migrate, one, useEnvironment } from '@waymark/platform';
import { startEmbeddedPostgres, type EmbeddedPostgres } from '@waymark/platform/postgres';
import { migrations } from '../../../../migrations/index.js';
import { serverDir, webDir } from '../layout.js';
import { freePort } from '../port.js';
import { openSeedApp, type SeedApp } from '../seed/app.js';

/** A server with data of known size, in a folder that goes away afterwards. */
export interface World {
  app: SeedApp;
  url: string;
  databaseUrl: string;
  apiPid: number;
  postgresPid: number;
  learners: { id: string; cookie: string }[];
  mapId: string;
  unitId: string;
  today: string;
  close(): Promise<void>;
}

export const EXAM = 'bench-exam';
/** Many, so that nobody comes to hundreds of attempts, which no learner has. */
export const LEARNERS = 512;
const NODES = 60;

export function benchMap(count = NODES): MapDraft {
  const stages = [
    { key: 's1', fromDay: 1, toDay: 30, gate: 'none' as const },
    { key: 's2', fromDay: 31, toDay: 60, gate: 'previous-complete' as const },
    { key: 's3', fromDay: 61, toDay: 90, gate: 'previous-complete' as const },
  ];
  const nodes = Array.from({ length: count }, (_, i): DraftNode => {
    const stage = Math.floor(i / (count / 3));
    return {
      key: `node-${i + 1}`,
      stage: `s${stage + 1}`,
      kind: 'reading',
      title: { 'zh-CN': `第 ${i + 1} 步`, en: `Step ${i + 1}` },
      summary: { 'zh-CN': '为什么重要', en: 'Why it matters' },
      body: {},
      required: i % 7 !== 6,
      prereqs: i % (count / 3) === 0 ? [] : [`node-${i}`, ...(i % 5 === 4 ? [`node-${i - 1}`] : [])],
      need: 0,
      dueDay: Math.ceil(((i + 1) * 90) / count),
      minutes: 20,
      targetCode: null,
      carryMonths: null,
      evidence: null,
      lane: 0,
    };
  });
  return {
    title: { 'zh-CN': '测速地图', en: 'Bench map' },
    summary: {},
    days: 90,
    workingDays: false,
    capacityHours: 60,
    stages: stages.map((s) => ({ ...s, title: { 'zh-CN': s.key, en: s.key }, goal: {} })),
    nodes,
  };
}

const questions = (): unknown => ({
  code: 'bench-bank',
  title: { 'zh-CN': '测速题库', en: 'Bench bank' },
  questions: Array.from({ length: 40 }, (_, i) => ({
    code: `bench-${i + 1}`,
    type: 'single',
    use: 'secure',
    tags: [i % 2 === 0 ? 'product' : 'process'],
    difficulty: 3,
    points: 1,
    stem: {
      'zh-CN': `客户说“预算有限”，第 ${i + 1} 种情形下先做什么？`,
      en: `The customer says the budget is limited; what first in case ${i + 1}?`,
    },
    choices: ['a', 'b', 'c', 'd'].map((key) => ({
      key,
      text: { 'zh-CN': `做法 ${key}，先问清楚再回答`, en: `Option ${key}, ask before you answer` },
      correct: key === 'b',
    })),
    explanation: { 'zh-CN': '先问清楚。', en: 'Ask first.' },
  })),
});

const exam = (): unknown => ({
  exams: [
    {
      code: EXAM,
      kind: 'exam',
      title: { 'zh-CN': '测速考试', en: 'Bench exam' },
      questions: 20,
      minutes: 40,
      pass_mark: 80,
      retakes: null,
      retake_window_days: 14,
      use: 'secure',
      show: 'score-and-topics',
      shuffle: { questions: true, choices: true },
      blueprint: [
        { tag: 'product', count: 10 },
        { tag: 'process', count: 10 },
      ],
    },
  ],
});

export function until(child: ChildProcess): Promise<Record<string, unknown>> {
  return new Promise((done, fail) => {
    child.once('message', (m) => done(m as Record<string, unknown>));
    child.once('exit', (code) => fail(new Error(`A process stopped before it was ready (${code})`)));
  });
}

export async function openWorld(say: (line: string) => void): Promise<World> {
  const dir = mkdtempSync(join(tmpdir(), 'waymark-bench-'));
  // PostgreSQL runs under an account of its own when this is started by root.
  chmodSync(dir, 0o755);
  const postgres: EmbeddedPostgres = await startEmbeddedPostgres({ dataDir: join(dir, 'postgres') });
  const port = await freePort(4700, '127.0.0.1');
  const env = {
    ...process.env,
    NODE_ENV: 'production',
    DATABASE_URL: postgres.url,
    REDIS_URL: '',
    WAYMARK_DATA_DIR: dir,
    WAYMARK_WEB_DIR: webDir,
    LOG_LEVEL: 'warn',
    HOST: '127.0.0.1',
    PORT: String(port),
  };
  useEnvironment(env);
  await migrate(postgres.url, migrations);
  const app = await openSeedApp();
  say('Preparing data …');

  const today = localDayOf(new Date(), 'Asia/Shanghai');
  const unitId = await app.db.transaction(
    async (tx) =>
      (await app.get(OrgUnits).save(tx, { code: 'bench', name: { en: 'Bench' }, kind: 'company' }, null)).id,
  );
  await app.db.transaction((tx) =>
    app.get(JobRoles).save(tx, { code: 'bench-role', name: { en: 'Bench role' } }, null),
  );
  await app.get(AssessmentLoader).loadAssessmentBanks([questions()], null);
  await app.get(AssessmentLoader).loadAssessmentExams(exam(), null);
  const mapId = await app
    .get(LearningMaps)
    .create(null, { code: 'bench-map', title: { en: 'Bench map' }, document: benchMap() });
  await app.get(LearningMaps).publish(null, mapId, { revision: 1, summary: 'bench', move: 'none' });

  const ids = await app.db.transaction((tx) =>
    app.get(Persons).createMany(
      tx,
      Array.from({ length: LEARNERS }, (_, i) => ({
        employeeNumber: `B${i}`,
        name: `测试${i}`,
        hireDate: addDays(today, -30),
        orgUnitId: unitId,
      })),
      null,
    ),
  );
  await app.db.transaction((tx) =>
    app.get(Enrolments).enrol(tx, {
      mapId,
      people: ids.map((personId) => ({ personId, startDay: addDays(today, -30) })),
      source: 'demo',
      actorId: null,
    }),
  );
  const audienceId = await app.db.transaction(
    async (tx) =>
      (
        await app
          .get(Audiences)
          .save(tx, { code: 'everyone', name: { en: 'Everyone' }, rule: { everyone: true } }, null)
      ).id,
  );
  await app.get(Assignments).create(null, { audienceId, targetKind: 'exam', targetCode: EXAM, dueDays: 30 });
  await app.get(Assignments).sync();
  const learners: World['learners'] = [];
  await app.db.transaction(async (tx) => {
    for (const id of ids) {
      const { token } = await app.get(SignInSessions).start(tx, id, 'bench', '127.0.0.1');
      learners.push({ id, cookie: `waymark_session=${token}` });
    }
  });
  await app.db.transaction((tx) =>
    one(
      tx,
      `with done as (update outbox_event set relayed_at = now() where relayed_at is null returning 1) select count(*)::int as n from done`,
    ),
  );
  await app.db.read((tx) => tx.query('analyze'));

  const api = fork(join(serverDir, 'api.js'), [], { env, stdio: ['ignore', 'inherit', 'inherit', 'ipc'] });
  await until(api);
  const postgresPid = Number(readFileSync(join(dir, 'postgres', 'postmaster.pid'), 'utf8').split('\n')[0]);
  return {
    app,
    url: `http://127.0.0.1:${port}`,
    databaseUrl: postgres.url,
    apiPid: api.pid as number,
    postgresPid,
    learners,
    mapId,
    unitId,
    today,
    async close() {
      const gone = new Promise((r) => api.once('exit', r));
      api.kill('SIGTERM');
      await gone;
      await app.close();
      await postgres.stop();
      rmSync(dir, { recursive: true, force: true });
    },
  };
}
