import { defineEvent } from '@waymark/platform';

/** `done` of `of` units (lessons and checkpoints) of the version the person is on. */
interface CourseUnits {
  courseId: string;
  courseVersionId: string;
  done: number;
  of: number;
}

export const courseOpened = defineEvent<CourseUnits>('course.opened');

export interface LessonCompleted extends CourseUnits {
  /** The same over all versions of the course. */
  lessonId: string;
  lessonKey: string;
  minutes: number;
}
export const lessonCompleted = defineEvent<LessonCompleted>('lesson.completed');

export interface LevelCleared extends CourseUnits {
  levelId: string;
  levelKey: string;
  /** Its place in the course, from 1. */
  number: number;
  /** Score × 100 of the checkpoint; null for a level without one. */
  scoreBp: number | null;
}
export const levelCleared = defineEvent<LevelCleared>('level.cleared');

export interface CourseCompleted extends CourseUnits {
  /** Training minutes credited; 0 when this version was credited before. */
  minutes: number;
}
export const courseCompleted = defineEvent<CourseCompleted>('course.completed');
