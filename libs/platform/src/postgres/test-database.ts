import { randomBytes } from 'node:crypto';
import { lstat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import pg from 'pg';

import { startEmbeddedPostgres } from './embedded-postgres.js';
import { hasCode } from './embedded-postgres.error.js';

const CLONE_PREFIX = 'waymark_test_';
const TEMPLATE_NAME = /^([a-z][a-z0-9_]*)_[0-9a-f]{6,}$/;
/** Long enough for a test run that started before a migration changed. */
const UNUSED_TEMPLATE_LIFE = '30 minutes';

/**
 * One server for all test processes of this account. Its data stays between runs, so that only
 * the first run ever waits; the last process that calls `stop` stops it.
 */
export async function startTestPostgres(): Promise<{ url: string; stop: () => Promise<void> }> {
  const uid = process.getuid?.() ?? 0;
  const home = join(tmpdir(), `waymark-test-pg-${String(uid)}`);
  const found = await lstat(home).catch(() => undefined);
  if (process.getuid && found && found.uid !== uid) {
    throw new Error(`${home} belongs to another account: remove it or set TMPDIR.`);
  }
  const server = await startEmbeddedPostgres({ dataDir: join(home, 'data'), fsync: false });
  await dropLeftClones(server.url);
  return { url: server.url, stop: () => server.stop() };
}

/** A new database with the template's content, named for this process. */
export async function createDatabaseFromTemplate(
  adminUrl: string,
  template: string,
): Promise<{ url: string; drop: () => Promise<void> }> {
  const name = `${CLONE_PREFIX}${String(process.pid)}_${randomBytes(6).toString('hex')}`;
  await withClient(adminUrl, (client) =>
    client.query(`CREATE DATABASE ${pg.escapeIdentifier(name)} TEMPLATE ${pg.escapeIdentifier(template)}`),
  );
  return {
    url: databaseUrl(adminUrl, name),
    drop: () => withClient(adminUrl, (client) => dropDatabase(client, name)),
  };
}

/**
 * Builds the template once, whichever process comes first. `name` ends in `_<hash>` of all that
 * went into it; templates of the same name with other hashes go when nobody has used them lately.
 */
export async function ensureTemplate(
  adminUrl: string,
  name: string,
  build: (url: string) => Promise<void>,
): Promise<void> {
  const family = TEMPLATE_NAME.exec(name)?.[1];
  if (family === undefined) {
    throw new Error(`A template's name is lower case and ends in _<hash>, unlike "${name}".`);
  }
  await withClient(adminUrl, async (client) => {
    await client.query('SELECT pg_advisory_lock(hashtextextended($1, 0))', [family]);
    const { rowCount } = await client.query('SELECT FROM pg_database WHERE datname = $1 AND datistemplate', [name]);
    if (rowCount === 0) await buildTemplate(client, adminUrl, name, build);
    // The comment is the only place to note a time on a database.
    await client.query(
      `COMMENT ON DATABASE ${pg.escapeIdentifier(name)} IS ${pg.escapeLiteral(new Date().toISOString())}`,
    );
    await dropUnusedTemplates(client, family, name);
  });
}

async function buildTemplate(
  client: pg.Client,
  adminUrl: string,
  name: string,
  build: (url: string) => Promise<void>,
): Promise<void> {
  await dropDatabase(client, name);
  await client.query(`CREATE DATABASE ${pg.escapeIdentifier(name)}`);
  try {
    await build(databaseUrl(adminUrl, name));
  } catch (error) {
    await dropDatabase(client, name);
    throw error;
  }
  // Marked only now: a build that was killed is seen as not there. Closed, because a database
  // with an open session can't be copied.
  await client.query(`ALTER DATABASE ${pg.escapeIdentifier(name)} WITH IS_TEMPLATE true ALLOW_CONNECTIONS false`);
  await client.query('SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = $1', [name]);
}

async function dropUnusedTemplates(client: pg.Client, family: string, keep: string): Promise<void> {
  const { rows } = await client.query<{ name: string }>(
    `SELECT datname AS name FROM pg_database
     WHERE datistemplate AND datname <> $2 AND regexp_replace(datname, '_[0-9a-f]+$', '') = $1
       AND shobj_description(oid, 'pg_database')::timestamptz < now() - $3::interval`,
    [family, keep, UNUSED_TEMPLATE_LIFE],
  );
  for (const { name } of rows) {
    await client.query(`ALTER DATABASE ${pg.escapeIdentifier(name)} WITH IS_TEMPLATE false`);
    await dropDatabase(client, name);
  }
}

/** Clones of test processes that were killed before they dropped them. */
async function dropLeftClones(adminUrl: string): Promise<void> {
  await withClient(adminUrl, async (client) => {
    const { rows } = await client.query<{ name: string }>(
      'SELECT datname AS name FROM pg_database WHERE starts_with(datname, $1)',
      [CLONE_PREFIX],
    );
    for (const { name } of rows) {
      if (!isAlive(Number(name.slice(CLONE_PREFIX.length).split('_')[0]))) {
        await dropDatabase(client, name);
      }
    }
  });
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return !hasCode(error, 'ESRCH');
  }
}

async function dropDatabase(client: pg.Client, name: string): Promise<void> {
  await client.query(`DROP DATABASE IF EXISTS ${pg.escapeIdentifier(name)} WITH (FORCE)`);
}

/** Advisory locks hold per database, so all of this happens in `postgres`. */
async function withClient<T>(adminUrl: string, work: (client: pg.Client) => Promise<T>): Promise<T> {
  const client = new pg.Client({ connectionString: databaseUrl(adminUrl, 'postgres'), ssl: false });
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}

function databaseUrl(adminUrl: string, database: string): string {
  const url = new URL(adminUrl);
  url.pathname = `/${database}`;
  return url.href;
}
