#!/usr/bin/env node
// Runs on a bare clone: plain Node, no packages. Installs and builds what is missing, then hands over to the built program.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { createHash } from 'node:crypto';
import { join, resolve } from 'node:path';

const root = resolve(import.meta.dirname ?? new URL('.', import.meta.url).pathname, '../../..');
const OLDEST_NODE = [20, 19];
const SOURCES = ['apps', 'libs', 'migrations', 'package-lock.json'];
const SKIP = new Set(['node_modules', 'dist', '.cache', 'e2e']);

export function checkNode(version = process.versions.node) {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  if (major > OLDEST_NODE[0] || (major === OLDEST_NODE[0] && minor >= OLDEST_NODE[1])) return;
  console.error(
    `Waymark needs Node ${OLDEST_NODE.join('.')} or newer; this is Node ${version}. Install a newer one and start again.`,
  );
  process.exit(1);
}

/**
 * npm hands SIGTERM to the shell it started this in, and the shell dies without a word to us: its end is our sign.
 * Only under npm: what was started from a terminal may outlive it.
 */
export function endWithNpm() {
  if (!process.env.npm_lifecycle_event) return;
  const parent = process.ppid;
  const watch = setInterval(() => {
    if (process.ppid === parent) return;
    clearInterval(watch);
    process.kill(process.pid, 'SIGTERM');
  }, 250);
  watch.unref();
}

function run(command, args, what) {
  const result = spawnSync(command, args, {
    cwd: root,
    stdio: ['ignore', 'inherit', 'inherit'],
    env: { ...process.env, NODE_ENV: '' },
  });
  if (result.status === 0) return;
  console.error(`${what} failed (${command} ${args.join(' ')}). What is printed above says why.`);
  process.exit(1);
}

export function installIfNeeded() {
  const stamp = join(root, 'node_modules', '.waymark-installed');
  const wanted = createHash('sha256')
    .update(readFileSync(join(root, 'package-lock.json')))
    .digest('hex');
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === wanted) return;
  console.log('Installing packages (once, about a minute) …');
  run(
    process.platform === 'win32' ? 'npm.cmd' : 'npm',
    ['ci', '--no-audit', '--no-fund', '--loglevel=error'],
    'Installing',
  );
  writeFileSync(stamp, wanted);
}

function fingerprint() {
  const hash = createHash('sha256');
  const visit = (path) => {
    const stat = statSync(path);
    if (stat.isDirectory()) {
      for (const name of readdirSync(path).sort()) if (!SKIP.has(name)) visit(join(path, name));
    } else if (!path.endsWith('.spec.ts')) hash.update(`${path.slice(root.length)}:${stat.size}:${stat.mtimeMs}\n`);
  };
  for (const name of SOURCES) visit(join(root, name));
  return hash.digest('hex');
}

export function buildIfNeeded() {
  const stamp = join(root, 'dist', 'built');
  const wanted = fingerprint();
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === wanted && existsSync(join(root, 'dist/server/cli.js')))
    return;
  console.log('Building …');
  const vite = join(root, 'node_modules/vite/bin/vite.js');
  run(
    process.execPath,
    [vite, 'build', '--config', 'apps/api/vite.config.ts', '--logLevel', 'warn'],
    'Building the server',
  );
  run(process.execPath, [vite, 'build', 'apps/web', '--logLevel', 'error'], 'Building the web app');
  mkdirSync(join(root, 'dist'), { recursive: true });
  writeFileSync(stamp, wanted);
}

if (process.argv[1] && resolve(process.argv[1]) === resolve(new URL(import.meta.url).pathname)) {
  checkNode();
  endWithNpm();
  installIfNeeded();
  buildIfNeeded();
  await import(new URL('../../../dist/server/cli.js', import.meta.url).href);
}
