import { addDays } from '@waymark/kernel';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { periodsOf, periodSpan, PERIODS } from './board-period.js';

describe('board periods', () => {
  it.each([
    ['day', '2026-03-04', '2026-03-04', '2026-03-04'],
    ['week', '2026-03-01', '2026-02-23', '2026-03-01'],
    ['week', '2026-03-02', '2026-03-02', '2026-03-08'],
    ['month', '2028-02-29', '2028-02-01', '2028-02-29'],
    ['month', '2026-12-31', '2026-12-01', '2026-12-31'],
    ['quarter', '2026-03-31', '2026-01-01', '2026-03-31'],
    ['quarter', '2026-11-21', '2026-10-01', '2026-12-31'],
  ] as const)('%s of %s is %s to %s', (period, day, startsOn, endsOn) => {
    expect(periodSpan(period, day)).toEqual({ period, startsOn, endsOn });
  });

  it('follow each other without gap or overlap', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...PERIODS.filter((p) => p !== 'all')),
        fc.integer({ min: 0, max: 4000 }),
        (period, n) => {
          const day = addDays('2024-01-01', n);
          const span = periodSpan(period, day);
          expect((span.startsOn as string) <= day && day <= (span.endsOn as string)).toBe(true);
          expect(periodSpan(period, addDays(span.endsOn as string, 1)).startsOn).toBe(
            addDays(span.endsOn as string, 1),
          );
          expect(periodSpan(period, span.startsOn as string)).toEqual(span);
        },
      ),
    );
  });

  it('keep a board for a single day for 31 days', () => {
    expect(periodsOf('2026-03-01', '2026-03-31')[0]?.period).toBe('day');
    expect(periodsOf('2026-03-01', '2026-04-01').map((p) => p.period)).toEqual(['week', 'month', 'quarter', 'all']);
  });
});
