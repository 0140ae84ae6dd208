import { randomBytes } from 'node:crypto';
import {
  chmod,
  mkdir,
  mkdtemp,
  open,
  readFile,
  readdir,
  realpath,
  rename,
  rm,
  rmdir,
  stat,
  unlink,
  writeFile,
} from 'node:fs/promises';
import { createServer, Socket, type AddressInfo } from 'node:net';
import { basename, dirname, join, resolve } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';

import pg from 'pg';

import { EmbeddedPostgresError, hasCode } from './embedded-postgres.error.js';
import { postmasterState, readPostmasterFile } from './postmaster.js';
import { chooseAccount, closedAncestor, giveFolder, run, type ServerAccount } from './server-account.js';
import { findBinaries, type ServerBinaries } from './server-binaries.js';

export { EmbeddedPostgresError } from './embedded-postgres.error.js';

export interface EmbeddedPostgresOptions {
  /** The server's data folder. Its parent holds the password file; both are made when missing. */
  readonly dataDir: string;
  /** False gives up safety against power loss for speed: for tests only. Default true. */
  readonly fsync?: boolean;
  readonly log?: (line: string) => void;
}

export interface EmbeddedPostgres {
  /** Connection URL of database `waymark` as the owner of everything. */
  readonly url: string;
  /** The embedded server has no separate application role yet. */
  readonly appUrl?: undefined;
  readonly port: number;
  /** True when the server was already running. */
  readonly adopted: boolean;
  /** Stops the server, unless another process still uses it: the last one out stops it. */
  stop(): Promise<void>;
}

interface Site {
  readonly dataDir: string;
  readonly password: string;
  readonly account: ServerAccount | undefined;
  readonly binaries: ServerBinaries;
  readonly fsync: boolean;
  readonly log: (line: string) => void;
}

/** An open session that says "this process uses the server"; the kernel ends it with the process. */
interface Lease {
  readonly client: pg.Client;
  readonly socket: Socket;
}

const OWNER = 'waymark';
const DATABASE = 'waymark';
const SERVER_LOG = 'server.log';
const SERVER_LOG_LIMIT = 10 * 1024 * 1024;

/** Every user of a server holds this advisory lock shared in database `postgres`. */
const LEASE_KEY = 7_305_116_001;

const SILENCE_LIMIT_MS = 10_000;
/** A server that answers "starting up" or "shutting down" may replay or write much. */
const BUSY_LIMIT_MS = 180_000;
const POLL_MS = 50;

export async function startEmbeddedPostgres(options: EmbeddedPostgresOptions): Promise<EmbeddedPostgres> {
  const site = await prepareSite(options);
  const { lease, port, adopted } = await startOrAdopt(site);
  try {
    await createDatabase(lease.client);
  } catch (error) {
    lease.socket.destroy();
    throw error;
  }
  // Alone it must not keep a process running that has nothing else to do.
  lease.socket.unref();
  site.log(
    `PostgreSQL ${site.binaries.version} ${adopted ? 'was already running' : 'started'} on port ${String(port)}`,
  );
  let stopping: Promise<void> | undefined;
  return {
    url: connectionUrl(site.password, port, DATABASE),
    port,
    adopted,
    stop: () => (stopping ??= stopServer(site, lease)),
  };
}

async function prepareSite(options: EmbeddedPostgresOptions): Promise<Site> {
  const wanted = resolve(options.dataDir);
  const account = await chooseAccount(wanted);
  await makeParent(wanted);
  const dataDir = await realpath(wanted).catch(async () => join(await realpath(dirname(wanted)), basename(wanted)));
  if (account) await requireAccess(dataDir, account);
  const binaries = await findBinaries(dirname(dataDir), account);
  const fsync = options.fsync ?? true;
  const isNew = await isEmptyFolder(dataDir);
  const password = await ownerPassword(dataDir, isNew);
  if (isNew) await initialise(dataDir, { binaries, account, password, fsync });
  await requireSameMajor(dataDir, binaries);
  const owner = await stat(join(dataDir, 'PG_VERSION'));
  if (account && owner.uid !== account.uid) await giveFolder(dataDir, account);
  return { dataDir, password, account, binaries, fsync, log: options.log ?? (() => undefined) };
}

