import { AsyncLocalStorage } from 'node:async_hooks';
import type { Logger } from 'typeorm';

interface Recorded {
  statements: string[];
  parameters: (readonly unknown[])[];
}

const counter = new AsyncLocalStorage<Recorded>();

/** Runs `work` and returns the SQL statements it sent and their parameters, transaction control left out. */
export async function recordStatements<T>(work: () => Promise<T>): Promise<{ result: T } & Recorded> {
  const store: Recorded = { statements: [], parameters: [] };
  const result = await counter.run(store, work);
  return { result, ...store };
}

/** Keeps a statement when the caller is inside `recordStatements`. */
export function noteStatement(query: string, parameters: readonly unknown[] = []): void {
  const store = counter.getStore();
  if (!store) return;
  store.statements.push(query);
  store.parameters.push(parameters);
}

/** Keeps the statements sent inside `recordStatements`; prints nothing. */
export class StatementLogger implements Logger {
  logQuery(query: string, parameters: readonly unknown[] = []): void {
    const store = counter.getStore();
    if (!store || /^\s*(START TRANSACTION|COMMIT|ROLLBACK|SET TRANSACTION)/i.test(query)) return;
    store.statements.push(query);
    store.parameters.push(parameters);
  }
  logQueryError(): void {}
  logQuerySlow(): void {}
  logSchemaBuild(): void {}
  logMigration(): void {}
  log(): void {}
}
