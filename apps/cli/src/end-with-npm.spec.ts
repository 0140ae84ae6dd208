import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, describe, expect, it } from 'vitest';
import { projectRoot } from './layout.js';

describe('npm start', () => {
  const dir = mkdtempSync(join(tmpdir(), 'waymark-npm-'));
  afterAll(() => rmSync(dir, { recursive: true, force: true }));

  it('ends in good order when npm is told to end', async () => {
    const launcher = pathToFileURL(join(projectRoot, 'apps/cli/bin/waymark.mjs')).href;
    writeFileSync(join(dir, 'package.json'), JSON.stringify({ scripts: { start: 'node program.mjs' } }));
    writeFileSync(
      join(dir, 'program.mjs'),
      `import { endWithNpm } from ${JSON.stringify(launcher)};
       endWithNpm();
       process.once('SIGTERM', () => { console.log('in good order'); process.exit(0); });
       setTimeout(() => process.exit(1), 20_000);
       console.log('up');`,
    );
    const npm = spawn('npm', ['start', '--silent'], { cwd: dir, stdio: ['ignore', 'pipe', 'inherit'] });
    let said = '';
    npm.stdout.setEncoding('utf8').on('data', (text: string) => {
      said += text;
      if (said === 'up\n') npm.kill('SIGTERM');
    });
    // The pipe ends when the last process that holds it is gone.
    await once(npm.stdout, 'end');
    expect(said).toBe('up\nin good order\n');
  });
});
