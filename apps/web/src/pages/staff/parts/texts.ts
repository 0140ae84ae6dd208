import type { TextValue } from './TextFields.vue';

type Maybe = { zhCN?: string | null; zhTW?: string | null; en?: string | null } | null | undefined;

export const emptyText = (): TextValue => ({ zhCN: '', zhTW: '', en: '' });
export const toTextValue = (text: Maybe): TextValue => ({
  zhCN: text?.zhCN ?? '',
  zhTW: text?.zhTW ?? '',
  en: text?.en ?? '',
});
/** What is sent: a language without words is left to its fallback. */
export function toTextInput(value: TextValue): { zhCN: string | null; zhTW: string | null; en: string | null } {
  const words = (text: string): string | null => text.trim() || null;
  return { zhCN: words(value.zhCN), zhTW: words(value.zhTW), en: words(value.en) };
}
export const hasWords = (value: TextValue): boolean =>
  Boolean(value.zhCN.trim() || value.zhTW.trim() || value.en.trim());
