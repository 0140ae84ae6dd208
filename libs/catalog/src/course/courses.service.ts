import { Inject, Injectable } from '@nestjs/common';
import { pickText, type Locale } from '@waymark/kernel';
import { rows, Texts, type Tx } from '@waymark/platform';
import { TITLE } from './course-outline.js';
import type { CourseModule, CourseStatus } from './course.js';

export interface CourseRef {
  id: string;
  code: string;
  status: CourseStatus;
  module: CourseModule;
  /** The published version; null for a course that has none yet. */
  versionId: string | null;
  minutes: number;
  lessonCount: number;
  /** Lessons and checkpoints. */
  unitCount: number;
}

export interface CourseTitle extends CourseRef {
  title: string;
}

const REF = `select c.id, c.code, c.status, v.module, c.current_version_id as "versionId", v.minutes, v.content_id as "contentId",
    (select count(*)::int from course_version_lesson x where x.version_id = v.id) as "lessonCount",
    (select count(*)::int from course_version_lesson x where x.version_id = v.id)
      + (select count(*)::int from course_version_level l where l.version_id = v.id and l.checkpoint_pass_mark is not null) as "unitCount"
  from course c join course_version v on v.id = coalesce(c.current_version_id, c.draft_version_id)`;

type RefRow = CourseRef & { contentId: string };

/** What other libs may know of courses: references, titles, where a competency is taught. */
@Injectable()
export class Courses {
  constructor(@Inject(Texts) private readonly texts: Texts) {}

  async refs(tx: Tx, by: { ids?: readonly string[]; codes?: readonly string[] }): Promise<CourseRef[]> {
    return rows<CourseRef>(tx, `${REF} where c.id = any($1::uuid[]) or c.code = any($2::text[]) order by c.code`, [
      by.ids ?? [],
      by.codes ?? [],
    ]);
  }

  /** Titles of courses that have a published version, archived ones too. */
  async cards(tx: Tx, ids: readonly string[], locale: Locale): Promise<Map<string, CourseTitle>> {
    const found = await rows<RefRow>(tx, `${REF} where c.id = any($1::uuid[]) and c.current_version_id is not null`, [
      ids,
    ]);
    return new Map((await this.titled(tx, found, locale)).map((c) => [c.id, c]));
  }

  /** Published courses whose code or title has the text, for pickers of staff. */
  async search(tx: Tx, text: string, locale: Locale, limit: number): Promise<CourseTitle[]> {
    const found = await rows<RefRow>(
      tx,
      `${REF} where c.status = 'published' and ($1 = '' or c.code ilike $2 or exists (
         select 1 from course_text t where t.course_id = c.id and t.lesson_id is null and t.title ilike $2))
       order by c.code limit $3`,
      [text, `%${escapeLike(text)}%`, limit],
    );
    return this.titled(tx, found, locale);
  }

  /** Titles of courses by code, whatever their state. */
  async titles(tx: Tx, codes: readonly string[], locale: Locale): Promise<CourseTitle[]> {
    return this.titled(tx, await rows<RefRow>(tx, `${REF} where c.code = any($1::text[])`, [codes]), locale);
  }

  async byCompetency(tx: Tx, codes: readonly string[]): Promise<{ competency: string; courseId: string }[]> {
    return rows(
      tx,
      `select k.code as competency, c.id as "courseId" from course c join course_version v on v.id = c.current_version_id
       join unnest($1::text[]) as k(code) on k.code = any(v.competencies) where c.status = 'published' order by k.code, c.code`,
      [codes],
    );
  }

  private async titled(tx: Tx, found: readonly RefRow[], locale: Locale): Promise<CourseTitle[]> {
    const texts = await this.texts.load(
      tx,
      found.map((c) => c.contentId),
    );
    return found.map(({ contentId, ...ref }) => ({ ...ref, title: pickText(texts.get(contentId)?.[TITLE], locale) }));
  }
}

/** The text as a LIKE pattern that finds just it. */
export function escapeLike(text: string): string {
  return text.replace(/[\\%_]/g, (c) => `\\${c}`);
}
