import { readFile } from 'node:fs/promises';
import { Readable } from 'node:stream';
import { fileURLToPath } from 'node:url';
import { AssessmentModule, Assessments } from '@waymark/assessment';
import { IdentityModule } from '@waymark/identity';
import { Files, one, rows } from '@waymark/platform';
import {
  createTestServer,
  makeAudience,
  makeCourse,
  makePerson,
  makeQuestions,
  makeStaff,
  viewerOf,
  type TestServer,
} from '@waymark/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { CatalogModule } from '../catalog.module.js';
import { KeyPoints } from '../key-point/key-points.service.js';
import { CourseProgress } from '../progress/course-progress.service.js';
import { LessonWork } from '../progress/lesson-work.service.js';
import { CourseDesk, type CourseDraft } from './course-desk.service.js';
import { CourseEditor, type LessonDraft } from './course-editor.service.js';
import { CoursePublisher } from './course-publisher.service.js';
import { CourseReading } from './course-reading.service.js';

const FILM = new URL('../../../../seeds/demo/media/product-tour.mp4', import.meta.url);
const CAPTIONS = new URL('../../../../seeds/demo/media/product-tour.en.vtt', import.meta.url);

let server: TestServer;
let editor: CourseEditor;
let publisher: CoursePublisher;
let author: string;
let learner: string;
let questions: Map<string, string>;

beforeAll(async () => {
  server = await createTestServer({ modules: [IdentityModule, AssessmentModule, CatalogModule] });
  editor = server.get(CourseEditor);
  publisher = server.get(CoursePublisher);
  author = await makeStaff(server, 'ld-lead');
  learner = await makePerson(server);
  questions = await makeQuestions(server, [{ code: 'k-1' }, { code: 'k-2' }]);
  await makeAudience(server, [learner], 'one-learner');
});
afterAll(() => server.close());

const article = (over: Partial<LessonDraft> = {}): LessonDraft => ({
  kind: 'article',
  title: { 'zh-CN': '一', en: 'One' },
  body: { 'zh-CN': '正文', en: 'Text' },
  minutes: 4,
  fileId: null,
  captions: null,
  keyPointFront: {},
  keyPointBack: {},
  ...over,
});
const draft = (id: string): Promise<CourseDraft> => server.get(CourseDesk).draft({ id });
const keys = (d: CourseDraft): string[][] => d.levels.map((l) => l.lessons.map((x) => x.key));
const revision = async (id: string): Promise<number> => (await draft(id)).revision;
const publish = async (courseId: string, as = 'version', inFlight = 'stay'): Promise<void> =>
  publisher.publish(author, { courseId, revision: await revision(courseId), as, inFlight, note: null });
const read = (code: string, lessonKey: string) =>
  server.get(LessonWork).save(learner, { courseCode: code, lessonKey, place: 10_000, seen: [] });

async function newCourse(title: string): Promise<string> {
  const id = await editor.create(author, { code: null, title: { 'zh-CN': title, en: title }, module: 'skills' });
  await editor.saveMeta(author, id, await revision(id), { minutes: 90, summary: { en: 'All of it' } });
  await editor.addLevel(author, id, await revision(id), { 'zh-CN': '第一关' }, null);
  await editor.addLesson(author, id, await revision(id), { levelKey: 'l1', key: null, position: null }, article());
  return id;
}

