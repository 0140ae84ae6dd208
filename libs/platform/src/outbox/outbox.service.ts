import { Inject, Injectable } from '@nestjs/common';
import { newId, type Clock } from '@waymark/kernel';
import { CLOCK } from '../clock.token.js';
import { afterCommit } from '../db/db.js';
import { rows, type Tx } from '../db/sql.js';
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

/** A drafted event as an element of the JSON list that a statement writes events from … */
export function eventRecord(e: DomainEvent<object>): Record<string, unknown> {
  return { id: e.id, type: e.type, person_id: e.personId, payload: e.payload, occurred_at: e.occurredAt };
}
/** … and its columns for `jsonb_to_recordset`. */
export const EVENT_RECORD = '(id uuid, type text, person_id uuid, payload jsonb, occurred_at timestamptz)';

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
    const events = this.draft(batches);
    if (events.length === 0) return [];
    await rows(
      tx,
      `insert into outbox_event (id, type, person_id, payload, occurred_at)
       select id, type, person_id, payload, occurred_at from jsonb_to_recordset($1::jsonb) as e${EVENT_RECORD}`,
      [JSON.stringify(events.map(eventRecord))],
    );
    await this.tell(tx, events);
    return events.map((e) => e.id);
  }

  /** Events of several types as they will be published. Whoever writes them in a statement of its own calls `tell` then. */
  draft(batches: readonly EventBatch[]): DomainEvent<object>[] {
    const now = this.clock.now();
    return batches.flatMap(({ type, events }) =>
      events.map((e) => ({
        id: e.id ?? newId(),
        type,
        personId: e.personId ?? null,
        payload: e.payload,
        occurredAt: e.occurredAt ?? now,
      })),
    );
  }

  /** Tells written events to their listeners in the transaction, and the relay once it is committed. */
  async tell(tx: Tx, events: readonly DomainEvent<object>[]): Promise<void> {
    for (const type of new Set(events.map((e) => e.type))) {
      const listeners = this.subscriptions.listeners(type);
      if (listeners.length === 0) continue;
      const ofType = events.filter((e) => e.type === type) as DomainEvent[];
      for (const listener of listeners) await listener(tx, ofType);
    }
    afterCommit(tx, () => this.realtime.nudge(OUTBOX_TOPIC));
  }
}
