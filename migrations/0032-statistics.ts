import type { MigrationInterface, QueryRunner } from 'typeorm';

/** How quizzes, exams and their questions measure: by version, over first attempts and over all, and 2PL calibrations. */
export class Statistics0032 implements MigrationInterface {
  name = 'Statistics1790000000032';

  async up(q: QueryRunner): Promise<void> {
    await q.query(`
      create table assessment_analysis (
        id uuid primary key,
        version_id uuid not null references assessment_version (id),
        kind text not null check (kind in ('statistics', 'calibration')),
        state text not null default 'queued' check (state in ('queued', 'running', 'done', 'failed', 'cancelled')),
        done integer not null default 0 check (done >= 0),
        total integer not null default 0 check (total >= done),
        cancel boolean not null default false,
        problem text,
        people integer,
        iterations integer,
        converged boolean,
        log_likelihood double precision,
        requested_by uuid references person (id),
        requested_at timestamptz not null,
        finished_at timestamptz,
        check ((finished_at is null) = (state in ('queued', 'running'))),
        check ((problem is not null) = (state = 'failed'))
      );
      create unique index assessment_analysis_one_open on assessment_analysis (version_id, kind)
        where state in ('queued', 'running');
      create index assessment_analysis_version on assessment_analysis (version_id, kind, requested_at desc);
      create index assessment_analysis_requested_by on assessment_analysis (requested_by);

      create table assessment_statistic (
        version_id uuid not null references assessment_version (id),
        attempts text not null check (attempts in ('first', 'all')),
        people integer not null check (people >= 0),
        mean double precision,
        median double precision,
        sd double precision,
        skewness double precision,
        kurtosis double precision,
        alpha double precision,
        kr20 double precision,
        sem double precision,
        bins integer[] not null check (cardinality(bins) = 20),
        seen bigint not null,
        computed_at timestamptz not null,
        primary key (version_id, attempts)
      );
      comment on column assessment_statistic.seen is 'sum of the releases of the attempts it rests on: another one means it is out of date';

      create table item_statistic (
        version_id uuid not null references assessment_version (id),
        attempts text not null check (attempts in ('first', 'all')),
        question_version_id uuid not null references question_version (id),
        answered integer not null check (answered >= 0),
        blanks integer not null check (blanks between 0 and answered),
        facility double precision,
        sd double precision,
        discrimination double precision,
        efficiency double precision,
        item_rest double precision,
        item_total double precision,
        intended_weight double precision,
        effective_weight double precision,
        choices jsonb check (jsonb_typeof(choices) = 'array'),
        flags jsonb not null check (jsonb_typeof(flags) = 'array'),
        primary key (version_id, attempts, question_version_id)
      );
      create index item_statistic_question on item_statistic (question_version_id, attempts);

      create table question_version_statistic (
        question_version_id uuid not null references question_version (id),
        attempts text not null check (attempts in ('first', 'all')),
        answered integer not null check (answered >= 0),
        blanks integer not null check (blanks between 0 and answered),
        facility double precision,
        sd double precision,
        discrimination double precision,
        efficiency double precision,
        item_rest double precision,
        item_total double precision,
        choices jsonb check (jsonb_typeof(choices) = 'array'),
        flags jsonb not null check (jsonb_typeof(flags) = 'array'),
        computed_at timestamptz not null,
        primary key (question_version_id, attempts)
      );

      create table item_calibration (
        version_id uuid not null references assessment_version (id),
        question_version_id uuid not null references question_version (id),
        answered integer not null check (answered >= 0),
        a double precision,
        a_se double precision,
        b double precision,
        b_se double precision,
        problem text check (problem in ('too-few', 'no-variation', 'partial-credit', 'unstable', 'negative-slope')),
        calibrated_at timestamptz not null,
        primary key (version_id, question_version_id),
        check ((a is null) = (b is null) and (a is not null or problem is not null))
      );
      create index item_calibration_question on item_calibration (question_version_id);
    `);
  }

  async down(): Promise<void> {
    throw new Error('migrations only go forward; restore a backup instead');
  }
}
