import { fork } from 'node:child_process';
import { join } from 'node:path';
import fastify from 'fastify';
import pg from 'pg';
import { serverDir } from '../layout.js';
import { until } from './world.js';

export interface YardstickQuery {
  text: string;
  values: unknown[];
}

export interface Yardstick {
  url: string;
  pid: number;
  stop(): Promise<void>;
}

/** `waymark bench-yardstick`: a bare Fastify route that sends the given statements and answers their rows. */
export async function runYardstick(): Promise<void> {
  const setup = await new Promise<{ databaseUrl: string; sets: YardstickQuery[][] }>((resolve) =>
    process.once('message', (m) => resolve(m as never)),
  );
  const pool = new pg.Pool({ connectionString: setup.databaseUrl, max: 10 });
  const app = fastify();
  let turn = 0;
  app.get('/', async () => {
    const set = setup.sets[turn++ % setup.sets.length] as YardstickQuery[];
    const rows: unknown[] = [];
    for (const q of set)
      rows.push((await pool.query({ name: `q${q.text.length}`, text: q.text, values: q.values })).rows);
    return rows;
  });
  const url = await app.listen({ host: '127.0.0.1', port: 0 });
  process.on(
    'SIGTERM',
    () =>
      void app
        .close()
        .then(() => pool.end())
        .then(() => process.exit(0)),
  );
  process.send?.({ ready: 'yardstick', url });
}

export async function startYardstick(databaseUrl: string, sets: YardstickQuery[][]): Promise<Yardstick> {
  const child = fork(join(serverDir, 'cli.js'), ['bench-yardstick'], {
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
  });
  child.send({ databaseUrl, sets });
  const { url } = await until(child);
  return {
    url: String(url),
    pid: child.pid as number,
    stop: () =>
      new Promise((resolve) => {
        child.once('exit', () => resolve());
        child.kill('SIGTERM');
      }),
  };
}
