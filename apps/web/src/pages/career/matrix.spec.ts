import { expect, it } from 'vitest';
import { inRange, moved, placesOf } from './matrix.js';

it('a rectangle holds the same places whichever corner it began at', () => {
  const a = { row: 1, column: 3 };
  const b = { row: 2, column: 2 };
  const places = placesOf({ from: a, to: b });
  expect(places).toEqual(placesOf({ from: b, to: a }));
  expect(places).toEqual([
    { row: 1, column: 2 },
    { row: 1, column: 3 },
    { row: 2, column: 2 },
    { row: 2, column: 3 },
  ]);
  for (const place of places) expect(inRange(place, { from: b, to: a })).toBe(true);
  expect(inRange({ row: 0, column: 2 }, { from: a, to: b })).toBe(false);
});

it('keys move inside the matrix only', () => {
  expect(moved({ row: 0, column: 0 }, 'ArrowUp', 3, 4)).toEqual({ row: 0, column: 0 });
  expect(moved({ row: 1, column: 1 }, 'ArrowRight', 3, 4)).toEqual({ row: 1, column: 2 });
  expect(moved({ row: 1, column: 1 }, 'End', 3, 4)).toEqual({ row: 1, column: 3 });
  expect(moved({ row: 1, column: 1 }, 'PageDown', 3, 4)).toEqual({ row: 2, column: 1 });
  expect(moved({ row: 1, column: 1 }, 'x', 3, 4)).toBeNull();
});
