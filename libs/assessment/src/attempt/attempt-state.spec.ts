import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isOverdue, mayStep, saveVerdict, stateAfterMarking, submission, type AttemptClock } from './attempt-state.js';

const deadline = new Date('2026-03-02T02:00:00Z');
const after = (ms: number): Date => new Date(deadline.getTime() + ms);
const open: AttemptClock = { state: 'open', submittedBy: null, deviceId: 'device-one', deadlineAt: deadline };

describe('the server clock', () => {
  it.each([
    [-1, 'counts'],
    [0, 'counts'],
    [5_000, 'counts'],
    [5_001, 'late'],
  ] as const)('an answer %i ms after the deadline %s', (ms, verdict) => {
    expect(saveVerdict(open, 'device-one', after(ms))).toBe(verdict);
  });
  it('an untimed attempt never closes', () => {
    expect(saveVerdict({ ...open, deadlineAt: null }, 'device-one', after(1e9))).toBe('counts');
    expect(isOverdue({ state: 'open', deadlineAt: null }, after(1e9))).toBe(false);
  });
  it('another device is told, whatever the time', () => {
    fc.assert(
      fc.property(fc.integer({ min: -1e6, max: 1e6 }), (ms) => {
        expect(saveVerdict(open, 'device-two', after(ms))).toBe('attempt-taken-over');
      }),
    );
  });
  it('after the learner submitted nothing is taken, after the deadline it is kept as late', () => {
    expect(saveVerdict({ ...open, state: 'graded', submittedBy: 'learner' }, 'device-one', after(0))).toBe(
      'attempt-submitted',
    );
    expect(saveVerdict({ ...open, state: 'graded', submittedBy: 'deadline' }, 'device-one', after(9e9))).toBe('late');
  });
  it('a submission after the deadline counts as made at the deadline', () => {
    expect(submission(deadline, after(-1))).toEqual({ submittedAt: after(-1), submittedBy: 'learner' });
    expect(submission(deadline, after(1))).toEqual({ submittedAt: deadline, submittedBy: 'deadline' });
    expect(submission(null, after(1))).toEqual({ submittedAt: after(1), submittedBy: 'learner' });
  });
});

describe('steps', () => {
  it('never go back', () => {
    expect(mayStep('open', stateAfterMarking(1))).toBe(true);
    expect(mayStep('submitted', 'graded')).toBe(true);
    expect(mayStep('graded', 'graded')).toBe(true);
    expect(mayStep('graded', 'submitted')).toBe(false);
    expect(mayStep('submitted', 'open')).toBe(false);
  });
});
