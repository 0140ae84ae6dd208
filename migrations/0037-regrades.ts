import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * A wrong key of a published question version is corrected in place, with a reason, and every key it ever had stays in
 * question_correction; everything else of the version stays frozen. A regrade brings a correction to the attempts that
 * were marked before it, and writes for each what it was and what it became.
 */
export class Regrades0037 implements MigrationInterface {
  name = 'Regrades1790000000037';

  async up(q: QueryRunner): Promise<void> {
    await q.query(`
      create table question_correction (
        id uuid primary key,
        seq bigint not null unique check (seq >= 1),
        question_version_id uuid not null references question_version (id),
        number integer not null check (number >= 1),
        key_before jsonb not null check (jsonb_typeof(key_before) = 'object'),
        key_after jsonb not null check (jsonb_typeof(key_after) = 'object'),
        reason text not null check (length(reason) between 1 and 500),
        corrected_by uuid references person (id),
        corrected_at timestamptz not null,
        unique (question_version_id, number),
        check (key_before <> key_after)
      );
      comment on column question_correction.seq is 'in the order of their commits: an attempt knows by one number which keys it was marked by';
      create index question_correction_corrected_by on question_correction (corrected_by);
      select waymark_append_only('question_correction');

      create or replace function assessment_frozen_version() returns trigger language plpgsql as $$
      begin
        if old.published_at is not null then
          if tg_op = 'UPDATE' and tg_table_name = 'question_version'
             and to_jsonb(new) - 'answer_key' = to_jsonb(old) - 'answer_key'
             and exists (select 1 from question_correction c
                         where c.question_version_id = old.id
                           and c.key_before = to_jsonb(old) -> 'answer_key' and c.key_after = to_jsonb(new) -> 'answer_key') then
            return new;
          end if;
          raise exception '% % is published and frozen', tg_table_name, old.id using errcode = '23514';
        end if;
        return case tg_op when 'DELETE' then old else new end;
      end $$;

      alter table attempt add column key_seq bigint not null default 0 check (key_seq >= 0);
      comment on column attempt.key_seq is 'the newest correction of a key known when it was marked';

      create table regrade (
        id uuid primary key,
        correction_id uuid not null references question_correction (id),
        policy text not null check (policy in ('new-key', 'never-lower', 'full', 'drop')),
        state text not null default 'queued' check (state in ('queued', 'running', 'done', 'failed', 'cancelled')),
        done integer not null default 0 check (done >= 0),
        total integer not null default 0 check (total >= 0),
        cancel boolean not null default false,
        problem text,
        asked_by uuid references person (id),
        asked_at timestamptz not null,
        pulsed_at timestamptz not null,
        finished_at timestamptz,
        check ((finished_at is null) = (state in ('queued', 'running'))),
        check ((problem is not null) = (state = 'failed'))
      );
      create unique index regrade_once on regrade (correction_id) where state in ('queued', 'running', 'done');
      create index regrade_correction on regrade (correction_id, asked_at desc);
      create index regrade_asked_by on regrade (asked_by);

      create table attempt_regrade (
        attempt_id uuid not null references attempt (id),
        correction_id uuid not null references question_correction (id),
        regrade_id uuid not null references regrade (id),
        item smallint not null check (item >= 1),
        changed boolean not null,
        mark_before jsonb not null,
        mark_after jsonb not null,
        score_num_before bigint,
        score_den_before bigint,
        score_num bigint,
        score_den bigint,
        passed_before boolean,
        passed boolean,
        at timestamptz not null,
        primary key (attempt_id, correction_id)
      );
      create index attempt_regrade_correction on attempt_regrade (correction_id);
      create index attempt_regrade_regrade on attempt_regrade (regrade_id, attempt_id) where changed;
      select waymark_append_only('attempt_regrade');
    `);
  }

  async down(): Promise<void> {
    throw new Error('migrations only go forward; restore a backup instead');
  }
}
