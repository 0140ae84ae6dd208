import { pinyin } from 'pinyin-pro';
import type { Locale } from '@waymark/kernel';

const HAN = /\p{Script=Han}/u;

/** What a Chinese or Latin name sorts by: '李晓华' → 'li xiao hua'. Surnames with a reading of their own are known. */
export function sortKeyOf(name: string): string {
  const plain = name.normalize('NFKC').trim();
  if (!HAN.test(plain)) return plain.toLowerCase();
  return pinyin(plain, {
    toneType: 'none',
    type: 'array',
    mode: 'surname',
    surname: 'head',
    nonZh: 'consecutive',
    v: true,
  })
    .map((s) => s.trim())
    .filter((s) => s !== '')
    .join(' ')
    .toLowerCase();
}

/** Everything a person is looked up by, in lower case: name, pinyin joined, initials, English name, number. */
export function searchTextOf(name: string, nameEn: string | null, employeeNumber: string): string {
  const syllables = sortKeyOf(name).split(' ');
  const parts = [
    name.normalize('NFKC'),
    syllables.join(''),
    syllables.join(' '),
    HAN.test(name) ? syllables.map((s) => s[0] ?? '').join('') : '',
    nameEn ?? '',
    employeeNumber,
  ];
  return ` ${parts
    .filter((p) => p !== '')
    .join(' | ')
    .toLowerCase()}`;
}

/** A typed search word in the spelling of `searchTextOf`, with LIKE's own signs taken as letters. */
export function searchPattern(typed: string): string {
  const word = typed.normalize('NFKC').trim().toLowerCase().replace(/\s+/g, ' ');
  return `%${word.replace(/[\\%_]/g, '\\$&')}%`;
}

export const FORMER_EMPLOYEE: Record<Locale, string> = {
  'zh-CN': '已离职员工',
  'zh-TW': '已離職員工',
  en: 'Former employee',
};

/** The name a reader sees: the English one in English where there is one. */
export function displayName(name: string | null, nameEn: string | null, locale: Locale): string {
  if (name === null) return FORMER_EMPLOYEE[locale];
  return locale === 'en' && nameEn ? nameEn : name;
}

/** The one letter shown where there is no picture. */
export function initialOf(name: string): string {
  return [...name.trim()][0]?.toUpperCase() ?? '?';
}
