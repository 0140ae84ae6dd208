import type { QueueOptions, WorkerOptions } from 'bullmq';
import { createPostgresBackend, setDefaultBackendFactory } from 'bullmq';
import type { ConnectionOptions } from 'bullmq';
import { platformConfig } from '../config/platform.config.js';

/** Two lanes, so that a long import never holds up the events of the next request. */
export const QUEUES = ['events', 'jobs'] as const;
export type QueueName = (typeof QUEUES)[number];

const PREFIX = 'waymark';

/**
 * Where jobs live: in Redis when REDIS_URL is set, else in PostgreSQL (schema `bullmq`).
 * @param blocking for workers, which wait on their connection
 */
export function queueOptions(
  blocking: boolean,
): Pick<QueueOptions & WorkerOptions, 'connection' | 'prefix' | 'skipWaitingForReady'> {
  const config = platformConfig();
  if (config.REDIS_URL) {
    const url = new URL(config.REDIS_URL);
    const connection: ConnectionOptions = {
      host: url.hostname,
      port: Number(url.port || 6379),
      db: Number(url.pathname.slice(1) || 0),
      ...(url.username ? { username: decodeURIComponent(url.username) } : {}),
      ...(url.password ? { password: decodeURIComponent(url.password) } : {}),
      ...(url.protocol === 'rediss:' ? { tls: {} } : {}),
      maxRetriesPerRequest: blocking ? null : 3,
    };
    setDefaultBackendFactory(undefined);
    return { connection, prefix: PREFIX };
  }
  setDefaultBackendFactory(createPostgresBackend);
  const connection = {
    connectionString: config.DATABASE_URL,
    schema: 'bullmq',
    skipMigrations: true,
    max: blocking ? 4 : 2,
    keepAlive: true,
    ...(config.DATABASE_ROLE ? { options: `-c role=${config.DATABASE_ROLE}` } : {}),
  };
  return { connection: connection as unknown as ConnectionOptions };
}
