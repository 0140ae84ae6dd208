import { weekStart } from '@waymark/kernel';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  awardsFor,
  matchesConditions,
  Tally,
  type ActivityResult,
  type PointRule,
  type RewardableActivity,
  type RuleConditions,
} from './point-rule.js';
import { parseRuleConditions } from './rule-conditions.js';

const rule = (overrides: Partial<PointRule> = {}): PointRule => ({
  code: 'lesson',
  verb: 'lesson.completed',
  when: {},
  points: 5,
  once: false,
  capDay: null,
  capWeek: null,
  ...overrides,
});
let serial = 0;
const activity = (overrides: Partial<RewardableActivity> = {}): RewardableActivity => ({
  id: `a${(serial += 1)}`,
  personId: 'p',
  verb: 'lesson.completed',
  subjectType: 'lesson',
  subjectId: `s${serial}`,
  result: {},
  day: '2026-03-02',
  ...overrides,
});
const pay = (rules: PointRule[], activities: RewardableActivity[], tally = new Tally()): number[] =>
  awardsFor(rules, activities, tally).map((a) => a.points);

describe('conditions', () => {
  it.each<[RuleConditions, ActivityResult, boolean]>([
    [{ examKind: 'exam' }, { examKind: 'exam' }, true],
    [{ examKind: 'exam' }, { examKind: 'quiz' }, false],
    [{ minScore: 80 }, { scoreBp: 8000 }, true],
    [{ minScore: 80 }, { scoreBp: 7999 }, false],
    [{ minScore: 80 }, {}, false],
    [{ attempt: 1 }, { number: 1 }, true],
    [{ attempt: 1 }, { number: 2 }, false],
    [{ recalled: true }, { recalled: true }, true],
    [{ recalled: true }, { recalled: false }, false],
    [{ recalled: true }, {}, false],
    [{ role: 'mentor' }, { role: 'learner' }, false],
    [{ withinWorkingDays: 3 }, { workingDays: 3 }, true],
    [{ withinWorkingDays: 3 }, { workingDays: 4, timely: 1 }, false],
    [{ withinWorkingDays: 3 }, { timely: 1 }, true],
    [{ withinWorkingDays: 3 }, { timely: 0 }, false],
    [{ examKind: 'exam', minScore: 90 }, { examKind: 'exam', scoreBp: 8900 }, false],
  ])('%j on %j is %s', (when, result, expected) => {
    expect(matchesConditions(when, result)).toBe(expected);
  });

  it('refuses words nobody knows', () => {
    expect(parseRuleConditions({ examKind: 'exam', minScore: 90, attempt: null })).toEqual({
      examKind: 'exam',
      minScore: 90,
    });
    for (const bad of [
      { exam: true },
      { minScore: '80' },
      { minScore: 101 },
      { __proto__x: 1 },
      { role: 'boss' },
      [],
      'x',
      { constructor: 1 },
    ]) {
      expect(() => parseRuleConditions(bad)).toThrow('rule-condition-invalid');
    }
  });
});

