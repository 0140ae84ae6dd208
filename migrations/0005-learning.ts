import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * Learning maps, enrolment and progress, milestones, assignments, nudges.
 * Structure of a published version (map_version, map_stage, map_node) is append-only; its texts are revisions in
 * content_text (subjects: the map, the stage, the node) and `text_revision` names the newest.
 * Progress of an enrolment is one row of arrays whose i-th element belongs to node i of its version; the counters that
 * lists and dashboards need stand on the narrow `enrolment` row and change in the same transaction.
 * Free text by or about persons stands only in milestone_submission, milestone_evidence and node_exception.reason.
 */
export class Learning0005 implements MigrationInterface {
  name = 'Learning1790000000005';

  async up(q: QueryRunner): Promise<void> {
    await q.query(`
      create table learning_map (
        id uuid primary key,
        code text not null unique check (code ~ '^[a-z0-9][a-z0-9-]{0,62}$'),
        job_role_id uuid references job_role (id),
        status text not null default 'draft' check (status in ('draft', 'published', 'archived')),
        current_version_id uuid,
        created_by uuid references person (id),
        created_at timestamptz not null default now(),
        updated_at timestamptz not null default now(),
        archived_at timestamptz,
        check ((status = 'published') <= (current_version_id is not null)),
        check ((status = 'archived') = (archived_at is not null))
      );
      create index learning_map_job_role on learning_map (job_role_id);
      create index learning_map_created_by on learning_map (created_by);

      create table map_draft (
        map_id uuid primary key references learning_map (id),
        revision integer not null check (revision > 0),
        document jsonb not null check (jsonb_typeof(document) = 'object'),
        based_on_version_id uuid,
        updated_by uuid references person (id),
        updated_at timestamptz not null
      );
      create index map_draft_updated_by on map_draft (updated_by);

      create table map_version (
        id uuid primary key,
        map_id uuid not null references learning_map (id),
        number integer not null check (number > 0),
        days smallint not null check (days between 1 and 1000),
        working_days boolean not null,
        capacity_hours smallint not null check (capacity_hours > 0),
        node_count smallint not null check (node_count between 1 and 1000),
        required_count smallint not null check (required_count between 0 and node_count),
        summary text not null check (length(summary) between 1 and 1000),
        document jsonb not null check (jsonb_typeof(document) = 'object'),
        text_revision integer not null default 1 check (text_revision > 0),
        published_by uuid references person (id),
        published_at timestamptz not null,
        unique (map_id, number)
      );
      create index map_version_published_by on map_version (published_by);
      alter table learning_map add constraint learning_map_current_version
        foreign key (current_version_id) references map_version (id);
      create index learning_map_current on learning_map (current_version_id);
      alter table map_draft add constraint map_draft_based_on foreign key (based_on_version_id) references map_version (id);
      create index map_draft_based_on on map_draft (based_on_version_id);

      create table map_stage (
        id uuid primary key,
        version_id uuid not null references map_version (id),
        idx smallint not null check (idx >= 0),
        key text not null,
        from_day smallint not null check (from_day >= 1),
        to_day smallint not null,
        gate text not null check (gate in ('none', 'previous-complete', 'day-reached')),
        check (to_day >= from_day),
        unique (version_id, idx),
        unique (version_id, key)
      );

      create table map_node (
        id uuid primary key,
        version_id uuid not null,
        idx smallint not null check (idx >= 0),
        key text not null,
        stage smallint not null,
        kind text not null check (kind in ('course', 'quiz', 'exam', 'practical', 'showcase', 'milestone', 'homework', 'reading',
          'survey', 'class-session', '360', 'mentor-meetings')),
        required boolean not null,
        not_yet boolean not null,
        prereqs smallint[] not null,
        need smallint not null,
        due_day smallint check (due_day between 1 and 1000),
        minutes integer not null check (minutes between 0 and 60000),
        target_kind text check (target_kind in ('course', 'quiz', 'exam')),
        target_id uuid,
        target_code text,
        carry_months smallint check (carry_months between 0 and 120),
        evidence jsonb,
        lane smallint not null check (lane between 0 and 2),
        "row" smallint not null check ("row" >= 0),
        draft_lane smallint not null,
        unique (version_id, idx),
        unique (version_id, key),
        foreign key (version_id, stage) references map_stage (version_id, idx),
        check (need between 0 and cardinality(prereqs)),
        check ((target_kind is null) = (target_code is null)),
        check (not (required and not_yet))
      );
      create index map_node_target on map_node (target_id) where target_id is not null;

      create table assignment (
        id uuid primary key,
        audience_id uuid not null references audience (id),
        target_kind text not null check (target_kind in ('map', 'course', 'exam', 'certification')),
        target_id uuid,
        target_code text not null,
        start_from text not null default 'assigned-day' check (start_from in ('assigned-day', 'hire-date')),
        due_on date,
        due_days smallint check (due_days between 1 and 1000),
        recurrence text not null default 'none' check (recurrence in ('none', 'yearly')),
        created_by uuid references person (id),
        created_at timestamptz not null,
        ended_at timestamptz,
        check (due_on is null or due_days is null),
        check (recurrence = 'none' or target_kind <> 'map'),
        check ((target_kind = 'certification') or target_id is not null)
      );
      create index assignment_audience on assignment (audience_id);
      create index assignment_created_by on assignment (created_by);
      create index assignment_target on assignment (target_kind, target_code) where ended_at is null;
      create unique index assignment_once on assignment (audience_id, target_kind, target_code) where ended_at is null;

      create table assignment_person (
        id uuid primary key,
        assignment_id uuid not null references assignment (id),
        person_id uuid not null references person (id),
        cycle smallint not null check (cycle >= 1),
        assigned_on date not null,
        due_on date,
        completed_on date,
        ended_at timestamptz,
        unique (assignment_id, person_id, cycle)
      );
      create index assignment_person_person on assignment_person (person_id);
      create index assignment_person_due on assignment_person (due_on) where completed_on is null and ended_at is null;

      create table enrolment (
        id uuid primary key,
        person_id uuid not null references person (id),
        map_id uuid not null references learning_map (id),
        version_id uuid not null references map_version (id),
        start_day date not null,
        status text not null default 'open' check (status in ('open', 'completed', 'withdrawn')),
        source text not null check (source in ('manual', 'assignment', 'demo')),
        assignment_id uuid references assignment (id),
        created_by uuid references person (id),
        created_at timestamptz not null,
        completed_on date,
        ended_at timestamptz,
        done smallint not null,
        total smallint not null,
        next_due_on date,
        open_due date[] not null,
        last_progress_on date,
        check (done between 0 and total),
        check ((status = 'completed') = (completed_on is not null)),
        check ((status = 'withdrawn') = (ended_at is not null)),
        check (next_due_on is not distinct from open_due[1])
      ) with (fillfactor = 85);
      comment on column enrolment.open_due is
        'due days of required nodes that are not done, ascending: width_bucket(today - 1, open_due) is the number overdue';
      create unique index enrolment_open on enrolment (person_id, map_id) where status = 'open';
      create index enrolment_person on enrolment (person_id, created_at desc);
      create index enrolment_map on enrolment (map_id) where status = 'open';
      create index enrolment_version on enrolment (version_id);
      create index enrolment_assignment on enrolment (assignment_id);
      create index enrolment_created_by on enrolment (created_by);
      create index enrolment_next_due on enrolment (next_due_on) where status = 'open';

      create table enrolment_progress (
        enrolment_id uuid primary key references enrolment (id),
        state smallint[] not null,
        due_on date[] not null,
        completed_on date[] not null,
        units_done smallint[] not null,
        units_of smallint[] not null,
        score_bp smallint[] not null,
        check (cardinality(state) > 0 and cardinality(due_on) = cardinality(state) and cardinality(completed_on) = cardinality(state)
          and cardinality(units_done) = cardinality(state) and cardinality(units_of) = cardinality(state)
          and cardinality(score_bp) = cardinality(state))
      ) with (fillfactor = 70);
      comment on column enrolment_progress.state is
        '0 locked 1 available 2 in progress 3 submitted 4 completed 5 waived; day gates are applied when read';

      create table enrolment_move (
        id uuid primary key,
        enrolment_id uuid not null references enrolment (id),
        from_version_id uuid not null references map_version (id),
        to_version_id uuid not null references map_version (id),
        progress jsonb not null,
        moved_by uuid references person (id),
        moved_at timestamptz not null
      );
      create index enrolment_move_enrolment on enrolment_move (enrolment_id);
      create index enrolment_move_from on enrolment_move (from_version_id);
      create index enrolment_move_to on enrolment_move (to_version_id);
      create index enrolment_move_by on enrolment_move (moved_by);

      create table node_exception (
        id uuid primary key,
        enrolment_id uuid not null references enrolment (id),
        node_key text not null,
        kind text not null check (kind in ('waive', 'extend')),
        reason text not null check (length(reason) <= 500),
        due_on date,
        previous_due_on date,
        created_by uuid references person (id),
        created_at timestamptz not null,
        check ((kind = 'extend') = (due_on is not null))
      );
      create index node_exception_enrolment on node_exception (enrolment_id, node_key);
      create index node_exception_created_by on node_exception (created_by);

      create table target_progress (
        person_id uuid not null references person (id),
        target_kind text not null check (target_kind in ('course', 'quiz', 'exam', 'certification', 'mentor-meetings')),
        target_id uuid not null,
        target_code text check ((target_kind = 'certification') = (target_code is not null)),
        state smallint not null check (state in (2, 3, 4)),
        units_done smallint not null default 0,
        units_of smallint not null default 0,
        score_bp smallint check (score_bp between 0 and 10000),
        started_on date not null,
        completed_on date,
        updated_at timestamptz not null,
        primary key (person_id, target_kind, target_id),
        check ((state = 4) = (completed_on is not null))
      );
      create index target_progress_target on target_progress (target_id, target_kind);

      create table milestone_submission (
        id uuid primary key,
        enrolment_id uuid not null references enrolment (id),
        node_key text not null,
        person_id uuid not null references person (id),
        round smallint not null check (round >= 1),
        status text not null check (status in ('draft', 'submitted', 'signed', 'returned')),
        text text not null default '' check (length(text) <= 10000),
        number_value numeric(14, 3),
        submitted_at timestamptz,
        decided_at timestamptz,
        decided_by uuid references person (id),
        comment text not null default '' check (length(comment) <= 2000),
        reminded_at timestamptz,
        created_at timestamptz not null,
        unique (enrolment_id, node_key, round),
        check ((status = 'draft') = (submitted_at is null)),
        check ((status in ('signed', 'returned')) = (decided_at is not null)),
        check ((decided_by is null) = (decided_at is null)),
        check (decided_by is distinct from person_id)
      );
      create unique index milestone_submission_current on milestone_submission (enrolment_id, node_key)
        where status in ('draft', 'submitted', 'signed');
      create index milestone_submission_person on milestone_submission (person_id);
      create index milestone_submission_waiting on milestone_submission (submitted_at, id) where status = 'submitted';
      create index milestone_submission_decided_by on milestone_submission (decided_by);

      create table milestone_evidence (
        id uuid primary key,
        submission_id uuid not null references milestone_submission (id),
        position smallint not null,
        kind text not null check (kind in ('entry', 'file', 'link')),
        on_day date,
        title text not null default '' check (length(title) <= 200),
        note text not null default '' check (length(note) <= 2000),
        url text check (length(url) <= 2000),
        file_id uuid references file (id),
        created_at timestamptz not null,
        check (kind <> 'file' or file_id is not null),
        check (kind <> 'entry' or on_day is not null)
      );
      create index milestone_evidence_submission on milestone_evidence (submission_id, position);
      create index milestone_evidence_file on milestone_evidence (file_id) where file_id is not null;

      create table nudge (
        id uuid primary key,
        person_id uuid not null references person (id),
        kind text not null check (kind in ('before-3', 'on-day', 'after-3', 'after-7', 'staff')),
        subject_id uuid not null,
        node_key text not null default '',
        due_on date,
        day date not null,
        created_by uuid references person (id),
        created_at timestamptz not null,
        check ((kind = 'staff') = (created_by is not null))
      );
      create unique index nudge_once on nudge (subject_id, node_key, kind, due_on) nulls not distinct where kind <> 'staff';
      create unique index nudge_staff_daily on nudge (person_id, day) where kind = 'staff';
      create index nudge_person on nudge (person_id);
      create index nudge_created_by on nudge (created_by);

      select waymark_append_only('map_version');
      grant update (text_revision) on map_version to waymark_app;
      select waymark_append_only('map_stage');
      select waymark_append_only('map_node');
      select waymark_append_only('enrolment_move');
    `);
  }

  async down(): Promise<void> {
    throw new Error('migrations only go forward; restore a backup instead');
  }
}
