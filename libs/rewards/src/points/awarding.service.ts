import { Inject, Injectable } from '@nestjs/common';
import { addDays, weekStart } from '@waymark/kernel';
import { rows, type Tx } from '@waymark/platform';
import { BoardScores } from '../leaderboard/board-scores.service.js';
import { Ledger, type BalanceChange } from './ledger.service.js';
import { awardsFor, Tally, type Award, type PointRule, type RewardableActivity } from './point-rule.js';

export interface ActivityAt extends RewardableActivity {
  /** When it counts: arrival, or the record's own time in a replay. */
  at: Date;
  orgUnitId: string | null;
}

export interface Awarded {
  awards: Award[];
  changes: Map<string, BalanceChange>;
  points: Map<string, number>;
}

export const ACTIVE_RULES = `select code, verb, conditions as when, points, once, cap_day as "capDay", cap_week as "capWeek" from point_rule where active`;

/** Applies the rules in force to activities and books what they pay. */
@Injectable()
export class Awarding {
  constructor(
    @Inject(Ledger) private readonly ledger: Ledger,
    @Inject(BoardScores) private readonly boards: BoardScores,
  ) {}

  /** Activities in the order they happened. Those that were paid before pay nothing again. */
  async award(tx: Tx, activities: readonly ActivityAt[]): Promise<Awarded> {
    // One at a time: a replay beside the consumer would count the same caps twice.
    await tx.query(`select pg_advisory_xact_lock(hashtextextended('rewards.awarding', 0))`);
    const rules = await rows<PointRule>(tx, `${ACTIVE_RULES} order by code`);
    const verbs = new Set(rules.map((r) => r.verb));
    const relevant = activities.filter((a) => verbs.has(a.verb));
    if (relevant.length === 0) return { awards: [], changes: new Map(), points: new Map() };
    const awards = awardsFor(rules, relevant, await this.tally(tx, relevant));
    return this.book(tx, awards, new Map(relevant.map((a) => [a.id, a])));
  }

  private async book(tx: Tx, awards: Award[], activities: ReadonlyMap<string, ActivityAt>): Promise<Awarded> {
    const of = (award: Award): ActivityAt => activities.get(award.activityId) as ActivityAt;
    const changes = await this.ledger.book(
      tx,
      awards.map((a) => ({
        key: `award:${a.activityId}:${a.ruleCode}`,
        kind: 'award',
        personId: a.personId,
        points: a.points,
        reasonCode: a.ruleCode,
        ruleCode: a.ruleCode,
        ...(a.capped ? { params: { full: a.full, capped: a.capped } } : {}),
        activityId: a.activityId,
        subjectType: a.subjectType,
        subjectId: a.subjectId,
        localDay: a.day,
        bookedAt: of(a).at,
      })),
    );
    await this.boards.add(
      tx,
      awards.map((a) => ({ personId: a.personId, points: a.points, at: of(a).at, orgUnitId: of(a).orgUnitId })),
    );
    const points = new Map<string, number>();
    for (const a of awards) points.set(a.personId, (points.get(a.personId) ?? 0) + a.points);
    return { awards, changes, points };
  }

  /** What was paid before, as far as these activities can touch it. Awards that were reversed still count. */
  private async tally(tx: Tx, activities: readonly ActivityAt[]): Promise<Tally> {
    const tally = new Tally();
    const personIds = [...new Set(activities.map((a) => a.personId))];
    const days = activities.map((a) => a.day).sort();
    const paid = await rows<{ activity_id: string; rule_code: string }>(
      tx,
      `select activity_id, rule_code from ledger_transaction where kind = 'award' and activity_id = any ($1::uuid[])`,
      [activities.map((a) => a.id)],
    );
    for (const p of paid) tally.addActivity(p.activity_id, p.rule_code);
    const perDay = await rows<{ person_id: string; rule_code: string; local_day: string; points: number }>(
      tx,
      `select t.person_id, t.rule_code, t.local_day, sum(t.amount)::int as points from ledger_transaction t
       join point_rule r on r.code = t.rule_code and (r.cap_day is not null or r.cap_week is not null)
       where t.kind = 'award' and t.person_id = any ($1::uuid[]) and t.local_day between $2 and $3 group by 1, 2, 3`,
      [personIds, weekStart(days[0] as string), addDays(weekStart(days.at(-1) as string), 6)],
    );
    for (const d of perDay) tally.addDay(d.person_id, d.rule_code, d.local_day, d.points);
    const subjects = await rows<{ person_id: string; rule_code: string; subject_type: string; subject_id: string }>(
      tx,
      `select distinct t.person_id, t.rule_code, t.subject_type, t.subject_id from ledger_transaction t
       join point_rule r on r.code = t.rule_code and r.once
       where t.kind = 'award' and t.person_id = any ($1::uuid[]) and t.subject_id = any ($2)`,
      [personIds, [...new Set(activities.map((a) => a.subjectId))]],
    );
    for (const s of subjects) tally.addSubject(s.person_id, s.rule_code, s.subject_type, s.subject_id);
    return tally;
  }
}
