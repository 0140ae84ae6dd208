import 'fastify';
import type { Viewer } from '../security/viewer.js';

declare module 'fastify' {
  interface FastifyRequest {
    viewer?: Viewer | null;
  }
}
