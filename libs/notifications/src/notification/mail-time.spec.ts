import { localHour } from '@waymark/kernel';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { digestTime, isQuiet, outsideQuiet } from './mail-time.js';

const night = { from: 21, to: 8 };
const zone = 'Asia/Shanghai';
const at = (iso: string): Date => new Date(iso);

describe('mails', () => {
  it('wait for the end of the quiet hours', () => {
    expect(outsideQuiet(at('2026-03-04T13:30:00Z'), zone, night)).toEqual(at('2026-03-05T00:00:00Z'));
    expect(outsideQuiet(at('2026-03-04T20:00:00Z'), zone, night)).toEqual(at('2026-03-05T00:00:00Z'));
    expect(outsideQuiet(at('2026-03-04T00:00:00Z'), zone, night)).toEqual(at('2026-03-04T00:00:00Z'));
    expect(outsideQuiet(at('2026-03-04T13:30:00Z'), zone, { from: 0, to: 0 })).toEqual(at('2026-03-04T13:30:00Z'));
  });

  it('keep to the wall clock when daylight saving begins or ends overnight', () => {
    const london = (iso: string) => outsideQuiet(at(iso), 'Europe/London', night).toISOString();
    expect(london('2026-03-28T22:30:00Z')).toBe('2026-03-29T07:00:00.000Z');
    expect(london('2026-10-24T22:30:00Z')).toBe('2026-10-25T08:00:00.000Z');
    const nine = digestTime(at('2026-10-25T04:00:00Z'), 'Europe/London', night, false);
    expect(nine).toEqual(at('2026-10-25T09:00:00Z'));
    // Two o'clock does not exist that night: the first moment after it.
    expect(outsideQuiet(at('2026-03-08T06:30:00Z'), 'America/New_York', { from: 22, to: 2 })).toEqual(
      at('2026-03-08T07:00:00Z'),
    );
  });

  it('of reminders go at nine, later on the day after a pause, and once a day', () => {
    expect(digestTime(at('2026-03-03T23:00:00Z'), zone, night, false)).toEqual(at('2026-03-04T01:00:00Z'));
    expect(digestTime(at('2026-03-04T02:00:00Z'), zone, night, false)).toEqual(at('2026-03-04T02:30:00Z'));
    expect(digestTime(at('2026-03-04T12:45:00Z'), zone, night, false)).toEqual(at('2026-03-05T00:00:00Z'));
    expect(digestTime(at('2026-03-04T02:00:00Z'), zone, night, true)).toEqual(at('2026-03-05T01:00:00Z'));
  });

  it('are never planned into quiet hours or the past, in any zone', () => {
    const hour = fc.integer({ min: 0, max: 23 });
    fc.assert(
      fc.property(
        fc.date({ min: at('2026-01-01T00:00:00Z'), max: at('2026-12-31T00:00:00Z'), noInvalidDate: true }),
        fc.constantFrom('UTC', 'Asia/Shanghai', 'America/New_York', 'Europe/London', 'Asia/Kolkata'),
        hour,
        hour,
        (now, z, from, to) => {
          fc.pre((to - from + 24) % 24 <= 16);
          const planned = outsideQuiet(now, z, { from, to });
          expect(planned.getTime()).toBeGreaterThanOrEqual(now.getTime());
          expect(planned.getTime() - now.getTime()).toBeLessThanOrEqual(25 * 3_600_000);
          expect(isQuiet(localHour(planned, z), { from, to })).toBe(false);
        },
      ),
    );
  });
});
