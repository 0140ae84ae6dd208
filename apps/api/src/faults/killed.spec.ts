import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { SignIn } from '@waymark/identity';
import { localDayOf, newRandomId } from '@waymark/kernel';
import { migrate } from '@waymark/platform';
import { startEmbeddedPostgres, type EmbeddedPostgres } from '@waymark/platform/postgres';
import {
  createTestServer,
  enrolOn,
  grantRole,
  hasRedis,
  makeAssessment,
  makeMap,
  makeOrgUnit,
  makePerson,
  makeQuestions,
  mapNode,
  startTestRedis,
  until,
  type TestRedis,
} from '@waymark/testing';
import {
  buildProcesses,
  openPassage,
  startProcess,
  type Passage,
  type RunningProcess,
} from '@waymark/testing/processes';
import { libraryModules } from '@waymark/wiring';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { migrations } from '../../../../migrations/index.js';

/** Processes as they run in production, on a PostgreSQL of their own that keeps what it has acknowledged. */
const PASSWORD = 'correct horse battery 1';
const QUESTIONS = 12;

let home: string;
let built: string;
let postgres: EmbeddedPostgres;
let passage: Passage;
let databaseUrl: string;
let admin: pg.Client;
let redis: TestRedis | undefined;
const started: RunningProcess[] = [];

beforeAll(async () => {
  home = mkdtempSync(join(tmpdir(), 'waymark-faults-'));
  // PostgreSQL never runs as root; its account has to get in.
  chmodSync(home, 0o755);
  const build = buildProcesses();
  postgres = await startEmbeddedPostgres({ dataDir: join(home, 'postgres') });
  passage = await openPassage(postgres.port);
  await migrate(postgres.url, migrations, { role: 'waymark_app' });
  await arrange();
  admin = new pg.Client({ connectionString: postgres.url });
  admin.on('error', () => undefined);
  await admin.connect();
  databaseUrl = postgres.url.replace(`:${postgres.port}/`, `:${passage.port}/`);
  built = await build;
}, 180_000);

afterAll(async () => {
  await Promise.all(started.filter((p) => p.running).map((p) => p.kill()));
  await admin?.end().catch(() => undefined);
  await passage?.close();
  await postgres?.stop();
  await redis?.stop();
  rmSync(home, { recursive: true, force: true });
}, 60_000);

/** A learner with an exam open, and L&D. */
async function arrange(): Promise<void> {
  const server = await createTestServer({
    modules: libraryModules,
    databaseUrl: postgres.url,
    now: new Date().toISOString(),
  });
  const unit = await makeOrgUnit(server, { code: 'sales', kind: 'department', name: '销售部' });
  const learner = await makePerson(server, { employeeNumber: 'LEARNER', orgUnitId: unit });
  const lead = await makePerson(server, { employeeNumber: 'LEAD' });
  await grantRole(server, lead, 'ld-lead');
  await server.db.transaction(async (tx) => {
    await server.get(SignIn).setPassword(tx, learner, PASSWORD);
    await server.get(SignIn).setPassword(tx, lead, PASSWORD);
  });
  const codes = Array.from({ length: QUESTIONS }, (_, i) => `fault-${i}`);
  await makeQuestions(
    server,
    codes.map((code) => ({ code, use: 'secure' as const })),
  );
  await makeAssessment(server, { code: 'fault-exam', kind: 'exam', fixed: codes, minutes: 60 });
  const { mapId } = await makeMap(server, [
    mapNode('exam', { kind: 'exam', targetCode: 'fault-exam' }),
    mapNode('later', { stage: 'practise' }),
  ]);
  await enrolOn(server, mapId, learner, localDayOf(server.clock.now(), 'Asia/Shanghai'));
  await server.drainOutbox();
  await server.close();
}

async function run(which: 'api' | 'worker', more: Record<string, string> = {}): Promise<RunningProcess> {
  const child = await startProcess(built, which, {
    DATABASE_URL: databaseUrl,
    WAYMARK_DATA_DIR: home,
    JOB_LOCK_SECONDS: '2',
    ...more,
  });
  started.push(child);
  return child;
}

