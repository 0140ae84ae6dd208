import { describe, expect, it } from 'vitest';
import { flagsOf, type FlagFacts } from './flags.js';
import type { ChoiceMeasure } from './item-measures.js';

const choice = (key: string, share: number, thirds: [number, number, number], correlation: number): ChoiceMeasure => ({
  key,
  count: Math.round(share * 200),
  share,
  thirds,
  correlation,
});
const good: FlagFacts = {
  answered: 200,
  blanks: 0,
  facility: 0.6,
  itemRest: 0.4,
  right: ['a'],
  single: true,
  choices: [
    choice('a', 0.6, [0.3, 0.6, 0.9], 0.4),
    choice('b', 0.2, [0.3, 0.2, 0.1], -0.2),
    choice('c', 0.1, [0.2, 0.1, 0], -0.2),
    choice('d', 0.1, [0.2, 0.1, 0], -0.2),
  ],
};
const codes = (f: FlagFacts) => flagsOf(f).map((x) => (x.choice ? `${x.code} ${x.choice}` : x.code));

describe('flags for authors', () => {
  it('are none for a question that works', () => {
    expect(codes(good)).toEqual([]);
  });

  it('are none below thirty answers, however odd', () => {
    expect(codes({ ...good, answered: 29, itemRest: -0.9, facility: 0.01 })).toEqual([]);
  });

  it('name the choice strong people take when the key may be wrong', () => {
    const choices = [choice('a', 0.3, [0.5, 0.3, 0.1], -0.3), choice('b', 0.7, [0.5, 0.7, 0.9], 0.35)];
    expect(codes({ ...good, facility: 0.3, itemRest: -0.3, choices })).toEqual(['key-suspect b']);
  });

  it('ask for two right answers when strong people are divided', () => {
    const choices = [
      choice('a', 0.5, [0.45, 0.5, 0.55], 0.08),
      choice('b', 0.4, [0.35, 0.4, 0.42], 0.05),
      choice('c', 0.1, [0.2, 0.1, 0], -0.2),
    ];
    expect(codes({ ...good, facility: 0.5, itemRest: 0.08, choices })).toEqual(['two-right b']);
  });

  it('call it guessing when the choices are taken by chance and say nothing', () => {
    const choices = ['a', 'b', 'c', 'd'].map((key) => choice(key, 0.25, [0.25, 0.25, 0.25], 0.01));
    expect(codes({ ...good, facility: 0.25, itemRest: 0.01, choices })).toEqual(['guessing']);
  });

  it('tell a question that works against the rest', () => {
    expect(codes({ ...good, choices: null, itemRest: -0.2 })).toEqual(['against']);
  });

  it('tell too easy, too hard, weak, unused choices and blanks', () => {
    expect(codes({ ...good, facility: 0.97, itemRest: 0.05 })).toEqual(['too-easy']);
    expect(codes({ ...good, facility: 0.1, itemRest: 0.2, choices: null })).toEqual(['too-hard']);
    expect(codes({ ...good, itemRest: 0.1 })).toEqual(['weak']);
    const unused = [...(good.choices ?? []).slice(0, 3), choice('d', 0, [0, 0, 0], 0)];
    expect(codes({ ...good, choices: unused })).toEqual(['unused-choice d']);
    expect(codes({ ...good, blanks: 50 })).toEqual(['often-blank']);
  });
});
