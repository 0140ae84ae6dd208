import { addDays, type LocalDay } from '@waymark/kernel';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { FREEZE_EVERY, MOST_FREEZES, NO_STREAK, streakAfter, streakOf, streakOn, streakWeek } from './streak.js';
import { dayAt, skippedDays, zoneAt, zoneChange, type ZonePeriod } from './streak-zone.js';

const run = (from: LocalDay, n: number): LocalDay[] => Array.from({ length: n }, (_, i) => addDays(from, i));

describe('streak', () => {
  it.each([
    ['nothing yet', [], '2026-03-10', 0, 0],
    ['today', ['2026-03-10'], '2026-03-10', 1, 0],
    ['until yesterday it is still open', run('2026-03-07', 3), '2026-03-10', 3, 0],
    ['a missed day ends it', run('2026-03-06', 3), '2026-03-10', 0, 0],
    ['seven days earn a freeze', run('2026-03-04', 7), '2026-03-10', 7, 1],
    ['the freeze saves a missed day', run('2026-03-01', 7), '2026-03-09', 7, 0],
    ['not two', run('2026-03-01', 7), '2026-03-10', 0, 0],
    ['over the new year', run('2025-12-28', 6), '2026-01-02', 6, 0],
    ['over a leap day', run('2028-02-27', 4), '2028-03-01', 4, 0],
  ])('%s', (_name, days, today, length, freezes) => {
    expect(streakOn(streakOf(days), today)).toMatchObject({ length, freezes });
  });

  it('goes on over a frozen day, which adds no length', () => {
    const days = [...run('2026-03-01', 7), ...run('2026-03-09', 2)];
    expect(streakOf(days)).toMatchObject({ length: 9, startDay: '2026-03-01', freezes: 0, progress: 2 });
  });

  it('holds two freezes at most and keeps the longest run', () => {
    const state = streakOf(run('2026-01-01', 40));
    expect(state).toMatchObject({ length: 40, freezes: MOST_FREEZES, progress: 0 });
    expect(streakOn(state, '2026-02-09').nextFreezeIn).toBeNull();
    const later = streakAfter(state, '2026-05-01');
    expect(later).toMatchObject({ length: 1, longest: 40, freezes: 0, startDay: '2026-05-01' });
  });

  it('shows a week', () => {
    const days = [...run('2026-03-01', 7), '2026-03-09'];
    const week = streakWeek(streakOf(days), new Set(days), '2026-03-10', '2026-03-01');
    expect(week.map((d) => d.state)).toEqual(['done', 'done', 'done', 'done', 'frozen', 'done', 'open']);
    const lost = streakWeek(streakOf(['2026-03-06']), new Set(['2026-03-06']), '2026-03-10', '2026-03-06');
    expect(lost.map((d) => d.state)).toEqual(['before', 'before', 'done', 'missed', 'missed', 'missed', 'open']);
  });

  it('is the same whatever order the days become known in, and never shorter for a day more', () => {
    const days = fc.uniqueArray(fc.integer({ min: 0, max: 60 }), { minLength: 1, maxLength: 50 });
    fc.assert(
      fc.property(days, fc.integer({ min: 0, max: 60 }), (offsets, extra) => {
        const all = offsets.map((n) => addDays('2026-01-01', n));
        const state = streakOf(all);
        expect(streakOf([...all].reverse())).toEqual(state);
        expect(state.length).toBeLessThanOrEqual(all.length);
        expect(state.freezes).toBeLessThanOrEqual(MOST_FREEZES);
        expect(state.progress).toBeLessThan(FREEZE_EVERY);
        const today = addDays('2026-01-01', 60);
        const more = streakOf([...all, addDays('2026-01-01', extra)]);
        expect(more.longest).toBeGreaterThanOrEqual(state.longest);
        expect(streakOn(more, today).length).toBeGreaterThanOrEqual(Math.min(1, streakOn(state, today).length));
      }),
    );
  });

  it('changes nothing for the same day again', () => {
    const state = streakAfter(NO_STREAK, '2026-03-01');
    expect(streakAfter(state, '2026-03-01')).toBe(state);
  });
});

describe('zone of the streak', () => {
  const shanghai: ZonePeriod = { from: new Date(0), zone: 'Asia/Shanghai' };

  it('changes from tomorrow, as the old zone tells it', () => {
    const now = new Date('2026-03-10T04:00:00Z');
    const change = zoneChange([shanghai], 'America/New_York', now) as ZonePeriod;
    expect(change.from.toISOString()).toBe('2026-03-10T16:00:00.000Z');
    const periods = [shanghai, change];
    expect(zoneAt(periods, now)).toBe('Asia/Shanghai');
    expect(dayAt(periods, new Date('2026-03-10T15:59:59Z'))).toBe('2026-03-10');
    expect(zoneAt(periods, change.from)).toBe('America/New_York');
    expect(zoneChange(periods, 'America/New_York', now)).toBeNull();
  });

  it('never lets one day count twice: after a flight west the same day goes on', () => {
    const change = zoneChange([shanghai], 'Pacific/Honolulu', new Date('2026-03-10T04:00:00Z')) as ZonePeriod;
    const periods = [shanghai, change];
    const days = ['2026-03-10T04:00:00Z', '2026-03-10T20:00:00Z', '2026-03-11T20:00:00Z'].map((t) =>
      dayAt(periods, new Date(t)),
    );
    expect(days).toEqual(['2026-03-10', '2026-03-10', '2026-03-11']);
    expect(streakOf(days).length).toBe(2);
  });

  it('pardons the day that a flight over the date line skips', () => {
    const honolulu: ZonePeriod = { from: new Date(0), zone: 'Pacific/Honolulu' };
    const change = zoneChange([honolulu], 'Pacific/Kiritimati', new Date('2026-03-10T20:00:00Z')) as ZonePeriod;
    const skipped = skippedDays([honolulu, change]);
    expect([...skipped]).toEqual(['2026-03-11']);
    expect(streakOf(['2026-03-09', '2026-03-10', '2026-03-12']).length).toBe(1);
    expect(streakOf(['2026-03-09', '2026-03-10', '2026-03-12'], skipped).length).toBe(3);
    expect(streakOn(streakOf(['2026-03-10'], skipped), '2026-03-12', skipped).length).toBe(1);
  });

  it.each(['America/New_York', 'Europe/Berlin', 'America/Sao_Paulo', 'Australia/Lord_Howe', 'Africa/Cairo'])(
    'keeps a daily habit in %s over the changes of the clock',
    (zone) => {
      const periods = [{ from: new Date(0), zone }];
      const noons = Array.from({ length: 366 }, (_, i) => new Date(Date.UTC(2026, 0, 1, 15) + i * 86_400_000));
      expect(streakOf(noons.map((t) => dayAt(periods, t))).length).toBe(366);
    },
  );
});
