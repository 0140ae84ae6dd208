import { locale, t } from './i18n.js';
import { zone } from './viewer.js';

// English dates read day before month: "Tue 7 April".
const tags = { 'zh-CN': 'zh-CN', 'zh-TW': 'zh-TW', en: 'en-GB' } as const;
const formats = new Map<string, Intl.DateTimeFormat>();
const numbers = new Map<string, Intl.NumberFormat>();

function dates(
  options: Intl.DateTimeFormatOptions,
  timeZone: string,
  tag: string = tags[locale.value],
): Intl.DateTimeFormat {
  const key = `${tag}|${timeZone}|${JSON.stringify(options)}`;
  let format = formats.get(key);
  if (!format) {
    format = new Intl.DateTimeFormat(tag, { ...options, timeZone });
    formats.set(key, format);
  }
  return format;
}

type LocalDay = string;
type Instant = string | Date;

const utc = (day: LocalDay): Date => new Date(`${day}T00:00:00Z`);
const at = (instant: Instant): Date => (typeof instant === 'string' ? new Date(instant) : instant);

/** 1,240 */
export function number(value: number, options: Intl.NumberFormatOptions = {}): string {
  const key = `${locale.value}|${JSON.stringify(options)}`;
  let format = numbers.get(key);
  if (!format) {
    format = new Intl.NumberFormat(tags[locale.value], options);
    numbers.set(key, format);
  }
  return format.format(value);
}
/** 4.5, at most one decimal */
export const decimal = (value: number): string => number(value, { maximumFractionDigits: 1 });
/** 45 minutes, from two hours on 4.5 hours */
export const timeWords = (minutes: number): string =>
  minutes >= 120 ? t('unit.hours', { n: decimal(minutes / 60) }) : t('unit.minutes', { n: minutes }, minutes);
/** Of 0..1 */
export const percent = (value: number): string => number(value, { style: 'percent', maximumFractionDigits: 0 });
/** Hundredths of a point, floored to one decimal as scores are: 7996 → 79.9 */
export const score = (basisPoints: number): string => decimal(Math.floor(basisPoints / 10) / 10);

/** 4月7日 · 7 April */
export const day = (value: LocalDay): string => dates({ month: 'long', day: 'numeric' }, 'UTC').format(utc(value));
/** 4月7日 周二 · Tue 7 April */
export function dayAndWeekday(value: LocalDay): string {
  if (locale.value === 'en') return `${weekday(value)} ${day(value)}`;
  return `${day(value)} ${weekday(value)}`;
}
/** 周二 · Tue; `long` in running text: 周二 · Tuesday */
export const weekday = (value: LocalDay, long = false): string =>
  dates({ weekday: long && locale.value === 'en' ? 'long' : 'short' }, 'UTC').format(utc(value));
/** 2026年4月7日 · 7 April 2026 */
export const fullDay = (value: LocalDay): string =>
  dates({ year: 'numeric', month: 'long', day: 'numeric' }, 'UTC').format(utc(value));
/** 15:00 */
export const time = (value: Instant): string =>
  dates({ hour: '2-digit', minute: '2-digit', hourCycle: 'h23' }, zone.value).format(at(value));
/** 12:03:05 */
export const clock = (value: Instant): string =>
  dates({ hour: '2-digit', minute: '2-digit', second: '2-digit', hourCycle: 'h23' }, zone.value).format(at(value));
/** 4月7日 15:00 · 7 April 15:00 */
export const dayTime = (value: Instant): string => `${day(localDay(value))} ${time(value)}`;
/** The person's day at an instant. */
export const localDay = (value: Instant): LocalDay =>
  dates({ year: 'numeric', month: '2-digit', day: '2-digit' }, zone.value, 'en-CA').format(at(value));
export const today = (): LocalDay => localDay(new Date());
/** 今天, 明天, 昨天; the weekday within the coming week; else the date. */
export function relativeDay(value: LocalDay, now: LocalDay = today()): string {
  const ahead = daysBetween(now, value);
  if (ahead >= -1 && ahead <= 1) return t(`when.${ahead === 0 ? 'today' : ahead === 1 ? 'tomorrow' : 'yesterday'}`);
  return ahead > 1 && ahead < 7 ? weekday(value, true) : day(value);
}
/** When something comes back: now, today 15:20, tomorrow, Friday, 7 April. The hour says something only today. */
export function relativeTime(value: Instant, now = new Date()): string {
  if (at(value) <= now) return t('when.now');
  const then = localDay(value);
  return then === localDay(now) ? `${t('when.today')} ${time(value)}` : relativeDay(then, localDay(now));
}
/** Days from one local day to another; negative when `to` is earlier. */
export const daysBetween = (from: LocalDay, to: LocalDay): number =>
  Math.round((utc(to).getTime() - utc(from).getTime()) / 86_400_000);
/** 2:05 from seconds */
export const duration = (seconds: number): string =>
  `${String(Math.floor(seconds / 60)).padStart(2, '0')}:${String(Math.floor(seconds % 60)).padStart(2, '0')}`;
/** 48 kB */
export function bytes(value: number): string {
  if (value < 1000) return `${number(value)} B`;
  if (value < 1_000_000) return `${number(Math.round(value / 1000))} kB`;
  return `${decimal(value / 1_000_000)} MB`;
}
