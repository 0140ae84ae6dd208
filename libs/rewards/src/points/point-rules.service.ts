import { Inject, Injectable } from '@nestjs/common';
import { Audit, Settings, VERBS } from '@waymark/identity';
import { addDays, Conflict, daysBetween, InvalidInput, type LocalDay, type Text } from '@waymark/kernel';
import { Db, execute, maybeOne, one, rows, type Tx } from '@waymark/platform';
import { ACTIVE_RULES } from './awarding.service.js';
import {
  awardsFor,
  matchesConditions,
  Tally,
  type PointRule,
  type RewardableActivity,
  type RuleConditions,
} from './point-rule.js';
import { parseRuleConditions } from './rule-conditions.js';

export interface StoredRule extends PointRule {
  reason: Text;
  active: boolean;
  revision: number;
  paidLast30Days: number;
  people30Days: number;
}

export interface RuleDraft {
  code: string;
  revision?: number | null;
  verb: string;
  when: unknown;
  points: number;
  once: boolean;
  capDay: number | null;
  capWeek: number | null;
  reason: Text;
  active: boolean;
}

export interface Simulation {
  fromDay: LocalDay;
  toDay: LocalDay;
  activities: number;
  awards: number;
  people: number;
  points: number;
  capped: number;
  perPersonMedian: number;
  perPersonMax: number;
  /** What the rule of this code paid in the same days. */
  paid: number;
  days: { day: LocalDay; points: number }[];
}

const LONGEST_SIMULATION = 366;
const PAGE = 20_000;

@Injectable()
export class PointRules {
  constructor(
    @Inject(Db) private readonly db: Db,
    @Inject(Audit) private readonly audit: Audit,
    @Inject(Settings) private readonly settings: Settings,
  ) {}

  async list(tx: Tx, code?: string): Promise<StoredRule[]> {
    const today = await this.settings.today(tx);
    return rows(
      tx,
      `with rule as (${ACTIVE_RULES.replace('where active', '')})
       select rule.*, r.reason, r.active, r.revision, coalesce(p.points, 0)::int as "paidLast30Days", coalesce(p.people, 0)::int as "people30Days"
       from rule join point_rule r on r.code = rule.code
       left join lateral (select sum(amount) as points, count(distinct person_id) as people from ledger_transaction t
         where t.kind = 'award' and t.rule_code = rule.code and t.local_day > $1::date - 30) p on true
       where $2::text is null or rule.code = $2 order by r.active desc, rule.verb, rule.code`,
      [today, code ?? null],
    );
  }

  /** Only what happens from now on is paid by the changed rule. @throws Conflict 'changed-meanwhile' */
  async save(draft: RuleDraft, actorId: string): Promise<StoredRule> {
    const when = this.check(draft);
    return this.db.transaction(async (tx) => {
      const before = await maybeOne<{ revision: number }>(tx, `select * from point_rule where code = $1 for update`, [
        draft.code,
      ]);
      if (before && before.revision !== draft.revision)
        throw await this.audit.staleRevision(tx, 'point-rule', draft.code);
      if (!before && draft.revision) throw new Conflict('changed-meanwhile');
      const old = before ? (await this.list(tx, draft.code))[0] : undefined;
      await this.write(tx, { ...draft, when }, actorId);
      const after = (await this.list(tx, draft.code))[0] as StoredRule;
      const fields = ['verb', 'when', 'points', 'once', 'capDay', 'capWeek', 'reason', 'active'] as const;
      await this.audit.record(tx, {
        actorId,
        action: before ? 'point-rule.changed' : 'point-rule.created',
        subjectType: 'point-rule',
        subjectId: draft.code,
        changes: fields
          .map((field) => ({ field, from: old ? JSON.stringify(old[field]) : null, to: JSON.stringify(after[field]) }))
          .filter((c) => c.from !== c.to),
      });
      return after;
    });
  }

  /** Insert or overwrite, for the form and for reference data. */
  async write(tx: Tx, rule: RuleDraft & { when: RuleConditions }, actorId: string | null): Promise<void> {
    await execute(
      tx,
      `insert into point_rule as r (code, verb, conditions, points, once, cap_day, cap_week, reason, active, updated_by)
       values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
       on conflict (code) do update set verb = excluded.verb, conditions = excluded.conditions, points = excluded.points, once = excluded.once,
         cap_day = excluded.cap_day, cap_week = excluded.cap_week, reason = r.reason || excluded.reason, active = excluded.active,
         updated_by = excluded.updated_by, updated_at = now(), revision = r.revision + 1`,
      [
        rule.code,
        rule.verb,
        JSON.stringify(rule.when),
        rule.points,
        rule.once,
        rule.capDay,
        rule.capWeek,
        JSON.stringify(rule.reason),
        rule.active,
        actorId,
      ],
    );
  }

