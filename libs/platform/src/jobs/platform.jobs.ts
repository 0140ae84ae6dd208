import { Inject, Injectable } from '@nestjs/common';
import { Relay } from '../outbox/relay.js';
import { defineJob, HandlesJob } from './job.js';
import { Jobs } from './jobs.service.js';

export const relayJob = defineJob<Record<string, never>>({
  name: 'platform.relay',
  cron: '*/10 * * * * *',
  attempts: 1,
});
export const consumeJob = defineJob<{ consumer: string }>({ name: 'platform.consume', attempts: 1 });
export const pruneJob = defineJob<Record<string, never>>({ name: 'platform.prune', cron: '17 3 * * *' });

@Injectable()
export class PlatformJobs {
  constructor(
    @Inject(Relay) private readonly relay: Relay,
    @Inject(Jobs) private readonly jobs: Jobs,
  ) {}

  @HandlesJob(relayJob)
  async relayEvents(): Promise<void> {
    const consumers = await this.relay.relay();
    await Promise.all(
      consumers.map((consumer) =>
        this.jobs.enqueue(consumeJob, { consumer }, { key: `consume.${consumer}`, queue: 'events' }),
      ),
    );
  }

  @HandlesJob(consumeJob)
  async consume(payload: { consumer: string }): Promise<void> {
    await this.relay.consume(payload.consumer);
  }

  @HandlesJob(pruneJob)
  async prune(): Promise<void> {
    while ((await this.relay.prune()) === 20_000);
  }
}
