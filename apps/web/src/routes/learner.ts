import type { RouteRecordRaw } from 'vue-router';
import TodayPage from '../pages/today/TodayPage.vue';

const areas = ['learner' as const];

/** The tabs of the learner and what lies below them. Today comes with the first script: it is where nearly everybody begins. */
export const learnerRoutes: RouteRecordRaw[] = [
  { path: '/', name: 'today', component: TodayPage, meta: { areas, title: 'nav.today' } },
  {
    path: '/map',
    name: 'map',
    component: () => import('../pages/map/MapPage.vue'),
    meta: { areas: ['learner', 'trail'], title: 'nav.map' },
  },
  {
    path: '/explore',
    name: 'explore',
    component: () => import('../pages/explore/ExplorePage.vue'),
    meta: { areas, title: 'nav.explore' },
  },
  { path: '/me', name: 'me', component: () => import('../pages/me/MePage.vue'), meta: { areas, title: 'nav.me' } },
  {
    path: '/me/points',
    name: 'points',
    component: () => import('../pages/me/PointsPage.vue'),
    meta: { areas, title: 'points.title', entry: 'me' },
  },
  {
    path: '/me/transcript',
    name: 'transcript',
    component: () => import('../pages/me/TranscriptPage.vue'),
    meta: { areas, title: 'transcript.title', entry: 'me' },
  },
  {
    path: '/me/badges',
    name: 'badges',
    component: () => import('../pages/me/BadgesPage.vue'),
    meta: { areas, title: 'badges.title', entry: 'me' },
  },
  {
    path: '/me/ability',
    name: 'ability',
    component: () => import('../pages/me/AbilityPage.vue'),
    meta: { areas: ['learner', 'career'], title: 'career.title', entry: 'me' },
  },
  {
    path: '/me/certificates',
    name: 'certificates',
    component: () => import('../pages/me/CertificatesPage.vue'),
    meta: { areas, title: 'certificates.title', entry: 'me' },
  },
  {
    path: '/me/mentoring',
    name: 'my-mentoring',
    component: () => import('../pages/me/MentoringPage.vue'),
    meta: { areas: ['learner', 'staff', 'mentorship', 'errors'], title: 'mentoring.title', entry: 'me' },
  },
  {
    path: '/leaderboard',
    name: 'leaderboard',
    component: () => import('../pages/leaderboard/LeaderboardPage.vue'),
    meta: { areas, title: 'board.title', tabs: false },
  },
  {
    path: '/rewards',
    name: 'rewards',
    component: () => import('../pages/rewards/RewardsPage.vue'),
    meta: { areas, title: 'rewards.title' },
  },
  {
    path: '/rewards/orders',
    name: 'reward-orders',
    component: () => import('../pages/rewards/OrdersPage.vue'),
    meta: { areas, title: 'rewards.orders', entry: 'rewards' },
  },
];
