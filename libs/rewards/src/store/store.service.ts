import { Inject, Injectable } from '@nestjs/common';
import { Audiences, Audit, Settings } from '@waymark/identity';
import {
  addDays,
  clampFirst,
  Conflict,
  decodeCursor,
  InvalidInput,
  localDayOf,
  newId,
  NotFound,
  pickText,
  type Clock,
  type Locale,
  type Text,
  type LocalDay,
} from '@waymark/kernel';
import { CLOCK, Db, execute, maybeOne, one, rows, type Tx, type Viewer } from '@waymark/platform';
import { REDEMPTION_COLUMNS, type RedemptionRow } from './redemption.repository.js';
import { Redemptions } from './redemptions.service.js';
import {
  APPROVALS,
  daysUntilAffordable,
  limitAgainOn,
  limitStart,
  obstacleOf,
  PACE_DAYS,
  REWARD_KINDS,
  type Approval,
  type LimitPeriod,
  type Obstacle,
  type OrderState,
  type RewardKind,
} from './store-rule.js';

export interface RewardBrief {
  id: string;
  code: string;
  kind: string;
  glyph: string;
  title: string;
}

export interface OfferedReward extends RewardBrief {
  description: string;
  price: number;
  stockLeft: number | null;
  limitCount: number | null;
  limitPer: LimitPeriod | null;
  approval: Approval;
  mine: number;
  obstacle: Obstacle | null;
  /** When the limit is reached: the first day it may be ordered again. */
  againOn: LocalDay | null;
  missing: number;
  daysUntilAffordable: number | null;
}

export interface StoredReward {
  id: string;
  code: string;
  kind: RewardKind;
  glyph: string;
  title: Text;
  description: Text;
  price: number;
  stockLeft: number | null;
  limitCount: number | null;
  limitPer: LimitPeriod | null;
  approval: Approval;
  audienceId: string | null;
  archived: boolean;
  revision: number;
  orders: number;
  open: number;
}

export type RewardDraft = Omit<StoredReward, 'id' | 'code' | 'revision' | 'orders' | 'open'> & {
  id?: string | null;
  code?: string | null;
  revision?: number | null;
};

export type OrderCounts = Record<OrderState, number>;

const COLUMNS = `w.id, w.code, w.kind, w.glyph, w.title, w.description, w.price, w.stock_left as "stockLeft", w.limit_count as "limitCount",
  w.limit_per as "limitPer", w.approval, w.audience_id as "audienceId", w.archived_at is not null as archived, w.revision,
  (select count(*)::int from redemption r where r.reward_id = w.id and r.state in ('requested', 'approved', 'fulfilled')) as orders,
  (select count(*)::int from redemption r where r.reward_id = w.id and r.state in ('requested', 'approved')) as open`;

const OPEN_FIRST = `case r.state when 'requested' then 0 when 'approved' then 1 else 2 end`;

