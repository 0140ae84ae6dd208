import { checkConfig, migrate, platformConfig, ConfigError } from '@waymark/platform';
import { ErasureLog, readErasureLog } from '@waymark/identity';
import pg from 'pg';
import { migrations } from '../../../migrations/index.js';
import { CommandError } from './command.js';

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

async function isEmptyCompany(url: string): Promise<{ empty: boolean; demo: boolean; stamp: string | null }> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    const people = await client.query<{ none: boolean }>('select not exists (select 1 from person) as none');
    const keys = await client.query<{ key: string; value: string }>(
      `select key, value from installation where key in ('demo', 'reference')`,
    );
    const value = (key: string) => keys.rows.find((r) => r.key === key)?.value ?? null;
    return { empty: people.rows[0]?.none ?? true, demo: value('demo') === 'loaded', stamp: value('reference') };
  } finally {
    await client.end();
  }
}

/** A restored backup may hold people who were erased since; they go before anybody can see them. */
async function eraseAgain(url: string): Promise<void> {
  const known = [...(await readErasureLog())];
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  const differs = await client
    .query<{ differs: boolean }>(
      `select exists (select 1 from person where (status = 'erased') <> (id = any ($1::uuid[]))) as differs`,
      [known],
    )
    .finally(() => client.end());
  if (!differs.rows[0]?.differs) return;
  const { openSeedApp } = await import('./seed/app.js');
  const app = await openSeedApp();
  try {
    const again = await app.get(ErasureLog).apply();
    if (again > 0) console.log(`Erased ${again} people again who came back with a backup.`);
  } finally {
    await app.close();
  }
}

/** `waymark prepare`: what has to be true before api and worker start. */
export async function prepare(): Promise<void> {
  checkConfig();
  const { applied } = await migrateNow();
  if (applied.length > 0) console.log(`Database brought to this release (${applied.length} steps).`);
  const url = platformConfig().DATABASE_URL;
  const before = await isEmptyCompany(url);
  const { loadSeeds } = await import('./seed/seed.js');
  const demo = process.env['WAYMARK_DEMO'] !== '0' && before.empty;
  await loadSeeds({ stamp: before.stamp, demo, say: (line) => console.log(line) });
  await eraseAgain(url);
  const after = await isEmptyCompany(url);
  process.send?.({ ready: 'prepare', demo: after.demo, empty: after.empty });
  process.disconnect?.();
}
