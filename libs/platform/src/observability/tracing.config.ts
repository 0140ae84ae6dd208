import { z } from 'zod';
import { defineConfig } from '../config/config.js';

export const tracingConfig = defineConfig('tracing', {
  /** An OTLP/HTTP receiver; traces go to `<endpoint>/v1/traces`. */
  OTEL_EXPORTER_OTLP_ENDPOINT: z.url().optional(),
  OTEL_SERVICE_NAME: z.string().default('waymark'),
});
