import { beforeAll, describe, expect, it } from 'vitest';
import { relativeDay, relativeTime } from './format.js';
import { loadAreas, setLocale } from './i18n.js';
import { viewer } from './viewer.js';

beforeAll(async () => {
  await loadAreas(['common']);
  await setLocale('en');
});

describe('days in words', () => {
  it('are words near by, the weekday within the week, else the date', () => {
    const from = (day: string): string => relativeDay(day, '2026-04-07');
    expect(['2026-04-06', '2026-04-07', '2026-04-08', '2026-04-10', '2026-04-13', '2026-04-14'].map(from)).toEqual([
      'yesterday',
      'today',
      'tomorrow',
      'Friday',
      'Monday',
      '14 April',
    ]);
  });

  it('name the hour only today, in the person’s zone', () => {
    const now = new Date('2026-04-07T14:00:00Z');
    viewer.value = { zone: 'Asia/Shanghai' } as typeof viewer.value;
    expect(relativeTime('2026-04-07T13:59:00Z', now)).toBe('now');
    expect(relativeTime('2026-04-07T15:20:00Z', now)).toBe('today 23:20');
    expect(relativeTime('2026-04-07T16:00:00Z', now)).toBe('tomorrow');
    viewer.value = null;
  });
});
