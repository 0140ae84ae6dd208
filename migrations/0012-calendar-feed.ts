import type { MigrationInterface, QueryRunner } from 'typeorm';

/** The secret address under which a calendar program fetches one person's due days and meetings. Only its hash is kept. */
export class CalendarFeed0012 implements MigrationInterface {
  name = 'CalendarFeed1790000000012';

  async up(q: QueryRunner): Promise<void> {
    await q.query(`
      create table calendar_feed (
        person_id uuid primary key references person (id),
        token_hash text not null unique check (token_hash ~ '^[0-9a-f]{64}$'),
        created_at timestamptz not null,
        read_on date
      );
    `);
  }

  async down(): Promise<void> {
    throw new Error('migrations only go forward; restore a backup instead');
  }
}
