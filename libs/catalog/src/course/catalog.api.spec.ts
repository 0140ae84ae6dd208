import { fileURLToPath } from 'node:url';
import { AssessmentModule } from '@waymark/assessment';
import { IdentityModule } from '@waymark/identity';
import { newId } from '@waymark/kernel';
import { maybeOne, SESSION_COOKIE } from '@waymark/platform';
import {
  createTestServer,
  hideCourse,
  makeAudience,
  makeCourse,
  makePerson,
  makeStaff,
  type GqlAnswer,
  type TestServer,
} from '@waymark/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { CatalogModule } from '../catalog.module.js';
import { CourseAccessRegistry } from './course-access.registry.js';

const FILM = fileURLToPath(new URL('../../../../seeds/demo/media/product-tour.mp4', import.meta.url));

const CAPTIONS = fileURLToPath(new URL('../../../../seeds/demo/media/product-tour.en.vtt', import.meta.url));

let server: TestServer;
let learner: string;
let stranger: string;
let lead: string;
let author: string;
let manager: string;
let led: { id: string; code: string };
let shown: { id: string; code: string };
let hidden: { id: string; code: string };
const opened = new Map<string, string[]>();

beforeAll(async () => {
  server = await createTestServer({ modules: [IdentityModule, AssessmentModule, CatalogModule] });
  manager = await makePerson(server);
  learner = await makePerson(server, { managerId: manager });
  stranger = await makePerson(server);
  lead = await makeStaff(server, 'ld-lead');
  author = await makeStaff(server, 'author');
  await makeAudience(server, [learner], 'api-learners');
  shown = await makeCourse(server, {
    code: 'shown',
    title: { 'zh-CN': '流程基础', en: 'Process basics' },
    module: 'process',
    competencies: ['teamwork'],
    audience: 'api-learners',
    levels: [
      {
        lessons: [
          { key: 'a', body: { 'zh-CN': '## 报价\n先问清**交付**周期，再谈价格。' } },
          { key: 'film', kind: 'video', path: FILM },
        ],
      },
      { lessons: [{ key: 'c', kind: 'video', path: FILM }] },
    ],
  });
  hidden = await makeCourse(server, { code: 'hidden', title: { 'zh-CN': '秘密流程', en: 'Secret process' } });
  led = await makeCourse(server, { code: 'led' });
  server
    .get(CourseAccessRegistry)
    .register({ courseIdsFor: (_tx, personId) => Promise.resolve(opened.get(personId) ?? []) });
});
afterAll(() => server.close());

const reason = (answer: GqlAnswer<unknown>): string | undefined => answer.errors?.[0]?.extensions.reason;
const codes = async (personId: string, args = ''): Promise<string[]> => {
  const answer = await server.gql<{ courses: { edges: { node: { code: string } }[] } }>(
    personId,
    `{ courses${args} { edges { node { code } } } }`,
  );
  return answer.data?.courses.edges.map((e) => e.node.code) ?? [];
};
const file = (personId: string | null, id: string) =>
  server.app.inject({
    url: `/files/${id}`,
    ...(personId ? { cookies: { [SESSION_COOKIE]: `test.${personId}` } } : {}),
  });

