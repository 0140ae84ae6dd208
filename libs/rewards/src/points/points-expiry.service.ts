import { Inject, Injectable } from '@nestjs/common';
import { Audit, Settings } from '@waymark/identity';
import { daysBetween, InvalidInput, type Clock, type LocalDay } from '@waymark/kernel';
import { CLOCK, Db, execute, HandlesJob, one, Outbox, rows, type JobRun, type Tx } from '@waymark/platform';
import { Ledger } from './ledger.service.js';
import { pointsExpiring } from './points.events.js';
import { expirePointsJob } from './points-expiry.jobs.js';
import { expiredThrough, firstExpiry, LONGEST_MONTHS, nextExpiry, oldPoints, WARN_DAYS } from './points-expiry.js';

const BATCH = 500;

export interface PointsPolicy {
  /** Points live that many months after the one they were earned in; null: for ever. */
  expireMonths: number | null;
  /** Nothing expires before. */
  expireFrom: LocalDay | null;
  revision: number;
}

export interface ExpiringPoints {
  points: number;
  on: LocalDay;
}

interface OldPoints {
  personId: string;
  points: number;
}

const COLUMNS = `expire_months as "expireMonths", expire_from as "expireFrom", revision`;

/** Points that expire, where the company's policy says so: told once 30 days before, then booked like everything else. */
@Injectable()
export class PointsExpiry {
  constructor(
    @Inject(Db) private readonly db: Db,
    @Inject(Ledger) private readonly ledger: Ledger,
    @Inject(Settings) private readonly settings: Settings,
    @Inject(Audit) private readonly audit: Audit,
    @Inject(Outbox) private readonly outbox: Outbox,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  policy(tx: Tx): Promise<PointsPolicy> {
    return one(tx, `select ${COLUMNS} from points_policy`);
  }

  /** @throws Conflict 'changed-meanwhile'; InvalidInput 'months-out-of-range' */
  async save(actorId: string, revision: number, expireMonths: number | null): Promise<PointsPolicy> {
    if (
      expireMonths !== null &&
      !(Number.isInteger(expireMonths) && expireMonths >= 1 && expireMonths <= LONGEST_MONTHS)
    )
      throw new InvalidInput('months-out-of-range', { max: LONGEST_MONTHS });
    return this.db.transaction(async (tx) => {
      const before = await one<PointsPolicy>(tx, `select ${COLUMNS} from points_policy for update`);
      if (before.revision !== revision) throw await this.audit.staleRevision(tx, 'points-policy', 'points-policy');
      if (before.expireMonths === expireMonths) return before;
      const from = expireMonths === null ? null : firstExpiry(await this.settings.today(tx));
      await execute(
        tx,
        `update points_policy set expire_months = $1, expire_from = $2, updated_by = $3, updated_at = $4, revision = revision + 1`,
        [expireMonths, from, actorId, this.clock.now()],
      );
      await this.audit.record(tx, {
        actorId,
        action: 'points.policy-changed',
        subjectType: 'points-policy',
        subjectId: 'points-policy',
        changes: [{ field: 'expireMonths', from: before.expireMonths, to: expireMonths }],
      });
      return this.policy(tx);
    });
  }

  /** What of the person's balance expires next, where anything does. */
  async nextOf(tx: Tx, personId: string): Promise<ExpiringPoints | null> {
    const { expireMonths, expireFrom } = await this.policy(tx);
    if (expireMonths === null || expireFrom === null) return null;
    const on = nextExpiry(await this.settings.today(tx), expireFrom);
    const [old] = await this.oldOf(tx, [personId], expiredThrough(on, expireMonths));
    return old ? { points: old.points, on } : null;
  }

  /** Every batch is a transaction; stopped anywhere and run again, nobody is told or loses anything twice. */
  @HandlesJob(expirePointsJob)
  async run(_payload: object, job: Pick<JobRun, 'signal'>): Promise<{ expired: number; warned: number }> {
    const total = { expired: 0, warned: 0 };
    let after: string | null = null;
    do {
      after = await this.db.transaction(async (tx) => this.batch(tx, after, total));
    } while (after !== null && !job.signal.aborted);
    return total;
  }

  private async batch(
    tx: Tx,
    after: string | null,
    total: { expired: number; warned: number },
  ): Promise<string | null> {
    const { expireMonths, expireFrom } = await this.policy(tx);
    if (expireMonths === null || expireFrom === null) return null;
    const today = await this.settings.today(tx);
    const people = (
      await rows<{ id: string }>(
        tx,
        `select person_id as id from point_balance where balance > 0 and ($1::uuid is null or person_id > $1) order by person_id limit $2`,
        [after, BATCH],
      )
    ).map((p) => p.id);
    // An order or award of the same moment comes before or after, never between the count and the booking.
    await this.ledger.lock(tx, people);
    if (today >= expireFrom) total.expired += await this.expire(tx, people, expiredThrough(today, expireMonths), today);
    const on = nextExpiry(today, expireFrom);
    if (daysBetween(today, on) <= WARN_DAYS)
      total.warned += await this.warn(tx, await this.oldOf(tx, people, expiredThrough(on, expireMonths)), on);
    return people.length === BATCH ? (people.at(-1) ?? null) : null;
  }

  private async expire(tx: Tx, people: readonly string[], through: LocalDay, today: LocalDay): Promise<number> {
    const keyOf = (personId: string): string => `expiry:${personId}:${through}`;
    const old = await this.oldOf(tx, people, through);
    // Points of a cancelled order that come back after the expiry stay until the next one.
    const booked = new Set(
      (
        await rows<{ key: string }>(
          tx,
          `select idempotency_key as key from ledger_transaction where idempotency_key = any ($1)`,
          [old.map((o) => keyOf(o.personId))],
        )
      ).map((b) => b.key),
    );
    const due = old.filter((o) => !booked.has(keyOf(o.personId)));
    await this.ledger.book(
      tx,
      due.map((o) => ({
        key: keyOf(o.personId),
        kind: 'expiry',
        personId: o.personId,
        points: o.points,
        reasonCode: 'expiry',
        params: { through },
        localDay: today,
        bookedAt: this.clock.now(),
      })),
    );
    return due.length;
  }

  private async warn(tx: Tx, old: readonly OldPoints[], on: LocalDay): Promise<number> {
    const fresh = await rows<OldPoints>(
      tx,
      `insert into points_expiry_warning (person_id, expires_on, points, warned_at)
       select o."personId", $2, o.points, $3 from jsonb_to_recordset($1::jsonb) as o("personId" uuid, points int)
       join person p on p.id = o."personId" and p.status = 'active'
       on conflict do nothing returning person_id as "personId", points`,
      [JSON.stringify(old), on, this.clock.now()],
    );
    await this.outbox.publishMany(
      tx,
      pointsExpiring,
      fresh.map(({ personId, points }) => ({ personId, payload: { points, on } })),
    );
    return fresh.length;
  }

  /** Who has how many points from `through` or before; people without any are left out. */
  private async oldOf(tx: Tx, people: readonly string[], through: LocalDay): Promise<OldPoints[]> {
    if (people.length === 0) return [];
    const found = await rows<{ personId: string; balance: number; since: number }>(
      tx,
      `select b.person_id as "personId", b.balance, coalesce(s.points, 0)::int as since from point_balance b
       left join lateral (
         select sum(t.amount + coalesce(back.amount, 0)) as points from ledger_transaction t
         left join ledger_transaction back on back.reverses_id = t.id
         where t.person_id = b.person_id and t.kind in ('award', 'grant') and t.local_day > $2::date) s on true
       where b.person_id = any ($1::uuid[]) and b.balance > 0 order by b.person_id`,
      [people, through],
    );
    return found
      .map(({ personId, balance, since }) => ({ personId, points: oldPoints(balance, since) }))
      .filter((o) => o.points > 0);
  }
}
