import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ErasureLog, Persons } from '@waymark/identity';
import { addDays } from '@waymark/kernel';
import { migrate, one, rows, SESSION_COOKIE, type Tx } from '@waymark/platform';
import { backupDatabase, restoreDatabase } from '@waymark/platform/postgres';
import { createTestDatabase, type TestDatabase } from '@waymark/testing/database';
import { makeSmallCompany, MARKS, type SmallCompany } from '@waymark/testing/company';
import { createTestServer, type TestServer } from '@waymark/testing/server';
import { libraryModules } from '@waymark/wiring';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { migrations } from '../../../../migrations/index.js';

const NUMBER = 'SC-LEARNER';
/** Everything that names or quotes the learner, whoever wrote it; not what belongs to the company or to others alone. */
const TRACES = [
  '林学习',
  'Lin Xuexi',
  'linxuexi',
  NUMBER,
  MARKS.email,
  MARKS.mobile,
  MARKS.answer,
  MARKS.evidence,
  MARKS.notes,
  MARKS.mentorNote,
  MARKS.learnerNote,
  MARKS.card,
  MARKS.order,
  MARKS.feedback,
  MARKS.summary,
  MARKS.behaviour,
  MARKS.thanks,
  MARKS.rating,
  'picture-of-the-learner',
];

let home: string;
let database: TestDatabase;
let server: TestServer;
let company: SmallCompany;

beforeAll(async () => {
  home = mkdtempSync(join(tmpdir(), 'waymark-erasure-'));
  database = await createTestDatabase();
  server = await open(database.url, 'data');
  company = await makeSmallCompany(server);
  await server.gql(
    company.lead,
    `mutation($id: ID!, $i: PersonProfileInput!) { updatePerson(id: $id, input: $i) { id } }`,
    {
      id: company.learner,
      i: { revision: (await profile(server)).revision, nameEn: 'Lin Xuexi' },
    },
  );
  await picture();
  // The name of a list may name somebody whom the list does not: it is in no column.
  const list = Buffer.from('工号,绩效\nSC-LEAVER,90\n');
  await upload(company.lead, '/api/mentoring/performance-import?period=2026', '林学习.csv', list);
}, 180_000);
afterAll(async () => {
  await server?.close();
  await database?.drop();
  rmSync(home, { recursive: true, force: true });
});

const open = (databaseUrl: string, data: string): Promise<TestServer> =>
  createTestServer({
    modules: libraryModules,
    databaseUrl,
    environment: { WAYMARK_DATA_DIR: join(home, data), WAYMARK_ERASURE_LOG: join(home, 'erasures.log') },
  });

const profile = (on: TestServer) =>
  on.db.read((tx) =>
    one<{ revision: number; status: string }>(tx, `select revision, status from person where id = $1`, [
      company.learner,
    ]),
  );

async function upload<T>(as: string, url: string, fileName: string, content: Buffer): Promise<T> {
  const type = fileName.endsWith('.png') ? 'image/png' : 'text/csv';
  const head = `--b\r\ncontent-disposition: form-data; name="file"; filename="${fileName}"\r\ncontent-type: ${type}\r\n\r\n`;
  const answer = await server.app.inject({
    method: 'POST',
    url,
    headers: { 'content-type': 'multipart/form-data; boundary=b' },
    cookies: { [SESSION_COOKIE]: `test.${as}` },
    payload: Buffer.concat([Buffer.from(head), content, Buffer.from('\r\n--b--\r\n')]),
  });
  expect(answer.statusCode, answer.body).toBeLessThan(300);
  return answer.json<T>();
}

/** A file of the learner, with words inside that can be found on the disk. */
async function picture(): Promise<void> {
  const png = Buffer.from(
    'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==',
    'base64',
  );
  const content = Buffer.concat([png, Buffer.from('picture-of-the-learner')]);
  const { id } = await upload<{ id: string }>(company.learner, '/api/files?owner=picture', '林学习.png', content);
  const used = await server.gql(
    company.learner,
    `mutation($f: ID!) { updateMyProfile(input: { pictureFileId: $f }) { id } }`,
    { f: id },
  );
  expect(used.errors).toBeUndefined();
}

