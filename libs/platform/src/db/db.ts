import { Inject, Injectable, Logger, type OnApplicationShutdown } from '@nestjs/common';
import { Conflict, Transient } from '@waymark/kernel';
import { DataSource } from 'typeorm';
import type { Tx } from './sql.js';

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
  return error;
}

@Injectable()
export class Db implements OnApplicationShutdown {
  private readonly logger = new Logger(Db.name);

  constructor(@Inject(DataSource) private readonly dataSource: DataSource) {}

  /**
   * Runs `work` in one transaction. After a serialization failure or deadlock the whole unit runs again in a new one,
   * so `work` must have no effect outside the database.
   */
  async transaction<T>(work: (tx: Tx) => Promise<T>): Promise<T> {
    for (let attempt = 1; ; attempt += 1) {
      const later: (() => void | Promise<void>)[] = [];
      try {
        const result = await this.dataSource.transaction(async (tx) => {
          afterCommitWork.set(tx, later);
          return work(tx);
        });
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
      return await work(this.dataSource.manager);
    } catch (error) {
      throw databaseRefusal(error);
    }
  }

  async onApplicationShutdown(): Promise<void> {
    if (this.dataSource.isInitialized) await this.dataSource.destroy();
  }
}
