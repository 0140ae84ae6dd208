import { Inject, Injectable } from '@nestjs/common';
import { NotFound } from '@waymark/kernel';
import { rows, type Tx } from '@waymark/platform';
import { Audiences } from '@waymark/identity';
import { CourseAccessRegistry } from './course-access.registry.js';
import type { CourseHead } from './course-outline.js';

/** Who sees which published course: its audience, or whoever a map or an assignment leads there. Nobody else. */
@Injectable()
export class CourseVisibility {
  constructor(
    @Inject(Audiences) private readonly audiences: Audiences,
    @Inject(CourseAccessRegistry) private readonly access: CourseAccessRegistry,
  ) {}

  async visibleCourseIds(tx: Tx, personId: string): Promise<string[]> {
    const led = await this.access.courseIdsFor(tx, personId);
    const shown = await rows<{ id: string; audience_id: string }>(
      tx,
      `select id, audience_id from course where status = 'published' and audience_id is not null`,
    );
    const used = [...new Set(shown.map((c) => c.audience_id))];
    const mine = new Set(used.length > 0 ? await this.audiences.audiencesOf(tx, personId, used) : []);
    return [...new Set([...led, ...shown.filter((c) => mine.has(c.audience_id)).map((c) => c.id)])];
  }

  async isVisible(tx: Tx, personId: string, course: CourseHead): Promise<boolean> {
    if (course.status === 'draft') return false;
    if ((await this.access.courseIdsFor(tx, personId)).has(course.id)) return true;
    return (
      course.status === 'published' &&
      course.audienceId !== null &&
      this.audiences.isMember(tx, course.audienceId, personId)
    );
  }

  /** @throws NotFound 'course-not-found': whether there is such a course is none of the person's business */
  async assertVisible(tx: Tx, personId: string, course: CourseHead | null): Promise<CourseHead> {
    if (!course || !(await this.isVisible(tx, personId, course))) throw new NotFound('course-not-found');
    return course;
  }
}