async function makeParent(dataDir: string): Promise<void> {
  const parent = dirname(dataDir);
  try {
    const firstMade = await mkdir(parent, { recursive: true });
    if (firstMade === undefined) return;
    // A strict umask would lock the server's account out of folders we made ourselves.
    for (let folder = parent; folder.startsWith(firstMade); folder = dirname(folder)) {
      await chmod(folder, 0o755);
    }
  } catch (cause) {
    throw folderError(`The folder ${parent} can't be made`, cause);
  }
}

async function requireAccess(dataDir: string, account: ServerAccount): Promise<void> {
  const closed = await closedAncestor(dataDir, account);
  if (closed === undefined) return;
  const mode = ((await stat(closed)).mode & 0o777).toString(8);
  throw new EmbeddedPostgresError(
    'folder-unusable',
    `PostgreSQL does not run as root, so Waymark runs it as "${account.name}", and that account may not enter ` +
      `${closed} (mode ${mode}). Keep the data in another folder, for example WAYMARK_DATA_DIR=/var/lib/waymark ` +
      `(or the dataDir option), or start Waymark as an ordinary user.`,
  );
}

function folderError(problem: string, cause: unknown): EmbeddedPostgresError {
  const detail = cause instanceof Error ? ` (${cause.message})` : '';
  return new EmbeddedPostgresError(
    'folder-unusable',
    `${problem}${detail}. Name another folder with WAYMARK_DATA_DIR (or the dataDir option).`,
    { cause },
  );
}

async function isEmptyFolder(dataDir: string): Promise<boolean> {
  let entries: string[];
  try {
    entries = await readdir(dataDir);
  } catch (cause) {
    if (hasCode(cause, 'ENOENT')) return true;
    throw folderError(`The data folder ${dataDir} can't be read`, cause);
  }
  if (entries.length === 0) return true;
  if (entries.includes('PG_VERSION')) return false;
  throw folderError(`The folder ${dataDir} holds other files and no PostgreSQL data, so it is left alone`, undefined);
}

async function requireSameMajor(dataDir: string, binaries: ServerBinaries): Promise<void> {
  const major = (await readFile(join(dataDir, 'PG_VERSION'), 'utf8')).trim();
  if (major === binaries.major) return;
  throw new EmbeddedPostgresError(
    'version-mismatch',
    `The data in ${dataDir} was written by PostgreSQL ${major}; this release of Waymark brings ${binaries.major}. ` +
      'Make a backup with the release that wrote it, then restore that backup into a new data folder.',
  );
}

/** The password lives beside the data, not in it, so that only Waymark's own account reads it. */
async function ownerPassword(dataDir: string, isNew: boolean): Promise<string> {
  const file = `${dataDir}.password`;
  if (isNew) {
    try {
      const handle = await open(file, 'wx', 0o600);
      await handle.writeFile(randomBytes(24).toString('hex'));
      await handle.sync();
      await handle.close();
    } catch (cause) {
      // Left by a cut-short first start, or just written by another process: it serves as well.
      if (!hasCode(cause, 'EEXIST')) throw folderError(`The file ${file} can't be written`, cause);
    }
  }
  for (let attempt = 0; attempt < SILENCE_LIMIT_MS / POLL_MS; attempt += 1) {
    let password: string;
    try {
      password = (await readFile(file, 'utf8')).trim();
    } catch (cause) {
      throw passwordLost(file, cause);
    }
    if (password.length === 48) return password;
    if (!isNew) break;
    await delay(POLL_MS);
  }
  if (!isNew) throw passwordLost(file, undefined);
  await unlink(file);
  return ownerPassword(dataDir, isNew);
}

function passwordLost(file: string, cause: unknown): EmbeddedPostgresError {
  return new EmbeddedPostgresError(
    'password-lost',
    `The database password in ${file} is missing, unreadable or does not fit the data. Start Waymark with the account ` +
      'that started it before, or put the file back from a copy of the data folder’s parent.',
    { cause },
  );
}

