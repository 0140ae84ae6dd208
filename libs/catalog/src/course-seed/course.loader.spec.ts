import { mkdir, mkdtemp, readFile, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { AssessmentModule } from '@waymark/assessment';
import { IdentityModule } from '@waymark/identity';
import { one, rows } from '@waymark/platform';
import { courseSeed, createTestServer, makePerson, makeQuestions, type TestServer } from '@waymark/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { CatalogModule } from '../catalog.module.js';
import { CourseProgress } from '../progress/course-progress.service.js';
import { CourseLoader } from './course.loader.js';
import { readCourseSeeds } from './course-folder.loader.js';

const FILM = fileURLToPath(new URL('../../../../seeds/demo/media/product-tour.mp4', import.meta.url));

let server: TestServer;
let loader: CourseLoader;

beforeAll(async () => {
  server = await createTestServer({ modules: [IdentityModule, AssessmentModule, CatalogModule] });
  loader = server.get(CourseLoader);
  await makeQuestions(
    server,
    Array.from({ length: 4 }, (_, i) => ({ code: `seed-${i}` })),
  );
});
afterAll(() => server.close());

const counts = (): Promise<Record<string, number>> =>
  server.db.read((tx) =>
    one(
      tx,
      `select (select count(*)::int from course_version) as versions, (select count(*)::int from content_text) as texts,
              (select count(*)::int from file where state <> 'deleted') as files, (select count(*)::int from assessment_version) as quizzes,
              (select count(*)::int from outbox_event) as events`,
    ),
  );

describe('loading courses from files', () => {
  it('publishes them; the same again changes nothing; words are corrected, structure makes a version', async () => {
    const levels = [
      { lessons: ['a', { key: 'film', kind: 'video' as const, path: FILM }], questions: ['seed-0', 'seed-1'] },
      { lessons: ['c'] },
    ];
    const seed = courseSeed({ code: 'loaded', levels });
    expect(await loader.load([seed], null)).toEqual({ courses: 1, lessons: 3, published: 1 });
    const first = await counts();
    expect(await loader.load([seed], null)).toEqual({ courses: 1, lessons: 3, published: 0 });
    expect(await counts()).toEqual(first);
    const corrected = structuredClone(seed);
    corrected.title = { ...seed.title, en: 'Corrected' };
    expect((await loader.load([corrected], null)).published).toBe(0);
    expect(await counts()).toMatchObject({ versions: first['versions'], texts: (first['texts'] ?? 0) + 1 });
    const rebuilt = courseSeed({ code: 'loaded', levels: [levels[0]!, { lessons: ['c', 'd'] }] });
    expect((await loader.load([rebuilt], null)).published).toBe(1);
    const numbers = await server.db.read((tx) =>
      rows<{ number: number; current: boolean }>(
        tx,
        `select v.number, v.id = c.current_version_id as current from course_version v join course c on c.id = v.course_id where c.code = 'loaded' order by 1`,
      ),
    );
    expect(numbers).toEqual([
      { number: 1, current: false },
      { number: 2, current: true },
    ]);
    expect((await counts())['files']).toBe(first['files']);
  });

  it('brings captions along; other ones make a version, the same again do not', async () => {
    const film = (captionPaths: Record<string, string>) =>
      courseSeed({
        code: 'captioned',
        levels: [{ lessons: [{ key: 'film', kind: 'video', path: FILM, captionPaths }] }],
      });
    const zh = FILM.replace('.mp4', '.zh-CN.vtt');
    const en = FILM.replace('.mp4', '.en.vtt');
    expect((await loader.load([film({ 'zh-CN': zh })], null)).published).toBe(1);
    expect((await loader.load([film({ 'zh-CN': zh })], null)).published).toBe(0);
    expect((await loader.load([film({ 'zh-CN': zh, en })], null)).published).toBe(1);
    const shown = await server.db.read((tx) =>
      rows<{ number: number; languages: string[] }>(
        tx,
        `select v.number, array_agg(t.locale order by t.locale) as languages from course_version_caption t
         join course_version_lesson l on l.id = t.version_lesson_id join course_version v on v.id = l.version_id
         join course c on c.id = v.course_id where c.code = 'captioned' group by 1 order by 1`,
      ),
    );
    expect(shown).toEqual([
      { number: 1, languages: ['zh-CN'] },
      { number: 2, languages: ['en', 'zh-CN'] },
    ]);
  });

  it('takes all or nothing', async () => {
    const before = await counts();
    const good = courseSeed({ code: 'good', levels: [{ lessons: [{ key: 'film', kind: 'video', path: FILM }] }] });
    const bad = courseSeed({ code: 'bad', levels: [{ lessons: ['a'], questions: ['no-such-question'] }] });
    await expect(loader.load([good, bad], null)).rejects.toMatchObject({
      code: 'question-not-found',
      params: { codes: ['no-such-question'] },
    });
    const empty = courseSeed({ code: 'empty', levels: [{ lessons: [{ key: 'a', body: {} }] }] });
    await expect(loader.load([empty], null)).rejects.toMatchObject({
      code: 'course-not-publishable',
      params: { problems: ['body-missing l1 a'] },
    });
    expect(await counts()).toEqual(before);
  });

  it('reads folders and names what is wrong in them', async () => {
    const root = await mkdtemp(join(tmpdir(), 'waymark-courses-'));
    const lessons = join(root, 'courses', 'tiny', 'lessons');
    await mkdir(lessons, { recursive: true });
    const yaml = (keyPoint: string): string =>
      `code: tiny\ntitle: { zh-CN: 小课 }\nmodule: basics\nhours: 1.5\nlevels:\n  - key: l1\n    title: { zh-CN: 一 }\n    lessons:\n      - { key: a, kind: article, title: { zh-CN: 甲 }, minutes: 4, key_point: { zh-CN: "${keyPoint}" } }\n`;
    const file = join(root, 'courses', 'tiny', 'course.yaml');
    await writeFile(file, yaml('问|答'));
    await writeFile(join(lessons, 'a.zh-CN.md'), '正文\r\n第二行\r\n');
    const [seed] = await readCourseSeeds(join(root, 'courses'));
    expect(seed).toMatchObject({
      code: 'tiny',
      hours: 1.5,
      levels: [
        {
          lessons: [
            { body: { 'zh-CN': '正文\n第二行' }, key_point: { front: { 'zh-CN': '问' }, back: { 'zh-CN': '答' } } },
          ],
        },
      ],
    });
    await writeFile(file, yaml('只有问'));
    await expect(readCourseSeeds(join(root, 'courses'))).rejects.toThrow(/course\.yaml.*exactly one/);
    await writeFile(file, yaml('问|答'));
    await writeFile(join(lessons, 'b.zh-CN.md'), 'x');
    await expect(readCourseSeeds(join(root, 'courses'))).rejects.toThrow(/text for b/);
    await writeFile(file, (await readFile(file, 'utf8')).replace('module: basics', 'module: none'));
    await expect(readCourseSeeds(join(root, 'courses'))).rejects.toThrow(/module/);
  });

  it('reads the courses of the demo company', async () => {
    const seeds = await readCourseSeeds(fileURLToPath(new URL('../../../../seeds/demo/courses', import.meta.url)));
    expect(seeds.length).toBeGreaterThan(0);
    for (const seed of seeds) for (const level of seed.levels) expect(level.lessons.length).toBeGreaterThan(0);
  });
});

describe('in bulk', () => {
  it('loads thirteen courses and thousands of past lessons within seconds, each with its own day', async () => {
    const body = { 'zh-CN': '流程与要点。'.repeat(80), en: 'Words of a lesson. '.repeat(60) };
    const lessonsOf = (n: number) => Array.from({ length: n }, (_, i) => ({ key: `b${i}`, body }));
    const seeds = Array.from({ length: 13 }, (_, i) =>
      courseSeed({
        code: `bulk-${i}`,
        hours: 2,
        levels: [{ lessons: lessonsOf(3), questions: ['seed-0', 'seed-1'] }, { lessons: [{ key: 'x', body }] }],
      }),
    );
    const started = performance.now();
    await loader.load(seeds, null);
    const loaded = performance.now() - started;

    const people: string[] = [];
    for (let i = 0; i < 60; i += 1) people.push(await makePerson(server));
    const day = (n: number): Date => new Date(Date.UTC(2025, 9, 1 + n, 2));
    const history = people.flatMap((personId, p) =>
      seeds.flatMap((seed, s) =>
        ['b0', 'b1', 'b2', 'x'].map((lessonKey, l) => ({
          personId,
          courseCode: seed.code,
          lessonKey,
          occurredAt: day(p + s + l),
        })),
      ),
    );
    expect(history.length).toBe(3_120);
    const progress = server.get(CourseProgress);
    const begun = performance.now();
    expect(await progress.completeLessons(history)).toEqual({ completed: 3_120 });
    const written = performance.now() - begun;
    expect(await progress.completeLessons(history)).toEqual({ completed: 0 });
    // Generous bounds for a busy machine; the aim is 2 s each.
    expect(loaded).toBeLessThan(6_000);
    expect(written).toBeLessThan(6_000);

    const recorded = await server.db.read((tx) =>
      one<{ lessons: number; levels: number; first: string; events: number }>(
        tx,
        `select count(*) filter (where verb = 'lesson.completed')::int as lessons, count(*) filter (where verb = 'level.cleared')::int as levels,
                min(local_day)::text as first, (select count(*)::int from outbox_event where type = 'lesson.completed') as events
         from activity_record where subject_type in ('lesson', 'course-level')`,
      ),
    );
    expect(recorded).toEqual({ lessons: 3_120, levels: 780, first: '2025-10-01', events: 3_120 });
    const open = await server.db.read((tx) =>
      rows<{ done: number; of: number; n: number }>(
        tx,
        `select done, of, count(*)::int as n from course_progress group by 1, 2`,
      ),
    );
    expect(open).toEqual([{ done: 4, of: 5, n: 780 }]);
  });
});
