import { spawn } from 'node:child_process';
import { lstat, lchown, readdir, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';

import { EmbeddedPostgresError } from './embedded-postgres.error.js';

/** The operating system account the server runs as; undefined means "the one we run as". */
export interface ServerAccount {
  readonly name: string;
  readonly uid: number;
  readonly gid: number;
}

export interface CommandResult {
  readonly code: number | null;
  readonly output: string;
}

/** Runs a program to its end, as the given account, without the caller's PG* variables. */
export function run(
  command: string,
  args: readonly string[],
  options: { account?: ServerAccount | undefined; cwd?: string } = {},
): Promise<CommandResult> {
  const { account } = options;
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, {
      // An inherited working directory may be closed to the account.
      cwd: options.cwd ?? (process.platform === 'win32' ? undefined : '/'),
      env: serverEnvironment(),
      stdio: ['ignore', 'pipe', 'pipe'],
      windowsHide: true,
      ...(account ? { uid: account.uid, gid: account.gid } : {}),
    });
    let output = '';
    const collect = (chunk: Buffer): void => {
      output += chunk.toString();
    };
    child.stdout.on('data', collect);
    child.stderr.on('data', collect);
    child.once('error', reject);
    // On Windows the server inherits the pipes, so they close only when it stops.
    child.once(process.platform === 'win32' ? 'exit' : 'close', (code: number | null) => {
      resolve({ code, output: output.trim() });
    });
  });
}

function serverEnvironment(): NodeJS.ProcessEnv {
  const environment: NodeJS.ProcessEnv = {};
  for (const [name, value] of Object.entries(process.env)) {
    // PGPORT, PGDATA or PGOPTIONS of the caller would overrule what we ask for.
    if (!/^(PG|LC_|LANG)/.test(name)) environment[name] = value;
  }
  return { ...environment, LC_ALL: 'C' };
}

/**
 * PostgreSQL refuses to run as root. As root we take the account that already owns the data
 * (so that a `postgres` account installed later changes nothing), else `postgres`, else `nobody`.
 */
export async function chooseAccount(dataDir: string): Promise<ServerAccount | undefined> {
  if (process.getuid?.() !== 0) return undefined;
  const owner = await stat(join(dataDir, 'PG_VERSION')).catch(() => undefined);
  if (owner && owner.uid !== 0) {
    const { code, output } = await run('id', ['-nu', String(owner.uid)]);
    return { name: code === 0 ? output : String(owner.uid), uid: owner.uid, gid: owner.gid };
  }
  for (const name of ['postgres', 'nobody']) {
    const [uid, gid] = await Promise.all([run('id', ['-u', name]), run('id', ['-g', name])]);
    if (uid.code === 0 && gid.code === 0) {
      return { name, uid: Number(uid.output), gid: Number(gid.output) };
    }
  }
  throw new EmbeddedPostgresError(
    'no-account',
    'PostgreSQL does not run as root, and this system has neither a "postgres" nor a "nobody" account. ' +
      'Create one (useradd --system postgres), or start Waymark as an ordinary user.',
  );
}

/** Gives a data folder that root unpacked or copied to the account. */
export async function giveFolder(folder: string, account: ServerAccount): Promise<void> {
  await lchown(folder, account.uid, account.gid);
  for (const entry of await readdir(folder)) {
    const path = join(folder, entry);
    if ((await lstat(path)).isDirectory()) await giveFolder(path, account);
    else await lchown(path, account.uid, account.gid);
  }
}

/** The outermost ancestor the account may not enter, or undefined when the path is open. */
export async function closedAncestor(path: string, account: ServerAccount): Promise<string | undefined> {
  const ancestors: string[] = [];
  for (let folder = dirname(path); ; folder = dirname(folder)) {
    ancestors.unshift(folder);
    if (folder === dirname(folder)) break;
  }
  for (const folder of ancestors) {
    // Asking the system, as that account, also covers access lists and mount options.
    const { code } = await run('/bin/sh', ['-c', 'test -x "$1"', 'sh', folder], { account });
    if (code !== 0) return folder;
  }
  return undefined;
}
