import { fileURLToPath } from 'node:url';
import { AssessmentModule, rightWithProbability } from '@waymark/assessment';
import { IdentityModule, PersonDataRegistry } from '@waymark/identity';
import { one, rows } from '@waymark/platform';
import {
  createTestServer,
  hideCourse,
  makeAudience,
  makeCourse,
  makePastAttempts,
  makePerson,
  makeQuestions,
  type TestServer,
} from '@waymark/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { CatalogModule } from '../catalog.module.js';
import { CourseProgress } from './course-progress.service.js';
import { LessonWork } from './lesson-work.service.js';

const FILM = fileURLToPath(new URL('../../../../seeds/demo/media/product-tour.mp4', import.meta.url));
const HANDBOOK = fileURLToPath(new URL('../../../../seeds/demo/media/company-handbook.pdf', import.meta.url));

let server: TestServer;
let work: LessonWork;
let learner: string;
let other: string;

beforeAll(async () => {
  server = await createTestServer({ modules: [IdentityModule, AssessmentModule, CatalogModule] });
  work = server.get(LessonWork);
  await makeQuestions(
    server,
    ['q-1', 'q-2'].map((code) => ({ code })),
  );
  learner = await makePerson(server);
  other = await makePerson(server);
  await makeAudience(server, [learner, other], 'learners');
});
afterAll(() => server.close());

interface Recorded {
  verb: string;
  credited_minutes: number;
  local_day: string;
  result: Record<string, unknown>;
}

const activities = (personId: string, courseCode: string): Promise<Recorded[]> =>
  server.db.read((tx) =>
    rows<Recorded>(
      tx,
      `select verb, credited_minutes, local_day, result from activity_record where person_id = $1 and result->>'courseCode' = $2 order by id`,
      [personId, courseCode],
    ),
  );
const verbs = async (personId: string, code: string): Promise<string[]> =>
  (await activities(personId, code)).map((a) => a.verb);
const read = (code: string, lessonKey: string, personId = learner) =>
  work.save(personId, { courseCode: code, lessonKey, place: 10_000, seen: [] });
const pass = (personId: string, assessmentCode: string, right = true): Promise<string[]> =>
  makePastAttempts(server, [
    {
      personId,
      assessmentCode,
      startedAt: server.clock.now(),
      submittedAt: server.clock.now(),
      seed: 1,
      answer: rightWithProbability(right ? 1 : 0),
    },
  ]);

describe('an article', () => {
  it('is done at its end, once, however often that is told', async () => {
    const { code } = await makeCourse(server, { audience: 'learners' });
    await work.open(learner, code, 'a');
    const half = await work.save(learner, { courseCode: code, lessonKey: 'a', place: 5_000, seen: [] });
    expect(half.completedNow).toBe(false);
    const results = await Promise.all([read(code, 'a'), read(code, 'a'), read(code, 'a')]);
    expect(results.filter((r) => r.completedNow)).toHaveLength(1);
    expect(await verbs(learner, code)).toEqual(['lesson.completed']);
    const back = await work.save(learner, { courseCode: code, lessonKey: 'a', place: 100, seen: [] });
    expect(back.course.lessons.get(back.at.lesson.lessonId)).toMatchObject({ place: 100, furthest: 10_000 });
    expect(back.course.facts.completed.size).toBe(1);
  });

  it('keeps the place of each person apart', async () => {
    const { code } = await makeCourse(server, { audience: 'learners' });
    await read(code, 'a');
    const { course } = await work.open(other, code, 'a');
    expect(course.facts.completed.size).toBe(0);
    expect(await verbs(other, code)).toEqual([]);
  });
});

