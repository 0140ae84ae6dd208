import { execute, maybeOne, type Tx } from '@waymark/platform';
import type { Approval, LimitPeriod, OrderState } from './store-rule.js';

export interface RedemptionRow {
  id: string;
  personId: string;
  rewardId: string;
  price: number;
  approval: Approval;
  state: OrderState;
  note: string | null;
  answer: string | null;
  requestedAt: Date;
  decidedAt: Date | null;
  decidedBy: string | null;
  fulfilledAt: Date | null;
}

export interface LockedReward {
  id: string;
  price: number;
  stockLeft: number | null;
  limitCount: number | null;
  limitPer: LimitPeriod | null;
  approval: Approval;
  audienceId: string | null;
}

export const REDEMPTION_COLUMNS = `r.id, r.person_id as "personId", r.reward_id as "rewardId", r.price, r.approval, r.state, r.note, r.answer,
  r.requested_at as "requestedAt", r.decided_at as "decidedAt", r.decided_by as "decidedBy", r.fulfilled_at as "fulfilledAt"`;

/** States whose points are spent or held, so that they count against limits. */
const COUNTING = `('requested', 'approved', 'fulfilled')`;

export async function findRedemption(tx: Tx, id: string, lock = false): Promise<RedemptionRow | null> {
  return maybeOne(tx, `select ${REDEMPTION_COLUMNS} from redemption r where r.id = $1${lock ? ' for update' : ''}`, [
    id,
  ]);
}

export async function findByRequestKey(tx: Tx, personId: string, requestKey: string): Promise<RedemptionRow | null> {
  return maybeOne(tx, `select ${REDEMPTION_COLUMNS} from redemption r where r.person_id = $1 and r.request_key = $2`, [
    personId,
    requestKey,
  ]);
}

export async function lockReward(tx: Tx, id: string): Promise<LockedReward | null> {
  return maybeOne(
    tx,
    `select id, price, stock_left as "stockLeft", limit_count as "limitCount", limit_per as "limitPer", approval, audience_id as "audienceId"
     from reward where id = $1 and archived_at is null for update`,
    [id],
  );
}

/** How many of a reward the person has ordered since `from` (null: ever) and not got the points back for. */
export async function ordersSince(tx: Tx, personId: string, rewardId: string, from: string | null): Promise<number> {
  const found = await maybeOne<{ n: number }>(
    tx,
    `select count(*)::int as n from redemption where person_id = $1 and reward_id = $2 and state in ${COUNTING} and ($3::date is null or requested_on >= $3)`,
    [personId, rewardId, from],
  );
  return found?.n ?? 0;
}

export async function takeFromStock(tx: Tx, rewardId: string): Promise<void> {
  await execute(tx, `update reward set stock_left = stock_left - 1 where id = $1 and stock_left is not null`, [
    rewardId,
  ]);
}

export async function putBackInStock(tx: Tx, rewardId: string): Promise<void> {
  await execute(tx, `update reward set stock_left = stock_left + 1 where id = $1 and stock_left is not null`, [
    rewardId,
  ]);
}

export async function insertRedemption(
  tx: Tx,
  r: RedemptionRow & { requestKey: string; requestedOn: string },
): Promise<void> {
  await execute(
    tx,
    `insert into redemption (id, person_id, reward_id, request_key, price, approval, state, note, requested_at, requested_on, decided_at)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)`,
    [
      r.id,
      r.personId,
      r.rewardId,
      r.requestKey,
      r.price,
      r.approval,
      r.state,
      r.note,
      r.requestedAt,
      r.requestedOn,
      r.decidedAt,
    ],
  );
}

export async function moveRedemption(
  tx: Tx,
  id: string,
  to: { state: OrderState; answer: string | null; by: string | null; at: Date },
): Promise<void> {
  await execute(
    tx,
    to.state === 'fulfilled'
      ? `update redemption set state = $2, answer = coalesce($3, answer), fulfilled_by = $4, fulfilled_at = $5 where id = $1`
      : `update redemption set state = $2, answer = coalesce($3, answer), decided_by = $4, decided_at = $5 where id = $1`,
    [id, to.state, to.answer, to.by, to.at],
  );
}
