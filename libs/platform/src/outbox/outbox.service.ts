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
    if (events.length === 0) return [];
    const now = this.clock.now();
    const full = events.map((e) => ({
      id: e.id ?? newId(),
      type: type.type,
      personId: e.personId ?? null,
      payload: e.payload,
      occurredAt: e.occurredAt ?? now,
    }));
    await execute(
      tx,
      `insert into outbox_event (id, type, person_id, payload, occurred_at)
       select id, $1, person_id, payload, occurred_at
       from jsonb_to_recordset($2::jsonb) as e(id uuid, person_id uuid, payload jsonb, occurred_at timestamptz)`,
      [
        type.type,
        JSON.stringify(
          full.map((e) => ({ id: e.id, person_id: e.personId, payload: e.payload, occurred_at: e.occurredAt })),
        ),
      ],
    );
    for (const listener of this.subscriptions.listeners(type.type)) {
      for (const event of full) await listener(tx, event as unknown as DomainEvent);
    }
    afterCommit(tx, () => this.realtime.nudge(OUTBOX_TOPIC));
    return full.map((e) => e.id);
  }
}
