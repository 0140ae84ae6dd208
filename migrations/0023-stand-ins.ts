import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Who stands in for an absent mentor holds a supervision of those days, and history says in whose place somebody acted. */
export class StandIns0023 implements MigrationInterface {
  name = 'StandIns1790000000023';

  async up(q: QueryRunner): Promise<void> {
    await q.query(`
      alter table supervision
        add column in_place_of uuid references person (id),
        add constraint supervision_in_place_of check (
          in_place_of is null or (kind = 'delegate' and to_day is not null and in_place_of <> supervisor_id and in_place_of <> person_id));
      create index supervision_in_place_of on supervision (in_place_of) where in_place_of is not null;
      comment on column supervision.in_place_of is 'the absent mentor: kept in step with absences and pairings';

      insert into supervision (id, supervisor_id, person_id, kind, from_day, to_day, in_place_of)
      select gen_random_uuid(), a.substitute_id, p.learner_id, 'delegate', greatest(a.from_day, p.start_day), a.to_day, a.mentor_id
      from mentor_absence a
      join pairing p on p.mentor_id = a.mentor_id and p.ended_on is null and p.start_day <= a.to_day and p.learner_id <> a.substitute_id
      join person s on s.id = a.substitute_id and s.status = 'active'
      where a.to_day >= current_date;

      alter table milestone_submission
        add column in_place_of uuid references person (id),
        add constraint milestone_submission_in_place_of check (in_place_of is null or (decided_by is not null and in_place_of <> decided_by));
      create index milestone_submission_in_place_of on milestone_submission (in_place_of) where in_place_of is not null;

      alter table mentor_meeting
        add column in_place_of uuid references person (id),
        add constraint mentor_meeting_in_place_of check (in_place_of is null or (logged_by is not null and in_place_of <> logged_by));
      create index mentor_meeting_in_place_of on mentor_meeting (in_place_of) where in_place_of is not null;
    `);
  }

  async down(): Promise<void> {
    throw new Error('migrations only go forward; restore a backup instead');
  }
}
