import { Controller, Get, Header, Inject, Req, Res } from '@nestjs/common';
import { Forbidden, Transient } from '@waymark/kernel';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { platformConfig } from '../config/platform.config.js';
import { Db } from '../db/db.js';
import { one } from '../db/sql.js';
import { Jobs } from '../jobs/jobs.service.js';
import { metrics, outboxWaiting, queueDepth } from '../observability/metrics.js';
import { measureBackups } from '../observability/backup-state.js';
import { Relay } from '../outbox/relay.js';
import { Public } from '../security/allow.js';

const READY_MS = 3_000;

@Controller()
export class HealthController {
  constructor(
    @Inject(Db) private readonly db: Db,
    @Inject(Jobs) private readonly jobs: Jobs,
    @Inject(Relay) private readonly relay: Relay,
  ) {}

  @Get('health/live')
  @Public()
  @Header('cache-control', 'no-store')
  live(): { status: string } {
    return { status: 'ok' };
  }

  /** Ready when the database answers and the queue can be reached. */
  @Get('health/ready')
  @Public()
  @Header('cache-control', 'no-store')
  async ready(
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<{ status: string; database: string; queue: string }> {
    const [database, queue] = await Promise.all([
      within(this.db.read((tx) => one(tx, 'select 1 as ok'))),
      within(this.jobs.depth()),
    ]);
    const ok = database && queue;
    void reply.status(ok ? 200 : 503);
    return {
      status: ok ? 'ok' : 'unavailable',
      database: database ? 'ok' : 'unavailable',
      queue: queue ? 'ok' : 'unavailable',
    };
  }

  /** Prometheus text. From this machine, or with METRICS_TOKEN as bearer token. */
  @Get('metrics')
  @Public()
  async metrics(@Req() request: FastifyRequest, @Res({ passthrough: true }) reply: FastifyReply): Promise<string> {
    const token = platformConfig().METRICS_TOKEN;
    const allowed = token
      ? request.headers.authorization === `Bearer ${token}`
      : ['127.0.0.1', '::1', '::ffff:127.0.0.1'].includes(request.ip);
    if (!allowed) throw new Forbidden('metrics-token-needed');
    for (const row of await this.relay.waiting()) {
      outboxWaiting.set({ consumer: row.consumer, state: 'waiting' }, row.waiting);
      outboxWaiting.set({ consumer: row.consumer, state: 'parked' }, row.parked);
    }
    for (const q of await this.jobs.depth()) {
      for (const state of ['waiting', 'active', 'failed', 'delayed'] as const)
        queueDepth.set({ queue: q.queue, state }, q[state]);
    }
    await measureBackups(this.db);
    void reply.header('content-type', metrics.contentType);
    return metrics.metrics();
  }
}

async function within(work: Promise<unknown>): Promise<boolean> {
  const limit = new Promise<never>((_, reject) => setTimeout(() => reject(new Transient()), READY_MS).unref());
  return Promise.race([work, limit]).then(
    () => true,
    () => false,
  );
}
