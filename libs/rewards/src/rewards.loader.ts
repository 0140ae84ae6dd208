import { Inject, Injectable } from '@nestjs/common';
import { Audiences } from '@waymark/identity';
import { localDayOf, newId, type LocalDay, type Locale, type Text } from '@waymark/kernel';
import { Db, execute, maybeOne, one, rows, type Tx } from '@waymark/platform';
import { parse } from 'yaml';
import { parseBadgeCriteria } from './badge/badge-criteria.js';
import { Ledger } from './points/ledger.service.js';
import { PointRules } from './points/point-rules.service.js';
import { parseRuleConditions } from './points/rule-conditions.js';
import { insertRedemption, moveRedemption, takeFromStock, type RedemptionRow } from './store/redemption.repository.js';
import { Store, type StoredReward } from './store/store.service.js';
import type { Approval, LimitPeriod, OrderState, RewardKind } from './store/store-rule.js';

interface RuleFile {
  rules: {
    code: string;
    verb: string;
    when?: unknown;
    points: number;
    once: boolean;
    cap?: { day?: number; week?: number };
    reason: Text;
  }[];
}
interface BadgeFile {
  badges: {
    code: string;
    shape: string;
    tier: number;
    glyph: string;
    title: Text;
    description: Text;
    criteria: unknown;
  }[];
}
interface LevelFile {
  levels: { level: number; from: number; title: Text }[];
}
interface RewardFile {
  rewards: {
    code: string;
    kind: RewardKind;
    glyph: string;
    price: number;
    stock: number | null;
    limit: { count: number; per: LimitPeriod } | null;
    approval: Approval;
    title: Text;
    description: Text;
  }[];
}

export interface OrderHistory {
  personId: string;
  rewardCode: string;
  requestedAt: Date;
  state: OrderState;
  decidedBy?: string;
}

const EVERYONE: Record<Locale, string> = { 'zh-CN': '全体员工', 'zh-TW': '全體員工', en: 'Everyone' };

/** Reference data and the demo company's store. Safe to run at every start: what L&D changed since is kept. */
@Injectable()
export class RewardsLoader {
  constructor(
    @Inject(Db) private readonly db: Db,
    @Inject(PointRules) private readonly rules: PointRules,
    @Inject(Store) private readonly store: Store,
    @Inject(Audiences) private readonly audiences: Audiences,
    @Inject(Ledger) private readonly ledger: Ledger,
  ) {}

  /** Adds what is missing and follows the files where nobody has edited; never overwrites an edit. */
  async loadReference(tx: Tx, files: { pointRules?: string; badges?: string; personLevels?: string }): Promise<void> {
    if (files.pointRules) await this.loadRules(tx, (parse(files.pointRules) as RuleFile).rules);
    if (files.badges) await this.loadBadges(tx, (parse(files.badges) as BadgeFile).badges);
    if (files.personLevels) {
      await execute(
        tx,
        `insert into person_level as l (level, from_points, title)
         select level, "from", title from jsonb_to_recordset($1::jsonb) as f(level smallint, "from" int, title jsonb)
         on conflict (level) do update set from_points = excluded.from_points, title = excluded.title
           where (l.from_points, l.title) is distinct from (excluded.from_points, excluded.title)`,
        [JSON.stringify((parse(files.personLevels) as LevelFile).levels)],
      );
    }
  }

  /** Offers the rewards to everyone. Existing ones are left alone: their stock is real. */
  async loadRewards(tx: Tx, yaml: string): Promise<{ added: number }> {
    const known = new Set((await rows<{ code: string }>(tx, `select code from reward`)).map((r) => r.code));
    const audienceId = await this.everyone(tx);
    let added = 0;
    for (const r of (parse(yaml) as RewardFile).rewards.filter((f) => !known.has(f.code))) {
      await this.store.write(
        tx,
        {
          id: newId(),
          code: r.code,
          kind: r.kind,
          glyph: r.glyph,
          title: r.title,
          description: r.description,
          price: r.price,
          stockLeft: r.stock,
          limitCount: r.limit?.count ?? null,
          limitPer: r.limit?.per ?? null,
          approval: r.approval,
          audienceId,
          archived: false,
        },
        null,
      );
      added += 1;
    }
    return { added };
  }

  /** Orders of the past, booked at their own time; those that balance or stock don't cover are passed over. Tells nobody. */
  async loadOrders(orders: readonly OrderHistory[]): Promise<{ orders: number }> {
    return this.db.transaction(async (tx) => {
      const { zone: companyZone } = await one<{ zone: string }>(tx, `select zone from company_setting`);
      let made = 0;
      for (const o of orders) {
        const reward = await maybeOne<StoredReward>(
          tx,
          `select id, price, stock_left as "stockLeft", approval from reward where code = $1`,
          [o.rewardCode],
        );
        const balance = (await this.ledger.lock(tx, [o.personId])).get(o.personId)?.balance ?? 0;
        if (!reward || reward.stockLeft === 0 || balance < reward.price) continue;
        const { zone } = await one<{ zone: string }>(tx, `select zone from person_profile where person_id = $1`, [
          o.personId,
        ]);
        await this.bookOrder(tx, o, reward, localDayOf(o.requestedAt, companyZone), localDayOf(o.requestedAt, zone));
        made += 1;
      }
      return { orders: made };
    });
  }

