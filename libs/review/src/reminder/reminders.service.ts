import { Inject, Injectable } from '@nestjs/common';
import type { Clock, LocalDay } from '@waymark/kernel';
import { CLOCK, Db, execute, HandlesJob, maybeOne, Outbox, rows, type Tx } from '@waymark/platform';
import { Settings } from '@waymark/identity';
import { minutesFor } from '../session/review-event.js';
import { ReviewSettings } from '../setting/review-settings.service.js';
import { reviewsDue } from './reminder.events.js';
import { reviewRemind } from './reminder.jobs.js';

export interface ReviewPreference {
  reminderHour: number | null;
  companyHour: number;
  reminders: boolean;
}

/** A run that was missed is made up within this many hours; later the day goes without. */
const LATE_HOURS = 2;

/** Once a day at the person's hour, never in quiet hours, only when cards are due. */
@Injectable()
export class Reminders {
  constructor(
    @Inject(Db) private readonly db: Db,
    @Inject(Outbox) private readonly outbox: Outbox,
    @Inject(Settings) private readonly company: Settings,
    @Inject(ReviewSettings) private readonly settings: ReviewSettings,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  /** Two statements however many people: who is reminded now, and the events. A second run the same day finds nobody. */
  @HandlesJob(reviewRemind)
  async remind(): Promise<number> {
    return this.db.transaction(async (tx) => {
      const now = this.clock.now();
      const { quietHours } = await this.company.get(tx);
      const reminded = await rows<{ personId: string; localDay: LocalDay; due: number; paceMs: number }>(
        tx,
        `with quiet as (
           select h, case when $2::int <= $3::int then h >= $2 and h < $3 else h >= $2 or h < $3 end as silent from generate_series(0, 23) as h
         ), local as (
           select p.id, coalesce(r.pace_ms, 12000) as pace_ms, ($1::timestamptz at time zone pr.zone)::date as day,
                  extract(hour from $1::timestamptz at time zone pr.zone)::int as h, coalesce(r.reminder_hour, s.reminder_hour) as chosen
           from person p join person_profile pr on pr.person_id = p.id cross join review_setting s left join reviewer r on r.person_id = p.id
           where p.status = 'active' and coalesce(r.reminders_on, true)
         ), turn as (
           select l.*, l.h - case when qc.silent then $3::int else l.chosen end as late
           from local l join quiet qc on qc.h = l.chosen join quiet qh on qh.h = l.h and not qh.silent
         ), waiting as (
           select t.id, t.day, t.pace_ms, c.due from turn t
           cross join lateral (
             select count(*)::int as due from card c
             where c.person_id = t.id and c.suspended is null and c.due_at <= $1::timestamptz - t.late * interval '1 hour'
           ) c
           where t.late between 0 and $4 and c.due > 0
             and not exists (select 1 from review_reminder d where d.person_id = t.id and d.local_day = t.day)
         ), said as (
           insert into review_reminder (person_id, local_day, due, sent_at) select id, day, due, $1 from waiting order by id
           on conflict do nothing returning person_id, local_day, due
         )
         select s.person_id as "personId", s.local_day as "localDay", least(s.due, (select daily_limit from review_setting))::int as due, w.pace_ms as "paceMs"
         from said s join waiting w on w.id = s.person_id`,
        [now, quietHours.from, quietHours.to, LATE_HOURS],
      );
      await this.outbox.publishMany(
        tx,
        reviewsDue,
        reminded.map((r) => ({
          personId: r.personId,
          payload: { due: r.due, minutes: minutesFor(r.due, r.paceMs), localDay: r.localDay },
        })),
      );
      return reminded.length;
    });
  }

  async preference(tx: Tx, personId: string): Promise<ReviewPreference> {
    const { reminderHour } = await this.settings.get(tx);
    const own = await maybeOne<{ hour: number | null; on: boolean }>(
      tx,
      `select reminder_hour as hour, reminders_on as on from reviewer where person_id = $1`,
      [personId],
    );
    return { reminderHour: own?.hour ?? null, companyHour: reminderHour, reminders: own?.on ?? true };
  }

  readPreference(personId: string): Promise<ReviewPreference> {
    return this.db.read((tx) => this.preference(tx, personId));
  }

  /** What is undefined stays; an hour of null follows the company. */
  async savePreference(
    personId: string,
    change: { reminderHour?: number | null | undefined; reminders?: boolean | undefined },
  ): Promise<ReviewPreference> {
    return this.db.transaction(async (tx) => {
      await execute(tx, `insert into reviewer (person_id) values ($1) on conflict do nothing`, [personId]);
      await execute(
        tx,
        `update reviewer set reminder_hour = case when $2 then $3::smallint else reminder_hour end, reminders_on = coalesce($4, reminders_on) where person_id = $1`,
        [personId, change.reminderHour !== undefined, change.reminderHour ?? null, change.reminders ?? null],
      );
      return this.preference(tx, personId);
    });
  }
}