  /** What a rule would have paid, from the records of these days and with the code that pays. */
  async simulate(draft: RuleDraft, fromDay: LocalDay | null, toDay: LocalDay | null): Promise<Simulation> {
    const when = this.check(draft);
    const rule: PointRule = { ...draft, when };
    return this.db.read(async (tx) => {
      const today = await this.settings.today(tx);
      const monthStart = `${today.slice(0, 7)}-01`;
      const to = toDay ?? addDays(monthStart, -1);
      const from = fromDay ?? `${to.slice(0, 7)}-01`;
      if (from > to || daysBetween(from, to) > LONGEST_SIMULATION)
        throw new InvalidInput('days-out-of-range', { max: LONGEST_SIMULATION });
      const tally = await this.reachedBefore(tx, rule, from, to);
      const perPerson = new Map<string, number>();
      const perDay = new Map<LocalDay, number>();
      const out = { activities: 0, awards: 0, points: 0, capped: 0 };
      for (let after: { personId: string; at: Date; id: string } | null = null; ;) {
        const page: (RewardableActivity & { at: Date })[] = await this.matching(tx, rule, from, to, after);
        out.activities += page.filter((a) => matchesConditions(rule.when, a.result)).length;
        for (const award of awardsFor([rule], page, tally, (points) => (out.capped += points))) {
          out.awards += 1;
          out.points += award.points;
          perPerson.set(award.personId, (perPerson.get(award.personId) ?? 0) + award.points);
          perDay.set(award.day, (perDay.get(award.day) ?? 0) + award.points);
        }
        if (page.length < PAGE) break;
        after = page.at(-1) ?? null;
      }
      const amounts = [...perPerson.values()].sort((a, b) => a - b);
      const { paid } = await one<{ paid: number }>(
        tx,
        `select coalesce(sum(amount), 0)::int as paid from ledger_transaction where kind = 'award' and rule_code = $1 and local_day between $2 and $3`,
        [rule.code, from, to],
      );
      return {
        fromDay: from,
        toDay: to,
        ...out,
        people: amounts.length,
        perPersonMedian: amounts[Math.floor((amounts.length - 1) / 2)] ?? 0,
        perPersonMax: amounts.at(-1) ?? 0,
        paid,
        days: [...perDay].sort(([a], [b]) => a.localeCompare(b)).map(([day, points]) => ({ day, points })),
      };
    });
  }

  /** Subjects that a once rule would have paid before these days. */
  private async reachedBefore(tx: Tx, rule: PointRule, from: LocalDay, to: LocalDay): Promise<Tally> {
    const tally = new Tally();
    if (!rule.once) return tally;
    const before = await rows<RewardableActivity>(
      tx,
      `select distinct a.person_id as "personId", a.subject_type as "subjectType", a.subject_id as "subjectId", a.result
       from activity_record a where a.verb = $1 and a.local_day < $2 and exists (
         select 1 from activity_record b where b.person_id = a.person_id and b.verb = a.verb and b.subject_type = a.subject_type
           and b.subject_id = a.subject_id and b.local_day between $2 and $3)`,
      [rule.verb, from, to],
    );
    for (const b of before) {
      if (matchesConditions(rule.when, b.result)) tally.addSubject(b.personId, rule.code, b.subjectType, b.subjectId);
    }
    return tally;
  }

  private async matching(
    tx: Tx,
    rule: PointRule,
    from: LocalDay,
    to: LocalDay,
    after: { personId: string; at: Date; id: string } | null,
  ): Promise<(RewardableActivity & { at: Date })[]> {
    return rows(
      tx,
      `select a.id, a.person_id as "personId", a.verb, a.subject_type as "subjectType", a.subject_id as "subjectId", a.result,
         a.local_day as day, a.occurred_at as at
       from activity_record a where a.verb = $1 and a.local_day between $2 and $3
         and ($4::uuid is null or (a.person_id, a.occurred_at, a.id) > ($4, $5::timestamptz, $6::uuid))
       order by a.person_id, a.occurred_at, a.id limit ${PAGE}`,
      [rule.verb, from, to, after?.personId ?? null, after?.at ?? null, after?.id ?? null],
    );
  }

  private check(draft: RuleDraft): RuleConditions {
    if (!(VERBS as readonly string[]).includes(draft.verb))
      throw new InvalidInput('verb-unknown', { verb: draft.verb });
    if (Object.values(draft.reason).every((t) => !t.trim())) throw new InvalidInput('reason-missing');
    return parseRuleConditions(draft.when);
  }
}
