import type { Db } from '../db/db.js';
import { execute, rows } from '../db/sql.js';
import { backupLast } from './metrics.js';

/** Keeps what became of the newest backup, for whoever answers `/metrics`: it is another process. */
export async function noteBackup(db: Db, run: { at: Date; ok: boolean }): Promise<void> {
  await db.read((tx) =>
    execute(
      tx,
      `insert into installation (key, value) values ($1, $2) on conflict (key) do update set value = excluded.value, updated_at = now()`,
      [run.ok ? 'backup.done' : 'backup.failed', run.at.toISOString()],
    ),
  );
}

export async function measureBackups(db: Db): Promise<void> {
  const found = await db.read((tx) =>
    rows<{ key: string; value: string }>(
      tx,
      `select key, value from installation where key in ('backup.done', 'backup.failed')`,
    ),
  );
  for (const { key, value } of found)
    backupLast.set({ outcome: key.slice('backup.'.length) }, new Date(value).getTime() / 1000);
}
