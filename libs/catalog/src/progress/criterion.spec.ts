import { describe, expect, it } from 'vitest';
import { coveredPercent, isMet, placeBounds, watchedTooFast, type LessonMeasure } from './criterion.js';

const measure = (over: Partial<LessonMeasure>): LessonMeasure => ({ length: null, furthest: 0, seen: [], ...over });

describe('what completes a lesson', () => {
  it('a film by 90 % of its seconds seen, never by winding to the end', () => {
    expect(isMet('watched', measure({ length: 100, furthest: 100, seen: [{ from: 95, to: 100 }] }))).toBe(false);
    expect(isMet('watched', measure({ length: 100, seen: [{ from: 0, to: 89 }] }))).toBe(false);
    expect(
      isMet(
        'watched',
        measure({
          length: 100,
          seen: [
            { from: 0, to: 50 },
            { from: 60, to: 100 },
          ],
        }),
      ),
    ).toBe(true);
    expect(isMet('watched', measure({ length: 61, seen: [{ from: 0, to: 54 }] }))).toBe(false);
    expect(isMet('watched', measure({ length: 61, seen: [{ from: 0, to: 55 }] }))).toBe(true);
    expect(
      isMet(
        'watched',
        measure({
          length: 100,
          seen: [
            { from: 0, to: 60 },
            { from: 0, to: 60 },
          ],
        }),
      ),
    ).toBe(false);
    expect(isMet('watched', measure({ length: null, seen: [{ from: 0, to: 60 }] }))).toBe(false);
  });

  it('a document by all of its pages', () => {
    expect(isMet('all-pages', measure({ length: 3, seen: [{ from: 1, to: 3 }] }))).toBe(false);
    expect(
      isMet(
        'all-pages',
        measure({
          length: 3,
          seen: [
            { from: 3, to: 4 },
            { from: 1, to: 3 },
          ],
        }),
      ),
    ).toBe(true);
  });

  it('an article by its end', () => {
    expect(isMet('read-to-end', measure({ furthest: 9_799 }))).toBe(false);
    expect(isMet('read-to-end', measure({ furthest: 9_800 }))).toBe(true);
  });

  it('nothing that reports completion itself by what was seen', () => {
    const everything = measure({ length: 1, furthest: 10_000, seen: [{ from: 0, to: 100 }] });
    expect(isMet('acknowledged', everything)).toBe(false);
    expect(isMet('package-completed', everything)).toBe(false);
  });

  it('is shown rounded down, at most 100', () => {
    expect(coveredPercent('watched', measure({ length: 3, seen: [{ from: 0, to: 2 }] }))).toBe(66.6);
    expect(coveredPercent('read-to-end', measure({ furthest: 12_000 }))).toBe(100);
  });
});

it('places stay inside the lesson', () => {
  expect(placeBounds('watched', 60)).toEqual({ first: 0, end: 60 });
  expect(placeBounds('all-pages', 4)).toEqual({ first: 1, end: 5 });
  expect(placeBounds('read-to-end', null)).toEqual({ first: 0, end: 10_000 });
});

it('nobody watches more than twice the time that passed, and a minute', () => {
  expect(watchedTooFast([{ from: 0, to: 60 }], 0)).toBe(false);
  expect(watchedTooFast([{ from: 0, to: 61 }], 0)).toBe(true);
  expect(watchedTooFast([{ from: 0, to: 260 }], 100)).toBe(false);
  expect(watchedTooFast([{ from: 0, to: 261 }], 100)).toBe(true);
});
