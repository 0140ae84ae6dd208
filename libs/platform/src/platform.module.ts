import { Global, Module, type DynamicModule, type Provider } from '@nestjs/common';
import { APP_GUARD, DiscoveryModule } from '@nestjs/core';
import { systemClock, type Clock } from '@waymark/kernel';
import { DataSource, getMetadataArgsStorage, type EntityTarget } from 'typeorm';
import { CLOCK } from './clock.token.js';
import { platformConfig } from './config/platform.config.js';
import { createDataSource } from './db/data-source.js';
import { Db } from './db/db.js';
import { FileConversion } from './files/file-conversion.service.js';
import { FilePolicies } from './files/file-policies.js';
import { DiskFileStore, FileStore } from './files/file-store.js';
import { FileController } from './files/file.controller.js';
import { FileJobs } from './files/file.jobs.js';
import { Files } from './files/files.service.js';
import { graphqlModule } from './graphql/graphql.module.js';
import { LiveSockets } from './graphql/live-sockets.js';
import { HealthController } from './http/health.controller.js';
import { JobRegistry } from './jobs/job.registry.js';
import { JobRunner } from './jobs/job.runner.js';
import { BullQueue, JobQueue, Jobs, MemoryQueue } from './jobs/jobs.service.js';
import { PlatformJobs } from './jobs/platform.jobs.js';
import { TraceShutdown } from './observability/trace-shutdown.js';
import { startTracing } from './observability/tracing.js';
import { MailQueue } from './mail/mail-queue.service.js';
import { MailSender } from './mail/mail-sender.service.js';
import { MailboxController } from './mail/mailbox.controller.js';
import { Outbox } from './outbox/outbox.service.js';
import { Relay } from './outbox/relay.js';
import { Subscriptions } from './outbox/subscriptions.js';
import { Realtime } from './realtime/realtime.js';
import { AllowGuard } from './security/allow.guard.js';
import { PermissionCheck } from './security/permission.check.js';
import { SubjectTitles } from './text/subject-titles.service.js';
import { Texts } from './text/texts.service.js';

export interface PlatformOptions {
  /** Which process this is: only the worker takes jobs, only the api answers requests. */
  process: 'api' | 'worker' | 'command';
  /** All loaded entity classes unless said. */
  entities?: EntityTarget<object>[];
  clock?: Clock;
  databaseUrl?: string;
  /** Jobs are kept in memory and run by the test itself. */
  memoryQueue?: boolean;
}

@Global()
@Module({})
export class PlatformModule {
  static forRoot(options: PlatformOptions): DynamicModule {
    const dataSource: Provider = {
      provide: DataSource,
      useFactory: async () => {
        const config = platformConfig();
        const source = createDataSource({
          url: options.databaseUrl ?? config.DATABASE_URL,
          role: config.DATABASE_ROLE || undefined,
          poolSize: config.DATABASE_POOL,
          prepare: config.DATABASE_PREPARE,
          entities: options.entities ?? getMetadataArgsStorage().tables.map((t) => t.target as EntityTarget<object>),
          applicationName: `waymark-${options.process}`,
        });
        return source.initialize();
      },
    };
    const providers: Provider[] = [
      dataSource,
      { provide: TraceShutdown, useFactory: async () => new TraceShutdown(await startTracing(options.process)) },
      { provide: CLOCK, useValue: options.clock ?? systemClock },
      { provide: JobQueue, useClass: options.memoryQueue ? MemoryQueue : BullQueue },
      Db,
      Realtime,
      Subscriptions,
      Outbox,
      Relay,
      Jobs,
      JobRegistry,
      PlatformJobs,
      Texts,
      SubjectTitles,
      MailQueue,
      MailSender,
      { provide: FileStore, useClass: DiskFileStore },
      FilePolicies,
      Files,
      FileConversion,
      FileJobs,
      PermissionCheck,
      ...(options.process === 'worker' ? [JobRunner] : []),
      ...(options.process === 'api' ? [LiveSockets, { provide: APP_GUARD, useClass: AllowGuard }] : []),
    ];
    return {
      module: PlatformModule,
      imports: [DiscoveryModule, ...(options.process === 'api' ? [graphqlModule()] : [])],
      controllers: options.process === 'api' ? [HealthController, MailboxController, FileController] : [],
      providers,
      exports: [
        DataSource,
        CLOCK,
        JobQueue,
        Db,
        Realtime,
        Subscriptions,
        Outbox,
        Relay,
        Jobs,
        JobRegistry,
        PlatformJobs,
        Texts,
        SubjectTitles,
        MailQueue,
        MailSender,
        FileStore,
        FilePolicies,
        Files,
        FileConversion,
        PermissionCheck,
        ...(options.process === 'worker' ? [JobRunner] : []),
        ...(options.process === 'api' ? [LiveSockets] : []),
      ],
    };
  }
}
