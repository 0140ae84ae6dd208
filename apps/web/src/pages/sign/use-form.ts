import { ref } from 'vue';
import type { Ref } from 'vue';
import { errorText } from '../../app/errors.js';

/** Runs the work of a form once at a time and words what went wrong. */
export function useForm(work: () => Promise<void>): {
  busy: Ref<boolean>;
  problem: Ref<string | null>;
  submit: () => Promise<void>;
} {
  const busy = ref(false);
  const problem = ref<string | null>(null);
  async function submit(): Promise<void> {
    if (busy.value) return;
    busy.value = true;
    problem.value = null;
    try {
      await work();
    } catch (error) {
      problem.value = await errorText(error);
    } finally {
      busy.value = false;
    }
  }
  return { busy, problem, submit };
}
