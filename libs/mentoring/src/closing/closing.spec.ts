import { describe, expect, it } from 'vitest';
import { closingProblem, feedbackMeans } from './closing.js';

describe('the end of a pairing', () => {
  it.each([
    ['long before the end', { endDay: '2026-06-30', endedOn: null }, '2026-06-15', 'closing-too-early'],
    ['two weeks before', { endDay: '2026-06-30', endedOn: null }, '2026-06-16', null],
    ['ended early', { endDay: '2026-06-30', endedOn: '2026-04-01' }, '2026-04-01', null],
    ['sixty days after', { endDay: '2026-06-30', endedOn: '2026-06-30' }, '2026-08-29', null],
    ['later', { endDay: '2026-06-30', endedOn: '2026-06-30' }, '2026-08-30', 'closing-too-late'],
  ])('%s', (_name, pairing, today, code) => {
    expect(closingProblem(pairing, today)).toBe(code);
  });

  it('gives no mean of fewer than three', () => {
    const answer = (prepared: number, useful: number) => ({ prepared, useful });
    expect(feedbackMeans([answer(5, 5), answer(4, 4)])).toBeNull();
    expect(feedbackMeans([answer(5, 3), answer(4, 4), answer(3, 5)])).toEqual({ prepared: 4, useful: 4 });
  });
});
