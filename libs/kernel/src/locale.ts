export const LOCALES = ['zh-CN', 'zh-TW', 'en'] as const;
export type Locale = (typeof LOCALES)[number];
/** One text in some or all languages. */
export type Text = Partial<Record<Locale, string>>;

const FALLBACK: Record<Locale, readonly Locale[]> = {
  'zh-CN': ['zh-CN', 'zh-TW', 'en'],
  'zh-TW': ['zh-TW', 'zh-CN', 'en'],
  en: ['en', 'zh-CN', 'zh-TW'],
};

export function isLocale(value: string): value is Locale {
  return (LOCALES as readonly string[]).includes(value);
}

/** The languages to try for a reader, best first. */
export function fallbackChain(locale: Locale): readonly Locale[] {
  return FALLBACK[locale];
}

/** The text in the reader's language or the nearest one there is; '' when there is none. */
export function pickText(text: Text | null | undefined, locale: Locale): string {
  if (!text) return '';
  for (const l of FALLBACK[locale]) if (text[l]) return text[l];
  return '';
}

/** The best supported language for an Accept-Language header or a browser language tag. */
export function negotiateLocale(header: string | null | undefined, otherwise: Locale): Locale {
  for (const part of (header ?? '').split(',')) {
    const tag = part.split(';')[0]?.trim().toLowerCase() ?? '';
    if (/^zh\b.*(tw|hk|mo|hant)/.test(tag)) return 'zh-TW';
    if (tag.startsWith('zh')) return 'zh-CN';
    if (tag.startsWith('en')) return 'en';
  }
  return otherwise;
}
