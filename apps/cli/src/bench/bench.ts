import { fork } from 'node:child_process';
import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { PeopleImports, Persons } from '@waymark/identity';
import { Enrolments, LearnerMaps, Nudges } from '@waymark/learning';
import { addDays, newId } from '@waymark/kernel';
import { execute, recordStatements, Relay, rows, SESSION_RESOLVER, type SessionResolver } from '@waymark/platform';
import { startEmbeddedPostgres } from '@waymark/platform/postgres';
import pg from 'pg';
import { CommandError } from '../command.js';
import { serverDir, webDir } from '../layout.js';
import { freePort } from '../port.js';
import { firstLoad } from './first-load.js';
import { openCompany } from './company.js';
import { boards } from './dashboards.js';
import { matching } from './matching.js';
import { client, cpuSeconds, family, memoryMb, milliseconds, throughput } from './measure.js';
import { bareRead, enrolByRule, move, openLargeMap, whatIf } from './large-map.js';
import { calibration, statistics } from './statistics.js';
import { EXAM, LEARNERS, openWorld, until, type World } from './world.js';
import { startYardstick, type Yardstick, type YardstickQuery } from './yardstick.js';

/** One figure: `ratio` is value ÷ yardstick, both measured in the same minute. */
export interface Figure {
  name: string;
  value: number;
  unit: string;
  yardstick: number;
  ratio: number;
  [more: string]: unknown;
}

const SECONDS = 4;
/** Fewer would measure the compiler: on a busy machine a second is not enough to warm up. */
const WARM_REQUESTS = 3000;
const WARM_ATTEMPTS = 300;
const CONNECTIONS = [1, 8, 32];
const round = (n: number, digits = 2): number => Number(n.toFixed(digits));

const MY_MAP = `query MyMap { myMap { enrolmentId versionId documentUrl startDay today day days done total overdue nextDueOn here state due completed late unitsDone unitsOf scoreBp stageDone stageOf stageOpen stageOpensOn } }`;
const START = `mutation Start($input: StartAttemptInput!) { startAttempt(input: $input) { id lastSeq deadlineAt serverNow paper answers } }`;
const READ = `query Attempt($id: ID!, $deviceId: String!) { attempt(id: $id, deviceId: $deviceId) { id state deadlineAt serverNow lastSeq paper answers } }`;
const SAVE = `mutation Save($input: SaveAnswersInput!) { saveAnswers(input: $input) { saved lastSeq savedAt } }`;
const SUBMIT = `mutation Submit($input: SubmitAttemptInput!) { submitAttempt(input: $input) { attemptId } }`;
const REVIEW = `query Result($id: ID!) { attemptResult(id: $id) { attemptId score passed topics { topic score weak } missedCount } }`;

interface Cost {
  node: number;
  postgres: number;
}
function costOf(world: World): () => Cost {
  const node = cpuSeconds(world.apiPid);
  const postgres = new Map(family(world.postgresPid).map((pid) => [pid, cpuSeconds(pid)]));
  // By process: an idle connection that closes meanwhile takes its past with it.
  return () => ({
    node: cpuSeconds(world.apiPid) - node,
    postgres: sum(family(world.postgresPid).map((pid) => cpuSeconds(pid) - (postgres.get(pid) ?? 0))),
  });
}
const sum = (list: readonly number[]): number => list.reduce((a, b) => a + b, 0);

function checked(body: string): Record<string, never> {
  const answer = JSON.parse(body) as { data?: Record<string, never>; errors?: { extensions?: { reason?: string } }[] };
  if (answer.errors?.length || !answer.data)
    throw new Error(`The server refused: ${answer.errors?.[0]?.extensions?.reason ?? body.slice(0, 200)}`);
  return answer.data;
}

async function mapStatements(world: World): Promise<YardstickQuery[][]> {
  const resolver = world.app.get(SESSION_RESOLVER as never) as SessionResolver;
  const sets: YardstickQuery[][] = [];
  for (const learner of world.learners.slice(0, 16)) {
    const token = learner.cookie.split('=')[1] as string;
    const viewer = (await resolver.resolve(token))?.viewer;
    if (!viewer) throw new Error('A bench session is gone');
    await world.app.db.read((tx) => world.app.get(LearnerMaps).mine(tx, viewer, null));
    const { statements, parameters } = await recordStatements(async () => {
      await resolver.resolve(token);
      await world.app.db.read((tx) => world.app.get(LearnerMaps).mine(tx, viewer, null));
    });
    sets.push(statements.map((text, i) => ({ text, values: [...(parameters[i] ?? [])] })));
  }
  return sets;
}

