#!/usr/bin/env node
// Development: the server is rebuilt and restarted at each change, the web app reloads itself; introspection is open.
import { fork, spawn } from 'node:child_process';
import { existsSync, statSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { checkNode, endWithNpm, installIfNeeded } from './waymark.mjs';

const root = resolve(new URL('.', import.meta.url).pathname, '../../..');
checkNode();
endWithNpm();
installIfNeeded();

const port = Number(process.env.PORT ?? 4000);
const env = {
  ...process.env,
  NODE_ENV: 'development',
  WAYMARK_GRAPHQL_OPEN: '1',
  PORT: String(port),
  LOG_LEVEL: process.env.LOG_LEVEL ?? 'info',
};
const vite = join(root, 'node_modules/vite/bin/vite.js');
const built = join(root, 'dist/server/cli.js');
const children = new Set();
let server;
let lastBuild = 0;

function keep(child) {
  children.add(child);
  child.once('exit', () => children.delete(child));
  return child;
}

function restart() {
  if (server) server.kill('SIGTERM');
  server = keep(fork(built, ['start'], { cwd: root, env }));
}

keep(
  spawn(process.execPath, [vite, 'build', '--watch', '--config', 'apps/api/vite.config.ts', '--logLevel', 'warn'], {
    cwd: root,
    env,
    stdio: 'inherit',
  }),
);
keep(
  spawn(process.execPath, [vite, 'apps/web'], {
    cwd: root,
    env: { ...env, WAYMARK_API_PORT: String(port) },
    stdio: 'inherit',
  }),
);

const timer = setInterval(() => {
  if (!existsSync(built)) return;
  const at = statSync(built).mtimeMs;
  if (at === lastBuild || Date.now() - at < 400) return;
  lastBuild = at;
  if (!server || server.exitCode !== null || server.signalCode !== null) restart();
  else {
    server.once('exit', restart);
    server.kill('SIGTERM');
    server = { kill: () => {}, once: () => {}, exitCode: null };
  }
}, 300);

for (const signal of ['SIGINT', 'SIGTERM']) {
  process.on(signal, () => {
    clearInterval(timer);
    for (const child of children) child.kill('SIGTERM');
  });
}
