import { Inject, Injectable } from '@nestjs/common';
import type { Locale } from '@waymark/kernel';
import { Db, rows } from '@waymark/platform';
import { Courses } from './courses.service.js';
import { CourseVisibility } from './course-visibility.service.js';

export interface CompetencyCourse {
  competency: string;
  id: string;
  code: string;
  title: string;
  minutes: number;
  state: string;
}

const PER_COMPETENCY = 3;

/** Which courses of those a person can open teach a competency. */
@Injectable()
export class CompetencyCourses {
  constructor(
    @Inject(Db) private readonly db: Db,
    @Inject(Courses) private readonly courses: Courses,
    @Inject(CourseVisibility) private readonly visibility: CourseVisibility,
  ) {}

  /** At most three per competency: begun ones, then new ones, then those that are done. */
  async advice(personId: string, codes: readonly string[], locale: Locale): Promise<CompetencyCourse[]> {
    return this.db.read(async (tx) => {
      const visible = new Set(await this.visibility.visibleCourseIds(tx, personId));
      const taught = (await this.courses.byCompetency(tx, codes)).filter((t) => visible.has(t.courseId));
      const ids = [...new Set(taught.map((t) => t.courseId))];
      const states = new Map(
        (
          await rows<{ id: string; state: string }>(
            tx,
            `select course_id as id, state from course_progress where person_id = $1 and course_id = any ($2::uuid[])`,
            [personId, ids],
          )
        ).map((s) => [s.id, s.state]),
      );
      const titles = await this.courses.cards(tx, ids, locale);
      const order = ['in-progress', 'not-started', 'completed'];
      const list = taught.flatMap(({ competency, courseId }): CompetencyCourse[] => {
        const card = titles.get(courseId);
        if (!card) return [];
        const state = states.get(courseId) ?? 'not-started';
        return [{ competency, id: card.id, code: card.code, title: card.title, minutes: card.minutes, state }];
      });
      return [...new Set(codes)].flatMap((code) =>
        list
          .filter((c) => c.competency === code)
          .sort((a, b) => order.indexOf(a.state) - order.indexOf(b.state) || a.minutes - b.minutes)
          .slice(0, PER_COMPETENCY),
      );
    });
  }
}
