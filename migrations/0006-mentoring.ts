import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * Mentor profiles, pairings, weekly meetings and their action items; tables of the matching that proposes pairs for a cohort.
 * Words by and about people stand only in mentor_profile.about, meeting_note, private_note and action_item.text, which erasure empties.
 */
export class Mentoring0006 implements MigrationInterface {
  name = 'Mentoring1790000000006';

  async up(q: QueryRunner): Promise<void> {
    await q.query(`
      create table mentor_profile (
        person_id uuid primary key references person (id),
        skills text[] not null default '{}' check (cardinality(skills) <= 30),
        languages text[] not null default '{}' check (cardinality(languages) <= 10),
        capacity smallint not null default 2 check (capacity between 0 and 20),
        availability jsonb not null default '[]' check (jsonb_typeof(availability) = 'array'),
        about text not null default '' check (length(about) <= 2000),
        eligibility text not null default 'l-and-d' check (eligibility in ('performance', 'l-and-d')),
        active boolean not null default true,
        revision integer not null default 1,
        created_at timestamptz not null default now(),
        updated_at timestamptz not null default now()
      );

      create table match_run (
        id uuid primary key,
        cohort_id uuid references cohort (id),
        state text not null default 'open' check (state in ('open', 'closed')),
        created_by uuid references person (id),
        created_at timestamptz not null default now()
      );
      create index match_run_cohort on match_run (cohort_id);
      create index match_run_created_by on match_run (created_by);

      create table match_proposal (
        id uuid primary key,
        run_id uuid not null references match_run (id),
        mentor_id uuid not null references person (id),
        learner_id uuid not null references person (id),
        score double precision not null,
        reasons jsonb not null check (jsonb_typeof(reasons) = 'object'),
        state text not null default 'proposed' check (state in ('proposed', 'accepted', 'changed', 'rejected')),
        decided_by uuid references person (id),
        decided_at timestamptz,
        unique (run_id, learner_id),
        check (mentor_id <> learner_id),
        check ((state = 'proposed') = (decided_at is null))
      );
      create index match_proposal_mentor on match_proposal (mentor_id);
      create index match_proposal_learner on match_proposal (learner_id);
      create index match_proposal_decided_by on match_proposal (decided_by);

      create table pairing (
        id uuid primary key,
        mentor_id uuid not null references person (id),
        learner_id uuid not null references person (id),
        cohort_id uuid references cohort (id),
        proposal_id uuid references match_proposal (id),
        start_day date not null,
        end_day date not null check (end_day >= start_day),
        ended_on date,
        end_reason text check (end_reason in ('completed', 'handed-over', 'learner-left', 'mentor-left', 'stopped')),
        weekday smallint check (weekday between 1 and 7),
        start_minute smallint check (start_minute between 0 and 1439),
        held integer not null default 0,
        missed integer not null default 0,
        missed_in_a_row integer not null default 0,
        started_by uuid references person (id),
        created_at timestamptz not null default now(),
        check (mentor_id <> learner_id),
        check ((ended_on is null) = (end_reason is null)),
        check ((weekday is null) = (start_minute is null))
      );
      create unique index pairing_one_open on pairing (learner_id) where ended_on is null;
      create index pairing_learner on pairing (learner_id, start_day);
      create index pairing_mentor on pairing (mentor_id, start_day);
      create index pairing_cohort on pairing (cohort_id);
      create index pairing_proposal on pairing (proposal_id);
      create index pairing_started_by on pairing (started_by);
      create index pairing_open_end on pairing (end_day) where ended_on is null;

      create table mentor_meeting (
        id uuid primary key,
        pairing_id uuid not null references pairing (id),
        day date not null,
        starts_at timestamptz,
        minutes smallint not null default 60 check (minutes between 5 and 480),
        state text not null check (state in ('planned', 'held', 'missed')),
        logged_by uuid references person (id),
        logged_at timestamptz,
        created_at timestamptz not null default now(),
        check ((state = 'planned') = (logged_at is null)),
        check (state <> 'planned' or starts_at is not null)
      );
      create unique index mentor_meeting_day on mentor_meeting (pairing_id, day) where state <> 'planned';
      create unique index mentor_meeting_one_planned on mentor_meeting (pairing_id) where state = 'planned';
      create index mentor_meeting_logged_by on mentor_meeting (logged_by);
      create index mentor_meeting_held_day on mentor_meeting (day) where state = 'held';

      create table meeting_note (
        meeting_id uuid primary key references mentor_meeting (id),
        notes text not null check (length(notes) <= 10000),
        revision integer not null default 1,
        updated_by uuid references person (id),
        updated_at timestamptz not null
      );
      create index meeting_note_updated_by on meeting_note (updated_by);

      create table private_note (
        meeting_id uuid not null references mentor_meeting (id),
        author_id uuid not null references person (id),
        text text not null check (length(text) between 1 and 10000),
        updated_at timestamptz not null,
        primary key (meeting_id, author_id)
      );
      create index private_note_author on private_note (author_id);

      create table action_item (
        id uuid primary key,
        meeting_id uuid not null references mentor_meeting (id),
        pairing_id uuid not null references pairing (id),
        text text not null check (length(text) <= 500),
        owner text not null check (owner in ('mentor', 'learner')),
        due_on date,
        done_at timestamptz,
        done_by uuid references person (id),
        created_by uuid references person (id),
        created_at timestamptz not null default now()
      );
      create index action_item_meeting on action_item (meeting_id);
      create index action_item_pairing_open on action_item (pairing_id) where done_at is null;
      create index action_item_done_by on action_item (done_by);
      create index action_item_created_by on action_item (created_by);
    `);
  }

  async down(): Promise<void> {
    throw new Error('migrations only go forward; restore a backup instead');
  }
}
