import { fork } from 'node:child_process';
import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

const CLI = resolve(import.meta.dirname, '../../../dist/server/cli.js');
const READY_MS = 120_000;

/** Starts the product as `npm start` does, on a free port, with the demo company in a folder of its own. */
export default async function startServer(): Promise<() => Promise<void>> {
  if (process.env['WAYMARK_E2E_URL']) return () => Promise.resolve();
  const dataDir = mkdtempSync(join(tmpdir(), 'waymark-e2e-'));
  // PostgreSQL runs under an account of its own when this is started by root.
  chmodSync(dataDir, 0o755);
  const port = 4300 + Math.floor(Math.random() * 1000);
  const child = fork(CLI, ['start'], {
    env: {
      ...process.env,
      WAYMARK_DATA_DIR: dataDir,
      PORT: String(port),
      HOST: '127.0.0.1',
      DATABASE_URL: '',
      REDIS_URL: '',
      SMTP_URL: '',
      LOG_LEVEL: 'warn',
    },
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
  });
  const ready = await new Promise<{ url: string; databaseUrl: string }>((done, fail) => {
    const limit = setTimeout(() => fail(new Error('The server was not ready in time')), READY_MS);
    child.once('message', (message) => {
      clearTimeout(limit);
      done(message as { url: string; databaseUrl: string });
    });
    child.once('exit', (code) => fail(new Error(`The server stopped (${code})`)));
  });
  process.env['WAYMARK_E2E_URL'] = ready.url;
  process.env['WAYMARK_E2E_DATABASE_URL'] = ready.databaseUrl;
  return async () => {
    const gone = new Promise((done) => child.once('exit', done));
    child.kill('SIGTERM');
    await gone;
    rmSync(dataDir, { recursive: true, force: true });
  };
}
