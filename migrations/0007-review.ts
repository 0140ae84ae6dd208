import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * Cards and their memory state, the append-only review log, learning days and streaks, reminders.
 * Text that a person wrote stands only in card_text, which erasure empties.
 */
export class Review0007 implements MigrationInterface {
  name = 'Review1790000000007';

  async up(q: QueryRunner): Promise<void> {
    await q.query(`
      create table review_setting (
        id smallint primary key default 1 check (id = 1),
        desired_retention double precision not null default 0.90 check (desired_retention between 0.80 and 0.97),
        daily_limit smallint not null default 40 check (daily_limit between 5 and 500),
        new_limit smallint not null default 10 check (new_limit between 0 and 100),
        reminder_hour smallint not null default 12 check (reminder_hour between 0 and 23),
        revision integer not null default 1,
        updated_at timestamptz not null default now()
      );
      insert into review_setting (id) values (1);

      create table reviewer (
        person_id uuid primary key references person (id),
        reminder_hour smallint check (reminder_hour between 0 and 23),
        reminders_on boolean not null default true,
        pace_ms integer not null default 12000 check (pace_ms between 1000 and 300000),
        streak_length integer not null default 0 check (streak_length >= 0),
        streak_longest integer not null default 0 check (streak_longest >= streak_length),
        streak_start date,
        streak_last date,
        streak_freezes smallint not null default 0 check (streak_freezes between 0 and 2),
        streak_progress smallint not null default 0 check (streak_progress between 0 and 6),
        created_at timestamptz not null default now(),
        check ((streak_length = 0) = (streak_last is null)),
        check (streak_start <= streak_last)
      );
      comment on table reviewer is 'one row a person; locking it puts the reviews of two devices in a row';

      create table streak_zone (
        person_id uuid not null references person (id),
        from_at timestamptz not null,
        zone text not null,
        primary key (person_id, from_at)
      );
      comment on table streak_zone is 'which zone decides the local day from when on: a change counts from tomorrow';

      create table learning_day (
        person_id uuid not null references person (id),
        local_day date not null,
        how text not null check (how in ('review', 'lesson')),
        first_at timestamptz not null,
        primary key (person_id, local_day)
      );

      create table card (
        id uuid primary key,
        person_id uuid not null references person (id),
        kind text not null check (kind in ('question', 'key-point', 'own', 'knowledge')),
        origin text not null check (origin in ('missed', 'missed-secure', 'lesson', 'own')),
        question_id uuid references question (id),
        question_version_id uuid references question_version (id),
        lesson_id uuid references lesson (id),
        attempt_id uuid,
        topic text check (length(topic) <= 63),
        state text not null default 'new' check (state in ('new', 'learning', 'review', 'relearning')),
        due_at timestamptz not null,
        stability double precision not null default 0,
        difficulty double precision not null default 0,
        reps integer not null default 0,
        lapses integer not null default 0,
        scheduled_days integer not null default 0,
        step smallint not null default 0,
        last_review_at timestamptz,
        last_day date,
        memory_since timestamptz not null,
        brought_forward text check (brought_forward in ('missed-again', 'question-changed')),
        suspended text check (suspended in ('by-person', 'source-gone')),
        revision integer not null default 1,
        created_at timestamptz not null,
        check ((kind = 'question') = (question_id is not null)),
        check ((question_id is null) = (question_version_id is null)),
        check ((kind = 'key-point') = (lesson_id is not null)),
        check ((state = 'new') = (last_review_at is null)),
        check ((last_review_at is null) = (last_day is null))
      );
      comment on column card.memory_since is 'older reviews were of another question version: they stay in the log and no longer move the schedule';
      create unique index card_question_once on card (person_id, question_id) where question_id is not null;
      create unique index card_lesson_once on card (person_id, lesson_id) where lesson_id is not null;
      create index card_due on card (person_id, due_at) where suspended is null;
      create index card_person on card (person_id, id desc);
      create index card_question on card (question_id) where question_id is not null;
      create index card_question_version on card (question_version_id) where question_version_id is not null;
      create index card_lesson on card (lesson_id) where lesson_id is not null;
      create index card_attempt on card (attempt_id) where attempt_id is not null;

      create table card_text (
        card_id uuid primary key references card (id),
        person_id uuid not null references person (id),
        front text not null check (length(front) between 1 and 2000),
        back text not null check (length(back) between 1 and 4000),
        updated_at timestamptz not null
      );
      create index card_text_person on card_text (person_id);

      create table review_log (
        person_id uuid not null references person (id),
        id uuid not null,
        card_id uuid not null references card (id),
        session_id uuid,
        grade smallint not null check (grade between 1 and 4),
        reviewed_at timestamptz not null,
        recorded_at timestamptz not null,
        local_day date not null,
        duration_ms integer not null check (duration_ms between 0 and 600000),
        state text not null check (state in ('new', 'learning', 'review', 'relearning')),
        stability double precision not null,
        difficulty double precision not null,
        elapsed_days integer not null check (elapsed_days >= 0),
        recall double precision,
        primary key (person_id, id)
      );
      comment on table review_log is 'state to recall: the memory before the review, as it was known when the review arrived';
      create index review_log_card on review_log (card_id, reviewed_at);
      create index review_log_day on review_log (person_id, local_day);
      create index review_log_session on review_log (person_id, session_id) where session_id is not null;

      create table review_session (
        person_id uuid not null references person (id),
        id uuid not null,
        finished_at timestamptz not null,
        primary key (person_id, id)
      );

      create table review_reminder (
        person_id uuid not null references person (id),
        local_day date not null,
        due integer not null check (due > 0),
        sent_at timestamptz not null,
        primary key (person_id, local_day)
      );

      select waymark_append_only('review_log');
    `);
  }

  async down(): Promise<void> {
    throw new Error('migrations only go forward; restore a backup instead');
  }
}