/**
 * Builds the cluster beside its place and moves it there whole: a start that is cut short leaves
 * nothing half-made, and of two that race one wins.
 */
async function initialise(
  dataDir: string,
  site: Pick<Site, 'binaries' | 'account' | 'password' | 'fsync'>,
): Promise<void> {
  await removeAbandoned(dataDir);
  const workshop = await mkdtemp(`${dataDir}.new-`).catch((cause: unknown) => {
    throw folderError(`The folder ${dirname(dataDir)} can't be written to`, cause);
  });
  try {
    const cluster = join(workshop, 'data');
    const passwordFile = join(workshop, 'password');
    await mkdir(cluster, { mode: 0o700 });
    await writeFile(passwordFile, site.password, { mode: 0o600 });
    if (site.account) await giveFolder(workshop, site.account);
    const { code, output } = await run(
      site.binaries.initdb,
      [
        `--pgdata=${cluster}`,
        `--username=${OWNER}`,
        `--pwfile=${passwordFile}`,
        '--encoding=UTF8',
        '--locale-provider=builtin',
        '--builtin-locale=C.UTF-8',
        '--locale=C',
        '--auth=scram-sha-256',
        ...(site.fsync ? [] : ['--no-sync']),
      ],
      { account: site.account, cwd: workshop },
    );
    if (code !== 0) {
      throw new EmbeddedPostgresError(
        'initdb-failed',
        `The database could not be set up in ${dataDir}. Free disk space or name another folder with ` +
          `WAYMARK_DATA_DIR (or the dataDir option). PostgreSQL says: ${lastLines(output)}`,
      );
    }
    await rmdir(dataDir).catch((error: unknown) => {
      if (!hasCode(error, 'ENOENT', 'ENOTEMPTY', 'EEXIST')) throw error;
    });
    await rename(cluster, dataDir).catch((error: unknown) => {
      if (!hasCode(error, 'ENOTEMPTY', 'EEXIST', 'EPERM')) throw error;
      if (process.platform !== 'win32' && hasCode(error, 'EPERM')) throw error;
    });
  } catch (cause) {
    if (cause instanceof EmbeddedPostgresError) throw cause;
    if (hasCode(cause, 'EBUSY', 'EXDEV')) {
      throw folderError(`${dataDir} is a mount point; use a folder inside it`, cause);
    }
    throw folderError(`The database could not be set up in ${dataDir}`, cause);
  } finally {
    await rm(workshop, { recursive: true, force: true });
  }
}

/** Workshops of starts that were killed; one younger than an hour may still be in use. */
async function removeAbandoned(dataDir: string): Promise<void> {
  const parent = dirname(dataDir);
  for (const entry of await readdir(parent)) {
    if (!entry.startsWith(`${basename(dataDir)}.new-`)) continue;
    const path = join(parent, entry);
    const made = await stat(path).catch(() => undefined);
    if (made && Date.now() - made.mtimeMs > 3_600_000) {
      await rm(path, { recursive: true, force: true });
    }
  }
}

async function startOrAdopt(site: Site): Promise<{ lease: Lease; port: number; adopted: boolean }> {
  const begun = Date.now();
  let startedHere = false;
  let busy = false;
  for (;;) {
    const file = await readPostmasterFile(site.dataDir);
    if (file?.port !== undefined) {
      const answer = await takeLease(site, file.port);
      if (typeof answer !== 'string') {
        return { lease: answer, port: file.port, adopted: !startedHere };
      }
      busy = answer === 'busy';
    }
    const waited = Date.now() - begun;
    const patient = waited < (busy ? BUSY_LIMIT_MS : SILENCE_LIMIT_MS);
    const state = file ? await postmasterState(file, site.dataDir) : 'gone';
    if (state === 'running' || (state === 'unknown' && patient)) {
      if (!patient) throw notAnswering(site, file?.pid);
      await delay(POLL_MS);
      continue;
    }
    if (file && state !== 'gone') await removeStaleFile(site, file.text);
    const problem = await startServer(site);
    startedHere = problem === undefined;
    if (problem === undefined) continue;
    if (!patient || !isPassing(problem)) {
      throw new EmbeddedPostgresError(
        'start-failed',
        `PostgreSQL did not start with the data in ${site.dataDir}. Its log is ${join(site.dataDir, SERVER_LOG)}; ` +
          `if the data is damaged, restore a backup into a new folder. The last lines: ${lastLines(problem)}`,
      );
    }
    await delay(POLL_MS);
  }
}

