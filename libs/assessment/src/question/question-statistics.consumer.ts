import { Injectable } from '@nestjs/common';
import { ConsumesEvents, rows, type DomainEvent, type Tx } from '@waymark/platform';
import { attemptFinished, type AttemptFinished } from '../attempt/attempt.events.js';

/** How often each question version was answered and how well: from the first result of every attempt. */
@Injectable()
export class QuestionStatistics {
  @ConsumesEvents({ consumer: 'assessment.question-statistics', events: [attemptFinished] })
  async count(tx: Tx, events: DomainEvent<AttemptFinished>[]): Promise<void> {
    await this.countAttempts(
      tx,
      events.filter((e) => e.payload.release === 1).map((e) => e.payload.attemptId),
    );
  }

  /** Adds attempts that were not counted yet. */
  async countAttempts(tx: Tx, ids: readonly string[]): Promise<void> {
    if (ids.length === 0) return;
    await rows(
      tx,
      `insert into question_stat as s (question_version_id, answered, earned, last_answered_at)
       select (p.entry ->> 'v')::uuid, count(*), sum((m.mark ->> 'n')::numeric / (m.mark ->> 'd')::numeric), max(t.submitted_at)
       from attempt t
       cross join lateral jsonb_array_elements(t.paper) with ordinality as p(entry, item)
       join lateral jsonb_array_elements(t.marks) with ordinality as m(mark, item) on m.item = p.item
       where t.id = any ($1::uuid[]) and t.state = 'graded' and m.mark ->> 's' not in ('pending', 'dropped')
       group by 1 order by 1
       on conflict (question_version_id) do update set answered = s.answered + excluded.answered, earned = s.earned + excluded.earned,
         last_answered_at = greatest(s.last_answered_at, excluded.last_answered_at)`,
      [ids],
    );
  }
}
