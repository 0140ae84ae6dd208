import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * Files, courses and progress in courses. A published course version and everything below it is frozen by triggers; its
 * texts are revisions in content_text under `content_id`, which versions share until a draft changes the text.
 */
export class Catalog0004 implements MigrationInterface {
  name = 'Catalog1790000000004';

  async up(q: QueryRunner): Promise<void> {
    await q.query(`
      create table file (
        id uuid primary key,
        owner_type text not null check (owner_type ~ '^[a-z][a-z-]{0,40}$'),
        owner_id uuid,
        state text not null check (state in ('staged', 'attached', 'deleted')),
        kind text not null check (kind in ('image', 'document', 'office', 'video', 'audio', 'package')),
        name text check (length(name) between 1 and 200),
        mime text not null,
        bytes bigint not null check (bytes > 0),
        sha256 text not null check (sha256 ~ '^[0-9a-f]{64}$'),
        storage_key text unique,
        duration_ms integer check (duration_ms > 0),
        pages integer check (pages > 0),
        uploaded_by uuid references person (id),
        created_at timestamptz not null default now(),
        attached_at timestamptz,
        deleted_at timestamptz,
        check (state <> 'attached' or owner_id is not null),
        check (state = 'deleted' or storage_key is not null),
        check ((state = 'deleted') = (deleted_at is not null))
      );
      create index file_owner on file (owner_type, owner_id);
      create index file_uploaded_by on file (uploaded_by);
      create index file_staged on file (created_at) where state = 'staged';
      create index file_to_remove on file (deleted_at) where state = 'deleted' and storage_key is not null;
      comment on column file.name is 'erasable';

      create table file_conversion (
        file_id uuid primary key references file (id),
        state text not null check (state in ('waiting', 'running', 'done', 'failed')),
        done integer not null default 0,
        total integer not null default 100,
        pdf_file_id uuid references file (id),
        error text,
        updated_at timestamptz not null default now(),
        check (state <> 'done' or pdf_file_id is not null)
      );
      create index file_conversion_pdf on file_conversion (pdf_file_id);

      create table course (
        id uuid primary key,
        code text not null unique check (code ~ '^[a-z0-9][a-z0-9-]{0,35}$'),
        status text not null default 'draft' check (status in ('draft', 'published', 'archived')),
        current_version_id uuid,
        draft_version_id uuid,
        audience_id uuid references audience (id),
        revision integer not null default 1,
        updated_by uuid references person (id),
        updated_at timestamptz not null default now(),
        created_at timestamptz not null default now(),
        check (status = 'draft' or current_version_id is not null),
        check (current_version_id is not null or draft_version_id is not null)
      );
      create index course_audience on course (audience_id);
      create index course_updated_by on course (updated_by);
      create index course_current_version on course (current_version_id);
      create index course_draft_version on course (draft_version_id);

      create table course_version (
        id uuid primary key,
        course_id uuid not null references course (id),
        number integer not null check (number >= 1),
        content_id uuid not null,
        module text not null check (module in ('basics', 'skills', 'process', 'innovation', 'growth')),
        minutes integer not null default 0 check (minutes between 0 and 60000),
        competencies text[] not null default '{}',
        note text check (length(note) <= 500),
        published_at timestamptz,
        published_by uuid references person (id),
        created_at timestamptz not null default now(),
        unique (course_id, number)
      );
      create index course_version_published_by on course_version (published_by);
      create unique index course_version_one_draft on course_version (course_id) where published_at is null;
      alter table course add constraint course_current_version_fk
        foreign key (current_version_id) references course_version (id) deferrable initially deferred;
      alter table course add constraint course_draft_version_fk
        foreign key (draft_version_id) references course_version (id) deferrable initially deferred;

      create table course_level (
        id uuid primary key,
        course_id uuid not null references course (id),
        key text not null check (key ~ '^[a-z0-9]{1,14}$'),
        unique (course_id, key)
      );
      create table lesson (
        id uuid primary key,
        course_id uuid not null references course (id),
        key text not null check (key ~ '^[a-z0-9][a-z0-9-]{0,62}$'),
        unique (course_id, key)
      );

      create table course_version_level (
        id uuid primary key,
        version_id uuid not null references course_version (id) on delete cascade,
        level_id uuid not null references course_level (id),
        position smallint not null check (position >= 1),
        content_id uuid not null,
        checkpoint_pass_mark smallint check (checkpoint_pass_mark between 1 and 100),
        checkpoint_assessment_id uuid references assessment (id),
        unique (version_id, level_id),
        unique (version_id, position) deferrable initially deferred
      );
      create index course_version_level_level on course_version_level (level_id);
      create index course_version_level_checkpoint on course_version_level (checkpoint_assessment_id);

      create table course_version_question (
        version_level_id uuid not null references course_version_level (id) on delete cascade,
        position smallint not null check (position >= 1),
        question_id uuid not null references question (id),
        primary key (version_level_id, position),
        unique (version_level_id, question_id)
      );
      create index course_version_question_question on course_version_question (question_id);

      create table course_version_lesson (
        id uuid primary key,
        version_id uuid not null references course_version (id) on delete cascade,
        version_level_id uuid not null references course_version_level (id) on delete cascade,
        lesson_id uuid not null references lesson (id),
        position smallint not null check (position >= 1),
        kind text not null check (kind in ('article', 'video', 'pdf', 'acknowledge', 'audio', 'image', 'embed', 'package')),
        criterion text not null check (criterion in ('read-to-end', 'watched', 'all-pages', 'acknowledged', 'package-completed')),
        minutes smallint not null check (minutes between 1 and 600),
        file_id uuid references file (id),
        content_id uuid not null,
        unique (version_id, lesson_id),
        unique (version_level_id, position) deferrable initially deferred
      );
      create index course_version_lesson_lesson on course_version_lesson (lesson_id);
      create index course_version_lesson_file on course_version_lesson (file_id);

      create function course_version_frozen() returns trigger language plpgsql as $$
      begin
        if old.published_at is not null then
          raise exception 'Course version % is published and can not change', old.id;
        end if;
        return case when tg_op = 'DELETE' then old else new end;
      end $$;
      create trigger course_version_frozen before update or delete on course_version
        for each row execute function course_version_frozen();

      create function course_version_part_frozen() returns trigger language plpgsql as $$
      declare part uuid;
      begin
        if tg_table_name = 'course_version_question' then
          select version_id into part from course_version_level
          where id = case when tg_op = 'DELETE' then old.version_level_id else new.version_level_id end;
        else
          part := case when tg_op = 'DELETE' then old.version_id else new.version_id end;
        end if;
        if exists (select 1 from course_version where id = part and published_at is not null) then
          raise exception 'Course version % is published and can not change', part;
        end if;
        return case when tg_op = 'DELETE' then old else new end;
      end $$;
      create trigger course_version_level_frozen before insert or update or delete on course_version_level
        for each row execute function course_version_part_frozen();
      create trigger course_version_lesson_frozen before insert or update or delete on course_version_lesson
        for each row execute function course_version_part_frozen();
      create trigger course_version_question_frozen before insert or update or delete on course_version_question
        for each row execute function course_version_part_frozen();

      create table course_text (
        id uuid primary key,
        course_id uuid not null references course (id),
        lesson_id uuid references lesson (id),
        locale text not null check (locale in ('zh-CN', 'zh-TW', 'en')),
        title text not null,
        body text not null
      );
      create unique index course_text_place on course_text (course_id, lesson_id, locale) nulls not distinct;
      create index course_text_lesson on course_text (lesson_id);
      create index course_text_search on course_text using gin ((title || E'\\n' || body) gin_trgm_ops);

      create table course_progress (
        person_id uuid not null references person (id),
        course_id uuid not null references course (id),
        version_id uuid not null references course_version (id),
        state text not null default 'in-progress' check (state in ('in-progress', 'completed')),
        done smallint not null default 0 check (done >= 0),
        of smallint not null check (of >= 0),
        resume_lesson_id uuid references lesson (id),
        opened_at timestamptz not null,
        last_at timestamptz not null,
        completed_at timestamptz,
        primary key (person_id, course_id),
        check (done <= of),
        check ((state = 'completed') = (completed_at is not null))
      );
      create index course_progress_course on course_progress (course_id, state);
      create index course_progress_version on course_progress (version_id);
      create index course_progress_resume on course_progress (resume_lesson_id);
      create index course_progress_recent on course_progress (person_id, last_at desc);

      create table lesson_progress (
        person_id uuid not null,
        lesson_id uuid not null references lesson (id),
        course_id uuid not null,
        place integer not null default 0 check (place >= 0),
        furthest integer not null default 0 check (furthest >= 0),
        seen int4multirange not null default '{}',
        opened_at timestamptz not null,
        last_at timestamptz not null,
        completed_at timestamptz,
        primary key (person_id, lesson_id),
        foreign key (person_id, course_id) references course_progress (person_id, course_id)
      );
      create index lesson_progress_course on lesson_progress (person_id, course_id);
      create index lesson_progress_lesson on lesson_progress (lesson_id);

      create table course_level_progress (
        person_id uuid not null,
        level_id uuid not null references course_level (id),
        course_id uuid not null,
        attempt_id uuid references attempt (id),
        score_bp integer check (score_bp between 0 and 10000),
        cleared_at timestamptz not null,
        primary key (person_id, level_id),
        foreign key (person_id, course_id) references course_progress (person_id, course_id)
      );
      create index course_level_progress_course on course_level_progress (person_id, course_id);
      create index course_level_progress_level on course_level_progress (level_id);
      create index course_level_progress_attempt on course_level_progress (attempt_id);

      create table course_credit (
        person_id uuid not null references person (id),
        version_id uuid not null references course_version (id),
        minutes integer not null check (minutes >= 0),
        credited_at timestamptz not null,
        primary key (person_id, version_id)
      );
      create index course_credit_version on course_credit (version_id);
      select waymark_append_only('course_credit');
    `);
  }

  async down(): Promise<void> {
    throw new Error('Migrations only go forward');
  }
}
