import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * Question banks, quizzes and exams with frozen versions, attempts, grading.
 * Keys stand in a column of their own that only grading and authors read. Texts (stem, choices, explanation, titles) are
 * revisions in content_text by version id. Free text about a person stands only in attempt_answer, grade_comment and
 * retake_grant, which erasure empties.
 */
export class Assessment0003 implements MigrationInterface {
  name = 'Assessment1790000000003';

  async up(q: QueryRunner): Promise<void> {
    await q.query(`
      create table question_bank (
        id uuid primary key,
        code text not null unique check (code ~ '^[a-z0-9][a-z0-9-]{0,62}$'),
        pool_revision bigint not null default 0,
        revision integer not null default 1,
        updated_by uuid references person (id),
        updated_at timestamptz not null default now(),
        created_at timestamptz not null default now()
      );
      create index question_bank_updated_by on question_bank (updated_by);

      create table question_topic (
        id uuid primary key,
        code text not null unique check (code ~ '^[a-z0-9][a-z0-9-]{0,62}$'),
        created_at timestamptz not null default now()
      );

      create table question (
        id uuid primary key,
        bank_id uuid not null references question_bank (id),
        code text not null unique check (code ~ '^[a-z0-9][a-z0-9-]{0,62}$'),
        status text not null default 'draft' check (status in ('draft', 'published', 'retired')),
        current_version_id uuid,
        draft_version_id uuid,
        search_text text not null default '',
        revision integer not null default 1,
        updated_by uuid references person (id),
        updated_at timestamptz not null default now(),
        created_at timestamptz not null default now(),
        check (status = 'draft' or current_version_id is not null),
        check (current_version_id is not null or draft_version_id is not null)
      );
      create index question_bank_id on question (bank_id);
      create index question_updated_by on question (updated_by);
      create index question_current_version on question (current_version_id);
      create index question_draft_version on question (draft_version_id);

      create table question_version (
        id uuid primary key,
        question_id uuid not null references question (id),
        number integer not null check (number >= 1),
        type text not null check (type in ('single', 'multiple', 'truefalse', 'short')),
        use text not null check (use in ('practice', 'secure')),
        body jsonb not null check (jsonb_typeof(body) = 'object'),
        answer_key jsonb not null check (jsonb_typeof(answer_key) = 'object'),
        points smallint not null default 1 check (points between 1 and 100),
        difficulty smallint not null check (difficulty between 1 and 5),
        tags text[] not null check (cardinality(tags) between 0 and 10),
        competency text,
        lesson_ref text check (length(lesson_ref) <= 130),
        published_at timestamptz,
        created_by uuid references person (id),
        created_at timestamptz not null default now(),
        unique (question_id, number)
      );
      create index question_version_tags on question_version using gin (tags);
      create index question_version_created_by on question_version (created_by);
      create unique index question_version_one_draft on question_version (question_id) where published_at is null;
      alter table question add constraint question_current_version_fk
        foreign key (current_version_id) references question_version (id) deferrable initially deferred;
      alter table question add constraint question_draft_version_fk
        foreign key (draft_version_id) references question_version (id) deferrable initially deferred;

      create table question_stat (
        question_version_id uuid primary key references question_version (id),
        answered integer not null default 0,
        earned numeric not null default 0,
        last_answered_at timestamptz
      );

      create table assessment (
        id uuid primary key,
        code text not null unique check (code ~ '^[a-z0-9][a-z0-9-]{0,62}$'),
        kind text not null check (kind in ('quiz', 'exam')),
        owner text not null default 'staff' check (owner in ('staff', 'course')),
        status text not null default 'draft' check (status in ('draft', 'published', 'archived')),
        current_version_id uuid,
        draft_version_id uuid,
        search_text text not null default '',
        revision integer not null default 1,
        updated_by uuid references person (id),
        updated_at timestamptz not null default now(),
        created_at timestamptz not null default now(),
        check (status <> 'published' or current_version_id is not null)
      );
      create index assessment_updated_by on assessment (updated_by);
      create index assessment_current_version on assessment (current_version_id);
      create index assessment_draft_version on assessment (draft_version_id);

      create table assessment_version (
        id uuid primary key,
        assessment_id uuid not null references assessment (id),
        number integer not null check (number >= 1),
        pass_mark smallint not null default 80 check (pass_mark between 0 and 100),
        duration_seconds integer check (duration_seconds between 30 and 86400),
        retakes smallint check (retakes between 0 and 99),
        retake_days smallint not null default 14 check (retake_days between 1 and 365),
        feedback text not null check (feedback in ('score', 'marks', 'full')),
        shuffle_questions boolean not null default true,
        shuffle_choices boolean not null default true,
        grade_short_answers boolean not null,
        draws jsonb not null default '[]' check (jsonb_typeof(draws) = 'array'),
        item_count smallint not null default 0 check (item_count between 0 and 300),
        published_at timestamptz,
        created_by uuid references person (id),
        created_at timestamptz not null default now(),
        unique (assessment_id, number)
      );
      create index assessment_version_created_by on assessment_version (created_by);
      create unique index assessment_version_one_draft on assessment_version (assessment_id) where published_at is null;
      alter table assessment add constraint assessment_current_version_fk
        foreign key (current_version_id) references assessment_version (id) deferrable initially deferred;
      alter table assessment add constraint assessment_draft_version_fk
        foreign key (draft_version_id) references assessment_version (id) deferrable initially deferred;

      create table assessment_question (
        version_id uuid not null references assessment_version (id) on delete cascade,
        position smallint not null check (position >= 1),
        question_id uuid not null references question (id),
        question_version_id uuid references question_version (id),
        points smallint check (points between 1 and 100),
        primary key (version_id, position),
        unique (version_id, question_id)
      );
      create index assessment_question_question on assessment_question (question_id);
      create index assessment_question_question_version on assessment_question (question_version_id);

      create table attempt (
        id uuid primary key,
        assessment_id uuid not null references assessment (id),
        version_id uuid not null references assessment_version (id),
        person_id uuid not null references person (id),
        number integer not null check (number >= 1),
        state text not null default 'open' check (state in ('open', 'submitted', 'graded')),
        device_id text not null check (length(device_id) between 8 and 64),
        locale text not null check (locale in ('zh-CN', 'zh-TW', 'en')),
        zone text not null,
        text_seq bigint not null,
        seed integer not null,
        paper jsonb not null check (jsonb_typeof(paper) = 'array'),
        item_count smallint not null check (item_count between 1 and 300),
        count_from timestamptz,
        started_at timestamptz not null,
        deadline_at timestamptz check (deadline_at > started_at),
        submitted_at timestamptz check (submitted_at >= started_at),
        submitted_by text check (submitted_by in ('learner', 'deadline')),
        marks jsonb check (jsonb_typeof(marks) = 'array'),
        pending_count smallint not null default 0 check (pending_count >= 0),
        answered_count smallint not null default 0 check (answered_count >= 0),
        score_num bigint check (score_num >= 0),
        score_den bigint check (score_den > 0 and score_den >= score_num),
        passed boolean,
        released_at timestamptz,
        release integer not null default 0,
        unique (person_id, assessment_id, number),
        check ((state = 'open') = (submitted_at is null)),
        check ((submitted_at is null) = (submitted_by is null) and (submitted_at is null) = (marks is null)),
        check ((state = 'graded') = (released_at is not null)),
        check ((state = 'graded') = (score_num is not null and score_den is not null and passed is not null)),
        check ((state = 'submitted') = (pending_count > 0))
      );
      create unique index attempt_one_open on attempt (person_id, assessment_id) where state = 'open';
      create index attempt_deadline on attempt (deadline_at) where state = 'open';
      create index attempt_pending on attempt (submitted_at, id) where state = 'submitted';
      create index attempt_assessment on attempt (assessment_id, started_at desc, id desc);
      create index attempt_version on attempt (version_id);
      create index attempt_person on attempt (person_id, started_at desc, id desc);

      create table attempt_answer (
        attempt_id uuid not null references attempt (id),
        save_id uuid not null,
        arrival bigint generated always as identity,
        item smallint not null check (item >= 1),
        seq integer not null check (seq >= 1),
        answer jsonb not null check (jsonb_typeof(answer) = 'object'),
        checked boolean not null default false,
        late boolean not null default false,
        answered_at timestamptz,
        saved_at timestamptz not null,
        primary key (attempt_id, save_id)
      );
      create unique index attempt_answer_checked on attempt_answer (attempt_id, item) where checked;

      create table attempt_grade (
        id uuid primary key,
        attempt_id uuid not null references attempt (id),
        item smallint not null check (item >= 1),
        points_num integer not null check (points_num >= 0),
        points_den integer not null check (points_den > 0),
        source text not null check (source in ('grader', 'late', 'regrade')),
        grader_id uuid references person (id),
        created_at timestamptz not null
      );
      create index attempt_grade_item on attempt_grade (attempt_id, item, created_at);
      create index attempt_grade_grader on attempt_grade (grader_id);

      create table grade_comment (
        grade_id uuid primary key references attempt_grade (id),
        comment text not null check (length(comment) between 1 and 2000)
      );

      create table retake_grant (
        id uuid primary key,
        person_id uuid not null references person (id),
        assessment_id uuid not null references assessment (id),
        reason text check (length(reason) between 1 and 500),
        granted_by uuid not null references person (id),
        created_at timestamptz not null
      );
      create index retake_grant_person on retake_grant (person_id, assessment_id);
      create index retake_grant_assessment on retake_grant (assessment_id);
      create index retake_grant_granted_by on retake_grant (granted_by);

      create function assessment_frozen_version() returns trigger language plpgsql as $$
      begin
        if old.published_at is not null then
          raise exception '% % is published and frozen', tg_table_name, old.id using errcode = '23514';
        end if;
        return case tg_op when 'DELETE' then old else new end;
      end $$;
      create trigger question_version_frozen before update or delete on question_version
        for each row execute function assessment_frozen_version();
      create trigger assessment_version_frozen before update or delete on assessment_version
        for each row execute function assessment_frozen_version();

      create function assessment_frozen_question() returns trigger language plpgsql as $$
      begin
        if exists (
          select 1 from assessment_version v
          where v.id = case tg_op when 'INSERT' then new.version_id else old.version_id end and v.published_at is not null
        ) then
          raise exception 'the questions of a published version are frozen' using errcode = '23514';
        end if;
        return case tg_op when 'DELETE' then old else new end;
      end $$;
      create trigger assessment_question_frozen before insert or update or delete on assessment_question
        for each row execute function assessment_frozen_question();

      select waymark_append_only('attempt_grade');
    `);
  }

  async down(): Promise<void> {
    throw new Error('migrations only go forward; restore a backup instead');
  }
}