describe('what a learner sees', () => {
  it('is the courses of an audience and of a map, and no other', async () => {
    expect(await codes(learner)).toEqual(['shown']);
    expect(await codes(stranger)).toEqual([]);
    opened.set(stranger, [led.id]);
    expect(await codes(stranger)).toEqual(['led']);
    expect(reason(await server.gql(stranger, `{ course(code: "shown") { id } }`))).toBe('course-not-found');
    expect(reason(await server.gql(learner, `{ course(code: "hidden") { id } }`))).toBe('course-not-found');
    expect(reason(await server.gql(learner, `{ lesson(courseCode: "hidden", lessonKey: "a") { id } }`))).toBe(
      'course-not-found',
    );
    expect(
      reason(await server.gql(learner, `mutation { openLesson(courseCode: "hidden", lessonKey: "a") { state } }`)),
    ).toBe('course-not-found');
    expect(reason(await server.gql(null, `{ course(code: "shown") { id } }`))).toBe('sign-in-required');
  });

  it('never is a draft, an editor’s page or a change', async () => {
    const draft = await server.gql<{ createCourse: { id: string; revision: number } }>(
      lead,
      `mutation { createCourse(code: "in-work", title: { en: "In work" }, module: "basics") { id revision } }`,
    );
    const id = draft.data?.createCourse.id ?? '';
    await makeAudience(server, [learner], 'see-draft');
    const audience = await server.db.read((tx) =>
      maybeOne<{ id: string }>(tx, `select id from audience where code = 'see-draft'`),
    );
    expect(
      (
        await server.gql(
          lead,
          `mutation { setCourseAudience(courseId: "${id}", audienceId: "${audience?.id}") { id } }`,
        )
      ).errors,
    ).toBeUndefined();
    expect(await codes(learner)).not.toContain('in-work');
    expect(reason(await server.gql(learner, `{ course(code: "in-work") { id } }`))).toBe('course-not-found');
    const closed = [
      `{ course(code: "shown", preview: true) { id } }`,
      `{ lesson(courseCode: "shown", lessonKey: "a", preview: true) { id } }`,
      `{ courseForEdit(code: "shown") { id } }`,
      `{ coursesForEdit { edges { node { id } } } }`,
      `{ coursePublishCheck(courseId: "${id}") { inFlight } }`,
      `mutation { createCourse(title: { en: "x" }, module: "basics") { id } }`,
      `mutation { removeLesson(courseId: "${shown.id}", revision: 1, lessonKey: "a") { id } }`,
      `mutation { setCourseAudience(courseId: "${hidden.id}") { id } }`,
      `mutation { publishCourse(input: { courseId: "${id}", revision: 1, as: "version", inFlight: "stay" }) { id } }`,
    ];
    for (const query of closed)
      expect([query, reason(await server.gql(learner, query))]).toEqual([query, 'permission-missing']);
    expect(
      reason(
        await server.gql(
          author,
          `mutation { publishCourse(input: { courseId: "${id}", revision: 1, as: "version", inFlight: "stay" }) { id } }`,
        ),
      ),
    ).toBe('permission-missing');
    expect(
      (
        await server.gql<{ courseForEdit: { code: string } }>(
          author,
          `{ courseForEdit(id: "${id}") { code problems { code levelKey } updatedBy { name } } }`,
        )
      ).data?.courseForEdit.code,
    ).toBe('in-work');
    expect(reason(await server.gql(author, `{ courseForEdit(id: "${newId()}") { id } }`))).toBe('course-not-found');
    expect(reason(await server.gql(author, `{ courseForEdit(id: "no-uuid") { id } }`))).toBe('course-not-found');
  });

  it('are not the files of courses they may not see, nor those of a locked level', async () => {
    const page = await server.gql<{
      lesson: { media: { url: string; fileId: string; durationSeconds: number; mime: string } };
    }>(learner, `{ lesson(courseCode: "shown", lessonKey: "film") { media { url fileId mime durationSeconds } } }`);
    const media = page.data?.lesson.media;
    expect(media).toMatchObject({ mime: 'video/mp4', url: `/files/${media?.fileId}` });
    const id = media?.fileId ?? '';
    expect((await file(learner, id)).statusCode).toBe(200);
    expect((await file(stranger, id)).statusCode).toBe(404);
    expect((await file(null, id)).statusCode).toBe(401);
    expect((await file(author, id)).statusCode).toBe(200);
    const levels = [{ lessons: ['a'] }, { lessons: [{ key: 'late', kind: 'video' as const, path: FILM }] }];
    const course = await makeCourse(server, { audience: 'api-learners', levels });
    expect(
      reason(await server.gql(learner, `{ lesson(courseCode: "${course.code}", lessonKey: "late") { id } }`)),
    ).toBe('level-locked');
    const locked = await server.db.read((tx) =>
      maybeOne<{ id: string }>(tx, `select id from file where owner_id = $1`, [course.id]),
    );
    expect((await file(learner, locked?.id ?? '')).statusCode).toBe(404);
    await server.gql(
      learner,
      `mutation { saveLessonProgress(input: { courseCode: "${course.code}", lessonKey: "a", place: 10000 }) { completedNow } }`,
    );
    expect((await file(learner, locked?.id ?? '')).statusCode).toBe(200);
    await hideCourse(server, course.id);
    expect((await file(learner, locked?.id ?? '')).statusCode).toBe(404);
  });
});

