import { Inject, Injectable, type OnModuleInit } from '@nestjs/common';
import { pickText } from '@waymark/kernel';
import { rows, SubjectTitles, Texts, type TitleLookup } from '@waymark/platform';
import { TITLE } from './course-outline.js';
import { Courses } from './courses.service.js';

const CURRENT_LESSON = `select p.lesson_id::text as id, p.content_id as "contentId" from course_version_lesson p
  join course c on c.current_version_id = p.version_id where p.lesson_id::text = any($1)`;
const CURRENT_LEVEL = `select p.level_id::text as id, p.content_id as "contentId" from course_version_level p
  join course c on c.current_version_id = p.version_id where p.level_id::text = any($1)`;

/** What courses, levels and lessons are called now, for lists that know only their ids. */
@Injectable()
export class CourseTitles implements OnModuleInit {
  constructor(
    @Inject(SubjectTitles) private readonly titles: SubjectTitles,
    @Inject(Courses) private readonly courses: Courses,
    @Inject(Texts) private readonly texts: Texts,
  ) {}

  onModuleInit(): void {
    this.titles.register('course', async (tx, ids, locale) => {
      const cards = await this.courses.cards(tx, ids, locale);
      return new Map([...cards].map(([id, card]) => [id, card.title]));
    });
    this.titles.register('lesson', this.byContent(CURRENT_LESSON));
    this.titles.register('course-level', this.byContent(CURRENT_LEVEL));
  }

  private byContent(sql: string): TitleLookup {
    return async (tx, ids, locale) => {
      const found = await rows<{ id: string; contentId: string }>(tx, sql, [ids]);
      const texts = await this.texts.load(
        tx,
        found.map((f) => f.contentId),
      );
      return new Map(found.map((f) => [f.id, pickText(texts.get(f.contentId)?.[TITLE], locale)]));
    };
  }
}
