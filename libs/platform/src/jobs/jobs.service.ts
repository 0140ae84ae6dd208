import { Injectable, type OnApplicationShutdown } from '@nestjs/common';
import { newId } from '@waymark/kernel';
import { Queue } from 'bullmq';
import type { JobType } from './job.js';
import { queueOptions, QUEUES, type QueueName } from './queue.js';

export interface EnqueueOptions {
  /** While a job with this key waits or runs, another one is not added. */
  key?: string;
  delayMs?: number;
  queue?: QueueName;
}

export interface QueuedJob {
  name: string;
  payload: object;
  options: EnqueueOptions;
}

/** Where jobs are put. The queue forgets, so handlers keep their own keys in PostgreSQL. */
export abstract class JobQueue {
  abstract add(job: QueuedJob, attempts: number): Promise<void>;
  abstract depth(): Promise<{ queue: string; waiting: number; active: number; failed: number; delayed: number }[]>;
}

@Injectable()
export class BullQueue extends JobQueue implements OnApplicationShutdown {
  private readonly queues = new Map<QueueName, Queue>();

  private queue(name: QueueName): Queue {
    let queue = this.queues.get(name);
    if (!queue) {
      queue = new Queue(name, queueOptions(false));
      queue.on('error', () => undefined);
      this.queues.set(name, queue);
    }
    return queue;
  }

  /** BullMQ remembers a first connection that failed for good, so a queue that was made in an outage is made again. */
  private async connected(name: QueueName): Promise<Queue> {
    const queue = this.queue(name);
    try {
      await queue.waitUntilReady();
      return queue;
    } catch (error) {
      if (this.queues.get(name) === queue) {
        this.queues.delete(name);
        void queue.close().catch(() => undefined);
      }
      throw error;
    }
  }

  async add(job: QueuedJob, attempts: number): Promise<void> {
    const queue = await this.connected(job.options.queue ?? 'jobs');
    await queue.add(job.name, job.payload, {
      jobId: newId(),
      attempts,
      backoff: { type: 'exponential', delay: 1_000 },
      removeOnComplete: { age: 3_600, count: 1_000 },
      removeOnFail: { age: 14 * 86_400, count: 5_000 },
      ...(job.options.delayMs ? { delay: job.options.delayMs } : {}),
      ...(job.options.key ? { deduplication: { id: job.options.key.replaceAll(':', '.') } } : {}),
    });
  }

  async depth(): Promise<{ queue: string; waiting: number; active: number; failed: number; delayed: number }[]> {
    return Promise.all(
      QUEUES.map(async (name) => {
        const queue = await this.connected(name);
        const c = await queue.getJobCounts('waiting', 'active', 'failed', 'delayed');
        return {
          queue: name,
          waiting: c['waiting'] ?? 0,
          active: c['active'] ?? 0,
          failed: c['failed'] ?? 0,
          delayed: c['delayed'] ?? 0,
        };
      }),
    );
  }

  async onApplicationShutdown(): Promise<void> {
    await Promise.all([...this.queues.values()].map((q) => q.close()));
  }
}

/** Keeps jobs in memory until a test runs them. */
@Injectable()
export class MemoryQueue extends JobQueue {
  readonly added: QueuedJob[] = [];

  async add(job: QueuedJob): Promise<void> {
    if (job.options.key && this.added.some((j) => j.name === job.name && j.options.key === job.options.key)) return;
    this.added.push(job);
  }

  async depth(): Promise<{ queue: string; waiting: number; active: number; failed: number; delayed: number }[]> {
    return [{ queue: 'jobs', waiting: this.added.length, active: 0, failed: 0, delayed: 0 }];
  }
}

@Injectable()
export class Jobs {
  constructor(private readonly queue: JobQueue) {}

  /** Puts a job on the queue. Call it after the commit (see `afterCommit`): a rolled-back transaction must not leave one. */
  async enqueue<P extends object>(job: JobType<P>, payload: P, options: EnqueueOptions = {}): Promise<void> {
    await this.queue.add({ name: job.name, payload, options }, job.attempts ?? 5);
  }

  depth(): ReturnType<JobQueue['depth']> {
    return this.queue.depth();
  }
}
