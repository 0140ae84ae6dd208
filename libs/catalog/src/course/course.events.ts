import { defineEvent } from '@waymark/platform';

export interface CoursePublished {
  courseId: string;
  courseVersionId: string;
  number: number;
}
export const coursePublished = defineEvent<CoursePublished>('course.published');