describe('building a course', () => {
  it('goes from nothing to a published version with a checkpoint', async () => {
    const id = await newCourse('Quick start');
    let d = await draft(id);
    expect(d).toMatchObject({ code: 'quick-start', status: 'draft', versionNumber: 0, minutes: 90, problems: [] });
    await editor.addLesson(
      author,
      id,
      d.revision,
      { levelKey: 'l1', key: 'two', position: 1 },
      article({ title: { en: 'Two' } }),
    );
    await editor.addLevel(author, id, await revision(id), { en: 'Second' }, 1);
    await editor.moveLesson(author, id, await revision(id), 'two', 'l2', 1);
    await editor.moveLevel(author, id, await revision(id), 'l1', 1);
    await editor.saveCheckpoint(author, id, await revision(id), 'l1', {
      title: { en: 'Check' },
      passMark: 70,
      questionIds: [...questions.values()],
    });
    d = await draft(id);
    expect(d.levels.map((l) => l.key)).toEqual(['l1', 'l2']);
    expect(keys(d)).toEqual([['one'], ['two']]);
    await publish(id);
    d = await draft(id);
    expect(d).toMatchObject({ status: 'published', hasDraft: false, versionNumber: 1, problems: [] });
    const [quiz] = await server.db.read((tx) =>
      server.get(Assessments).refs(tx, { codes: ['quick-start-l1-checkpoint'] }),
    );
    expect(quiz).toMatchObject({ kind: 'quiz', status: 'published', itemCount: 2, passMark: 70 });
    const audits = await server.db.read((tx) =>
      rows<{ action: string }>(tx, `select action from audit_entry where subject_id = $1 order by at, id`, [id]),
    );
    expect(audits.map((a) => a.action)).toContain('course.published');
    expect(audits.filter((a) => a.action === 'course.changed')).toHaveLength(8);
  });

  it('refuses what can not be published and says why', async () => {
    const id = await editor.create(author, { code: 'empty-one', title: { en: 'Empty' }, module: 'basics' });
    await expect(publish(id)).rejects.toMatchObject({
      code: 'course-not-publishable',
      params: { problems: ['hours-missing', 'no-level'] },
    });
    await expect(
      editor.create(author, { code: 'empty-one', title: { en: 'x' }, module: 'basics' }),
    ).rejects.toMatchObject({ code: 'code-taken' });
    await expect(
      editor.create(author, { code: 'Bad Code', title: { en: 'x' }, module: 'basics' }),
    ).rejects.toMatchObject({ code: 'key-invalid' });
    const lesson = (over: Partial<LessonDraft>) =>
      revision(id).then((r) =>
        editor.addLesson(author, id, r, { levelKey: 'l1', key: null, position: null }, article(over)),
      );
    await expect(lesson({})).rejects.toMatchObject({ code: 'level-not-found' });
    await editor.addLevel(author, id, await revision(id), { en: 'L' }, null);
    await expect(lesson({ kind: 'package' })).rejects.toMatchObject({ code: 'lesson-kind-not-yet' });
    await expect(lesson({ kind: 'video', fileId: learner })).rejects.toMatchObject({ code: 'file-not-attachable' });
    const before = await draft(id);
    expect(before.levels[0]?.lessons).toEqual([]);
  });

  it('shows a film that its author uploaded, and keeps it to the course', async () => {
    const id = await newCourse('With film');
    const files = server.get(Files);
    const bytes = await readFile(FILM);
    const film = await files.stage({
      ownerType: 'course',
      name: 'tour.mp4',
      content: Readable.from([bytes]),
      uploadedBy: author,
      kinds: ['video'],
    });
    await expect(
      editor.saveLesson(author, id, await revision(id), 'one', article({ kind: 'pdf', fileId: film.id })),
    ).rejects.toMatchObject({ code: 'media-wrong-kind' });
    await editor.saveLesson(author, id, await revision(id), 'one', article({ kind: 'video', fileId: film.id }));
    expect((await draft(id)).levels[0]?.lessons[0]).toMatchObject({
      kind: 'video',
      criterion: 'watched',
      media: { fileId: film.id, mime: 'video/mp4' },
    });
    const second = await newCourse('Without film');
    await expect(
      editor.saveLesson(author, second, await revision(second), 'one', article({ kind: 'video', fileId: film.id })),
    ).rejects.toMatchObject({ code: 'file-not-attachable' });
  });

  it('names who changed it meanwhile', async () => {
    const id = await newCourse('Contested');
    const seen = await revision(id);
    await editor.saveLevel(author, id, seen, 'l1', { en: 'First' });
    const late = await makeStaff(server, 'author');
    const refused = editor.saveLevel(late, id, seen, 'l1', { en: 'Mine' });
    await expect(refused).rejects.toMatchObject({
      code: 'changed-meanwhile',
      params: { by: expect.stringMatching(/^测试员/) as string, at: server.clock.now().toISOString() },
    });
    const results = await Promise.allSettled(
      [1, 2, 3].map(async (n) => editor.saveLevel(author, id, seen + 1, 'l1', { en: `T${n}` })),
    );
    expect(results.filter((r) => r.status === 'fulfilled')).toHaveLength(1);
  });

  it('can be thrown away: the draft of a published course, or a course that never was one', async () => {
    const id = await newCourse('Discarded');
    expect(await editor.discardDraft(author, id, await revision(id))).toBe(false);
    await expect(draft(id)).rejects.toMatchObject({ code: 'course-not-found' });
    const kept = await newCourse('Kept');
    await publish(kept);
    await editor.saveLevel(author, kept, await revision(kept), 'l1', { 'zh-CN': '改了' });
    expect((await draft(kept)).levels[0]?.title['zh-CN']).toBe('改了');
    expect(await editor.discardDraft(author, kept, await revision(kept))).toBe(true);
    expect((await draft(kept)).levels[0]?.title['zh-CN']).toBe('第一关');
  });
});

