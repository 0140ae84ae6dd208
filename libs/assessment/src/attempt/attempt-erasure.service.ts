import { Injectable } from '@nestjs/common';
import { execute, OnEventInTransaction, type DomainEvent, type Tx } from '@waymark/platform';
import { personErased } from '@waymark/identity/events';

/** Scores and choices stay under the person's id; what they wrote and what was written about them goes. */
@Injectable()
export class AttemptErasure {
  @OnEventInTransaction(personErased)
  async erase(tx: Tx, event: DomainEvent): Promise<void> {
    await execute(
      tx,
      `update attempt_answer s set answer = '{"text": ""}' from attempt t where t.id = s.attempt_id and t.person_id = $1 and s.answer ? 'text'`,
      [event.personId],
    );
    await execute(
      tx,
      `delete from grade_comment c using attempt_grade g, attempt t where g.id = c.grade_id and t.id = g.attempt_id and t.person_id = $1`,
      [event.personId],
    );
    await execute(tx, `update retake_grant set reason = null where person_id = $1`, [event.personId]);
  }
}
