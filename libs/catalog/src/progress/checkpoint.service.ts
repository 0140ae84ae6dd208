import { Inject, Injectable, type OnModuleInit } from '@nestjs/common';
import { maybeOne, OnEventsInTransaction, type DomainEvent, type Tx } from '@waymark/platform';
import {
  AttemptAccessRegistry,
  type AttemptAccess,
  type AttemptRequest,
  type AttemptVerdict,
} from '@waymark/assessment';
import { attemptFinished, type AttemptFinished } from '@waymark/assessment/events';
import { findCourses } from '../course/course.repository.js';
import { CourseVisibility } from '../course/course-visibility.service.js';
import { LearnerCourses } from './learner-course.service.js';
import { levelsOfCheckpoints, type LevelFact } from './progress.repository.js';
import { ProgressWriter } from './progress-writer.service.js';

/** Checkpoint quizzes: who may start one, and what passing one means. */
@Injectable()
export class Checkpoints implements AttemptAccess, OnModuleInit {
  constructor(
    @Inject(AttemptAccessRegistry) private readonly registry: AttemptAccessRegistry,
    @Inject(CourseVisibility) private readonly visibility: CourseVisibility,
    @Inject(LearnerCourses) private readonly courses: LearnerCourses,
    @Inject(ProgressWriter) private readonly writer: ProgressWriter,
  ) {}

  onModuleInit(): void {
    this.registry.register(this);
  }

  /** Open once the lessons of its level are done, and as often as wanted afterwards. */
  async mayStart(tx: Tx, request: AttemptRequest): Promise<AttemptVerdict | null> {
    if (request.kind !== 'quiz') return null;
    const levels = await levelsOfCheckpoints(tx, [request]);
    const level = levels.get(`${request.personId}/${request.assessmentId}`);
    const courseId = level?.courseId ?? (await courseOfCheckpoint(tx, request.assessmentId));
    const [head] = courseId ? await findCourses(tx, { ids: [courseId] }) : [];
    if (!head) return null;
    if (!level) {
      const visible = await this.visibility.isVisible(tx, request.personId, head);
      return { allowed: false, visible, code: 'checkpoint-locked' };
    }
    const course = await this.courses.standing(tx, request.personId, head);
    const index = course.outline.levels.findIndex((l) => l.levelId === level.levelId);
    return course.standings[index]?.checkpoint === 'locked'
      ? { allowed: false, visible: true, code: 'checkpoint-locked' }
      : { allowed: true };
  }

  /** A pass clears the level for good; a grade that is lowered later takes nothing back. */
  @OnEventsInTransaction(attemptFinished)
  async finished(tx: Tx, events: readonly DomainEvent<AttemptFinished>[]): Promise<void> {
    const passes = events.flatMap(({ personId, payload, occurredAt }) =>
      personId && payload.assessmentKind === 'quiz' && payload.passed === true
        ? [{ personId, payload, occurredAt }]
        : [],
    );
    const levels = await levelsOfCheckpoints(
      tx,
      passes.map((p) => ({ personId: p.personId, assessmentId: p.payload.assessmentId })),
    );
    const facts = new Map<string, LevelFact>();
    for (const { personId, payload, occurredAt } of passes) {
      const level = levels.get(`${personId}/${payload.assessmentId}`);
      const key = `${personId}/${level?.levelId}`;
      if (!level || facts.has(key)) continue;
      const { attemptId, scoreBp } = payload;
      facts.set(key, {
        personId,
        courseId: level.courseId,
        levelId: level.levelId,
        at: occurredAt,
        attemptId,
        scoreBp,
      });
    }
    if (facts.size > 0) await this.writer.write(tx, { lessons: [], levels: [...facts.values()] });
  }
}

async function courseOfCheckpoint(tx: Tx, assessmentId: string): Promise<string | null> {
  const found = await maybeOne<{ id: string }>(
    tx,
    `select c.id from course_version_level l join course c on c.current_version_id = l.version_id where l.checkpoint_assessment_id = $1`,
    [assessmentId],
  );
  return found?.id ?? null;
}
