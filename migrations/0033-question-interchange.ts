import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Files of questions: what a dry run found, and the names that questions have elsewhere. */
export class QuestionInterchange0033 implements MigrationInterface {
  name = 'QuestionInterchange1790000000033';

  async up(q: QueryRunner): Promise<void> {
    await q.query(`
      alter table question add column external_id text check (length(external_id) between 1 and 200);
      create unique index question_external_id on question (bank_id, external_id) where external_id is not null;
      comment on column question.external_id is 'what a file calls it where that can be no code: the same name is the same question';

      create table question_import (
        id uuid primary key,
        bank_id uuid not null references question_bank (id),
        created_by uuid not null references person (id),
        file_name text not null,
        locale text not null check (locale in ('zh-CN', 'zh-TW', 'en')),
        tags text[] not null default '{}',
        format text not null,
        encoding text not null,
        state text not null default 'checked' check (state in ('checked', 'applying', 'applied', 'cancelled', 'failed')),
        cancel_requested boolean not null default false,
        content bytea,
        counts jsonb not null default '{}',
        done integer not null default 0 check (done >= 0),
        total integer not null default 0 check (total >= 0),
        error text,
        created_at timestamptz not null,
        ended_at timestamptz,
        check ((ended_at is null) = (state in ('checked', 'applying'))),
        check ((content is not null) = (state in ('checked', 'applying')))
      );
      create index question_import_bank on question_import (bank_id);
      create index question_import_created_by on question_import (created_by);
      create index question_import_created_at on question_import (created_at desc);

      create table question_import_row (
        import_id uuid not null references question_import (id) on delete cascade,
        n integer not null,
        line integer not null,
        title text not null,
        type text,
        outcome text not null check (outcome in ('added', 'changed', 'same', 'refused')),
        code text,
        changes text[] not null default '{}',
        problem jsonb,
        remarks jsonb not null default '[]',
        near jsonb,
        question_id uuid references question (id) on delete set null,
        primary key (import_id, n),
        check ((problem is not null) = (outcome = 'refused'))
      );
      create index question_import_row_outcome on question_import_row (import_id, outcome, n);
      create index question_import_row_question on question_import_row (question_id);
    `);
  }

  async down(q: QueryRunner): Promise<void> {
    await q.query(`
      drop table question_import_row;
      drop table question_import;
      alter table question drop column external_id;
    `);
  }
}