interface Answer<T> {
  data: T | null;
  errors?: { message: string; extensions: { code: string; reason: string } }[];
  /** Refused before GraphQL. */
  reason?: string;
}

class Visitor {
  private cookie = '';
  constructor(public url: string) {}

  async ask<T>(query: string, variables: object = {}): Promise<Answer<T>> {
    const response = await fetch(`${this.url}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', cookie: this.cookie },
      body: JSON.stringify({ query, variables }),
    });
    const cookie = response.headers.getSetCookie().find((c) => c.startsWith('waymark_session='));
    if (cookie) this.cookie = cookie.split(';')[0] as string;
    return (await response.json()) as Answer<T>;
  }

  async must<T>(query: string, variables: object = {}): Promise<T> {
    const { data, errors } = await this.ask<T>(query, variables);
    if (!data || errors) throw new Error(JSON.stringify(errors));
    return data;
  }

  async signIn(identifier: string): Promise<this> {
    await this.must(`mutation($i: SignInInput!) { signIn(input: $i) { id } }`, {
      i: { identifier, password: PASSWORD },
    });
    return this;
  }

  async upload(name: string, content: string): Promise<string> {
    const form = new FormData();
    form.append('file', new Blob([content]), name);
    const response = await fetch(`${this.url}/api/people-import`, {
      method: 'POST',
      headers: { cookie: this.cookie },
      body: form,
    });
    return ((await response.json()) as { importId: string }).importId;
  }
}

const device = 'device-one';
const SAVE = `mutation($i: SaveAnswersInput!) { saveAnswers(input: $i) { saved lastSeq } }`;
const ATTEMPT = `query($id: ID!) { attempt(id: $id, deviceId: "${device}") { state answers } }`;
const answer = (item: number, seq: number, key: string) => ({ saveId: newRandomId(), item, seq, choices: [key] });

describe('the api killed in the middle of an attempt', () => {
  it('has every answer it acknowledged', async () => {
    const durable = await admin.query<{ name: string; setting: string }>(
      `select name, setting from pg_settings where name in ('fsync', 'synchronous_commit') order by name`,
    );
    expect(durable.rows.map((r) => r.setting)).toEqual(['on', 'on']);

    const api = await run('api');
    const learner = await new Visitor(api.url).signIn('LEARNER');
    const { startAttempt } = await learner.must<{ startAttempt: { id: string } }>(
      `mutation($i: StartAttemptInput!) { startAttempt(input: $i) { id } }`,
      { i: { assessmentCode: 'fault-exam', deviceId: device } },
    );
    const attemptId = startAttempt.id;
    const sent = new Map<number, string>();
    const acknowledged = new Map<number, { seq: number; key: string }>();
    let seq = 0;
    const save = async (item: number, key: string): Promise<void> => {
      const one = answer(item, (seq += 1), key);
      sent.set(item, key);
      const { saveAnswers } = await learner.must<{ saveAnswers: { saved: string[] } }>(SAVE, {
        i: { attemptId, deviceId: device, answers: [one] },
      });
      if (saveAnswers.saved.includes(one.saveId)) acknowledged.set(item, { seq: one.seq, key });
    };
    for (let item = 1; item <= 6; item += 1) await save(item, 'b');
    await save(2, 'c');
    // Several on their way when the process dies; whichever was acknowledged counts.
    const flying = [7, 8, 9].map((item) => save(item, 'b').catch(() => undefined));
    await Promise.race(flying);
    await api.kill();
    await Promise.all(flying);
    expect(acknowledged.size).toBeGreaterThanOrEqual(6);

    const again = await run('api');
    learner.url = again.url;
    const { attempt } = await learner.must<{
      attempt: { state: string; answers: { item: number; seq: number; choices: string[] }[] };
    }>(ATTEMPT, { id: attemptId });
    expect(attempt.state).toBe('open');
    const kept = new Map(attempt.answers.map((a) => [a.item, { seq: a.seq, key: a.choices[0] }]));
    for (const [item, given] of acknowledged) expect([item, kept.get(item)]).toEqual([item, given]);

    for (let item = 1; item <= QUESTIONS; item += 1) await save(item, 'a');
    const { submitAttempt } = await learner.must<{ submitAttempt: { score: number; passed: boolean } }>(
      `mutation($i: SubmitAttemptInput!) { submitAttempt(input: $i) { score passed } }`,
      { i: { attemptId, deviceId: device } },
    );
    expect(submitAttempt).toEqual({ score: 100, passed: true });
    await again.stop();
  }, 60_000);
});

const IMPORT = `query($id: ID!) { peopleImport(id: $id) { state error counts { added changed kept refused leaving }
  rows(outcome: refused) { line problems { field code } } } }`;
interface ImportAnswer {
  peopleImport: {
    state: string;
    error: string | null;
    counts: Record<string, number>;
    rows: { line: number; problems: { field: string; code: string }[] }[];
  };
}
const backends = [
  { name: 'PostgreSQL', redis: false },
  { name: 'Redis', redis: true },
];
for (const backend of backends) {
  describe.skipIf(backend.redis && !hasRedis())(`a worker killed in an import, jobs on ${backend.name}`, () => {
    it('leaves half of nothing: another takes the job, good rows come once, bad ones are named, and again changes nothing', async () => {
      if (backend.redis) redis = await startTestRedis();
      const environment: Record<string, string> = redis ? { REDIS_URL: redis.url } : {};
      const prefix = backend.redis ? 'R' : 'P';
      const heading = '工号,姓名,部门,入职日期,邮箱';
      const good = Array.from(
        { length: 40 },
        (_, i) => `${prefix}${i},新人${i},sales,2026-01-05,${prefix}${i}@example.test`,
      );
      const bad = [
        `${prefix}90,坏日期,sales,2026-13-40,`,
        `${prefix}91,坏部门,nowhere,2026-01-05,`,
        `,没有工号,sales,2026-01-05,`,
      ];
      const list = [heading, ...good.slice(0, 20), ...bad, ...good.slice(20)].join('\n');
      const people = async (): Promise<string> =>
        (
          await admin.query<{ all: string }>(
            `select count(*) || ' ' || md5(string_agg(p::text || f::text, ',' order by p.id)) as all
             from person p join person_profile f on f.person_id = p.id where f.employee_number like $1`,
            [`${prefix}%`],
          )
        ).rows[0]?.all ?? '';

      const api = await run('api', environment);
      const lead = await new Visitor(api.url).signIn('LEAD');
      const doomed = await run('worker', environment);
      const id = await lead.upload('people.csv', list);
      const { peopleImport: checked } = await lead.must<ImportAnswer>(IMPORT, { id });
      expect([checked.state, checked.counts['added'], checked.counts['refused']]).toEqual(['checked', 40, 3]);

      // The job hangs on the last table it writes; then its worker dies.
      await admin.query('begin');
      await admin.query('lock table audit_entry in access exclusive mode');
      const committing = lead.must(`mutation($id: ID!) { commitPeopleImport(id: $id) { state } }`, { id });
      await until(async () => {
        const waiting = await admin.query(
          `select 1 from pg_locks l join pg_stat_activity a using (pid) where not l.granted and a.application_name = 'waymark-worker'`,
        );
        return waiting.rowCount;
      });
      await doomed.kill();
      await admin.query('rollback');
      await committing;
      const rescue = await run('worker', environment);
      await until(
        async () => (await lead.must<ImportAnswer>(IMPORT, { id })).peopleImport.state === 'committed',
        30_000,
      );

      const { peopleImport: done } = await lead.must<ImportAnswer>(IMPORT, { id });
      expect(done.counts).toMatchObject({ added: 40, refused: 3 });
      expect(done.rows.map((r) => [r.line, r.problems.map((p) => p.field)])).toEqual([
        [22, ['hireDate']],
        [23, ['orgUnit']],
        [24, ['employeeNumber']],
      ]);
      const after = await people();
      expect(after.split(' ')[0]).toBe('40');
      const hired = await admin.query(
        `select e.person_id from outbox_event e join person_profile f on f.person_id = e.person_id
         where e.type = 'person.hired' and f.employee_number like $1`,
        [`${prefix}%`],
      );
      expect(new Set(hired.rows.map((r: { person_id: string }) => r.person_id)).size).toBe(40);
      expect(hired.rowCount).toBe(40);

      const second = await lead.upload('people.csv', list);
      await lead.must(`mutation($id: ID!) { commitPeopleImport(id: $id) { state } }`, { id: second });
      await until(
        async () => (await lead.must<ImportAnswer>(IMPORT, { id: second })).peopleImport.state === 'committed',
        30_000,
      );
      expect((await lead.must<ImportAnswer>(IMPORT, { id: second })).peopleImport.counts).toMatchObject({
        added: 0,
        changed: 0,
        refused: 3,
      });
      expect(await people()).toBe(after);
      await Promise.all([api.stop(), rescue.stop()]);
    }, 90_000);
  });
}

describe('PostgreSQL restarted under load', () => {
  it('is said in words, and api and worker go on by themselves', async () => {
    const [api, worker] = [await run('api'), await run('worker')];
    const visitors = await Promise.all([1, 2, 3, 4].map(() => new Visitor(api.url).signIn('LEARNER')));
    const told = new Set<string>();
    let answered = 0;
    let loading = true;
    const load = visitors.map(async (visitor, i) => {
      const asked =
        i % 2 === 0
          ? `{ viewer { id name } today { today } }`
          : `mutation { saveReviewPreference(reminderHour: ${i}) { reminderHour } }`;
      while (loading) {
        const { data, errors, reason } = await visitor.ask(asked);
        told.add(data ? 'data' : (errors?.[0]?.extensions.reason ?? reason ?? 'nothing'));
        answered += 1;
      }
    });
    const loaded = Promise.allSettled(load);
    try {
      await until(() => answered > 20);
      await postgres.stop();
      await until(async () => (await fetch(`${api.url}/health/ready`)).status === 503);
      await until(() => told.has('database-unavailable'));
      postgres = await startEmbeddedPostgres({ dataDir: join(home, 'postgres') });
      passage.to(postgres.port);
      await until(async () => (await fetch(`${api.url}/health/ready`)).status === 200, 30_000);
      told.delete('data');
      await until(() => told.has('data'));
    } finally {
      loading = false;
    }
    expect((await loaded).map((l) => l.status)).toEqual(Array(4).fill('fulfilled'));
    expect([...told].sort()).toEqual(['data', 'database-unavailable']);

    // The worker listens again: news of a submitted attempt arrives, through outbox, relay and consumer.
    const learner = visitors[0] as Visitor;
    const unread = async (): Promise<number> =>
      (await learner.must<{ unreadNotifications: number }>(`{ unreadNotifications }`)).unreadNotifications;
    const had = await unread();
    const lead = await new Visitor(api.url).signIn('LEAD');
    admin = new pg.Client({ connectionString: postgres.url });
    await admin.connect();
    const audience = newRandomId();
    await admin.query(
      `insert into audience (id, code, name, rule) values ($1, 'everyone-here', '{"en":"All"}', '{"everyone":true}')`,
      [audience],
    );
    await lead.must(`mutation($i: AnnouncementInput!) { saveAnnouncement(input: $i) { id } }`, {
      i: { audienceId: audience, title: { en: 'We are back' }, body: { en: 'All of us' } },
    });
    await until(async () => (await unread()) > had, 30_000);
    expect([api.running, worker.running]).toEqual([true, true]);
    await Promise.all([api.stop(), worker.stop()]);
  }, 120_000);
});
