import { readdirSync, readFileSync } from 'node:fs';
import { Agent, request } from 'node:http';

const TICKS_PER_SECOND = 100;

/** CPU seconds a process has used; 0 once it is gone. Linux only. */
export function cpuSeconds(pid: number): number {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return (Number(fields[11]) + Number(fields[12])) / TICKS_PER_SECOND;
  } catch {
    return 0;
  }
}

/** The process and all below it. */
export function family(root: number): number[] {
  const children = new Map<number, number[]>();
  for (const name of readdirSync('/proc')) {
    if (!/^\d+$/.test(name)) continue;
    try {
      const stat = readFileSync(`/proc/${name}/stat`, 'utf8');
      const parent = Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1]);
      children.set(parent, [...(children.get(parent) ?? []), Number(name)]);
    } catch {
      continue;
    }
  }
  const all = [root];
  for (let i = 0; i < all.length; i += 1) all.push(...(children.get(all[i] as number) ?? []));
  return all;
}

/** Proportional memory of processes in MB: shared pages are counted once between those that share them. */
export function memoryMb(pids: readonly number[]): number {
  let kb = 0;
  for (const pid of pids) {
    try {
      kb += Number(/^Pss:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/smaps_rollup`, 'utf8'))?.[1] ?? 0);
    } catch {
      continue;
    }
  }
  return kb / 1024;
}

export interface Reply {
  status: number;
  body: string;
  bytes: number;
}

/** A small keep-alive client: one socket per connection, no more work than needed beside the server it measures. */
export function client(
  base: string,
  connections: number,
): {
  post(path: string, payload: unknown, cookie: string): Promise<Reply>;
  get(path: string, cookie: string): Promise<Reply>;
  close(): void;
} {
  const agent = new Agent({ keepAlive: true, maxSockets: connections });
  const { hostname, port } = new URL(base);
  const send = (method: string, path: string, cookie: string, payload?: string): Promise<Reply> =>
    new Promise((resolve, reject) => {
      const req = request(
        {
          agent,
          hostname,
          port,
          path,
          method,
          headers: {
            cookie,
            ...(payload ? { 'content-type': 'application/json', 'content-length': Buffer.byteLength(payload) } : {}),
          },
        },
        (res) => {
          const chunks: Buffer[] = [];
          res.on('data', (c: Buffer) => chunks.push(c));
          res.on('end', () => {
            const body = Buffer.concat(chunks);
            resolve({
              status: res.statusCode ?? 0,
              body: body.toString(),
              bytes: body.length + (payload?.length ?? 0),
            });
          });
        },
      );
      req.on('error', reject);
      req.end(payload);
    });
  return {
    post: (path, payload, cookie) => send('POST', path, cookie, JSON.stringify(payload)),
    get: (path, cookie) => send('GET', path, cookie),
    close: () => agent.destroy(),
  };
}

export interface Throughput {
  perSecond: number;
  done: number;
  seconds: number;
}

/**
 * Runs `one(worker, turn)` in `connections` endless loops for `seconds`, and until `atLeast` are done, and counts.
 * An error ends the measurement.
 */
export async function throughput(
  connections: number,
  seconds: number,
  one: (worker: number, turn: number) => Promise<void>,
  atLeast = 0,
): Promise<Throughput> {
  let done = 0;
  const began = performance.now();
  const until = began + seconds * 1000;
  await Promise.all(
    Array.from({ length: connections }, async (_, worker) => {
      for (let turn = 0; performance.now() < until || done < atLeast; turn += 1) {
        await one(worker, turn);
        done += 1;
      }
    }),
  );
  const took = (performance.now() - began) / 1000;
  return { perSecond: done / took, done, seconds: took };
}

export async function milliseconds(work: () => Promise<unknown>): Promise<number> {
  const began = performance.now();
  await work();
  return performance.now() - began;
}
