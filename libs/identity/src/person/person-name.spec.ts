import { describe, expect, it } from 'vitest';
import { displayName, initialOf, searchPattern, searchTextOf, sortKeyOf } from './person-name.js';

describe('names', () => {
  it.each([
    ['李晓华', 'li xiao hua'],
    ['曾国庆', 'zeng guo qing'],
    ['单明', 'shan ming'],
    ['Alice Wong', 'alice wong'],
  ])('%s sorts as %s', (name, key) => expect(sortKeyOf(name)).toBe(key));

  it('is found by name, pinyin, initials, English name and number', () => {
    const text = searchTextOf('李晓华', 'Lily Li', 'QM0042');
    for (const word of ['晓华', 'lixiao', 'xiao hua', 'lxh', 'lily', 'qm00']) expect(text).toContain(word);
  });

  it("takes LIKE's own signs as letters", () => expect(searchPattern(' 100%_ ')).toBe('%100\\%\\_%'));

  it('shows the English name in English and a former employee without a name', () => {
    expect(displayName('李晓华', 'Lily Li', 'en')).toBe('Lily Li');
    expect(displayName('李晓华', null, 'en')).toBe('李晓华');
    expect(displayName(null, null, 'zh-TW')).toBe('已離職員工');
    expect(initialOf('𠮷田')).toBe('𠮷');
  });
});
