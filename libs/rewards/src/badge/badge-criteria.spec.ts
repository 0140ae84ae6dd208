import { describe, expect, it } from 'vitest';
import { badgeNeeds, badgeVerb, parseBadgeCriteria } from './badge-criteria.js';

describe('badge criteria', () => {
  it('know the verb that can bring the badge and how many it needs', () => {
    const streak = parseBadgeCriteria({ streak: 7 });
    expect([badgeVerb(streak), badgeNeeds(streak)]).toEqual(['streak.day', 7]);
    const count = parseBadgeCriteria({
      verb: 'attempt.passed',
      count: 3,
      distinct: true,
      examKind: 'exam',
      minScore: 95,
    });
    expect([badgeVerb(count), badgeNeeds(count)]).toEqual(['attempt.passed', 3]);
  });

  it.each([
    null,
    'x',
    {},
    { streak: 0 },
    { streak: 7, count: 1 },
    { verb: 'x', count: 1 },
    { verb: 'a.b', count: 0 },
    { verb: 'a.b', count: 1, drop: 1 },
    { verb: 'a.b', count: 1, minScore: 101 },
  ])('refuse %j', (bad) => {
    expect(() => parseBadgeCriteria(bad)).toThrow('badge-criteria-invalid');
  });
});
