import { AsyncLocalStorage } from 'node:async_hooks';
import type { Logger } from 'typeorm';

const counter = new AsyncLocalStorage<{ statements: string[] }>();

/** Runs `work` and returns the SQL statements it sent, transaction control left out. */
export async function recordStatements<T>(work: () => Promise<T>): Promise<{ result: T; statements: string[] }> {
  const store = { statements: [] as string[] };
  const result = await counter.run(store, work);
  return { result, statements: store.statements };
}

/** Keeps the statements sent inside `recordStatements`; prints nothing. */
export class StatementLogger implements Logger {
  logQuery(query: string): void {
    const store = counter.getStore();
    if (store && !/^\s*(START TRANSACTION|COMMIT|ROLLBACK|SET TRANSACTION)/i.test(query)) store.statements.push(query);
  }
  logQueryError(): void {}
  logQuerySlow(): void {}
  logSchemaBuild(): void {}
  logMigration(): void {}
  log(): void {}
}
