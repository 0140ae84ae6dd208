import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { book, EMPTY_BALANCE, type Balance, type EntryKind } from './ledger.js';

const KINDS: EntryKind[] = ['award', 'grant', 'hold', 'release', 'spend', 'reversal', 'expiry'];

describe('the ledger', () => {
  it('sums to zero, never goes below zero and agrees with its accounts, whatever happens', () => {
    const steps = fc.array(fc.tuple(fc.constantFrom(...KINDS), fc.integer({ min: 1, max: 50 })), { maxLength: 80 });
    fc.assert(
      fc.property(steps, (list) => {
        let b: Balance = EMPTY_BALANCE;
        let awarded = 0;
        let reversed = 0;
        const accounts = new Map<string, number>();
        for (const [kind, points] of list) {
          let booking;
          try {
            // An award can only be taken back once: never more than was given.
            if (kind === 'reversal' && reversed + points > awarded) continue;
            booking = book(kind, b, points);
          } catch {
            continue;
          }
          if (kind === 'award' || kind === 'grant') awarded += points;
          if (kind === 'reversal') reversed += points;
          expect(booking.postings.reduce((n, p) => n + p.amount, 0)).toBe(0);
          expect(booking.postings.length).toBeGreaterThanOrEqual(2);
          expect(booking.postings.every((p) => p.amount !== 0)).toBe(true);
          for (const p of booking.postings) accounts.set(p.account, (accounts.get(p.account) ?? 0) + p.amount);
          if (kind === 'hold' || kind === 'spend' || kind === 'release') expect(booking.after.earned).toBe(b.earned);
          b = booking.after;
          expect(Math.min(b.earned, b.balance, b.held, b.recoverable)).toBeGreaterThanOrEqual(0);
          expect(b.earned).toBe(awarded - reversed);
          expect([b.balance, b.held, 0 - b.recoverable]).toEqual(
            ['balance', 'held', 'recoverable'].map((a) => accounts.get(a) ?? 0),
          );
        }
      }),
    );
  });

  it('makes spent points recoverable when they are reversed, and takes them from later awards', () => {
    let b = book('award', EMPTY_BALANCE, 100).after;
    b = book('hold', b, 80).after;
    b = book('spend', b, 80).after;
    b = book('reversal', b, 100).after;
    expect(b).toEqual({ earned: 0, balance: 0, held: 0, recoverable: 80 });
    b = book('award', b, 50).after;
    expect(b).toEqual({ earned: 50, balance: 0, held: 0, recoverable: 30 });
    b = book('award', b, 50).after;
    expect(b).toEqual({ earned: 100, balance: 20, held: 0, recoverable: 0 });
  });

  it('refuses to hold more than there is and names what is missing', () => {
    const b = book('award', EMPTY_BALANCE, 30).after;
    expect(() => book('hold', b, 50)).toThrow(
      expect.objectContaining({ code: 'points-too-few', params: { missing: 20 } }),
    );
    for (const n of [0, -1, 1.5, NaN]) expect(() => book('award', b, n)).toThrow(RangeError);
  });
});
