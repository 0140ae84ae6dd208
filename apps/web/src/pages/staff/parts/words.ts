import { hasMessage, t } from '../../../app/i18n.js';
import { day } from '../../../app/format.js';

/** Why somebody's light is what it is: "3 项逾期，最久 9 天". */
export function reasonText(reason: { code: string; count: number | null; days: number | null }): string {
  const base = `staff.reason.${reason.code}`;
  const key = reason.days !== null && reason.days > 0 && hasMessage(`${base}-days`) ? `${base}-days` : base;
  if (!hasMessage(key)) return reason.code;
  const count = reason.count ?? 1;
  return t(key, { n: count, days: reason.days ?? 0 }, count);
}
export function reasonsText(reasons: readonly { code: string; count: number | null; days: number | null }[]): string {
  return reasons.map(reasonText).join(t('staff.semicolon'));
}
/** "1 月 3 日" or words for none. */
export const dayOr = (value: string | null | undefined, none: string): string => (value ? day(value) : none);
/** A word from a family of keys, or the code itself. */
export const word = (family: string, code: string): string =>
  hasMessage(`${family}.${code}`) ? t(`${family}.${code}`) : code;
