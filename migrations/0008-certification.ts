import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * Certifications and their requirements; certificates as append-only cycles with append-only events. A certificate's state is
 * never stored: it follows from its days, its events and the cycles after it. The holder's name as printed and the reason of a
 * revocation stand in erasable rows. Titles are revisions in content_text (subject: the certification).
 */
export class Certification0008 implements MigrationInterface {
  name = 'Certification1790000000008';

  async up(q: QueryRunner): Promise<void> {
    await q.query(`
      create table certification (
        id uuid primary key,
        code text not null unique check (code ~ '^[a-z0-9][a-z0-9-]{0,62}$'),
        validity_months smallint check (validity_months between 1 and 240),
        warn_days smallint[] not null default '{60,30,7}' check (cardinality(warn_days) <= 10),
        renewal_opens_days smallint not null default 60 check (renewal_opens_days between 0 and 730),
        renewal_within_months smallint check (renewal_within_months between 1 and 120),
        number_pattern text not null check (length(number_pattern) between 3 and 60),
        skills text[] not null default '{}' check (cardinality(skills) <= 30),
        audience_id uuid references audience (id),
        archived_at timestamptz,
        revision integer not null default 1,
        created_by uuid references person (id),
        created_at timestamptz not null default now(),
        updated_at timestamptz not null default now()
      );
      create index certification_audience on certification (audience_id);
      create index certification_created_by on certification (created_by);

      create table certification_requirement (
        id uuid primary key,
        certification_id uuid not null references certification (id),
        use text not null check (use in ('first', 'renewal')),
        position smallint not null,
        kind text not null check (kind in ('exam', 'course', 'hours', 'node')),
        target_id uuid,
        code text,
        hours numeric(6, 1) check (hours > 0),
        check ((kind = 'hours') = (hours is not null)),
        check ((kind = 'hours') = (code is null)),
        check ((kind in ('exam', 'course')) = (target_id is not null))
      );
      create unique index certification_requirement_once on certification_requirement (certification_id, use, kind, code) nulls not distinct;
      create index certification_requirement_target on certification_requirement (target_id);

      create table certificate_counter (
        certification_id uuid not null references certification (id),
        year smallint not null,
        last integer not null,
        primary key (certification_id, year)
      );

      create table certificate (
        id uuid primary key,
        certification_id uuid not null references certification (id),
        person_id uuid not null references person (id),
        cycle smallint not null check (cycle >= 1),
        number text not null unique,
        token text not null unique check (length(token) >= 22),
        issued_on date not null,
        expires_on date check (expires_on >= issued_on),
        text_seq bigint not null,
        issued_at timestamptz not null,
        unique (person_id, certification_id, cycle)
      );
      create index certificate_certification on certificate (certification_id, expires_on);

      create table certificate_holder (
        certificate_id uuid primary key references certificate (id),
        person_id uuid not null references person (id),
        name text not null
      );
      create index certificate_holder_person on certificate_holder (person_id);

      create table certificate_event (
        id uuid primary key,
        certificate_id uuid not null references certificate (id),
        kind text not null check (kind in ('warned', 'renewal-opened', 'lapsed', 'renewed', 'revoked')),
        days smallint not null default 0,
        day date not null,
        actor_id uuid references person (id),
        at timestamptz not null
      );
      comment on column certificate_event.days is 'warned: which warning (60, 30, 7); else 0';
      create unique index certificate_event_once on certificate_event (certificate_id, kind, days);
      create index certificate_event_actor on certificate_event (actor_id);

      create table certificate_revocation (
        certificate_id uuid primary key references certificate (id),
        reason text not null check (length(reason) <= 1000)
      );

      create view current_certificate as
        select distinct on (person_id, certification_id) * from certificate order by person_id, certification_id, cycle desc;

      select waymark_append_only('certificate');
      select waymark_append_only('certificate_event');
    `);
  }

  async down(): Promise<void> {
    throw new Error('migrations only go forward; restore a backup instead');
  }
}
