/// <reference lib="webworker" />
import { cleanupOutdatedCaches, precacheAndRoute } from 'workbox-precaching';
import { NavigationRoute, registerRoute } from 'workbox-routing';
import { CacheFirst, NetworkFirst } from 'workbox-strategies';

declare const self: ServiceWorkerGlobalScope;

precacheAndRoute(self.__WB_MANIFEST);
cleanupOutdatedCaches();

const denied = [
  /^\/graphql/,
  /^\/api\//,
  /^\/files\//,
  /^\/health/,
  /^\/metrics/,
  /^\/people/,
  /^\/me\/export/,
  /^\/verify\//,
  /^\/mail/,
];
// The page comes from the server, which puts the first data into it; without a network the last one is taken.
registerRoute(
  new NavigationRoute(
    new NetworkFirst({
      cacheName: 'person-pages',
      networkTimeoutSeconds: 4,
      plugins: [{ handlerDidError: () => caches.match('/', { ignoreVary: true }) }],
    }),
    { denylist: denied },
  ),
);
// Files with a hash in their name never change: what was opened once opens in a tunnel.
registerRoute(({ url }) => url.pathname.startsWith('/assets/'), new CacheFirst({ cacheName: 'assets' }));
// A compiled map never changes under its address.
registerRoute(({ url }) => url.pathname.startsWith('/api/maps/'), new CacheFirst({ cacheName: 'person-maps' }));

self.addEventListener('message', (event) => {
  if ((event.data as { type?: string } | null)?.type === 'SKIP_WAITING') void self.skipWaiting();
});
