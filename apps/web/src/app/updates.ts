import { ref } from 'vue';
import { insecure, whenIdle } from './connection.js';

/** A new version waits; it takes over when the person says so. */
export const updateReady = ref(false);
let apply: (() => void) | null = null;

export function useNewVersion(): void {
  apply?.();
}

/** Registers the service worker after the page is idle; plain http has none. */
export function registerServiceWorker(): void {
  if (insecure || import.meta.env.DEV || !('serviceWorker' in navigator)) return;
  whenIdle(() => {
    void navigator.serviceWorker.register('/sw.js', { scope: '/' }).then((registration?: ServiceWorkerRegistration) => {
      if (!registration) return;
      const offer = (worker: ServiceWorker | null): void => {
        if (!worker || !navigator.serviceWorker.controller) return;
        updateReady.value = true;
        apply = () => {
          navigator.serviceWorker.addEventListener('controllerchange', () => location.reload(), { once: true });
          worker.postMessage({ type: 'SKIP_WAITING' });
        };
      };
      if (registration.waiting) offer(registration.waiting);
      registration.addEventListener('updatefound', () => {
        const worker = registration.installing;
        worker?.addEventListener('statechange', () => {
          if (worker.state === 'installed') offer(worker);
        });
      });
    });
  });
}
