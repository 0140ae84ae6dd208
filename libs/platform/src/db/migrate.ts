import pg from 'pg';
import { runMigrations as runBullMigrations } from 'bullmq';
import type { MigrationInterface } from 'typeorm';
import { createDataSource } from './data-source.js';

const LOCK = 7_726_110_021;

export interface MigrationReport {
  applied: string[];
  ms: number;
}

/**
 * Brings the schema to the newest migration (or to `upTo`, by name) under an advisory lock, so that several starting
 * processes do it once. Needs a role that owns the schema and may create roles.
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
    const source = createDataSource({
      url,
      migrations: migrations.slice(0, end),
      applicationName: 'waymark-migrate',
      poolSize: 2,
    });
    await source.initialize();
    try {
      const done = await source.runMigrations({ transaction: 'each' });
      await migrateQueue(lock, options.role ?? 'waymark_app');
      return { applied: done.map((m) => m.name), ms: Date.now() - started };
    } finally {
      await source.destroy();
    }
  } finally {
    await lock.end();
  }
}

async function migrateQueue(client: pg.Client, role: string): Promise<void> {
  await runBullMigrations(client, 'bullmq');
  const name = client.escapeIdentifier(role);
  await client.query(`grant usage on schema bullmq to ${name}`);
  await client.query(`grant all on all tables in schema bullmq to ${name}`);
  await client.query(`grant all on all sequences in schema bullmq to ${name}`);
  await client.query(`grant execute on all functions in schema bullmq to ${name}`);
}
