import { Inject, Injectable } from '@nestjs/common';
import { InvalidInput, RuleViolation, type Clock } from '@waymark/kernel';
import { CLOCK, Db, type Tx } from '@waymark/platform';
import { lessonLength } from '../course/course-outline.js';
import { isMet, placeBounds, watchedTooFast } from './criterion.js';
import { findLesson, LearnerCourses, type LearnerCourse, type PlacedLesson } from './learner-course.service.js';
import { openLessonProgress, saveLessonProgress, setResume, type LessonProgressRow } from './progress.repository.js';
import { ProgressWriter, type ProgressOutcome } from './progress-writer.service.js';
import { fromMultirange, toMultirange, type Range } from './segments.js';

export interface LessonReport {
  courseCode: string;
  lessonKey: string;
  place: number;
  seen: readonly Range[];
}

export interface LessonWorkResult {
  /** The course as it stands after the call. */
  course: LearnerCourse;
  at: PlacedLesson;
  completedNow: boolean;
  levelClearedNow: boolean;
  courseCompletedNow: boolean;
}

/** A person at work on a lesson: opening, saving where they are, finishing. */
@Injectable()
export class LessonWork {
  constructor(
    @Inject(Db) private readonly db: Db,
    @Inject(LearnerCourses) private readonly courses: LearnerCourses,
    @Inject(ProgressWriter) private readonly writer: ProgressWriter,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  /** Pins the version at the first visit and remembers the lesson as the place to go on from. */
  async open(
    personId: string,
    courseCode: string,
    lessonKey: string,
  ): Promise<{ course: LearnerCourse; at: PlacedLesson }> {
    return this.db.transaction(async (tx) => {
      const { course, at } = await this.enter(tx, personId, courseCode, lessonKey, 'open');
      const key = { personId, courseId: course.head.id, lessonId: at.lesson.lessonId, now: this.clock.now() };
      course.lessons.set(at.lesson.lessonId, await openLessonProgress(tx, key));
      await setResume(tx, key);
      return { course, at };
    });
  }

  /**
   * Saves the place and what was seen. The union is kept, so saves may come twice, late or in any order. Completes the
   * lesson as soon as its criterion is met.
   */
  async save(personId: string, report: LessonReport): Promise<LessonWorkResult> {
    return this.db.transaction(async (tx) => {
      const { course, at } = await this.enter(tx, personId, report.courseCode, report.lessonKey, 'enter');
      const { lesson } = at;
      const length = lessonLength(lesson);
      const bounds = placeBounds(lesson.criterion, length);
      if (report.place < bounds.first || report.place > bounds.end)
        throw new InvalidInput('range-out-of-bounds', { max: bounds.end });
      if (report.seen.some((r) => r.from < bounds.first || r.to > bounds.end || r.from > r.to)) {
        throw new InvalidInput('range-out-of-bounds', { max: bounds.end });
      }
      const now = this.clock.now();
      const key = { personId, courseId: course.head.id, lessonId: lesson.lessonId, now };
      const saved = await saveLessonProgress(tx, { ...key, place: report.place, seen: toMultirange(report.seen) });
      await setResume(tx, key);
      const seen = fromMultirange(saved.seen);
      if (lesson.criterion === 'watched' && watchedTooFast(seen, (now.getTime() - saved.openedAt.getTime()) / 1000)) {
        throw new RuleViolation('watched-too-fast');
      }
      course.lessons.set(lesson.lessonId, saved);
      const met = saved.completedAt === null && isMet(lesson.criterion, { length, furthest: saved.furthest, seen });
      return met ? this.complete(tx, personId, course, at, saved, now) : this.unchanged(course, at);
    });
  }

  /** @throws RuleViolation 'criterion-other' for lessons that are completed by what was seen */
  async acknowledge(personId: string, courseCode: string, lessonKey: string): Promise<LessonWorkResult> {
    return this.db.transaction(async (tx) => {
      const { course, at } = await this.enter(tx, personId, courseCode, lessonKey, 'enter');
      const { lesson } = at;
      if (lesson.criterion !== 'acknowledged')
        throw new RuleViolation('criterion-other', { criterion: lesson.criterion });
      const now = this.clock.now();
      const key = { personId, courseId: course.head.id, lessonId: lesson.lessonId, now };
      const opened = await openLessonProgress(tx, key);
      await setResume(tx, key);
      course.lessons.set(lesson.lessonId, opened);
      return opened.completedAt === null
        ? this.complete(tx, personId, course, at, opened, now)
        : this.unchanged(course, at);
    });
  }

  private unchanged(course: LearnerCourse, at: PlacedLesson): LessonWorkResult {
    return { course, at, completedNow: false, levelClearedNow: false, courseCompletedNow: false };
  }

  private async complete(
    tx: Tx,
    personId: string,
    before: LearnerCourse,
    at: PlacedLesson,
    saved: LessonProgressRow,
    now: Date,
  ): Promise<LessonWorkResult> {
    const outcome: ProgressOutcome = await this.writer.write(tx, {
      lessons: [
        {
          personId,
          courseId: before.head.id,
          lessonId: at.lesson.lessonId,
          at: now,
          furthest: saved.furthest,
          seen: saved.seen,
        },
      ],
      levels: [],
    });
    const course = await this.courses.standing(tx, personId, before.head);
    return {
      course,
      at,
      completedNow: outcome.lessons.length > 0,
      levelClearedNow: outcome.levels.length > 0,
      courseCompletedNow: outcome.settled.some((s) => s.completedAt !== null),
    };
  }

  /** @throws RuleViolation 'level-locked' */
  private async enter(
    tx: Tx,
    personId: string,
    courseCode: string,
    lessonKey: string,
    how: 'open' | 'enter',
  ): Promise<{ course: LearnerCourse; at: PlacedLesson }> {
    let course = await this.courses[how](tx, personId, courseCode);
    if (!course.progress) {
      await this.writer.open(tx, [{ personId, courseId: course.head.id, at: this.clock.now() }]);
      course = await this.courses.standing(tx, personId, course.head);
    }
    const at = findLesson(course, lessonKey);
    assertLevelOpen(course, at.levelIndex);
    return { course, at };
  }
}

/** @throws RuleViolation 'level-locked' naming the level to clear first */
export function assertLevelOpen(course: LearnerCourse, levelIndex: number): void {
  const standing = course.standings[levelIndex];
  if (standing?.state !== 'locked') return;
  throw new RuleViolation('level-locked', { level: course.outline.levels[standing.lockedBy ?? 0]?.key ?? '' });
}
