import { ref, watchEffect } from 'vue';

export type Theme = 'light' | 'dark' | 'system';

function stored(): Theme {
  try {
    const value = localStorage.getItem('waymark.theme');
    return value === 'light' || value === 'dark' ? value : 'system';
  } catch {
    return 'system';
  }
}

export const theme = ref<Theme>(stored());

/** Keeps the class that public/theme.js set before the first paint. */
export function followTheme(): void {
  const system = matchMedia('(prefers-color-scheme: dark)');
  const apply = (): void => {
    document.documentElement.classList.toggle(
      'dark',
      theme.value === 'dark' || (theme.value === 'system' && system.matches),
    );
  };
  system.addEventListener('change', apply);
  watchEffect(() => {
    apply();
    try {
      localStorage.setItem('waymark.theme', theme.value);
    } catch {
      // The choice then lasts until the page is closed.
    }
  });
}