describe('reading', () => {
  it('gives the page, the lesson in the nearest language and the way on; it writes nothing', async () => {
    const page = await server.gql<{ course: Record<string, unknown> }>(
      learner,
      `{ course(code: "shown") { title module minutes state done of preview resume { lessonKey kind } levels { number title state lockedBy lessons { key state criterion } checkpoint { title } } } }`,
    );
    expect(page.errors).toBeUndefined();
    expect(page.data?.course).toMatchObject({
      title: '流程基础',
      minutes: 120,
      state: 'not-started',
      done: 0,
      of: 3,
      resume: { lessonKey: 'a', kind: 'article' },
      levels: [
        {
          number: 1,
          state: 'available',
          lockedBy: null,
          lessons: [{ key: 'a', state: 'available', criterion: 'read-to-end' }, { key: 'film' }],
          checkpoint: null,
        },
        { number: 2, state: 'locked', lockedBy: 'Level 1（中）' },
      ],
    });
    const lesson = await server.gql<{ lesson: Record<string, unknown> }>(
      learner,
      `{ lesson(courseCode: "shown", lessonKey: "a") { number of body bodyLocale progress { state covered seen { from to } } next { kind lessonKey locked } previous { kind } } }`,
    );
    expect(lesson.data?.lesson).toMatchObject({
      number: 1,
      of: 3,
      bodyLocale: 'zh-CN',
      next: { kind: 'lesson', lessonKey: 'film', locked: false },
      previous: null,
      progress: { state: 'available', covered: 0, seen: [] },
    });
    expect(
      await server.db.read((tx) =>
        maybeOne(tx, `select 1 from course_progress where person_id = $1 and course_id = $2`, [learner, shown.id]),
      ),
    ).toBeNull();
  });

  it('goes on where it stopped, and shows it in the list of what I opened', async () => {
    await server.gql(learner, `mutation { openLesson(courseCode: "shown", lessonKey: "a") { state } }`);
    const saved = await server.gql<{ saveLessonProgress: Record<string, unknown> }>(
      learner,
      `mutation { saveLessonProgress(input: { courseCode: "shown", lessonKey: "a", place: 4200 }) { completedNow done of progress { state place covered } next { kind lessonKey } } }`,
    );
    expect(saved.data?.saveLessonProgress).toEqual({
      completedNow: false,
      done: 0,
      of: 3,
      progress: { state: 'in-progress', place: 4200, covered: 42 },
      next: { kind: 'lesson', lessonKey: 'film' },
    });
    const mine = await server.gql<{ myCourses: unknown[] }>(
      learner,
      `{ myCourses(state: "in-progress", first: 10) { code resume { lessonKey place title } } }`,
    );
    expect(
      (await server.gql<{ myCourses: { code: string }[] }>(learner, `{ myCourses { code } }`)).data?.myCourses.map(
        (c) => c.code,
      ),
    ).toContain('shown');
    expect(mine.data?.myCourses).toContainEqual({
      code: 'shown',
      resume: { lessonKey: 'a', place: 4200, title: 'Lesson a（中）' },
    });
    expect((await server.gql<{ myCourses: unknown[] }>(stranger, `{ myCourses { code } }`)).data?.myCourses).toEqual(
      [],
    );
  });

  it('filters the list by module, state, competency and words, with a cursor', async () => {
    expect(await codes(learner, `(filter: { module: "process" })`)).toEqual(['shown']);
    expect(await codes(learner, `(filter: { module: "growth" })`)).toEqual([]);
    expect(await codes(learner, `(filter: { competency: "teamwork" })`)).toEqual(['shown']);
    expect(await codes(learner, `(filter: { text: "交付" })`)).toEqual(['shown']);
    expect(await codes(learner, `(filter: { text: "%" })`)).toEqual([]);
    expect(await codes(learner, `(filter: { state: "completed" })`)).toEqual([]);
    expect(reason(await server.gql(learner, `{ courses(filter: { module: "nope" }) { edges { cursor } } }`))).toBe(
      'input-invalid',
    );
    opened.set(learner, [led.id]);
    const first = await server.gql<{
      courses: {
        edges: { node: { code: string } }[];
        pageInfo: { endCursor: string; hasNextPage: boolean };
        totalCount: number;
      };
    }>(learner, `{ courses(first: 1) { totalCount edges { node { code } } pageInfo { endCursor hasNextPage } } }`);
    expect(first.data?.courses).toMatchObject({
      totalCount: 2,
      edges: [{ node: { code: 'led' } }],
      pageInfo: { hasNextPage: true },
    });
    expect(await codes(learner, `(after: "${first.data?.courses.pageInfo.endCursor}")`)).toEqual(['shown']);
  });

  it('finds two Chinese characters in title and text, only where the person may look', async () => {
    const search = (personId: string, text: string) =>
      server.gql<{ searchCourses: { courseCode: string; lessonKey: string | null; snippet: string }[] }>(
        personId,
        `query ($t: String!) { searchCourses(text: $t) { courseCode lessonKey snippet } }`,
        { t: text },
      );
    expect((await search(learner, '流程')).data?.searchCourses.map((h) => h.courseCode)).toEqual(['shown']);
    expect((await search(learner, '交付')).data?.searchCourses).toEqual([
      { courseCode: 'shown', lessonKey: 'a', snippet: '报价 先问清 交付 周期，再谈价格。' },
    ]);
    expect((await search(learner, 'process')).data?.searchCourses.map((h) => h.courseCode)).toEqual(['shown']);
    expect((await search(stranger, '交付')).data?.searchCourses).toEqual([]);
    expect((await search(learner, '100%')).data?.searchCourses).toEqual([]);
    expect((await search(learner, '价')).data?.searchCourses).toHaveLength(1);
    expect(reason(await search(learner, 'p'))).toBe('search-too-short');
  });

  it('needs few statements, however many lessons there are', async () => {
    const big = await makeCourse(server, {
      audience: 'api-learners',
      levels: Array.from({ length: 6 }, (_, i) => ({ lessons: Array.from({ length: 10 }, (_, j) => `n${i}-${j}`) })),
    });
    const pageOf = (code: string) =>
      `{ course(code: "${code}") { levels { lessons { title state } checkpoint { state } } } }`;
    const small = await server.queryCount(() => server.gql(learner, pageOf('shown')));
    const large = await server.queryCount(() => server.gql(learner, pageOf(big.code)));
    expect(large.count).toBeLessThanOrEqual(small.count + 1);
    expect(large.count).toBeLessThanOrEqual(14);
    const list = await server.queryCount(() =>
      server.gql(learner, `{ courses { edges { node { title resume { title } } } } }`),
    );
    expect(list.count).toBeLessThanOrEqual(14);
  });
});