  private async bookOrder(
    tx: Tx,
    o: OrderHistory,
    reward: StoredReward,
    companyDay: LocalDay,
    localDay: LocalDay,
  ): Promise<void> {
    const id = newId();
    const first: RedemptionRow = {
      id,
      personId: o.personId,
      rewardId: reward.id,
      price: reward.price,
      approval: reward.approval,
      state: 'requested',
      note: null,
      answer: null,
      requestedAt: o.requestedAt,
      decidedAt: null,
      decidedBy: null,
      fulfilledAt: null,
    };
    const entry = {
      personId: o.personId,
      points: reward.price,
      params: { redemptionId: id, price: reward.price },
      subjectType: 'reward',
      subjectId: reward.id,
      localDay,
      bookedAt: o.requestedAt,
    };
    const givenBack = o.state === 'rejected' || o.state === 'cancelled';
    await insertRedemption(tx, { ...first, requestKey: newId(), requestedOn: companyDay });
    if (!givenBack) await takeFromStock(tx, reward.id);
    await this.ledger.book(tx, [
      { ...entry, key: `hold:${id}`, kind: 'hold', reasonCode: 'order', actorId: o.personId },
    ]);
    if (o.state === 'requested') return;
    const at = new Date(o.requestedAt.getTime() + 20 * 3_600_000);
    await moveRedemption(tx, id, {
      state: givenBack ? o.state : 'approved',
      answer: null,
      by: o.decidedBy ?? null,
      at,
    });
    if (givenBack)
      await this.ledger.book(tx, [
        { ...entry, key: `release:${id}`, kind: 'release', reasonCode: 'order-returned', bookedAt: at },
      ]);
    if (o.state === 'fulfilled') {
      await moveRedemption(tx, id, { state: 'fulfilled', answer: null, by: o.decidedBy ?? null, at });
      await this.ledger.book(tx, [{ ...entry, key: `spend:${id}`, kind: 'spend', reasonCode: 'order', bookedAt: at }]);
    }
  }

  private async loadRules(tx: Tx, rules: RuleFile['rules']): Promise<void> {
    const known = new Map(
      (
        await rows<{ code: string; edited: boolean }>(
          tx,
          `select code, updated_by is not null as edited from point_rule`,
        )
      ).map((r) => [r.code, r.edited]),
    );
    const stored = new Map((await this.rules.list(tx)).map((r) => [r.code, r]));
    for (const r of rules) {
      const rule = {
        code: r.code,
        verb: r.verb,
        when: parseRuleConditions(r.when),
        points: r.points,
        once: r.once,
        capDay: r.cap?.day ?? null,
        capWeek: r.cap?.week ?? null,
        reason: r.reason,
        active: true,
      };
      const now = stored.get(r.code);
      const same = now && (Object.keys(rule) as (keyof typeof rule)[]).every((k) => sorted(now[k]) === sorted(rule[k]));
      if (known.get(r.code) === true || same) continue;
      await this.rules.write(tx, rule, null);
    }
  }

  private async loadBadges(tx: Tx, badges: BadgeFile['badges']): Promise<void> {
    await execute(
      tx,
      `insert into badge as b (id, code, shape, tier, glyph, title, description, criteria, ordinal)
       select id, code, shape, tier, glyph, title, description, criteria, ordinal
       from jsonb_to_recordset($1::jsonb) as f(id uuid, code text, shape text, tier smallint, glyph text, title jsonb, description jsonb, criteria jsonb, ordinal smallint)
       on conflict (code) do update set shape = excluded.shape, tier = excluded.tier, glyph = excluded.glyph, title = excluded.title,
         description = excluded.description, criteria = excluded.criteria, ordinal = excluded.ordinal,
         evaluated_at = case when b.criteria = excluded.criteria then b.evaluated_at end
       where (b.shape, b.tier, b.glyph, b.title, b.description, b.criteria, b.ordinal)
         is distinct from (excluded.shape, excluded.tier, excluded.glyph, excluded.title, excluded.description, excluded.criteria, excluded.ordinal)`,
      [
        JSON.stringify(
          badges.map((b, i) => ({ ...b, id: newId(), criteria: parseBadgeCriteria(b.criteria), ordinal: i })),
        ),
      ],
    );
  }

  private async everyone(tx: Tx): Promise<string> {
    const found = await maybeOne<{ id: string }>(tx, `select id from audience where code = 'everyone'`);
    if (found) return found.id;
    return (await this.audiences.save(tx, { code: 'everyone', name: EVERYONE, rule: { everyone: true } }, null)).id;
  }
}

/** JSON with sorted keys: what PostgreSQL gives back has lost the order of the file. */
function sorted(value: unknown): string {
  return JSON.stringify(value, (_, v: unknown) =>
    typeof v === 'object' && v !== null && !Array.isArray(v)
      ? Object.fromEntries(Object.entries(v).sort(([a], [b]) => a.localeCompare(b)))
      : v,
  );
}
