import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';

import { createDatabaseFromTemplate, ensureTemplate, startTestPostgres } from './test-database.js';

let home: string;
let server: Awaited<ReturnType<typeof startTestPostgres>>;

beforeAll(async () => {
  process.umask(0o077);
  home = await mkdtemp(join(tmpdir(), 'waymark-testdb-spec-'));
  await chmod(home, 0o755);
  vi.stubEnv('TMPDIR', home);
  server = await startTestPostgres();
}, 30_000);

afterAll(async () => {
  await server.stop();
  vi.unstubAllEnvs();
  await rm(home, { recursive: true, force: true });
});

async function query(url: string, sql: string): Promise<unknown[][]> {
  const client = new pg.Client(url);
  await client.connect();
  try {
    return (await client.query<unknown[]>({ text: sql, rowMode: 'array' })).rows;
  } finally {
    await client.end();
  }
}

async function databases(prefix: string): Promise<string[]> {
  const rows = await query(
    server.url,
    `SELECT datname FROM pg_database WHERE starts_with(datname, '${prefix}') ORDER BY 1`,
  );
  return rows.map(([name]) => String(name));
}

const build = vi.fn(async (url: string) => {
  await query(url, 'CREATE TABLE course (name text)');
});

describe('templates', () => {
  it('are built once, also when asked for at the same time', async () => {
    await Promise.all([1, 2, 3].map(() => ensureTemplate(server.url, 'tpl_aaaaaa', build)));
    expect(build).toHaveBeenCalledTimes(1);
  });

  it('give databases of one’s own', async () => {
    const [one, two] = await Promise.all([
      createDatabaseFromTemplate(server.url, 'tpl_aaaaaa'),
      createDatabaseFromTemplate(server.url, 'tpl_aaaaaa'),
    ]);
    await query(one.url, `INSERT INTO course VALUES ('Baking')`);
    expect(await query(one.url, 'SELECT name FROM course')).toEqual([['Baking']]);
    expect(await query(two.url, 'SELECT name FROM course')).toEqual([]);
    await one.drop();
    await two.drop();
    expect(await databases('waymark_test_')).toEqual([]);
  });

  it('that failed to build are built again', async () => {
    const broken = ensureTemplate(server.url, 'tpl_bbbbbb', () => Promise.reject(new Error('bad migration')));
    await expect(broken).rejects.toThrow('bad migration');
    await ensureTemplate(server.url, 'tpl_bbbbbb', build);
    expect(await databases('tpl_')).toEqual(['tpl_aaaaaa', 'tpl_bbbbbb']);
  });

  it('of old migrations go once unused', async () => {
    await query(server.url, `COMMENT ON DATABASE tpl_aaaaaa IS '2020-01-01T00:00:00Z'`);
    await ensureTemplate(server.url, 'other_aaaaaa', build);
    expect(await databases('tpl_')).toContain('tpl_aaaaaa');
    await ensureTemplate(server.url, 'tpl_cccccc', build);
    expect(await databases('tpl_')).toEqual(['tpl_bbbbbb', 'tpl_cccccc']);
  });

  it('need a hash in their name', async () => {
    await expect(ensureTemplate(server.url, 'tpl', build)).rejects.toThrow('_<hash>');
  });
});

describe('the server', () => {
  it('is shared, and cleans up after a killed test process', async () => {
    await query(server.url, 'CREATE DATABASE waymark_test_4194303_ab');
    const same = await startTestPostgres();
    expect(same.url).toBe(server.url);
    expect(await databases('waymark_test_')).toEqual([]);
    await same.stop();
    expect(await query(server.url, 'SELECT 1')).toEqual([[1]]);
  });
});
