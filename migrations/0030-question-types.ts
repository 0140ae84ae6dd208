import type { MigrationInterface, QueryRunner } from 'typeorm';

/** More types of question, and what stems are compared by when an author writes one that is there already. */
export class QuestionTypes0030 implements MigrationInterface {
  name = 'QuestionTypes1790000000030';

  async up(q: QueryRunner): Promise<void> {
    await q.query(`
      alter table question_version drop constraint question_version_type_check;
      alter table question_version add constraint question_version_type_check check (type in (
        'single', 'multiple', 'truefalse', 'short', 'numeric', 'matching', 'ordering', 'cloze', 'essay', 'case'));

      create table question_stem (
        question_id uuid not null references question (id) on delete cascade,
        locale text not null check (locale in ('zh-CN', 'zh-TW', 'en')),
        same_as text not null check (length(same_as) = 32),
        sketch integer[] not null check (cardinality(sketch) between 1 and 96),
        primary key (question_id, locale)
      );
      create index question_stem_sketch on question_stem using gin (sketch);
    `);
  }

  async down(): Promise<void> {
    throw new Error('migrations only go forward; restore a backup instead');
  }
}
