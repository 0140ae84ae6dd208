import { Inject, Injectable } from '@nestjs/common';
import { newId, type Clock } from '@waymark/kernel';
import { CLOCK } from '../clock.token.js';
import { afterCommit } from '../db/db.js';
import { execute, type Tx } from '../db/sql.js';
import { Realtime } from '../realtime/realtime.js';
import type { DomainEvent, EventType } from './event.js';
import { Subscriptions } from './subscriptions.js';

export interface NewEvent<P> {
  personId?: string | null;
  payload: P;
  occurredAt?: Date;
  id?: string;
}

/** Events of one type, to be published beside others. */
export interface EventBatch {
  readonly type: string;
  readonly events: readonly NewEvent<object>[];
}

export function eventBatch<P extends object>(type: EventType<P>, events: readonly NewEvent<P>[]): EventBatch {
  return { type: type.type, events };
}

export const OUTBOX_TOPIC = 'outbox';

/** Events leave the house through here: written in the publisher's transaction, told to its listeners, relayed later. */
@Injectable()
export class Outbox {
  constructor(
    @Inject(Subscriptions) private readonly subscriptions: Subscriptions,
    @Inject(Realtime) private readonly realtime: Realtime,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  async publish<P extends object>(tx: Tx, type: EventType<P>, event: NewEvent<P>): Promise<string> {
    const [id] = await this.publishMany(tx, type, [event]);
    return id as string;
  }

  /** Writes all events in one statement; returns their ids in the same order. */
  async publishMany<P extends object>(tx: Tx, type: EventType<P>, events: readonly NewEvent<P>[]): Promise<string[]> {
    return this.publishBatches(tx, [eventBatch(type, events)]);
  }

  /** The same for events of several types; listeners hear them batch by batch. */
  async publishBatches(tx: Tx, batches: readonly EventBatch[]): Promise<string[]> {
    const now = this.clock.now();
    const full = batches.flatMap(({ type, events }) =>
      events.map((e) => ({
        id: e.id ?? newId(),
        type,
        personId: e.personId ?? null,
        payload: e.payload,
        occurredAt: e.occurredAt ?? now,
      })),
    );
    if (full.length === 0) return [];
    await execute(
      tx,
      `insert into outbox_event (id, type, person_id, payload, occurred_at)
       select id, type, person_id, payload, occurred_at
       from jsonb_to_recordset($1::jsonb) as e(id uuid, type text, person_id uuid, payload jsonb, occurred_at timestamptz)`,
      [
        JSON.stringify(
          full.map((e) => ({
            id: e.id,
            type: e.type,
            person_id: e.personId,
            payload: e.payload,
            occurred_at: e.occurredAt,
          })),
        ),
      ],
    );
    for (const type of new Set(full.map((e) => e.type))) {
      const events = full.filter((e) => e.type === type) as unknown as DomainEvent[];
      for (const listener of this.subscriptions.listeners(type)) await listener(tx, events);
    }
    afterCommit(tx, () => this.realtime.nudge(OUTBOX_TOPIC));
    return full.map((e) => e.id);
  }
}
