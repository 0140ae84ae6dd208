import { spawn, type ChildProcess } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import {
  chmod,
  chown,
  cp,
  lstat,
  mkdir,
  mkdtemp,
  readdir,
  readFile,
  rm,
  stat,
  symlink,
  writeFile,
} from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as delay } from 'node:timers/promises';

import pg from 'pg';
import ts from 'typescript';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { EmbeddedPostgresError, startEmbeddedPostgres, type EmbeddedPostgres } from './embedded-postgres.js';

const here = import.meta.dirname;
const nodeModules = resolve(here, '../../../../node_modules');
const isRoot = process.getuid?.() === 0;
let home: string;

beforeAll(async () => {
  // What Waymark makes must be open enough for the server under a strict umask too.
  process.umask(0o077);
  home = await mkdtemp(join(tmpdir(), 'waymark-pg-spec-'));
  await chmod(home, 0o755);
});

afterAll(async () => {
  await rm(home, { recursive: true, force: true });
});

function start(name: string): Promise<EmbeddedPostgres> {
  return startEmbeddedPostgres({ dataDir: join(home, name, 'data'), fsync: false });
}

async function ask(url: string, sql: string): Promise<unknown> {
  const client = new pg.Client(url);
  await client.connect();
  try {
    const { rows } = await client.query<Record<string, unknown>>(sql);
    return rows[0] && Object.values(rows[0])[0];
  } finally {
    await client.end();
  }
}

async function serverPid(name: string): Promise<number> {
  return Number((await readFile(join(home, name, 'data', 'postmaster.pid'), 'utf8')).split('\n')[0]);
}

async function untilGone(pid: number): Promise<void> {
  for (;;) {
    try {
      process.kill(pid, 0);
    } catch {
      return;
    }
    await delay(10);
  }
}

async function failureOf(promise: Promise<unknown>): Promise<EmbeddedPostgresError> {
  const error: unknown = await promise.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(EmbeddedPostgresError);
  return error as EmbeddedPostgresError;
}

async function makeFolder(path: string): Promise<void> {
  await mkdir(path, { recursive: true });
  await chmod(path, 0o755);
}

/** A process file as a server left it, so owned by the server's account. */
async function leaveProcessFile(name: string, pid: number): Promise<void> {
  const dataDir = join(home, name, 'data');
  const file = join(dataDir, 'postmaster.pid');
  const { uid, gid } = await stat(join(dataDir, 'PG_VERSION'));
  await writeFile(file, `${String(pid)}\n${dataDir}\n1700000000\n1\n\n127.0.0.1\n 1 1\nready   \n`);
  await chown(file, uid, gid);
}

/** A folder of plain JavaScript with its own node_modules, as an installation has. */
async function install(name: string, modules: (target: string) => Promise<void>): Promise<string> {
  const folder = join(home, name);
  await makeFolder(folder);
  await writeFile(join(folder, 'package.json'), '{"type":"module"}');
  await modules(join(folder, 'node_modules'));
  for (const file of await readdir(here)) {
    if (!file.endsWith('.ts') || file.endsWith('.spec.ts')) continue;
    const { outputText } = ts.transpileModule(await readFile(join(here, file), 'utf8'), {
      compilerOptions: { module: ts.ModuleKind.ESNext, target: ts.ScriptTarget.ES2023 },
    });
    await writeFile(join(folder, file.replace(/\.ts$/, '.js')), outputText);
  }
  return folder;
}

/** Starts the server from a Node process of its own, which says its URL and then waits. */
async function startElsewhere(name: string, installation: string): Promise<{ child: ChildProcess; url: string }> {
  const program = `
    import { startEmbeddedPostgres } from ${JSON.stringify(join(installation, 'embedded-postgres.js'))};
    const server = await startEmbeddedPostgres({ dataDir: process.argv[1], fsync: false });
    console.log(server.url);
    process.stdin.once('data', async () => { await server.stop(); process.exit(); });`;
  const child = spawn(process.execPath, ['--input-type=module', '-e', program, '--', join(home, name, 'data')], {
    stdio: ['pipe', 'pipe', 'inherit'],
    cwd: installation,
  });
  const [url] = (await once(createInterface({ input: child.stdout }), 'line')) as [string];
  return { child, url };
}

async function stopElsewhere(child: ChildProcess): Promise<void> {
  child.stdin?.write('stop\n');
  await once(child, 'exit');
}

