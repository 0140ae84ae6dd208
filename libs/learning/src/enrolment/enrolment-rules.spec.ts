import { makeWorkCalendar } from '@waymark/kernel';
import { describe, expect, it } from 'vitest';
import { missingEvidence, isTimely } from '../milestone/milestone.js';
import { nextStep } from '../today/next-step.js';
import { traineeHealth, type HealthInput } from '../trainee/trainee-health.js';
import { carryOver, monthsBefore, targetKey, type KnownFact } from './carry-over.js';
import { dueDayOf, dueDaysOf } from './due-day.js';
import { meetingsFor } from './meeting-count.js';

const china = makeWorkCalendar({
  weekend: [6, 7],
  exceptions: new Map([
    ['2026-02-14', true],
    ['2026-02-16', false],
    ['2026-02-17', false],
  ]),
});

describe('due days', () => {
  it('counts calendar days from day 1', () => {
    expect(dueDayOf('2026-03-02', 1, null)).toBe('2026-03-02');
    expect(dueDaysOf([{ dueDay: 30 }, { dueDay: null }], '2026-03-02', null)).toEqual(['2026-03-31', null]);
  });
  it('counts working days by the site calendar: a make-up Saturday counts, a holiday does not', () => {
    expect(dueDayOf('2026-02-13', 2, china)).toBe('2026-02-14');
    expect(dueDayOf('2026-02-13', 3, china)).toBe('2026-02-18');
    expect(dueDayOf('2026-02-15', 1, china)).toBe('2026-02-18');
  });
});

describe('carry-over', () => {
  const fact = (over: Partial<KnownFact> = {}): KnownFact => ({
    state: 4,
    completedOn: '2026-01-10',
    unitsDone: 3,
    unitsOf: 3,
    scoreBp: 8600,
    ...over,
  });
  const node = (key: string, id: string | null, carryMonths: number | null = null) => ({
    key,
    target: id ? { kind: 'course', id } : null,
    carryMonths,
  });

  it('matches the target first, then the key', () => {
    const facts = carryOver(
      [node('a', 'x'), node('b', null), node('c', null), node('d', 'y')],
      new Map([
        [targetKey('course', 'x'), fact()],
        [targetKey('course', 'y'), fact({ state: 2, completedOn: null })],
      ]),
      new Map([
        ['a', fact({ state: 2 })],
        ['b', fact({ scoreBp: null })],
      ]),
      '2026-03-02',
    );
    expect(facts.map((f) => [f.index, f.state, f.day])).toEqual([
      [0, 4, '2026-01-10'],
      [1, 4, '2026-01-10'],
      [3, 2, '2026-03-02'],
    ]);
  });
  it('refuses what is older than the node allows', () => {
    const known = new Map([[targetKey('course', 'x'), fact()]]);
    expect(carryOver([node('a', 'x', 1)], known, new Map(), '2026-03-02')).toEqual([]);
    expect(carryOver([node('a', 'x', 2)], known, new Map(), '2026-03-02')).toHaveLength(1);
  });
  it('counts months back to an existing day', () => {
    expect(monthsBefore('2026-03-31', 1)).toBe('2026-02-28');
    expect(monthsBefore('2026-01-15', 13)).toBe('2024-12-15');
  });
});

describe('next step', () => {
  const n = (
    kind: 'course' | 'milestone' | 'mentor-meetings',
    required = true,
    evidence: { kind: string } | null = null,
  ) => ({ kind, required, evidence });
  const columns = (state: number[], dueOn: (string | null)[] = [], unitsOf: number[] = []) => ({
    state,
    dueOn,
    unitsDone: state.map(() => 0),
    unitsOf,
  });

  it('prefers required, then late, then the nearest due day, then what is begun', () => {
    const nodes = [n('course', false), n('course'), n('course'), n('course')];
    expect(nextStep(nodes, columns([1, 1, 1, 2], [null, '2026-03-09', '2026-03-09', '2026-03-09']), '2026-03-05')).toBe(
      3,
    );
    expect(nextStep(nodes, columns([1, 1, 1, 2], [null, '2026-03-09', '2026-03-04', '2026-03-09']), '2026-03-05')).toBe(
      2,
    );
    expect(nextStep(nodes, columns([1, 4, 5, 3]), '2026-03-05')).toBe(0);
    expect(nextStep(nodes, columns([0, 4, 5, 3]), '2026-03-05')).toBe(null);
  });
  it('puts what fills over weeks behind what can be done now, until it is full', () => {
    const nodes = [n('milestone', true, { kind: 'counter' }), n('course')];
    const late = columns([2, 1], ['2026-03-01', '2026-03-09'], [5, 0]);
    expect(nextStep(nodes, late, '2026-03-05')).toBe(1);
    expect(nextStep(nodes, { ...late, unitsDone: [5, 0] }, '2026-03-05')).toBe(0);
    expect(nextStep([nodes[0] as (typeof nodes)[number]], columns([2], [], [5]), '2026-03-05')).toBe(0);
  });
});

