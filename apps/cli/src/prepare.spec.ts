import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { newId } from '@waymark/kernel';
import { useEnvironment } from '@waymark/platform/config';
import { createTestDatabase, type TestDatabase } from '@waymark/testing/database';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { prepareDatabase } from './prepare.js';

describe('prepare', () => {
  let database: TestDatabase;
  let dir: string;
  let client: pg.Client;

  beforeAll(async () => {
    database = await createTestDatabase();
    dir = mkdtempSync(join(tmpdir(), 'waymark-prepare-'));
    useEnvironment({ NODE_ENV: 'test', DATABASE_URL: database.url, WAYMARK_DATA_DIR: dir });
    client = new pg.Client({ connectionString: database.url });
    await client.connect();
  });
  afterAll(async () => {
    await client.end();
    await database.drop();
    rmSync(dir, { recursive: true, force: true });
  });

  it('loads what every company needs, and erases again who came back with a backup', async () => {
    const [back, stays] = [newId(), newId()];
    for (const id of [back, stays]) {
      await client.query(`insert into person (id, status) values ($1, 'active')`, [id]);
      await client.query(
        `insert into person_profile (person_id, name, locale, zone) values ($1, '张伟', 'zh-CN', 'Asia/Shanghai')`,
        [id],
      );
    }
    writeFileSync(join(dir, 'erasures.log'), `${back} 2026-01-05T08:00:00.000Z\n`);

    const said: string[] = [];
    expect(await prepareDatabase(true, (line) => said.push(line))).toEqual({ demo: false, empty: false });
    expect(said).toContain('Erased 1 people again who came back with a backup.');
    const { rows } = await client.query(
      `select p.id, p.status, pp.name from person p left join person_profile pp on pp.person_id = p.id where p.id = any ($1)`,
      [[back, stays]],
    );
    expect(rows.find((r) => r.id === back)).toMatchObject({ status: 'erased' });
    expect(rows.find((r) => r.id === back)?.name).not.toBe('张伟');
    expect(rows.find((r) => r.id === stays)).toMatchObject({ status: 'active', name: '张伟' });

    said.length = 0;
    await prepareDatabase(true, (line) => said.push(line));
    expect(said).toEqual([]);
  });
});
