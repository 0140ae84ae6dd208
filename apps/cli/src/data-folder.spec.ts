import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { CommandError } from './command.js';
import { dataFolder } from './data-folder.js';

describe('the data folder', () => {
  let dir: string;
  beforeAll(() => (dir = mkdtempSync(join(tmpdir(), 'waymark-folder-'))));
  afterAll(() => rmSync(dir, { recursive: true, force: true }));

  it('is made with the folders above it', () => {
    const folder = join(dir, 'a/b/c');
    expect(dataFolder(folder)).toBe(folder);
    expect(existsSync(folder)).toBe(true);
  });

  it('is refused in words when it is a file or lies below one', () => {
    const file = join(dir, 'file');
    writeFileSync(file, '');
    expect(() => dataFolder(file)).toThrow(CommandError);
    expect(() => dataFolder(join(file, 'x'))).toThrow(/WAYMARK_DATA_DIR/);
  });

  it.runIf(process.platform === 'linux')('is refused where no folder can be made, without hanging', () => {
    expect(() => dataFolder('/proc/waymark/data')).toThrow(CommandError);
  });
});
