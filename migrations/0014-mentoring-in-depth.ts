import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * Matching as one optimal assignment, absences, co-mentors, the weekly agenda, end-of-pairing summaries, feedback,
 * thanks, improvement plans, the rate of the allowance and imported performance figures.
 * Words by and about people stand only in pairing_summary, pairing_feedback, mentor_thanks, improvement_behaviour,
 * performance_import_row and performance_figure, which erasure empties.
 */
export class MentoringInDepth0014 implements MigrationInterface {
  name = 'MentoringInDepth1790000000014';

  async up(q: QueryRunner): Promise<void> {
    await q.query(`
      create table mentoring_setting (
        id smallint primary key default 1 check (id = 1),
        weight_skill smallint not null default 5 check (weight_skill between 0 and 10),
        weight_site smallint not null default 3 check (weight_site between 0 and 10),
        weight_language smallint not null default 4 check (weight_language between 0 and 10),
        weight_load smallint not null default 2 check (weight_load between 0 and 10),
        check (weight_skill + weight_site + weight_language + weight_load > 0)
      );
      insert into mentoring_setting (id) values (1);

      create table allowance_rate (
        from_month date primary key check (extract(day from from_month) = 1),
        per_meeting numeric(10, 2) not null check (per_meeting >= 0),
        currency text not null check (currency ~ '^[A-Z]{3}$'),
        set_by uuid references person (id),
        set_at timestamptz not null
      );
      create index allowance_rate_set_by on allowance_rate (set_by);

      alter table mentor_profile add column site_id uuid references org_unit (id);
      create index mentor_profile_site on mentor_profile (site_id);

      create table mentor_absence (
        id uuid primary key,
        mentor_id uuid not null references person (id),
        from_day date not null,
        to_day date not null check (to_day >= from_day),
        substitute_id uuid references person (id),
        created_by uuid references person (id),
        created_at timestamptz not null,
        check (substitute_id is distinct from mentor_id),
        constraint mentor_absence_no_overlap exclude using gist (mentor_id with =, daterange(from_day, to_day, '[]') with &&)
      );
      create index mentor_absence_mentor on mentor_absence (mentor_id, to_day);
      create index mentor_absence_substitute on mentor_absence (substitute_id);
      create index mentor_absence_created_by on mentor_absence (created_by);

      alter table match_run drop constraint match_run_state_check;
      alter table match_run
        alter column state set default 'queued',
        add constraint match_run_state_check check (state in ('queued', 'solving', 'open', 'closed', 'failed')),
        add column start_day date not null default current_date,
        add column weights jsonb not null default '{}' check (jsonb_typeof(weights) = 'object'),
        add column round integer not null default 1,
        add column done integer not null default 0,
        add column total integer not null default 0,
        add column error text,
        add column solved_at timestamptz,
        add column solved_ms integer;
      create index match_run_created_at on match_run (created_at desc);

      create table match_learner (
        run_id uuid not null references match_run (id),
        learner_id uuid not null references person (id),
        unmatched text check (unmatched in ('has-mentor', 'not-active', 'no-mentors', 'all-blocked', 'no-places', 'rejected')),
        blocked jsonb not null default '{}' check (jsonb_typeof(blocked) = 'object'),
        primary key (run_id, learner_id)
      );
      create index match_learner_learner on match_learner (learner_id);

      create table match_rejection (
        run_id uuid not null references match_run (id),
        learner_id uuid not null references person (id),
        mentor_id uuid not null references person (id),
        rejected_by uuid references person (id),
        rejected_at timestamptz not null,
        primary key (run_id, learner_id, mentor_id)
      );
      create index match_rejection_learner on match_rejection (learner_id);
      create index match_rejection_mentor on match_rejection (mentor_id);
      create index match_rejection_by on match_rejection (rejected_by);

      alter table match_proposal
        add column locked boolean not null default false,
        add column by_hand boolean not null default false,
        add column revision integer not null default 1;

      alter table pairing
        add column follows_id uuid references pairing (id),
        add column first_day date check (first_day <= start_day);
      comment on column pairing.first_day is 'when the learner began with the first mentor of a chain of hand-overs; weeks count from there';
      create index pairing_follows on pairing (follows_id);

      create table pairing_co_mentor (
        id uuid primary key,
        pairing_id uuid not null references pairing (id),
        person_id uuid not null references person (id),
        from_day date not null,
        to_day date check (to_day >= from_day),
        added_by uuid references person (id),
        created_at timestamptz not null default now()
      );
      create unique index pairing_co_mentor_open on pairing_co_mentor (pairing_id, person_id) where to_day is null;
      create index pairing_co_mentor_person on pairing_co_mentor (person_id);
      create index pairing_co_mentor_added_by on pairing_co_mentor (added_by);

      create table agenda_week (
        week smallint primary key check (week between 1 and 13),
        revision integer not null default 1,
        updated_by uuid references person (id),
        updated_at timestamptz
      );
      create index agenda_week_updated_by on agenda_week (updated_by);
      insert into agenda_week (week) select generate_series(1, 13);
      create table agenda_item (
        id uuid primary key,
        week smallint not null references agenda_week (week),
        ordinal smallint not null,
        text jsonb not null check (jsonb_typeof(text) = 'object'),
        archived_at timestamptz,
        created_at timestamptz not null default now()
      );
      create index agenda_item_week on agenda_item (week, ordinal) where archived_at is null;
      comment on table agenda_item is 'never changed: another text is another item, so that what a meeting ticked keeps its words';
      create table meeting_agenda_item (
        meeting_id uuid not null references mentor_meeting (id) on delete cascade,
        item_id uuid not null references agenda_item (id),
        primary key (meeting_id, item_id)
      );
      create index meeting_agenda_item_item on meeting_agenda_item (item_id);

      create table pairing_summary (
        pairing_id uuid not null references pairing (id),
        author_id uuid not null references person (id),
        goal smallint not null check (goal between 1 and 5),
        reached text not null check (length(reached) <= 4000),
        next text not null check (length(next) <= 4000),
        submitted_at timestamptz not null,
        primary key (pairing_id, author_id)
      );
      create index pairing_summary_author on pairing_summary (author_id);

      create table pairing_feedback (
        pairing_id uuid not null references pairing (id),
        author_id uuid not null references person (id),
        about_id uuid not null references person (id),
        prepared smallint not null check (prepared between 1 and 5),
        useful smallint not null check (useful between 1 and 5),
        comment text not null check (length(comment) <= 4000),
        submitted_at timestamptz not null,
        primary key (pairing_id, author_id),
        check (author_id <> about_id)
      );
      create index pairing_feedback_author on pairing_feedback (author_id);
      create index pairing_feedback_about on pairing_feedback (about_id);

      create table mentor_thanks (
        id uuid primary key,
        pairing_id uuid not null references pairing (id),
        mentor_id uuid not null references person (id),
        learner_id uuid not null references person (id),
        text text not null check (length(text) <= 500),
        created_at timestamptz not null
      );
      create index mentor_thanks_pairing on mentor_thanks (pairing_id);
      create index mentor_thanks_mentor on mentor_thanks (mentor_id, created_at desc);
      create index mentor_thanks_learner on mentor_thanks (learner_id);

      create table improvement_plan (
        id uuid primary key,
        learner_id uuid not null references person (id),
        start_day date not null,
        ended_on date,
        end_reason text check (end_reason in ('completed', 'stopped')),
        created_by uuid references person (id),
        created_at timestamptz not null,
        check ((ended_on is null) = (end_reason is null))
      );
      create unique index improvement_plan_one_open on improvement_plan (learner_id) where ended_on is null;
      create index improvement_plan_learner on improvement_plan (learner_id, start_day desc);
      create index improvement_plan_created_by on improvement_plan (created_by);
      create table improvement_behaviour (
        plan_id uuid not null references improvement_plan (id),
        week smallint not null check (week between 1 and 8),
        ordinal smallint not null check (ordinal between 1 and 2),
        text text not null check (length(text) <= 200),
        primary key (plan_id, week, ordinal)
      );
      create table improvement_rating (
        plan_id uuid not null,
        week smallint not null,
        ordinal smallint not null,
        rater text not null check (rater in ('learner', 'mentor')),
        score smallint not null check (score between 1 and 5),
        rated_by uuid not null references person (id),
        rated_at timestamptz not null,
        primary key (plan_id, week, ordinal, rater),
        foreign key (plan_id, week, ordinal) references improvement_behaviour (plan_id, week, ordinal)
      );
      create index improvement_rating_by on improvement_rating (rated_by);

      create table performance_import (
        id uuid primary key,
        created_by uuid not null references person (id),
        file_name text not null,
        period text not null check (period ~ '^[0-9]{4}(-(H[12]|Q[1-4]|(0[1-9]|1[0-2])))?$'),
        state text not null check (state in ('checked', 'committed', 'cancelled')),
        summary jsonb not null,
        created_at timestamptz not null,
        committed_at timestamptz
      );
      create index performance_import_created_by on performance_import (created_by);
      create table performance_import_row (
        import_id uuid not null references performance_import (id) on delete cascade,
        line integer not null,
        person_id uuid references person (id),
        employee_number text not null,
        figure double precision,
        outcome text not null check (outcome in ('added', 'changed', 'kept', 'refused')),
        problem text,
        primary key (import_id, line)
      );
      create index performance_import_row_person on performance_import_row (person_id);
      create table performance_figure (
        person_id uuid not null references person (id),
        period text not null,
        figure double precision not null,
        department_id uuid references org_unit (id),
        rank integer not null default 0,
        of integer not null default 0,
        top boolean not null default false,
        import_id uuid references performance_import (id),
        primary key (person_id, period)
      );
      create index performance_figure_period on performance_figure (period, department_id);
      create index performance_figure_department on performance_figure (department_id);
      create index performance_figure_import on performance_figure (import_id);
    `);
  }

  async down(): Promise<void> {
    throw new Error('migrations only go forward; restore a backup instead');
  }
}