describe('captions of a film', () => {
  const stage = async (from: URL, uploadedBy = author): Promise<string> => {
    const file = await server.get(Files).stage({
      ownerType: 'course',
      name: from.pathname.split('/').at(-1) ?? '',
      content: Readable.from([await readFile(from)]),
      uploadedBy,
      kinds: ['video', 'captions'],
    });
    return file.id;
  };
  const first = async (id: string) => (await draft(id)).levels[0]?.lessons[0];
  const languages = async (id: string) => (await first(id))?.captions.map((c) => [c.locale, c.fileId]);
  const save = async (id: string, over: Partial<LessonDraft>): Promise<void> =>
    editor.saveLesson(author, id, await revision(id), 'one', article(over));

  it('are attached, replaced and removed, one for each language, and go with the film', async () => {
    const id = await newCourse('Captioned');
    const fileId = await stage(FILM);
    const [en, zh, better] = [await stage(CAPTIONS), await stage(CAPTIONS), await stage(CAPTIONS)];
    const film = { kind: 'video', fileId };
    await save(id, {
      ...film,
      captions: [
        { locale: 'en', fileId: en },
        { locale: 'zh-CN', fileId: zh },
      ],
    });
    expect(await languages(id)).toEqual([
      ['zh-CN', zh],
      ['en', en],
    ]);
    await save(id, { ...film, title: { en: 'Only the title' }, captions: null });
    expect((await languages(id))?.length).toBe(2);
    await save(id, { ...film, captions: [{ locale: 'en', fileId: better }] });
    expect(await languages(id)).toEqual([['en', better]]);
    const audits = await server.db.read((tx) =>
      rows<{ changes: unknown }>(
        tx,
        `select changes from audit_entry where subject_id = $1 and action = 'course.changed' and changes::text like '%captions%' order by at, id`,
        [id],
      ),
    );
    expect(audits.map((a) => a.changes)).toEqual([
      expect.arrayContaining([{ field: 'lesson one captions', from: '', to: 'zh-CN en' }]),
      expect.arrayContaining([{ field: 'lesson one captions', from: 'zh-CN en', to: 'en' }]),
    ]);
    await save(id, {});
    expect(await first(id)).toMatchObject({ kind: 'article', captions: [] });
  });

  it('are caption files of the course, and nothing else', async () => {
    const id = await newCourse('Strictly captioned');
    const fileId = await stage(FILM);
    const film = { kind: 'video', fileId };
    await expect(save(id, { ...film, captions: [{ locale: 'en', fileId }] })).rejects.toMatchObject({
      code: 'captions-wrong-kind',
    });
    const foreign = await stage(CAPTIONS, await makeStaff(server, 'author'));
    await expect(save(id, { ...film, captions: [{ locale: 'en', fileId: foreign }] })).rejects.toMatchObject({
      code: 'file-not-attachable',
    });
    const captions = await stage(CAPTIONS);
    await expect(save(id, { kind: 'video', fileId: captions })).rejects.toMatchObject({ code: 'media-wrong-kind' });
    expect(await languages(id)).toEqual([]);
  });

  it('are frozen with their version: learners read the old ones until a new version is published', async () => {
    const seeded = { 'zh-CN': fileURLToPath(CAPTIONS) };
    const { id, code } = await makeCourse(server, {
      audience: 'one-learner',
      levels: [{ lessons: [{ key: 'one', kind: 'video', path: fileURLToPath(FILM), captionPaths: seeded }] }],
    });
    const viewer = await viewerOf(server, learner);
    const shown = async () => (await server.get(CourseReading).lesson(viewer, code, 'one', false)).captions;
    const before = await shown();
    expect(before).toMatchObject([{ locale: 'zh-CN', name: 'product-tour.en.vtt' }]);
    const now = await first(id);
    const fresh = await stage(CAPTIONS);
    const { title, body, keyPointFront, keyPointBack, kind, minutes } = now!;
    await save(id, {
      ...{ title, body, keyPointFront, keyPointBack, kind, minutes },
      fileId: now!.media!.fileId,
      captions: [{ locale: 'en', fileId: fresh }],
    });
    expect(await shown()).toEqual(before);
    expect(await publisher.check(id, 'en')).toMatchObject({
      correctionPossible: false,
      changedLessons: ['Lesson one'],
    });
    await expect(publish(id, 'correction')).rejects.toMatchObject({ code: 'correction-changes-structure' });
    await publish(id);
    expect((await shown()).map((c) => [c.locale, c.fileId])).toEqual([['en', fresh]]);

    const places = `from course_version_lesson l join course_version v on v.id = l.version_id where v.course_id = $1`;
    for (const change of [
      `update course_version_caption set locale = 'zh-TW' where version_lesson_id in (select l.id ${places})`,
      `delete from course_version_caption where version_lesson_id in (select l.id ${places})`,
      `insert into course_version_caption (version_lesson_id, locale, file_id) select l.id, 'zh-TW', l.file_id ${places}`,
    ])
      await expect(server.db.transaction((tx) => rows(tx, change, [id]))).rejects.toThrow('is published');
  });
});

