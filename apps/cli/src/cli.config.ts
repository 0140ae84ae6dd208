import { booleanSetting, defineConfig } from '@waymark/platform/config';
import { z } from 'zod';

/** What the commands ask of the environment beyond the settings of the libs. */
export const cliConfig = defineConfig('cli', {
  /** 0 starts an empty company with a set-up page for the first administrator. */
  WAYMARK_DEMO: booleanSetting.default(true),
  /** 1 allows the demo company, whose passwords are public, on an address other machines can reach. */
  WAYMARK_DEMO_FORCE: booleanSetting.default(false),
});

/** Settings of the platform, as far as they were given: without DATABASE_URL the commands use the database inside. */
export const givenConfig = defineConfig('given', {
  DATABASE_URL: z.string().startsWith('postgres').optional(),
  LOG_LEVEL: z.string().default('warn'),
  WAYMARK_BACKUP_KEEP: z.string().optional(),
});
