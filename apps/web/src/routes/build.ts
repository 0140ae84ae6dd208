import type { RouteRecordRaw } from 'vue-router';

/** Builders of maps, courses, questions and exams, and grading. */
export const buildRoutes: RouteRecordRaw[] = [];
