import { ref, watch } from 'vue';

function stored(): boolean {
  try {
    return localStorage.getItem('waymark.celebrations') !== 'off';
  } catch {
    return true;
  }
}

/** Whether completing something may be celebrated; a choice of this device. Reduced motion turns it off as well. */
export const celebrations = ref(stored());
watch(celebrations, (on) => {
  try {
    localStorage.setItem('waymark.celebrations', on ? 'on' : 'off');
  } catch {
    // The choice then lasts until the page is closed.
  }
});

export function mayCelebrate(): boolean {
  return celebrations.value && !matchMedia('(prefers-reduced-motion: reduce)').matches;
}
