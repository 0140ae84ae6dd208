import type { RouteRecordRaw } from 'vue-router';

const areas = ['player' as const, 'questions' as const, 'errors' as const];

/** Courses and lessons, quizzes and exams, reviews. `?from=` says where closing leads. */
export const playerRoutes: RouteRecordRaw[] = [
  {
    path: '/courses/:course',
    name: 'course',
    component: () => import('../pages/player/CoursePage.vue'),
    meta: { areas, title: 'nav.courses', entry: 'explore' },
  },
  {
    path: '/courses/:course/lessons/:lesson',
    name: 'lesson',
    component: () => import('../pages/player/LessonPage.vue'),
    meta: { areas, layout: 'bare', title: 'player.lesson' },
  },
  {
    path: '/assessments/:code',
    name: 'assessment',
    component: () => import('../pages/player/IntroPage.vue'),
    meta: { areas, layout: 'bare', title: 'player.assessment' },
  },
  {
    path: '/attempts/:id',
    name: 'attempt',
    component: () => import('../pages/player/AttemptPage.vue'),
    meta: { areas, layout: 'bare', title: 'player.assessment' },
  },
  {
    path: '/attempts/:id/result',
    name: 'attempt-result',
    component: () => import('../pages/player/ResultPage.vue'),
    meta: { areas, layout: 'bare', title: 'player.result' },
  },
  {
    path: '/review',
    name: 'review',
    component: () => import('../pages/player/ReviewPage.vue'),
    meta: { areas, title: 'nav.review' },
  },
  {
    path: '/review/session',
    name: 'review-session',
    component: () => import('../pages/player/ReviewSessionPage.vue'),
    meta: { areas, layout: 'bare', title: 'nav.review' },
  },
  {
    path: '/review/cards',
    name: 'review-cards',
    component: () => import('../pages/player/CardsPage.vue'),
    meta: { areas, title: 'player.cards', entry: 'review' },
  },
];
