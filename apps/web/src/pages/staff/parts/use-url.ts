import { computed, nextTick } from 'vue';
import type { WritableComputedRef } from 'vue';
import { useRoute, useRouter } from 'vue-router';
import type { LocationQueryRaw } from 'vue-router';

let pending: LocationQueryRaw | null = null;

/** A filter that lives in the address: back works, a link can be shared. Several set in one go make one step. */
export function useUrl(key: string, fallback = ''): WritableComputedRef<string> {
  const route = useRoute();
  const router = useRouter();
  return computed({
    get: () => {
      const value = route.query[key];
      return typeof value === 'string' ? value : fallback;
    },
    set: (value) => {
      const first = pending === null;
      pending ??= { ...route.query };
      if (!value || value === fallback) delete pending[key];
      else pending[key] = value;
      if (first) {
        void nextTick(() => {
          const query = pending ?? {};
          pending = null;
          void router.replace({ query });
        });
      }
    },
  });
}