describe('a cluster over several starts', () => {
  it('is made on the first start, for every language', async () => {
    const server = await start('life');
    expect(server.adopted).toBe(false);
    expect(await ask(server.url, 'SELECT current_database()')).toBe('waymark');
    expect(await ask(server.url, 'SHOW server_encoding')).toBe('UTF8');
    expect(await ask(server.url, `SELECT lower('ÄÉ') || ' ' || initcap('ñandú') || ' ' || length('学习')`)).toBe(
      'äé Ñandú 2',
    );
    expect(await ask(server.url, 'SHOW unix_socket_directories')).toBe('');
    expect(await ask(server.url, 'SHOW listen_addresses')).toBe('127.0.0.1');
    await ask(server.url, 'CREATE TABLE kept (a int)');
    await server.stop();
  });

  it('keeps the password to the account that runs Waymark', async () => {
    const { mode } = await stat(join(home, 'life', 'data.password'));
    expect((mode & 0o777).toString(8)).toBe('600');
    expect((await readdir(join(home, 'life'))).sort()).toEqual(['data', 'data.password']);
  });

  it('starts again with its data', async () => {
    const server = await start('life');
    expect(server.adopted).toBe(false);
    expect(await ask(server.url, 'SELECT count(*)::int FROM kept')).toBe(0);
    await server.stop();
    await server.stop();
    await expect(ask(server.url, 'SELECT 1')).rejects.toThrow();
  });

  it('refuses a wrong password', async () => {
    const server = await start('life');
    const wrong = new URL(server.url);
    wrong.password = 'wrong';
    await expect(ask(wrong.href, 'SELECT 1')).rejects.toThrow('password authentication failed');
    await server.stop();
  });
});

describe('several processes', () => {
  let installation: string;

  beforeAll(async () => {
    installation = await install('installation', (target) => symlink(nodeModules, target));
  });

  it('share one server, and the last one stops it', async () => {
    const servers = await Promise.all([start('shared'), start('shared'), start('shared')]);
    expect(servers.filter((server) => !server.adopted)).toHaveLength(1);
    expect(new Set(servers.map((server) => server.url)).size).toBe(1);
    const [first, second, third] = servers as [EmbeddedPostgres, EmbeddedPostgres, EmbeddedPostgres];
    await first.stop();
    await second.stop();
    expect(await ask(third.url, 'SELECT 1')).toBe(1);
    await third.stop();
    await expect(ask(third.url, 'SELECT 1')).rejects.toThrow();
  });

  it('survive a stop and a start at the same moment', async () => {
    let server = await start('shared');
    for (let round = 0; round < 5; round += 1) {
      const [, next] = await Promise.all([server.stop(), start('shared')]);
      expect(await ask(next.url, 'SELECT 1')).toBe(1);
      server = next;
    }
    await server.stop();
  });

  it('adopt the server of a process that was killed, and then stop it', async () => {
    const { child, url } = await startElsewhere('orphan', installation);
    const pid = await serverPid('orphan');
    child.kill('SIGKILL');
    await once(child, 'exit');
    const server = await start('orphan');
    expect(server).toMatchObject({ adopted: true, url });
    expect(await serverPid('orphan')).toBe(pid);
    await server.stop();
    await untilGone(pid);
  });

  it('leave the server to another process that still runs', async () => {
    const { child } = await startElsewhere('orphan', installation);
    const server = await start('orphan');
    await server.stop();
    expect(await ask(server.url, 'SELECT 1')).toBe(1);
    await stopElsewhere(child);
    await expect(ask(server.url, 'SELECT 1')).rejects.toThrow();
  });
});

describe('an installation', () => {
  const scope = '@embedded-postgres';

  it.each([
    ['without the library links an install script makes', 0o755],
    ['in a folder the server’s account may not enter', 0o700],
  ])('%s serves', async (_case, mode) => {
    const installation = await install(`app-${mode.toString(8)}`, async (target) => {
      await makeFolder(target);
      for (const name of ['pg', 'pg-copy-streams']) await symlink(join(nodeModules, name), join(target, name));
      await cp(join(nodeModules, scope), join(target, scope), {
        recursive: true,
        filter: async (path) => !(await lstat(path)).isSymbolicLink(),
      });
    });
    await chmod(installation, mode);
    const { child, url } = await startElsewhere(`app-data-${mode.toString(8)}`, installation);
    expect(await ask(url, 'SELECT 1')).toBe(1);
    await stopElsewhere(child);
  });
});

