import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * The competency model gets a history, ratings keep the words they were given under, requirements get days, career
 * ladders belong to job families. Words about a person stand only in competency_rating_note, which erasure empties.
 */
export class Careers0015 implements MigrationInterface {
  name = 'Careers1790000000015';

  async up(q: QueryRunner): Promise<void> {
    await q.query(`
      alter table competency_dimension
        add column version integer not null default 1 check (version >= 1),
        add column sense integer not null default 1 check (sense >= 1),
        add constraint competency_dimension_sense check (sense <= version);
      alter table competency_dimension_level add column evidence jsonb not null default '{}';

      create table competency_dimension_version (
        dimension_id uuid not null references competency_dimension (id),
        version integer not null check (version >= 1),
        sense integer not null check (sense between 1 and version),
        words jsonb not null check (jsonb_typeof(words) = 'object'),
        author_id uuid references person (id),
        created_at timestamptz not null,
        primary key (dimension_id, version)
      );
      create index competency_dimension_version_author on competency_dimension_version (author_id);
      insert into competency_dimension_version (dimension_id, version, sense, words, created_at)
      select d.id, 1, 1, jsonb_build_object('name', d.name, 'description', d.description, 'levels',
               coalesce((select jsonb_agg(jsonb_build_object('level', l.level, 'description', l.description, 'evidence', l.evidence) order by l.level)
                         from competency_dimension_level l where l.dimension_id = d.id), '[]')), now()
      from competency_dimension d;

      alter table competency_rating
        add column version integer not null default 1,
        drop constraint competency_rating_source_check,
        add constraint competency_rating_source_check check (source in ('self', 'mentor', 'manager')),
        add constraint competency_rating_version_fk foreign key (dimension_id, version) references competency_dimension_version (dimension_id, version);
      create index competency_rating_version on competency_rating (dimension_id, version);
      drop index competency_rating_dimension;

      create table competency_rating_note (
        rating_id uuid primary key references competency_rating (id),
        person_id uuid not null references person (id),
        note text not null check (length(note) between 1 and 2000)
      );
      create index competency_rating_note_person on competency_rating_note (person_id);

      create table competency_standing (
        person_id uuid not null references person (id),
        dimension_id uuid not null references competency_dimension (id),
        self_level smallint references competency_level (level),
        self_sense integer,
        self_at timestamptz,
        assessed_level smallint references competency_level (level),
        assessed_sense integer,
        assessed_source text check (assessed_source in ('mentor', 'manager')),
        assessed_at timestamptz,
        primary key (person_id, dimension_id),
        check (num_nulls(self_level, self_sense, self_at) in (0, 3)),
        check (num_nulls(assessed_level, assessed_sense, assessed_source, assessed_at) in (0, 4))
      );
      create index competency_standing_dimension on competency_standing (dimension_id, assessed_level);
      create index competency_standing_self_level on competency_standing (self_level);
      create index competency_standing_assessed_level on competency_standing (assessed_level);
      insert into competency_standing (person_id, dimension_id, self_level, self_sense, self_at, assessed_level, assessed_sense, assessed_source, assessed_at)
      select k.person_id, k.dimension_id, s.level, case when s.level is not null then 1 end, s.rated_at,
             a.level, case when a.level is not null then 1 end, a.source, a.rated_at
      from (select distinct person_id, dimension_id from competency_rating) k
      left join lateral (select level, rated_at from competency_rating r where r.person_id = k.person_id and r.dimension_id = k.dimension_id
                           and r.source = 'self' order by rated_at desc, id desc limit 1) s on true
      left join lateral (select level, source, rated_at from competency_rating r where r.person_id = k.person_id and r.dimension_id = k.dimension_id
                           and r.source = 'mentor' order by rated_at desc, id desc limit 1) a on true;

      alter table job_role_requirement
        add column from_day date not null default '2000-01-01',
        alter column level drop not null,
        drop constraint job_role_requirement_pkey,
        add primary key (job_role_id, dimension_id, from_day);

      create table job_family (
        id uuid primary key,
        code text not null unique check (code ~ '^[a-z0-9][a-z0-9-]{0,62}$'),
        name jsonb not null,
        created_at timestamptz not null default now()
      );
      alter table job_role add column family_id uuid references job_family (id);
      create index job_role_family on job_role (family_id);

      create table career_ladder (
        id uuid primary key,
        family_id uuid unique nulls not distinct references job_family (id),
        revision integer not null default 0 check (revision >= 0)
      );
      insert into career_ladder (id) values (gen_random_uuid());
      alter table career_step
        add column ladder_id uuid references career_ladder (id),
        add column summary jsonb not null default '{}';
      update career_step set ladder_id = (select id from career_ladder);
      alter table career_step
        alter column ladder_id set not null,
        drop constraint career_step_ordinal_key,
        drop constraint career_step_code_key,
        add unique (ladder_id, ordinal) deferrable,
        add unique (ladder_id, code);

      create table career_ladder_version (
        ladder_id uuid not null references career_ladder (id),
        revision integer not null check (revision >= 0),
        steps jsonb not null check (jsonb_typeof(steps) = 'array'),
        author_id uuid references person (id),
        created_at timestamptz not null,
        primary key (ladder_id, revision)
      );
      create index career_ladder_version_author on career_ladder_version (author_id);
      insert into career_ladder_version (ladder_id, revision, steps, created_at)
      select s.ladder_id, 0, jsonb_agg(jsonb_build_object('code', s.code, 'name', s.name, 'summary', s.summary, 'yearsFrom', s.years_from,
               'yearsTo', s.years_to, 'requirements', s.requirements) order by s.ordinal), now()
      from career_step s group by s.ladder_id;

      select waymark_append_only('competency_dimension_version');
      select waymark_append_only('competency_rating');
      select waymark_append_only('career_ladder_version');
    `);
  }

  async down(): Promise<void> {
    throw new Error('migrations only go forward; restore a backup instead');
  }
}
