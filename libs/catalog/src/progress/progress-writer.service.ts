import { Inject, Injectable } from '@nestjs/common';
import { eventBatch, Outbox, type Tx } from '@waymark/platform';
import { Activities, type ActivityInput } from '@waymark/identity';
import { Attempts } from '@waymark/assessment';
import type { CourseOutline } from '../course/course-outline.js';
import { CourseOutlines } from '../course/course-outlines.service.js';
import { courseCompleted, courseOpened, lessonCompleted, levelCleared } from './progress.events.js';
import {
  clearLessonLevels,
  clearLevelRows,
  completeLessonRows,
  creditVersions,
  lockProgress,
  openProgress,
  settleProgress,
  type CoursePair,
  type LessonFact,
  type LevelFact,
  type SettledPair,
} from './progress.repository.js';

export interface ProgressOutcome {
  lessons: { personId: string; courseId: string; lessonId: string }[];
  levels: LevelFact[];
  settled: SettledPair[];
}

const pairKey = (p: CoursePair): string => `${p.personId}/${p.courseId}`;

function distinctPairs(list: readonly CoursePair[]): CoursePair[] {
  return [...new Map(list.map((p) => [pairKey(p), { personId: p.personId, courseId: p.courseId }])).values()];
}

/**
 * The one way in which progress in courses is written, for one lesson of one person or thousands at once: facts first,
 * then what follows from them (levels, course, credit), then activities and events. Doing it again writes nothing.
 */
@Injectable()
export class ProgressWriter {
  constructor(
    @Inject(CourseOutlines) private readonly outlines: CourseOutlines,
    @Inject(Activities) private readonly activities: Activities,
    @Inject(Attempts) private readonly attempts: Attempts,
    @Inject(Outbox) private readonly outbox: Outbox,
  ) {}

  /** Pins people to the current version of courses they have not opened yet. Checkpoints they passed elsewhere count. */
  async open(tx: Tx, list: readonly (CoursePair & { at: Date })[]): Promise<void> {
    const opened = await openProgress(tx, list);
    if (opened.length === 0) return;
    await this.outbox.publishMany(
      tx,
      courseOpened,
      opened.map((p) => ({
        personId: p.personId,
        occurredAt: p.openedAt,
        payload: { courseId: p.courseId, courseVersionId: p.versionId, done: 0, of: p.of },
      })),
    );
    const outlines = await this.outlines.load(
      tx,
      opened.map((p) => p.versionId),
    );
    const levels = new Map<string, { levelId: string; courseId: string }>();
    for (const outline of outlines.values()) {
      for (const l of outline.levels) {
        if (l.checkpoint?.assessmentId)
          levels.set(l.checkpoint.assessmentId, { levelId: l.levelId, courseId: outline.courseId });
      }
    }
    if (levels.size === 0) return;
    const standings = await this.attempts.standings(
      tx,
      [...new Set(opened.map((p) => p.personId))],
      [...levels.keys()],
    );
    const opens = new Set(opened.map(pairKey));
    const passed = standings.flatMap((s): LevelFact[] => {
      const level = levels.get(s.assessmentId);
      if (!level || !s.passed || !s.passedAt) return [];
      return [
        {
          personId: s.personId,
          courseId: level.courseId,
          levelId: level.levelId,
          at: s.passedAt,
          attemptId: null,
          scoreBp: s.bestBp,
        },
      ];
    });
    const facts = passed.filter((f) => opens.has(pairKey(f)));
    if (facts.length > 0) await this.write(tx, { lessons: [], levels: facts });
  }

  async write(
    tx: Tx,
    facts: { lessons: readonly LessonFact[]; levels: readonly LevelFact[] },
  ): Promise<ProgressOutcome> {
    const pairs = distinctPairs([...facts.lessons, ...facts.levels]);
    await lockProgress(tx, pairs);
    const lessons = facts.lessons.length > 0 ? await completeLessonRows(tx, facts.lessons) : [];
    const levels = facts.levels.length > 0 ? await clearLevelRows(tx, facts.levels) : [];
    if (lessons.length === 0 && levels.length === 0) return { lessons, levels, settled: [] };
    levels.push(...(await clearLessonLevels(tx, pairs)));
    return this.settle(tx, pairs, lessons, levels);
  }

  /** After people were moved to another version: counts anew and completes who has everything. */
  async recount(tx: Tx, pairs: readonly CoursePair[]): Promise<ProgressOutcome> {
    if (pairs.length === 0) return { lessons: [], levels: [], settled: [] };
    return this.settle(tx, pairs, [], await clearLessonLevels(tx, pairs));
  }