describe('versions', () => {
  it('a published one is frozen, also for the database', async () => {
    const { id } = await makeCourse(server);
    const attempt = (sql: string) => server.db.transaction((tx) => rows(tx, sql, [id]));
    await expect(attempt(`update course_version set minutes = 1 where course_id = $1`)).rejects.toThrow('is published');
    await expect(attempt(`delete from course_version where course_id = $1`)).rejects.toThrow('is published');
    await expect(
      attempt(
        `update course_version_lesson x set minutes = 1 from course_version v where v.id = x.version_id and v.course_id = $1`,
      ),
    ).rejects.toThrow('is published');
    await expect(
      attempt(
        `delete from course_version_level l using course_version v where v.id = l.version_id and v.course_id = $1`,
      ),
    ).rejects.toThrow('is published');
  });

  it('a draft changes nothing that learners read until it is published', async () => {
    const { id, code } = await makeCourse(server, { audience: 'one-learner' });
    const viewer = await viewerOf(server, learner);
    await editor.saveLesson(
      author,
      id,
      await revision(id),
      'a',
      article({ title: { en: 'New title' }, body: { en: 'New text' } }),
    );
    expect((await server.get(CourseReading).lesson(viewer, code, 'a', false)).title).toBe('Lesson a');
    expect((await server.get(CourseReading).lesson(viewer, code, 'a', true)).title).toBe('New title');
    expect((await publisher.check(id, 'en')).correctionPossible).toBe(true);
    await publish(id, 'correction');
    const read = await server.get(CourseReading).lesson(viewer, code, 'a', false);
    expect(read).toMatchObject({ title: 'New title', body: 'New text' });
    expect(await draft(id)).toMatchObject({ versionNumber: 1, hasDraft: false });
    expect((await draft(id)).levels[0]?.lessons[0]?.title).toEqual({ en: 'New title', 'zh-CN': 'Lesson a（中）' });
    await expect(publish(id)).rejects.toMatchObject({ code: 'nothing-to-publish' });
  });

  it('a correction may not change what a version freezes', async () => {
    const { id } = await makeCourse(server);
    await editor.removeLesson(author, id, await revision(id), 'c');
    await editor.removeLevel(author, id, await revision(id), 'l2');
    await expect(publish(id, 'correction')).rejects.toMatchObject({ code: 'correction-changes-structure' });
    const check = await publisher.check(id, 'en');
    expect(check).toMatchObject({ correctionPossible: false, removedLessons: ['Lesson c'], inFlight: 0 });
  });

  it('people on the way stay on theirs, and get the new one only when it is told so', async () => {
    const { id, code } = await makeCourse(server, { audience: 'one-learner', levels: [{ lessons: ['a', 'b', 'c'] }] });
    await read(code, 'a');
    await editor.addLesson(author, id, await revision(id), { levelKey: 'l1', key: 'd', position: null }, article());
    expect(await publisher.check(id, 'en')).toMatchObject({
      inFlight: 1,
      completed: 0,
      addedLessons: ['One'],
      wouldComplete: 0,
    });
    await publish(id);
    const viewer = await viewerOf(server, learner);
    const page = () => server.get(CourseReading).page(viewer, code, false);
    expect(await page()).toMatchObject({ versionNumber: 1, newerVersion: true, done: 1, of: 3 });
    await editor.saveLesson(author, id, await revision(id), 'b', article({ minutes: 9 }));
    await publish(id, 'version', 'move');
    expect(await page()).toMatchObject({ versionNumber: 3, newerVersion: false, done: 1, of: 4, state: 'in-progress' });
    expect((await page()).levels[0]?.lessons.map((l) => l.state)).toEqual([
      'completed',
      'available',
      'available',
      'available',
    ]);
  });

  it('moving completes whoever has everything the new version asks for; completed stays completed', async () => {
    const { id, code } = await makeCourse(server, {
      audience: 'one-learner',
      hours: 1,
      levels: [{ lessons: ['a', 'b'] }],
    });
    await read(code, 'a');
    await editor.removeLesson(author, id, await revision(id), 'b');
    expect(await publisher.check(id, 'en')).toMatchObject({ inFlight: 1, wouldComplete: 1 });
    server.clock.advance(3_600_000);
    await publish(id, 'version', 'move');
    const standing = () => server.db.read((tx) => server.get(CourseProgress).standings(tx, [learner], [id]));
    expect(await standing()).toMatchObject([{ state: 'completed', done: 1, of: 1 }]);
    await editor.addLesson(author, id, await revision(id), { levelKey: 'l1', key: 'e', position: null }, article());
    await publish(id, 'version', 'move');
    expect(await standing()).toMatchObject([{ state: 'completed', done: 1, of: 1 }]);
    const credited = await server.db.read((tx) =>
      one<{ minutes: number; n: number }>(
        tx,
        `select sum(credited_minutes)::int as minutes, count(*)::int as n from activity_record where verb = 'course.completed' and subject_id = $1`,
        [id],
      ),
    );
    expect(credited).toEqual({ minutes: 60, n: 1 });
  });

  it('an archived course takes nobody new', async () => {
    const { id, code } = await makeCourse(server, { audience: 'one-learner' });
    await editor.archive(author, id, await revision(id));
    await expect(server.get(LessonWork).open(learner, code, 'a')).rejects.toMatchObject({ code: 'course-not-found' });
    await expect(editor.saveLevel(author, id, await revision(id), 'l1', { en: 'x' })).rejects.toMatchObject({
      code: 'course-archived',
    });
    await editor.restore(author, id, await revision(id));
    await server.get(LessonWork).open(learner, code, 'a');
  });
});

describe('key points', () => {
  it('are there for lessons that have one, in the words of now', async () => {
    const { id, code } = await makeCourse(server, {
      levels: [{ lessons: [{ key: 'a', keyPoint: { front: { en: 'Q' }, back: { en: 'A' } } }, 'b'] }],
    });
    const points = server.get(KeyPoints);
    const found = await server.db.read((tx) => points.byRef(tx, [`${code}/a`, `${code}/b`, 'none/none']));
    const point = found.get(`${code}/a`);
    expect(found.size).toBe(1);
    expect(point).toMatchObject({ courseId: id, front: { en: 'Q' }, back: { en: 'A' } });
    const d = await draft(id);
    await editor.saveLesson(
      author,
      id,
      d.revision,
      'a',
      article({ keyPointFront: { en: 'Q2' }, keyPointBack: { en: 'A2' } }),
    );
    await publish(id, 'correction');
    const after = await server.db.read((tx) => points.forLesson(tx, point?.lessonId ?? ''));
    expect(after).toMatchObject({ lessonId: point?.lessonId, front: { en: 'Q2' } });
    expect(after?.textSeq).toBeGreaterThan(point?.textSeq ?? 0);
  });
});
