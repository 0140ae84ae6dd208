import { atMinute, weekday } from '@waymark/kernel';
import { describe, expect, it } from 'vitest';
import { defaultEndDay, pairingProblem, pairingStatus } from '../pairing/pairing.js';
import { logProblem, missedInARow, nextAfterMeeting, nextWeekly } from './meeting.js';

describe('weekly meeting', () => {
  it('comes a week later, never on the same day', () => {
    const slot = { weekday: 4, startMinute: 15 * 60 };
    expect(nextWeekly(slot, '2026-03-12', 'Asia/Shanghai')).toEqual({
      day: '2026-03-19',
      startsAt: new Date('2026-03-19T07:00:00Z'),
    });
    expect(nextWeekly(slot, '2026-03-13', 'Asia/Shanghai').day).toBe('2026-03-19');
    for (const after of ['2026-01-01', '2026-02-27', '2026-12-30'])
      expect(weekday(nextWeekly(slot, after, 'UTC').day)).toBe(4);
  });

  it.each([
    ['met on the day', '2026-03-12', '2026-03-12', '2026-03-19'],
    ['met two days early', '2026-03-10', '2026-03-10', '2026-03-19'],
    ['logged a week late, today is the day', '2026-03-05', '2026-03-12', '2026-03-12'],
    ['logged on Monday', '2026-03-12', '2026-03-16', '2026-03-19'],
  ])('follows a meeting: %s', (_name, met, today, next) => {
    expect(nextAfterMeeting({ weekday: 4, startMinute: 900 }, met, today, 'UTC').day).toBe(next);
  });

  it('stands at the same hour of the wall clock when the clock changes', () => {
    expect(atMinute('2026-03-29', 15 * 60, 'Europe/Berlin').toISOString()).toBe('2026-03-29T13:00:00.000Z');
    expect(atMinute('2026-10-25', 15 * 60, 'Europe/Berlin').toISOString()).toBe('2026-10-25T14:00:00.000Z');
    expect(atMinute('2026-03-28', 0, 'Europe/Berlin').toISOString()).toBe('2026-03-27T23:00:00.000Z');
    expect(atMinute('2026-03-28', 23 * 60 + 30, 'Asia/Kolkata').toISOString()).toBe('2026-03-28T18:00:00.000Z');
  });

  it.each([
    [['held', 'missed', 'missed'], 2],
    [['missed', 'missed', 'held'], 0],
    [['missed', 'missed', 'planned'], 2],
    [[], 0],
  ] as const)('counts misses in a row: %j', (states, n) => {
    expect(missedInARow([...states])).toBe(n);
  });

  it.each([
    ['2026-03-12', null],
    ['2026-03-13', 'meeting-in-future'],
    ['2026-02-26', null],
    ['2026-02-25', 'meeting-too-old'],
    ['2026-01-31', 'meeting-before-pairing'],
  ])('is logged for %s: %s', (day, code) => {
    expect(logProblem({ day, today: '2026-03-12', startDay: '2026-02-01', endedOn: null })).toBe(code);
  });

  it('is not logged after the end', () => {
    expect(logProblem({ day: '2026-03-11', today: '2026-03-12', startDay: '2026-02-01', endedOn: '2026-03-10' })).toBe(
      'pairing-ended',
    );
    expect(
      logProblem({ day: '2026-03-10', today: '2026-03-12', startDay: '2026-02-01', endedOn: '2026-03-10' }),
    ).toBeNull();
  });
});

describe('pairing', () => {
  it('lasts three months', () => {
    expect(defaultEndDay('2026-01-15')).toBe('2026-04-14');
    expect(defaultEndDay('2025-11-30')).toBe('2026-02-27');
  });

  it('is planned, active, ended', () => {
    const p = { startDay: '2026-03-10', endedOn: null };
    expect(pairingStatus(p, '2026-03-09')).toBe('planned');
    expect(pairingStatus(p, '2026-03-10')).toBe('active');
    expect(pairingStatus({ ...p, endedOn: '2026-03-12' }, '2026-03-11')).toBe('ended');
  });

  const fine = {
    mentorId: 'm',
    learnerId: 'l',
    managerIds: ['b'],
    open: 1,
    capacity: 2,
    overCapacity: false,
    absent: false,
    learnerHasMentor: false,
  };
  it.each([
    ['fine', {}, null],
    ['oneself', { mentorId: 'l' }, 'mentor-is-learner'],
    ['the manager', { mentorId: 'b' }, 'mentor-is-manager'],
    ['a second mentor', { learnerHasMentor: true }, 'learner-has-mentor'],
    ['a full mentor', { open: 2 }, 'mentor-at-capacity'],
    ['a full mentor, meant so', { open: 2, overCapacity: true }, null],
    ['a mentor without a profile', { open: 9, capacity: null }, null],
  ])('%s', (_name, change, code) => {
    expect(pairingProblem({ ...fine, ...change })).toBe(code);
  });
});
