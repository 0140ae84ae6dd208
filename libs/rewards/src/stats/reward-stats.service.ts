import { Inject, Injectable } from '@nestjs/common';
import { Scope, Settings } from '@waymark/identity';
import { addDays, daysBetween, InvalidInput, pickText, type LocalDay, type Text } from '@waymark/kernel';
import { Db, one, rows, type Viewer } from '@waymark/platform';

export interface RewardStats {
  fromDay: LocalDay;
  toDay: LocalDay;
  awarded: number;
  spent: number;
  held: number;
  balance: number;
  earners: number;
  people: number;
  openOrders: number;
  byReason: { code: string; reason: string; points: number; awards: number; people: number }[];
  byUnit: { id: string | null; name: string; points: number; people: number }[];
  byWeek: { startsOn: LocalDay; awarded: number; spent: number }[];
  rewards: { id: string; title: string; orders: number; points: number }[];
}

const LONGEST = 400;
const UNITS = 30;

/** Points and orders of the people in the viewer's scope. */
@Injectable()
export class RewardStatistics {
  constructor(
    @Inject(Db) private readonly db: Db,
    @Inject(Scope) private readonly scope: Scope,
    @Inject(Settings) private readonly settings: Settings,
  ) {}

  async read(viewer: Viewer, fromDay: LocalDay | null, toDay: LocalDay | null): Promise<RewardStats> {
    return this.db.read(async (tx) => {
      const to = toDay ?? (await this.settings.today(tx));
      const from = fromDay ?? addDays(to, -29);
      if (from > to || daysBetween(from, to) > LONGEST) throw new InvalidInput('days-out-of-range', { max: LONGEST });
      const seen = (person: string, firstParam = 3): { sql: string; params: unknown[] } =>
        this.scope.visiblePersonsSql(viewer, 'rewards:read-stats', person, firstParam);
      const t = seen('t.person_id');
      const earned = `t.kind in ('award', 'grant') and t.local_day between $1 and $2 and ${t.sql}`;
      const days = [from, to];
      const totals = await one<Pick<RewardStats, 'awarded' | 'spent' | 'earners'>>(
        tx,
        `select coalesce(sum(t.amount) filter (where t.kind in ('award', 'grant')), 0)::int as awarded,
           coalesce(sum((t.params->>'price')::int) filter (where t.kind = 'spend'), 0)::int as spent,
           (count(distinct t.person_id) filter (where t.kind in ('award', 'grant')))::int as earners
         from ledger_transaction t where t.local_day between $1 and $2 and ${t.sql}`,
        [...days, ...t.params],
      );
      const b = seen('p.id');
      const waiting = seen('r.person_id', 3 + b.params.length);
      const now = await one<Pick<RewardStats, 'held' | 'balance' | 'people' | 'openOrders'>>(
        tx,
        `select coalesce(sum(b.held), 0)::int as held, coalesce(sum(b.balance), 0)::int as balance, count(*)::int as people,
           (select count(*)::int from redemption r where r.state in ('requested', 'approved') and ${waiting.sql}) as "openOrders"
         from person p left join point_balance b on b.person_id = p.id
         where p.status = 'active' and ($1::date, $2::date) is not null and ${b.sql}`,
        [...days, ...b.params, ...waiting.params],
      );
      const byReason = await rows<{
        code: string;
        reason: Text | null;
        points: number;
        awards: number;
        people: number;
      }>(
        tx,
        `select t.reason_code as code, r.reason, sum(t.amount)::int as points, count(*)::int as awards, count(distinct t.person_id)::int as people
         from ledger_transaction t left join point_rule r on r.code = t.rule_code where ${earned} group by 1, 2 order by 3 desc, 1`,
        [...days, ...t.params],
      );
      const byUnit = await rows<{ id: string | null; name: Text | null; points: number; people: number }>(
        tx,
        `select u.id, u.name, sum(t.amount)::int as points, count(distinct t.person_id)::int as people from ledger_transaction t
         left join activity_record a on a.id = t.activity_id left join current_position c on c.person_id = t.person_id
         left join org_unit u on u.id = coalesce(a.org_unit_id, c.org_unit_id) where ${earned} group by 1, 2 order by 3 desc, 1 limit ${UNITS}`,
        [...days, ...t.params],
      );
      const byWeek = await rows<RewardStats['byWeek'][number]>(
        tx,
        `select date_trunc('week', t.local_day::timestamp)::date as "startsOn",
           coalesce(sum(t.amount) filter (where t.kind in ('award', 'grant')), 0)::int as awarded,
           coalesce(sum((t.params->>'price')::int) filter (where t.kind = 'spend'), 0)::int as spent
         from ledger_transaction t where t.local_day between $1 and $2 and ${t.sql} group by 1 order by 1`,
        [...days, ...t.params],
      );
      const o = seen('r.person_id');
      const rewards = await rows<{ id: string; title: Text; orders: number; points: number }>(
        tx,
        `select w.id, w.title, count(*)::int as orders, sum(r.price)::int as points from redemption r join reward w on w.id = r.reward_id
         where r.state in ('requested', 'approved', 'fulfilled') and r.requested_on between $1 and $2 and ${o.sql} group by 1, 2 order by 3 desc, 4 desc, 1`,
        [...days, ...o.params],
      );
      return {
        fromDay: from,
        toDay: to,
        ...totals,
        ...now,
        byReason: byReason.map((r) => ({ ...r, reason: pickText(r.reason, viewer.locale) })),
        byUnit: byUnit.map((u) => ({ ...u, name: pickText(u.name, viewer.locale) })),
        byWeek,
        rewards: rewards.map((r) => ({ ...r, title: pickText(r.title, viewer.locale) })),
      };
    });
  }
}