describe('awards', () => {
  it('cut at the cap of the day and start anew the next', () => {
    const days = ['2026-03-02', '2026-03-02', '2026-03-02', '2026-03-03'];
    expect(
      pay(
        [rule({ capDay: 8 })],
        days.map((day) => activity({ day })),
      ),
    ).toEqual([5, 3, 5]);
  });

  it('cut at the cap of the week from Monday and say so', () => {
    const days = ['2026-03-01', '2026-03-02', '2026-03-05', '2026-03-08', '2026-03-09'];
    const awards = awardsFor(
      [rule({ capWeek: 12 })],
      days.map((day) => activity({ day })),
      new Tally(),
    );
    expect(awards.map((a) => [a.day, a.points, a.full, a.capped])).toEqual([
      ['2026-03-01', 5, 5, null],
      ['2026-03-02', 5, 5, null],
      ['2026-03-05', 5, 5, null],
      ['2026-03-08', 2, 5, 'week'],
      ['2026-03-09', 5, 5, null],
    ]);
  });

  it('pay a subject once, for each person and rule, also when the first time fell to a cap', () => {
    const rules = [rule({ once: true, capDay: 5 }), rule({ code: 'other', points: 1, once: true })];
    const list = [
      activity({ subjectId: 'x' }),
      activity({ subjectId: 'x' }),
      activity({ subjectId: 'y' }),
      activity({ subjectId: 'y', day: '2026-03-03' }),
      activity({ subjectId: 'x', personId: 'q' }),
    ];
    expect(pay(rules, list)).toEqual([5, 1, 1, 5, 5, 1]);
  });

  it('of several rules for one verb stand beside each other', () => {
    const rules = [
      rule({ code: 'passed', verb: 'attempt.passed', points: 60 }),
      rule({ code: 'high', verb: 'attempt.passed', points: 30, when: { minScore: 90 } }),
    ];
    expect(pay(rules, [activity({ verb: 'attempt.passed', result: { scoreBp: 9100 } })])).toEqual([60, 30]);
    expect(pay(rules, [activity({ verb: 'attempt.passed', result: { scoreBp: 8100 } })])).toEqual([60]);
    expect(pay(rules, [activity()])).toEqual([]);
  });
});

const someActivities = fc.array(
  fc.record({
    personId: fc.constantFrom('p', 'q'),
    verb: fc.constantFrom('lesson.completed', 'review.done'),
    subjectId: fc.constantFrom('x', 'y', 'z'),
    day: fc.constantFrom('2026-03-01', '2026-03-02', '2026-03-03', '2026-03-09'),
  }),
  { maxLength: 60 },
);
const someRules = fc.record({
  once: fc.boolean(),
  points: fc.integer({ min: 1, max: 9 }),
  capDay: fc.option(fc.integer({ min: 1, max: 20 })),
  capWeek: fc.option(fc.integer({ min: 1, max: 30 })),
});

describe('properties', () => {
  const build = (list: { personId: string; verb: string; subjectId: string; day: string }[]): RewardableActivity[] =>
    list.map((a, i) => activity({ ...a, id: `f${i}` }));
  const rulesOf = (r: {
    once: boolean;
    points: number;
    capDay: number | null;
    capWeek: number | null;
  }): PointRule[] => [rule(r), rule({ ...r, code: 'review', verb: 'review.done', once: false })];

  it('batches pay what one go pays, and a replay changes nothing', () => {
    fc.assert(
      fc.property(someActivities, someRules, fc.integer({ min: 1, max: 7 }), (list, r, size) => {
        const activities = build(list);
        const rules = rulesOf(r);
        const whole = awardsFor(rules, activities, new Tally());
        const tally = new Tally();
        const parts = [];
        for (let i = 0; i < activities.length; i += size)
          parts.push(...awardsFor(rules, activities.slice(i, i + size), tally));
        expect(parts).toEqual(whole);
        expect(awardsFor(rules, activities, tally)).toEqual([]);
      }),
    );
  });

  it('no cap is ever passed and no subject paid twice', () => {
    fc.assert(
      fc.property(someActivities, someRules, (list, r) => {
        const awards = awardsFor(rulesOf(r), build(list), new Tally());
        const sum = (keyOf: (a: (typeof awards)[number]) => string): number => {
          const sums = new Map<string, number>();
          for (const a of awards) sums.set(keyOf(a), (sums.get(keyOf(a)) ?? 0) + a.points);
          return Math.max(0, ...sums.values());
        };
        expect(sum((a) => `${a.personId} ${a.ruleCode} ${a.day}`)).toBeLessThanOrEqual(r.capDay ?? Infinity);
        expect(sum((a) => `${a.personId} ${a.ruleCode} ${weekStart(a.day)}`)).toBeLessThanOrEqual(
          r.capWeek ?? Infinity,
        );
        if (r.once) {
          const subjects = awards.filter((a) => a.ruleCode === 'lesson').map((a) => `${a.personId} ${a.subjectId}`);
          expect(new Set(subjects).size).toBe(subjects.length);
        }
      }),
    );
  });
});
