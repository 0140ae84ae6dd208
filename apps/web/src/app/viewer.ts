import { SettingsQuery, ViewerQuery } from '@waymark/api-client';
import type { ResultOf } from '@waymark/api-client';
import { computed, shallowRef } from 'vue';
import { query } from './api.js';
import { isLocale, locale, namePoints, setLocale } from './i18n.js';

export type Viewer = NonNullable<ResultOf<typeof ViewerQuery>['viewer']>;
export type Brand = ResultOf<typeof SettingsQuery>['companyBrand'];

/** The signed-in person; null when nobody is, undefined until known. */
export const viewer = shallowRef<Viewer | null>();
export const brand = shallowRef<Brand | null>(null);

/** IANA zone for every time on screen: the person's, else the browser's. */
export const zone = computed(() => viewer.value?.zone ?? Intl.DateTimeFormat().resolvedOptions().timeZone);
/** While a staff member looks as a learner nothing may be changed. */
export const readOnly = computed(() => Boolean(viewer.value?.viewAsBy));

export function can(permission: string): boolean {
  return viewer.value?.permissions.includes(permission) ?? false;
}
export function canAny(permissions: readonly string[]): boolean {
  return permissions.some(can);
}
export function hasRole(...roles: string[]): boolean {
  return viewer.value?.roles.some((role) => roles.includes(role)) ?? false;
}

export async function setViewer(next: Viewer | null): Promise<void> {
  viewer.value = next;
  if (next && isLocale(next.locale) && next.locale !== locale.value) await setLocale(next.locale);
}

export async function loadViewer(): Promise<Viewer | null> {
  const data = await query(ViewerQuery, {});
  await setViewer(data.viewer);
  return data.viewer;
}

export async function loadBrand(): Promise<void> {
  const data = await query(SettingsQuery, { locale: locale.value }, 'cache-first');
  brand.value = data.companyBrand;
  namePoints(data.companyBrand.pointName);
}
