import { Inject, Injectable, type OnModuleInit } from '@nestjs/common';
import { can, FilePolicies, rows, type FilePolicy, type FileRef, type Tx, type Viewer } from '@waymark/platform';
import { LearnerCourses } from '../progress/learner-course.service.js';
import { CourseVisibility } from './course-visibility.service.js';
import { lessonFileIds } from './course-outline.js';
import { findCourses } from './course.repository.js';

/** Films with their captions, documents and pictures of courses: authors see all of them, a learner those of lessons that are open to them. */
@Injectable()
export class CourseFiles implements FilePolicy, OnModuleInit {
  readonly kinds = ['image', 'document', 'office', 'video', 'captions'] as const;
  readonly personal = false;
  readonly office = 'convert';

  constructor(
    @Inject(FilePolicies) private readonly policies: FilePolicies,
    @Inject(CourseVisibility) private readonly visibility: CourseVisibility,
    @Inject(LearnerCourses) private readonly courses: LearnerCourses,
  ) {}

  onModuleInit(): void {
    this.policies.register('course', this);
  }

  mayUpload(viewer: Viewer): boolean {
    return can(viewer, 'catalog:edit') && !viewer.viewAsBy;
  }

  async canRead(tx: Tx, viewer: Viewer | null, file: FileRef): Promise<boolean> {
    if (!viewer || !file.ownerId) return false;
    if (can(viewer, 'catalog:read-drafts')) return true;
    const [head] = await findCourses(tx, { ids: [file.ownerId] });
    if (!head || !(await this.visibility.isVisible(tx, viewer.personId, head))) return false;
    const lessons = new Set(
      (
        await rows<{ id: string }>(
          tx,
          `select lesson_id as id from course_version_lesson where file_id = $1
           union
           select l.lesson_id from course_version_caption c join course_version_lesson l on l.id = c.version_lesson_id where c.file_id = $1`,
          [file.id],
        )
      ).map((r) => r.id),
    );
    // Pictures stand in texts, which name no lesson; captions without a lesson are shown nowhere.
    if (lessons.size === 0) return file.kind !== 'captions';
    const course = await this.courses.standing(tx, viewer.personId, head);
    return course.outline.levels.some(
      (level, i) =>
        course.standings[i]?.state !== 'locked' &&
        level.lessons.some((l) => lessonFileIds(l).includes(file.id) && lessons.has(l.lessonId)),
    );
  }
}