async function yardstickRate(y: Yardstick, connections: number): Promise<number> {
  const http = client(y.url, connections);
  const { perSecond } = await throughput(connections, SECONDS / 2, async () => void (await http.get('/', '')));
  http.close();
  return perSecond;
}

type Emit = (figure: Omit<Figure, 'ratio'>) => void;

/** *Open my map*: the progress read, and cold with the version document. */
async function maps(
  world: World,
  emit: Emit,
  wanted: readonly (readonly [name: string, cold: boolean])[],
): Promise<void> {
  const sets = await mapStatements(world);
  const yardstick = await startYardstick(world.databaseUrl, sets);
  try {
    for (const [name, cold] of wanted) {
      for (const connections of CONNECTIONS) {
        const http = client(world.url, connections);
        const rate = await yardstickRate(yardstick, connections);
        const open = async (worker: number, turn: number): Promise<void> => {
          const learner = world.learners[(worker * 7 + turn) % LEARNERS] as World['learners'][number];
          const reply = await http.post('/graphql', { query: MY_MAP, operationName: 'MyMap' }, learner.cookie);
          const { myMap } = checked(reply.body) as unknown as { myMap: { documentUrl: string; state: number[] } };
          if (cold) {
            const document = await http.get(myMap.documentUrl, learner.cookie);
            if (document.status !== 200) throw new Error(`The document answered ${document.status}`);
          }
        };
        await throughput(connections, 1, open, connections === CONNECTIONS[0] ? WARM_REQUESTS : 0);
        const cost = costOf(world);
        const { perSecond, done } = await throughput(connections, SECONDS, open);
        const used = cost();
        http.close();
        emit({
          name: connections === 8 ? name : `${name}-c${connections}`,
          value: round(perSecond, 0),
          unit: '/s',
          yardstick: round(rate, 0),
          connections,
          statements: sets[0]?.length ?? 0,
          cpuNodeMs: round((used.node / done) * 1000, 3),
          cpuPostgresMs: round((used.postgres / done) * 1000, 3),
        });
      }
    }
  } finally {
    await yardstick.stop();
  }
}

/** An attempt of 20 questions: start, read, submit with all answers, review; and again with 20 single saves. */
async function exams(world: World, emit: Emit, wanted: (n: string) => boolean): Promise<void> {
  const yardstick = await startYardstick(world.databaseUrl, [[{ text: 'select $1::int as one', values: [1] }]]);
  try {
    for (const [name, single] of [
      ['exam-four-steps', false],
      ['exam-single-saves', true],
    ] as const) {
      if (!wanted(name)) continue;
      const connections = 8;
      // The exam may be taken without limit, but not by somebody who passed: each person fails again and again.
      const http = client(world.url, connections);
      let bytes = 0;
      const attempt = async (worker: number, turn: number): Promise<void> => {
        const learner = world.learners[(worker + turn * connections) % LEARNERS] as World['learners'][number];
        const deviceId = `bench-device-${worker}`;
        const post = async (query: string, variables: unknown): Promise<Record<string, never>> => {
          const reply = await http.post('/graphql', { query, variables }, learner.cookie);
          bytes += reply.bytes;
          return checked(reply.body);
        };
        const started = (await post(START, { input: { assessmentCode: EXAM, deviceId } })) as unknown as {
          startAttempt: { id: string; paper: { item: number; choices: { key: string }[] }[] };
        };
        const { id, paper } = started.startAttempt;
        await post(READ, { id, deviceId });
        const answers = paper.map((p, i) => ({
          saveId: newId(),
          seq: i + 1,
          item: p.item,
          choices: [p.choices[0]?.key ?? 'a'],
        }));
        if (single)
          for (const answer of answers) await post(SAVE, { input: { attemptId: id, deviceId, answers: [answer] } });
        await post(SUBMIT, { input: { attemptId: id, deviceId, answers: single ? [] : answers } });
        await post(REVIEW, { id });
      };
      const rate = await yardstickRate(yardstick, connections);
      await throughput(connections, 1, attempt, single ? 0 : WARM_ATTEMPTS);
      bytes = 0;
      const cost = costOf(world);
      const { perSecond, done } = await throughput(connections, SECONDS * 2, attempt);
      const used = cost();
      http.close();
      emit({
        name,
        value: round(perSecond, 1),
        unit: '/s',
        yardstick: round(rate, 0),
        connections,
        cpuNodeMs: round((used.node / done) * 1000, 1),
        cpuPostgresMs: round((used.postgres / done) * 1000, 1),
        kilobytes: round(bytes / done / 1024, 1),
      });
    }
  } finally {
    await yardstick.stop();
  }
}

