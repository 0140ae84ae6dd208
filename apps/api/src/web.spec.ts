import { mkdtemp, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { freshPage } from './web.js';

describe('the page of the web app', () => {
  let dir: string;
  beforeAll(async () => (dir = await mkdtemp(join(tmpdir(), 'waymark-web-'))));
  afterAll(() => rm(dir, { recursive: true, force: true }));

  it('is the one on disk, also after a new build, and the old one while a build is under way', async () => {
    const file = join(dir, 'index.html');
    await writeFile(file, 'first');
    const page = await freshPage(file);
    expect(await page()).toBe('first');
    await writeFile(file, 'second');
    await utimes(file, new Date(), new Date(Date.now() + 5_000));
    expect(await page()).toBe('second');
    await rm(file);
    expect(await page()).toBe('second');
  });

  it('has to be there at the start', async () => {
    await expect(freshPage(join(dir, 'none.html'))).rejects.toThrow('ENOENT');
  });
});
