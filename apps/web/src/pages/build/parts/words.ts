import { LOCALES, pickText, type Locale, type Text } from '@waymark/kernel';
import { asApiError } from '../../../app/errors.js';
import { dayTime } from '../../../app/format.js';
import { hasMessage, t } from '../../../app/i18n.js';
import { wordError } from '../../../app/errors.js';
import { brand } from '../../../app/viewer.js';

/** One text in every language; a language without words is an empty string. */
export interface Words {
  zhCN: string;
  zhTW: string;
  en: string;
}
export const FIELD: Record<Locale, keyof Words> = { 'zh-CN': 'zhCN', 'zh-TW': 'zhTW', en: 'en' };

type Maybe = { zhCN?: string | null; zhTW?: string | null; en?: string | null } | null | undefined;
export const noWords = (): Words => ({ zhCN: '', zhTW: '', en: '' });
export const toWords = (text: Maybe): Words => ({
  zhCN: text?.zhCN ?? '',
  zhTW: text?.zhTW ?? '',
  en: text?.en ?? '',
});
export const asText = (words: Words): Text => ({ 'zh-CN': words.zhCN, 'zh-TW': words.zhTW, en: words.en });
/** In that language, else in the nearest one that has words. */
export const wordsIn = (words: Words, locale: Locale): string => pickText(asText(words), locale);
export const hasWords = (words: Words): boolean => Object.values(words).some((value: string) => value.trim() !== '');
export const sameWords = (a: Words, b: Words): boolean => a.zhCN === b.zhCN && a.zhTW === b.zhTW && a.en === b.en;

/** The languages of the company, in the order of the product. */
export function companyLanguages(): Locale[] {
  const wanted = LOCALES.filter((l) => brand.value?.languages.includes(l) ?? true);
  return wanted.length > 0 ? wanted : ['zh-CN'];
}

/** Who changed it meanwhile and when, in a sentence. */
export function conflictWords(error: unknown): string {
  const { reason, params } = asApiError(error);
  if (reason !== 'changed-meanwhile' && reason !== 'stale-revision') return wordError(error);
  const at = typeof params['at'] === 'string' ? dayTime(params['at']) : null;
  if (typeof params['by'] === 'string' && params['by'] && at) return t('build.conflictBy', { name: params['by'], at });
  return at ? t('build.conflictAt', { at }) : wordError(error);
}

/** What stops publishing, in words. */
export function problemWords(problem: { code: string; params: unknown }, area: string): string {
  const params = (problem.params ?? {}) as Record<string, string | number | string[]>;
  const named = Object.fromEntries(
    Object.entries(params).map(([key, value]) => [
      key,
      Array.isArray(value) ? value.join(t('common.listComma')) : value,
    ]),
  );
  if (typeof named['locale'] === 'string') named['locale'] = t(`build.languageName.${named['locale']}`);
  const key = area.includes('.') ? area : `build.${area}.problem.${problem.code}`;
  return hasMessage(key) ? t(key, named) : problem.code;
}