/** Milliseconds to insert 1,000 rows of a person's size in one statement: what the database alone would take. */
async function bareInsert(databaseUrl: string): Promise<number> {
  const db = new pg.Client({ connectionString: databaseUrl });
  await db.connect();
  await db.query('create temp table bench_row (id uuid primary key, name text, mail text unique, day date)');
  const rows = JSON.stringify(
    Array.from({ length: 1000 }, (_, i) => ({
      id: newId(),
      name: `Name ${i}`,
      mail: `m${i}@x.example`,
      day: '2026-01-01',
    })),
  );
  const ms = await milliseconds(() =>
    db.query(
      `insert into bench_row select * from jsonb_to_recordset($1::jsonb) as r(id uuid, name text, mail text, day date)`,
      [rows],
    ),
  );
  await db.end();
  return ms;
}

/** Reminders go out from the morning on, by the clock of each person. */
function zoneWhereItIsNoon(): string {
  const ahead = 12 - new Date().getUTCHours();
  return ahead === 0 ? 'Etc/UTC' : `Etc/GMT${ahead > 0 ? '-' : '+'}${Math.abs(ahead)}`;
}

async function bulk(world: World, emit: Emit, wanted: (n: string) => boolean): Promise<void> {
  const { app } = world;
  const bare = round(await bareInsert(world.databaseUrl), 1);
  if (wanted('import-1000')) {
    const [adminId] = await app.db.transaction((tx) =>
      app
        .get(Persons)
        .createMany(
          tx,
          [{ employeeNumber: 'BADMIN', name: '管理员', hireDate: addDays(world.today, -400), orgUnitId: world.unitId }],
          null,
        ),
    );
    await app.db.transaction((tx) =>
      execute(tx, `insert into permission_grant (id, person_id, role, from_day) values ($1, $2, 'ld-lead', $3)`, [
        newId(),
        adminId,
        addDays(world.today, -1),
      ]),
    );
    const viewer = await (app.get(SESSION_RESOLVER as never) as SessionResolver).viewerFor(adminId as string);
    const lines = ['工号,姓名,入职日期,部门,岗位,直接上级工号,邮箱'];
    for (let i = 0; i < 1000; i += 1)
      lines.push(
        `I${i},导入${i},${addDays(world.today, -(i % 300))},bench,bench-role,${i > 0 ? `I${Math.floor(i / 10)}` : ''},i${i}@bench.example`,
      );
    const file = Buffer.from(lines.join('\n'));
    const imports = app.get(PeopleImports);
    let id = '';
    const checkMs = await milliseconds(async () => (id = await imports.upload(viewer, 'people.csv', file)));
    await app.db.transaction((tx) => execute(tx, `update import_run set state = 'committing' where id = $1`, [id]));
    const commitMs = await milliseconds(() =>
      imports.runCommit(
        { importId: id },
        { id: 'bench', signal: new AbortController().signal, progress: () => Promise.resolve() },
      ),
    );
    emit({
      name: 'import-1000',
      value: round(checkMs + commitMs, 0),
      unit: 'ms',
      yardstick: bare,
      checkMs: round(checkMs, 0),
      commitMs: round(commitMs, 0),
    });
  }
  const people = await app.db.transaction((tx) =>
    app.get(Persons).createMany(
      tx,
      Array.from({ length: 1000 }, (_, i) => ({
        employeeNumber: `E${i}`,
        name: `学员${i}`,
        hireDate: world.today,
        orgUnitId: world.unitId,
        zone: zoneWhereItIsNoon(),
      })),
      null,
    ),
  );
  const enrolMs = await milliseconds(() =>
    app.db.transaction((tx) =>
      app.get(Enrolments).enrol(tx, {
        mapId: world.mapId,
        people: people.map((personId) => ({ personId, startDay: world.today })),
        source: 'demo',
        actorId: null,
      }),
    ),
  );
  if (wanted('enrol-1000')) emit({ name: 'enrol-1000', value: round(enrolMs, 0), unit: 'ms', yardstick: bare });
  if (wanted('remind-1000')) {
    const relay = app.get(Relay);
    await app.db.transaction((tx) =>
      execute(tx, `update outbox_event set relayed_at = now() where relayed_at is null`),
    );
    let reminded = 0;
    const findMs = await milliseconds(async () => (reminded = await app.get(Nudges).due()));
    const deliverMs = await milliseconds(async () => {
      for (const consumer of await relay.relay()) await relay.consume(consumer);
    });
    const [{ told } = { told: 0 }] = await app.db.read((tx) =>
      rows<{ told: number }>(
        tx,
        `select count(distinct person_id)::int as told from notification where person_id = any ($1::uuid[])`,
        [people],
      ),
    );
    if (told !== 1000) throw new Error(`Of 1,000 people ${told} found the reminder in their list`);
    emit({
      name: 'remind-1000',
      value: round(findMs + deliverMs, 0),
      unit: 'ms',
      yardstick: bare,
      findMs: round(findMs, 0),
      deliverMs: round(deliverMs, 0),
      reminded,
    });
  }
}

