import { Injectable } from '@nestjs/common';
import type { LocalDay } from '@waymark/kernel';
import { execute, one, rows, type Tx } from '@waymark/platform';
import type { Grade } from '../schedule/schedule.js';

export interface LogRow {
  id: string;
  personId: string;
  cardId: string;
  sessionId: string | null;
  grade: Grade;
  reviewedAt: Date;
  localDay: LocalDay;
  durationMs: number;
  state: string;
  stability: number;
  difficulty: number;
  elapsedDays: number;
  recall: number | null;
}

export interface SessionFacts {
  reviews: number;
  cards: number;
  recalled: number;
  /** Of those, the ones recalled at the first try. */
  recalledAtOnce: number;
  again: number;
  kept: number;
  seconds: number;
}

export interface DayFacts {
  due: number;
  dueReview: number;
  fresh: number;
  /** Cards whose day of review came and that were reviewed today. */
  reviewedToday: number;
  newToday: number;
  doneToday: number;
  nextDueAt: Date | null;
}

@Injectable()
export class ReviewLogRepository {
  async known(tx: Tx, personId: string, ids: readonly string[]): Promise<Set<string>> {
    const found = await rows<{ id: string }>(
      tx,
      `select id from review_log where person_id = $1 and id = any ($2::uuid[])`,
      [personId, ids],
    );
    return new Set(found.map((f) => f.id));
  }

  async add(tx: Tx, log: readonly LogRow[], now: Date): Promise<Set<string>> {
    if (log.length === 0) return new Set();
    const added = await rows<{ id: string }>(
      tx,
      `insert into review_log (id, person_id, card_id, session_id, grade, reviewed_at, recorded_at, local_day, duration_ms, state, stability, difficulty,
                               elapsed_days, recall)
       select id, person_id, card_id, session_id, grade, reviewed_at, $2, local_day, duration_ms, state, stability, difficulty, elapsed_days, recall
       from jsonb_to_recordset($1::jsonb) as l(id uuid, person_id uuid, card_id uuid, session_id uuid, grade smallint, reviewed_at timestamptz,
              local_day date, duration_ms int, state text, stability double precision, difficulty double precision, elapsed_days int, recall double precision)
       on conflict do nothing returning id`,
      [
        JSON.stringify(
          log.map((l) => ({
            id: l.id,
            person_id: l.personId,
            card_id: l.cardId,
            session_id: l.sessionId,
            grade: l.grade,
            reviewed_at: l.reviewedAt,
            local_day: l.localDay,
            duration_ms: l.durationMs,
            state: l.state,
            stability: l.stability,
            difficulty: l.difficulty,
            elapsed_days: l.elapsedDays,
            recall: l.recall,
          })),
        ),
        now,
      ],
    );
    return new Set(added.map((a) => a.id));
  }

  /** All reviews of these cards that still count for their memory, oldest first. */
  ofCards(
    tx: Tx,
    cardIds: readonly string[],
  ): Promise<{ id: string; cardId: string; grade: Grade; reviewedAt: Date }[]> {
    return rows(
      tx,
      `select l.id, l.card_id as "cardId", l.grade, l.reviewed_at as "reviewedAt" from review_log l join card c on c.id = l.card_id
       where l.card_id = any ($1::uuid[]) and l.reviewed_at >= c.memory_since order by l.reviewed_at, l.id`,
      [cardIds],
    );
  }

  session(tx: Tx, personId: string, sessionId: string): Promise<SessionFacts> {
    return one(
      tx,
      `with s as (select card_id, grade, state, duration_ms, reviewed_at, id from review_log where person_id = $1 and session_id = $2),
            first as (select distinct on (card_id) card_id, grade from s order by card_id, reviewed_at, id),
            last as (select distinct on (card_id) card_id, grade from s order by card_id, reviewed_at desc, id desc),
            was as (select card_id from s where state in ('review', 'relearning') group by card_id)
       select (select count(*)::int from s) as reviews, (select count(*)::int from last) as cards,
              (select count(*)::int from last where grade > 1) as recalled,
              (select count(*)::int from last join first using (card_id) where last.grade > 1 and first.grade > 1) as "recalledAtOnce",
              (select count(*)::int from s where grade = 1) as again,
              (select count(*)::int from last join was using (card_id) where grade > 1) as kept,
              (select coalesce(round(sum(duration_ms) / 1000.0), 0)::int from s) as seconds`,
      [personId, sessionId],
    );
  }

  finish(tx: Tx, personId: string, sessionId: string, now: Date): Promise<number> {
    return execute(
      tx,
      `insert into review_session (person_id, id, finished_at) values ($1, $2, $3) on conflict do nothing`,
      [personId, sessionId, now],
    );
  }

  /** One statement for the number on Today. */
  day(tx: Tx, personId: string, today: LocalDay, now: Date): Promise<DayFacts> {
    return one(
      tx,
      `with waiting as (
         select count(*) filter (where state <> 'new' and due_at <= $3)::int as due, count(*) filter (where state = 'review' and due_at <= $3)::int as due_review,
                count(*) filter (where state = 'new' and due_at <= $3)::int as fresh, min(due_at) filter (where due_at > $3) as next_due
         from card where person_id = $1 and suspended is null
       ), done as (
         select count(distinct card_id) filter (where state = 'review')::int as reviewed, count(distinct card_id) filter (where state = 'new')::int as fresh,
                count(*)::int as n
         from review_log where person_id = $1 and local_day = $2
       )
       select w.due, w.due_review as "dueReview", w.fresh, w.next_due as "nextDueAt", d.reviewed as "reviewedToday", d.fresh as "newToday", d.n as "doneToday"
       from waiting w, done d`,
      [personId, today, now],
    );
  }

  /** Cards coming due, by local day; what is overdue counts for today. */
  forecast(tx: Tx, personId: string, today: LocalDay, zone: string): Promise<{ day: LocalDay; due: number }[]> {
    return rows(
      tx,
      `select d.day::date as day, count(c.id)::int as due
       from generate_series($2::date, $2::date + 6, interval '1 day') as d(day)
       left join card c on c.person_id = $1 and c.suspended is null and c.state <> 'new'
         and greatest((c.due_at at time zone $3)::date, $2::date) = d.day::date
       group by d.day order by d.day`,
      [personId, today, zone],
    );
  }
}
