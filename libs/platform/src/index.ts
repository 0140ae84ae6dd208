export * from './clock.token.js';
export * from './config/index.js';
export * from './db/data-source.js';
export { afterCommit, databaseRefusal, Db } from './db/db.js';
export { Gathered } from './db/gathered.js';
export * from './db/migrate.js';
export * from './db/sql.js';
export * from './db/statements.js';
export { decoratedMethods } from './discovery.js';
export * from './files/index.js';
export * from './graphql/connection.js';
export * from './graphql/context.js';
export * from './graphql/id.pipe.js';
export { requestGqlContext } from './graphql/graphql.module.js';
export * from './graphql/loaders.js';
export * from './graphql/scalars.js';
export * from './graphql/text.model.js';
export * from './http/each-input.pipe.js';
export * from './http/server.js';
export * from './jobs/job.js';
export { JobRegistry } from './jobs/job.registry.js';
export { JobRunner } from './jobs/job.runner.js';
export { JobQueue, Jobs, MemoryQueue, type QueuedJob } from './jobs/jobs.service.js';
export { PlatformJobs } from './jobs/platform.jobs.js';
export * from './mail/index.js';
export * from './observability/backup-state.js';
export * from './observability/logger.js';
export * from './observability/metrics.js';
export * from './observability/tracing.js';
export * from './outbox/event.js';
export {
  EVENT_RECORD,
  eventBatch,
  eventRecord,
  Outbox,
  type EventBatch,
  type NewEvent,
} from './outbox/outbox.service.js';
export { Relay } from './outbox/relay.js';
export { Subscriptions } from './outbox/subscriptions.js';
export * from './platform.module.js';
export * from './realtime/realtime.js';
export { Allow, AllowWhileViewingAs, Ctx, CurrentViewer, MaybeViewer, Public } from './security/allow.js';
export * from './security/permission.check.js';
export * from './security/permissions.js';
export * from './security/session.js';
export * from './security/viewer.js';
export * from './supervised.js';
export * from './text/subject-titles.service.js';
export * from './tables/index.js';
export * from './text/texts.service.js';
