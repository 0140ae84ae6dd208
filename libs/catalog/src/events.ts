export * from './course/course.events.js';
export * from './progress/progress.events.js';