describe('an author at work', () => {
  it('builds a course with the least that must be said', async () => {
    const send = async (mutation: string, variables: Record<string, unknown> = {}) => {
      const answer = await server.gql<
        Record<
          string,
          { id: string; code: string; revision: number; levels: { key: string; lessons: { key: string }[] }[] }
        >
      >(
        lead,
        `mutation ($id: ID!, $revision: Int!) { ${mutation} { id code revision levels { key lessons { key } } } }`,
        { id: shown.id, revision: 1, ...variables },
      );
      expect([mutation, answer.errors]).toEqual([mutation, undefined]);
      return Object.values(answer.data ?? {})[0];
    };
    const made = await server.gql<{ createCourse: { id: string; code: string; revision: number } }>(
      lead,
      `mutation { createCourse(title: { zhCN: "协作", en: "Working together" }, module: "growth") { id code revision } }`,
    );
    expect(made.data?.createCourse.code).toBe('working-together');
    const id = made.data?.createCourse.id;
    let now = await send(`addCourseLevel(courseId: $id, revision: $revision, title: { en: "One" })`, {
      id,
      revision: made.data?.createCourse.revision,
    });
    now = await send(`addCourseLevel(courseId: $id, revision: $revision, title: { en: "Two" })`, {
      id,
      revision: now?.revision,
    });
    const lesson = `lesson: { kind: "article", title: { en: "Ask first" }, body: { en: "Text" }, minutes: 3 }`;
    now = await send(`addLesson(courseId: $id, revision: $revision, levelKey: "l1", ${lesson})`, {
      id,
      revision: now?.revision,
    });
    now = await send(`addLesson(courseId: $id, revision: $revision, levelKey: "l1", ${lesson})`, {
      id,
      revision: now?.revision,
    });
    now = await send(
      `moveLesson(courseId: $id, revision: $revision, lessonKey: "ask-first", levelKey: "l2", position: 1)`,
      { id, revision: now?.revision },
    );
    now = await send(`saveCourseMeta(courseId: $id, revision: $revision, meta: { minutes: 30 })`, {
      id,
      revision: now?.revision,
    });
    expect(now?.levels).toEqual([
      { key: 'l1', lessons: [{ key: 'ask-first-2' }] },
      { key: 'l2', lessons: [{ key: 'ask-first' }] },
    ]);
    const published = await server.gql<{ publishCourse: { status: string; versionNumber: number } }>(
      lead,
      `mutation { publishCourse(input: { courseId: "${id}", revision: ${now?.revision}, as: "version", inFlight: "stay" }) { status versionNumber versions { number publishedBy { id } } } }`,
    );
    expect(published.data?.publishCourse).toMatchObject({
      status: 'published',
      versionNumber: 1,
      versions: [{ number: 1, publishedBy: { id: lead } }],
    });
    const rows = await server.gql<{ coursesForEdit: { edges: { node: unknown }[] } }>(
      lead,
      `{ coursesForEdit(filter: { text: "协作" }) { totalCount edges { node { code lessonCount hasDraft updatedBy { id } } } } }`,
    );
    expect(rows.data?.coursesForEdit).toEqual({
      totalCount: 1,
      edges: [{ node: { code: 'working-together', lessonCount: 2, hasDraft: false, updatedBy: { id: lead } } }],
    });
    const bad = `mutation { saveCourseMeta(courseId: "${id}", revision: 1, meta: { minutes: -1 }) { id } }`;
    expect(reason(await server.gql(lead, bad))).toBe('input-invalid');
    expect(reason(await server.gql(lead, bad.replace('minutes: -1', 'minutes: 10')))).toBe('changed-meanwhile');
  });
});

