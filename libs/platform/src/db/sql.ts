/** The connection that a service's transaction (or read) runs on. Repositories take it as their first argument. */
export interface Tx {
  /** Answers [rows, affected] for UPDATE and DELETE, and plain rows for everything else. */
  query(sql: string, parameters?: unknown[]): Promise<unknown>;
}

export async function rows<T>(tx: Tx, sql: string, params: readonly unknown[] = []): Promise<T[]> {
  const result: unknown = await tx.query(sql, params as unknown[]);
  if (Array.isArray(result) && result.length === 2 && Array.isArray(result[0]) && typeof result[1] === 'number') {
    return result[0] as T[];
  }
  return result as T[];
}

export async function maybeOne<T>(tx: Tx, sql: string, params: readonly unknown[] = []): Promise<T | null> {
  return (await rows<T>(tx, sql, params))[0] ?? null;
}

/** The single row that must exist. @throws Error when there is none */
export async function one<T>(tx: Tx, sql: string, params: readonly unknown[] = []): Promise<T> {
  const row = await maybeOne<T>(tx, sql, params);
  if (row === null) throw new Error(`Expected one row: ${sql.slice(0, 120)}`);
  return row;
}

/** Runs a statement and returns how many rows it wrote. */
export async function execute(tx: Tx, sql: string, params: readonly unknown[] = []): Promise<number> {
  const verb = /^\s*(insert|update|delete|merge)/i.exec(sql)?.[1]?.toLowerCase();
  const plain = verb && !/\breturning\b/i.test(sql);
  if (!plain) return (await rows(tx, sql, params)).length;
  if (verb === 'insert') {
    const counted = await one<{ n: number }>(
      tx,
      `with w as (${sql} returning 1) select count(*)::int as n from w`,
      params,
    );
    return counted.n;
  }
  const result: unknown = await tx.query(sql, params as unknown[]);
  return Array.isArray(result) && typeof result[1] === 'number' ? result[1] : 0;
}