  private async settle(
    tx: Tx,
    pairs: readonly CoursePair[],
    lessons: readonly { personId: string; courseId: string; lessonId: string; at: Date }[],
    levels: LevelFact[],
  ): Promise<ProgressOutcome> {
    const settled = await settleProgress(tx, pairs);
    const byPair = new Map(settled.map((s) => [pairKey(s), s]));
    const outlines = await this.outlines.load(
      tx,
      settled.map((s) => s.versionId),
    );
    const outlineOf = (p: CoursePair): { unit: SettledPair; outline: CourseOutline } => {
      const unit = byPair.get(pairKey(p)) as SettledPair;
      return { unit, outline: outlines.get(unit.versionId) as CourseOutline };
    };
    const units = (s: SettledPair): { courseId: string; courseVersionId: string; done: number; of: number } => ({
      courseId: s.courseId,
      courseVersionId: s.versionId,
      done: s.done,
      of: s.of,
    });
    const activities: ActivityInput[] = [];

    const doneLessons = lessons.flatMap((l) => {
      const { unit, outline } = outlineOf(l);
      const lesson = lessonsOf(outline).get(l.lessonId);
      return lesson ? [{ ...l, unit, outline, lesson }] : [];
    });
    for (const l of doneLessons) {
      activities.push({
        verb: 'lesson.completed',
        personId: l.personId,
        subjectType: 'lesson',
        subjectId: l.lessonId,
        subjectVersion: l.unit.versionId,
        result: { courseCode: l.outline.courseCode, lessonKey: l.lesson.key, minutes: l.lesson.minutes },
        occurredAt: l.at,
      });
    }
    const doneLevels = levels.flatMap((l) => {
      const { unit, outline } = outlineOf(l);
      const index = outline.levels.findIndex((x) => x.levelId === l.levelId);
      const level = outline.levels[index];
      return level ? [{ ...l, unit, outline, level, number: index + 1 }] : [];
    });
    for (const l of doneLevels) {
      activities.push({
        verb: 'level.cleared',
        personId: l.personId,
        subjectType: 'course-level',
        subjectId: l.levelId,
        subjectVersion: l.unit.versionId,
        result: { courseCode: l.outline.courseCode, levelKey: l.level.key, number: l.number, scoreBp: l.scoreBp },
        occurredAt: l.at,
      });
    }
    const complete = settled.flatMap((s) =>
      s.completedAt ? [{ ...s, at: s.completedAt, outline: outlines.get(s.versionId) as CourseOutline }] : [],
    );
    const credited = new Set(
      complete.length === 0
        ? []
        : (
            await creditVersions(
              tx,
              complete.map((c) => ({
                personId: c.personId,
                versionId: c.versionId,
                minutes: c.outline.minutes,
                at: c.at,
              })),
            )
          ).map((c) => `${c.personId}/${c.versionId}`),
    );
    const courses = complete.map((c) => ({
      ...c,
      minutes: credited.has(`${c.personId}/${c.versionId}`) ? c.outline.minutes : 0,
    }));
    for (const c of courses) {
      activities.push({
        verb: 'course.completed',
        personId: c.personId,
        subjectType: 'course',
        subjectId: c.courseId,
        subjectVersion: c.versionId,
        result: { courseCode: c.outline.courseCode, module: c.outline.module },
        creditedMinutes: c.minutes,
        occurredAt: c.at,
      });
    }
    await this.activities.recordMany(tx, activities, [
      eventBatch(
        lessonCompleted,
        doneLessons.map((l) => ({
          personId: l.personId,
          occurredAt: l.at,
          payload: { ...units(l.unit), lessonId: l.lessonId, lessonKey: l.lesson.key, minutes: l.lesson.minutes },
        })),
      ),
      eventBatch(
        levelCleared,
        doneLevels.map((l) => ({
          personId: l.personId,
          occurredAt: l.at,
          payload: {
            ...units(l.unit),
            levelId: l.levelId,
            levelKey: l.level.key,
            number: l.number,
            scoreBp: l.scoreBp,
          },
        })),
      ),
      eventBatch(
        courseCompleted,
        courses.map((c) => ({ personId: c.personId, occurredAt: c.at, payload: { ...units(c), minutes: c.minutes } })),
      ),
    ]);
    return { lessons: [...lessons], levels, settled };
  }
}

const lessonMaps = new WeakMap<CourseOutline, Map<string, { key: string; minutes: number }>>();

function lessonsOf(outline: CourseOutline): Map<string, { key: string; minutes: number }> {
  let map = lessonMaps.get(outline);
  if (!map) {
    map = new Map(outline.levels.flatMap((l) => l.lessons.map((x) => [x.lessonId, x])));
    lessonMaps.set(outline, map);
  }
  return map;
}
