import { Inject, Injectable } from '@nestjs/common';
import { NotFound } from '@waymark/kernel';
import type { Tx } from '@waymark/platform';
import { CourseOutlines } from '../course/course-outlines.service.js';
import { CourseVisibility } from '../course/course-visibility.service.js';
import {
  flowLevels,
  type CourseHead,
  type CourseOutline,
  type OutlineLesson,
  type OutlineLevel,
} from '../course/course-outline.js';
import { findCourse } from '../course/course.repository.js';
import { levelStandings, type FlowFacts, type FlowLevel, type LevelStanding } from './flow.js';
import {
  clearedLevels,
  findProgress,
  lessonProgressOf,
  type ClearedLevel,
  type CourseProgressRow,
  type LessonProgressRow,
} from './progress.repository.js';

/** A course as one person stands in it: the version they are on and what they have done. */
export interface LearnerCourse {
  head: CourseHead;
  outline: CourseOutline;
  progress: CourseProgressRow | null;
  lessons: Map<string, LessonProgressRow>;
  cleared: Map<string, ClearedLevel>;
  facts: FlowFacts;
  levels: FlowLevel[];
  standings: LevelStanding[];
  /** Shown to an author, without anybody's progress and with every level open. */
  preview: boolean;
}

@Injectable()
export class LearnerCourses {
  constructor(
    @Inject(CourseOutlines) private readonly outlines: CourseOutlines,
    @Inject(CourseVisibility) private readonly visibility: CourseVisibility,
  ) {}

  /** @throws NotFound 'course-not-found' for courses the person may not see */
  async open(tx: Tx, personId: string, code: string): Promise<LearnerCourse> {
    const head = await this.visibility.assertVisible(tx, personId, await findCourse(tx, { code }));
    return this.standing(tx, personId, head);
  }

  /** For writing progress: whoever is in the course already needs no second look at the audience. */
  async enter(tx: Tx, personId: string, code: string): Promise<LearnerCourse> {
    const head = await findCourse(tx, { code });
    const progress = head ? await findProgress(tx, personId, head.id) : null;
    if (!head || !progress) return this.open(tx, personId, code);
    return this.standing(tx, personId, head, progress);
  }

  async preview(tx: Tx, code: string): Promise<LearnerCourse> {
    const head = await findCourse(tx, { code });
    if (!head) throw new NotFound('course-not-found');
    const outline = await this.outlines.one(tx, (head.draftVersionId ?? head.currentVersionId) as string);
    const levels = flowLevels(outline);
    return {
      head,
      outline,
      progress: null,
      lessons: new Map(),
      cleared: new Map(),
      facts: { completed: new Set(), cleared: new Set() },
      levels,
      standings: levels.map((l) => ({
        state: 'available',
        checkpoint: l.checkpoint ? 'available' : null,
        lockedBy: null,
      })),
      preview: true,
    };
  }

  async standing(tx: Tx, personId: string, head: CourseHead, known?: CourseProgressRow): Promise<LearnerCourse> {
    const progress = known ?? (await findProgress(tx, personId, head.id));
    const versionId = progress?.versionId ?? head.currentVersionId;
    if (versionId === null || (head.status === 'archived' && !progress)) throw new NotFound('course-not-found');
    const outline = await this.outlines.one(tx, versionId);
    const lessons = new Map(
      (progress ? await lessonProgressOf(tx, personId, head.id) : []).map((l) => [l.lessonId, l]),
    );
    const cleared = new Map((progress ? await clearedLevels(tx, personId, head.id) : []).map((l) => [l.levelId, l]));
    const facts: FlowFacts = {
      completed: new Set([...lessons.values()].filter((l) => l.completedAt).map((l) => l.lessonId)),
      cleared: new Set(cleared.keys()),
    };
    const levels = flowLevels(outline);
    return {
      head,
      outline,
      progress,
      lessons,
      cleared,
      facts,
      levels,
      standings: levelStandings(levels, facts),
      preview: false,
    };
  }
}

export interface PlacedLesson {
  level: OutlineLevel;
  levelIndex: number;
  lesson: OutlineLesson;
}

/** @throws NotFound 'lesson-not-found' */
export function findLesson(course: LearnerCourse, key: string): PlacedLesson {
  for (const [levelIndex, level] of course.outline.levels.entries()) {
    const lesson = level.lessons.find((l) => l.key === key);
    if (lesson) return { level, levelIndex, lesson };
  }
  throw new NotFound('lesson-not-found');
}
