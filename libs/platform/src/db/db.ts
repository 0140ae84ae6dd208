import { Inject, Injectable, Logger, type OnApplicationShutdown } from '@nestjs/common';
import { Conflict, InvalidInput, NotFound, Transient } from '@waymark/kernel';
import { DataSource } from 'typeorm';
import type pg from 'pg';
import type { PostgresDriver } from 'typeorm/driver/postgres/PostgresDriver.js';
import type { Tx } from './sql.js';
import { PoolConnection, TransactionConnection } from './sql-connection.js';

const SERIALIZATION = new Set(['40001', '40P01']);
const CONNECTION = new Set([
  '57P01',
  '57P02',
  '57P03',
  '08006',
  '08003',
  '08001',
  '53300',
  'ECONNREFUSED',
  'ECONNRESET',
  'EPIPE',
]);
const TRIES = 4;

const afterCommitWork = new WeakMap<Tx, (() => void | Promise<void>)[]>();

/** Runs `work` once the transaction is committed; dropped when it rolls back. Errors are logged, not thrown. */
export function afterCommit(tx: Tx, work: () => void | Promise<void>): void {
  const list = afterCommitWork.get(tx);
  if (list) list.push(work);
  else void work();
}

function sqlState(error: unknown): string {
  if (typeof error !== 'object' || error === null) return '';
  const e = error as { code?: unknown; driverError?: { code?: unknown }; message?: unknown };
  const code = e.driverError?.code ?? e.code;
  if (typeof code === 'string') return code;
  return /Connection terminated|timeout exceeded when trying to connect|not queryable/.test(String(e.message))
    ? '08006'
    : '';
}

/** The database error as a refusal a person can act on, or the error itself when it is a defect. */
export function databaseRefusal(error: unknown): unknown {
  const state = sqlState(error);
  if (CONNECTION.has(state)) return new Transient('database-unavailable');
  if (SERIALIZATION.has(state)) return new Conflict('busy-try-again');
  // What is not a UUID names nothing; the only such text comes from an id somebody sent.
  if (state === '22P02' && /type uuid/.test(String((error as Error).message))) return new NotFound();
  // PostgreSQL keeps no NUL character in a text.
  if (state === '22021') return new InvalidInput('input-invalid', { fields: [] });
  return error;
}

@Injectable()
export class Db implements OnApplicationShutdown {
  private readonly logger = new Logger(Db.name);
  private readonly pool: pg.Pool;
  private readonly single: Tx;

  /** Statements go straight to the pool: a query runner for each costs more than the statement's own work in Node. */
  constructor(@Inject(DataSource) private readonly dataSource: DataSource) {
    this.pool = (dataSource.driver as PostgresDriver).master as pg.Pool;
    this.single = new PoolConnection(this.pool);
  }

  /**
   * Runs `work` in one transaction. After a serialization failure or deadlock the whole unit runs again in a new one,
   * so `work` must have no effect outside the database.
   */
  async transaction<T>(work: (tx: Tx) => Promise<T>): Promise<T> {
    for (let attempt = 1; ; attempt += 1) {
      const later: (() => void | Promise<void>)[] = [];
      try {
        const result = await this.inTransaction(later, work);
        for (const run of later) {
          Promise.resolve()
            .then(run)
            .catch((error: unknown) => this.logger.error(error));
        }
        return result;
      } catch (error) {
        if (SERIALIZATION.has(sqlState(error)) && attempt < TRIES) continue;
        throw databaseRefusal(error);
      }
    }
  }

  /** Runs `work` without a transaction: each statement stands alone. */
  async read<T>(work: (tx: Tx) => Promise<T>): Promise<T> {
    try {
      return await work(this.single);
    } catch (error) {
      throw databaseRefusal(error);
    }
  }

  private async inTransaction<T>(later: (() => void | Promise<void>)[], work: (tx: Tx) => Promise<T>): Promise<T> {
    const client = await this.pool.connect();
    const tx = new TransactionConnection(client);
    afterCommitWork.set(tx, later);
    let broken: Error | undefined;
    try {
      // Sent with the first statement; the connection answers them in order.
      const begun = client.query('begin');
      begun.catch(() => undefined);
      const result = await work(tx);
      tx.end();
      await begun;
      const { command } = await client.query('commit');
      // What PostgreSQL answers when a statement failed and the failure was swallowed: nothing was kept.
      if (command === 'ROLLBACK') throw new Error('The transaction was rolled back: a statement in it had failed');
      return result;
    } catch (error) {
      tx.end();
      await client.query('rollback').catch((failure: Error) => (broken = failure));
      throw error;
    } finally {
      client.release(broken);
    }
  }

  async onApplicationShutdown(): Promise<void> {
    if (this.dataSource.isInitialized) await this.dataSource.destroy();
  }
}
