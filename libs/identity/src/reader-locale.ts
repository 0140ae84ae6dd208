import { negotiateLocale, type Locale } from '@waymark/kernel';

/** The language to answer in: the signed-in person's, else what the browser asks for. */
export function readerLocale(reader: { viewer: { locale: Locale } | null; acceptLanguage: string }): Locale {
  return reader.viewer?.locale ?? negotiateLocale(reader.acceptLanguage, 'zh-CN');
}
