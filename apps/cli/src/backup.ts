import { join, resolve } from 'node:path';
import { checkConfig, platformConfig } from '@waymark/platform/config';
import { migrate } from '@waymark/platform/migrate';
import { backupDatabase, restoreDatabase, startEmbeddedPostgres } from '@waymark/platform/postgres';
import { migrations } from '../../../migrations/index.js';
import { givenConfig } from './cli.config.js';
import { CommandError } from './command.js';
import { projectRoot } from './layout.js';

interface Target {
  url: string;
  filesDir: string;
  close(): Promise<void>;
}

/** The database to work on: DATABASE_URL, or the embedded one (started for this if it isn't running). */
async function target(): Promise<Target> {
  checkConfig();
  const data = resolve(projectRoot, platformConfig().WAYMARK_DATA_DIR);
  const filesDir = join(data, 'files');
  const given = givenConfig().DATABASE_URL;
  if (given) return { url: given, filesDir, close: () => Promise.resolve() };
  const postgres = await startEmbeddedPostgres({ dataDir: join(data, 'postgres') });
  return { url: postgres.url, filesDir, close: () => postgres.stop() };
}

function folder(args: string[], use: string): string {
  const [path] = args;
  if (!path) throw new CommandError(`Name a folder: npm run waymark -- ${use} FOLDER`);
  return resolve(path);
}

/** `waymark backup FOLDER` */
export async function backup(args: string[]): Promise<void> {
  const out = folder(args, 'backup');
  const at = await target();
  try {
    const manifest = await backupDatabase(at.url, out, { filesDir: at.filesDir });
    console.log(`Wrote ${manifest.tables.length} tables to ${out}.`);
  } finally {
    await at.close();
  }
}

/** `waymark restore FOLDER`, into an empty database of this release or a newer one */
export async function restore(args: string[]): Promise<void> {
  const from = folder(args, 'restore');
  const at = await target();
  const role = platformConfig().DATABASE_ROLE || 'waymark_app';
  try {
    const manifest = await restoreDatabase(at.url, from, {
      filesDir: at.filesDir,
      migrateTo: async (name) => void (await migrate(at.url, migrations, { upTo: name, role })),
      migrateToLatest: async () => void (await migrate(at.url, migrations, { role })),
    });
    console.log(
      `Restored ${manifest.tables.length} tables from ${from}. Start again to apply erasures recorded since.`,
    );
  } finally {
    await at.close();
  }
}
