import { Injectable, Module, type INestApplicationContext } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import {
  ConsumesEvents,
  Db,
  defineEvent,
  defineJob,
  execute,
  HandlesJob,
  JobRunner,
  Jobs,
  Outbox,
  PlatformModule,
  rows,
  useEnvironment,
  type DomainEvent,
  type Tx,
} from '@waymark/platform';
import { createTestDatabase, type TestDatabase } from '@waymark/testing/database';
import { hasRedis, startTestRedis, type TestRedis } from '@waymark/testing/redis';
import { until } from '@waymark/testing/until';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const wrote = defineEvent<{ key: string }>('worker-test.wrote');
const claimJob = defineJob<{ key: string; failures: number }>({ name: 'worker-test.claim', attempts: 3 });
const runs = new Map<string, number>();

@Injectable()
class Work {
  constructor(private readonly db: Db) {}

  @ConsumesEvents({ consumer: 'worker-test', events: [wrote] })
  async take(tx: Tx, events: DomainEvent<{ key: string }>[]): Promise<void> {
    for (const e of events) await execute(tx, `insert into job_claim (key) values ($1)`, [e.payload.key]);
  }

  @HandlesJob(claimJob)
  async claim(payload: { key: string; failures: number }): Promise<void> {
    const run = (runs.get(payload.key) ?? 0) + 1;
    runs.set(payload.key, run);
    if (run <= payload.failures) throw new Error('not yet');
    await this.db.transaction((tx) =>
      execute(tx, `insert into job_claim (key) values ($1) on conflict do nothing`, [payload.key]),
    );
  }
}

@Module({ providers: [Work] })
class WorkModule {}

const backends = [
  { name: 'PostgreSQL', redis: false },
  { name: 'Redis', redis: true },
];

for (const backend of backends) {
  const skip = backend.redis && !hasRedis();
  describe.skipIf(skip)(`jobs on ${backend.name}`, () => {
    let database: TestDatabase;
    let redis: TestRedis | undefined;
    let app: INestApplicationContext;
    let db: Db;

    beforeAll(async () => {
      database = await createTestDatabase();
      if (backend.redis) redis = await startTestRedis();
      useEnvironment({ NODE_ENV: 'test', DATABASE_URL: database.url, REDIS_URL: redis?.url });

      @Module({ imports: [PlatformModule.forRoot({ process: 'worker', databaseUrl: database.url }), WorkModule] })
      class Root {}

      app = await NestFactory.createApplicationContext(Root, { logger: false, abortOnError: false });
      db = app.get(Db);
      await app.get(JobRunner).start();
    });
    afterAll(async () => {
      await app.close();
      await redis?.stop();
      await database.drop();
    });

    const claimed = (key: string) => db.read((tx) => rows(tx, `select 1 from job_claim where key = $1`, [key]));
    const claims = async (key: string) => (await claimed(key)).length === 1;

    it('brings an event to its consumer', async () => {
      await db.transaction((tx) => app.get(Outbox).publish(tx, wrote, { payload: { key: `event-${backend.name}` } }));
      await until(() => claims(`event-${backend.name}`));
    });

    it('takes five hundred events in order, each once', async () => {
      const keys = Array.from({ length: 500 }, (_, i) => `many-${backend.name}-${i}`);
      await db.transaction((tx) =>
        app.get(Outbox).publishMany(
          tx,
          wrote,
          keys.map((key) => ({ payload: { key } })),
        ),
      );
      await until(
        async () =>
          (await db.read((tx) => rows(tx, `select 1 from job_claim where key like $1`, [`many-${backend.name}-%`])))
            .length === 500,
      );
    });

    it('runs a job, again when it fails, and only one of two with the same key', async () => {
      const key = `retry-${backend.name}`;
      await app.get(Jobs).enqueue(claimJob, { key, failures: 1 }, { key });
      await app.get(Jobs).enqueue(claimJob, { key, failures: 1 }, { key });
      await until(() => claims(key), 20_000);
      expect(runs.get(key)).toBe(2);
    });
  });
}
