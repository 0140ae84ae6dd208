import pg from 'pg';
import { DataSource, type EntityTarget, type MixedList, type EntitySchema, type MigrationInterface } from 'typeorm';
import { PooledClient, PreparedClient } from './prepared-client.js';
import { StatementLogger } from './statements.js';

// Counters and sums fit a double; days are calendar days, not instants.
pg.types.setTypeParser(20, Number);
pg.types.setTypeParser(1082, (value) => value);

export interface DataSourceOptions {
  url: string;
  /** Role that each connection takes on; undefined = the role of the URL (migrations, backup). */
  role?: string | undefined;
  poolSize?: number;
  /** Prepare statements by name on each connection. */
  prepare?: boolean;
  entities?: EntityTarget<object>[];
  migrations?: (new () => MigrationInterface)[];
  applicationName?: string;
}

export function createDataSource(options: DataSourceOptions): DataSource {
  return new DataSource({
    type: 'postgres',
    url: options.url,
    entities: (options.entities ?? []) as MixedList<string | (new () => object) | EntitySchema>,
    migrations: options.migrations ?? [],
    migrationsTransactionMode: 'each',
    synchronize: false,
    logging: ['query'],
    logger: new StatementLogger(),
    installExtensions: false,
    poolSize: options.poolSize ?? 10,
    applicationName: options.applicationName ?? 'waymark',
    extra: {
      ...(options.role ? { options: `-c role=${options.role}` } : {}),
      Client: options.prepare ? PreparedClient : PooledClient,
      // Statements that don't wait for each other's answers go out together.
      pipeline: options.prepare ?? false,
      connectionTimeoutMillis: 5_000,
      keepAlive: true,
    },
  });
}
