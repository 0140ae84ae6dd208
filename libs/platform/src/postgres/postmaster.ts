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
 * `gone`: no such process; the server cleans up after such a file itself.
 * `stale`: the number certainly belongs to something else (common in containers) or to a dead
 * process nobody has collected; PostgreSQL would refuse to start because of the file.
 */
export type PostmasterState = 'running' | 'gone' | 'stale' | 'unknown';

export async function postmasterState({ pid, text }: PostmasterFile, dataDir: string): Promise<PostmasterState> {
  if (!Number.isInteger(pid) || pid <= 0) return 'unknown';
  try {
    process.kill(pid, 0);
  } catch (error) {
    if (hasCode(error, 'ESRCH')) return 'gone';
  }
  const commandLine = await readCommandLine(pid);
  if (commandLine?.includes(dataDir)) return 'running';
  if (commandLine === undefined || process.platform !== 'linux') return 'unknown';
  return (await hasSurvivors(text)) ? 'running' : 'stale';
}

async function readCommandLine(pid: number): Promise<string | undefined> {
  if (process.platform === 'linux') {
    return readFile(`/proc/${String(pid)}/cmdline`, 'utf8').catch(() => undefined);
  }
  if (process.platform === 'win32') return undefined;
  const { code, output } = await run('ps', ['-ww', '-p', String(pid), '-o', 'args=']);
  return code === 0 ? output : undefined;
}

/**
 * Whether sessions of a killed server still write to the data: they are attached to the memory
 * segment the file names. Starting a second server beside them would destroy the data.
 */
async function hasSurvivors(text: string): Promise<boolean> {
  const segment = text.split('\n')[6]?.trim().split(/\s+/)[1];
  if (segment === undefined) return false;
  const list = await readFile('/proc/sysvipc/shm', 'utf8').catch(() => '');
  const [header = [], ...rows] = list.split('\n').map((line) => line.trim().split(/\s+/));
  const idColumn = header.indexOf('shmid');
  const attachedColumn = header.indexOf('nattch');
  return rows.some((row) => row[idColumn] === segment && Number(row[attachedColumn]) > 0);
}