interface Started {
  ms: number;
  pid: number;
  url: string;
  stop(): Promise<void>;
}
async function startWhole(dataDir: string): Promise<Started> {
  const port = await freePort(4900, '127.0.0.1');
  const began = performance.now();
  const child = fork(join(serverDir, 'cli.js'), ['start'], {
    env: {
      ...process.env,
      WAYMARK_DATA_DIR: dataDir,
      PORT: String(port),
      DATABASE_URL: '',
      REDIS_URL: '',
      LOG_LEVEL: 'warn',
    },
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  });
  const ready = await until(child);
  return {
    ms: performance.now() - began,
    pid: child.pid as number,
    url: String(ready['url']),
    stop: () =>
      new Promise((resolve) => {
        child.once('exit', () => resolve());
        child.kill('SIGTERM');
      }),
  };
}

async function whole(emit: Emit, wanted: (n: string) => boolean): Promise<void> {
  const dir = mkdtempSync(join(tmpdir(), 'waymark-bench-start-'));
  // PostgreSQL runs under an account of its own when this is started by root.
  chmodSync(dir, 0o755);
  try {
    let bareUrl = '';
    const bareCold = await milliseconds(async () => {
      const bare = await startEmbeddedPostgres({ dataDir: join(dir, 'bare') });
      bareUrl = bare.url;
      await bare.stop();
    });
    const bareWarm = await milliseconds(async () =>
      (await startEmbeddedPostgres({ dataDir: join(dir, 'bare') })).stop(),
    );
    if (!bareUrl) throw new Error('PostgreSQL did not start');
    const first = await startWhole(join(dir, 'data'));
    if (wanted('start-first'))
      emit({ name: 'start-first', value: round(first.ms, 0), unit: 'ms', yardstick: round(bareCold, 0) });
    await first.stop();
    const second = await startWhole(join(dir, 'data'));
    if (wanted('start-warm'))
      emit({ name: 'start-warm', value: round(second.ms, 0), unit: 'ms', yardstick: round(bareWarm, 0) });
    if (wanted('memory')) {
      const pidFile = join(dir, 'data/postgres/postmaster.pid');
      const postgres = existsSync(pidFile) ? family(Number(readFileSync(pidFile, 'utf8').split('\n')[0])) : [];
      const node = family(second.pid).filter((p) => !postgres.includes(p));
      const postgresMb = memoryMb(postgres);
      emit({
        name: 'memory',
        value: round(memoryMb(node) + postgresMb, 0),
        unit: 'MB',
        yardstick: round(postgresMb, 0),
        nodeMb: round(memoryMb(node), 0),
      });
    }
    if (wanted('first-load-js') || wanted('first-load-all')) {
      const load = await firstLoad(second.url);
      emit({
        name: 'first-load-js',
        value: round(load.scriptKb, 1),
        unit: 'kB',
        yardstick: 110,
        requests: load.requests,
      });
      emit({
        name: 'first-load-all',
        value: round(load.allKb, 1),
        unit: 'kB',
        yardstick: 250,
        requests: load.requests,
        cssKb: round(load.styleKb, 1),
        lcpMs: round(load.lcpMs, 0),
      });
    }
    await second.stop();
  } finally {
    rmSync(dir, { recursive: true, force: true });
  }
}

const OPENED = [
  ['map-progress', false],
  ['map-open', true],
] as const;
const LARGE = ['enrol-bulk', 'map-open-300', 'what-if-10000', 'move-1000'];

