import type { RouteRecordRaw } from 'vue-router';

const areas = ['build' as const, 'errors' as const];

/** Where L&D builds: maps, courses, question banks, exams; and grades. */
export const buildRoutes: RouteRecordRaw[] = [
  {
    path: '/build/maps',
    name: 'staff-maps',
    component: () => import('../pages/build/MapsPage.vue'),
    meta: { areas, workspace: 'staff', title: 'nav.maps', anyOf: ['learning:read-maps'] },
  },
  {
    path: '/build/maps/:code',
    name: 'staff-map',
    component: () => import('../pages/build/MapBuilderPage.vue'),
    meta: { areas, workspace: 'staff', title: 'nav.maps', entry: 'staff-maps', anyOf: ['learning:read-maps'] },
  },
];