function notAnswering(site: Site, pid: number | undefined): EmbeddedPostgresError {
  return new EmbeddedPostgresError(
    'not-answering',
    `A PostgreSQL server (process ${String(pid)}) holds ${site.dataDir} but does not answer. Stop that process ` +
      `(kill -INT ${String(pid)}), then start Waymark again. Its log is ${join(site.dataDir, SERVER_LOG)}.`,
  );
}

/** Takes part in a running server, or says why that can't be. */
async function takeLease(site: Site, port: number): Promise<Lease | 'busy' | 'silent'> {
  const socket = new Socket();
  const client = new pg.Client({
    connectionString: connectionUrl(site.password, port, 'postgres'),
    ssl: false,
    application_name: 'waymark lease',
    connectionTimeoutMillis: 5_000,
    stream: () => socket,
    keepAlive: true,
  });
  // The server ends this session when it stops; nothing is to be done about that here.
  client.on('error', () => undefined);
  try {
    await client.connect();
    const { rows } = await client.query<{ folder: string; joined: boolean }>(
      `SELECT current_setting('data_directory') AS folder, pg_try_advisory_lock_shared($1) AS joined`,
      [LEASE_KEY],
    );
    const folder = rows[0] ? await realpath(rows[0].folder).catch(() => undefined) : undefined;
    if (folder === site.dataDir && rows[0]?.joined) {
      return { client, socket };
    }
    socket.destroy();
    // Not joined: another process is stopping this server right now.
    return folder === site.dataDir ? 'busy' : 'silent';
  } catch (error) {
    // Not end(): it would wait for a goodbye that a server about to stop may never send.
    socket.destroy();
    if (hasCode(error, '57P03', '57P01', '53300')) return 'busy';
    if (hasCode(error, '28P01')) {
      const file = await readPostmasterFile(site.dataDir);
      // Another server may have taken the port of one that died.
      if (file && (await postmasterState(file, site.dataDir)) === 'running') {
        throw passwordLost(`${site.dataDir}.password`, error);
      }
    }
    return 'silent';
  }
}

async function removeStaleFile(site: Site, text: string): Promise<void> {
  const now = await readPostmasterFile(site.dataDir);
  if (now?.text !== text) return;
  site.log('Removing the process file a server left behind when it was cut short');
  await unlink(join(site.dataDir, 'postmaster.pid'));
}

/** Starts the server; returns the end of its log when that fails. */
async function startServer(site: Site): Promise<string | undefined> {
  const logFile = join(site.dataDir, SERVER_LOG);
  const size = await rotateLog(logFile);
  const settings: Record<string, string> = {
    port: String(await freePort()),
    listen_addresses: '127.0.0.1',
    unix_socket_directories: '',
    max_connections: '200',
    shared_buffers: '128MB',
    jit: 'off',
    timezone: 'UTC',
    log_timezone: 'UTC',
    log_checkpoints: 'off',
    ...(site.fsync ? {} : { fsync: 'off', synchronous_commit: 'off', full_page_writes: 'off' }),
  };
  const serverOptions = Object.entries(settings).map(([name, value]) => `-c ${name}=${value}`);
  const { code, output } = await run(
    site.binaries.pgCtl,
    [
      'start',
      '-w',
      '-t',
      String(BUSY_LIMIT_MS / 1000),
      '-s',
      '-D',
      site.dataDir,
      '-l',
      logFile,
      '-o',
      serverOptions.join(' '),
    ],
    { account: site.account, cwd: site.dataDir },
  );
  if (code === 0) return undefined;
  const log = await readFile(logFile).catch(() => Buffer.alloc(0));
  return log.subarray(size).toString().trim() || output;
}

