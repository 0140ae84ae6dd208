import { Inject, Injectable, type OnModuleInit } from '@nestjs/common';
import { PersonDataRegistry } from '@waymark/identity';
import { personErased } from '@waymark/identity/events';
import { execute, OnEventInTransaction, rows, type DomainEvent, type Tx } from '@waymark/platform';

/** Words that people wrote about their work and about others go when the person goes; what was reached stays. */
@Injectable()
export class LearningErasure implements OnModuleInit {
  constructor(@Inject(PersonDataRegistry) private readonly registry: PersonDataRegistry) {}

  onModuleInit(): void {
    this.registry.contribute({ section: 'learning', export: (tx, personId) => this.export(tx, personId) });
  }

  @OnEventInTransaction(personErased)
  async erase(tx: Tx, event: DomainEvent): Promise<void> {
    const id = event.personId;
    await execute(
      tx,
      `update milestone_submission set text = '', comment = '', number_value = null where person_id = $1`,
      [id],
    );
    await execute(
      tx,
      `update milestone_evidence v set title = '', note = '', url = null from milestone_submission s where s.id = v.submission_id and s.person_id = $1`,
      [id],
    );
    await execute(
      tx,
      `update check_in_note n set went_well = '', blocked_by = '' from check_in c where c.id = n.check_in_id and c.person_id = $1`,
      [id],
    );
    await execute(
      tx,
      `update node_exception x set reason = '' from enrolment e where e.id = x.enrolment_id and e.person_id = $1`,
      [id],
    );
    await execute(tx, `update leave_of_absence set note = '' where person_id = $1`, [id]);
  }

  private async export(tx: Tx, personId: string) {
    const enrolments = await rows<{ map: string; startDay: string; status: string; done: number; total: number }>(
      tx,
      `select m.code as map, e.start_day as "startDay", e.status, e.done, e.total
       from enrolment e join learning_map m on m.id = e.map_id where e.person_id = $1 order by e.created_at`,
      [personId],
    );
    const milestones = await rows<{
      node: string;
      round: number;
      status: string;
      text: string;
      comment: string;
      evidence: unknown;
    }>(
      tx,
      `select s.node_key as node, s.round, s.status, s.text, s.comment,
              coalesce((select jsonb_agg(jsonb_build_object('kind', v.kind, 'on', v.on_day, 'title', v.title, 'note', v.note, 'url', v.url) order by v.position)
                        from milestone_evidence v where v.submission_id = s.id), '[]') as evidence
       from milestone_submission s where s.person_id = $1 order by s.created_at`,
      [personId],
    );
    const leaves = await rows<{ fromDay: string; toDay: string; note: string }>(
      tx,
      `select from_day as "fromDay", to_day as "toDay", note from leave_of_absence where person_id = $1 and cancelled_at is null order by from_day`,
      [personId],
    );
    const checkIns = await rows<{ week: number; mood: number; wentWell: string; blockedBy: string }>(
      tx,
      `select c.week, c.mood, n.went_well as "wentWell", n.blocked_by as "blockedBy"
       from check_in c join check_in_note n on n.check_in_id = c.id where c.person_id = $1 order by c.created_at`,
      [personId],
    );
    return JSON.parse(JSON.stringify({ enrolments, milestones, leaves, checkIns }));
  }
}
