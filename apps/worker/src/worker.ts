import { Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { IdentityModule } from '@waymark/identity';
import {
  checkConfig,
  createLogger,
  JobRunner,
  NestLogger,
  platformConfig,
  stopWithSupervisor,
  untilReleased,
} from '@waymark/platform';
import { rootModule } from '@waymark/wiring';
import { NightlyBackup } from './nightly-backup.service.js';

@Module({ imports: [rootModule({ process: 'worker' }), IdentityModule], providers: [NightlyBackup] })
class WorkerModule {}

/** Starts the worker: jobs, schedules and the outbox relay. Several may run at once. */
export async function runWorker(): Promise<void> {
  checkConfig();
  stopWithSupervisor();
  await untilReleased();
  const app = await NestFactory.createApplicationContext(WorkerModule, {
    logger: new NestLogger(createLogger(platformConfig().LOG_LEVEL, 'worker')),
    abortOnError: false,
  });
  app.enableShutdownHooks();
  await app.get(JobRunner).start();
  process.send?.({ ready: 'worker' });
}
