import { readFile } from 'node:fs/promises';
import { isUuid } from '@waymark/kernel';
import { erasureLogPath } from './erasure.config.js';

/** The ids of the file; none when there is no file. */
export async function readErasureLog(): Promise<ReadonlySet<string>> {
  const text = await readFile(erasureLogPath(), 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return '';
    throw error;
  });
  return new Set(
    text
      .split('\n')
      .map((line) => line.split(' ')[0] ?? '')
      .filter(isUuid),
  );
}
