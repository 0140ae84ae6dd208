#!/usr/bin/env node
// All tests, on a bare clone too: lint, types, unit, service, API and worker tests, then journeys in a real browser.
// The last line counts everything. `npm test -- --only=lint,types,unit,journeys` runs a part.
import { spawn, spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, rmSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { buildIfNeeded, checkNode, installIfNeeded } from './waymark.mjs';

const root = resolve(new URL('.', import.meta.url).pathname, '../../..');
const only = process.argv
  .find((a) => a.startsWith('--only='))
  ?.slice(7)
  .split(',');
const wants = (part) => !only || only.includes(part);
const totals = { passed: 0, failed: 0, skipped: 0 };
const failedSteps = [];

checkNode();
installIfNeeded();
mkdirSync(join(root, '.cache'), { recursive: true });

const env = { ...process.env, NX_DAEMON: 'false', FORCE_COLOR: process.env.FORCE_COLOR ?? '0' };
const bin = (name) => join(root, 'node_modules/.bin', name);

function step(name, command, args, more = {}) {
  const began = Date.now();
  return new Promise((done) => {
    const child = spawn(command, args, { cwd: root, env: { ...env, ...more }, stdio: ['ignore', 'pipe', 'pipe'] });
    const output = [];
    child.stdout.on('data', (d) => output.push(d));
    child.stderr.on('data', (d) => output.push(d));
    child.once('close', (code) => {
      process.stdout.write(
        `\n== ${name} (${((Date.now() - began) / 1000).toFixed(0)} s)\n${Buffer.concat(output).toString()}`,
      );
      done(code === 0);
    });
  });
}

function count(name, ok) {
  totals[ok ? 'passed' : 'failed'] += 1;
  if (!ok) failedSteps.push(name);
}

function countReport(name, ok, read) {
  try {
    const counted = read();
    totals.passed += counted.passed;
    totals.failed += counted.failed;
    totals.skipped += counted.skipped;
    if (counted.failed > 0) failedSteps.push(name);
    else if (!ok || counted.passed === 0) count(`${name} (ended badly)`, false);
  } catch (error) {
    console.error(`${name}: no report (${error.message})`);
    count(name, false);
  }
}

if (spawnSync('redis-server', ['--version'], { stdio: 'ignore' }).status !== 0) {
  console.log('No redis-server found: the worker is tested on PostgreSQL only.');
}

// The import directions are checked on Nx's graph of the projects, which eslint only reads.
if (wants('lint')) await step('project graph', bin('nx'), ['show', 'projects', '--json']);
await Promise.all([
  wants('lint') &&
    step('lint', bin('eslint'), ['.', '--cache', '--cache-location', '.cache/eslint/']).then((ok) => count('lint', ok)),
  wants('types') &&
    step('types of the server', bin('tsc'), ['-p', 'tsconfig.json']).then((ok) => count('types of the server', ok)),
  wants('types') &&
    step('types of the journeys', bin('tsc'), ['-p', 'apps/e2e/tsconfig.json']).then((ok) =>
      count('types of the journeys', ok),
    ),
]);
await Promise.all([
  wants('lint') &&
    step('format', bin('prettier'), ['--check', '--log-level', 'warn', '.']).then((ok) => count('format', ok)),
  wants('types') &&
    step('types of the web app', bin('vue-tsc'), ['--noEmit', '-p', 'apps/web/tsconfig.json']).then((ok) =>
      count('types of the web app', ok),
    ),
]);

if (wants('unit')) {
  const report = join(root, '.cache/vitest.json');
  rmSync(report, { force: true });
  const ok = await step('unit, service, API and worker tests', bin('vitest'), [
    'run',
    '--reporter=default',
    '--reporter=json',
    `--outputFile.json=${report}`,
  ]);
  countReport('unit tests', ok, () => {
    const r = JSON.parse(readFileSync(report, 'utf8'));
    const brokenFiles = r.testResults.filter((f) => f.status === 'failed' && f.assertionResults.length === 0).length;
    return {
      passed: r.numPassedTests,
      failed: r.numFailedTests + brokenFiles,
      skipped: r.numPendingTests + r.numTodoTests,
    };
  });
}

if (wants('journeys')) {
  buildIfNeeded();
  const report = join(root, '.cache/playwright.json');
  rmSync(report, { force: true });
  const ok = await step(
    'journeys in the browser',
    bin('playwright'),
    ['test', '--config', 'apps/e2e/playwright.config.ts', '--reporter=list,json'],
    {
      PLAYWRIGHT_JSON_OUTPUT_NAME: report,
    },
  );
  countReport('journeys', ok, () => {
    const { stats } = JSON.parse(readFileSync(report, 'utf8'));
    return { passed: stats.expected + stats.flaky, failed: stats.unexpected, skipped: stats.skipped };
  });
}

if (failedSteps.length > 0) console.log(`\nFailed: ${failedSteps.join(', ')}`);
console.log(`\n${totals.passed} passed, ${totals.failed} failed${totals.skipped ? `, ${totals.skipped} skipped` : ''}`);
process.exit(totals.failed > 0 ? 1 : 0);
