import { addDays, type LocalDay } from '@waymark/kernel';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { certificateNumber, dueNotices, expiryOf, isNumberPattern, openCycle, stateOf } from './certificate.js';

const validity = { validityMonths: 12, warnDays: [60, 30, 7], renewalOpensDays: 60 };
const nothing = { warned: [], renewalOpened: false, lapsed: false };

describe('certificate', () => {
  it.each([
    ['2026-03-10', 12, null, '2027-03-09'],
    ['2024-02-29', 12, null, '2025-02-27'],
    ['2026-03-10', null, null, null],
    ['2027-02-01', 12, '2027-03-09', '2028-03-09'],
    ['2027-05-01', 12, '2027-03-09', '2028-04-30'],
  ])('issued on %s for %s months after %s ends on %s', (issued, months, previous, end) => {
    expect(expiryOf(issued, months, previous)).toBe(end);
  });

  const days = { issuedOn: '2026-03-10', expiresOn: '2027-03-09', revoked: false, followed: false };
  it.each([
    ['2026-12-31', {}, 'issued'],
    ['2027-01-08', {}, 'expiring'],
    ['2027-03-09', {}, 'expiring'],
    ['2027-03-10', {}, 'lapsed'],
    ['2027-03-10', { followed: true }, 'renewed'],
    ['2026-06-01', { revoked: true, followed: true }, 'revoked'],
    ['2099-01-01', { expiresOn: null }, 'issued'],
  ])('on %s with %j is %s', (today, change, state) => {
    expect(stateOf({ ...days, ...change }, today, [60, 30, 7])).toBe(state);
  });

  it('warns at the closest mark only, once', () => {
    const at = (today: LocalDay, given = nothing) =>
      dueNotices({ issuedOn: '2026-03-10', expiresOn: '2027-03-09' }, given, today, validity);
    expect(at('2027-01-07')).toEqual({ warn: null, openRenewal: false, lapse: false });
    expect(at('2027-01-08')).toEqual({ warn: 60, openRenewal: true, lapse: false });
    expect(at('2027-02-20', { ...nothing, warned: [60] as never[] }).warn).toBe(30);
    expect(at('2027-03-05').warn).toBe(7);
    expect(at('2027-03-05', { ...nothing, warned: [7] as never[] }).warn).toBeNull();
    expect(at('2027-03-10')).toEqual({ warn: null, openRenewal: false, lapse: true });
    expect(at('2027-03-10', { ...nothing, lapsed: true }).lapse).toBe(false);
  });

  it('says each thing once in a year of daily checks, whatever days the check did not run', () => {
    fc.assert(
      fc.property(
        fc.uniqueArray(fc.integer({ min: 0, max: 400 }), { minLength: 1 }),
        fc.boolean(),
        (skipped, twice) => {
          const said: string[] = [];
          const given = { warned: [] as number[], renewalOpened: false, lapsed: false };
          const missing = new Set(skipped);
          for (let i = 0; i <= 400; i += 1) {
            if (missing.has(i) && i < 400) continue;
            for (let run = 0; run < (twice ? 2 : 1); run += 1) {
              const n = dueNotices(
                { issuedOn: '2026-03-10', expiresOn: '2027-03-09' },
                given,
                addDays('2026-03-10', i),
                validity,
              );
              if (n.warn !== null) {
                said.push(`warn ${n.warn}`);
                given.warned.push(n.warn);
              }
              if (n.openRenewal) {
                said.push('open');
                given.renewalOpened = true;
              }
              if (n.lapse) {
                said.push('lapse');
                given.lapsed = true;
              }
            }
          }
          expect(new Set(said).size).toBe(said.length);
          expect(said).toContain('lapse');
          const warnings = said.filter((s) => s.startsWith('warn')).map((s) => Number(s.slice(5)));
          expect(warnings).toEqual([...warnings].sort((a, b) => b - a));
        },
      ),
      { numRuns: 60 },
    );
  });

  it('opens the next cycle in time, with results after the last issue', () => {
    const current = { ...days, cycle: 1 };
    const rule = { renewalOpensDays: 60, renewalWithinMonths: 12 };
    expect(openCycle(null, '2026-01-01', rule)).toEqual({ number: 1, use: 'first', since: null });
    expect(openCycle(current, '2027-01-07', rule)).toBeNull();
    expect(openCycle(current, '2027-01-08', rule)).toEqual({ number: 2, use: 'renewal', since: '2026-03-10' });
    expect(openCycle(current, '2027-06-01', rule)).toEqual({ number: 2, use: 'renewal', since: '2026-05-31' });
    expect(openCycle(current, '2028-03-10', rule)).toEqual({ number: 2, use: 'first', since: '2027-03-09' });
    expect(openCycle({ ...current, revoked: true }, '2027-02-01', rule)).toBeNull();
    expect(openCycle({ ...current, expiresOn: null }, '2027-02-01', rule)).toBeNull();
  });

  it('is numbered by a pattern', () => {
    expect(certificateNumber('QM-BC-{year}-{seq5}', 2026, 42)).toBe('QM-BC-2026-00042');
    expect(certificateNumber('C{seq}', 2026, 7)).toBe('C7');
    expect([isNumberPattern('QM-{year}-{seq5}'), isNumberPattern('QM-{year}'), isNumberPattern('<b>{seq}')]).toEqual([
      true,
      false,
      false,
    ]);
  });
});
