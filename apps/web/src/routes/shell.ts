import type { RouteRecordRaw } from 'vue-router';

/** Before signing in, and what belongs to nobody else. */
export const shellRoutes: RouteRecordRaw[] = [
  {
    path: '/sign-in',
    name: 'sign-in',
    component: () => import('../pages/sign/SignInPage.vue'),
    meta: { public: true, layout: 'bare', title: 'sign.in' },
  },
  {
    path: '/activate',
    name: 'activate',
    component: () => import('../pages/sign/ActivatePage.vue'),
    meta: { public: true, layout: 'bare', title: 'sign.activate' },
  },
  {
    path: '/reset',
    name: 'reset',
    component: () => import('../pages/sign/ResetPage.vue'),
    meta: { public: true, layout: 'bare', title: 'sign.reset' },
  },
  {
    path: '/:kind(join|reset)/:token',
    name: 'token',
    component: () => import('../pages/sign/TokenPage.vue'),
    props: (route) => ({ token: String(route.params['token']) }),
    meta: { public: true, layout: 'bare', title: 'sign.start', areas: ['errors'] },
  },
  {
    path: '/set-up',
    name: 'set-up',
    component: () => import('../pages/sign/SetUpPage.vue'),
    meta: { public: true, layout: 'bare', title: 'setUp.title' },
  },
  {
    path: '/c/:token',
    name: 'certificate',
    component: () => import('../pages/CertificatePage.vue'),
    props: (route) => ({ token: String(route.params['token']) }),
    meta: { public: true, layout: 'bare', title: 'certificate.title' },
  },
  {
    path: '/settings',
    name: 'settings',
    component: () => import('../pages/settings/SettingsPage.vue'),
    meta: { areas: ['trail'], title: 'settings.title', entry: 'me' },
  },
  {
    path: '/notifications',
    name: 'notifications',
    component: () => import('../pages/NotificationsPage.vue'),
    meta: { title: 'notification.title', entry: 'today' },
  },
  {
    path: '/:path(.*)*',
    name: 'not-found',
    component: () => import('../pages/NotFoundPage.vue'),
    meta: { public: true, title: 'page.notFound' },
  },
];
