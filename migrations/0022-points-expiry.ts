import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Points that expire, where the company says so; it does not unless it is set. */
export class PointsExpiry0022 implements MigrationInterface {
  name = 'PointsExpiry1790000000022';

  async up(q: QueryRunner): Promise<void> {
    await q.query(`
      create table points_policy (
        id smallint primary key default 1 check (id = 1),
        expire_months smallint check (expire_months between 1 and 120),
        expire_from date,
        revision integer not null default 1,
        updated_by uuid references person (id),
        updated_at timestamptz not null default now(),
        check ((expire_months is null) = (expire_from is null))
      );
      comment on column points_policy.expire_from is 'first expiry of the policy as it stands, 30 days after it was set or later';
      create index points_policy_updated_by on points_policy (updated_by);
      insert into points_policy (id) values (1);

      create table points_expiry_warning (
        person_id uuid not null references person (id),
        expires_on date not null,
        points integer not null check (points > 0),
        warned_at timestamptz not null,
        primary key (person_id, expires_on)
      );
      select waymark_append_only('points_expiry_warning');
    `);
  }

  async down(): Promise<void> {
    throw new Error('migrations only go forward; restore a backup instead');
  }
}
