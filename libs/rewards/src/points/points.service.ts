import { Inject, Injectable } from '@nestjs/common';
import { Audit, Scope } from '@waymark/identity';
import {
  clampFirst,
  decodeCursor,
  InvalidInput,
  localDayOf,
  NotFound,
  pickText,
  RuleViolation,
  weekStart,
  type Clock,
  type Locale,
  type Text,
} from '@waymark/kernel';
import { CLOCK, Db, maybeOne, one, rows, SubjectTitles, type Tx, type Viewer } from '@waymark/platform';
import { BoardScores } from '../leaderboard/board-scores.service.js';
import { levelStanding, type LevelStanding, type LevelStep } from '../person-level/person-level.js';
import type { Balance } from './ledger.js';
import { Ledger } from './ledger.service.js';

export interface PointsOfPerson extends Balance {
  today: number;
  week: number;
}

export interface StatementRow {
  id: string;
  amount: number;
  kind: string;
  reasonCode: string;
  reason: Text | null;
  subjectType: string | null;
  subjectId: string | null;
  subjectTitle: string | null;
  full: number | null;
  capped: string | null;
  localDay: string;
  at: Date;
}

export interface NamedLevel extends LevelStep {
  title: string;
}

export const GRANT_REASONS = ['thanks', 'correction', 'campaign'] as const;
const MOST_GRANTED = 10_000;

