import { onScopeDispose, ref } from 'vue';
import type { Ref } from 'vue';

/** Whether there is room for a desk layout; follows the window. */
export function useDesk(): Ref<boolean> {
  const query = matchMedia('(min-width: 60rem)');
  const desk = ref(query.matches);
  const follow = (event: MediaQueryListEvent): void => {
    desk.value = event.matches;
  };
  query.addEventListener('change', follow);
  onScopeDispose(() => query.removeEventListener('change', follow));
  return desk;
}
