import { Inject, Injectable } from '@nestjs/common';
import type { Text } from '@waymark/kernel';
import { rows, Texts, type Tx } from '@waymark/platform';
import { KEY_POINT_BACK, KEY_POINT_FRONT, TITLE } from '../course/course-outline.js';
import { hasText } from '../course/course.js';

/** The one thing to remember of a lesson, as question and answer. */
export interface KeyPoint {
  lessonId: string;
  courseId: string;
  courseCode: string;
  lessonKey: string;
  title: Text;
  front: Text;
  back: Text;
  /** The texts are as of this revision. */
  textSeq: number;
}

interface Row {
  lesson_id: string;
  course_id: string;
  course_code: string;
  lesson_key: string;
  content_id: string;
}

const SELECT = `select x.lesson_id, c.id as course_id, c.code as course_code, n.key as lesson_key, x.content_id
  from course_version_lesson x join course c on c.current_version_id = x.version_id join lesson n on n.id = x.lesson_id`;

@Injectable()
export class KeyPoints {
  constructor(@Inject(Texts) private readonly texts: Texts) {}

  /** Null for a lesson without a key point, or that the published version does not have any more. */
  async forLesson(tx: Tx, lessonId: string): Promise<KeyPoint | null> {
    return (await this.forLessons(tx, [lessonId])).get(lessonId) ?? null;
  }

  async forLessons(tx: Tx, lessonIds: readonly string[]): Promise<Map<string, KeyPoint>> {
    const found = await this.points(
      tx,
      await rows<Row>(tx, `${SELECT} where x.lesson_id = any($1::uuid[])`, [lessonIds]),
    );
    return new Map(found.map((k) => [k.lessonId, k]));
  }

  /** @param refs '<course code>/<lesson key>', as questions name the lesson that teaches them */
  async byRef(tx: Tx, refs: readonly string[]): Promise<Map<string, KeyPoint>> {
    const found = await this.points(
      tx,
      await rows<Row>(tx, `${SELECT} where c.code || '/' || n.key = any($1::text[])`, [refs]),
    );
    return new Map(found.map((k) => [`${k.courseCode}/${k.lessonKey}`, k]));
  }

  private async points(tx: Tx, found: readonly Row[]): Promise<KeyPoint[]> {
    if (found.length === 0) return [];
    const textSeq = await this.texts.currentSeq(tx);
    const texts = await this.texts.load(
      tx,
      found.map((r) => r.content_id),
      textSeq,
    );
    return found.flatMap((r) => {
      const fields = texts.get(r.content_id) ?? {};
      const front = fields[KEY_POINT_FRONT] ?? {};
      const back = fields[KEY_POINT_BACK] ?? {};
      if (!hasText(front) || !hasText(back)) return [];
      return [
        {
          lessonId: r.lesson_id,
          courseId: r.course_id,
          courseCode: r.course_code,
          lessonKey: r.lesson_key,
          title: fields[TITLE] ?? {},
          front,
          back,
          textSeq,
        },
      ];
    });
  }
}
