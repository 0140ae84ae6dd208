import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { competencyGap, nextVersion, normaliseWords, type DimensionWords } from './competency.js';
import { ratingSource } from './competency.policy.js';

const words = (over: Partial<DimensionWords> = {}): DimensionWords => ({
  name: { en: 'Communication', 'zh-CN': '沟通' },
  description: { en: 'Felt understood?' },
  levels: [
    { level: 2, description: { en: 'asks' }, evidence: {} },
    { level: 1, description: { en: ' listens ' }, evidence: { en: 'minutes', 'zh-CN': '' } },
  ],
  ...over,
});
const code = (work: () => unknown): unknown => {
  try {
    work();
    return null;
  } catch (error) {
    return (error as { code?: string }).code;
  }
};

describe('words of a dimension', () => {
  it('are trimmed, in the order of levels, without empty languages', () => {
    expect(normaliseWords(words(), [1, 2])).toEqual({
      name: { en: 'Communication', 'zh-CN': '沟通' },
      description: { en: 'Felt understood?' },
      levels: [
        { level: 1, description: { en: 'listens' }, evidence: { en: 'minutes' } },
        { level: 2, description: { en: 'asks' }, evidence: {} },
      ],
    });
  });

  it('need a name, every level once and nothing too long', () => {
    expect(code(() => normaliseWords(words({ name: { en: ' ' } }), [1, 2]))).toBe('name-needed');
    expect(code(() => normaliseWords(words(), [1, 2, 3]))).toBe('competency-level-missing');
    expect(code(() => normaliseWords(words(), [1]))).toBe('competency-level-unknown');
    expect(code(() => normaliseWords(words({ description: { en: 'x'.repeat(2001) } }), [1, 2]))).toBe(
      'competency-text-too-long',
    );
    const level = { level: 1, description: { en: 'a' }, evidence: {} };
    expect(code(() => normaliseWords(words({ levels: [level, level] }), [1]))).toBe('competency-level-unknown');
  });

  it('make a new version only when they differ, whatever the order of keys', () => {
    const before = normaliseWords(words(), [1, 2]);
    const same = { ...before, name: { 'zh-CN': '沟通', en: 'Communication' } };
    expect(nextVersion({ version: 3, sense: 2 }, before, same, true)).toBeNull();
    const other = { ...before, name: { en: 'Talking' } };
    expect(nextVersion({ version: 3, sense: 2 }, before, other, false)).toEqual({ version: 4, sense: 2 });
    expect(nextVersion({ version: 3, sense: 2 }, before, other, true)).toEqual({ version: 4, sense: 3 });
  });
});

it('a gap is never negative, and closes when what is assessed reaches what is required', () => {
  const level = fc.option(fc.integer({ min: 1, max: 9 }), { nil: null });
  fc.assert(
    fc.property(level, level, (required, assessed) => {
      const gap = competencyGap({ required, assessed });
      expect(gap).toBeGreaterThanOrEqual(0);
      expect(gap === 0).toBe(required === null || (assessed ?? 0) >= required);
    }),
  );
  expect(competencyGap({ required: 3, assessed: 1 })).toBe(2);
});

it('rates as oneself, as mentor or as manager; nobody else may', () => {
  expect(ratingSource('a', 'a', new Set())).toBe('self');
  expect(ratingSource('a', 'b', new Set(['mentor', 'manager']))).toBe('mentor');
  expect(ratingSource('a', 'b', new Set(['delegate']))).toBe('mentor');
  expect(ratingSource('a', 'b', new Set(['manager']))).toBe('manager');
  expect(code(() => ratingSource('a', 'b', new Set()))).toBe('rating-not-supervised');
});
