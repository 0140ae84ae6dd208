import { fork, type ChildProcess } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { environmentWith, platformConfig } from '@waymark/platform/config';
import { startEmbeddedPostgres, type EmbeddedPostgres } from '@waymark/platform/postgres';
import { HELD, stopWithSupervisor } from '@waymark/platform/supervised';
import { cliConfig, givenConfig } from './cli.config.js';
import { CommandError } from './command.js';
import { dataFolder } from './data-folder.js';
import { serverDir, webDir } from './layout.js';
import { freePort } from './port.js';

const LOOPBACK = new Set(['127.0.0.1', '::1', 'localhost']);
const RESTART_MS = 1_000;
const STOP_MS = 30_000;

interface Started {
  child: ChildProcess;
  message: Record<string, unknown>;
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
  const { HOST: host, PORT: wanted, NODE_ENV, PUBLIC_URL, WAYMARK_DATA_DIR } = platformConfig();
  const given = givenConfig();
  const { WAYMARK_DEMO_FORCE } = cliConfig();
  if (wanted < 1) throw new CommandError('PORT must be a number from 1 to 65535.');
  const data = dataFolder(WAYMARK_DATA_DIR);
  const port = await freePort(wanted, host);
  if (port !== wanted) console.log(`Port ${wanted} is taken; using ${port}.`);

  let postgres: Promise<EmbeddedPostgres> | undefined;
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
    // Also one that is just being started.
    await (await postgres?.catch(() => undefined))?.stop();
    process.exit(code);
  };
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => void stop(0));
  stopWithSupervisor();

  try {
    if (!given.DATABASE_URL) {
      if (!existsSync(join(data, 'postgres'))) console.log('Making the database …');
      postgres = startEmbeddedPostgres({ dataDir: join(data, 'postgres') });
      if ((await postgres).adopted) console.log('Took over the database that was still running.');
      if (stopping) return;
    }
    const env = environmentWith({
      NODE_ENV,
      DATABASE_URL: given.DATABASE_URL ?? (await postgres)?.url,
      WAYMARK_DATA_DIR: data,
      WAYMARK_WEB_DIR: webDir,
      WAYMARK_BACKUP_KEEP: given.WAYMARK_BACKUP_KEEP ?? (postgres ? '7' : undefined),
      LOG_LEVEL: given.LOG_LEVEL,
      HOST: host,
      PORT: String(port),
    });
    const keep = async (script: string, what: string, args: string[] = []): Promise<Started> => {
      const child = run(script, args, env);
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
    const prepare = async (): Promise<Record<string, unknown>> => {
      const child = run('cli.js', ['prepare'], env);
      children.add(child);
      const { message } = await untilReady(child, 'Preparing the database');
      children.delete(child);
      if (message['demo'] === true && !LOOPBACK.has(host) && !WAYMARK_DEMO_FORCE) {
        throw new CommandError(
          `This is the demo company, whose passwords are public, and HOST=${host} can be reached from other machines. Start with WAYMARK_DEMO=0 and another WAYMARK_DATA_DIR, or set WAYMARK_DEMO_FORCE=1.`,
        );
      }
      for (const held of children) if (held.connected) held.send('prepared', () => undefined);
      return message;
    };
    // Api and worker load their code meanwhile, and go on when the database is ready.
    const [prepared] = await Promise.all([
      prepare(),
      keep('api.js', 'The api', [HELD]),
      keep('worker.js', 'The worker', [HELD]),
    ]);

    const shown = PUBLIC_URL ?? `http://${host === '0.0.0.0' || host === '127.0.0.1' ? 'localhost' : host}:${port}`;
    console.log(`\nWaymark is ready at ${shown}  (${((performance.now() - began) / 1000).toFixed(1)} s)`);
    if (prepared['demo'] === true) await printSignIns();
    else if (prepared['empty'] === true) console.log('Open it to set up the first administrator.');
    console.log('Stop with Ctrl+C.');
    process.send?.({ ready: 'start', url: `http://${host}:${port}`, databaseUrl: env['DATABASE_URL'] });
  } catch (error) {
    console.error(error instanceof Error ? error.message : error);
    await stop(1);
  }
}

async function printSignIns(): Promise<void> {
  const { readSignIns } = await import('./sign-ins.js');
  const { password, people } = await readSignIns();
  console.log(`\nDemo company; password for all: ${password}`);
  for (const p of people)
    console.log(`  ${p.employeeNumber.padEnd(8)} ${p.name.padEnd(4, '\u3000')} ${p.role.padEnd(9)} ${p.look}`);
  console.log('');
}
