import { defineConfig } from '@waymark/platform/config';
import { z } from 'zod';

/** How long the rows of a people import and the name of its file are kept, in days from the upload. */
export const importRetention = defineConfig('import-retention', {
  WAYMARK_KEEP_IMPORTS_DAYS: z.coerce.number().int().min(1).max(3_650).default(30),
});
