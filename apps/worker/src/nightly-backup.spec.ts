import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Settings, IdentityModule } from '@waymark/identity';
import { Db, execute, measureBackups, metrics } from '@waymark/platform';
import { createTestServer, type TestServer } from '@waymark/testing/server';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { NightlyBackup } from './nightly-backup.service.js';

const ZONE = 'Asia/Shanghai';

describe('the nightly backup', () => {
  let server: TestServer;
  let dir: string;
  let nightly: NightlyBackup;
  const at = (local: string) => server.clock.set(new Date(`${local}:00+08:00`));

  beforeAll(async () => {
    dir = await mkdtemp(join(tmpdir(), 'waymark-nightly-'));
    server = await createTestServer({
      modules: [IdentityModule],
      environment: { WAYMARK_BACKUP_KEEP: '3', WAYMARK_BACKUP_DIR: join(dir, 'backups'), WAYMARK_DATA_DIR: dir },
    });
    await server.db.transaction((tx) => execute(tx, `update company_setting set zone = $1`, [ZONE]));
    nightly = new NightlyBackup(server.get(Db), server.get(Settings), server.clock);
  });
  afterAll(async () => {
    await server.close();
    await rm(dir, { recursive: true, force: true });
  });
  const made = async () => (await readdir(join(dir, 'backups')).catch(() => [])).sort();

  it('waits for the night of the company, then writes one a day', async () => {
    at('2026-03-02T01:13');
    await nightly.run();
    expect(await made()).toEqual([]);
    at('2026-03-02T02:13');
    await nightly.run();
    expect(await made()).toEqual(['2026-03-02']);
    expect(await readdir(join(dir, 'backups/2026-03-02'))).toContain('manifest.json');
    at('2026-03-02T15:13');
    await nightly.run();
    expect(await made()).toEqual(['2026-03-02']);
  });

  it('removes the oldest beyond the number to keep, and nothing else', async () => {
    for (const name of ['2026-02-27', '2026-02-28', '2026-03-01', 'by-hand']) await mkdir(join(dir, 'backups', name));
    at('2026-03-03T02:13');
    await nightly.run();
    expect(await made()).toEqual(['2026-03-01', '2026-03-02', '2026-03-03', 'by-hand']);
  });

  it('says in the metrics when it worked and when it did not', async () => {
    await rm(join(dir, 'backups'), { recursive: true });
    await writeFile(join(dir, 'backups'), 'a file in the way');
    at('2026-03-04T02:13');
    await expect(nightly.run()).rejects.toThrow();
    await measureBackups(server.db);
    const text = await metrics.metrics();
    const seconds = (local: string) => new Date(`${local}:00+08:00`).getTime() / 1000;
    expect(text).toContain(`waymark_backup_last_seconds{outcome="done"} ${seconds('2026-03-03T02:13')}`);
    expect(text).toContain(`waymark_backup_last_seconds{outcome="failed"} ${seconds('2026-03-04T02:13')}`);
  });
});
