import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';

const root = join(import.meta.dirname, '../../..');
const readme = readFileSync(join(root, 'README.md'), 'utf8');

/** Every setting a lib or the command line declares with `defineConfig`; PATH belongs to the system. */
const settings = ['libs', 'apps/cli/src', 'apps/worker/src']
  .flatMap((folder) =>
    readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' }).map((n) => join(folder, n)),
  )
  .filter((name) => name.endsWith('.config.ts') && !name.includes('node_modules'))
  .flatMap((name) => [
    ...readFileSync(join(root, name), 'utf8').matchAll(/^ {2}([A-Z][A-Z_]+):\s*(?:z$|z\.|booleanSetting)/gm),
  ])
  .map(([, name]) => name!)
  .filter((name) => name !== 'PATH');

describe('the settings table of README.md', () => {
  it('has every declared setting', () => {
    expect(settings).toContain('DATABASE_URL');
    expect(settings.length).toBeGreaterThan(15);
    expect(settings.filter((name) => !readme.includes(`\`${name}\``))).toEqual([]);
  });
});
