import { chmod, cp, mkdir, mkdtemp, readFile, readdir, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import pg from 'pg';
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';

import { backupDatabase, BackupError, restoreDatabase, type BackupProgress } from './backup.js';
import { startEmbeddedPostgres, type EmbeddedPostgres } from './embedded-postgres.js';

let home: string;
let server: EmbeddedPostgres;
let source: string;
let databases = 0;

beforeAll(async () => {
  process.umask(0o077);
  home = await mkdtemp(join(tmpdir(), 'waymark-backup-spec-'));
  await chmod(home, 0o755);
  server = await startEmbeddedPostgres({ dataDir: join(home, 'pg', 'data'), fsync: false });
  source = await newDatabase();
  await migrate(source, ALL);
  await query(source, SAMPLE);
}, 30_000);

afterAll(async () => {
  await server.stop();
  await rm(home, { recursive: true, force: true });
});

async function newDatabase(): Promise<string> {
  databases += 1;
  await query(server.url, `CREATE DATABASE copy_${String(databases)}`);
  const url = new URL(server.url);
  url.pathname = `/copy_${String(databases)}`;
  return url.href;
}

async function query(url: string, sql: string): Promise<unknown[]> {
  const client = new pg.Client(url);
  await client.connect();
  try {
    const result = (await client.query(sql)) as pg.QueryResult | pg.QueryResult[];
    return Array.isArray(result) ? [] : (result.rows as unknown[]);
  } finally {
    await client.end();
  }
}

const MIGRATIONS: readonly { name: string; sql: string }[] = [
  {
    name: 'First1700000000001',
    sql: `
      CREATE EXTENSION citext;
      CREATE TABLE unit (id uuid PRIMARY KEY, parent_id uuid REFERENCES unit, name citext NOT NULL);
      CREATE TABLE entry (
        id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, unit_id uuid NOT NULL REFERENCES unit, points int,
        doubled int GENERATED ALWAYS AS (points * 2) STORED, note text, made timestamptz, data jsonb, raw bytea, tags text[], ratio float8);
      CREATE TABLE activity (day date NOT NULL, what text) PARTITION BY RANGE (day);
      CREATE TABLE activity_rest PARTITION OF activity DEFAULT;
      CREATE TABLE setting (code text PRIMARY KEY, value text);
      INSERT INTO setting VALUES ('colour', 'blue');
      CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'append only'; END $$;
      CREATE TRIGGER guarded BEFORE INSERT ON activity FOR EACH ROW EXECUTE FUNCTION refuse();
      CREATE MATERIALIZED VIEW total AS SELECT sum(points) AS points FROM entry;`,
  },
  { name: 'Second1700000000002', sql: `ALTER TABLE setting ADD note text DEFAULT 'added'` },
  { name: 'Third1700000000003', sql: `ALTER TABLE unit ADD code text; UPDATE unit SET code = 'u-' || name` },
];
const ALL = 2;

/** The names match what TypeORM writes. */
async function migrate(url: string, count: number): Promise<void> {
  await query(url, 'CREATE TABLE IF NOT EXISTS migrations (id serial PRIMARY KEY, timestamp bigint, name text)');
  const done = (await query(url, 'SELECT name FROM migrations')).length;
  for (const { name, sql } of MIGRATIONS.slice(done, count)) {
    await query(url, `${sql}; INSERT INTO migrations (timestamp, name) VALUES (1, '${name}')`);
  }
}

const SAMPLE = `
  INSERT INTO unit VALUES ('00000000-0000-0000-0000-000000000002', NULL, '台北 部門'), ('00000000-0000-0000-0000-000000000001', '00000000-0000-0000-0000-000000000002', 'tab\there');
  INSERT INTO entry (unit_id, points, note, made, data, raw, tags, ratio)
    SELECT '00000000-0000-0000-0000-000000000001', n, CASE WHEN n % 3 = 0 THEN NULL ELSE E'line\\n' || n || '\\\\ "' END,
           '2026-03-29 01:30:00.123456+00', jsonb_build_object('n', n), decode('00ff0a5c', 'hex'), ARRAY['a,b', NULL, '{'], 0.1 + n
    FROM generate_series(1, 5000) n;
  ALTER TABLE activity DISABLE TRIGGER guarded;
  INSERT INTO activity VALUES ('2026-01-01', 'joined');
  ALTER TABLE activity ENABLE TRIGGER guarded;
  UPDATE setting SET value = 'green';
  REFRESH MATERIALIZED VIEW total`;

const CONTENT = ['unit', 'entry', 'activity', 'setting', 'total'];

async function content(url: string): Promise<unknown> {
  const found: Record<string, unknown> = {};
  for (const table of CONTENT) {
    found[table] = await query(
      url,
      `SELECT (to_jsonb(t) - 'code')::text AS row FROM ${table} t ORDER BY to_jsonb(t)::text`,
    );
  }
  return found;
}

function restoreInto(url: string, folder: string, filesDir?: string, target = ALL): Promise<unknown> {
  return restoreDatabase(url, folder, {
    ...(filesDir === undefined ? {} : { filesDir }),
    migrateTo: (name) => migrate(url, MIGRATIONS.findIndex((migration) => migration.name === name) + 1),
    migrateToLatest: () => migrate(url, target),
  });
}

describe('a backup', () => {
  let folder: string;
  let uploads: string;

  beforeEach(async () => {
    if (folder) return;
    folder = join(home, 'backups', 'one');
    uploads = join(home, 'uploads');
    await mkdir(join(uploads, 'ab'), { recursive: true });
    await writeFile(join(uploads, 'ab', 'photo 照片.png'), Buffer.from([0, 1, 2, 255]));
    await writeFile(join(uploads, 'empty.txt'), '');
    await backupDatabase(source, folder, { filesDir: uploads });
  });

  it('names its migration, its rows and the hash of every file', async () => {
    const manifest = JSON.parse(await readFile(join(folder, 'manifest.json'), 'utf8')) as Record<string, unknown>;
    expect(manifest).toMatchObject({ format: 1, migration: 'Second1700000000002' });
    expect(manifest['tables']).toMatchObject([
      { name: 'activity', rows: 1 },
      { name: 'entry', rows: 5000, columns: expect.not.arrayContaining(['doubled']) as unknown },
      { name: 'setting', rows: 1 },
      { name: 'unit', rows: 2 },
    ]);
    expect(manifest['sequences']).toEqual([{ name: 'entry_id_seq', lastValue: '5000' }]);
    expect(manifest['files']).toMatchObject([
      { path: 'files/ab/photo 照片.png', bytes: 4 },
      { path: 'files/empty.txt' },
    ]);
  });

  it('is closed to other accounts', async () => {
    expect((await stat(folder)).mode & 0o077).toBe(0);
    expect((await stat(join(folder, 'tables', 'unit.copy.gz'))).mode & 0o077).toBe(0);
  });

  it('comes back whole into an empty database', async () => {
    const url = await newDatabase();
    const restored = join(home, 'restored');
    await restoreInto(url, folder, restored);
    expect(await content(url)).toEqual(await content(source));
    expect(await readFile(join(restored, 'ab', 'photo 照片.png'))).toEqual(Buffer.from([0, 1, 2, 255]));
    expect(await readdir(restored)).toEqual(['ab', 'empty.txt']);
    await query(url, `INSERT INTO entry (unit_id) SELECT id FROM unit LIMIT 1`);
    expect(await query(url, 'SELECT max(id)::int AS id FROM entry')).toEqual([{ id: 5001 }]);
    await expect(query(url, `INSERT INTO activity VALUES ('2026-01-01', 'x')`)).rejects.toThrow('append only');
    await expect(query(url, 'DELETE FROM unit')).rejects.toThrow('foreign key');
  });

  it('comes back into a newer release', async () => {
    const url = await newDatabase();
    await restoreInto(url, folder, join(home, 'newer'), 3);
    expect(await query(url, `SELECT code FROM unit WHERE parent_id IS NULL`)).toEqual([{ code: 'u-台北 部門' }]);
  });

  it('is refused by a database that holds something', async () => {
    await expect(restoreInto(source, folder, join(home, 'unused'))).rejects.toThrow(/not empty \(it has activity\)/);
  });

  it('is refused when uploaded files would mix', async () => {
    await expect(restoreInto(await newDatabase(), folder, uploads)).rejects.toThrow('is not empty');
    await expect(restoreInto(await newDatabase(), folder)).rejects.toThrow('into which folder');
  });

  it.each(['tables/unit.copy.gz', 'files/ab/photo 照片.png'])(
    'is refused before writing when %s is damaged',
    async (path) => {
      const damaged = join(home, 'damaged');
      await cp(folder, damaged, { recursive: true });
      const bytes = await readFile(join(damaged, path));
      bytes[bytes.length - 1] = 7;
      await writeFile(join(damaged, path), bytes);
      const url = await newDatabase();
      const migrateTo = vi.fn();
      await expect(
        restoreDatabase(url, damaged, { filesDir: join(home, 'unused'), migrateTo, migrateToLatest: vi.fn() }),
      ).rejects.toThrow('damaged');
      expect(migrateTo).not.toHaveBeenCalled();
      await rm(join(damaged, path));
      await expect(restoreInto(url, damaged, join(home, 'unused'))).rejects.toThrow('is missing');
      await rm(damaged, { recursive: true });
    },
  );

  it('is refused when it is not complete, or leads out of its folder', async () => {
    await expect(restoreInto(source, join(home, 'nowhere'))).rejects.toThrow('no complete backup');
    const forged = join(home, 'forged');
    await mkdir(forged);
    const manifest = await readFile(join(folder, 'manifest.json'), 'utf8');
    await writeFile(join(forged, 'manifest.json'), manifest.replace('tables/activity.copy.gz', '../../secret'));
    await expect(restoreInto(source, forged)).rejects.toThrow('outside its folder');
  });

  it('leaves an empty database and folder when loading fails, so it can be tried again', async () => {
    const url = await newDatabase();
    const restored = join(home, 'again');
    const failing = restoreDatabase(url, folder, {
      filesDir: restored,
      migrateTo: async () => {
        await migrate(url, ALL);
        await query(url, 'ALTER TABLE unit DROP COLUMN name');
      },
      migrateToLatest: () => Promise.resolve(),
    });
    await expect(failing).rejects.toThrow(/failed and was undone.*name/);
    await restoreInto(url, folder, restored);
    expect(await content(url)).toEqual(await content(source));
  });
});

describe('a backup being made', () => {
  it('sees one moment, whatever others write meanwhile', async () => {
    const url = await newDatabase();
    await migrate(url, ALL);
    await query(url, `INSERT INTO unit VALUES ('00000000-0000-0000-0000-000000000001', NULL, 'x')`);
    // Long to copy, so that the write below lands before its turn comes for unit.
    await query(
      url,
      `INSERT INTO entry (unit_id, note) SELECT '00000000-0000-0000-0000-000000000001', n::text FROM generate_series(1, 100000) n`,
    );
    const order: string[] = [];
    const manifest = await backupDatabase(url, join(home, 'backups', 'moment'), {
      onProgress: ({ name }: BackupProgress) => {
        order.push(name);
        if (name !== 'activity') return;
        void query(url, `INSERT INTO unit VALUES (gen_random_uuid(), NULL, 'y')`).then(() => order.push('written'));
      },
    });
    expect(order).toEqual(['activity', 'written', 'entry', 'setting', 'unit']);
    expect(manifest.tables.find((table) => table.name === 'unit')?.rows).toBe(1);
  });

  it('leaves nothing behind when it fails', async () => {
    const empty = await newDatabase();
    const folder = join(home, 'backups', 'failed');
    await expect(backupDatabase(empty, folder)).rejects.toThrow(BackupError);
    expect((await readdir(join(home, 'backups'))).filter((name) => name.startsWith('failed'))).toEqual([]);
  });

  it('does not overwrite another', async () => {
    await mkdir(join(home, 'backups', 'other'), { recursive: true });
    await writeFile(join(home, 'backups', 'other', 'keep'), '');
    await expect(backupDatabase(source, join(home, 'backups', 'other'))).rejects.toThrow('not empty');
  });
});
