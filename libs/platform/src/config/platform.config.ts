import { z } from 'zod';
import { booleanSetting, defineConfig } from './config.js';

export const platformConfig = defineConfig('platform', {
  NODE_ENV: z.enum(['production', 'development', 'test']).default('production'),
  HOST: z.string().default('127.0.0.1'),
  PORT: z.coerce.number().int().min(0).max(65_535).default(4000),
  DATABASE_URL: z.string().startsWith('postgres').default('postgres://postgres@127.0.0.1:5432/waymark'),
  DATABASE_POOL: z.coerce.number().int().min(1).max(200).default(10),
  /** 0 behind a pooler in transaction mode. */
  DATABASE_PREPARE: booleanSetting.default(true),
  /** The role requests run as; it can't change append-only tables. Empty where one role must do (then they are not protected). */
  DATABASE_ROLE: z
    .string()
    .regex(/^[a-z_][a-z0-9_]*$/)
    .default('waymark_app'),
  REDIS_URL: z.string().startsWith('redis').optional(),
  PUBLIC_URL: z.url().optional(),
  TRUST_PROXY: z.string().optional(),
  WAYMARK_DATA_DIR: z.string().default('.waymark'),
  WAYMARK_WEB_DIR: z.string().optional(),
  WAYMARK_GRAPHQL_OPEN: booleanSetting.default(false),
  LOG_LEVEL: z.enum(['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent']).default('info'),
  /** How long a job may seem to run without a sign of life before another worker takes it up. */
  JOB_LOCK_SECONDS: z.coerce.number().int().min(2).max(600).default(30),
  SHUTDOWN_SECONDS: z.coerce.number().int().min(1).max(600).default(25),
  METRICS_TOKEN: z.string().min(16).optional(),
});
