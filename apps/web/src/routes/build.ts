import type { RouteRecordRaw } from 'vue-router';

const areas = ['build' as const, 'maps' as const, 'errors' as const];
const staff = {
  areas: ['build' as const, 'staff' as const, 'player' as const, 'questions' as const, 'errors' as const],
  workspace: 'staff' as const,
};
const maps = {
  areas: ['build' as const, 'staff' as const, 'moves' as const, 'errors' as const],
  workspace: 'staff' as const,
};
const builder = { ...staff, narrowRail: true };
/** Where a key is corrected and results are regraded, and the page that leads there. */
const withRegrade = [...staff.areas, 'statistics' as const, 'regrade' as const];
/** Pages that lead to statistics, and show them. */
const withStatistics = [...staff.areas, 'statistics' as const];

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
    meta: {
      areas,
      workspace: 'staff',
      narrowRail: true,
      title: 'nav.maps',
      entry: 'staff-maps',
      anyOf: ['learning:read-maps'],
    },
  },
  {
    path: '/build/maps/:code/publish',
    name: 'staff-map-publish',
    component: () => import('../pages/build/MapPublishPage.vue'),
    meta: { ...maps, title: 'nav.maps', entry: 'staff-maps', anyOf: ['learning:publish-maps'] },
  },
  {
    path: '/build/maps/:code/versions',
    name: 'staff-map-versions',
    component: () => import('../pages/build/MapVersionsPage.vue'),
    meta: { ...maps, title: 'nav.maps', entry: 'staff-maps', anyOf: ['learning:read-maps'] },
  },
  {
    path: '/build/courses',
    name: 'staff-courses',
    component: () => import('../pages/build/CoursesPage.vue'),
    meta: { ...staff, title: 'nav.courses', anyOf: ['catalog:read-drafts'] },
  },
  {
    path: '/build/courses/:code',
    name: 'staff-course',
    component: () => import('../pages/build/CourseBuilderPage.vue'),
    meta: { ...builder, title: 'nav.courses', entry: 'staff-courses', anyOf: ['catalog:read-drafts'] },
  },
  {
    path: '/build/questions',
    name: 'staff-questions',
    component: () => import('../pages/build/QuestionsPage.vue'),
    meta: { ...staff, title: 'nav.questions', anyOf: ['assessment:read-bank'] },
  },
  {
    path: '/build/questions/:id',
    name: 'staff-question',
    component: () => import('../pages/build/QuestionPage.vue'),
    meta: {
      ...builder,
      areas: withRegrade,
      title: 'nav.questions',
      entry: 'staff-questions',
      anyOf: ['assessment:read-bank'],
    },
  },
  {
    path: '/build/questions/:id/key',
    name: 'staff-question-key',
    component: () => import('../pages/build/QuestionKeyPage.vue'),
    meta: {
      ...staff,
      areas: withRegrade,
      title: 'regrade.tab',
      entry: 'staff-questions',
      anyOf: ['assessment:read-bank'],
    },
  },
  {
    path: '/build/questions/:id/statistics',
    name: 'staff-question-statistics',
    component: () => import('../pages/build/QuestionStatisticsPage.vue'),
    meta: {
      ...staff,
      areas: withStatistics,
      title: 'statistics.tab',
      entry: 'staff-questions',
      anyOf: ['assessment:read-bank'],
    },
  },
  {
    path: '/build/exams',
    name: 'staff-exams',
    component: () => import('../pages/build/ExamsPage.vue'),
    meta: { ...staff, title: 'nav.exams', anyOf: ['assessment:read-bank'] },
  },
  {
    path: '/build/exams/:id',
    name: 'staff-exam',
    component: () => import('../pages/build/ExamBuilderPage.vue'),
    meta: {
      ...builder,
      areas: withStatistics,
      title: 'nav.exams',
      entry: 'staff-exams',
      anyOf: ['assessment:read-bank'],
    },
  },
  {
    path: '/build/exams/:id/results',
    name: 'staff-exam-results',
    component: () => import('../pages/build/ExamResultsPage.vue'),
    meta: {
      ...staff,
      areas: withStatistics,
      title: 'build.exam.results',
      entry: 'staff-exams',
      anyOf: ['assessment:results'],
    },
  },
  {
    path: '/build/exams/:id/statistics',
    name: 'staff-exam-statistics',
    component: () => import('../pages/build/ExamStatisticsPage.vue'),
    meta: {
      ...staff,
      areas: withStatistics,
      title: 'statistics.tab',
      entry: 'staff-exams',
      anyOf: ['assessment:read-bank'],
    },
  },
  {
    path: '/build/competencies',
    name: 'staff-competencies',
    component: () => import('../pages/career/CompetenciesPage.vue'),
    meta: {
      ...staff,
      areas: [...staff.areas, 'career' as const],
      title: 'nav.competencies',
      anyOf: ['identity:edit-competencies'],
    },
  },
  {
    path: '/build/grading',
    name: 'staff-grading',
    component: () => import('../pages/build/GradingPage.vue'),
    meta: { ...staff, title: 'nav.grading', anyOf: ['assessment:grade'] },
  },
];
