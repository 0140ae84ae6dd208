import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { matchesAccepted, normaliseShortAnswer } from './short-answer.js';

describe('normaliseShortAnswer', () => {
  it.each([
    ['ＣＲＭ　系统', 'crm系统'],
    ['「价格异议」。', '价格异议'],
    ['  Price   Objection! ', 'priceobjection'],
    ['e-mail', 'email'],
    ['价格 异议', '价格异议'],
    ['1,000 元', '1000元'],
    ['３．５', '3.5'],
    ['Don’t', 'dont'],
    ['C#', 'c#'],
    ['C++', 'c++'],
    ['Straße', 'straße'],
    ['', ''],
    ['。，！', ''],
  ])('%s → %s', (given, expected) => expect(normaliseShortAnswer(given)).toBe(expected));

  it.each([
    ['3.5', '35'],
    ['-5', '5'],
    ['50%', '50'],
    ['1 2', '12'],
    ['.5', '5'],
    ['C#', 'C'],
    ['10:30', '1030'],
  ])('keeps %s apart from %s', (a, b) => expect(normaliseShortAnswer(a)).not.toBe(normaliseShortAnswer(b)));

  it('is idempotent', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', maxLength: 40 }), (text) => {
        const n = normaliseShortAnswer(text);
        expect(normaliseShortAnswer(n)).toBe(n);
      }),
      { numRuns: 2000 },
    );
  });

  it('does not mind width, case or surrounding space', () => {
    const wide = (s: string): string =>
      s.replace(/[!-~]/g, (c) => String.fromCharCode(c.charCodeAt(0) + 0xfee0)).replace(/ /g, '\u3000');
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom(...'abcXYZ019 .-%价格异议'), maxLength: 20 }), (text) => {
        expect(normaliseShortAnswer(` ${wide(text.toUpperCase())} `)).toBe(normaliseShortAnswer(text));
      }),
    );
  });
});

describe('matchesAccepted', () => {
  it('accepts any accepted answer however it is written', () => {
    expect(matchesAccepted('价格异议！', ['价格异议', '价格'])).toBe(true);
    expect(matchesAccepted('PRICE', ['price objection', 'price'])).toBe(true);
    expect(matchesAccepted('时间异议', ['价格异议'])).toBe(false);
  });
  it('never accepts an answer without content', () => {
    expect(matchesAccepted(' 。 ', ['。'])).toBe(false);
  });
});
