import type { Text } from '@waymark/kernel';
import { execute, one } from '@waymark/platform';
import { CourseLoader, type CourseSeed } from '@waymark/catalog';
import { Audiences } from '@waymark/identity';
import type { TestServer } from './server.js';

let counter = 0;
const next = (): number => (counter += 1);

const both = (text: string): Text => ({ 'zh-CN': `${text}（中）`, en: text });

export interface TestLesson {
  key: string;
  kind?: 'article' | 'video' | 'pdf' | 'acknowledge';
  body?: Text;
  title?: Text;
  keyPoint?: { front: Text; back: Text };
  /** Path of a film or document. */
  path?: string;
  /** Paths of its captions. */
  captionPaths?: Text;
}

export interface TestLevel {
  lessons: (TestLesson | string)[];
  /** Codes of published questions. */
  questions?: string[];
  passMark?: number;
}

export interface TestCourse {
  code: string;
  title: Text;
  module: CourseSeed['module'];
  hours: number;
  competencies: string[];
  /** Code of an audience that sees it; nobody unless said. */
  audience: string;
  levels: TestLevel[];
}

/** A course as a seed: two levels, three articles, unless said. */
export function courseSeed(overrides: Partial<TestCourse> = {}): CourseSeed {
  const code = overrides.code ?? `course-${next()}`;
  const levels = overrides.levels ?? [{ lessons: ['a', 'b'] }, { lessons: ['c'] }];
  return {
    code,
    title: overrides.title ?? both(code),
    summary: both(`Summary of ${code}`),
    module: overrides.module ?? 'basics',
    hours: overrides.hours ?? 2,
    competencies: overrides.competencies ?? [],
    ...(overrides.audience ? { audience: overrides.audience } : {}),
    levels: levels.map((level, i) => ({
      key: `l${i + 1}`,
      title: both(`Level ${i + 1}`),
      lessons: level.lessons.map((given) => {
        const lesson: TestLesson = typeof given === 'string' ? { key: given } : given;
        return {
          key: lesson.key,
          kind: lesson.kind ?? 'article',
          title: lesson.title ?? both(`Lesson ${lesson.key}`),
          minutes: 4,
          body: lesson.body ?? both(`## Text of ${lesson.key}`),
          path: lesson.path ?? null,
          captionPaths: lesson.captionPaths ?? {},
          ...(lesson.keyPoint ? { key_point: lesson.keyPoint } : {}),
        };
      }),
      ...(level.questions
        ? {
            checkpoint: {
              title: both(`Checkpoint ${i + 1}`),
              pass_mark: level.passMark ?? 80,
              questions: level.questions,
            },
          }
        : {}),
    })),
  };
}

/** Published courses; returns the id of the first. */
export async function makeCourse(
  server: TestServer,
  overrides: Partial<TestCourse> = {},
): Promise<{ id: string; code: string }> {
  const seed = courseSeed(overrides);
  await server.get(CourseLoader).load([seed], null);
  const { id } = await server.db.read((tx) =>
    one<{ id: string }>(tx, `select id from course where code = $1`, [seed.code]),
  );
  return { id, code: seed.code };
}

/** An audience of exactly these people. */
export async function makeAudience(
  server: TestServer,
  personIds: readonly string[],
  code = `audience-${next()}`,
): Promise<string> {
  await server.db.transaction((tx) =>
    server.get(Audiences).save(tx, { code, name: both(code), rule: { personIds: [...personIds] } }, null),
  );
  return code;
}

/** Takes the audience of a course away again. */
export async function hideCourse(server: TestServer, courseId: string): Promise<void> {
  await server.db.transaction((tx) => execute(tx, `update course set audience_id = null where id = $1`, [courseId]));
}
