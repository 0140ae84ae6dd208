import { Inject, Injectable, Logger, type OnApplicationShutdown } from '@nestjs/common';
import { DataSource } from 'typeorm';
import pg from 'pg';
import { platformConfig } from '../config/platform.config.js';
import { rows, type Tx } from '../db/sql.js';

const CHANNEL = 'waymark';
const NUDGE_MS = 25;
const RECONNECT_MS = 500;

/** A message that goes out with the commit, and not without it. For rare things: such commits wait for each other. */
export async function publishWithCommit(tx: Tx, topic: string, payload: object): Promise<void> {
  await rows(tx, `select pg_notify($1, $2)`, [CHANNEL, JSON.stringify({ topic, payload })]);
}

type Listener = (payload: unknown) => void;

/**
 * Messages between processes over LISTEN/NOTIFY: good enough to wake somebody or to refresh a screen, not a store.
 * A message sent while the connection is being rebuilt is lost; whoever needs it asks the tables.
 */
@Injectable()
export class Realtime implements OnApplicationShutdown {
  private readonly logger = new Logger(Realtime.name);
  private readonly listeners = new Map<string, Set<Listener>>();
  private readonly pending = new Map<string, NodeJS.Timeout>();
  private client: pg.Client | undefined;
  private connecting: Promise<void> | undefined;
  private closed = false;

  constructor(@Inject(DataSource) private readonly dataSource: DataSource) {}

  async publish(topic: string, payload: object = {}): Promise<void> {
    await this.publishMany([{ topic, payload }]);
  }

  /** One statement however many. */
  async publishMany(messages: readonly { topic: string; payload: object }[]): Promise<void> {
    if (messages.length === 0) return;
    await this.dataSource.query(`select pg_notify($1, m) from unnest($2::text[]) as m`, [
      CHANNEL,
      messages.map((m) => JSON.stringify({ topic: m.topic, payload: m.payload })),
    ]);
  }

  /** Publishes an empty message at most once per 25 ms and process: a NOTIFY in every transaction would line up commits. */
  nudge(topic: string): void {
    if (this.closed || this.pending.has(topic)) return;
    this.pending.set(
      topic,
      setTimeout(() => {
        this.pending.delete(topic);
        if (this.closed || !this.dataSource.isInitialized) return;
        this.publish(topic).catch((error: unknown) => this.logger.warn(`nudge ${topic}: ${String(error)}`));
      }, NUDGE_MS),
    );
  }

  /** Calls `listener` for each message of the topic until the returned function is called. */
  async listen(topic: string, listener: Listener): Promise<() => void> {
    const set = this.listeners.get(topic) ?? new Set<Listener>();
    set.add(listener);
    this.listeners.set(topic, set);
    await this.connect();
    return () => {
      set.delete(listener);
      if (set.size === 0) this.listeners.delete(topic);
    };
  }

  /** The topic's messages as an async iterator, for GraphQL subscriptions. At most 100 wait for a slow reader. */
  subscribe<T>(topic: string): AsyncIterableIterator<T> {
    const queue: T[] = [];
    let wake: (() => void) | undefined;
    let done = false;
    const stop = this.listen(topic, (payload) => {
      if (queue.length < 100) queue.push(payload as T);
      wake?.();
    });
    const finish = async (): Promise<IteratorResult<T>> => {
      done = true;
      wake?.();
      (await stop)();
      return { done: true, value: undefined };
    };
    return {
      [Symbol.asyncIterator]() {
        return this;
      },
      async next() {
        await stop;
        while (queue.length === 0 && !done) await new Promise<void>((resolve) => (wake = resolve));
        return done ? { done: true, value: undefined } : { done: false, value: queue.shift() as T };
      },
      return: finish,
      throw: finish,
    };
  }

  private connect(): Promise<void> {
    this.connecting ??= this.open().catch((error: unknown) => {
      this.connecting = undefined;
      this.retry();
      this.logger.warn(`listening failed: ${String(error)}`);
    });
    return this.connecting;
  }

  private async open(): Promise<void> {
    const options = this.dataSource.options as { url?: string };
    const client = new pg.Client({
      connectionString: options.url ?? platformConfig().DATABASE_URL,
      application_name: 'waymark-listen',
      keepAlive: true,
    });
    client.on('error', () => this.lost(client));
    client.on('end', () => this.lost(client));
    client.on('notification', (message) => {
      const { topic, payload } = JSON.parse(message.payload ?? '{}') as { topic: string; payload: unknown };
      for (const listener of this.listeners.get(topic) ?? []) listener(payload);
    });
    await client.connect();
    await client.query(`listen ${CHANNEL}`);
    this.client = client;
  }

  private lost(client: pg.Client): void {
    if (this.client !== client || this.closed) return;
    this.client = undefined;
    this.connecting = undefined;
    this.retry();
  }

  private retry(): void {
    if (!this.closed) setTimeout(() => void this.connect(), RECONNECT_MS).unref();
  }

  async onApplicationShutdown(): Promise<void> {
    this.closed = true;
    for (const timer of this.pending.values()) clearTimeout(timer);
    await this.client?.end();
  }
}
