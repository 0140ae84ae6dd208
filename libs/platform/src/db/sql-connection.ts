import type pg from 'pg';
import { sqlStatements } from '../observability/metrics.js';
import { openSpan } from '../observability/tracing.js';
import type { Tx } from './sql.js';
import { noteStatement } from './statements.js';

async function send(client: pg.PoolClient, sql: string, parameters: unknown[] | undefined): Promise<unknown> {
  noteStatement(sql, parameters);
  sqlStatements.inc();
  const span = openSpan('sql', { 'db.system.name': 'postgresql', 'db.query.text': sql });
  const result = await client
    .query(sql, parameters)
    .catch((error: unknown) => {
      span?.failed(error);
      throw error;
    })
    .finally(() => span?.end());
  return result.command === 'UPDATE' || result.command === 'DELETE' ? [result.rows, result.rowCount] : result.rows;
}

/** The statements of one transaction, on the connection that holds it. */
export class TransactionConnection implements Tx {
  private ended = false;

  constructor(private readonly client: pg.PoolClient) {}

  query(sql: string, parameters?: unknown[]): Promise<unknown> {
    // The connection may serve somebody else by now.
    if (this.ended) return Promise.reject(new Error('The transaction has ended'));
    return send(this.client, sql, parameters);
  }

  end(): void {
    this.ended = true;
  }
}

/** Statements that stand alone, each on any free connection. */
export class PoolConnection implements Tx {
  constructor(private readonly pool: pg.Pool) {}

  async query(sql: string, parameters?: unknown[]): Promise<unknown> {
    const client = await this.pool.connect();
    try {
      return await send(client, sql, parameters);
    } finally {
      // A connection that broke is not given out again: the pool looks at it.
      client.release();
    }
  }
}
