import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from 'prom-client';

export const metrics = new Registry();
collectDefaultMetrics({ register: metrics });

export const requestDuration = new Histogram({
  name: 'waymark_http_request_seconds',
  help: 'Time to answer a request',
  labelNames: ['route', 'method', 'status'] as const,
  buckets: [0.005, 0.02, 0.05, 0.1, 0.3, 1, 3],
  registers: [metrics],
});

export const operationCount = new Counter({
  name: 'waymark_graphql_operations_total',
  help: 'GraphQL operations by name and outcome',
  labelNames: ['operation', 'outcome'] as const,
  registers: [metrics],
});

export const sqlStatements = new Counter({
  name: 'waymark_sql_statements_total',
  help: 'SQL statements sent, transaction control left out',
  registers: [metrics],
});

export const jobDuration = new Histogram({
  name: 'waymark_job_seconds',
  help: 'Time a job ran',
  labelNames: ['job', 'outcome'] as const,
  buckets: [0.01, 0.05, 0.2, 1, 5, 30, 120],
  registers: [metrics],
});

export const outboxWaiting = new Gauge({
  name: 'waymark_outbox_waiting',
  help: 'Events that wait for a consumer',
  labelNames: ['consumer', 'state'] as const,
  registers: [metrics],
});

export const queueDepth = new Gauge({
  name: 'waymark_queue_jobs',
  help: 'Jobs by queue and state',
  labelNames: ['queue', 'state'] as const,
  registers: [metrics],
});

export const backupLast = new Gauge({
  name: 'waymark_backup_last_seconds',
  help: 'When the newest nightly backup was done, and when one failed last (Unix time)',
  labelNames: ['outcome'] as const,
  registers: [metrics],
});
