import type { INestApplicationContext, Type } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { createLogger, Db, NestLogger } from '@waymark/platform';
import { rootModule } from '@waymark/wiring';

/** The application without server and workers: the services, for loading data through them. */
export interface SeedApp {
  db: Db;
  get<T>(type: Type<T>): T;
  close(): Promise<void>;
}

export async function openSeedApp(): Promise<SeedApp> {
  const app: INestApplicationContext = await NestFactory.createApplicationContext(rootModule({ process: 'command' }), {
    logger: new NestLogger(createLogger('warn', 'prepare')),
    abortOnError: false,
  });
  return { db: app.get(Db), get: (type) => app.get(type, { strict: false }), close: () => app.close() };
}
