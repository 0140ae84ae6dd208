export interface DomainEvent<P = Record<string, unknown>> {
  readonly id: string;
  readonly type: string;
  /** Whom the event is about; null for events about no person. */
  readonly personId: string | null;
  /** Ids, codes and numbers only. */
  readonly payload: P;
  readonly occurredAt: Date;
}

export interface EventType<P> {
  readonly type: string;
  readonly __payload?: P;
}

const known = new Set<string>();

/** Declares an event once, in a `<concept>.events.ts`. */
export function defineEvent<P>(type: string): EventType<P> {
  known.add(type);
  return { type };
}

export function knownEventTypes(): string[] {
  return [...known].sort();
}

export const IN_TRANSACTION = Symbol('waymark:event-in-transaction');
export const BATCH_IN_TRANSACTION = Symbol('waymark:events-in-transaction');
export const CONSUMES = Symbol('waymark:consumes-events');

/** The method `(tx, event)` runs inside the publisher's transaction; what it throws aborts the whole. */
export function OnEventInTransaction(...types: EventType<never>[] | EventType<unknown>[]): MethodDecorator {
  return (_target, _key, descriptor) => {
    Reflect.defineMetadata(
      IN_TRANSACTION,
      types.map((t) => t.type),
      descriptor.value as object,
    );
  };
}

/** The same for all events that were published together: `(tx, events)`, of one type and in their order. */
export function OnEventsInTransaction(...types: EventType<never>[] | EventType<unknown>[]): MethodDecorator {
  return (_target, _key, descriptor) => {
    Reflect.defineMetadata(
      BATCH_IN_TRANSACTION,
      types.map((t) => t.type),
      descriptor.value as object,
    );
  };
}

export interface ConsumerOptions {
  /** Stable name; stored with each event it has taken. */
  consumer: string;
  events: readonly EventType<unknown>[];
}

/** The method `(tx, events)` runs in the worker with up to 500 events in one transaction, each once. */
export function ConsumesEvents(options: ConsumerOptions): MethodDecorator {
  return (_target, _key, descriptor) => {
    Reflect.defineMetadata(
      CONSUMES,
      { consumer: options.consumer, events: options.events.map((e) => e.type) },
      descriptor.value as object,
    );
  };
}
