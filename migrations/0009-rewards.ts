import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * Points rules and their double-entry ledger, PersonLevels, badges, leaderboards, honour board, store.
 * The ledger is append-only; `point_balance` is what it adds up to for a person, and the row that spending locks.
 */
export class Rewards0009 implements MigrationInterface {
  name = 'Rewards1790000000009';

  async up(q: QueryRunner): Promise<void> {
    await q.query(`
      create table point_rule (
        code text primary key check (code ~ '^[a-z0-9][a-z0-9-]{0,62}$'),
        verb text not null check (verb ~ '^[a-z]+\\.[a-z-]+$'),
        conditions jsonb not null default '{}' check (jsonb_typeof(conditions) = 'object'),
        points integer not null check (points between 1 and 100000),
        once boolean not null,
        cap_day integer check (cap_day > 0),
        cap_week integer check (cap_week > 0),
        reason jsonb not null,
        active boolean not null default true,
        revision integer not null default 1,
        updated_by uuid references person (id),
        updated_at timestamptz not null default now(),
        created_at timestamptz not null default now()
      );
      create index point_rule_verb on point_rule (verb) where active;
      create index point_rule_updated_by on point_rule (updated_by);

      create table person_level (
        level smallint primary key check (level >= 1),
        from_points integer not null unique check (from_points >= 0),
        title jsonb not null
      );

      create table ledger_account (
        id uuid primary key,
        kind text not null check (kind in ('balance', 'held', 'recoverable', 'issue', 'redemption', 'reversal', 'expiry')),
        person_id uuid references person (id),
        created_at timestamptz not null default now(),
        check ((person_id is not null) = (kind in ('balance', 'held', 'recoverable')))
      );
      create unique index ledger_account_one on ledger_account (person_id, kind) nulls not distinct;

      insert into ledger_account (id, kind) select gen_random_uuid(), k from unnest(array['issue', 'redemption', 'reversal', 'expiry']) k;

      create table ledger_transaction (
        id uuid primary key,
        idempotency_key text not null unique,
        kind text not null check (kind in ('award', 'grant', 'hold', 'release', 'spend', 'reversal', 'expiry')),
        person_id uuid not null references person (id),
        amount integer not null,
        reason_code text not null,
        params jsonb not null default '{}',
        rule_code text references point_rule (code),
        activity_id uuid references activity_record (id),
        subject_type text,
        subject_id text,
        reverses_id uuid references ledger_transaction (id),
        actor_id uuid references person (id),
        local_day date not null,
        booked_at timestamptz not null,
        created_at timestamptz not null default now(),
        check ((kind = 'award') = (rule_code is not null)),
        check ((kind = 'reversal') = (reverses_id is not null)),
        check (kind not in ('award', 'grant') or amount > 0)
      );
      comment on column ledger_transaction.amount is 'what the person''s own points change by, balance and recoverable together; 0 when held points are spent';
      create index ledger_transaction_statement on ledger_transaction (person_id, booked_at desc, id desc);
      create index ledger_transaction_caps on ledger_transaction (person_id, rule_code, local_day) where kind = 'award';
      create index ledger_transaction_once on ledger_transaction (person_id, rule_code, subject_type, subject_id) where kind = 'award';
      create index ledger_transaction_rule on ledger_transaction (rule_code, local_day) where kind = 'award';
      create index ledger_transaction_day on ledger_transaction (local_day, kind);
      create index ledger_transaction_activity on ledger_transaction (activity_id);
      create unique index ledger_transaction_reverses on ledger_transaction (reverses_id) where reverses_id is not null;
      create index ledger_transaction_actor on ledger_transaction (actor_id) where actor_id is not null;

      create table ledger_posting (
        transaction_id uuid not null references ledger_transaction (id),
        account_id uuid not null references ledger_account (id),
        amount integer not null check (amount <> 0),
        primary key (transaction_id, account_id)
      );
      create index ledger_posting_account on ledger_posting (account_id);

      create function ledger_transaction_adds_up() returns trigger language plpgsql as $$
      declare
        total bigint;
        postings bigint;
      begin
        select coalesce(sum(amount), 0), count(*) into total, postings from ledger_posting where transaction_id = new.id;
        if total <> 0 or postings < 2 then
          raise exception 'ledger transaction % has % postings that sum to %', new.id, postings, total using errcode = 'check_violation';
        end if;
        return null;
      end $$;
      create constraint trigger ledger_transaction_balanced after insert on ledger_transaction
        deferrable initially deferred for each row execute function ledger_transaction_adds_up();

      create function ledger_posting_adds_up() returns trigger language plpgsql as $$
      declare
        off uuid;
      begin
        select p.transaction_id into off from ledger_posting p
          where p.transaction_id in (select transaction_id from added) group by 1 having sum(p.amount) <> 0 limit 1;
        if off is not null then
          raise exception 'postings of ledger transaction % do not sum to 0', off using errcode = 'check_violation';
        end if;
        return null;
      end $$;
      comment on function ledger_posting_adds_up is 'all postings of a transaction come in one statement; nothing can be added to it later';
      create trigger ledger_posting_balanced after insert on ledger_posting
        referencing new table as added for each statement execute function ledger_posting_adds_up();

      create table point_balance (
        person_id uuid primary key references person (id),
        earned integer not null default 0 check (earned >= 0),
        balance integer not null default 0 check (balance >= 0),
        held integer not null default 0 check (held >= 0),
        recoverable integer not null default 0 check (recoverable >= 0),
        level smallint not null default 1,
        updated_at timestamptz not null
      );

      create table badge (
        id uuid primary key,
        code text not null unique check (code ~ '^[a-z0-9][a-z0-9-]{0,62}$'),
        shape text not null check (shape in ('round', 'peak', 'shield', 'hex', 'blaze')),
        tier smallint not null check (tier between 1 and 4),
        glyph text not null,
        title jsonb not null,
        description jsonb not null,
        criteria jsonb not null check (jsonb_typeof(criteria) = 'object'),
        ordinal smallint not null,
        active boolean not null default true,
        evaluated_at timestamptz,
        created_at timestamptz not null default now()
      );
      comment on column badge.evaluated_at is 'null until the past has been looked through for it';

      create table person_badge (
        person_id uuid not null references person (id),
        badge_id uuid not null references badge (id),
        awarded_at timestamptz not null,
        created_at timestamptz not null default now(),
        primary key (person_id, badge_id)
      );
      create index person_badge_badge on person_badge (badge_id);

      create table board (
        id uuid primary key,
        scope text not null check (scope in ('company', 'org-unit', 'cohort')),
        scope_id uuid,
        period text not null check (period in ('day', 'week', 'month', 'quarter', 'all')),
        starts_on date,
        ends_on date,
        closed_at timestamptz,
        check ((scope = 'company') = (scope_id is null)),
        check ((period = 'all') = (starts_on is null)),
        check ((starts_on is null) = (ends_on is null) and ends_on >= starts_on)
      );
      create unique index board_one on board (scope, scope_id, period, starts_on) nulls not distinct;
      create index board_open on board (ends_on) where closed_at is null;

      create table board_score (
        board_id uuid not null references board (id) on delete cascade,
        person_id uuid not null references person (id),
        points integer not null check (points > 0),
        reached_at timestamptz not null,
        primary key (board_id, person_id)
      );
      create index board_score_order on board_score (board_id, points desc, reached_at, person_id);
      create index board_score_person on board_score (person_id);

      create table board_bucket (
        board_id uuid not null references board (id) on delete cascade,
        points integer not null,
        people integer not null check (people >= 0),
        primary key (board_id, points)
      );

      create table honour_entry (
        board_id uuid not null references board (id),
        rank smallint not null check (rank between 1 and 10),
        person_id uuid not null references person (id),
        points integer not null,
        people integer not null,
        created_at timestamptz not null default now(),
        primary key (board_id, rank)
      );
      create index honour_entry_person on honour_entry (person_id);

      create table reward (
        id uuid primary key,
        code text not null unique check (code ~ '^[a-z0-9][a-z0-9-]{0,62}$'),
        kind text not null check (kind in ('gift', 'training', 'leave', 'voucher')),
        glyph text not null,
        title jsonb not null,
        description jsonb not null,
        price integer not null check (price between 1 and 10000000),
        stock_left integer check (stock_left >= 0),
        limit_count integer check (limit_count > 0),
        limit_per text check (limit_per in ('month', 'quarter', 'year', 'ever')),
        approval text not null check (approval in ('none', 'manager', 'learning')),
        audience_id uuid references audience (id),
        archived_at timestamptz,
        revision integer not null default 1,
        updated_by uuid references person (id),
        updated_at timestamptz not null default now(),
        created_at timestamptz not null default now(),
        check ((limit_count is null) = (limit_per is null))
      );
      comment on column reward.audience_id is 'null: nobody sees it';
      create index reward_audience on reward (audience_id);
      create index reward_updated_by on reward (updated_by);

      create table redemption (
        id uuid primary key,
        person_id uuid not null references person (id),
        reward_id uuid not null references reward (id),
        request_key uuid not null,
        price integer not null check (price > 0),
        approval text not null check (approval in ('none', 'manager', 'learning')),
        state text not null check (state in ('requested', 'approved', 'fulfilled', 'rejected', 'cancelled')),
        note text check (length(note) <= 500),
        answer text check (length(answer) <= 1000),
        requested_at timestamptz not null,
        requested_on date not null,
        decided_at timestamptz,
        decided_by uuid references person (id),
        fulfilled_at timestamptz,
        fulfilled_by uuid references person (id),
        created_at timestamptz not null default now(),
        check ((state = 'fulfilled') = (fulfilled_at is not null)),
        unique (person_id, request_key)
      );
      comment on column redemption.requested_on is 'the company''s day, for limits per month, quarter and year';
      create index redemption_person on redemption (person_id, requested_at desc, id desc);
      create index redemption_reward on redemption (reward_id, state);
      create index redemption_state on redemption (state, requested_at, id);
      create index redemption_decided_by on redemption (decided_by);
      create index redemption_fulfilled_by on redemption (fulfilled_by);

      select waymark_append_only('ledger_account');
      select waymark_append_only('ledger_transaction');
      select waymark_append_only('ledger_posting');
      select waymark_append_only('honour_entry');
    `);
  }

  async down(): Promise<void> {
    throw new Error('migrations only go forward; restore a backup instead');
  }
}
