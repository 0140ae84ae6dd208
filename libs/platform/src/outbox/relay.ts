import { Inject, Injectable, Logger } from '@nestjs/common';
import type { Clock } from '@waymark/kernel';
import { CLOCK } from '../clock.token.js';
import { Db } from '../db/db.js';
import { execute, rows } from '../db/sql.js';
import type { DomainEvent } from './event.js';
import { Subscriptions } from './subscriptions.js';

const BATCH = 500;
const ATTEMPTS = 8;
const KEEP_DAYS = 30;

interface EventRow {
  id: string;
  type: string;
  person_id: string | null;
  payload: Record<string, unknown>;
  occurred_at: Date;
}

/**
 * Moves events from the outbox to their consumers. The relay claims rows with SKIP LOCKED (never by position: a late
 * commit would be passed over) and hands each consumer its own delivery row; a consumer takes its deliveries, in id
 * order, in the transaction that holds its effect.
 */
@Injectable()
export class Relay {
  private readonly logger = new Logger(Relay.name);

  constructor(
    @Inject(Db) private readonly db: Db,
    @Inject(Subscriptions) private readonly subscriptions: Subscriptions,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  /** Hands waiting events to their consumers. Returns the consumers that have work. */
  async relay(): Promise<string[]> {
    const pairs = [...this.subscriptions.consumers.values()].flatMap((c) =>
      c.events.map((type) => ({ type, consumer: c.consumer })),
    );
    for (;;) {
      const moved = await this.db.transaction((tx) =>
        rows<{ n: number }>(
          tx,
          `with claimed as (
             select id, type from outbox_event where relayed_at is null order by id limit 1000 for update skip locked
           ), handed as (
             insert into outbox_delivery (consumer, event_id)
             select p.consumer, c.id from claimed c
             join jsonb_to_recordset($1::jsonb) as p(type text, consumer text) on p.type = c.type
             on conflict do nothing
           )
           update outbox_event e set relayed_at = now() from claimed c where c.id = e.id returning 1 as n`,
          [JSON.stringify(pairs)],
        ),
      );
      if (moved.length < 1000) break;
    }
    const waiting = await this.db.read((tx) =>
      rows<{ consumer: string }>(
        tx,
        `select distinct consumer from outbox_delivery where parked_at is null and retry_at <= $1`,
        [this.clock.now()],
      ),
    );
    return waiting.map((w) => w.consumer).filter((c) => this.subscriptions.consumers.has(c));
  }

  /** Takes everything that waits for one consumer. Returns how many events took effect. */
  async consume(name: string): Promise<number> {
    const consumer = this.subscriptions.consumers.get(name);
    if (!consumer) return 0;
    let total = 0;
    for (;;) {
      const taken = await this.takeBatch(name, BATCH);
      if (taken === 'busy') return total;
      if (taken === 'failed') {
        total += await this.takeOneByOne(name);
        return total;
      }
      total += taken;
      if (taken < BATCH) return total;
    }
  }

  private async takeBatch(name: string, limit: number, only?: string): Promise<number | 'busy' | 'failed'> {
    try {
      return await this.db.transaction(async (tx) => {
        const [lock] = await rows<{ ok: boolean }>(
          tx,
          `select pg_try_advisory_xact_lock(hashtextextended($1, 11)) as ok`,
          [name],
        );
        if (!lock?.ok) return 'busy' as const;
        const events = await rows<EventRow>(
          tx,
          `with due as (
             select event_id from outbox_delivery
             where consumer = $1 and parked_at is null and ($3::uuid is null or event_id = $3) and retry_at <= $4
             order by event_id limit $2 for update skip locked
           ), gone as (
             delete from outbox_delivery d using due where d.consumer = $1 and d.event_id = due.event_id returning d.event_id
           ), fresh as (
             insert into consumed_event (consumer, event_id) select $1, event_id from gone
             on conflict do nothing returning event_id
           )
           select e.id, e.type, e.person_id, e.payload, e.occurred_at
           from fresh f join outbox_event e on e.id = f.event_id order by e.id`,
          [name, limit, only ?? null, this.clock.now()],
        );
        if (events.length > 0) {
          await this.subscriptions.consumers.get(name)?.handle(
            tx,
            events.map((e): DomainEvent => ({
              id: e.id,
              type: e.type,
              personId: e.person_id,
              payload: e.payload,
              occurredAt: e.occurred_at,
            })),
          );
        }
        return events.length;
      });
    } catch (error) {
      if (only) await this.noteFailure(name, only, error);
      else this.logger.warn(`${name}: a batch failed and is taken one by one: ${String(error)}`);
      return 'failed';
    }
  }

  /** One bad event must not hold up the rest: each gets its own transaction, and is parked after 8 tries. */
  private async takeOneByOne(name: string): Promise<number> {
    const waiting = await this.db.read((tx) =>
      rows<{ event_id: string }>(
        tx,
        `select event_id from outbox_delivery where consumer = $1 and parked_at is null and retry_at <= $2 order by event_id limit $3`,
        [name, this.clock.now(), BATCH],
      ),
    );
    let total = 0;
    for (const { event_id } of waiting) {
      const taken = await this.takeBatch(name, 1, event_id);
      if (typeof taken === 'number') total += taken;
    }
    return total;
  }

  private async noteFailure(name: string, eventId: string, error: unknown): Promise<void> {
    this.logger.error({ msg: 'event not consumed', consumer: name, eventId, err: error });
    await this.db.transaction((tx) =>
      execute(
        tx,
        `update outbox_delivery set attempts = attempts + 1, last_error = left($3, 500),
           retry_at = $5::timestamptz + interval '1 second' * power(2, attempts),
           parked_at = case when attempts + 1 >= $4 then now() end
         where consumer = $1 and event_id = $2`,
        [name, eventId, error instanceof Error ? error.message : String(error), ATTEMPTS, this.clock.now()],
      ),
    );
  }

  /** Removes events that every consumer took more than 30 days ago. */
  async prune(): Promise<number> {
    return this.db.transaction(async (tx) => {
      const gone = await execute(
        tx,
        `delete from outbox_event e where e.id in (
           select id from outbox_event where relayed_at < $1::timestamptz - make_interval(days => $2)
             and not exists (select 1 from outbox_delivery d where d.event_id = outbox_event.id)
           limit 20000)`,
        [this.clock.now(), KEEP_DAYS],
      );
      await execute(tx, `delete from consumed_event where consumed_at < now() - make_interval(days => $1)`, [
        KEEP_DAYS * 2,
      ]);
      return gone;
    });
  }

  async waiting(): Promise<{ consumer: string; waiting: number; parked: number }[]> {
    return this.db.read((tx) =>
      rows(
        tx,
        `select consumer, count(*) filter (where parked_at is null)::int as waiting,
                count(parked_at)::int as parked from outbox_delivery group by 1 order by 1`,
      ),
    );
  }
}
