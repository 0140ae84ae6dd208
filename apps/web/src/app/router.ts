import { createRouter, createWebHistory } from 'vue-router';
import type { RouteLocationNormalized, RouteLocationRaw } from 'vue-router';
import { ref, watch } from 'vue';
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
/** The address of a page whose code could not be loaded. */
export const missingPage = ref<string | null>(null);

router.afterEach((to, _from, failure) => {
  if (!failure) missingPage.value = null;
  retitle(to);
});
watch([locale, brand], () => retitle(router.currentRoute.value));

onSignedOut(() => {
  if (!viewer.value) return;
  void setViewer(null);
  const { fullPath, meta } = router.currentRoute.value;
  if (!meta.public)
    void router.replace({ ...(signInRoute(fullPath) as object), query: { next: fullPath, ended: '1' } });
});

const RELOADED_KEY = 'waymark.reloaded';
const RELOAD_APART_MS = 30_000;

/** Whether a reload may help: not if the last one was just now, the page would reload without end. */
function mayReload(): boolean {
  try {
    const before = Number(sessionStorage.getItem(RELOADED_KEY) ?? 0);
    sessionStorage.setItem(RELOADED_KEY, String(Date.now()));
    return Date.now() - before > RELOAD_APART_MS;
  } catch {
    return false;
  }
}

// A new release removes the old chunks: load the new page instead of failing.
router.onError((error, to) => {
  if (!/dynamically imported module|Importing a module script failed|Unable to preload/i.test(String(error))) return;
  if (navigator.onLine && mayReload()) location.assign(to.fullPath);
  else missingPage.value = to.fullPath;
});
