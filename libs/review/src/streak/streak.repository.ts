import { Injectable } from '@nestjs/common';
import type { LocalDay } from '@waymark/kernel';
import { execute, rows, type Tx } from '@waymark/platform';
import type { StreakState } from './streak.js';
import type { ZonePeriod } from './streak-zone.js';

export interface ReviewerRow extends StreakState {
  personId: string;
  paceMs: number;
  reminderHour: number | null;
  remindersOn: boolean;
  zone: string;
  periods: ZonePeriod[];
}

const COLUMNS = `p.person_id as "personId", p.zone, coalesce(r.pace_ms, 12000) as "paceMs", r.reminder_hour as "reminderHour",
  coalesce(r.reminders_on, true) as "remindersOn", coalesce(r.streak_length, 0) as length, coalesce(r.streak_longest, 0) as longest,
  r.streak_start as "startDay", r.streak_last as "lastDay", coalesce(r.streak_freezes, 0) as freezes, coalesce(r.streak_progress, 0) as progress,
  coalesce((select jsonb_agg(jsonb_build_object('from', z.from_at, 'zone', z.zone) order by z.from_at) from streak_zone z where z.person_id = p.person_id),
    '[]') as periods`;

type Raw = Omit<ReviewerRow, 'periods'> & { periods: { from: string; zone: string }[] };

/** Streaks of people, the days they rest on, and the zones that decide those days. */
@Injectable()
export class StreakRepository {
  /** Makes the rows that are missing and locks them all, in one order, so that two devices of a person wait for each other. */
  async lock(tx: Tx, personIds: readonly string[]): Promise<Map<string, ReviewerRow>> {
    await execute(
      tx,
      `insert into reviewer (person_id) select distinct unnest($1::uuid[]) order by 1 on conflict do nothing`,
      [personIds],
    );
    await rows(tx, `select 1 from reviewer where person_id = any ($1::uuid[]) order by person_id for update`, [
      personIds,
    ]);
    return this.load(tx, personIds);
  }

  async load(tx: Tx, personIds: readonly string[]): Promise<Map<string, ReviewerRow>> {
    const found = await rows<Raw>(
      tx,
      `select ${COLUMNS} from person_profile p left join reviewer r on r.person_id = p.person_id where p.person_id = any ($1::uuid[])`,
      [personIds],
    );
    return new Map(
      found.map((f) => [
        f.personId,
        { ...f, periods: f.periods.map((z) => ({ from: new Date(z.from), zone: z.zone })) },
      ]),
    );
  }

  async addPeriods(tx: Tx, periods: readonly (ZonePeriod & { personId: string })[]): Promise<void> {
    await execute(
      tx,
      `insert into streak_zone (person_id, from_at, zone)
       select person_id, from_at, zone from jsonb_to_recordset($1::jsonb) as z(person_id uuid, from_at timestamptz, zone text)
       on conflict (person_id, from_at) do update set zone = excluded.zone`,
      [JSON.stringify(periods.map((p) => ({ person_id: p.personId, from_at: p.from, zone: p.zone })))],
    );
  }

  /** Days that were not there yet. */
  addDays(
    tx: Tx,
    days: readonly { personId: string; day: LocalDay; how: 'review' | 'lesson'; at: Date }[],
  ): Promise<{ personId: string; day: LocalDay }[]> {
    return rows(
      tx,
      `insert into learning_day (person_id, local_day, how, first_at)
       select person_id, local_day, how, first_at
       from jsonb_to_recordset($1::jsonb) as d(person_id uuid, local_day date, how text, first_at timestamptz)
       order by person_id, local_day
       on conflict do nothing returning person_id as "personId", local_day as day`,
      [JSON.stringify(days.map((d) => ({ person_id: d.personId, local_day: d.day, how: d.how, first_at: d.at })))],
    );
  }

  async days(tx: Tx, personIds: readonly string[], since: LocalDay | null): Promise<Map<string, LocalDay[]>> {
    const found = await rows<{ personId: string; days: LocalDay[] }>(
      tx,
      `select person_id as "personId", array_agg(local_day::text order by local_day) as days from learning_day
       where person_id = any ($1::uuid[]) and ($2::date is null or local_day >= $2) group by person_id`,
      [personIds, since],
    );
    return new Map(found.map((f) => [f.personId, f.days]));
  }

  async firstDays(tx: Tx, personIds: readonly string[]): Promise<Map<string, LocalDay>> {
    const found = await rows<{ personId: string; day: LocalDay }>(
      tx,
      `select person_id as "personId", min(local_day) as day from learning_day where person_id = any ($1::uuid[]) group by person_id`,
      [personIds],
    );
    return new Map(found.map((f) => [f.personId, f.day]));
  }

  async saveStates(tx: Tx, states: readonly (StreakState & { personId: string })[]): Promise<void> {
    await execute(
      tx,
      `update reviewer r set streak_length = s.length, streak_longest = s.longest, streak_start = s.start, streak_last = s.last,
         streak_freezes = s.freezes, streak_progress = s.progress
       from jsonb_to_recordset($1::jsonb) as s(person_id uuid, length int, longest int, start date, last date, freezes smallint, progress smallint)
       where r.person_id = s.person_id`,
      [
        JSON.stringify(
          states.map((s) => ({
            person_id: s.personId,
            length: s.length,
            longest: s.longest,
            start: s.startDay,
            last: s.lastDay,
            freezes: s.freezes,
            progress: s.progress,
          })),
        ),
      ],
    );
  }

  async savePace(tx: Tx, personId: string, paceMs: number): Promise<void> {
    await execute(tx, `update reviewer set pace_ms = $2 where person_id = $1`, [personId, paceMs]);
  }
}
