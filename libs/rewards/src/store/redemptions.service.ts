import { Inject, Injectable } from '@nestjs/common';
import { Audiences, Audit, Scope, Settings, Supervisions } from '@waymark/identity';
import { personErased, personLeft } from '@waymark/identity/events';
import { localDayOf, newId, NotFound, RuleViolation, type Clock } from '@waymark/kernel';
import {
  CLOCK,
  Db,
  execute,
  one,
  OnEventInTransaction,
  Outbox,
  rows,
  type DomainEvent,
  type EventType,
  type Tx,
  type Viewer,
} from '@waymark/platform';
import { Ledger, type LedgerEntry } from '../points/ledger.service.js';
import {
  findByRequestKey,
  findRedemption,
  insertRedemption,
  lockReward,
  moveRedemption,
  ordersSince,
  putBackInStock,
  takeFromStock,
  type RedemptionRow,
} from './redemption.repository.js';
import {
  redemptionApproved,
  redemptionCancelled,
  redemptionFulfilled,
  redemptionRejected,
  redemptionRequested,
  type RedemptionDecided,
} from './redemption.events.js';
import { canCancel, limitStart, NEXT_STATES, obstacleOf, type Approval, type OrderState } from './store-rule.js';

const EVENTS: Partial<Record<OrderState, EventType<RedemptionDecided>>> = {
  approved: redemptionApproved,
  fulfilled: redemptionFulfilled,
  rejected: redemptionRejected,
  cancelled: redemptionCancelled,
};

interface Move {
  to: OrderState;
  answer?: string | null;
  by: string | null;
  /** Refuses where the rule of the state machine is not enough. */
  check?: (order: RedemptionRow) => void;
}

/**
 * Orders of rewards. Rows are locked in one order everywhere: the person's balance, the order, the reward; so two
 * orders of the last item, two taps of one person and a decision meanwhile can't oversell, overspend or deadlock.
 */
