import { Inject, Injectable, Logger, type BeforeApplicationShutdown } from '@nestjs/common';
import { Queue, Worker, type Job } from 'bullmq';
import { platformConfig } from '../config/platform.config.js';
import { OUTBOX_TOPIC } from '../outbox/outbox.service.js';
import { Realtime } from '../realtime/realtime.js';
import { requestContext } from '../observability/logger.js';
import { jobDuration } from '../observability/metrics.js';
import { inSpan } from '../observability/tracing.js';
import { definedJobs } from './job.js';
import { JobRegistry } from './job.registry.js';
import { PlatformJobs } from './platform.jobs.js';
import { queueOptions, QUEUES } from './queue.js';

const CONCURRENCY = { events: 3, jobs: 2 } as const;

/** The worker process: takes jobs from the queues, keeps the schedules, and relays events as soon as it is nudged. */
@Injectable()
export class JobRunner implements BeforeApplicationShutdown {
  private readonly logger = new Logger(JobRunner.name);
  private readonly workers: Worker[] = [];
  private readonly stopping = new AbortController();
  private relaying = false;
  private relayAgain = false;

  constructor(
    @Inject(JobRegistry) private readonly registry: JobRegistry,
    @Inject(Realtime) private readonly realtime: Realtime,
    @Inject(PlatformJobs) private readonly platformJobs: PlatformJobs,
  ) {}

  async start(): Promise<void> {
    this.registry.prove();
    const options = queueOptions(true);
    const lockDuration = platformConfig().JOB_LOCK_SECONDS * 1_000;
    for (const name of QUEUES) {
      const worker = new Worker(name, (job) => this.run(job), {
        ...options,
        concurrency: CONCURRENCY[name],
        drainDelay: 10,
        lockDuration,
        stalledInterval: lockDuration / 2,
        maxStalledCount: 3,
      });
      worker.on('error', (error) => this.logger.warn(`queue ${name}: ${error.message}`));
      worker.on('failed', (job, error) =>
        this.logger.error({ msg: 'job failed', job: job?.name, id: job?.id, attempt: job?.attemptsMade, err: error }),
      );
      this.workers.push(worker);
    }
    await this.schedule();
    await this.realtime.listen(OUTBOX_TOPIC, () => void this.relaySoon());
    void this.relaySoon();
  }

  private async schedule(): Promise<void> {
    const queue = new Queue('jobs', queueOptions(false));
    queue.on('error', () => undefined);
    try {
      const wanted = definedJobs().filter((j) => j.cron);
      for (const job of wanted) {
        await queue.upsertJobScheduler(
          job.name,
          { pattern: job.cron as string, tz: job.zone ?? 'UTC' },
          {
            name: job.name,
            data: {},
            opts: {
              attempts: job.attempts ?? 5,
              backoff: { type: 'exponential', delay: 1_000 },
              removeOnComplete: { count: 100 },
              removeOnFail: { count: 1_000 },
            },
          },
        );
      }
      const names = new Set(wanted.map((j) => j.name));
      for (const s of await queue.getJobSchedulers())
        if (s.key && !names.has(s.key)) await queue.removeJobScheduler(s.key);
    } finally {
      await queue.close();
    }
  }

  /** One relay at a time in this process; a nudge that comes meanwhile runs it once more. */
  private async relaySoon(): Promise<void> {
    if (this.relaying) {
      this.relayAgain = true;
      return;
    }
    this.relaying = true;
    try {
      do {
        this.relayAgain = false;
        await this.platformJobs.relayEvents();
      } while (this.relayAgain && !this.stopping.signal.aborted);
    } catch (error) {
      this.logger.warn(`relay: ${String(error)}`);
    } finally {
      this.relaying = false;
    }
  }

  private async run(job: Job): Promise<unknown> {
    const handler = this.registry.handlers.get(job.name);
    if (!handler) throw new Error(`Nobody handles ${job.name}`);
    const stop = jobDuration.startTimer({ job: job.name });
    try {
      const id = job.id ?? '';
      const result = await requestContext.run({ requestId: id }, () =>
        inSpan(`job ${job.name}`, { 'waymark.attempt': job.attemptsMade }, () =>
          handler(job.data as object, {
            id,
            signal: this.stopping.signal,
            progress: async (done, total) => void (await job.updateProgress({ done, total })),
          }),
        ),
      );
      stop({ outcome: 'done' });
      return result;
    } catch (error) {
      stop({ outcome: 'failed' });
      throw error;
    }
  }

  /** Lets running jobs finish, up to SHUTDOWN_SECONDS; what is cut off is taken up by another worker. */
  async beforeApplicationShutdown(): Promise<void> {
    this.stopping.abort();
    const limit = new Promise<void>((resolve) => setTimeout(resolve, platformConfig().SHUTDOWN_SECONDS * 1000).unref());
    await Promise.race([Promise.all(this.workers.map((w) => w.close())), limit]);
  }
}
