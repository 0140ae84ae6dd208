import { Inject, Injectable } from '@nestjs/common';
import { newId, type Clock, type LocalDay } from '@waymark/kernel';
import { CLOCK, rows, type Tx } from '@waymark/platform';
import { levelStanding, type LevelStep } from '../person-level/person-level.js';
import { book, EMPTY_BALANCE, type EntryKind } from './ledger.js';
import {
  accountsOf,
  insertTransactions,
  lockBalances,
  writeBalances,
  type StoredBalance,
  type TransactionRow,
} from './ledger.repository.js';

export interface LedgerEntry {
  /** Never booked twice. */
  key: string;
  kind: EntryKind;
  personId: string;
  points: number;
  reasonCode: string;
  params?: Record<string, string | number | null>;
  ruleCode?: string | null;
  activityId?: string | null;
  subjectType?: string | null;
  subjectId?: string | null;
  reversesId?: string | null;
  actorId?: string | null;
  localDay: LocalDay;
  bookedAt: Date;
}

export interface BalanceChange {
  before: StoredBalance;
  after: StoredBalance;
}

/** The one way points move. */
@Injectable()
export class Ledger {
  constructor(@Inject(CLOCK) private readonly clock: Clock) {}

  /** Holds the balances of these people until the end of the transaction. Before any row of orders and rewards. */
  async lock(tx: Tx, personIds: readonly string[]): Promise<Map<string, StoredBalance>> {
    return lockBalances(tx, personIds, this.clock.now());
  }

  /**
   * Books entries in the order given, however many, in six statements.
   * @throws RuleViolation 'points-too-few' {missing}; then nothing is booked
   */
  async book(tx: Tx, entries: readonly LedgerEntry[]): Promise<Map<string, BalanceChange>> {
    if (entries.length === 0) return new Map();
    const now = this.clock.now();
    const personIds = entries.map((e) => e.personId);
    const before = await lockBalances(tx, personIds, now);
    const accountOf = await accountsOf(tx, personIds);
    const levels = await rows<LevelStep>(
      tx,
      `select level, from_points as from from person_level order by from_points`,
    );
    const after = new Map([...before].map(([id, b]) => [id, { ...b }]));
    const transactions: TransactionRow[] = [];
    const postings: { transaction_id: string; account_id: string; amount: number }[] = [];
    for (const e of entries) {
      const standing = after.get(e.personId);
      const booking = book(e.kind, standing ?? EMPTY_BALANCE, e.points);
      const id = newId();
      transactions.push({
        id,
        idempotency_key: e.key,
        kind: e.kind,
        person_id: e.personId,
        amount: booking.amount,
        reason_code: e.reasonCode,
        params: e.params ?? {},
        rule_code: e.ruleCode ?? null,
        activity_id: e.activityId ?? null,
        subject_type: e.subjectType ?? null,
        subject_id: e.subjectId ?? null,
        reverses_id: e.reversesId ?? null,
        actor_id: e.actorId ?? null,
        local_day: e.localDay,
        booked_at: e.bookedAt,
      });
      for (const p of booking.postings)
        postings.push({ transaction_id: id, account_id: accountOf(p.account, e.personId), amount: p.amount });
      const level = levelStanding(levels, booking.after.earned).current.level;
      after.set(e.personId, { ...booking.after, personId: e.personId, level });
    }
    await insertTransactions(tx, transactions, postings);
    await writeBalances(tx, [...after.values()], now);
    return new Map(
      [...after].map(([id, a]) => [id, { before: before.get(id) ?? { ...a, ...EMPTY_BALANCE }, after: a }]),
    );
  }
}
