import { describe, expect, it } from 'vitest';
import { stageVerdict, testMean, type StageFacts } from './stage-report.js';

const facts: StageFacts = {
  done: 10,
  of: 10,
  testsBp: [7600, 8400],
  milestonesSigned: 2,
  milestonesOf: 2,
  checkIns: { done: 4, of: 4, percent: 100 },
  over: true,
};

describe('stage report', () => {
  it('means the tests that were taken, floored to one decimal', () => {
    expect(testMean([])).toBeNull();
    expect(testMean([null, null])).toBeNull();
    expect(testMean([7999, null])).toBe(79.9);
    expect(testMean([7996, 7997])).toBe(79.9);
  });
  it('is met when everything is, the mean of two tests at exactly 80 included', () => {
    expect(stageVerdict(facts).verdict).toBe('met');
    expect(stageVerdict(facts).gates.map((g) => g.code)).toEqual(['nodes', 'tests', 'milestones', 'check-ins']);
  });
  it('is not met a hair under 80, or with a test not taken', () => {
    const under = stageVerdict({ ...facts, testsBp: [7999, 8000] });
    expect(under).toMatchObject({ verdict: 'missed', testMean: 79.9 });
    expect(stageVerdict({ ...facts, testsBp: [9000, null] }).verdict).toBe('missed');
  });
  it('is open until its days are over', () => {
    expect(stageVerdict({ ...facts, done: 9, over: false }).verdict).toBe('open');
    expect(stageVerdict({ ...facts, done: 9 }).verdict).toBe('missed');
  });
  it('compares the check-ins as a fraction, and asks for none before the first week is over', () => {
    const six = stageVerdict({ ...facts, checkIns: { done: 6, of: 7, percent: 85 } });
    expect(six.gates.at(-1)).toMatchObject({ code: 'check-ins', met: true });
    expect(stageVerdict({ ...facts, checkIns: { done: 5, of: 6, percent: 83 } }).verdict).toBe('missed');
    const none = stageVerdict({ ...facts, checkIns: { done: 0, of: 0, percent: null }, testsBp: [], milestonesOf: 0 });
    expect(none.gates.map((g) => g.code)).toEqual(['nodes']);
  });
});