describe('a film', () => {
  it('is done by what was seen of it, from any device, in any order, and not faster than it runs', async () => {
    const { code } = await makeCourse(server, {
      audience: 'learners',
      levels: [{ lessons: [{ key: 'film', kind: 'video', path: FILM }, 'b'] }],
    });
    const save = (from: number, to: number) =>
      work.save(learner, { courseCode: code, lessonKey: 'film', place: to, seen: [{ from, to }] });
    const { at } = await work.open(learner, code, 'film');
    const length = at.lesson.file?.durationSeconds ?? 0;
    expect(length).toBeGreaterThan(20);
    expect((await save(length - 1, length)).completedNow).toBe(false);
    await expect(save(0, length + 1)).rejects.toMatchObject({ code: 'range-out-of-bounds', params: { max: length } });
    server.clock.advance(length * 1000);
    const most = Math.ceil(length * 0.9);
    expect((await save(5, most)).completedNow).toBe(false);
    expect((await save(5, most)).completedNow).toBe(false);
    expect((await save(0, 3)).completedNow).toBe(false);
    expect((await save(2, 5)).completedNow).toBe(true);
    expect((await save(0, length)).completedNow).toBe(false);
  });

  it('can not be claimed as seen at once', async () => {
    const levels = [{ lessons: [{ key: 'film', kind: 'video' as const, path: FILM }] }];
    const { code, id } = await makeCourse(server, { audience: 'learners', levels });
    // A film of an hour, which the file only pretends to be.
    await server.db.transaction((tx) => rows(tx, `update file set duration_ms = 3600000 where owner_id = $1`, [id]));
    const whole = { courseCode: code, lessonKey: 'film', place: 3_600, seen: [{ from: 0, to: 3_600 }] };
    await work.open(learner, code, 'film');
    await expect(work.save(learner, whole)).rejects.toMatchObject({ code: 'watched-too-fast' });
    const kept = await server.db.read((tx) =>
      one<{ seen: string }>(
        tx,
        `select seen::text from lesson_progress lp join lesson n on n.id = lp.lesson_id where n.course_id = $1`,
        [id],
      ),
    );
    expect(kept.seen).toBe('{}');
    server.clock.advance(1_800_000);
    expect((await work.save(learner, whole)).completedNow).toBe(true);
  });
});

describe('a document and a declaration', () => {
  it('need all pages and the person’s word', async () => {
    const { code } = await makeCourse(server, {
      audience: 'learners',
      levels: [
        {
          lessons: [
            { key: 'book', kind: 'pdf', path: HANDBOOK },
            { key: 'rules', kind: 'acknowledge' },
          ],
        },
      ],
    });
    const { at } = await work.open(learner, code, 'book');
    const pages = at.lesson.file?.pages ?? 0;
    const turn = (from: number, to: number) =>
      work.save(learner, { courseCode: code, lessonKey: 'book', place: from, seen: [{ from, to }] });
    await expect(turn(0, 1)).rejects.toMatchObject({ code: 'range-out-of-bounds' });
    expect((await turn(pages, pages + 1)).completedNow).toBe(pages === 1);
    expect((await turn(1, pages)).completedNow).toBe(pages > 1);
    await expect(work.acknowledge(learner, code, 'book')).rejects.toMatchObject({
      code: 'criterion-other',
      params: { criterion: 'all-pages' },
    });
    expect((await read(code, 'rules')).completedNow).toBe(false);
    const end = await work.acknowledge(learner, code, 'rules');
    expect(end).toMatchObject({ completedNow: true, levelClearedNow: true, courseCompletedNow: true });
    expect((await work.acknowledge(learner, code, 'rules')).completedNow).toBe(false);
  });
});

