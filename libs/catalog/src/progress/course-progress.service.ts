import { Inject, Injectable, type OnModuleInit } from '@nestjs/common';
import { NotFound } from '@waymark/kernel';
import { Db, rows, type Tx } from '@waymark/platform';
import { CareerEvidenceRegistry, PersonDataRegistry } from '@waymark/identity';
import { CourseOutlines } from '../course/course-outlines.service.js';
import { lessonLength, outlineLessons, type OutlineLesson } from '../course/course-outline.js';
import { Courses } from '../course/courses.service.js';
import { findCourses } from '../course/course.repository.js';
import { SCROLL_END } from './criterion.js';
import { progressOf, type CourseProgressRow, type LessonFact } from './progress.repository.js';
import { ProgressWriter } from './progress-writer.service.js';
import { toMultirange } from './segments.js';

export type CourseStanding = Omit<CourseProgressRow, 'resumeLessonId'>;

export interface PastLesson {
  personId: string;
  courseCode: string;
  lessonKey: string;
  occurredAt: Date;
}

/** What a lesson that is done looks like: all of it was seen. */
function wholeLesson(lesson: OutlineLesson): { furthest: number; seen: string } {
  const length = lessonLength(lesson);
  switch (lesson.criterion) {
    case 'watched':
      return { furthest: length ?? 0, seen: toMultirange([{ from: 0, to: length ?? 0 }]) };
    case 'all-pages':
      return { furthest: length ?? 0, seen: toMultirange([{ from: 1, to: (length ?? 0) + 1 }]) };
    default:
      return { furthest: SCROLL_END, seen: '{}' };
  }
}

/** Progress of many people in many courses, for other libs and for the history of the demo company. */
@Injectable()
export class CourseProgress implements OnModuleInit {
  constructor(
    @Inject(Db) private readonly db: Db,
    @Inject(CourseOutlines) private readonly outlines: CourseOutlines,
    @Inject(ProgressWriter) private readonly writer: ProgressWriter,
    @Inject(Courses) private readonly courses: Courses,
    @Inject(PersonDataRegistry) private readonly personData: PersonDataRegistry,
    @Inject(CareerEvidenceRegistry) private readonly career: CareerEvidenceRegistry,
  ) {}

  /** What the export of everything about a person says of courses and of files. Nothing here is free text about them. */
  onModuleInit(): void {
    this.career.contribute('courses', {
      done: async (tx, personId, codes) => {
        const found = await rows<{ code: string }>(
          tx,
          `select c.code from course_progress p join course c on c.id = p.course_id
           where p.person_id = $1 and p.state = 'completed' and c.code = any ($2)`,
          [personId, codes],
        );
        return new Set(found.map((f) => f.code));
      },
      titles: async (tx, codes, locale) =>
        new Map((await this.courses.titles(tx, codes, locale)).map((c) => [c.code, c.title])),
    });
    this.personData.contribute({
      section: 'courses',
      forStaff: true,
      export: (tx, personId) =>
        rows(
          tx,
          `select c.code, v.number as version, p.state, p.done, p.of, p.opened_at, p.last_at, p.completed_at,
                  (select jsonb_agg(jsonb_build_object('lesson', n.key, 'opened_at', lp.opened_at, 'completed_at', lp.completed_at, 'place', lp.place) order by lp.opened_at)
                   from lesson_progress lp join lesson n on n.id = lp.lesson_id where lp.person_id = p.person_id and lp.course_id = p.course_id) as lessons
           from course_progress p join course c on c.id = p.course_id join course_version v on v.id = p.version_id
           where p.person_id = $1 order by p.opened_at`,
          [personId],
        ),
    });
    this.personData.contribute({
      section: 'files',
      export: (tx, personId) =>
        rows(
          tx,
          `select id, owner_type, name, mime, bytes, created_at from file where uploaded_by = $1 and state <> 'deleted' order by created_at`,
          [personId],
        ),
    });
  }

  async standings(tx: Tx, personIds: readonly string[], courseIds: readonly string[]): Promise<CourseStanding[]> {
    return progressOf(tx, personIds, courseIds);
  }

  /**
   * Lessons done at given times, all in one transaction. Courses are opened at the first of them; checkpoints passed
   * before count. Lessons that are done already stay as they are.
   */
  async completeLessons(list: readonly PastLesson[]): Promise<{ completed: number }> {
    if (list.length === 0) return { completed: 0 };
    return this.db.transaction(async (tx) => {
      const heads = await findCourses(tx, { codes: [...new Set(list.map((l) => l.courseCode))] });
      const byCode = new Map(heads.map((h) => [h.code, h]));
      const outlines = await this.outlines.load(
        tx,
        heads.flatMap((h) => h.currentVersionId ?? []),
      );
      const lessons = new Map(
        [...outlines.values()].flatMap((o) =>
          outlineLessons(o).map((l) => [`${o.courseCode}/${l.key}`, { ...wholeLesson(l), lessonId: l.lessonId }]),
        ),
      );
      const firsts = new Map<string, { personId: string; courseId: string; at: Date }>();
      const facts = list.map((l): LessonFact => {
        const head = byCode.get(l.courseCode);
        const lesson = lessons.get(`${l.courseCode}/${l.lessonKey}`);
        if (!head || !lesson) throw new NotFound('lesson-not-found', { lesson: `${l.courseCode}/${l.lessonKey}` });
        const key = `${l.personId}/${head.id}`;
        const first = firsts.get(key);
        if (!first || l.occurredAt < first.at)
          firsts.set(key, { personId: l.personId, courseId: head.id, at: l.occurredAt });
        return { personId: l.personId, courseId: head.id, at: l.occurredAt, ...lesson };
      });
      await this.writer.open(tx, [...firsts.values()]);
      const outcome = await this.writer.write(tx, { lessons: distinctFacts(facts), levels: [] });
      return { completed: outcome.lessons.length };
    });
  }
}

/** One fact a person and lesson, the earliest: a statement may not touch a row twice. */
function distinctFacts(facts: readonly LessonFact[]): LessonFact[] {
  const out = new Map<string, LessonFact>();
  for (const f of facts) {
    const key = `${f.personId}/${f.lessonId}`;
    const known = out.get(key);
    if (!known || f.at < known.at) out.set(key, f);
  }
  return [...out.values()];
}
