import { addDays, isLocalDay, type LocalDay, type Locale } from '@waymark/kernel';

const EXCEL_DAY_ZERO = '1899-12-30';

/**
 * A day as people write it: 2026-03-02, 2026/3/2, 2026.3.2, 2026年3月2日, 20260302, with a time behind, or as the serial
 * number of a spreadsheet. Days whose month can't be told (03/02/2026) are not guessed.
 */
export function readDay(text: string): LocalDay | null {
  const plain = text.normalize('NFKC').trim();
  const m =
    /^(\d{4})\s*[-/.年]\s*(\d{1,2})\s*[-/.月]\s*(\d{1,2})\s*日?(?:[T\s]+\d{1,2}:\d{2}.*)?$/.exec(plain) ??
    /^(\d{4})(\d{2})(\d{2})$/.exec(plain);
  if (m) {
    const day = `${m[1]}-${m[2]?.padStart(2, '0')}-${m[3]?.padStart(2, '0')}`;
    return isLocalDay(day) ? day : null;
  }
  const serial = /^\d{5}(?:\.\d+)?$/.test(plain) ? Math.floor(Number(plain)) : 0;
  return serial >= 20_000 && serial <= 80_000 ? addDays(EXCEL_DAY_ZERO, serial) : null;
}

const LOCALE_WORDS: Record<string, Locale> = {
  'zh-cn': 'zh-CN',
  'zh-hans': 'zh-CN',
  zh: 'zh-CN',
  中文: 'zh-CN',
  简体中文: 'zh-CN',
  简体: 'zh-CN',
  'zh-tw': 'zh-TW',
  'zh-hant': 'zh-TW',
  繁体中文: 'zh-TW',
  繁體中文: 'zh-TW',
  繁體: 'zh-TW',
  繁体: 'zh-TW',
  en: 'en',
  'en-us': 'en',
  'en-gb': 'en',
  english: 'en',
  英文: 'en',
  英语: 'en',
  英語: 'en',
};

export function readLocale(text: string): Locale | null {
  return LOCALE_WORDS[text.normalize('NFKC').trim().toLowerCase().replace('_', '-')] ?? null;
}

/** The parts of '华北 / 销售 / 一部', written with any usual separator. */
export function pathParts(text: string): string[] {
  return text
    .normalize('NFKC')
    .split(/[/\\>›»|]/)
    .map((p) => p.trim())
    .filter((p) => p !== '');
}

/** The key two spellings of a name agree on. */
export function nameKey(text: string): string {
  return text.normalize('NFKC').trim().toLowerCase().replace(/\s+/g, ' ');
}

export function readTags(text: string): string[] {
  return [
    ...new Set(
      text
        .split(/[;；,，、]/)
        .map((t) => t.trim())
        .filter((t) => t !== ''),
    ),
  ];
}
