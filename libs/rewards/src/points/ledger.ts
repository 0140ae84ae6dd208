import { RuleViolation } from '@waymark/kernel';

/** Accounts of a person, and the system's, which have no balance of their own to lock. */
export type PersonAccount = 'balance' | 'held' | 'recoverable';
export type SystemAccount = 'issue' | 'redemption' | 'reversal' | 'expiry';
export type EntryKind = 'award' | 'grant' | 'hold' | 'release' | 'spend' | 'reversal' | 'expiry';

/** What a person's postings add up to. `recoverable` is owed: the account itself stands at minus that. */
export interface Balance {
  /** Ever earned, less what was reversed; spending never lowers it. */
  earned: number;
  balance: number;
  held: number;
  recoverable: number;
}

export interface Posting {
  account: PersonAccount | SystemAccount;
  amount: number;
}

export interface Booking {
  postings: Posting[];
  /** How the person's own points change: balance and debt together. */
  amount: number;
  after: Balance;
}

export const EMPTY_BALANCE: Balance = { earned: 0, balance: 0, held: 0, recoverable: 0 };

const nonZero = (postings: Posting[]): Posting[] => postings.filter((p) => p.amount !== 0);

/** Points that come in pay a debt first. */
function comeIn(before: Balance, points: number): { toDebt: number; toBalance: number } {
  const toDebt = Math.min(before.recoverable, points);
  return { toDebt, toBalance: points - toDebt };
}

/**
 * The postings of one entry and what the person has after it. Postings sum to zero.
 * @param points > 0
 * @throws RuleViolation 'points-too-few' {missing} for a hold that the balance does not cover
 */
export function book(kind: EntryKind, before: Balance, points: number): Booking {
  if (!Number.isInteger(points) || points <= 0) throw new RangeError(`points must be a positive integer: ${points}`);
  switch (kind) {
    case 'award':
    case 'grant': {
      const { toDebt, toBalance } = comeIn(before, points);
      return {
        postings: nonZero([
          { account: 'issue', amount: -points },
          { account: 'balance', amount: toBalance },
          { account: 'recoverable', amount: toDebt },
        ]),
        amount: points,
        after: {
          ...before,
          earned: before.earned + points,
          balance: before.balance + toBalance,
          recoverable: before.recoverable - toDebt,
        },
      };
    }
    case 'reversal': {
      const fromBalance = Math.min(before.balance, points);
      return {
        postings: nonZero([
          { account: 'reversal', amount: points },
          { account: 'balance', amount: -fromBalance },
          { account: 'recoverable', amount: fromBalance - points },
        ]),
        amount: -points,
        after: {
          ...before,
          earned: Math.max(0, before.earned - points),
          balance: before.balance - fromBalance,
          recoverable: before.recoverable + points - fromBalance,
        },
      };
    }
    case 'expiry': {
      if (before.balance < points) throw new RuleViolation('points-too-few', { missing: points - before.balance });
      return {
        postings: [
          { account: 'expiry', amount: points },
          { account: 'balance', amount: -points },
        ],
        amount: -points,
        after: { ...before, balance: before.balance - points },
      };
    }
    case 'hold': {
      if (before.balance < points) throw new RuleViolation('points-too-few', { missing: points - before.balance });
      return {
        postings: [
          { account: 'balance', amount: -points },
          { account: 'held', amount: points },
        ],
        amount: -points,
        after: { ...before, balance: before.balance - points, held: before.held + points },
      };
    }
    case 'release': {
      if (before.held < points) throw new RangeError('more points released than held');
      const { toDebt, toBalance } = comeIn(before, points);
      return {
        postings: nonZero([
          { account: 'held', amount: -points },
          { account: 'balance', amount: toBalance },
          { account: 'recoverable', amount: toDebt },
        ]),
        amount: points,
        after: {
          ...before,
          held: before.held - points,
          balance: before.balance + toBalance,
          recoverable: before.recoverable - toDebt,
        },
      };
    }
    case 'spend': {
      if (before.held < points) throw new RangeError('more points spent than held');
      return {
        postings: [
          { account: 'held', amount: -points },
          { account: 'redemption', amount: points },
        ],
        amount: 0,
        after: { ...before, held: before.held - points },
      };
    }
  }
}
