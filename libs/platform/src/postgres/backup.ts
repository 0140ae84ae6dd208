import { createReadStream } from 'node:fs';
import { mkdir, readdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { createGunzip, createGzip } from 'node:zlib';

import pg from 'pg';
import { from as copyFrom, to as copyTo } from 'pg-copy-streams';

import {
  BackupError,
  checkFiles,
  inside,
  listFiles,
  newManifest,
  readManifest,
  writeManifest,
  writeMeasured,
  type BackupFile,
  type BackupManifest,
  type BackupProgress,
  type BackupSequence,
  type BackupTable,
} from './backup-format.js';
import { hasCode } from './embedded-postgres.error.js';

export { BackupError, type BackupManifest, type BackupProgress } from './backup-format.js';

export interface BackupOptions {
  /** Uploaded files, copied along. */
  readonly filesDir?: string;
  readonly migrationsTable?: string;
  readonly onProgress?: (progress: BackupProgress) => void;
}

export interface RestoreOptions extends BackupOptions {
  /** Builds the schema as it was after the named migration. */
  readonly migrateTo: (migration: string) => Promise<void>;
  /** Brings the restored data to this release's schema. */
  readonly migrateToLatest: () => Promise<void>;
}

interface TableShape {
  readonly name: string;
  readonly columns: readonly string[];
}

const MIGRATIONS = 'migrations';

/**
 * Writes all tables of schema `public` as of one moment, while others go on working. The folder
 * appears under its name only when complete.
 */
export async function backupDatabase(
  url: string,
  outDir: string,
  options: BackupOptions = {},
): Promise<BackupManifest> {
  const existing = await readdir(outDir).catch(() => []);
  if (existing.length > 0) {
    throw new BackupError(`The folder ${outDir} is not empty. Name a new folder for the backup.`);
  }
  const partial = `${outDir}.partial`;
  await rm(partial, { recursive: true, force: true });
  await mkdir(partial, { recursive: true, mode: 0o700 });
  try {
    const database = await withClient(url, (client) => backupTables(client, partial, options));
    const files = await backupFiles(partial, options);
    const manifest = newManifest({ createdAt: new Date().toISOString(), ...database, files });
    await writeManifest(partial, manifest);
    await rm(outDir, { recursive: true, force: true });
    await rename(partial, outDir);
    return manifest;
  } catch (error) {
    await rm(partial, { recursive: true, force: true });
    throw error;
  }
}

async function backupTables(
  client: pg.Client,
  folder: string,
  { migrationsTable = MIGRATIONS, onProgress }: BackupOptions,
): Promise<Pick<BackupManifest, 'postgres' | 'migration' | 'tables' | 'sequences'>> {
  const locked = await listTables(client, migrationsTable);
  await client.query('BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY');
  // Before the first read, which fixes the snapshot: a migration that rewrites a table later
  // would make the snapshot see it empty.
  const names = [migrationsTable, ...locked.map((table) => table.name)].map(qualified);
  await client.query(`LOCK TABLE ${names.join(', ')} IN ACCESS SHARE MODE`).catch((cause: unknown) => {
    if (!hasCode(cause, '42P01')) throw cause;
    throw new BackupError('This database has no tables of Waymark (yet), so there is nothing to back up.', { cause });
  });
  const tables = await listTables(client, migrationsTable);
  if (JSON.stringify(tables) !== JSON.stringify(locked)) {
    throw new BackupError('A migration ran just as the backup began. Run the backup again.');
  }
  const migration = await lastMigration(client, migrationsTable);
  const written: BackupTable[] = [];
  for (const table of tables) {
    written.push(await backupTable(client, folder, table));
    onProgress?.({ step: 'table', name: table.name, done: written.length, total: tables.length });
  }
  const sequences = await listSequences(client, migrationsTable);
  const { rows } = await client.query<{ version: string }>(`SELECT current_setting('server_version') AS version`);
  await client.query('COMMIT');
  return { postgres: rows[0]?.version ?? '', migration, tables: written, sequences };
}

async function backupTable(client: pg.Client, folder: string, table: TableShape): Promise<BackupTable> {
  // A query, as COPY alone refuses a partitioned table.
  const source = client.query(copyTo(`COPY (SELECT ${columnList(table)} FROM ${qualified(table.name)}) TO STDOUT`));
  const zipped = createGzip();
  const [file] = await Promise.all([
    writeMeasured(zipped, folder, `tables/${encodeURIComponent(table.name)}.copy.gz`),
    pipeline(source, zipped),
  ]);
  return { ...table, rows: source.rowCount, file };
}

async function backupFiles(folder: string, { filesDir, onProgress }: BackupOptions): Promise<BackupFile[]> {
  if (filesDir === undefined) return [];
  const paths = await listFiles(filesDir);
  const written: BackupFile[] = [];
  for (const [index, path] of paths.entries()) {
    try {
      written.push(await writeMeasured(createReadStream(join(filesDir, path)), folder, `files/${path}`));
    } catch (error) {
      // Deleted since it was listed, so nothing refers to it any more.
      if (!hasCode(error, 'ENOENT')) throw error;
    }
    onProgress?.({ step: 'file', name: path, done: index + 1, total: paths.length });
  }
  return written;
}

/**
 * Loads a backup into an empty database, then migrates it to this release. Everything is checked
 * before the first write; when loading fails, the database and the folder are empty again.
 */
export async function restoreDatabase(url: string, inDir: string, options: RestoreOptions): Promise<BackupManifest> {
  const manifest = await readManifest(inDir);
  await checkFiles(inDir, manifest, options.onProgress);
  await requireEmptyFolder(manifest, options.filesDir);
  const extensions = await withClient(url, async (client) => {
    await requireEmptyDatabase(client);
    await requireTriggerControl(client);
    return countExtensions(client);
  });
  try {
    await options.migrateTo(manifest.migration);
    await withClient(url, (client) => restoreTables(client, inDir, manifest, options));
    await restoreFiles(inDir, manifest, options);
  } catch (cause) {
    if (options.filesDir !== undefined) await emptyFolder(options.filesDir);
    // Extensions someone installed by hand would go with the schema.
    if (extensions === 0) await withClient(url, emptySchema);
    throw new BackupError(
      `The restore failed and was undone: ${cause instanceof Error ? cause.message : String(cause)}`,
      { cause },
    );
  }
  await options.migrateToLatest();
  return manifest;
}

async function requireEmptyFolder(manifest: BackupManifest, filesDir: string | undefined): Promise<void> {
  if (filesDir === undefined) {
    if (manifest.files.length === 0) return;
    throw new BackupError('This backup holds uploaded files: say into which folder they go.');
  }
  if ((await listFiles(filesDir)).length > 0) {
    throw new BackupError(`The folder for uploaded files, ${filesDir}, is not empty. A restore needs an empty one.`);
  }
}

async function requireEmptyDatabase(client: pg.Client): Promise<void> {
  const { rows } = await client.query<{ name: string }>(
    `SELECT c.relname AS name FROM pg_class c
     WHERE c.relnamespace = to_regnamespace('public') AND c.relkind IN ('r', 'p', 'v', 'm', 'S', 'f')
       AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.classid = 'pg_class'::regclass AND d.objid = c.oid AND d.deptype = 'e')
     ORDER BY 1 LIMIT 1`,
  );
  if (!rows[0]) return;
  throw new BackupError(
    `The database is not empty (it has ${rows[0].name}). Restore into a new one: start with another data folder ` +
      '(WAYMARK_DATA_DIR), or name an empty database with DATABASE_URL.',
  );
}

/** Foreign keys and triggers are switched off while loading; asked beforehand, as it needs a privilege. */
async function requireTriggerControl(client: pg.Client): Promise<void> {
  await client.query('SET session_replication_role = replica').catch((cause: unknown) => {
    throw new BackupError(
      'This database account may not switch triggers off. Let an administrator run: ' +
        `GRANT SET ON PARAMETER session_replication_role TO ${pg.escapeIdentifier(client.user ?? 'waymark')}`,
      { cause },
    );
  });
}

async function countExtensions(client: pg.Client): Promise<number> {
  const { rowCount } = await client.query(`SELECT FROM pg_extension WHERE extnamespace = to_regnamespace('public')`);
  return rowCount ?? 0;
}

async function restoreTables(
  client: pg.Client,
  folder: string,
  manifest: BackupManifest,
  { onProgress }: RestoreOptions,
): Promise<void> {
  await client.query('BEGIN');
  await client.query('SET LOCAL session_replication_role = replica');
  if (manifest.tables.length > 0) {
    // Migrations may have written rows of their own; the backup has them too.
    await client.query(`TRUNCATE ${manifest.tables.map((table) => qualified(table.name)).join(', ')}`);
  }
  for (const [index, table] of manifest.tables.entries()) {
    await restoreTable(client, folder, table);
    onProgress?.({ step: 'table', name: table.name, done: index + 1, total: manifest.tables.length });
  }
  for (const sequence of manifest.sequences) {
    await client.query('SELECT setval($1::regclass, $2::bigint)', [qualified(sequence.name), sequence.lastValue]);
  }
  await client.query('COMMIT');
  for (const view of await listMaterializedViews(client)) {
    await client.query(`REFRESH MATERIALIZED VIEW ${qualified(view)}`);
  }
  await client.query('ANALYZE');
}

async function restoreTable(client: pg.Client, folder: string, table: BackupTable): Promise<void> {
  const target = client.query(copyFrom(`COPY ${qualified(table.name)} (${columnList(table)}) FROM STDIN`));
  await pipeline(createReadStream(inside(folder, table.file.path)), createGunzip(), target);
  if (target.rowCount !== table.rows) {
    throw new BackupError(
      `table ${table.name} received ${String(target.rowCount)} rows instead of ${String(table.rows)}`,
    );
  }
}

async function restoreFiles(
  folder: string,
  manifest: BackupManifest,
  { filesDir, onProgress }: RestoreOptions,
): Promise<void> {
  if (filesDir === undefined) return;
  for (const [index, file] of manifest.files.entries()) {
    const path = file.path.replace(/^files\//, '');
    await writeMeasured(createReadStream(inside(folder, file.path)), filesDir, path);
    onProgress?.({ step: 'file', name: path, done: index + 1, total: manifest.files.length });
  }
}

async function emptyFolder(folder: string): Promise<void> {
  for (const entry of await readdir(folder).catch(() => [])) {
    await rm(join(folder, entry), { recursive: true, force: true });
  }
}

async function emptySchema(client: pg.Client): Promise<void> {
  await client.query('DROP SCHEMA public CASCADE');
  await client.query('CREATE SCHEMA public AUTHORIZATION pg_database_owner');
  await client.query('GRANT USAGE ON SCHEMA public TO PUBLIC');
}

/** Partitions are read and filled through their table; generated columns are computed again. */
async function listTables(client: pg.Client, migrationsTable: string): Promise<TableShape[]> {
  const { rows } = await client.query<TableShape>(
    `SELECT c.relname AS name, array_agg(a.attname::text ORDER BY a.attnum) AS columns
     FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0
     WHERE c.relnamespace = to_regnamespace('public') AND c.relkind IN ('r', 'p') AND NOT c.relispartition
       AND c.relname <> $1 AND NOT a.attisdropped AND a.attgenerated = ''
       AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.classid = 'pg_class'::regclass AND d.objid = c.oid AND d.deptype = 'e')
     GROUP BY c.oid, c.relname ORDER BY c.relname`,
    [migrationsTable],
  );
  return rows;
}

/** Sequences stand outside snapshots; read after it, they are never behind the rows. */
async function listSequences(client: pg.Client, migrationsTable: string): Promise<BackupSequence[]> {
  const { rows } = await client.query<BackupSequence>(
    `SELECT s.sequencename AS name, s.last_value::text AS "lastValue" FROM pg_sequences s
     WHERE s.schemaname = 'public' AND s.last_value IS NOT NULL
       AND NOT EXISTS (SELECT FROM pg_depend d
                       WHERE d.objid = format('public.%I', s.sequencename)::regclass
                         AND d.refobjid = to_regclass(format('public.%I', $1::text)) AND d.deptype IN ('a', 'i'))
     ORDER BY 1`,
    [migrationsTable],
  );
  return rows;
}

async function listMaterializedViews(client: pg.Client): Promise<string[]> {
  const { rows } = await client.query<{ name: string }>(
    // In the order they were made: one may read another.
    `SELECT relname AS name FROM pg_class
     WHERE relnamespace = to_regnamespace('public') AND relkind = 'm' ORDER BY oid`,
  );
  return rows.map((row) => row.name);
}

async function lastMigration(client: pg.Client, migrationsTable: string): Promise<string> {
  const { rows } = await client.query<{ name: string }>(
    `SELECT name FROM ${qualified(migrationsTable)} ORDER BY id DESC LIMIT 1`,
  );
  if (!rows[0]) throw new BackupError('No migration ran on this database yet, so there is nothing to back up.');
  return rows[0].name;
}

function qualified(name: string): string {
  return `public.${pg.escapeIdentifier(name)}`;
}

function columnList(table: TableShape): string {
  return table.columns.map((column) => pg.escapeIdentifier(column)).join(', ');
}

async function withClient<T>(url: string, work: (client: pg.Client) => Promise<T>): Promise<T> {
  const client = new pg.Client({ connectionString: url, application_name: 'waymark backup', keepAlive: true });
  // A lost connection also fails the query under way, which is where it is reported.
  client.on('error', () => undefined);
  await client.connect();
  try {
    // A database or role may bring its own; row_security off makes hidden rows an error, not a gap.
    await client.query(
      `SET statement_timeout = 0; SET idle_in_transaction_session_timeout = 0; SET row_security = off;
       SET datestyle = 'ISO'; SET intervalstyle = 'postgres'; SET timezone = 'UTC'; SET extra_float_digits = 1`,
    );
    return await work(client);
  } finally {
    await client.end();
  }
}
