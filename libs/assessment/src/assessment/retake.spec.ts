import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { startStanding, type AttemptFact } from './retake.js';

const zone = 'Asia/Shanghai';
const policy = { kind: 'exam', retakes: 2, retakeDays: 14 } as const;
const failed = (number: number, releasedAt: string): AttemptFact => ({
  number,
  state: 'graded',
  startedAt: new Date(releasedAt),
  releasedAt: new Date(releasedAt),
  passed: false,
});
const at = (now: string, attempts: AttemptFact[], grants: string[] = [], over: Partial<typeof policy> = {}) =>
  startStanding({
    policy: { ...policy, ...over },
    attempts,
    grants: grants.map((g) => new Date(g)),
    now: new Date(now),
    zone,
  });

describe('startStanding', () => {
  it('opens the first attempt', () => {
    expect(at('2026-03-02T01:00:00Z', [])).toMatchObject({ mayStart: true, used: 0, left: 3, until: null });
  });
  it('lets a retake start until the end of the 14th local day after the release', () => {
    // Released at 23:30 local time on March 1; the 14th day after it is March 15 in Shanghai.
    const attempts = [failed(1, '2026-03-01T15:30:00Z')];
    expect(at('2026-03-15T15:59:59.999Z', attempts)).toMatchObject({ mayStart: true, left: 2, untilDay: '2026-03-15' });
    expect(at('2026-03-15T16:00:00Z', attempts)).toMatchObject({ mayStart: false, reason: 'retake-window-closed' });
    expect(at('2026-03-02T00:00:00Z', attempts).until?.toISOString()).toBe('2026-03-15T16:00:00.000Z');
  });
  it('keeps the hour of a day that is 23 hours long', () => {
    const s = startStanding({
      policy,
      attempts: [failed(1, '2026-03-15T12:00:00Z')],
      grants: [],
      now: new Date('2026-03-20T00:00:00Z'),
      zone: 'Europe/Berlin',
    });
    expect(s.untilDay).toBe('2026-03-29');
    expect(s.until?.toISOString()).toBe('2026-03-29T22:00:00.000Z');
  });
  it('runs no window while a grader is awaited', () => {
    const pending: AttemptFact = {
      number: 1,
      state: 'submitted',
      startedAt: new Date(0),
      releasedAt: null,
      passed: null,
    };
    expect(at('2026-03-02T01:00:00Z', [pending])).toMatchObject({
      mayStart: false,
      reason: 'exam-pending',
      until: null,
    });
  });
  it('is used up after two retakes until staff grant one more, with a window of its own', () => {
    const attempts = [1, 2, 3].map((n) => failed(n, `2026-03-0${n}T01:00:00Z`));
    expect(at('2026-03-04T01:00:00Z', attempts)).toMatchObject({ mayStart: false, reason: 'retakes-used-up', left: 0 });
    expect(at('2026-05-01T01:00:00Z', attempts, ['2026-04-30T01:00:00Z'])).toMatchObject({
      mayStart: true,
      left: 1,
      untilDay: '2026-05-14',
    });
  });
  it('a passed exam stays passed, a quiz may be repeated', () => {
    const passed = [{ ...failed(1, '2026-03-01T01:00:00Z'), passed: true }];
    expect(at('2026-03-02T01:00:00Z', passed)).toMatchObject({ mayStart: false, reason: 'exam-passed', left: 0 });
    const quiz = startStanding({
      policy: { kind: 'quiz', retakes: null, retakeDays: 14 },
      attempts: passed,
      grants: [],
      now: new Date('2027-01-01T00:00:00Z'),
      zone,
    });
    expect(quiz).toMatchObject({ mayStart: true, left: null, until: null });
  });
  it('an open attempt may always be resumed', () => {
    const open: AttemptFact = { number: 3, state: 'open', startedAt: new Date(0), releasedAt: null, passed: null };
    expect(at('2026-03-02T01:00:00Z', [failed(1, '2025-01-01T00:00:00Z'), open]).mayStart).toBe(true);
  });
  it('once closed a window never opens again by itself', () => {
    fc.assert(
      fc.property(fc.nat(40 * 24), fc.nat(40 * 24), (a, b) => {
        const [first, second] = [Math.min(a, b), Math.max(a, b)];
        const hours = (h: number): string => new Date(Date.UTC(2026, 2, 1) + h * 3_600_000).toISOString();
        const attempts = [failed(1, '2026-03-01T00:00:00Z')];
        if (!at(hours(first), attempts).mayStart) expect(at(hours(second), attempts).mayStart).toBe(false);
      }),
    );
  });
});
