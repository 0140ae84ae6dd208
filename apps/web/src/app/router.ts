import { createRouter, createWebHistory } from 'vue-router';
import type { RouteLocationNormalized, RouteLocationRaw } from 'vue-router';
import { watch } from 'vue';
import { buildRoutes } from '../routes/build.js';
import { learnerRoutes } from '../routes/learner.js';
import { playerRoutes } from '../routes/player.js';
import { shellRoutes } from '../routes/shell.js';
import { staffRoutes } from '../routes/staff.js';
import { onSignedOut } from './api.js';
import { hasMessage, loadAreas, locale, t } from './i18n.js';
import { brand, canAny, loadViewer, setViewer, viewer } from './viewer.js';

export const router = createRouter({
  history: createWebHistory(),
  routes: [...learnerRoutes, ...playerRoutes, ...staffRoutes, ...buildRoutes, ...shellRoutes],
  scrollBehavior(to, from, saved) {
    if (saved) return saved;
    if (to.path === from.path) return {};
    return { top: 0 };
  },
});

/** Only paths of this site: the address comes from outside. */
export function safeNext(value: unknown): string {
  return typeof value === 'string' && /^\/(?![/\\])/.test(value) ? value : '/';
}

export function signInRoute(next: string): RouteLocationRaw {
  return { name: 'sign-in', query: next === '/' ? {} : { next } };
}

function retitle(route: RouteLocationNormalized): void {
  const key = route.meta.title;
  const site = brand.value?.name ?? 'Waymark';
  document.title = key && hasMessage(key) ? `${t(key)} - ${site}` : site;
}

router.beforeEach(async (to) => {
  const areas = loadAreas(to.meta.areas ?? []);
  if (viewer.value === undefined) await loadViewer();
  await areas;
  if (!viewer.value && !to.meta.public) return signInRoute(to.fullPath);
  if (to.meta.anyOf && !canAny(to.meta.anyOf))
    return { name: 'not-found', params: { path: to.path.slice(1).split('/') } };
  return true;
});
router.afterEach((to) => retitle(to));
watch([locale, brand], () => retitle(router.currentRoute.value));

onSignedOut(() => {
  if (!viewer.value) return;
  void setViewer(null);
  const { fullPath, meta } = router.currentRoute.value;
  if (!meta.public)
    void router.replace({ ...(signInRoute(fullPath) as object), query: { next: fullPath, ended: '1' } });
});

// A new release removes the old chunks: load the new page instead of failing.
router.onError((error, to) => {
  if (/dynamically imported module|Importing a module script failed/i.test(String(error))) location.assign(to.fullPath);
});
