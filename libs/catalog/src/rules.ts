export * from './course/course.js';
export * from './lesson/lesson.js';
export * from './progress/criterion.js';
export * from './progress/flow.js';
export * from './progress/segments.js';
