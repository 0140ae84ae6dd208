import { fork, type ChildProcess } from 'node:child_process';
import { accessSync, constants, existsSync, mkdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { startEmbeddedPostgres, type EmbeddedPostgres } from '@waymark/platform/postgres';
import { CommandError } from './command.js';
import { projectRoot, serverDir, webDir } from './layout.js';
import { freePort } from './port.js';
import { readSignIns } from './sign-ins.js';

const LOOPBACK = new Set(['127.0.0.1', '::1', 'localhost']);
const RESTART_MS = 1_000;
const STOP_MS = 30_000;

interface Started {
  child: ChildProcess;
  message: Record<string, unknown>;
}

function dataFolder(): string {
  const folder = resolve(projectRoot, process.env['WAYMARK_DATA_DIR'] ?? '.waymark');
  try {
    mkdirSync(folder, { recursive: true });
    accessSync(folder, constants.W_OK);
  } catch {
    throw new CommandError(
      `Waymark can't write to ${folder}. Give that folder to the user who starts it, or set WAYMARK_DATA_DIR to another one.`,
    );
  }
  return folder;
}

function run(script: string, args: string[], env: NodeJS.ProcessEnv): ChildProcess {
  return fork(join(serverDir, script), args, { env, stdio: ['ignore', 'inherit', 'inherit', 'ipc'] });
}

/** Waits for the child's `ready` message; its own words about a failure have been printed by then. */
function untilReady(child: ChildProcess, what: string): Promise<Started> {
  return new Promise((done, fail) => {
    child.once('message', (message) => done({ child, message: message as Record<string, unknown> }));
    child.once('exit', (code) =>
      fail(new CommandError(`${what} stopped before it was ready (exit ${code ?? 'by signal'}).`)),
    );
  });
}

/** Starts PostgreSQL (unless DATABASE_URL is set), prepares it, and keeps api and worker running until stopped. */
export async function start(): Promise<void> {
  const began = performance.now();
  const data = dataFolder();
  const host = process.env['HOST'] ?? '127.0.0.1';
  const wanted = Number(process.env['PORT'] ?? 4000);
  if (!Number.isInteger(wanted) || wanted < 1 || wanted > 65_535)
    throw new CommandError(`PORT must be a number from 1 to 65535, not "${process.env['PORT']}".`);
  const port = await freePort(wanted, host);
  if (port !== wanted) console.log(`Port ${wanted} is taken; using ${port}.`);

  let postgres: EmbeddedPostgres | undefined;
  let stopping = false;
  const children = new Set<ChildProcess>();

  const stop = async (code: number): Promise<void> => {
    if (stopping) return;
    stopping = true;
    const gone = [...children].map((c) =>
      c.exitCode === null && c.signalCode === null ? new Promise((r) => c.once('exit', r)) : null,
    );
    for (const c of children) c.kill('SIGTERM');
    const limit = setTimeout(() => children.forEach((c) => c.kill('SIGKILL')), STOP_MS);
    await Promise.all(gone);
    clearTimeout(limit);
    await postgres?.stop();
    process.exit(code);
  };
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => void stop(0));

  try {
    if (!process.env['DATABASE_URL']) {
      if (!existsSync(join(data, 'postgres'))) console.log('Making the database …');
      postgres = await startEmbeddedPostgres({ dataDir: join(data, 'postgres') });
      if (postgres.adopted) console.log('Took over the database that was still running.');
    }
    const env: NodeJS.ProcessEnv = {
      ...process.env,
      NODE_ENV: process.env['NODE_ENV'] ?? 'production',
      DATABASE_URL: process.env['DATABASE_URL'] || postgres?.url,
      WAYMARK_DATA_DIR: data,
      WAYMARK_WEB_DIR: webDir,
      LOG_LEVEL: process.env['LOG_LEVEL'] ?? 'warn',
      HOST: host,
      PORT: String(port),
    };
    const prepared = await untilReady(run('cli.js', ['prepare'], env), 'Preparing the database');
    const demo = prepared.message['demo'] === true;
    if (demo && !LOOPBACK.has(host) && process.env['WAYMARK_DEMO_FORCE'] !== '1') {
      throw new CommandError(
        `This is the demo company, whose passwords are public, and HOST=${host} can be reached from other machines. Start with WAYMARK_DEMO=0 and another WAYMARK_DATA_DIR, or set WAYMARK_DEMO_FORCE=1.`,
      );
    }
    const keep = async (script: string, what: string): Promise<Started> => {
      const child = run(script, [], env);
      children.add(child);
      const started = await untilReady(child, what);
      child.removeAllListeners('exit');
      child.once('exit', (code, signal) => {
        children.delete(child);
        if (stopping) return;
        console.error(`${what} stopped (${signal ?? code}); starting it again.`);
        setTimeout(() => void keep(script, what).catch(() => void stop(1)), RESTART_MS);
      });
      return started;
    };
    await Promise.all([keep('api.js', 'The api'), keep('worker.js', 'The worker')]);

    const shown =
      process.env['PUBLIC_URL'] ?? `http://${host === '0.0.0.0' || host === '127.0.0.1' ? 'localhost' : host}:${port}`;
    console.log(`\nWaymark is ready at ${shown}  (${((performance.now() - began) / 1000).toFixed(1)} s)`);
    if (demo) await printSignIns();
    else if (prepared.message['empty'] === true) console.log('Open it to set up the first administrator.');
    console.log('Stop with Ctrl+C.');
    process.send?.({ ready: 'start', url: `http://${host}:${port}`, databaseUrl: env['DATABASE_URL'] });
  } catch (error) {
    console.error(error instanceof Error ? error.message : error);
    await stop(1);
  }
}

async function printSignIns(): Promise<void> {
  const { password, people } = await readSignIns();
  console.log(`\nDemo company; password for all: ${password}`);
  for (const p of people)
    console.log(`  ${p.employeeNumber.padEnd(8)} ${p.name.padEnd(4, '\u3000')} ${p.role.padEnd(9)} ${p.look}`);
  console.log('');
}
