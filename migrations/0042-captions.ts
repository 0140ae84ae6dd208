import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Captions of a film: one WebVTT file for each language of a lesson in a course version, frozen with it. */
export class Captions0042 implements MigrationInterface {
  name = 'Captions1790000000042';

  async up(q: QueryRunner): Promise<void> {
    await q.query(`
      alter table file
        drop constraint file_kind_check,
        add constraint file_kind_check check (kind in ('image', 'document', 'office', 'video', 'audio', 'package', 'captions'));

      create table course_version_caption (
        version_lesson_id uuid not null references course_version_lesson (id) on delete cascade,
        locale text not null check (locale in ('zh-CN', 'zh-TW', 'en')),
        file_id uuid not null references file (id),
        primary key (version_lesson_id, locale)
      );
      create index course_version_caption_file on course_version_caption (file_id);

      create function course_version_caption_frozen() returns trigger language plpgsql as $$
      declare part uuid;
      begin
        select v.id into part from course_version_lesson l join course_version v on v.id = l.version_id
        where l.id = case when tg_op = 'DELETE' then old.version_lesson_id else new.version_lesson_id end and v.published_at is not null;
        if part is not null then
          raise exception 'Course version % is published and can not change', part;
        end if;
        return case when tg_op = 'DELETE' then old else new end;
      end $$;
      create trigger course_version_caption_frozen before insert or update or delete on course_version_caption
        for each row execute function course_version_caption_frozen();
    `);
  }

  async down(): Promise<void> {
    throw new Error('migrations only go forward; restore a backup instead');
  }
}
