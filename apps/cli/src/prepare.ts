import { readErasureLog } from '@waymark/identity/erasure-log';
import { checkConfig, ConfigError, platformConfig } from '@waymark/platform/config';
import { migrate } from '@waymark/platform/migrate';
import pg from 'pg';
import { migrations } from '../../../migrations/index.js';
import { cliConfig } from './cli.config.js';
import { CommandError } from './command.js';
import { referenceFingerprint } from './seed/files.js';

// Every start waits for this file, so what it imports is small; the application is loaded only when there is work for it.

async function migrateNow(): Promise<{ applied: string[]; ms: number }> {
  const config = platformConfig();
  try {
    return await migrate(config.DATABASE_URL, migrations, { role: config.DATABASE_ROLE || 'waymark_app' });
  } catch (error) {
    if (error instanceof ConfigError) throw error;
    const code = (error as { code?: string }).code;
    const url = new URL(config.DATABASE_URL);
    if (code === 'ECONNREFUSED' || code === 'ENOTFOUND')
      throw new CommandError(`No PostgreSQL answers at ${url.host}. Check DATABASE_URL.`);
    if (code === '28P01' || code === '28000')
      throw new CommandError(`PostgreSQL at ${url.host} refuses the user or password in DATABASE_URL.`);
    if (code === '3D000')
      throw new CommandError(
        `PostgreSQL at ${url.host} has no database named ${url.pathname.slice(1)}. Create it first.`,
      );
    if (code === '42501')
      throw new CommandError(
        `The user in DATABASE_URL may not create what Waymark needs (it needs to own the database and to create roles): ${(error as Error).message}`,
      );
    throw error;
  }
}

/** `waymark migrate` */
export async function migrateCommand(): Promise<void> {
  checkConfig();
  const { applied, ms } = await migrateNow();
  console.log(applied.length > 0 ? `Applied ${applied.join(', ')} in ${ms} ms.` : 'The database is at this release.');
}

interface CompanyState {
  empty: boolean;
  demo: boolean;
  /** The reference data that was loaded last. */
  stamp: string | null;
  /** Somebody is erased here and not in the log, or the other way round: a backup was restored. */
  erasuresDiffer: boolean;
}

async function companyState(url: string): Promise<CompanyState> {
  const known = [...(await readErasureLog())];
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    const { rows } = await client.query<CompanyState>(
      `select not exists (select 1 from person) as empty,
              exists (select 1 from installation where key = 'demo' and value = 'loaded') as demo,
              (select value from installation where key = 'reference') as stamp,
              exists (select 1 from person where (status = 'erased') <> (id = any ($1::uuid[]))) as "erasuresDiffer"`,
      [known],
    );
    return rows[0] as CompanyState;
  } finally {
    await client.end();
  }
}

/** A restored backup may hold people who were erased since; they go before anybody can see them. */
async function eraseAgain(): Promise<number> {
  const [{ openSeedApp }, { ErasureLog }] = await Promise.all([import('./seed/app.js'), import('@waymark/identity')]);
  const app = await openSeedApp();
  try {
    return await app.get(ErasureLog).apply();
  } finally {
    await app.close();
  }
}

/** Brings the database to what api and worker expect to find. */
export async function prepareDatabase(
  demo: boolean,
  say: (line: string) => void,
): Promise<{ demo: boolean; empty: boolean }> {
  const { applied } = await migrateNow();
  if (applied.length > 0) say(`Database brought to this release (${applied.length} steps).`);
  const url = platformConfig().DATABASE_URL;
  let state = await companyState(url);
  const fingerprint = await referenceFingerprint();
  const loadDemo = demo && state.empty;
  if (loadDemo || state.stamp !== fingerprint) {
    const { loadSeeds } = await import('./seed/seed.js');
    await loadSeeds({ fingerprint, demo: loadDemo, say });
    state = await companyState(url);
  }
  if (state.erasuresDiffer) {
    const again = await eraseAgain();
    if (again > 0) say(`Erased ${again} people again who came back with a backup.`);
  }
  return { demo: state.demo, empty: state.empty };
}

/** `waymark prepare`: what has to be true before api and worker start. */
export async function prepare(): Promise<void> {
  checkConfig();
  const prepared = await prepareDatabase(cliConfig().WAYMARK_DEMO, (line) => console.log(line));
  process.send?.({ ready: 'prepare', ...prepared });
  process.disconnect?.();
}
