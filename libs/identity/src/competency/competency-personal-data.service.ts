import { Injectable } from '@nestjs/common';
import { execute, OnEventInTransaction, type DomainEvent, type Tx } from '@waymark/platform';
import { personErased } from '../person/person.events.js';

/** Levels stay under the person's id; the words about them go. */
@Injectable()
export class CompetencyPersonalData {
  @OnEventInTransaction(personErased)
  async erase(tx: Tx, event: DomainEvent): Promise<void> {
    await execute(tx, `delete from competency_rating_note where person_id = $1`, [event.personId]);
  }
}
