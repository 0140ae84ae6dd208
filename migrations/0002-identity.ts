import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * People, employment, grants, audiences, activity records, sign-in, audit, company settings, people import.
 * Days are inclusive: to_day is the last day, null means open.
 * Names and other personal text stand only in person_profile, audit_personal_value, import_row and
 * sign_in_session, which erasure empties; every other table holds ids and codes.
 */
export class Identity0002 implements MigrationInterface {
  name = 'Identity1790000000002';

  async up(q: QueryRunner): Promise<void> {
    await q.query(`
      create extension if not exists btree_gist;

      create table company_setting (
        id smallint primary key default 1 check (id = 1),
        name text not null default 'Waymark' check (length(name) between 1 and 120),
        logo_file_id uuid,
        colour text not null default '#0f766e' check (colour ~ '^#[0-9a-f]{6}$'),
        languages text[] not null default '{zh-CN,zh-TW,en}' check (cardinality(languages) >= 1),
        default_locale text not null default 'zh-CN' check (default_locale = any (languages)),
        zone text not null default 'Asia/Shanghai',
        point_name jsonb not null default '{"zh-CN": "积分", "zh-TW": "積分", "en": "Points"}',
        quiet_from smallint not null default 21 check (quiet_from between 0 and 23),
        quiet_to smallint not null default 8 check (quiet_to between 0 and 23),
        weekend smallint[] not null default '{6,7}',
        revision integer not null default 1,
        updated_at timestamptz not null default now()
      );
      insert into company_setting (id) values (1);

      create table work_calendar_exception (
        day date primary key,
        working boolean not null,
        name text check (length(name) <= 80)
      );

      create table org_unit (
        id uuid primary key,
        code text not null unique check (code ~ '^[a-z0-9][a-z0-9-]{0,62}$'),
        parent_id uuid references org_unit (id),
        path text not null unique,
        kind text not null check (kind in ('company', 'region', 'department', 'team')),
        name jsonb not null,
        archived_at timestamptz,
        created_at timestamptz not null default now(),
        check (parent_id is distinct from id)
      );
      create index org_unit_parent on org_unit (parent_id);
      create index org_unit_path on org_unit (path text_pattern_ops);

      create table job_role (
        id uuid primary key,
        code text not null unique check (code ~ '^[a-z0-9][a-z0-9-]{0,62}$'),
        name jsonb not null,
        archived_at timestamptz,
        created_at timestamptz not null default now()
      );

      create table person (
        id uuid primary key,
        status text not null default 'active' check (status in ('active', 'left', 'erased')),
        alias text check (length(alias) between 1 and 30),
        board_opt_out boolean not null default false,
        revision integer not null default 1,
        left_on date,
        erased_at timestamptz,
        created_at timestamptz not null default now(),
        check (status <> 'erased' or (alias is null and erased_at is not null))
      );
      create index person_active on person (id) where status = 'active';

      create table person_profile (
        person_id uuid primary key references person (id),
        employee_number text,
        employee_number_key text unique deferrable,
        name text check (length(name) between 1 and 100),
        name_en text check (length(name_en) <= 100),
        name_pinyin text,
        name_search text,
        email text check (length(email) <= 254),
        email_key text unique deferrable,
        mobile text check (length(mobile) <= 32),
        mobile_key text unique deferrable,
        locale text not null default 'zh-CN' check (locale in ('zh-CN', 'zh-TW', 'en')),
        zone text not null default 'Asia/Shanghai',
        picture_file_id uuid,
        updated_at timestamptz not null default now(),
        check ((employee_number is null) = (employee_number_key is null)),
        check ((email is null) = (email_key is null)),
        check ((mobile is null) = (mobile_key is null))
      );
      create index person_profile_pinyin on person_profile (name_pinyin, person_id);

      create table external_identity (
        provider text not null,
        subject text not null,
        person_id uuid not null references person (id),
        created_at timestamptz not null default now(),
        primary key (provider, subject)
      );
      create index external_identity_person on external_identity (person_id);

      create table employment (
        id uuid primary key,
        person_id uuid not null references person (id),
        hire_date date not null,
        from_day date not null,
        to_day date,
        created_at timestamptz not null default now(),
        check (to_day is null or to_day >= from_day),
        constraint employment_no_overlap exclude using gist (person_id with =, daterange(from_day, to_day, '[]') with &&)
      );
      create unique index employment_open on employment (person_id) where to_day is null;

      create table position (
        id uuid primary key,
        person_id uuid not null references person (id),
        org_unit_id uuid not null references org_unit (id),
        job_role_id uuid references job_role (id),
        manager_id uuid references person (id),
        kind text not null default 'primary' check (kind in ('primary', 'dotted')),
        from_day date not null,
        to_day date,
        current boolean not null default false,
        created_at timestamptz not null default now(),
        check (to_day is null or to_day >= from_day),
        check (manager_id is distinct from person_id),
        constraint position_one_primary exclude using gist (person_id with =, daterange(from_day, to_day, '[]') with &&) where (kind = 'primary')
      );
      comment on column position.current is 'in force today; set by the service and by the daily effective-dates job, so reads need no date';
      create unique index position_current on position (person_id) where current and kind = 'primary';
      create index position_person on position (person_id, from_day);
      create index position_org_unit on position (org_unit_id) where current;
      create index position_job_role on position (job_role_id) where current;
      create index position_manager on position (manager_id) where current;
      create index position_due on position (from_day) where not current and to_day is null;

      create view current_position as
        select p.person_id, p.org_unit_id, p.job_role_id, p.manager_id, p.from_day
        from position p where p.current and p.kind = 'primary';

      create view person_card as
        select pr.person_id, pr.name, pr.name_en, pr.employee_number, cp.org_unit_id, pr.picture_file_id, pr.name_pinyin, p.status
        from person_profile pr
        join person p on p.id = pr.person_id
        left join current_position cp on cp.person_id = pr.person_id;

      create table supervision (
        id uuid primary key,
        supervisor_id uuid not null references person (id),
        person_id uuid not null references person (id),
        kind text not null check (kind in ('manager', 'mentor', 'delegate')),
        from_day date not null,
        to_day date,
        created_at timestamptz not null default now(),
        check (to_day is null or to_day >= from_day),
        check (supervisor_id <> person_id)
      );
      create unique index supervision_open on supervision (person_id, supervisor_id, kind) where to_day is null;
      create unique index supervision_one_manager on supervision (person_id) where kind = 'manager' and to_day is null;
      create index supervision_person on supervision (person_id);
      create index supervision_supervisor on supervision (supervisor_id);

      create table permission_grant (
        id uuid primary key,
        person_id uuid not null references person (id),
        role text not null check (role in ('learner', 'author', 'steward', 'judge', 'trainer', 'ld-lead', 'admin')),
        org_unit_id uuid references org_unit (id),
        from_day date not null,
        to_day date,
        created_at timestamptz not null default now(),
        check (to_day is null or to_day >= from_day)
      );
      create unique index permission_grant_open on permission_grant (person_id, role, org_unit_id) nulls not distinct where to_day is null;
      create index permission_grant_person on permission_grant (person_id);
      create index permission_grant_org_unit on permission_grant (org_unit_id);

      create table cohort (
        id uuid primary key,
        code text not null unique check (code ~ '^[a-z0-9][a-z0-9-]{0,62}$'),
        name jsonb not null,
        start_day date,
        end_day date check (end_day is null or start_day is null or end_day >= start_day),
        created_at timestamptz not null default now()
      );
      create table cohort_member (
        cohort_id uuid not null references cohort (id),
        person_id uuid not null references person (id),
        created_at timestamptz not null default now(),
        primary key (cohort_id, person_id)
      );
      create index cohort_member_person on cohort_member (person_id);

      create table tag (
        id uuid primary key,
        code text not null unique check (code ~ '^[a-z0-9][a-z0-9-]{0,62}$'),
        name jsonb not null,
        created_at timestamptz not null default now()
      );
      create table person_tag (
        tag_id uuid not null references tag (id),
        person_id uuid not null references person (id),
        primary key (tag_id, person_id)
      );
      create index person_tag_person on person_tag (person_id);

      create table audience (
        id uuid primary key,
        code text not null unique check (code ~ '^[a-z0-9][a-z0-9-]{0,62}$'),
        name jsonb not null,
        rule jsonb not null check (jsonb_typeof(rule) = 'object'),
        revision integer not null default 1,
        archived_at timestamptz,
        updated_by uuid references person (id),
        updated_at timestamptz not null default now(),
        created_at timestamptz not null default now()
      );
      create index audience_updated_by on audience (updated_by);

      create table activity_record (
        id uuid primary key,
        person_id uuid not null references person (id),
        org_unit_id uuid references org_unit (id),
        verb text not null check (verb ~ '^[a-z]+\\.[a-z-]+$'),
        subject_type text not null,
        subject_id text not null,
        subject_version text,
        result jsonb not null default '{}',
        credited_minutes integer not null default 0 check (credited_minutes >= 0),
        occurred_at timestamptz not null,
        recorded_at timestamptz not null default now(),
        local_day date not null
      );
      create index activity_record_person on activity_record (person_id, local_day);
      create index activity_record_subject on activity_record (subject_type, subject_id, verb);
      create index activity_record_verb on activity_record (verb, local_day);
      create index activity_record_org_unit on activity_record (org_unit_id, local_day);

      create table audit_entry (
        id uuid primary key,
        at timestamptz not null,
        actor_id uuid references person (id),
        action text not null check (action ~ '^[a-z-]+\\.[a-z-]+$'),
        subject_type text not null,
        subject_id text not null,
        person_id uuid references person (id),
        changes jsonb not null default '[]'
      );
      create index audit_entry_at on audit_entry (at desc, id desc);
      create index audit_entry_actor on audit_entry (actor_id, at desc);
      create index audit_entry_person on audit_entry (person_id, at desc);
      create index audit_entry_subject on audit_entry (subject_type, subject_id);

      create table audit_personal_value (
        audit_entry_id uuid not null references audit_entry (id),
        field text not null,
        person_id uuid not null references person (id),
        from_value text,
        to_value text,
        primary key (audit_entry_id, field)
      );
      create index audit_personal_value_person on audit_personal_value (person_id);

      create table person_credential (
        person_id uuid primary key references person (id),
        password_hash text not null,
        changed_at timestamptz not null default now()
      );

      create table sign_in_session (
        id uuid primary key,
        person_id uuid not null references person (id),
        token_hash text not null unique,
        previous_hash text unique,
        previous_until timestamptz,
        rotated_at timestamptz not null,
        confirmed boolean not null default true,
        started_at timestamptz not null,
        last_seen_at timestamptz not null,
        expires_at timestamptz not null,
        view_as_person_id uuid references person (id),
        user_agent text,
        ip text
      );
      create index sign_in_session_person on sign_in_session (person_id);
      create index sign_in_session_view_as on sign_in_session (view_as_person_id);

      create table known_device (
        person_id uuid not null references person (id),
        device_hash text not null,
        last_used_at timestamptz not null,
        primary key (person_id, device_hash)
      );

      create table sign_in_bucket (
        key_hash text primary key,
        level double precision not null,
        at timestamptz not null
      );
      create index sign_in_bucket_at on sign_in_bucket (at);

      create table access_token (
        id uuid primary key,
        person_id uuid not null references person (id),
        kind text not null check (kind in ('invitation', 'reset', 'activation')),
        token_hash text not null unique,
        expires_at timestamptz not null,
        created_by uuid references person (id),
        created_at timestamptz not null default now()
      );
      create unique index access_token_one on access_token (person_id, kind);
      create index access_token_created_by on access_token (created_by);

      create table import_run (
        id uuid primary key,
        created_by uuid not null references person (id),
        file_name text not null,
        state text not null check (state in ('mapping', 'checked', 'committing', 'committed', 'cancelled', 'failed')),
        mode text not null default 'add-and-change' check (mode in ('add-and-change', 'full-list')),
        create_missing boolean not null default false,
        confirm_leavers boolean not null default false,
        cancel_requested boolean not null default false,
        headings jsonb not null,
        fields jsonb not null,
        row_count integer not null,
        summary jsonb not null default '{}',
        done integer not null default 0,
        total integer not null default 0,
        error text,
        created_at timestamptz not null default now(),
        committed_at timestamptz
      );
      create index import_run_created_by on import_run (created_by);

      create table import_row (
        run_id uuid not null references import_run (id) on delete cascade,
        line integer not null,
        raw jsonb,
        repairs jsonb not null default '{}',
        outcome text check (outcome in ('added', 'changed', 'kept', 'refused', 'leaving')),
        person_id uuid references person (id),
        employee_number text,
        cells jsonb not null default '{}',
        changes jsonb not null default '[]',
        problems jsonb not null default '[]',
        primary key (run_id, line)
      );
      create index import_row_person on import_row (person_id);
      create index import_row_outcome on import_row (run_id, outcome, line);

      create table competency_level (
        level smallint primary key check (level between 1 and 9),
        code text not null unique,
        name jsonb not null
      );
      create table competency_dimension (
        id uuid primary key,
        code text not null unique check (code ~ '^[a-z0-9][a-z0-9-]{0,62}$'),
        name jsonb not null,
        description jsonb not null default '{}',
        ordinal smallint not null,
        archived_at timestamptz
      );
      create table competency_dimension_level (
        dimension_id uuid not null references competency_dimension (id),
        level smallint not null references competency_level (level),
        description jsonb not null,
        primary key (dimension_id, level)
      );
      create index competency_dimension_level_level on competency_dimension_level (level);
      create table job_role_requirement (
        job_role_id uuid not null references job_role (id),
        dimension_id uuid not null references competency_dimension (id),
        level smallint not null references competency_level (level),
        primary key (job_role_id, dimension_id)
      );
      create index job_role_requirement_dimension on job_role_requirement (dimension_id);
      create index job_role_requirement_level on job_role_requirement (level);
      create table competency_rating (
        id uuid primary key,
        person_id uuid not null references person (id),
        dimension_id uuid not null references competency_dimension (id),
        source text not null check (source in ('self', 'mentor')),
        level smallint not null references competency_level (level),
        rated_by uuid not null references person (id),
        rated_at timestamptz not null
      );
      create index competency_rating_person on competency_rating (person_id, dimension_id, source, rated_at desc);
      create index competency_rating_dimension on competency_rating (dimension_id);
      create index competency_rating_level on competency_rating (level);
      create index competency_rating_rated_by on competency_rating (rated_by);
      create table career_step (
        id uuid primary key,
        code text not null unique check (code ~ '^[a-z0-9][a-z0-9-]{0,62}$'),
        ordinal smallint not null unique,
        name jsonb not null,
        years_from smallint not null,
        years_to smallint,
        requirements jsonb not null default '[]'
      );

      select waymark_append_only('activity_record');
      select waymark_append_only('audit_entry');
    `);
  }

  async down(): Promise<void> {
    throw new Error('migrations only go forward; restore a backup instead');
  }
}