describe('after a crash', () => {
  it('starts when the server itself was killed', async () => {
    const killed = await startEmbeddedPostgres({ dataDir: join(home, 'crash', 'data') });
    await ask(killed.url, 'CREATE TABLE survivor AS SELECT 1 AS a');
    process.kill(await serverPid('crash'), 'SIGKILL');
    const server = await start('crash');
    expect(server.adopted).toBe(false);
    expect(await ask(server.url, 'SELECT a FROM survivor')).toBe(1);
    await killed.stop();
    await expect(ask(server.url, 'SELECT 1')).resolves.toBe(1);
    await server.stop();
  });

  it('starts when the process number left behind belongs to another program', async () => {
    await leaveProcessFile('crash', process.pid);
    const lines: string[] = [];
    const server = await startEmbeddedPostgres({
      dataDir: join(home, 'crash', 'data'),
      fsync: false,
      log: (line) => lines.push(line),
    });
    expect(lines[0]).toContain('left behind');
    expect(await ask(server.url, 'SELECT a FROM survivor')).toBe(1);
    await server.stop();
  });

  it('starts when the process number left behind is free', async () => {
    await leaveProcessFile('crash', 4_194_303);
    const server = await start('crash');
    expect(server.adopted).toBe(false);
    await server.stop();
  });

  it('finishes a first start that was cut short', async () => {
    await makeFolder(join(home, 'cut'));
    await makeFolder(join(home, 'cut', 'data.new-abc'));
    await writeFile(join(home, 'cut', 'data.password'), randomBytes(24).toString('hex'), { mode: 0o600 });
    await mkdir(join(home, 'cut', 'data'));
    const server = await start('cut');
    expect(await ask(server.url, 'SELECT 1')).toBe(1);
    await server.stop();
  });
});

describe('says what to do', () => {
  it.runIf(isRoot)('when the server’s account may not enter a folder', async () => {
    const closed = join(home, 'closed');
    await mkdir(closed, { mode: 0o700 });
    const { failure, message } = await failureOf(start('closed/waymark'));
    expect(failure).toBe('folder-unusable');
    expect(message).toContain(`may not enter ${closed} (mode 700)`);
    expect(message).toContain('WAYMARK_DATA_DIR');
  });

  it('when a file is in the way', async () => {
    await writeFile(join(home, 'file'), '');
    const { failure, message } = await failureOf(start('file/waymark'));
    expect(failure).toBe('folder-unusable');
    expect(message).toContain('WAYMARK_DATA_DIR');
  });

  it('when the folder holds something else', async () => {
    await makeFolder(join(home, 'taken'));
    await makeFolder(join(home, 'taken', 'data'));
    await writeFile(join(home, 'taken', 'data', 'letter.txt'), 'dear');
    const { failure, message } = await failureOf(start('taken'));
    expect(failure).toBe('folder-unusable');
    expect(message).toContain('left alone');
    expect(await readdir(join(home, 'taken', 'data'))).toEqual(['letter.txt']);
  });

  it('when the data comes from another major release', async () => {
    const file = join(home, 'life', 'data', 'PG_VERSION');
    const version = await readFile(file);
    await writeFile(file, '12\n');
    const { failure, message } = await failureOf(start('life'));
    expect(failure).toBe('version-mismatch');
    expect(message).toContain('PostgreSQL 12');
    await writeFile(file, version);
  });

  it('when the password file is missing or wrong', async () => {
    const file = join(home, 'life', 'data.password');
    const password = await readFile(file);
    await rm(file);
    expect((await failureOf(start('life'))).failure).toBe('password-lost');
    await writeFile(file, randomBytes(24).toString('hex'));
    expect((await failureOf(start('life'))).failure).toBe('password-lost');
    await writeFile(file, password);
    const server = await start('life');
    expect(server.adopted).toBe(true);
    await server.stop();
  });

  it('when the server does not start', async () => {
    const file = join(home, 'life', 'data', 'postgresql.conf');
    await writeFile(file, `${await readFile(file, 'utf8')}\nno_such_setting = on\n`);
    const { failure, message } = await failureOf(start('life'));
    expect(failure).toBe('start-failed');
    expect(message).toContain('no_such_setting');
  });
});
