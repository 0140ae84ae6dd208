import 'fastify';
import type { TraceSpan } from '../observability/otlp-tracing.js';
import type { Viewer } from '../security/viewer.js';

declare module 'fastify' {
  interface FastifyRequest {
    viewer?: Viewer | null;
    span?: TraceSpan | undefined;
  }
}