describe('levels', () => {
  it('open by the checkpoint of the one before; the course ends with the last unit and credits its hours once', async () => {
    const { code, id } = await makeCourse(server, {
      audience: 'learners',
      hours: 1.5,
      levels: [{ lessons: ['a', 'b'], questions: ['q-1', 'q-2'] }, { lessons: ['c'] }],
    });
    await expect(read(code, 'c')).rejects.toMatchObject({ code: 'level-locked', params: { level: 'l1' } });
    const quiz = `${code}-l1-checkpoint`;
    const intro = (): Promise<{
      data: { assessmentIntro: { mayStart: boolean; reason: string | null } } | null;
      errors?: unknown;
    }> => server.gql(learner, `{ assessmentIntro(code: "${quiz}") { mayStart reason } }`);
    await read(code, 'a');
    expect((await intro()).data?.assessmentIntro).toEqual({ mayStart: false, reason: 'checkpoint-locked' });
    await read(code, 'b');
    expect((await intro()).data?.assessmentIntro).toEqual({ mayStart: true, reason: null });
    const next = async (): Promise<unknown> => {
      const { data } = await server.gql<{ course: unknown; myCourses: { code: string }[] }>(
        learner,
        `{ course(code: "${code}") { resume { lessonKey } checkpoint { assessmentCode attempts } }
           myCourses { code resume { lessonKey } checkpoint { assessmentCode attempts } } }`,
      );
      return [data?.course, data?.myCourses.find((c) => c.code === code)];
    };
    await pass(learner, quiz, false);
    // The quiz that was failed is the way on, and nothing else is.
    const again = { resume: null, checkpoint: { assessmentCode: quiz, attempts: 1 } };
    expect(await next()).toEqual([again, { code, ...again }]);
    await expect(read(code, 'c')).rejects.toMatchObject({ code: 'level-locked' });
    await pass(learner, quiz);
    await pass(learner, quiz);
    expect((await verbs(learner, code)).filter((v) => v === 'level.cleared')).toHaveLength(1);
    const onward = { resume: { lessonKey: 'c' }, checkpoint: null };
    expect(await next()).toEqual([onward, { code, ...onward }]);
    const last = await read(code, 'c');
    expect(last).toMatchObject({ completedNow: true, levelClearedNow: true, courseCompletedNow: true });
    expect(await verbs(learner, code)).toEqual([
      'lesson.completed',
      'lesson.completed',
      'level.cleared',
      'lesson.completed',
      'level.cleared',
      'course.completed',
    ]);
    const recorded = await activities(learner, code);
    expect(recorded.map((a) => a.credited_minutes)).toEqual([0, 0, 0, 0, 0, 90]);
    expect(recorded[2]?.result).toMatchObject({ levelKey: 'l1', number: 1, scoreBp: 10_000 });
    const standing = await server.db.read((tx) => server.get(CourseProgress).standings(tx, [learner], [id]));
    expect(standing).toMatchObject([{ state: 'completed', done: 4, of: 4, completedAt: server.clock.now() }]);
    const events = await server.db.read((tx) =>
      rows<{ type: string; payload: Record<string, unknown> }>(
        tx,
        `select type, payload from outbox_event where payload->>'courseId' = $1 and person_id = $2 order by id`,
        [id, learner],
      ),
    );
    expect(events.map((e) => e.type)).toEqual([
      'course.opened',
      'lesson.completed',
      'lesson.completed',
      'level.cleared',
      'lesson.completed',
      'level.cleared',
      'course.completed',
    ]);
    expect(events.at(-1)?.payload).toMatchObject({ minutes: 90, done: 4, of: 4 });
  });

  it('two lessons finished at once complete the course once', async () => {
    const { code } = await makeCourse(server, { audience: 'learners', levels: [{ lessons: ['a', 'b'] }] });
    await work.open(learner, code, 'a');
    await Promise.all([read(code, 'a'), read(code, 'b')]);
    expect((await verbs(learner, code)).filter((v) => v === 'course.completed')).toHaveLength(1);
  });

  it('a checkpoint passed before the course was opened counts when it is', async () => {
    const { code } = await makeCourse(server, {
      audience: 'learners',
      levels: [{ lessons: ['a'], questions: ['q-1'] }, { lessons: ['b'] }],
    });
    await pass(other, `${code}-l1-checkpoint`);
    expect(await verbs(other, code)).toEqual([]);
    await read(code, 'b', other);
    expect(await verbs(other, code)).toEqual(['level.cleared', 'lesson.completed', 'level.cleared']);
    const end = await read(code, 'a', other);
    expect(end.courseCompletedNow).toBe(true);
  });
});

it('is part of the export of everything about a person', async () => {
  const { code } = await makeCourse(server, { audience: 'learners' });
  await read(code, 'a', other);
  const data = await server.db.read((tx) => server.get(PersonDataRegistry).collect(tx, other));
  expect(data['courses']).toContainEqual(
    expect.objectContaining({ code, version: 1, done: 1, of: 3, lessons: [expect.objectContaining({ lesson: 'a' })] }),
  );
  expect(data['files']).toEqual([]);
});

describe('who may', () => {
  it('nobody outside the audience opens a course, and whoever is in it may finish', async () => {
    const stranger = await makePerson(server);
    const { code, id } = await makeCourse(server, { audience: 'learners' });
    await expect(work.open(stranger, code, 'a')).rejects.toMatchObject({ code: 'course-not-found' });
    await expect(read(code, 'a', stranger)).rejects.toMatchObject({ code: 'course-not-found' });
    await expect(work.open(learner, 'no-such-course', 'a')).rejects.toMatchObject({ code: 'course-not-found' });
    await work.open(learner, code, 'a');
    await hideCourse(server, id);
    await expect(work.open(learner, code, 'a')).rejects.toMatchObject({ code: 'course-not-found' });
    expect((await read(code, 'a')).completedNow).toBe(true);
    await expect(work.open(learner, code, 'nothing')).rejects.toMatchObject({ code: 'course-not-found' });
  });
});