/** Where any trace stands in the database: 'table.column: trace'. */
async function tracesInTables(tx: Tx): Promise<string[]> {
  const columns = await rows<{ table: string; column: string }>(
    tx,
    `select c.table_name as "table", c.column_name as "column"
     from information_schema.columns c join information_schema.tables t using (table_schema, table_name)
     where c.table_schema in ('public', 'bullmq') and t.table_type = 'BASE TABLE'
       and (c.data_type in ('text', 'character varying', 'json', 'jsonb', 'ARRAY', 'bytea', 'USER-DEFINED', 'tsvector'))
     order by 1, 2`,
  );
  expect(columns.length).toBeGreaterThan(200);
  const found: string[] = [];
  for (const { table, column } of columns) {
    const schema = await one<{ name: string }>(
      tx,
      `select table_schema as name from information_schema.tables where table_name = $1 and table_schema in ('public', 'bullmq') limit 1`,
      [table],
    );
    const hits = await rows<{ trace: string }>(
      tx,
      `select distinct trace from "${schema.name}"."${table}" x, unnest($1::text[]) trace where strpos(lower(x."${column}"::text), lower(trace)) > 0`,
      [TRACES],
    );
    found.push(...hits.map((h) => `${table}.${column}: ${h.trace}`));
  }
  return found;
}

function tracesInFiles(folder: string): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .flatMap((entry) => {
      const path = join(entry.parentPath, entry.name);
      const content = readFileSync(path);
      return TRACES.filter((trace) => content.includes(trace) || path.includes(trace)).map(
        (trace) => `${path}: ${trace}`,
      );
    });
}

async function administer(statement: string): Promise<void> {
  const admin = new pg.Client({ connectionString: database.url });
  await admin.connect();
  await admin.query(statement).finally(() => admin.end());
}

async function erase(): Promise<void> {
  const leave = await server.gql(
    company.lead,
    `mutation($p: ID!, $d: LocalDay!) { leavePerson(personId: $p, lastDay: $d) { id } }`,
    {
      p: company.learner,
      d: addDays(company.today, -1),
    },
  );
  expect(leave.errors).toBeUndefined();
  await server.db.transaction((tx) => server.get(Persons).applyEffectiveDates(tx));
  const erased = await server.gql(
    company.admin,
    `mutation($p: ID!, $n: String!) { erasePerson(personId: $p, confirmEmployeeNumber: $n) }`,
    {
      p: company.learner,
      n: NUMBER,
    },
  );
  expect(erased.errors).toBeUndefined();
  await server.drainOutbox();
  await server.runJobs();
}

describe('erasing a person', () => {
  it('leaves no name and no words in any table or file, and is done again after a restore', async () => {
    const before = await server.db.read(tracesInTables);
    for (const trace of TRACES.slice(0, -1))
      expect(
        before.some((f) => f.endsWith(`: ${trace}`)),
        trace,
      ).toBe(true);
    const files = join(home, 'data', 'files');
    expect(tracesInFiles(files).length).toBeGreaterThan(0);
    await backupDatabase(database.url, join(home, 'backup'), { filesDir: files });

    await erase();
    expect(await server.db.read(tracesInTables)).toEqual([]);
    expect(tracesInFiles(files)).toEqual([]);
    expect(readFileSync(join(home, 'erasures.log'), 'utf8')).toContain(company.learner);
    expect(readFileSync(join(home, 'erasures.log'), 'utf8')).not.toContain(NUMBER);

    const name = `waymark_test_${process.pid}_restored`;
    await administer(`create database ${name}`);
    const restoredUrl = database.url.replace(/[^/]*$/, name);
    const restoredFiles = join(home, 'restored', 'files');
    await restoreDatabase(restoredUrl, join(home, 'backup'), {
      filesDir: restoredFiles,
      migrateTo: async (name) => void (await migrate(restoredUrl, migrations, { upTo: name })),
      migrateToLatest: async () => void (await migrate(restoredUrl, migrations)),
    });
    const restored = await open(restoredUrl, 'restored');
    try {
      expect((await restored.db.read(tracesInTables)).length).toBeGreaterThan(0);
      expect((await profile(restored)).status).toBe('active');
      expect(await restored.get(ErasureLog).apply()).toBe(1);
      await restored.drainOutbox();
      await restored.runJobs();
      expect((await profile(restored)).status).toBe('erased');
      expect(await restored.db.read(tracesInTables)).toEqual([]);
      await expect.poll(() => tracesInFiles(restoredFiles)).toEqual([]);
      expect(await restored.get(ErasureLog).apply()).toBe(0);
    } finally {
      await restored.close();
      await administer(`drop database ${name} with (force)`);
    }
  }, 180_000);
});
