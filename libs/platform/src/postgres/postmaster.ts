import { readFile } from 'node:fs/promises';
import { join } from 'node:path';

import { hasCode } from './embedded-postgres.error.js';
import { run } from './server-account.js';

/** What `postmaster.pid` says; the port is missing while the server is still starting. */
export interface PostmasterFile {
  readonly pid: number;
  readonly port: number | undefined;
  readonly text: string;
}

export async function readPostmasterFile(dataDir: string): Promise<PostmasterFile | undefined> {
  let text: string;
  try {
    text = await readFile(join(dataDir, 'postmaster.pid'), 'utf8');
  } catch (error) {
    if (hasCode(error, 'ENOENT')) return undefined;
    throw error;
  }
  const lines = text.split('\n');
  const pid = Number(lines[0]);
  const port = Number(lines[3]);
  return { pid, port: Number.isInteger(port) && port > 0 ? port : undefined, text };
}

/**
 * `gone`: the server cleans up after such a file itself.
 * `other`: the number now belongs to another program (common in containers) or to an unreaped
 * process; PostgreSQL would refuse to start because of it.
 */
export type PostmasterState = 'running' | 'gone' | 'other' | 'unknown';

export async function postmasterState(pid: number, dataDir: string): Promise<PostmasterState> {
  if (!Number.isInteger(pid) || pid <= 0) return 'unknown';
  try {
    process.kill(pid, 0);
  } catch (error) {
    if (hasCode(error, 'ESRCH')) return 'gone';
  }
  const commandLine = await readCommandLine(pid);
  if (commandLine === undefined) return 'unknown';
  return commandLine.includes(dataDir) ? 'running' : 'other';
}

async function readCommandLine(pid: number): Promise<string | undefined> {
  if (process.platform === 'linux') {
    return readFile(`/proc/${String(pid)}/cmdline`, 'utf8').catch(() => undefined);
  }
  if (process.platform === 'win32') return undefined;
  const { code, output } = await run('ps', ['-ww', '-p', String(pid), '-o', 'args=']);
  return code === 0 ? output : undefined;
}
