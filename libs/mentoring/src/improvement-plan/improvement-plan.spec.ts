import fc from 'fast-check';
import { addDays } from '@waymark/kernel';
import { describe, expect, it } from 'vitest';
import { everyWeek, planEnds, planWeek, ratingProblem, shown, weekFrom } from './improvement-plan.js';

const START = '2026-03-02';

describe('improvement plan', () => {
  it('has two behaviours in each of eight weeks', () => {
    const weeks = everyWeek([
      { week: 1, behaviours: [' Ask first ', 'Sum up'] },
      { week: 5, behaviours: ['Pause', 'Sum up'] },
    ]);
    expect(weeks?.map((w) => w.behaviours.join())).toEqual([
      ...Array.from({ length: 4 }, () => 'Ask first,Sum up'),
      ...Array.from({ length: 4 }, () => 'Pause,Sum up'),
    ]);
    expect(everyWeek([{ week: 2, behaviours: ['a', 'b'] }])).toBeNull();
    expect(everyWeek([{ week: 1, behaviours: ['a'] }])).toBeNull();
    expect(everyWeek([{ week: 1, behaviours: ['a', ' '] }])).toBeNull();
  });

  it('rates a week from its first day until a week after its last', () => {
    expect(ratingProblem(START, 2, '2026-03-08')).toBe('plan-week-not-begun');
    expect(ratingProblem(START, 2, '2026-03-09')).toBeNull();
    expect(ratingProblem(START, 2, '2026-03-22')).toBeNull();
    expect(ratingProblem(START, 2, '2026-03-23')).toBe('plan-week-over');
    expect(
      [addDays(START, -1), START, '2026-03-09', '2026-04-26', '2026-04-27'].map((d) => planWeek(START, d)),
    ).toEqual([0, 1, 2, 8, 9]);
  });

  it('can rate something on every day of the plan, and nothing after it ends', () => {
    const any = (day: string): boolean => [1, 2, 3, 4, 5, 6, 7, 8].some((w) => ratingProblem(START, w, day) === null);
    fc.assert(
      fc.property(fc.integer({ min: -20, max: 120 }), (n) => {
        const day = addDays(START, n);
        expect(any(day)).toBe(day >= weekFrom(START, 1) && day <= planEnds(START));
      }),
    );
  });

  it("hides the other's mark until one's own is given", () => {
    const b = (learner: number | null, mentor: number | null) => ({ week: 1, ordinal: 1, text: 'x', learner, mentor });
    expect(shown([b(null, 3)], 'learner')[0]?.mentor).toBeNull();
    expect(shown([b(4, 3)], 'learner')[0]?.mentor).toBe(3);
    expect(shown([b(4, null)], 'mentor')[0]?.learner).toBeNull();
    expect(shown([b(4, null)], null)[0]?.learner).toBe(4);
  });
});