/** A lost race for the folder or the port, or children of a killed server that are still leaving. */
function isPassing(problem: string): boolean {
  return /lock file|shared memory block|[Aa]ddress already in use|could not bind|TCP\/IP sockets/.test(problem);
}

async function rotateLog(logFile: string): Promise<number> {
  const size = await stat(logFile).then(
    (found) => found.size,
    () => 0,
  );
  if (size < SERVER_LOG_LIMIT) return size;
  await rename(logFile, `${logFile}.1`);
  return 0;
}

function freePort(): Promise<number> {
  return new Promise((resolvePort, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address() as AddressInfo;
      server.close(() => {
        resolvePort(port);
      });
    });
  });
}

async function createDatabase(client: pg.Client): Promise<void> {
  const { rowCount } = await client.query('SELECT FROM pg_database WHERE datname = $1', [DATABASE]);
  if (rowCount === 1) return;
  await client.query(`CREATE DATABASE ${DATABASE}`).catch((error: unknown) => {
    // Another process created it meanwhile.
    if (!hasCode(error, '42P04', '23505')) throw error;
  });
}

async function stopServer(site: Site, ownLease: Lease): Promise<void> {
  const lease = await currentLease(site, ownLease);
  if (lease === undefined) {
    site.log('PostgreSQL was stopped already');
    return;
  }
  if (!(await isLastUser(lease.client))) {
    site.log('PostgreSQL keeps running: another process uses it');
    await lease.client.end();
    return;
  }
  const pid = (await readPostmasterFile(site.dataDir))?.pid;
  const { output } = await run(site.binaries.pgCtl, ['stop', '-W', '-s', '-m', 'fast', '-D', site.dataDir], {
    account: site.account,
    cwd: site.dataDir,
  });
  // Not pg_ctl's own wait: it waits for no server at all, and another process may start the next one at once.
  const begun = Date.now();
  let runs = await isServer(site, pid);
  while (runs && Date.now() - begun < BUSY_LIMIT_MS) {
    await delay(POLL_MS);
    runs = await isServer(site, pid);
  }
  lease.socket.destroy();
  if (!runs) {
    site.log('PostgreSQL stopped');
    return;
  }
  throw new EmbeddedPostgresError(
    'stop-failed',
    `PostgreSQL did not stop; the data is safe, and the next start takes the running server over. ` +
      `Its log is ${join(site.dataDir, SERVER_LOG)}. PostgreSQL says: ${lastLines(output)}`,
  );
}

async function isServer(site: Site, pid: number | undefined): Promise<boolean> {
  const file = await readPostmasterFile(site.dataDir);
  return file !== undefined && file.pid === pid && (await postmasterState(file, site.dataDir)) !== 'gone';
}

/** A crash of the server ends our session, and another process may have started it again since. */
async function currentLease(site: Site, lease: Lease): Promise<Lease | undefined> {
  lease.socket.ref();
  try {
    await lease.client.query('SELECT');
    return lease;
  } catch {
    const file = await readPostmasterFile(site.dataDir);
    const renewed = file?.port === undefined ? 'silent' : await takeLease(site, file.port);
    return typeof renewed === 'string' ? undefined : renewed;
  }
}

/** Keeps the lock exclusively when true, so that nobody joins a server about to stop. */
async function isLastUser(client: pg.Client): Promise<boolean> {
  await client.query('SELECT pg_advisory_unlock_shared($1)', [LEASE_KEY]);
  const { rows } = await client.query<{ alone: boolean }>('SELECT pg_try_advisory_lock($1) AS alone', [LEASE_KEY]);
  return rows[0]?.alone === true;
}

function connectionUrl(password: string, port: number, database: string): string {
  return `postgres://${OWNER}:${password}@127.0.0.1:${String(port)}/${database}`;
}

function lastLines(text: string): string {
  const lines = text.split('\n').filter((line) => line.trim() !== '');
  return lines.slice(-5).join(' | ');
}
