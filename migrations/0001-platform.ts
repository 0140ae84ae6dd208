import type { MigrationInterface, QueryRunner } from 'typeorm';

export class Platform0001 implements MigrationInterface {
  name = 'Platform1790000000001';

  async up(q: QueryRunner): Promise<void> {
    await q.query(`
do $$ begin
  if not exists (select 1 from pg_roles where rolname = 'waymark_app') then
    begin
      create role waymark_app nologin;
    exception when duplicate_object or unique_violation then null;
    end;
  end if;
end $$;
do $$ begin execute format('grant waymark_app to %I', current_user); end $$;
grant usage on schema public to waymark_app;
alter default privileges in schema public grant select, insert, update, delete on tables to waymark_app;
alter default privileges in schema public grant usage, select on sequences to waymark_app;
create extension if not exists pg_trgm;

create function waymark_append_only(name text) returns void language plpgsql as $$
begin
  execute format('revoke update, delete, truncate on %I from waymark_app', name);
end $$;

create table outbox_event (
  id uuid primary key,
  type text not null,
  person_id uuid,
  payload jsonb not null,
  occurred_at timestamptz not null,
  created_at timestamptz not null default now(),
  relayed_at timestamptz
);
create index outbox_event_waiting on outbox_event (id) where relayed_at is null;
create index outbox_event_relayed on outbox_event (relayed_at) where relayed_at is not null;

create table outbox_delivery (
  consumer text not null,
  event_id uuid not null references outbox_event (id) on delete cascade,
  attempts int not null default 0,
  retry_at timestamptz not null default '-infinity',
  parked_at timestamptz,
  last_error text,
  primary key (consumer, event_id)
);
create index outbox_delivery_event on outbox_delivery (event_id);

create table consumed_event (
  consumer text not null,
  event_id uuid not null,
  consumed_at timestamptz not null default now(),
  primary key (consumer, event_id)
);

create table content_text (
  seq bigint generated always as identity primary key,
  subject_id uuid not null,
  field text not null,
  locale text not null check (locale in ('zh-CN', 'zh-TW', 'en')),
  value text not null,
  author_id uuid,
  created_at timestamptz not null default now()
);
create index content_text_current on content_text (subject_id, field, locale, seq desc);
create index content_text_search on content_text using gin (value gin_trgm_ops);
select waymark_append_only('content_text');

create table installation (
  key text primary key,
  value text not null,
  updated_at timestamptz not null default now()
);

create table job_claim (
  key text primary key,
  claimed_at timestamptz not null default now()
);
    `);
  }

  async down(): Promise<void> {
    throw new Error('Migrations only go forward');
  }
}
