import type { MigrationInterface, QueryRunner } from 'typeorm';

/** In-app notifications, preferences, announcements, and the mails that leave the house with their delivery log. */
export class Notifications0010 implements MigrationInterface {
  name = 'Notifications1790000000010';

  async up(q: QueryRunner): Promise<void> {
    await q.query(`
      create table mail_message (
        id uuid primary key,
        person_id uuid not null references person (id),
        email text check (length(email) <= 254),
        template text not null,
        locale text not null check (locale in ('zh-CN', 'zh-TW', 'en')),
        params jsonb not null default '{}',
        secret_params jsonb,
        dedupe_key text not null unique,
        resendable boolean not null,
        not_before timestamptz not null,
        state text not null check (state in ('kept', 'queued', 'sending', 'sent', 'failed', 'unknown', 'dropped')),
        attempts smallint not null default 0,
        claimed_at timestamptz,
        sent_at timestamptz,
        last_error text,
        created_at timestamptz not null
      );
      comment on column mail_message.state is 'kept: no SMTP, shown in the development mailbox; unknown: the sender died between sending and noting it';
      create index mail_message_due on mail_message (not_before, id) where state = 'queued';
      create index mail_message_sending on mail_message (claimed_at) where state = 'sending';
      create index mail_message_person on mail_message (person_id);
      create index mail_message_newest on mail_message (created_at desc, id desc);

      create table announcement (
        id uuid primary key,
        code text unique check (code ~ '^[a-z0-9][a-z0-9-]{0,62}$'),
        author_id uuid not null references person (id),
        audience_id uuid not null references audience (id),
        pinned boolean not null default false,
        email boolean not null default false,
        from_at timestamptz not null,
        until_at timestamptz,
        announced_at timestamptz,
        withdrawn_at timestamptz,
        revision integer not null default 1,
        updated_at timestamptz not null,
        created_at timestamptz not null,
        check (until_at is null or until_at > from_at)
      );
      comment on column announcement.announced_at is 'when its audience was notified; null until from_at has come';
      create index announcement_author on announcement (author_id);
      create index announcement_audience on announcement (audience_id);
      create index announcement_current on announcement (from_at desc) where withdrawn_at is null;
      create index announcement_due on announcement (from_at) where announced_at is null and withdrawn_at is null;

      create table announcement_read (
        announcement_id uuid not null references announcement (id),
        person_id uuid not null references person (id),
        read_at timestamptz not null,
        primary key (announcement_id, person_id)
      );
      create index announcement_read_person on announcement_read (person_id);

      create table notification (
        id uuid primary key,
        person_id uuid not null references person (id),
        kind text not null check (kind ~ '^[a-z][a-z-]{1,40}$'),
        source_key text not null,
        params jsonb not null default '{}',
        count integer not null default 1 check (count >= 1),
        about_person_id uuid references person (id),
        subject_type text,
        subject_id text,
        in_app boolean not null default true,
        created_at timestamptz not null,
        read_at timestamptz,
        unique (person_id, source_key)
      );
      comment on column notification.source_key is 'kind and the event or thing it came from: the same news reaches a person once';
      create index notification_list on notification (person_id, created_at desc, id desc) where in_app;
      create index notification_unread on notification (person_id) where in_app and read_at is null;
      create index notification_about on notification (about_person_id);

      create table notification_mail (
        notification_id uuid primary key references notification (id) on delete cascade,
        person_id uuid not null references person (id),
        digest boolean not null,
        due_at timestamptz not null,
        mailed_at timestamptz
      );
      create index notification_mail_due on notification_mail (due_at) where mailed_at is null;
      create index notification_mail_person on notification_mail (person_id);

      create table notification_preference (
        person_id uuid not null references person (id),
        topic text not null check (topic in ('sign-offs', 'due', 'reviews', 'rewards', 'certificates', 'mentoring', 'announcements')),
        in_app boolean not null,
        email boolean not null,
        updated_at timestamptz not null,
        primary key (person_id, topic)
      );
    `);
  }

  async down(): Promise<void> {
    throw new Error('migrations only go forward; restore a backup instead');
  }
}
