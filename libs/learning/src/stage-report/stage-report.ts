import type { CheckInRate } from '../check-in/check-in.js';
import { CHECK_IN_TARGET } from '../check-in/check-in.js';

/** The mean that the tests of a stage should reach, 0–100. */
export const TEST_MEAN_TARGET = 80;

export type GateCode = 'nodes' | 'tests' | 'milestones' | 'check-ins';
export interface StageGate {
  code: GateCode;
  value: number;
  target: number;
  met: boolean;
}
export interface StageFacts {
  /** Required nodes done, of all required ones. */
  done: number;
  of: number;
  /** Best scores of the stage's tests, 0–10000; null = not taken yet. */
  testsBp: readonly (number | null)[];
  milestonesSigned: number;
  milestonesOf: number;
  checkIns: CheckInRate;
  /** The stage's last day is over. */
  over: boolean;
}
export interface StageVerdict {
  verdict: 'met' | 'open' | 'missed';
  /** 0–100 with one decimal, floored; null while none was taken. A test not taken yet doesn't count. */
  testMean: number | null;
  gates: StageGate[];
}

/** Mean of the tests that were taken, floored to one decimal as scores are. */
export function testMean(testsBp: readonly (number | null)[]): number | null {
  const taken = testsBp.filter((bp): bp is number => bp !== null);
  if (taken.length === 0) return null;
  return Math.floor(taken.reduce((sum, bp) => sum + bp, 0) / taken.length / 10) / 10;
}

/**
 * What a stage asks for and what is there. The mean is compared as an exact fraction. Met: everything; missed: the days are
 * over and something is not; else open.
 */
export function stageVerdict(f: StageFacts): StageVerdict {
  const mean = testMean(f.testsBp);
  const gates: StageGate[] = [{ code: 'nodes', value: f.done, target: f.of, met: f.done >= f.of }];
  if (f.testsBp.length > 0) {
    const taken = f.testsBp.filter((bp): bp is number => bp !== null);
    const sum = taken.reduce((total, bp) => total + bp, 0);
    gates.push({
      code: 'tests',
      value: mean ?? 0,
      target: TEST_MEAN_TARGET,
      met: taken.length === f.testsBp.length && sum >= TEST_MEAN_TARGET * 100 * taken.length,
    });
  }
  if (f.milestonesOf > 0) {
    gates.push({
      code: 'milestones',
      value: f.milestonesSigned,
      target: f.milestonesOf,
      met: f.milestonesSigned >= f.milestonesOf,
    });
  }
  if (f.checkIns.percent !== null) {
    gates.push({
      code: 'check-ins',
      value: f.checkIns.percent,
      target: CHECK_IN_TARGET,
      met: f.checkIns.done * 100 >= CHECK_IN_TARGET * f.checkIns.of,
    });
  }
  const met = gates.every((g) => g.met);
  return { verdict: met ? 'met' : f.over ? 'missed' : 'open', testMean: mean, gates };
}
