import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * The name of a list of figures is not kept: it often names somebody, and nothing needs it; a later release drops the
 * column. What is given to an audience stays inside the scope in which it was given.
 */
export class KnownGaps0021 implements MigrationInterface {
  name = 'KnownGaps1790000000021';

  async up(q: QueryRunner): Promise<void> {
    await q.query(`
      alter table performance_import alter column file_name set default '';
      update performance_import set file_name = '' where file_name <> '';

      alter table assignment add column within uuid[] check (cardinality(within) > 0);
      comment on column assignment.within is 'org units of the grant it was made with, null = company: nobody outside has it, whatever the audience takes in later';
      alter table announcement add column within uuid[] check (cardinality(within) > 0);
      comment on column announcement.within is 'as of assignment';
    `);
  }

  async down(): Promise<void> {
    throw new Error('migrations only go forward; restore a backup instead');
  }
}
