import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * Moving enrolments between versions in the background, leaves of absence, decisions about nodes that can be taken back,
 * assignments that take people off a map again.
 * Free text about persons stands in leave_of_absence.note, too.
 */
export class MapMoves0013 implements MigrationInterface {
  name = 'MapMoves1790000000013';

  async up(q: QueryRunner): Promise<void> {
    await q.query(`
      alter table learning_map add column last_draft_revision integer not null default 0 check (last_draft_revision >= 0);
      comment on column learning_map.last_draft_revision is
        'the next draft counts on from here, so that a revision seen in an older draft never fits a newer one';
      alter table learning_map add column last_draft_end text check (last_draft_end in ('published', 'discarded'));

      alter table map_version add column restored_from_id uuid references map_version (id);
      create index map_version_restored_from on map_version (restored_from_id);

      create table map_move_run (
        id uuid primary key,
        map_id uuid not null references learning_map (id),
        to_version_id uuid not null references map_version (id),
        state text not null check (state in ('running', 'done', 'superseded')),
        total integer not null check (total >= 0),
        moved integer not null default 0,
        skipped integer not null default 0,
        created_by uuid references person (id),
        created_at timestamptz not null,
        finished_at timestamptz,
        check ((state = 'running') = (finished_at is null)),
        check (moved >= 0 and skipped >= 0 and moved + skipped <= total)
      );
      create unique index map_move_run_running on map_move_run (map_id) where state = 'running';
      create index map_move_run_map on map_move_run (map_id, created_at desc);
      create index map_move_run_to on map_move_run (to_version_id);
      create index map_move_run_created_by on map_move_run (created_by);

      create table map_move_item (
        run_id uuid not null references map_move_run (id),
        enrolment_id uuid not null references enrolment (id),
        waiting boolean not null default true,
        primary key (run_id, enrolment_id)
      );
      create index map_move_item_enrolment on map_move_item (enrolment_id);
      create index map_move_item_waiting on map_move_item (run_id, enrolment_id) where waiting;

      create table leave_of_absence (
        id uuid primary key,
        person_id uuid not null references person (id),
        from_day date not null,
        to_day date not null,
        note text not null default '' check (length(note) <= 500),
        created_by uuid references person (id),
        created_at timestamptz not null,
        changed_by uuid references person (id),
        changed_at timestamptz not null,
        cancelled_at timestamptz,
        check (to_day >= from_day),
        constraint leave_of_absence_no_overlap
          exclude using gist (person_id with =, daterange(from_day, to_day, '[]') with &&) where (cancelled_at is null)
      );
      create index leave_of_absence_person on leave_of_absence (person_id, from_day);
      create index leave_of_absence_created_by on leave_of_absence (created_by);
      create index leave_of_absence_changed_by on leave_of_absence (changed_by);

      alter table node_exception drop constraint node_exception_kind_check;
      alter table node_exception add constraint node_exception_kind_check check (kind in ('waive', 'unwaive', 'extend', 'unextend'));

      alter table assignment add column when_leaving text not null default 'keep' check (when_leaving in ('keep', 'withdraw'));
      alter table assignment add constraint assignment_when_leaving check (when_leaving = 'keep' or target_kind = 'map');
      alter table assignment_person add column base_due_on date;
      comment on column assignment_person.base_due_on is 'the due day before a leave of absence shifted it';
    `);
  }

  async down(): Promise<void> {
    throw new Error('migrations only go forward; restore a backup instead');
  }
}
