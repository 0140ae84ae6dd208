import { computed } from 'vue';
import type { WritableComputedRef } from 'vue';
import { useRoute, useRouter } from 'vue-router';
import type { LocationQueryRaw, Router } from 'vue-router';

let pending: LocationQueryRaw | null = null;
const watched = new WeakSet<Router>();
let leaving = false;

/** A page that is on its way here wins: replacing the address of the one that is left would cancel it. */
function watchLeaving(router: Router): void {
  if (watched.has(router)) return;
  watched.add(router);
  router.beforeEach((to, from) => {
    leaving = to.path !== from.path;
  });
  router.afterEach(() => {
    leaving = false;
  });
  router.onError(() => {
    leaving = false;
  });
}

/** A filter that lives in the address: back works, a link can be shared. Several set in one go make one step. */
export function useUrl(key: string, fallback = ''): WritableComputedRef<string> {
  const route = useRoute();
  const router = useRouter();
  watchLeaving(router);
  return computed({
    get: () => {
      const value = route.query[key];
      return typeof value === 'string' ? value : fallback;
    },
    set: (value) => {
      if (leaving) return;
      const first = pending === null;
      pending ??= { ...route.query };
      if (!value || value === fallback) delete pending[key];
      else pending[key] = value;
      if (first) {
        // After the microtasks in which a click of the same moment gets on its way.
        const { path } = route;
        setTimeout(() => {
          const query = pending ?? {};
          pending = null;
          if (!leaving && router.currentRoute.value.path === path) void router.replace({ query });
        });
      }
    },
  });
}