describe('the transcript', () => {
  it('lists what, when and hours; for me, my manager and L&D, and nobody else', async () => {
    for (const key of ['a', 'b', 'c']) {
      await server.gql(
        learner,
        `mutation { saveLessonProgress(input: { courseCode: "led", lessonKey: "${key}", place: 10000 }) { completedNow } }`,
      );
    }
    const query = (personId: string | null) =>
      `{ transcript${personId ? `(personId: "${personId}")` : ''} { person { id } totalMinutes courseCount byModule { module minutes } rows { totalCount edges { node { what title code minutes localDay } } } } }`;
    const mine = await server.gql<{ transcript: Record<string, unknown> }>(learner, query(null));
    expect(mine.errors).toBeUndefined();
    expect(mine.data?.transcript).toMatchObject({
      person: { id: learner },
      totalMinutes: 120,
      courseCount: 1,
      byModule: [{ module: 'basics', minutes: 120 }],
      rows: { totalCount: 1, edges: [{ node: { what: 'course', code: 'led', title: 'led（中）', minutes: 120 } }] },
    });
    for (const allowed of [manager, lead]) {
      expect(
        (await server.gql<{ transcript: { totalMinutes: number } }>(allowed, query(learner))).data?.transcript
          .totalMinutes,
      ).toBe(120);
    }
    expect(reason(await server.gql(stranger, query(learner)))).toBe('person-unknown');
    expect(reason(await server.gql(author, query(learner)))).toBe('person-unknown');
    expect(reason(await server.gql(learner, query(stranger)))).toBe('person-unknown');
  });
});

