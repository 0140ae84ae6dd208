import { Inject, Injectable } from '@nestjs/common';
import { attemptFinished } from '@waymark/assessment/events';
import { courseCompleted, courseOpened, lessonCompleted, levelCleared } from '@waymark/catalog/events';
import { OnEventsInTransaction, type DomainEvent, type Tx } from '@waymark/platform';
import { TargetFacts, type TargetFact } from './target-facts.service.js';

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

  @OnEventsInTransaction(courseOpened, lessonCompleted, levelCleared)
  async courseMoved(tx: Tx, events: readonly DomainEvent<CourseStep>[]): Promise<void> {
    await this.courses(tx, events, 'in-progress');
  }

  @OnEventsInTransaction(courseCompleted)
  async courseDone(tx: Tx, events: readonly DomainEvent<CourseStep>[]): Promise<void> {
    await this.courses(tx, events, 'completed');
  }

  /** A quiz counts when it is finished and not failed; an exam only when it is passed. */
  @OnEventsInTransaction(attemptFinished)
  async attemptEnded(tx: Tx, events: readonly DomainEvent<AttemptEnd>[]): Promise<void> {
    await this.facts.apply(
      tx,
      events.flatMap((event): TargetFact[] => {
        const { assessmentId, assessmentKind, scoreBp, passed, pending } = event.payload;
        const enough = passed === true || (passed === null && assessmentKind === 'quiz' && !pending);
        const state = pending ? 'submitted' : enough ? 'completed' : 'in-progress';
        if (!event.personId) return [];
        return [
          {
            personId: event.personId,
            targetKind: assessmentKind,
            targetId: assessmentId,
            state,
            scoreBp,
            occurredAt: event.occurredAt,
          },
        ];
      }),
    );
  }

  private async courses(
    tx: Tx,
    events: readonly DomainEvent<CourseStep>[],
    state: 'in-progress' | 'completed',
  ): Promise<void> {
    await this.facts.apply(
      tx,
      events.flatMap(({ personId, payload: { courseId, done, of }, occurredAt }): TargetFact[] =>
        personId
          ? [{ personId, targetKind: 'course', targetId: courseId, state, unitsDone: done, unitsOf: of, occurredAt }]
          : [],
      ),
    );
  }
}
