import { ref } from 'vue';
import type { Ref } from 'vue';
import { toast, toastError } from '../../../app/toasts.js';

/** Runs one thing at a time and says how it went. `run` answers whether it worked. */
export function useAction(): {
  busy: Ref<boolean>;
  run: (work: () => Promise<unknown>, done?: string) => Promise<boolean>;
} {
  const busy = ref(false);
  return {
    busy,
    async run(work, done) {
      if (busy.value) return false;
      busy.value = true;
      try {
        await work();
        if (done) toast(done);
        return true;
      } catch (error) {
        await toastError(error);
        return false;
      } finally {
        busy.value = false;
      }
    },
  };
}