/** What a person has, and why. */
@Injectable()
export class Points {
  constructor(
    @Inject(Db) private readonly db: Db,
    @Inject(Ledger) private readonly ledger: Ledger,
    @Inject(BoardScores) private readonly boards: BoardScores,
    @Inject(Scope) private readonly scope: Scope,
    @Inject(Audit) private readonly audit: Audit,
    @Inject(SubjectTitles) private readonly titles: SubjectTitles,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  async ofPersons(tx: Tx, personIds: readonly string[]): Promise<Map<string, Balance>> {
    const found = await rows<Balance & { personId: string }>(
      tx,
      `select person_id as "personId", earned, balance, held, recoverable from point_balance where person_id = any ($1::uuid[])`,
      [personIds],
    );
    return new Map(found.map(({ personId, ...b }) => [personId, b]));
  }

  /** @param zone the person's, for what today and this week are */
  async of(tx: Tx, personId: string, zone: string): Promise<PointsOfPerson> {
    const today = localDayOf(this.clock.now(), zone);
    return one(
      tx,
      `select coalesce(b.earned, 0) as earned, coalesce(b.balance, 0) as balance, coalesce(b.held, 0) as held,
         coalesce(b.recoverable, 0) as recoverable, d.today, d.week
       from (select coalesce(sum(amount) filter (where local_day = $2), 0)::int as today, coalesce(sum(amount), 0)::int as week
             from ledger_transaction where person_id = $1 and local_day between $3 and $2 and kind in ('award', 'grant')) d
       left join point_balance b on b.person_id = $1`,
      [personId, today, weekStart(today)],
    );
  }

  async levels(tx: Tx, locale: Locale): Promise<NamedLevel[]> {
    const found = await rows<LevelStep & { title: Text }>(
      tx,
      `select level, from_points as from, title from person_level order by from_points`,
    );
    return found.map((l) => ({ ...l, title: pickText(l.title, locale) }));
  }

  async levelOf(tx: Tx, personId: string, locale: Locale): Promise<LevelStanding<NamedLevel>> {
    const levels = await this.levels(tx, locale);
    const found = await maybeOne<{ earned: number }>(tx, `select earned from point_balance where person_id = $1`, [
      personId,
    ]);
    const standing = levelStanding(levels, found?.earned ?? 0);
    return { ...standing, current: { title: '', ...standing.current }, next: standing.next as NamedLevel | null };
  }

  /** Newest first; a spend is left out: its hold is the line that took the points. One row more than asked for says that there are more. */
  /** Awards for meetings held as a mentor and for sign-offs, without what was reversed. */
  async earnedAsMentor(tx: Tx, personId: string): Promise<number> {
    const { points } = await one<{ points: number }>(
      tx,
      `select coalesce(sum(t.amount + coalesce(back.amount, 0)), 0)::int as points from ledger_transaction t
       join point_rule r on r.code = t.rule_code left join ledger_transaction back on back.reverses_id = t.id
       where t.person_id = $1 and t.kind = 'award' and (r.verb = 'signoff.decided' or (r.verb = 'meeting.held' and r.conditions->>'role' = 'mentor'))`,
      [personId],
    );
    return points;
  }

  async statement(
    personId: string,
    locale: Locale,
    first: number | null,
    after: string | null,
  ): Promise<{ rows: StatementRow[]; first: number }> {
    const limit = clampFirst(first);
    const [at, id] = after ? decodeCursor(after) : [null, null];
    return this.db.read(async (tx) => {
      const found = await rows<StatementRow>(
        tx,
        `select t.id, t.amount, t.kind, t.reason_code as "reasonCode", r.reason, t.subject_type as "subjectType", t.subject_id as "subjectId",
           (t.params->>'full')::int as full, t.params->>'capped' as capped, t.local_day as "localDay", t.booked_at as at
         from ledger_transaction t left join point_rule r on r.code = t.rule_code
         where t.person_id = $1 and t.amount <> 0 and ($2::timestamptz is null or (t.booked_at, t.id) < ($2, $3::uuid))
         order by t.booked_at desc, t.id desc limit $4`,
        [personId, at ?? null, id ?? null, limit + 1],
      );
      const subjects = found.flatMap((f) =>
        f.subjectType && f.subjectId ? [{ type: f.subjectType, id: f.subjectId }] : [],
      );
      const titles = await this.titles.load(tx, subjects, locale);
      return {
        rows: found.map((f) => ({ ...f, subjectTitle: titles.get(`${f.subjectType}:${f.subjectId}`) ?? null })),
        first: limit,
      };
    });
  }

  /** Points given by hand. The same key gives once. */
  async grant(
    viewer: Viewer,
    input: { personId: string; points: number; reason: string; requestKey: string },
  ): Promise<void> {
    if (!(GRANT_REASONS as readonly string[]).includes(input.reason)) throw new InvalidInput('grant-reason-unknown');
    if (!Number.isInteger(input.points) || input.points < 1 || input.points > MOST_GRANTED) {
      throw new InvalidInput('points-out-of-range', { max: MOST_GRANTED });
    }
    await this.db.transaction(async (tx) => {
      await this.scope.assertCanSee(tx, viewer, input.personId, ['rewards:grant-points']);
      if (viewer.personId === input.personId) throw new RuleViolation('own-points');
      await this.ledger.lock(tx, [input.personId]);
      const key = `grant:${input.requestKey}`;
      if (await maybeOne(tx, `select 1 from ledger_transaction where idempotency_key = $1`, [key])) return;
      const person = await one<{ zone: string; org_unit_id: string | null }>(
        tx,
        `select pr.zone, c.org_unit_id from person_profile pr left join current_position c on c.person_id = pr.person_id where pr.person_id = $1`,
        [input.personId],
      );
      const now = this.clock.now();
      await this.ledger.book(tx, [
        {
          key,
          kind: 'grant',
          personId: input.personId,
          points: input.points,
          reasonCode: input.reason,
          actorId: viewer.personId,
          localDay: localDayOf(now, person.zone),
          bookedAt: now,
        },
      ]);
      await this.boards.add(tx, [
        { personId: input.personId, points: input.points, at: now, orgUnitId: person.org_unit_id },
      ]);
      await this.audit.record(tx, {
        actorId: viewer.personId,
        action: 'points.granted',
        subjectType: 'person',
        subjectId: input.personId,
        personId: input.personId,
        changes: [{ field: 'points', from: null, to: input.points }],
      });
    });
  }

  /** Takes an award back; what is spent of it becomes recoverable. Boards that are closed stay as they are. Reversing twice takes back once. */
  async reverse(viewer: Viewer, transactionId: string): Promise<void> {
    await this.db.transaction(async (tx) => {
      const award = await maybeOne<{
        id: string;
        person_id: string;
        kind: string;
        amount: number;
        reason_code: string;
        subject_type: string | null;
        subject_id: string | null;
        booked_at: Date;
        org_unit_id: string | null;
        zone: string;
      }>(
        tx,
        `select t.*, coalesce(a.org_unit_id, c.org_unit_id) as org_unit_id, pr.zone from ledger_transaction t
         join person_profile pr on pr.person_id = t.person_id
         left join activity_record a on a.id = t.activity_id left join current_position c on c.person_id = t.person_id where t.id = $1`,
        [transactionId],
      );
      if (!award) throw new NotFound('points-entry-unknown');
      if (!(await this.scope.canSee(tx, viewer, award.person_id, ['rewards:grant-points'])))
        throw new NotFound('points-entry-unknown');
      if (award.kind !== 'award' && award.kind !== 'grant') throw new RuleViolation('points-entry-not-reversible');
      await this.ledger.lock(tx, [award.person_id]);
      if (await maybeOne(tx, `select 1 from ledger_transaction where reverses_id = $1`, [award.id])) return;
      const now = this.clock.now();
      await this.ledger.book(tx, [
        {
          key: `reversal:${award.id}`,
          kind: 'reversal',
          personId: award.person_id,
          points: award.amount,
          reasonCode: 'reversal',
          params: { of: award.reason_code },
          subjectType: award.subject_type,
          subjectId: award.subject_id,
          reversesId: award.id,
          actorId: viewer.personId,
          localDay: localDayOf(now, award.zone),
          bookedAt: now,
        },
      ]);
      await this.boards.add(tx, [
        { personId: award.person_id, points: -award.amount, at: award.booked_at, orgUnitId: award.org_unit_id },
      ]);
      await this.audit.record(tx, {
        actorId: viewer.personId,
        action: 'points.reversed',
        subjectType: 'ledger-transaction',
        subjectId: award.id,
        personId: award.person_id,
        changes: [{ field: 'points', from: award.amount, to: 0 }],
      });
    });
  }
}
