import { mkdir, open } from 'node:fs/promises';
import { dirname } from 'node:path';
import { Inject, Injectable } from '@nestjs/common';
import { CLOCK, Db, afterCommit, OnEventInTransaction, rows, type DomainEvent, type Tx } from '@waymark/platform';
import type { Clock } from '@waymark/kernel';
import { erasureLogPath } from './erasure.config.js';
import { readErasureLog } from './erasure-log.repository.js';
import { personErased } from './person.events.js';
import { Persons } from './person.service.js';

/** Remembers erasures outside the database: a restored backup is older than some of them. */
@Injectable()
export class ErasureLog {
  constructor(
    @Inject(Db) private readonly db: Db,
    @Inject(Persons) private readonly persons: Persons,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  @OnEventInTransaction(personErased)
  async note(tx: Tx, event: DomainEvent): Promise<void> {
    afterCommit(tx, () => this.append([event.personId as string]));
  }

  /** Erases again whom a restore brought back, and notes whom the file misses. Returns how many were erased. */
  async apply(): Promise<number> {
    const known = await readErasureLog();
    const erased = await this.db.read((tx) =>
      rows<{ id: string }>(tx, `select id from person where status = 'erased'`),
    );
    await this.append(erased.map((e) => e.id).filter((id) => !known.has(id)));
    const back = await this.db.read((tx) =>
      rows<{ id: string }>(tx, `select id from person where id = any ($1::uuid[]) and status <> 'erased'`, [
        [...known],
      ]),
    );
    for (const { id } of back) await this.db.transaction((tx) => this.persons.eraseAgain(tx, id));
    return back.length;
  }

  private async append(ids: readonly string[]): Promise<void> {
    if (ids.length === 0) return;
    const path = erasureLogPath();
    await mkdir(dirname(path), { recursive: true });
    const file = await open(path, 'a', 0o600);
    try {
      await file.appendFile(ids.map((id) => `${id} ${this.clock.now().toISOString()}\n`).join(''));
      await file.sync();
    } finally {
      await file.close();
    }
  }
}
