import { z } from 'zod';
import { defineConfig } from '../config/config.js';

export const fileConfig = defineConfig('files', {
  /** Path of LibreOffice's `soffice`; looked up when not set, 'off' to convert nothing. */
  WAYMARK_SOFFICE: z.string().optional(),
  PATH: z.string().default(''),
});