describe('captions', () => {
  const form = (name: string, content: string) => ({
    payload: Buffer.from(
      `--b\r\nContent-Disposition: form-data; name="file"; filename="${name}"\r\n\r\n${content}\r\n--b--\r\n`,
    ),
    headers: { 'content-type': 'multipart/form-data; boundary=b' },
  });
  const upload = (personId: string, name: string, content: string) =>
    server.app.inject({
      method: 'POST',
      url: '/api/files?owner=course',
      ...form(name, content),
      cookies: { [SESSION_COOKIE]: `test.${personId}` },
    });
  interface Film {
    media: { fileId: string };
    captions: { locale: string; fileId: string; url: string; name: string }[];
  }
  const film = async (personId: string, code: string, key = 'film'): Promise<Film | undefined> => {
    const answer = await server.gql<{ lesson: Film }>(
      personId,
      `{ lesson(courseCode: "${code}", lessonKey: "${key}") { media { fileId } captions { locale fileId url name } } }`,
    );
    return answer.data?.lesson;
  };
  const captioned = { kind: 'video' as const, path: FILM, captionPaths: { 'zh-CN': CAPTIONS, en: CAPTIONS } };

  it('are read by whoever may read the film, and by nobody else', async () => {
    const course = await makeCourse(server, {
      audience: 'api-learners',
      levels: [{ lessons: ['a', { key: 'film', ...captioned }] }, { lessons: [{ key: 'late', ...captioned }] }],
    });
    const inLevel = await server.db.read((tx) =>
      maybeOne<{ film: string; captions: string }>(
        tx,
        `select l.file_id as film, c.file_id as captions from course_version_lesson l
         join course_version v on v.id = l.version_id join lesson n on n.id = l.lesson_id
         join course_version_caption c on c.version_lesson_id = l.id and c.locale = 'en' where v.course_id = $1 and n.key = 'film'`,
        [course.id],
      ),
    );
    // The same bytes stand once in the course, so both levels show the same files.
    const answers = async (id: string | undefined) =>
      Promise.all(
        [null, learner, stranger, manager, lead, author].map(async (p) => (await file(p, id ?? '')).statusCode),
      );
    expect(await answers(inLevel?.captions)).toEqual([401, 200, 404, 404, 200, 200]);
    expect(await answers(inLevel?.film)).toEqual(await answers(inLevel?.captions));
    await hideCourse(server, course.id);
    expect(await answers(inLevel?.captions)).toEqual([401, 404, 404, 404, 200, 200]);
    expect(await answers(inLevel?.film)).toEqual(await answers(inLevel?.captions));
  });

  it('of a locked level stay closed until it opens', async () => {
    const course = await makeCourse(server, {
      audience: 'api-learners',
      levels: [{ lessons: ['a'] }, { lessons: [{ key: 'late', ...captioned }] }],
    });
    const id = (
      await server.db.read((tx) =>
        maybeOne<{ id: string }>(tx, `select id from file where owner_id = $1 and kind = 'captions' limit 1`, [
          course.id,
        ]),
      )
    )?.id;
    expect((await file(learner, id ?? '')).statusCode).toBe(404);
    await server.gql(
      learner,
      `mutation { saveLessonProgress(input: { courseCode: "${course.code}", lessonKey: "a", place: 10000 }) { completedNow } }`,
    );
    const served = await file(learner, id ?? '');
    expect(served.statusCode).toBe(200);
    expect(served.headers['content-type']).toMatch(/^text\/vtt/);
    expect(served.body).toMatch(/^WEBVTT/);
  });

  it('are uploaded, attached and read, the reader’s language first', async () => {
    const course = await makeCourse(server, {
      audience: 'api-learners',
      levels: [{ lessons: [{ key: 'film', kind: 'video', path: FILM }] }],
    });
    const now = await film(learner, course.code);
    expect(now?.captions).toEqual([]);
    const sent = async (text: string) => {
      const answer = await upload(lead, 'tour.vtt', `WEBVTT\n\n00:01.000 --> 00:02.000\n${text}\n`);
      expect(answer.json()).toMatchObject({ kind: 'captions', mime: 'text/vtt', name: 'tour.vtt', state: 'staged' });
      return answer.json<{ id: string }>().id;
    };
    const captions = [
      { locale: 'en', fileId: await sent('Hello') },
      { locale: 'zh-CN', fileId: await sent('大家好') },
    ];
    const save = async (given: unknown) => {
      const { courseForEdit } = (
        await server.gql<{ courseForEdit: { revision: number } }>(
          lead,
          `{ courseForEdit(id: "${course.id}") { revision } }`,
        )
      ).data!;
      return server.gql<{ saveLesson: { revision: number } }>(
        lead,
        `mutation ($lesson: LessonInput!) { saveLesson(courseId: "${course.id}", revision: ${courseForEdit.revision}, lessonKey: "film", lesson: $lesson) { revision } }`,
        { lesson: { kind: 'video', title: { en: 'Film' }, minutes: 4, fileId: now?.media.fileId, captions: given } },
      );
    };
    for (const bad of [
      [{ ...captions[0], locale: 'fr' }],
      [captions[0], { ...captions[1], locale: 'en' }],
      [{ locale: 'en', fileId: 'x' }],
    ])
      expect([bad, reason(await save(bad))]).toEqual([bad, 'input-invalid']);
    const saved = await save(captions);
    expect(saved.errors).toBeUndefined();
    expect((await file(learner, captions[0]!.fileId)).statusCode).toBe(404);
    expect((await film(learner, course.code))?.captions).toEqual([]);
    await server.gql(
      lead,
      `mutation { publishCourse(input: { courseId: "${course.id}", revision: ${saved.data?.saveLesson.revision}, as: "version", inFlight: "stay" }) { id } }`,
    );
    const shown = await film(learner, course.code);
    expect(shown?.captions.map((c) => [c.locale, c.url])).toEqual([
      ['zh-CN', `/files/${captions[1]!.fileId}`],
      ['en', `/files/${captions[0]!.fileId}`],
    ]);
    expect((await file(learner, captions[0]!.fileId)).statusCode).toBe(200);
  });

  it('that are taken out of the draft again are open to its authors only', async () => {
    const course = await makeCourse(server, {
      audience: 'api-learners',
      levels: [{ lessons: [{ key: 'film', kind: 'video', path: FILM }] }],
    });
    const { id } = (await upload(lead, 'x.vtt', 'WEBVTT\n\n00:01.000 --> 00:02.000\nx\n')).json<{ id: string }>();
    const filmId = (await film(learner, course.code))?.media.fileId;
    for (const [captions, n] of [
      [[{ locale: 'en', fileId: id }], 0],
      [[], 1],
    ] as const) {
      const { courseForEdit } = (
        await server.gql<{ courseForEdit: { revision: number } }>(
          lead,
          `{ courseForEdit(id: "${course.id}") { revision } }`,
        )
      ).data!;
      const answer = await server.gql(
        lead,
        `mutation ($lesson: LessonInput!) { saveLesson(courseId: "${course.id}", revision: ${courseForEdit.revision}, lessonKey: "film", lesson: $lesson) { id } }`,
        { lesson: { kind: 'video', title: { en: 'Film' }, minutes: 4, fileId: filmId, captions } },
      );
      expect([n, answer.errors]).toEqual([n, undefined]);
    }
    expect((await file(author, id)).statusCode).toBe(200);
    expect((await file(learner, id)).statusCode).toBe(404);
  });

  it('must be WebVTT; what is wrong is named with its line', async () => {
    const cue = '00:01.000 --> 00:02.000\nx\n';
    for (const [name, content, code, params] of [
      ['tour.srt', '1\n00:00:01,000 --> 00:00:02,000\nx\n', 'captions-srt', {}],
      ['tour.vtt', cue, 'captions-header', {}],
      ['tour.txt', cue, 'captions-header', {}],
      ['tour.vtt', 'WEBVTT\n\n', 'captions-empty', {}],
      ['tour.vtt', 'WEBVTT\n\n00:01,000 --> 00:02,000\nx\n', 'captions-time', { line: 3 }],
      ['notes.txt', 'just notes', 'file-type-unknown', {}],
      ['tour.vtt', `WEBVTT\n\n${cue}\n${'NOTE long\n\n'.repeat(110_000)}`, 'file-too-large', { kind: 'captions' }],
    ] as const) {
      const answer = await upload(lead, name, content);
      expect([name, answer.statusCode, answer.json()]).toMatchObject([name, 400, { reason: code, params }]);
    }
    expect((await upload(learner, 'tour.vtt', `WEBVTT\n\n${cue}`)).statusCode).toBe(403);
  });
});
