import { addDays, type LocalDay } from '@waymark/kernel';
import { periodSpan } from '../leaderboard/board-period.js';

export const REWARD_KINDS = ['gift', 'training', 'leave', 'voucher'] as const;
export type RewardKind = (typeof REWARD_KINDS)[number];
export const APPROVALS = ['none', 'manager', 'learning'] as const;
export type Approval = (typeof APPROVALS)[number];
export const LIMIT_PERIODS = ['month', 'quarter', 'year', 'ever'] as const;
export type LimitPeriod = (typeof LIMIT_PERIODS)[number];
export const ORDER_STATES = ['requested', 'approved', 'fulfilled', 'rejected', 'cancelled'] as const;
export type OrderState = (typeof ORDER_STATES)[number];

/** Which states an order may go to. The last three are final. */
export const NEXT_STATES: Record<OrderState, readonly OrderState[]> = {
  requested: ['approved', 'rejected', 'cancelled'],
  approved: ['fulfilled', 'cancelled'],
  fulfilled: [],
  rejected: [],
  cancelled: [],
};

/** Days of the pace that says when a reward can be afforded. */
export const PACE_DAYS = 28;

/** First day of the period that a limit counts in; null counts everything. */
export function limitStart(per: LimitPeriod, day: LocalDay): LocalDay | null {
  if (per === 'ever') return null;
  if (per === 'year') return `${day.slice(0, 4)}-01-01`;
  return periodSpan(per, day).startsOn;
}

/** First day after the period that a limit counts in; null when it never ends. */
export function limitAgainOn(per: LimitPeriod, day: LocalDay): LocalDay | null {
  if (per === 'ever') return null;
  if (per === 'year') return `${Number(day.slice(0, 4)) + 1}-01-01`;
  const { endsOn } = periodSpan(per, day);
  return endsOn && addDays(endsOn, 1);
}

/**
 * Days until the balance covers the price at the pace of the last days.
 * @param earnedInPace points earned in the last PACE_DAYS days
 * @returns 0 when it does already, null without a pace
 */
export function daysUntilAffordable(balance: number, price: number, earnedInPace: number): number | null {
  if (balance >= price) return 0;
  if (earnedInPace <= 0) return null;
  return Math.ceil(((price - balance) * PACE_DAYS) / earnedInPace);
}

export type Obstacle = 'reward-sold-out' | 'reward-limit-reached' | 'points-too-few';

/** Why a person can't order a reward now, the hardest reason first; null when they can. */
export function obstacleOf(input: {
  stockLeft: number | null;
  limitCount: number | null;
  mine: number;
  balance: number;
  price: number;
}): Obstacle | null {
  if (input.stockLeft === 0) return 'reward-sold-out';
  if (input.limitCount !== null && input.mine >= input.limitCount) return 'reward-limit-reached';
  if (input.balance < input.price) return 'points-too-few';
  return null;
}

/** Whether the one who ordered may still take it back: until somebody decided. */
export function canCancel(state: OrderState, approval: Approval): boolean {
  return state === 'requested' || (state === 'approved' && approval === 'none');
}
