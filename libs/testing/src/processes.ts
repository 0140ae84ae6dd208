import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { rmSync } from 'node:fs';
import { connect, createServer, type AddressInfo, type Socket } from 'node:net';
import { join, resolve } from 'node:path';

const children = new Set<ChildProcess>();
process.once('exit', () => children.forEach((child) => child.kill('SIGKILL')));

const root = resolve(import.meta.dirname, '../../..');

/** Builds api and worker into a folder of this run's own, inside the checkout so that packages are found. */
export async function buildProcesses(): Promise<string> {
  const out = join(root, 'node_modules/.cache/waymark-processes', String(process.pid));
  process.once('exit', () => rmSync(out, { recursive: true, force: true }));
  const vite = join(root, 'node_modules/vite/bin/vite.js');
  const args = ['build', '--config', 'apps/api/vite.config.ts', '--outDir', out, '--logLevel', 'error'];
  const build = spawn(process.execPath, [vite, ...args], { cwd: root, stdio: ['ignore', 'ignore', 'inherit'] });
  const [code] = (await once(build, 'exit')) as [number | null];
  if (code !== 0) throw new Error(`The build for the test ended with ${code}`);
  return out;
}

export interface RunningProcess {
  pid: number;
  /** The address the api listens on; empty for a worker. */
  url: string;
  /** SIGKILL: nothing is finished, nothing is said. */
  kill(): Promise<void>;
  /** SIGTERM, as an operator stops it. */
  stop(): Promise<void>;
  readonly running: boolean;
}

/** Starts the built api or worker and waits until it is ready. */
export async function startProcess(
  built: string,
  which: 'api' | 'worker',
  environment: Record<string, string>,
): Promise<RunningProcess> {
  const child: ChildProcess = spawn(process.execPath, [join(built, `${which}.js`)], {
    cwd: root,
    env: { PATH: process.env['PATH'], NODE_ENV: 'production', PORT: '0', LOG_LEVEL: 'fatal', ...environment },
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
  });
  const gone = once(child, 'exit').finally(() => children.delete(child));
  children.add(child);
  const [message] = (await Promise.race([
    once(child, 'message'),
    gone.then(() => Promise.reject(new Error(`The ${which} stopped before it was ready`))),
  ])) as [{ url?: string }];
  const end = async (signal: NodeJS.Signals): Promise<void> => {
    child.kill(signal);
    await gone;
  };
  return {
    pid: child.pid as number,
    url: message.url ?? '',
    kill: () => end('SIGKILL'),
    stop: () => end('SIGTERM'),
    get running() {
      return child.exitCode === null && child.signalCode === null;
    },
  };
}

export interface Passage {
  port: number;
  /** Where connections go from now on. */
  to(port: number): void;
  close(): Promise<void>;
}

/** A port that stays while the server behind it comes back on another one. */
export async function openPassage(target: number): Promise<Passage> {
  let goal = target;
  const sockets = new Set<Socket>();
  const server = createServer((inner) => {
    const outer = connect(goal, '127.0.0.1');
    for (const [from, other] of [
      [inner, outer],
      [outer, inner],
    ] as const) {
      sockets.add(from);
      from.on('error', () => other.destroy());
      from.on('close', () => {
        sockets.delete(from);
        other.destroy();
      });
      from.pipe(other);
    }
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    port: (server.address() as AddressInfo).port,
    to: (port) => (goal = port),
    close: async () => {
      for (const socket of sockets) socket.destroy();
      server.close();
      await once(server, 'close');
    },
  };
}
