import { resolve } from 'node:path';
import { defineConfig, platformConfig } from '@waymark/platform/config';
import { z } from 'zod';

const erasureConfig = defineConfig('erasure', {
  /** Keep it where the backups are not, so that an older backup can't bring anybody back. */
  WAYMARK_ERASURE_LOG: z.string().optional(),
});

/** The file that remembers who was erased: ids and moments, nothing else. */
export function erasureLogPath(): string {
  return resolve(erasureConfig().WAYMARK_ERASURE_LOG ?? `${platformConfig().WAYMARK_DATA_DIR}/erasures.log`);
}