@Injectable()
export class Redemptions {
  constructor(
    @Inject(Db) private readonly db: Db,
    @Inject(Ledger) private readonly ledger: Ledger,
    @Inject(Outbox) private readonly outbox: Outbox,
    @Inject(Audiences) private readonly audiences: Audiences,
    @Inject(Supervisions) private readonly supervisions: Supervisions,
    @Inject(Scope) private readonly scope: Scope,
    @Inject(Settings) private readonly settings: Settings,
    @Inject(Audit) private readonly audit: Audit,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  /** @throws RuleViolation 'reward-sold-out' | 'reward-limit-reached' | 'points-too-few'; NotFound 'reward-unknown' */
  async redeem(viewer: Viewer, rewardId: string, requestKey: string, note: string | null): Promise<RedemptionRow> {
    return this.db.transaction(async (tx) => {
      const balance = (await this.ledger.lock(tx, [viewer.personId])).get(viewer.personId);
      const known = await findByRequestKey(tx, viewer.personId, requestKey);
      if (known) return known;
      const reward = await lockReward(tx, rewardId);
      if (!reward?.audienceId || !(await this.audiences.isMember(tx, reward.audienceId, viewer.personId)))
        throw new NotFound('reward-unknown');
      const { zone } = await this.settings.get(tx);
      const now = this.clock.now();
      const today = localDayOf(now, zone);
      const mine = reward.limitPer
        ? await ordersSince(tx, viewer.personId, rewardId, limitStart(reward.limitPer, today))
        : 0;
      const has = balance?.balance ?? 0;
      const obstacle = obstacleOf({ ...reward, mine, balance: has });
      if (obstacle) {
        throw new RuleViolation(obstacle, {
          ...(obstacle === 'points-too-few' ? { missing: reward.price - has } : {}),
          ...(obstacle === 'reward-limit-reached' ? { count: reward.limitCount, per: reward.limitPer } : {}),
        });
      }
      const needsDecision = reward.approval !== 'none';
      const order: RedemptionRow = {
        id: newId(),
        personId: viewer.personId,
        rewardId,
        price: reward.price,
        approval: reward.approval,
        state: needsDecision ? 'requested' : 'approved',
        note: note?.trim() || null,
        answer: null,
        requestedAt: now,
        decidedAt: needsDecision ? null : now,
        decidedBy: null,
        fulfilledAt: null,
      };
      await takeFromStock(tx, rewardId);
      await insertRedemption(tx, { ...order, requestKey, requestedOn: today });
      await this.ledger.book(tx, [{ ...this.entry(order, 'hold', viewer.zone), actorId: viewer.personId }]);
      const facts = { redemptionId: order.id, rewardId, price: order.price };
      const approverIds = await this.approvers(tx, viewer.personId, reward.approval);
      await this.outbox.publish(tx, redemptionRequested, {
        personId: viewer.personId,
        payload: { ...facts, approverIds },
      });
      if (!needsDecision)
        await this.outbox.publish(tx, redemptionApproved, {
          personId: viewer.personId,
          payload: { ...facts, decidedBy: null },
        });
      return order;
    });
  }

  /** By the one who ordered. */
  async cancel(viewer: Viewer, id: string): Promise<RedemptionRow> {
    return this.db.transaction(async (tx) => {
      const order = await findRedemption(tx, id);
      if (order?.personId !== viewer.personId) throw new NotFound('order-unknown');
      return this.move(tx, order, {
        to: 'cancelled',
        by: viewer.personId,
        check: (o) => {
          if (!canCancel(o.state, o.approval)) throw new RuleViolation('order-decided', { state: o.state });
        },
      });
    });
  }

  async approve(viewer: Viewer, id: string, answer: string | null): Promise<RedemptionRow> {
    return this.decide(viewer, id, { to: 'approved', answer, by: viewer.personId });
  }

  async reject(viewer: Viewer, id: string, answer: string): Promise<RedemptionRow> {
    return this.decide(viewer, id, { to: 'rejected', answer, by: viewer.personId });
  }

  /** Handed over: the held points are spent. */
  async fulfil(viewer: Viewer, id: string, answer: string | null): Promise<RedemptionRow> {
    return this.decide(viewer, id, { to: 'fulfilled', answer, by: viewer.personId }, true);
  }

  /** An approved order that can't be handed over: the points go back. */
  async withdraw(viewer: Viewer, id: string, answer: string): Promise<RedemptionRow> {
    return this.decide(viewer, id, { to: 'cancelled', answer, by: viewer.personId }, true);
  }

  /** Orders that nobody has got yet end with the employment. */
  @OnEventInTransaction(personLeft)
  async endOfLeaver(tx: Tx, event: DomainEvent): Promise<void> {
    const open = await rows<{ id: string }>(
      tx,
      `select id from redemption where person_id = $1 and state in ('requested', 'approved') order by id`,
      [event.personId],
    );
    for (const { id } of open) {
      const order = await findRedemption(tx, id);
      if (order) await this.move(tx, order, { to: 'cancelled', by: null });
    }
  }

  @OnEventInTransaction(personErased)
  async forget(tx: Tx, event: DomainEvent): Promise<void> {
    await execute(tx, `update redemption set note = null, answer = null where person_id = $1`, [event.personId]);
  }

  /** An SQL condition: the viewer may decide the order `r`. Managers see what waits for a manager, L&D everything in scope. */
  handledSql(viewer: Viewer, firstParam: number): { sql: string; params: unknown[] } {
    const all = this.scope.visiblePersonsSql(viewer, 'rewards:fulfil-orders', 'r.person_id', firstParam);
    const team = this.scope.visiblePersonsSql(
      viewer,
      'rewards:handle-orders',
      'r.person_id',
      firstParam + all.params.length,
    );
    return { sql: `(${all.sql} or (r.approval = 'manager' and ${team.sql}))`, params: [...all.params, ...team.params] };
  }

  private async decide(viewer: Viewer, id: string, move: Move, learningOnly = false): Promise<RedemptionRow> {
    return this.db.transaction(async (tx) => {
      const handled = learningOnly
        ? this.scope.visiblePersonsSql(viewer, 'rewards:fulfil-orders', 'r.person_id', 2)
        : this.handledSql(viewer, 2);
      const [seen] = await rows(tx, `select 1 from redemption r where r.id = $1 and ${handled.sql}`, [
        id,
        ...handled.params,
      ]);
      const order = seen ? await findRedemption(tx, id) : null;
      if (!order) throw new NotFound('order-unknown');
      if (order.personId === viewer.personId) throw new RuleViolation('own-order');
      const moved = await this.move(tx, order, move);
      await this.audit.record(tx, {
        actorId: viewer.personId,
        action: `redemption.${move.to}`,
        subjectType: 'redemption',
        subjectId: id,
        personId: order.personId,
        changes: [{ field: 'state', from: order.state, to: move.to }],
      });
      return moved;
    });
  }

  /** Balance, order, reward: the lock order. What goes into the ledger follows from the state. */
  private async move(tx: Tx, seen: RedemptionRow, move: Move): Promise<RedemptionRow> {
    await this.ledger.lock(tx, [seen.personId]);
    const order = (await findRedemption(tx, seen.id, true)) as RedemptionRow;
    move.check?.(order);
    if (!NEXT_STATES[order.state].includes(move.to)) throw new RuleViolation('order-decided', { state: order.state });
    const at = this.clock.now();
    await moveRedemption(tx, order.id, { state: move.to, answer: move.answer?.trim() || null, by: move.by, at });
    if (move.to !== 'approved') {
      const { zone } = await one<{ zone: string }>(tx, `select zone from person_profile where person_id = $1`, [
        order.personId,
      ]);
      await this.ledger.book(tx, [
        { ...this.entry(order, move.to === 'fulfilled' ? 'spend' : 'release', zone), actorId: move.by },
      ]);
    }
    if (move.to === 'rejected' || move.to === 'cancelled') await putBackInStock(tx, order.rewardId);
    await this.outbox.publish(tx, EVENTS[move.to] as EventType<RedemptionDecided>, {
      personId: order.personId,
      payload: { redemptionId: order.id, rewardId: order.rewardId, price: order.price, decidedBy: move.by },
    });
    return (await findRedemption(tx, order.id)) as RedemptionRow;
  }

  private entry(order: RedemptionRow, kind: 'hold' | 'release' | 'spend', zone: string): LedgerEntry {
    const now = this.clock.now();
    return {
      key: `${kind}:${order.id}`,
      kind,
      personId: order.personId,
      points: order.price,
      reasonCode: kind === 'release' ? 'order-returned' : 'order',
      params: { redemptionId: order.id, price: order.price },
      subjectType: 'reward',
      subjectId: order.rewardId,
      localDay: localDayOf(now, zone),
      bookedAt: now,
    };
  }

  /** The manager where one must agree (L&D when there is none), or the L&D leads of the person's unit. */
  private async approvers(tx: Tx, personId: string, approval: Approval): Promise<string[]> {
    if (approval === 'none') return [];
    if (approval === 'manager') {
      const managers = (await this.supervisions.supervisorsOf(tx, [personId], ['manager'])).get(personId) ?? [];
      if (managers.length > 0) return managers.map((m) => m.supervisorId);
    }
    const today = await this.settings.today(tx);
    const leads = await rows<{ id: string }>(
      tx,
      `select distinct g.person_id as id from permission_grant g join person p on p.id = g.person_id and p.status = 'active'
       left join org_unit gu on gu.id = g.org_unit_id
       left join current_position c on c.person_id = $1 left join org_unit cu on cu.id = c.org_unit_id
       where g.role = 'ld-lead' and g.from_day <= $2 and (g.to_day is null or g.to_day >= $2) and g.person_id <> $1
         and (g.org_unit_id is null or cu.path like gu.path || '%') order by id`,
      [personId, today],
    );
    return leads.map((l) => l.id);
  }
}