describe('mentor meetings', () => {
  const m = (stage: number, target: number) => ({ kind: 'mentor-meetings', stage, evidence: { target } });
  const nodes = [m(0, 1), m(0, 4), { kind: 'reading', stage: 0, evidence: null }, m(1, 4), m(2, 4)];
  it('count for the stage that asks for them, one stage after the other', () => {
    const at = (held: number): number[] => [0, 1, 3, 4].map((i) => meetingsFor(nodes, i, held).done);
    expect(at(0)).toEqual([0, 0, 0, 0]);
    expect(at(3)).toEqual([1, 3, 0, 0]);
    expect(at(6)).toEqual([1, 4, 2, 0]);
    expect(at(12)).toEqual([1, 4, 4, 4]);
    expect(at(30)).toEqual([1, 4, 4, 4]);
  });
});

describe('milestone evidence', () => {
  const content = { text: '', number: null, entries: 0, files: 0 };
  it('asks for what the milestone asks for', () => {
    expect(missingEvidence({ kind: 'text', target: null, needsText: true, minFiles: 0 }, content)).toEqual(['text']);
    expect(missingEvidence({ kind: 'text', target: null, needsText: false, minFiles: 1 }, content)).toEqual(['files']);
    expect(
      missingEvidence({ kind: 'counter', target: 5, needsText: false, minFiles: 0 }, { ...content, entries: 4 }),
    ).toEqual(['entries']);
    expect(
      missingEvidence({ kind: 'counter', target: 5, needsText: true, minFiles: 1 }, { ...content, entries: 5 }),
    ).toEqual(['text', 'files']);
    expect(
      missingEvidence({ kind: 'number', target: 60, needsText: false, minFiles: 0 }, { ...content, number: 59.999 }),
    ).toEqual(['number']);
    expect(
      missingEvidence({ kind: 'number', target: 60, needsText: false, minFiles: 0 }, { ...content, number: 60 }),
    ).toEqual([]);
  });
  it('calls a decision timely within three working days', () => {
    expect(isTimely(china, '2026-02-12', '2026-02-18')).toBe(true);
    expect(isTimely(china, '2026-02-12', '2026-02-19')).toBe(false);
  });
});

describe('trainee health', () => {
  const base: HealthInput = {
    status: 'open',
    day: 19,
    done: 4,
    total: 10,
    overdue: 0,
    pastDue: -5,
    idleDays: 1,
    waiting: 0,
    waitingWorkingDays: 0,
    lacksMentor: false,
    away: false,
    missedCheckIns: 0,
    weeksOver: 0,
  };
  it.each<[string, Partial<HealthInput>, string, string[]]>([
    ['on track', {}, 'on-track', []],
    ['overdue', { overdue: 2, pastDue: 2 }, 'overdue', ['overdue']],
    ['waiting over three working days', { waiting: 1, waitingWorkingDays: 4 }, 'at-risk', ['waiting-signoff']],
    ['waiting three working days', { waiting: 1, waitingWorkingDays: 3 }, 'on-track', []],
    ['idle for a week', { idleDays: 7 }, 'at-risk', ['idle']],
    ['idle for six days', { idleDays: 6 }, 'on-track', []],
    ['not idle while somebody else decides', { idleDays: 19, waiting: 1 }, 'on-track', []],
    ['never begun', { idleDays: null }, 'at-risk', ['not-started']],
    ['not begun on day 3', { idleDays: null, day: 3 }, 'on-track', []],
    ['before the start', { day: -11, idleDays: null, lacksMentor: true }, 'on-track', []],
    ['without a mentor', { lacksMentor: true }, 'at-risk', ['no-mentor']],
    ['idle on leave', { idleDays: 19, lacksMentor: true, away: true }, 'on-track', []],
    ['finished', { status: 'completed', overdue: 3 }, 'done', []],
  ])('%s', (_name, over, light, reasons) => {
    const h = traineeHealth({ ...base, ...over });
    expect([h.light, h.reasons.map((r) => r.code)]).toEqual([light, reasons]);
  });
});
