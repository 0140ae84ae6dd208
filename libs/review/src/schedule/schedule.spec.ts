import { daysBetween, localDayOf } from '@waymark/kernel';
import fc from 'fast-check';
import { createEmptyCard, fsrs, Rating } from 'ts-fsrs';
import { describe, expect, it } from 'vitest';
import {
  afterReview,
  GRADES,
  LONGEST_DAYS,
  newMemory,
  nextDates,
  recallOn,
  replay,
  type Grade,
  type Memory,
  type ScheduleRule,
} from './schedule.js';

const rule: ScheduleRule = { retention: 0.9, zone: 'Asia/Shanghai' };
const CARD = '01890000-0000-7000-8000-00000000000a';
const start = new Date('2026-03-02T02:00:00Z');
const grade = fc.constantFrom<Grade>(1, 2, 3, 4);

function run(grades: readonly Grade[], r = rule): Memory {
  let memory = newMemory(start);
  let at = start;
  for (const g of grades) {
    memory = afterReview(memory, CARD, { grade: g, at }, r).memory;
    at = memory.dueAt;
  }
  return memory;
}

describe('schedule', () => {
  it('starts with the published FSRS-6 stabilities and difficulties', () => {
    const reference = fsrs({ enable_fuzz: false }).repeat(createEmptyCard(start), start);
    for (const g of GRADES) {
      const { memory } = afterReview(newMemory(start), CARD, { grade: g, at: start }, rule);
      expect(memory.stability).toBeCloseTo(reference[g as unknown as Rating.Good].card.stability, 6);
      expect(memory.difficulty).toBeCloseTo(reference[g as unknown as Rating.Good].card.difficulty, 6);
    }
  });

  it('brings a forgotten card back after ten minutes and a known one on a later day', () => {
    const next = nextDates(newMemory(start), CARD, start, rule);
    expect(next.map((n) => n.grade)).toEqual([1, 2, 3, 4]);
    expect(next[0]).toMatchObject({ minutes: 10, days: 0 });
    expect(next[2]?.days).toBeGreaterThanOrEqual(1);
    expect(next[3]?.days).toBeGreaterThan(next[2]?.days ?? 99);
  });

  it('is due from the first minute of the local day', () => {
    const { memory } = afterReview(newMemory(start), CARD, { grade: 4, at: start }, rule);
    expect(memory.dueAt.toISOString()).toMatch(/T16:00:00.000Z$/);
    expect(daysBetween(localDayOf(start, rule.zone), localDayOf(memory.dueAt, rule.zone))).toBe(memory.scheduledDays);
  });

  it('counts an evening and the next morning as one day', () => {
    const evening = afterReview(newMemory(start), CARD, { grade: 3, at: new Date('2026-03-02T12:00:00Z') }, rule);
    const morning = afterReview(evening.memory, CARD, { grade: 3, at: new Date('2026-03-02T23:00:00Z') }, rule);
    expect(morning.elapsedDays).toBe(1);
  });

  it('remembers to 90 % at the end of the stability, and less later', () => {
    const memory = { ...run([3, 3]), stability: 10 };
    const last = memory.lastDay as string;
    const on = (n: number) =>
      recallOn(memory, localDayOf(new Date(Date.parse(`${last}T00:00:00Z`) + n * 86_400_000), 'UTC'), 0.9) ?? 0;
    expect(on(0)).toBe(1);
    expect(on(10)).toBeCloseTo(0.9, 4);
    expect(on(30)).toBeLessThan(on(10));
    expect(recallOn(newMemory(start), '2026-03-02', 0.9)).toBeNull();
  });

  it('orders the four dates by grade, never beyond a year, and keeps what it showed', () => {
    fc.assert(
      fc.property(fc.array(grade, { maxLength: 12 }), grade, fc.integer({ min: 0, max: 60 }), (before, g, late) => {
        const memory = run(before);
        const at = new Date(memory.dueAt.getTime() + late * 86_400_000);
        const dates = nextDates(memory, CARD, at, rule);
        for (let i = 1; i < 4; i += 1)
          expect(dates[i]?.dueAt.getTime()).toBeGreaterThanOrEqual(dates[i - 1]?.dueAt.getTime() ?? Infinity);
        expect(dates[3]?.days).toBeLessThanOrEqual(LONGEST_DAYS);
        expect(dates.every((d) => d.dueAt > at)).toBe(true);
        const done = afterReview(memory, CARD, { grade: g, at }, rule);
        expect(done.memory.dueAt).toEqual(dates[g - 1]?.dueAt);
        expect(done.memory.difficulty).toBeGreaterThanOrEqual(1);
        expect(done.memory.difficulty).toBeLessThanOrEqual(10);
      }),
      { numRuns: 150 },
    );
  });

  it('grows in stability with recall and shrinks with forgetting', () => {
    const known = run([3, 3, 3]);
    expect(run([3, 3, 3, 3]).stability).toBeGreaterThan(known.stability);
    expect(run([3, 3, 3, 4]).stability).toBeGreaterThan(run([3, 3, 3, 2]).stability);
    const forgotten = run([3, 3, 3, 1]);
    expect(forgotten.stability).toBeLessThan(known.stability);
    expect(forgotten).toMatchObject({ state: 'relearning', lapses: 1 });
  });

  it('asks sooner for a higher desired retention', () => {
    const at = (retention: number) =>
      run([3, 3, 3], { ...rule, retention }).scheduledDays / run([3, 3, 3], { ...rule, retention }).stability;
    expect(at(0.95)).toBeLessThan(at(0.9));
    expect(at(0.9)).toBeLessThan(at(0.82));
  });

  it('gives the same memory for any order of arrival', () => {
    fc.assert(
      fc.property(
        fc.uniqueArray(fc.integer({ min: 0, max: 400 }), { minLength: 1, maxLength: 10 }),
        fc.array(grade, { minLength: 10, maxLength: 10 }),
        fc.infiniteStream(fc.nat()),
        (hours, grades, order) => {
          const reviews = hours.map((h, i) => ({
            at: new Date(start.getTime() + h * 3_600_000),
            grade: grades[i] as Grade,
          }));
          const shuffled = reviews
            .map((r) => ({ r, k: order.next().value as number }))
            .sort((a, b) => a.k - b.k)
            .map((x) => x.r);
          const a = replay(CARD, reviews, () => rule, newMemory(start)).at(-1)?.memory;
          expect(replay(CARD, shuffled, () => rule, newMemory(start)).at(-1)?.memory).toEqual(a);
        },
      ),
      { numRuns: 80 },
    );
  });

  it('survives a journey westward that makes the day smaller', () => {
    const first = afterReview(
      newMemory(start),
      CARD,
      { grade: 3, at: new Date('2026-03-02T13:00:00Z') },
      { ...rule, zone: 'Pacific/Auckland' },
    );
    const second = afterReview(
      first.memory,
      CARD,
      { grade: 3, at: new Date('2026-03-02T14:00:00Z') },
      { ...rule, zone: 'Pacific/Honolulu' },
    );
    expect(second.elapsedDays).toBe(0);
  });
});
