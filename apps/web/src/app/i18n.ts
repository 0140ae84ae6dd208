import { createI18n } from 'vue-i18n';
import { ref } from 'vue';
import { firstDataLocale } from './first-data.js';

export type Locale = 'zh-CN' | 'zh-TW' | 'en';
export type Area =
  | 'common'
  | 'learner'
  | 'player'
  | 'questions'
  | 'milestone'
  | 'staff'
  | 'build'
  | 'maps'
  | 'trail'
  | 'errors'
  | 'celebrate'
  | 'mentorship'
  | 'moves'
  | 'career'
  | 'audit'
  | 'onboarding'
  | 'statistics'
  | 'regrade';

export const LOCALES: readonly Locale[] = ['zh-CN', 'zh-TW', 'en'];
/** Each language in its own words, for the language menu. */
export const LOCALE_NAMES: Record<Locale, string> = { 'zh-CN': '简体中文', 'zh-TW': '繁體中文', en: 'English' };

interface Messages {
  [key: string]: string | Messages;
}

const files = import.meta.glob<{ default: Messages }>('../i18n/*/*.json');

const i18n = createI18n({
  legacy: false,
  locale: 'zh-CN',
  fallbackLocale: false as const,
  missingWarn: import.meta.env.DEV,
  fallbackWarn: false,
  messages: {} as Record<string, Messages>,
});

export { i18n };

// vue-i18n's own types follow every key and overload; these three are all the app uses.
interface Composer {
  t(key: string, named?: Record<string, unknown>, plural?: number): string;
  te(key: string): boolean;
  mergeLocaleMessage(language: string, messages: Messages): void;
  locale: { value: string };
}
const composer = i18n.global as unknown as Composer;

/** What the company calls its points; every message may name it. */
const pointName = ref('');
export function namePoints(name: string): void {
  pointName.value = name;
}

/** Words a message key; reactive in templates and computed values. `plural` chooses the form: t('unit.days', { n: 2 }, 2). */
export function t(key: string, named: Record<string, unknown> = {}, plural?: number): string {
  const all = { pointName: pointName.value, ...named };
  return plural === undefined ? composer.t(key, all) : composer.t(key, all, plural);
}
export const hasMessage = (key: string): boolean => composer.te(key);
export const locale = ref<Locale>('zh-CN');

const loaded = new Set<string>();
const wanted = new Set<Area>(['common']);

async function load(language: Locale, area: Area): Promise<void> {
  const id = `${language}/${area}`;
  if (loaded.has(id)) return;
  const file = files[`../i18n/${id}.json`];
  if (!file) throw new Error(`no messages: ${id}`);
  const messages = await file();
  composer.mergeLocaleMessage(language, messages.default);
  loaded.add(id);
}

/** Loads areas with the next language that is set. */
export function want(areas: readonly Area[]): void {
  for (const area of areas) wanted.add(area);
}

/** Loads areas for the present language, and for any later one. */
export async function loadAreas(areas: readonly Area[]): Promise<void> {
  want(areas);
  await Promise.all([...wanted].map((area) => load(locale.value, area)));
}

export function isLocale(value: string | null | undefined): value is Locale {
  return LOCALES.includes(value as Locale);
}

/** The nearest language we have for a BCP 47 tag: zh-Hant-HK reads Traditional, any other zh Simplified. */
export function nearestLocale(tags: readonly string[]): Locale | null {
  for (const tag of tags) {
    const lower = tag.toLowerCase();
    if (lower.startsWith('zh')) return /hant|tw|hk|mo/.test(lower) ? 'zh-TW' : 'zh-CN';
    if (lower.startsWith('en')) return 'en';
  }
  return null;
}

export async function setLocale(next: Locale): Promise<void> {
  await Promise.all([...wanted].map((area) => load(next, area)));
  locale.value = next;
  composer.locale.value = next;
  document.documentElement.lang = next;
  try {
    localStorage.setItem('waymark.locale', next);
  } catch {
    // A closed storage costs a flash of the other language at the next visit, nothing else.
  }
}

export function firstLocale(): Locale {
  const known = firstDataLocale();
  if (isLocale(known)) return known;
  let stored: string | null = null;
  try {
    stored = localStorage.getItem('waymark.locale');
  } catch {
    stored = null;
  }
  return isLocale(stored) ? stored : (nearestLocale(navigator.languages) ?? 'zh-CN');
}
