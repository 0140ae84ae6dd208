import { createHash } from 'node:crypto';
import pg from 'pg';

/** Statements a connection keeps prepared; beyond it (generated SQL) statements are planned each time. */
const MOST = 400;

const names = new Map<string, string>();

function nameOf(text: string): string | undefined {
  let name = names.get(text);
  if (name === undefined && names.size < MOST) {
    name = createHash('sha1').update(text).digest('base64url').slice(0, 20);
    names.set(text, name);
  }
  return name;
}

type AnyQuery = (...args: unknown[]) => unknown;
const plainQuery = pg.Client.prototype.query as unknown as AnyQuery;

/**
 * A connection that may break while somebody has it: their statement fails, and the pool leaves it. Without a listener the
 * event would end the process.
 */
export class PooledClient extends pg.Client {
  constructor(config?: pg.ClientConfig) {
    super(config);
    this.on('error', () => undefined);
  }
}

interface Wire {
  connection: { stream: { cork(): void; uncork(): void } };
}

/**
 * A connection that prepares parameterised statements under a name made from their text, so that PostgreSQL parses each
 * once per connection. Off behind a pooler that gives each transaction another connection (DATABASE_PREPARE=0).
 */
export class PreparedClient extends PooledClient {
  override query = ((...args: unknown[]) => {
    this.sendTogether();
    const [text, values, ...rest] = args;
    if (typeof text === 'string' && Array.isArray(values) && values.length > 0) {
      const name = nameOf(text);
      if (name) return plainQuery.call(this, { name, text, values }, ...rest);
    }
    return plainQuery.apply(this, args);
  }) as unknown as pg.Client['query'];

  private gathering = false;

  /** Statements of one turn of the event loop leave in one write: each write wakes the server's process. */
  private sendTogether(): void {
    if (this.gathering) return;
    this.gathering = true;
    const { stream } = (this as unknown as Wire).connection;
    stream.cork();
    process.nextTick(() => {
      this.gathering = false;
      stream.uncork();
    });
  }
}
