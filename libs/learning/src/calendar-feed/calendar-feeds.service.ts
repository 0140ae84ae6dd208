import { createHash } from 'node:crypto';
import { Inject, Injectable } from '@nestjs/common';
import { personErased, personLeft } from '@waymark/identity/events';
import { localDayOf, NotFound, publicToken, type Clock, type LocalDay, type Locale } from '@waymark/kernel';
import {
  CLOCK,
  Db,
  execute,
  maybeOne,
  OnEventInTransaction,
  publicUrl,
  type DomainEvent,
  type Tx,
} from '@waymark/platform';
import { calendarText, type CalendarEntry } from './calendar.js';

export interface CalendarReader {
  personId: string;
  locale: Locale;
  zone: string;
}
/** What a lib puts into a person's calendar. */
export type CalendarSource = (tx: Tx, reader: CalendarReader, today: LocalDay) => Promise<CalendarEntry[]>;

const TOKEN = /^[\w-]{22}$/;
const hash = (token: string): string => createHash('sha256').update(token).digest('hex');

/**
 * One secret address per person, under which a calendar program fetches due days and meetings without signing in. Who has
 * the address reads them, so it can be replaced and taken back at any time; only its hash is stored.
 */
@Injectable()
export class CalendarFeeds {
  private readonly sources: CalendarSource[] = [];

  constructor(
    @Inject(Db) private readonly db: Db,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  register(source: CalendarSource): void {
    this.sources.push(source);
  }

  /** A new address; the older one stops working. It can't be read again later. */
  async create(personId: string): Promise<string> {
    const token = publicToken();
    await this.db.transaction((tx) =>
      execute(
        tx,
        `insert into calendar_feed (person_id, token_hash, created_at) values ($1, $2, $3)
         on conflict (person_id) do update set token_hash = excluded.token_hash, created_at = excluded.created_at, read_on = null`,
        [personId, hash(token), this.clock.now()],
      ),
    );
    return `${publicUrl()}/api/calendar/${token}.ics`;
  }

  async revoke(personId: string): Promise<void> {
    await this.db.transaction((tx) => remove(tx, personId));
  }

  async of(tx: Tx, personId: string): Promise<{ createdAt: Date; readOn: LocalDay | null } | null> {
    return maybeOne(
      tx,
      `select created_at as "createdAt", read_on as "readOn" from calendar_feed where person_id = $1`,
      [personId],
    );
  }

  /** The calendar behind a token. @throws NotFound for an unknown or revoked one, and for somebody who left */
  async read(token: string): Promise<string> {
    if (!TOKEN.test(token)) throw new NotFound('calendar-unknown');
    const now = this.clock.now();
    return this.db.transaction(async (tx) => {
      const reader = await maybeOne<CalendarReader & { readOn: LocalDay | null }>(
        tx,
        `select f.person_id as "personId", f.read_on as "readOn", pr.locale, pr.zone
         from calendar_feed f join person p on p.id = f.person_id and p.status = 'active' join person_profile pr on pr.person_id = p.id
         where f.token_hash = $1`,
        [hash(token)],
      );
      if (!reader) throw new NotFound('calendar-unknown');
      const today = localDayOf(now, reader.zone);
      // Programs fetch it every hour; a write a day says enough.
      if (reader.readOn !== today)
        await execute(tx, `update calendar_feed set read_on = $2 where person_id = $1`, [reader.personId, today]);
      const entries: CalendarEntry[] = [];
      for (const source of this.sources) entries.push(...(await source(tx, reader, today)));
      return calendarText(entries, { locale: reader.locale, origin: publicUrl(), now });
    });
  }

  @OnEventInTransaction(personErased)
  async erase(tx: Tx, event: DomainEvent): Promise<void> {
    if (event.personId) await remove(tx, event.personId);
  }

  @OnEventInTransaction(personLeft)
  async leave(tx: Tx, event: DomainEvent): Promise<void> {
    if (event.personId) await remove(tx, event.personId);
  }
}

async function remove(tx: Tx, personId: string): Promise<void> {
  await execute(tx, `delete from calendar_feed where person_id = $1`, [personId]);
}
