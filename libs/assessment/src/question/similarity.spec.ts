import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ALIKE, resemblance, SKETCH, sketchOf } from './similarity.js';

const like = (a: string, b: string): number => resemblance(sketchOf(a), sketchOf(b));

describe('resemblance of stems', () => {
  it.each([
    ['客户说价格太高，第一步该做什么？', '客户说：“价格太高”，第一步应该做什么？'],
    [
      'Which step comes first when a customer says the price is too high?',
      'Which step comes first if a customer says the price is too high',
    ],
    ['The code is {{1}}.', 'the code is {{2}}'],
  ])('%s ~ %s', (a, b) => expect(like(a, b)).toBeGreaterThanOrEqual(ALIKE));
  it.each([
    ['客户说价格太高，第一步该做什么？', '客户说交货太慢，最后一步是谁签字？'],
    ['Which step comes first when a customer says the price is too high?', 'Who signs a contract above the limit?'],
  ])('%s is another question than %s', (a, b) => expect(like(a, b)).toBeLessThan(ALIKE));

  it('is 1 for the same words, the same from both sides, and never above 1', () => {
    const stem = fc.string({ unit: fc.constantFrom(...'价格异议处理客户abc def?'), maxLength: 300 });
    fc.assert(
      fc.property(stem, stem, (a, b) => {
        const [x, y] = [sketchOf(a), sketchOf(b)];
        expect(x.length).toBeLessThanOrEqual(SKETCH);
        if (x.length > 0) expect(resemblance(x, x)).toBe(1);
        expect(resemblance(x, y)).toBe(resemblance(y, x));
        expect(resemblance(x, y)).toBeLessThanOrEqual(1);
      }),
    );
  });
});