/** Rules over many people, and a map of 300 nodes with 10,000 people on it. */
async function large(world: World, emit: Emit, wanted: (n: string) => boolean): Promise<void> {
  const insert = round(await bareInsert(world.databaseUrl), 1);
  if (wanted('enrol-bulk'))
    emit({ name: 'enrol-bulk', value: round(await enrolByRule(world), 0), unit: 'ms', yardstick: insert });
  if (!LARGE.slice(1).some(wanted)) return;
  const map = await openLargeMap(world);
  if (wanted('map-open-300')) await maps(world, emit, [['map-open-300', true]]);
  if (wanted('what-if-10000')) {
    const { ms, bare, people, slipping, grewMb } = await whatIf(world, map);
    emit({
      name: 'what-if-10000',
      value: round(ms, 0),
      unit: 'ms',
      yardstick: round(bare, 0),
      people,
      slipping,
      grewMb: round(grewMb, 0),
    });
  }
  if (wanted('move-1000'))
    emit({ name: 'move-1000', value: round(await move(world, map), 0), unit: 'ms', yardstick: insert });
}

const GROUPS: { names: string[]; run: (emit: Emit, wanted: (n: string) => boolean) => Promise<void> }[] = [
  { names: ['start-first', 'start-warm', 'memory', 'first-load-js', 'first-load-all'], run: whole },
  {
    names: [
      'map-progress',
      'map-open',
      'exam-four-steps',
      'exam-single-saves',
      'import-1000',
      'enrol-1000',
      'remind-1000',
      'match-500x150',
      'dashboards-10000',
      'statistics-100000',
      'calibrate-200x5000',
      ...LARGE,
    ],
    run: async (emit, wanted) => {
      const world = await openWorld(() => undefined);
      try {
        const opened = OPENED.filter(([name]) => wanted(name));
        if (opened.length > 0) await maps(world, emit, opened);
        if (wanted('exam-four-steps') || wanted('exam-single-saves')) await exams(world, emit, wanted);
        if (wanted('match-500x150')) {
          const { ms, pairs } = await matching(world);
          if (pairs !== 500) throw new Error(`Of 500 learners ${pairs} got a mentor`);
          emit({
            name: 'match-500x150',
            value: round(ms, 0),
            unit: 'ms',
            yardstick: round(await bareInsert(world.databaseUrl), 1),
            pairs,
          });
        }
        if (wanted('dashboards-10000')) {
          const company = await openCompany(world);
          const bare = await bareRead(world.databaseUrl, company.mapId);
          const { slowest, ms, each } = await boards(world, company, () => costOf(world));
          emit({ name: 'dashboards-10000', value: ms, unit: 'ms', yardstick: round(bare, 0), slowest, each });
        }
        for (const [name, measure] of [
          ['statistics-100000', statistics],
          ['calibrate-200x5000', calibration],
        ] as const) {
          if (!wanted(name)) continue;
          const yardstick = round(await bareInsert(world.databaseUrl), 1);
          const { ms, ...more } = await measure(world);
          emit({ name, value: round(ms, 0), unit: 'ms', yardstick, ...more });
        }
        if (['import-1000', 'enrol-1000', 'remind-1000'].some(wanted)) await bulk(world, emit, wanted);
        if (LARGE.some(wanted)) await large(world, emit, wanted);
      } finally {
        await world.close();
      }
    },
  },
];

/** `waymark bench [NAME] [--json]` */
export async function bench(args: string[]): Promise<void> {
  const { values, positionals } = parseArgs({
    args,
    options: { json: { type: 'boolean', default: false } },
    allowPositionals: true,
  });
  const all = GROUPS.flatMap((g) => g.names);
  for (const name of positionals)
    if (!all.includes(name)) throw new CommandError(`There is no bench "${name}". There are: ${all.join(', ')}`);
  if (!existsSync(join(webDir, 'index.html'))) throw new CommandError('Build first: npm run build');
  const wanted = (name: string): boolean => positionals.length === 0 || positionals.includes(name);
  const emit: Emit = (figure) => {
    const line = { ...figure, ratio: round(Number(figure['value']) / Number(figure['yardstick']), 3) };
    if (values.json) console.log(JSON.stringify(line));
    else {
      const { name, value, unit, yardstick, ratio, ...more } = line as Figure;
      console.log(
        `${name.padEnd(20)} ${String(value).padStart(8)} ${unit.padEnd(3)}  yardstick ${yardstick}  ratio ${ratio}  ${JSON.stringify(more)}`,
      );
    }
  };
  for (const group of GROUPS) if (group.names.some(wanted)) await group.run(emit, wanted);
  process.exit(0);
}
