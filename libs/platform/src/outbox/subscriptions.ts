import { Inject, Injectable, type OnModuleInit } from '@nestjs/common';
import { DiscoveryService } from '@nestjs/core';
import type { Tx } from '../db/sql.js';
import { decoratedMethods, type DecoratedMethod } from '../discovery.js';
import { BATCH_IN_TRANSACTION, CONSUMES, IN_TRANSACTION, knownEventTypes, type DomainEvent } from './event.js';

export interface Consumer {
  consumer: string;
  events: string[];
  handle: (tx: Tx, events: DomainEvent[]) => Promise<void>;
}

/** Hears all events of one type that were published together. */
export type TransactionListener = (tx: Tx, events: readonly DomainEvent[]) => Promise<void>;

/** Who listens to which event, read from the decorators when the app starts. */
@Injectable()
export class Subscriptions implements OnModuleInit {
  private readonly inTransaction = new Map<string, TransactionListener[]>();
  readonly consumers = new Map<string, Consumer>();

  constructor(@Inject(DiscoveryService) private readonly discovery: DiscoveryService) {}

  onModuleInit(): void {
    const types = new Set(knownEventTypes());
    const listen = (m: DecoratedMethod<string[]>, listener: TransactionListener): void => {
      for (const type of m.metadata) {
        this.check(types, type, `${m.owner}.${m.method}`);
        this.inTransaction.set(type, [...(this.inTransaction.get(type) ?? []), listener]);
      }
    };
    for (const m of decoratedMethods<string[]>(this.discovery, IN_TRANSACTION)) {
      listen(m, async (tx, events) => {
        for (const event of events) await m.call(tx, event);
      });
    }
    for (const m of decoratedMethods<string[]>(this.discovery, BATCH_IN_TRANSACTION)) {
      listen(m, async (tx, events) => void (await m.call(tx, events)));
    }
    for (const m of decoratedMethods<{ consumer: string; events: string[] }>(this.discovery, CONSUMES)) {
      const { consumer, events } = m.metadata;
      if (this.consumers.has(consumer)) throw new Error(`Two consumers are named ${consumer}`);
      for (const type of events) this.check(types, type, `${m.owner}.${m.method}`);
      this.consumers.set(consumer, { consumer, events, handle: async (tx, list) => void (await m.call(tx, list)) });
    }
  }

  listeners(type: string): readonly TransactionListener[] {
    return this.inTransaction.get(type) ?? [];
  }

  private check(types: Set<string>, type: string, where: string): void {
    if (!types.has(type)) throw new Error(`${where} listens to ${type}, which nobody defines`);
  }
}
