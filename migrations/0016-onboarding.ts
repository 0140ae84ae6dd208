import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Entries of a counter that a mentor confirms one by one, weekly check-ins, and the escalation of what stays overdue. */
export class Onboarding0016 implements MigrationInterface {
  name = 'Onboarding1790000000016';

  async up(q: QueryRunner): Promise<void> {
    await q.query(`
      alter table milestone_evidence
        add column confirmed_by uuid references person (id),
        add column confirmed_at timestamptz,
        add constraint milestone_evidence_confirmed check ((confirmed_by is null) = (confirmed_at is null)),
        add constraint milestone_evidence_confirmed_entry check (confirmed_by is null or kind = 'entry');
      create index milestone_evidence_confirmed_by on milestone_evidence (confirmed_by) where confirmed_by is not null;

      create table check_in (
        id uuid primary key,
        enrolment_id uuid not null references enrolment (id),
        person_id uuid not null references person (id),
        week smallint not null check (week between 1 and 200),
        mood smallint not null check (mood between 1 and 5),
        wants_help boolean not null,
        created_at timestamptz not null,
        updated_at timestamptz not null,
        unique (enrolment_id, week)
      );
      create index check_in_person on check_in (person_id);

      create table check_in_note (
        check_in_id uuid primary key references check_in (id),
        went_well text not null check (length(went_well) <= 1000),
        blocked_by text not null check (length(blocked_by) <= 1000)
      );
      comment on table check_in_note is 'words of a check-in, for the learner and who mentors them; erasure empties them';
    `);
  }

  async down(): Promise<void> {
    throw new Error('migrations only go forward; restore a backup instead');
  }
}
