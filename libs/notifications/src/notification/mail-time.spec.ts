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
        fc.constantFrom('UTC', 'Asia/Shanghai', 'America/New_York', 'Asia/Kolkata'),
        hour,
        hour,
        (now, z, from, to) => {
          fc.pre((to - from + 24) % 24 <= 16);
          const planned = outsideQuiet(now, z, { from, to });
          expect(planned.getTime()).toBeGreaterThanOrEqual(now.getTime());
          expect(planned.getTime() - now.getTime()).toBeLessThanOrEqual(25 * 3_600_000);
          // The hour that daylight saving skips or repeats may be off by one.
          const local = localHour(planned, z);
          expect(!isQuiet(local, { from, to }) || Math.abs(local - to) <= 1).toBe(true);
        },
      ),
    );
  });
});
