import { Inject, Injectable } from '@nestjs/common';
import { attemptFinished } from '@waymark/assessment/events';
import { courseCompleted, courseOpened, lessonCompleted, levelCleared } from '@waymark/catalog/events';
import { OnEventInTransaction, type DomainEvent, type Tx } from '@waymark/platform';
import { TargetFacts } from './target-facts.service.js';

interface CourseStep {
  courseId: string;
  done: number;
  of: number;
}
interface AttemptEnd {
  assessmentId: string;
  assessmentKind: 'quiz' | 'exam';
  scoreBp: number | null;
  passed: boolean | null;
  pending: boolean;
}

/** What happens in courses and exams reaches the map in the same transaction. */
@Injectable()
export class TargetEvents {
  constructor(@Inject(TargetFacts) private readonly facts: TargetFacts) {}

  @OnEventInTransaction(courseOpened, lessonCompleted, levelCleared)
  async courseMoved(tx: Tx, event: DomainEvent<CourseStep>): Promise<void> {
    await this.course(tx, event, 'in-progress');
  }

  @OnEventInTransaction(courseCompleted)
  async courseDone(tx: Tx, event: DomainEvent<CourseStep>): Promise<void> {
    await this.course(tx, event, 'completed');
  }

  /** A quiz counts when it is finished and not failed; an exam only when it is passed. */
  @OnEventInTransaction(attemptFinished)
  async attemptEnded(tx: Tx, event: DomainEvent<AttemptEnd>): Promise<void> {
    if (!event.personId) return;
    const { assessmentId, assessmentKind, scoreBp, passed, pending } = event.payload;
    const enough = passed === true || (passed === null && assessmentKind === 'quiz' && !pending);
    await this.facts.apply(tx, [
      {
        personId: event.personId,
        targetKind: assessmentKind,
        targetId: assessmentId,
        state: pending ? 'submitted' : enough ? 'completed' : 'in-progress',
        scoreBp,
        occurredAt: event.occurredAt,
      },
    ]);
  }

  private async course(tx: Tx, event: DomainEvent<CourseStep>, state: 'in-progress' | 'completed'): Promise<void> {
    if (!event.personId) return;
    const { courseId, done, of } = event.payload;
    await this.facts.apply(tx, [
      { personId: event.personId, targetKind: 'course', targetId: courseId, state, unitsDone: done, unitsOf: of, occurredAt: event.occurredAt },
    ]);
  }
}
