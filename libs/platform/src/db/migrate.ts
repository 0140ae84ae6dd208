import pg from 'pg';
import type { MigrationInterface } from 'typeorm';

const LOCK = 7_726_110_021;

export interface MigrationReport {
  applied: string[];
  ms: number;
}

/**
 * Brings the schema to the newest migration (or to `upTo`, by name) under an advisory lock, so that several starting
 * processes do it once. Needs a role that owns the schema and may create roles. Every start waits for this, so the
 * ORM is only loaded when there is something to apply.
 */
export async function migrate(
  url: string,
  migrations: (new () => MigrationInterface)[],
  options: { upTo?: string; role?: string } = {},
): Promise<MigrationReport> {
  const started = Date.now();
  const lock = new pg.Client({ connectionString: url, application_name: 'waymark-migrate' });
  await lock.connect();
  try {
    await lock.query('select pg_advisory_lock($1)', [LOCK]);
    if (options.upTo && !migrations.some((m) => new m().name === options.upTo)) {
      throw new Error(`This release has no migration ${options.upTo}: it is older than the data. Use a newer release.`);
    }
    const end = options.upTo ? migrations.findIndex((m) => new m().name === options.upTo) + 1 : migrations.length;
    const wanted = migrations.slice(0, end);
    const applied = (await isApplied(lock, wanted)) ? [] : await apply(url, wanted);
    await migrateQueue(lock, options.role ?? 'waymark_app');
    return { applied, ms: Date.now() - started };
  } finally {
    await lock.end();
  }
}

async function isApplied(client: pg.Client, wanted: (new () => MigrationInterface)[]): Promise<boolean> {
  const { rows } = await client.query<{ made: boolean }>(`select to_regclass('migrations') is not null as made`);
  if (!rows[0]?.made) return false;
  const done = await client.query<{ name: string }>('select name from migrations');
  const names = new Set(done.rows.map((r) => r.name));
  return wanted.every((m) => names.has(new m().name ?? m.name));
}

async function apply(url: string, migrations: (new () => MigrationInterface)[]): Promise<string[]> {
  const { createDataSource } = await import('./data-source.js');
  const source = createDataSource({ url, migrations, applicationName: 'waymark-migrate', poolSize: 2 });
  await source.initialize();
  try {
    return (await source.runMigrations({ transaction: 'each' })).map((m) => m.name);
  } finally {
    await source.destroy();
  }
}

async function migrateQueue(client: pg.Client, role: string): Promise<void> {
  const { runMigrations } = await import('bullmq');
  await runMigrations(client, 'bullmq');
  const name = client.escapeIdentifier(role);
  await client.query(`grant usage on schema bullmq to ${name}`);
  await client.query(`grant all on all tables in schema bullmq to ${name}`);
  await client.query(`grant all on all sequences in schema bullmq to ${name}`);
  await client.query(`grant execute on all functions in schema bullmq to ${name}`);
}
