import { join, resolve } from 'node:path';
import { defineConfig, platformConfig } from '@waymark/platform';
import { z } from 'zod';

const backupConfig = defineConfig('backup', {
  /** How many nightly backups are kept; 0 makes none. `npm start` sets 7 for the database inside. */
  WAYMARK_BACKUP_KEEP: z.coerce.number().int().min(0).max(3_650).default(0),
  WAYMARK_BACKUP_DIR: z.string().optional(),
});

export interface BackupPlan {
  keep: number;
  folder: string;
  filesDir: string;
  databaseUrl: string;
}

export function backupPlan(): BackupPlan {
  const { WAYMARK_BACKUP_KEEP, WAYMARK_BACKUP_DIR } = backupConfig();
  const { DATABASE_URL, WAYMARK_DATA_DIR } = platformConfig();
  return {
    keep: WAYMARK_BACKUP_KEEP,
    folder: resolve(WAYMARK_BACKUP_DIR ?? join(WAYMARK_DATA_DIR, 'backups')),
    filesDir: resolve(WAYMARK_DATA_DIR, 'files'),
    databaseUrl: DATABASE_URL,
  };
}
