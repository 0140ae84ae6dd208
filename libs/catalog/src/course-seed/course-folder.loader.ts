import { readdir, readFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { isLocale, LOCALES, type Locale, type Text } from '@waymark/kernel';
import { parse } from 'yaml';
import { z } from 'zod';
import { COURSE_CODE, LESSON_KEY, LEVEL_KEY, MODULES } from '../course/course.js';
import { OPEN_KINDS } from '../lesson/lesson.js';

const text = z.partialRecord(z.enum(LOCALES), z.string().min(1));

/** '问|答' in each language becomes the two sides of a card. */
const keyPoint = text.transform((value, ctx) => {
  const front: Text = {};
  const back: Text = {};
  for (const [locale, both] of Object.entries(value) as [Locale, string][]) {
    const [question, answer, ...more] = both.split('|');
    if (!question?.trim() || !answer?.trim() || more.length > 0) ctx.addIssue(`needs exactly one '|': ${both}`);
    front[locale] = question?.trim() ?? '';
    back[locale] = answer?.trim() ?? '';
  }
  return { front, back };
});

const lessonShape = z.strictObject({
  key: z.string().regex(LESSON_KEY),
  kind: z.enum(OPEN_KINDS),
  title: text,
  minutes: z.int().min(1).max(600),
  key_point: keyPoint.optional(),
  file: z.string().optional(),
  /** Paths of WebVTT files, beside that of the film. */
  captions: z.partialRecord(z.enum(LOCALES), z.string().endsWith('.vtt')).optional(),
});

const courseShape = z.strictObject({
  code: z.string().regex(COURSE_CODE),
  title: text,
  summary: text.default({}),
  module: z.enum(MODULES),
  hours: z.number().min(0).max(1000),
  competencies: z.array(z.string()).default([]),
  /** Code of the audience that sees the course in Explore. */
  audience: z.string().optional(),
  levels: z.array(
    z.strictObject({
      key: z.string().regex(LEVEL_KEY),
      title: text,
      lessons: z.array(lessonShape).min(1),
      checkpoint: z
        .strictObject({
          title: text.default({}),
          pass_mark: z.int().min(1).max(100).default(80),
          questions: z.array(z.string()).min(1),
        })
        .optional(),
    }),
  ),
});

export type LessonSeed = z.output<typeof lessonShape> & {
  body: Text;
  path: string | null;
  captionPaths: Text;
};
export type LevelSeed = Omit<z.output<typeof courseShape>['levels'][number], 'lessons'> & { lessons: LessonSeed[] };
export type CourseSeed = Omit<z.output<typeof courseShape>, 'levels'> & { levels: LevelSeed[] };

/**
 * Course folders: `course.yaml` and `lessons/<lesson key>.<locale>.md`. Media paths of lessons are below `mediaRoot`.
 * @throws Error naming the file and what is wrong in it
 */
export async function readCourseSeeds(folder: string, mediaRoot = resolve(folder, '..')): Promise<CourseSeed[]> {
  const names = (await readdir(folder, { withFileTypes: true })).filter((e) => e.isDirectory()).map((e) => e.name);
  return Promise.all(names.sort().map((name) => readCourse(join(folder, name), mediaRoot)));
}

async function readCourse(folder: string, mediaRoot: string): Promise<CourseSeed> {
  const file = join(folder, 'course.yaml');
  const parsed = courseShape.safeParse(parse(await readFile(file, 'utf8')));
  if (!parsed.success)
    throw new Error(`${file}: ${parsed.error.issues.map((i) => `${i.path.join('.')} ${i.message}`).join('; ')}`);
  const bodies = await readBodies(join(folder, 'lessons'));
  const keys = parsed.data.levels.flatMap((l) => l.lessons.map((x) => x.key));
  const twice = keys.find((k, i) => keys.indexOf(k) !== i);
  if (twice) throw new Error(`${file}: lesson ${twice} stands twice`);
  const stray = [...bodies.keys()].find((k) => !keys.includes(k));
  if (stray) throw new Error(`${file}: there is a text for ${stray}, which is no lesson`);
  return {
    ...parsed.data,
    levels: parsed.data.levels.map((level) => ({
      ...level,
      lessons: level.lessons.map((l) => ({
        ...l,
        body: bodies.get(l.key) ?? {},
        path: l.file ? resolve(mediaRoot, l.file) : null,
        captionPaths: Object.fromEntries(Object.entries(l.captions ?? {}).map(([k, v]) => [k, resolve(mediaRoot, v)])),
      })),
    })),
  };
}

async function readBodies(folder: string): Promise<Map<string, Text>> {
  const bodies = new Map<string, Text>();
  const names = await readdir(folder).catch(() => []);
  await Promise.all(
    names.map(async (name) => {
      const [, key, locale] = /^(.+)\.([\w-]+)\.md$/.exec(name) ?? [];
      if (!key || !locale || !isLocale(locale))
        throw new Error(`${join(folder, name)}: the name must be <lesson key>.<locale>.md`);
      const content = (await readFile(join(folder, name), 'utf8')).replaceAll('\r\n', '\n').trim();
      bodies.set(key, { ...bodies.get(key), [locale]: content });
    }),
  );
  return bodies;
}
