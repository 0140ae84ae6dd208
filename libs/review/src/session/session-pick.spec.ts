import { describe, expect, it } from 'vitest';
import { pickSession, type Candidate } from './session-pick.js';

const at = (hour: number): Date => new Date(Date.UTC(2026, 2, 10, hour));
const card = (id: string, kind: Candidate['kind'], hour: number, recall: number | null = null): Candidate => ({
  id,
  kind,
  dueAt: at(hour),
  recall,
});

describe('session', () => {
  it('brings steps, then due cards by day, then new ones within their limit', () => {
    const cards = [
      card('n1', 'new', 0),
      card('n2', 'new', 1),
      card('d2', 'due', 3, 0.9),
      card('d1', 'due', 1, 0.95),
      card('s', 'step', 9, 1),
    ];
    expect(pickSession(cards, { limitLeft: 10, newLeft: 1, most: 50 })).toEqual({
      ids: ['s', 'd1', 'd2', 'n1'],
      due: 3,
      fresh: 1,
      returning: false,
    });
  });

  it('after a pause: best remembered first, within the limit, nothing new', () => {
    const cards = [card('a', 'due', 1, 0.3), card('b', 'due', 2, 0.8), card('c', 'due', 3, 0.6), card('n', 'new', 0)];
    expect(pickSession(cards, { limitLeft: 2, newLeft: 5, most: 50 })).toEqual({
      ids: ['b', 'c'],
      due: 2,
      fresh: 0,
      returning: true,
    });
  });

  it('still lets today’s steps end when the limit is used up', () => {
    expect(
      pickSession([card('s', 'step', 1, 1), card('d', 'due', 1, 0.9)], { limitLeft: 0, newLeft: 0, most: 50 }).ids,
    ).toEqual(['s']);
  });

  it('is never longer than asked', () => {
    const cards = Array.from({ length: 80 }, (_, i) => card(`d${i}`, 'due', 1, 0.9));
    expect(pickSession(cards, { limitLeft: 100, newLeft: 0, most: 50 }).ids).toHaveLength(50);
  });
});
