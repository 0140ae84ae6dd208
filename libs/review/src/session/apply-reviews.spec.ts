import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { newMemory, type Grade } from '../schedule/schedule.js';
import { applyReviews, needsReplay, type ReviewEvent, type ReviewedCard } from './apply-reviews.js';

const rule = () => ({ retention: 0.9, zone: 'Asia/Shanghai' });
const start = Date.UTC(2026, 2, 2, 2);
const fresh = (): ReviewedCard => ({ ...newMemory(new Date(start)), id: 'c1', memorySince: new Date(0) });
const event = (hour: number, grade: Grade, id = `e${hour}`): ReviewEvent => ({
  id,
  grade,
  at: new Date(start + hour * 3_600_000),
});

describe('reviews applied', () => {
  it('plays the history again when a review comes late', () => {
    const first = applyReviews(fresh(), [event(0, 3), event(80, 3)], [], rule);
    const card = { ...fresh(), ...first.memory };
    const late = [event(30, 1)];
    expect(needsReplay(card, late)).toBe(true);
    const then = applyReviews(card, late, [event(0, 3), event(80, 3)], rule);
    expect(then.memory).toEqual(applyReviews(fresh(), [event(0, 3), event(30, 1), event(80, 3)], [], rule).memory);
    expect(then.before.get('e30')?.before.reps).toBe(1);
  });

  it('does not move the schedule by a review of what the question was before', () => {
    const card = { ...fresh(), memorySince: new Date(start + 10 * 3_600_000) };
    const { memory, before } = applyReviews(card, [event(5, 4)], [], rule);
    expect(memory).toBe(card);
    expect(before.has('e5')).toBe(true);
  });

  it('ends the same however the reviews are split over submissions and in whatever order', () => {
    const events = fc.uniqueArray(fc.integer({ min: 0, max: 300 }), { minLength: 2, maxLength: 8 }).chain((hours) =>
      fc.record({
        list: fc.constant(hours.map((h, i) => event(h, ((i % 4) + 1) as Grade))),
        order: fc.shuffledSubarray(
          hours.map((_, i) => i),
          { minLength: hours.length },
        ),
        size: fc.integer({ min: 1, max: 4 }),
      }),
    );
    fc.assert(
      fc.property(events, ({ list, order, size }) => {
        const whole = applyReviews(fresh(), list, [], rule).memory;
        let card = fresh();
        const known: ReviewEvent[] = [];
        const arriving = order.map((i) => list[i] as ReviewEvent);
        for (let i = 0; i < arriving.length; i += size) {
          const part = arriving.slice(i, i + size);
          card = { ...card, ...applyReviews(card, part, known, rule).memory };
          known.push(...part);
        }
        const { id: _id, memorySince: _since, ...memory } = card;
        expect(memory).toEqual(whole.lastReviewAt === null ? memory : { ...newMemory(new Date(0)), ...whole });
      }),
      { numRuns: 60 },
    );
  });
});
