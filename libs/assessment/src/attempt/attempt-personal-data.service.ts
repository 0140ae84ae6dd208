import { Inject, Injectable, type OnModuleInit } from '@nestjs/common';
import { execute, OnEventInTransaction, rows, type DomainEvent, type Tx } from '@waymark/platform';
import { PersonDataRegistry } from '@waymark/identity';
import { personErased } from '@waymark/identity/events';

/** What this lib keeps about a person: given out on request, emptied of words on erasure. */
@Injectable()
export class AttemptPersonalData implements OnModuleInit {
  constructor(@Inject(PersonDataRegistry) private readonly registry: PersonDataRegistry) {}

  onModuleInit(): void {
    this.registry.contribute({ section: 'attempts', export: (tx, personId) => this.export(tx, personId) });
    this.registry.contribute({
      section: 'retake-grants',
      forStaff: true,
      export: (tx, personId) => this.grants(tx, personId),
    });
  }

  /** Attempts with every answer; neither questions nor keys, which are the company's. */
  private export(tx: Tx, personId: string): Promise<unknown[]> {
    return rows(
      tx,
      `select a.code as assessment, a.kind, t.number, t.state, t.started_at, t.submitted_at, t.submitted_by, t.released_at, t.passed,
              floor(t.score_num * 1000.0 / t.score_den) / 10 as score,
              (select coalesce(jsonb_agg(jsonb_build_object('item', s.item, 'answer', s.answer, 'savedAt', s.saved_at, 'late', s.late)
                 order by s.arrival), '[]') from attempt_answer s where s.attempt_id = t.id) as answers,
              (select coalesce(jsonb_agg(jsonb_build_object('item', g.item, 'comment', c.comment, 'at', g.created_at) order by g.created_at), '[]')
               from attempt_grade g left join grade_comment c on c.grade_id = g.id where g.attempt_id = t.id) as grades,
              (select coalesce(jsonb_agg(jsonb_build_object('item', r.item, 'reason', c.reason, 'at', r.at,
                 'scoreBefore', floor(r.score_num_before * 1000.0 / r.score_den_before) / 10, 'score', floor(r.score_num * 1000.0 / r.score_den) / 10)
                 order by r.at), '[]')
               from attempt_regrade r join question_correction c on c.id = r.correction_id where r.attempt_id = t.id and r.changed) as regrades
       from attempt t join assessment a on a.id = t.assessment_id where t.person_id = $1 order by t.started_at`,
      [personId],
    );
  }

  private grants(tx: Tx, personId: string): Promise<unknown[]> {
    return rows(
      tx,
      `select a.code as assessment, g.reason, g.created_at from retake_grant g join assessment a on a.id = g.assessment_id
       where g.person_id = $1 order by g.created_at`,
      [personId],
    );
  }

  /** Scores and choices stay under the person's id; what they wrote and what was written about them goes. */
  @OnEventInTransaction(personErased)
  async erase(tx: Tx, event: DomainEvent): Promise<void> {
    await execute(
      tx,
      `update attempt_answer s
       set answer = case when s.answer ? 'text' then '{"text": ""}' when s.answer ? 'gaps' then '{"gaps": {}}' else '{"parts": {}}' end::jsonb
       from attempt t where t.id = s.attempt_id and t.person_id = $1 and s.answer ?| array['text', 'gaps', 'parts']`,
      [event.personId],
    );
    await execute(
      tx,
      `delete from grade_comment c using attempt_grade g, attempt t where g.id = c.grade_id and t.id = g.attempt_id and t.person_id = $1`,
      [event.personId],
    );
    await execute(tx, `update retake_grant set reason = null where person_id = $1`, [event.personId]);
    await execute(tx, `update question_import set file_name = '' where created_by = $1`, [event.personId]);
  }
}