/** The shelf: what there is to order, and the lists of orders. */
@Injectable()
export class Store {
  constructor(
    @Inject(Db) private readonly db: Db,
    @Inject(Audiences) private readonly audiences: Audiences,
    @Inject(Settings) private readonly settings: Settings,
    @Inject(Audit) private readonly audit: Audit,
    @Inject(Redemptions) private readonly redemptions: Redemptions,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  /** What the person's audiences may order, cheapest first. */
  async offered(viewer: Viewer): Promise<OfferedReward[]> {
    return this.db.read(async (tx) => {
      const shelf = await rows<StoredReward>(
        tx,
        `select ${COLUMNS} from reward w where archived_at is null and audience_id is not null order by price, code`,
      );
      const audienceIds = [...new Set(shelf.flatMap((r) => (r.audienceId ? [r.audienceId] : [])))];
      const mine = new Set(await this.audiences.audiencesOf(tx, viewer.personId, audienceIds));
      const { zone } = await this.settings.get(tx);
      const today = localDayOf(this.clock.now(), zone);
      const { balance, pace } = await one<{ balance: number; pace: number }>(
        tx,
        `select coalesce((select balance from point_balance where person_id = $1), 0) as balance,
           coalesce((select sum(amount) from ledger_transaction where person_id = $1 and kind in ('award', 'grant') and local_day > $2), 0)::int as pace`,
        [viewer.personId, addDays(today, -PACE_DAYS)],
      );
      const ordered = await rows<{ reward_id: string; day: string }>(
        tx,
        `select reward_id, requested_on as day from redemption where person_id = $1 and state in ('requested', 'approved', 'fulfilled')`,
        [viewer.personId],
      );
      return shelf
        .filter((r) => r.audienceId !== null && mine.has(r.audienceId))
        .map((r) => {
          const from = r.limitPer ? limitStart(r.limitPer, today) : null;
          const count = ordered.filter((o) => o.reward_id === r.id && (from === null || o.day >= from)).length;
          const obstacle = obstacleOf({ ...r, mine: count, balance });
          return {
            ...this.brief(r, viewer.locale),
            description: pickText(r.description, viewer.locale),
            price: r.price,
            stockLeft: r.stockLeft,
            limitCount: r.limitCount,
            limitPer: r.limitPer,
            approval: r.approval,
            mine: count,
            obstacle,
            againOn: obstacle === 'reward-limit-reached' && r.limitPer ? limitAgainOn(r.limitPer, today) : null,
            missing: Math.max(0, r.price - balance),
            daysUntilAffordable: daysUntilAffordable(balance, r.price, pace),
          };
        });
    });
  }

  brief(r: Pick<StoredReward, 'id' | 'code' | 'kind' | 'glyph' | 'title'>, locale: Locale): RewardBrief {
    return { id: r.id, code: r.code, kind: r.kind, glyph: r.glyph, title: pickText(r.title, locale) };
  }

  async briefs(tx: Tx, ids: readonly string[], locale: Locale): Promise<Map<string, RewardBrief>> {
    const found = await rows<StoredReward>(
      tx,
      `select id, code, kind, glyph, title from reward where id = any ($1::uuid[])`,
      [ids],
    );
    return new Map(found.map((r) => [r.id, this.brief(r, locale)]));
  }

  async ordersOf(
    personId: string,
    first: number | null,
    after: string | null,
  ): Promise<{ rows: RedemptionRow[]; first: number }> {
    const limit = clampFirst(first);
    const [at, id] = after ? decodeCursor(after) : [null, null];
    const found = await this.db.read((tx) =>
      rows<RedemptionRow>(
        tx,
        `select ${REDEMPTION_COLUMNS} from redemption r where r.person_id = $1
           and ($2::timestamptz is null or (r.requested_at, r.id) < ($2, $3::uuid)) order by r.requested_at desc, r.id desc limit $4`,
        [personId, at ?? null, id ?? null, limit + 1],
      ),
    );
    return { rows: found, first: limit };
  }

  /** Orders the viewer may handle: open ones first, and the longest waiting first. */
  async orders(
    viewer: Viewer,
    filter: { state?: string | null; search?: string | null },
    first: number | null,
    after: string | null,
  ): Promise<{ rows: (RedemptionRow & { place: number })[]; first: number }> {
    const limit = clampFirst(first);
    const [place, at, id] = after ? decodeCursor(after) : [null, null, null];
    const handled = this.redemptions.handledSql(viewer, 7);
    const search = filter.search?.trim().toLowerCase() || null;
    const found = await this.db.read((tx) =>
      rows<RedemptionRow & { place: number }>(
        tx,
        `select ${REDEMPTION_COLUMNS}, ${OPEN_FIRST} as place from redemption r join person_profile pr on pr.person_id = r.person_id
         where ($1::text is null or r.state = $1)
           and ($2::text is null or pr.name_search like '%' || $2 || '%' or lower(pr.name) like '%' || $2 || '%' or pr.employee_number_key like $2 || '%')
           and ($3::int is null or (${OPEN_FIRST}, r.requested_at, r.id) > ($3, $4::timestamptz, $5::uuid)) and ${handled.sql}
         order by ${OPEN_FIRST}, r.requested_at, r.id limit $6`,
        [
          filter.state ?? null,
          search?.replace(/[\\%_]/g, '\\$&') ?? null,
          place ?? null,
          at ?? null,
          id ?? null,
          limit + 1,
          ...handled.params,
        ],
      ),
    );
    return { rows: found, first: limit };
  }

  async orderCounts(viewer: Viewer): Promise<OrderCounts> {
    const handled = this.redemptions.handledSql(viewer, 1);
    const found = await this.db.read((tx) =>
      rows<{ state: OrderState; n: number }>(
        tx,
        `select r.state, count(*)::int as n from redemption r where ${handled.sql} group by r.state`,
        handled.params,
      ),
    );
    const counts: OrderCounts = { requested: 0, approved: 0, fulfilled: 0, rejected: 0, cancelled: 0 };
    for (const f of found) counts[f.state] = f.n;
    return counts;
  }

  async list(tx: Tx, archived: boolean): Promise<StoredReward[]> {
    return rows(
      tx,
      `select ${COLUMNS} from reward w where $1 or archived_at is null order by archived_at is not null, price, code`,
      [archived],
    );
  }

  /** @throws Conflict 'changed-meanwhile' | 'code-taken' */
  async save(draft: RewardDraft, actorId: string): Promise<StoredReward> {
    this.check(draft);
    return this.db.transaction(async (tx) => {
      const before = draft.id
        ? await maybeOne<StoredReward>(tx, `select ${COLUMNS} from reward w where id = $1 for update`, [draft.id])
        : null;
      if (draft.id && !before) throw new NotFound('reward-unknown');
      if (before && before.revision !== draft.revision) throw await this.audit.staleRevision(tx, 'reward', before.id);
      if (draft.audienceId) await this.audiences.find(tx, draft.audienceId);
      const id = before?.id ?? newId();
      const code = before?.code ?? draft.code ?? `reward-${id.slice(-12)}`;
      if (!(await this.write(tx, { ...draft, id, code }, actorId))) throw new Conflict('code-taken', { code });
      const after = await one<StoredReward>(tx, `select ${COLUMNS} from reward w where id = $1`, [id]);
      const fields = [
        'kind',
        'glyph',
        'title',
        'description',
        'price',
        'stockLeft',
        'limitCount',
        'limitPer',
        'approval',
        'audienceId',
        'archived',
      ] as const;
      await this.audit.record(tx, {
        actorId,
        action: before ? 'reward.changed' : 'reward.created',
        subjectType: 'reward',
        subjectId: id,
        changes: fields
          .map((field) => ({
            field,
            from: before ? JSON.stringify(before[field]) : null,
            to: JSON.stringify(after[field]),
          }))
          .filter((c) => c.from !== c.to),
      });
      return after;
    });
  }

  /** Insert, or change the reward of that id; false when another one has the code. */
  async write(tx: Tx, r: RewardDraft & { id: string; code: string }, actorId: string | null): Promise<boolean> {
    if (!/^[a-z0-9][a-z0-9-]{0,62}$/.test(r.code)) throw new InvalidInput('code-invalid');
    const params = [
      r.id,
      r.kind,
      r.glyph,
      JSON.stringify(r.title),
      JSON.stringify(r.description),
      r.price,
      r.stockLeft,
      r.limitCount,
      r.limitPer,
      r.approval,
      r.audienceId,
      r.archived,
      actorId,
      this.clock.now(),
    ];
    const changed = await execute(
      tx,
      `update reward set kind = $2, glyph = $3, title = title || $4::jsonb, description = description || $5::jsonb, price = $6, stock_left = $7,
         limit_count = $8, limit_per = $9, approval = $10, audience_id = $11, archived_at = case when $12::boolean then coalesce(archived_at, $14::timestamptz) end,
         updated_by = $13, updated_at = $14, revision = revision + 1 where id = $1`,
      params,
    );
    if (changed > 0) return true;
    const added = await execute(
      tx,
      `insert into reward (id, kind, glyph, title, description, price, stock_left, limit_count, limit_per, approval, audience_id, archived_at, updated_by, updated_at, code)
       values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, case when $12::boolean then $14::timestamptz end, $13, $14, $15) on conflict (code) do nothing`,
      [...params, r.code],
    );
    return added > 0;
  }

  private check(draft: RewardDraft): void {
    if (!(REWARD_KINDS as readonly string[]).includes(draft.kind)) throw new InvalidInput('reward-kind-unknown');
    if (!(APPROVALS as readonly string[]).includes(draft.approval)) throw new InvalidInput('approval-unknown');
    if ((draft.limitCount === null) !== (draft.limitPer === null)) throw new InvalidInput('limit-incomplete');
    if (Object.values(draft.title).every((t) => !t.trim())) throw new InvalidInput('title-missing');
  }
}
