import { AttemptAccessRegistry } from '@waymark/assessment';
import { CourseAccessRegistry, CourseProgress } from '@waymark/catalog';
import { IdentityModule, Persons } from '@waymark/identity';
import { maybeOne, one } from '@waymark/platform';
import {
  counterEvidence as counter,
  createTestServer,
  enrolOn as enrol,
  makeAssessment,
  makeCourse,
  makePastAttempts,
  makePerson,
  makeQuestions,
  mapDraft as draft,
  mapNode as node,
  type TestServer,
} from '@waymark/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { LearningLoader } from './learning-seed/learning-loader.service.js';
import { LearningMaps } from './learning-map/learning-maps.service.js';
import { LearningModule } from './learning.module.js';

let server: TestServer;
let mapId: string;
let examId: string;
let courseId: string;
beforeAll(async () => {
  server = await createTestServer({ modules: [IdentityModule, LearningModule], now: '2026-03-02T02:00:00Z' });
  await makeQuestions(
    server,
    ['q1', 'q2'].map((code) => ({ code, use: 'secure' as const })),
  );
  examId = (await makeAssessment(server, { code: 'newcomer', kind: 'exam', fixed: ['q1', 'q2'], minutes: 20 })).id;
  courseId = (await makeCourse(server, { code: 'basics' })).id;
  const maps = server.get(LearningMaps);
  mapId = await maps.create(null, {
    code: 'real',
    title: { en: 'Real' },
    document: draft([
      node('basics', { kind: 'course', targetCode: 'basics' }),
      node('exam', { kind: 'exam', targetCode: 'newcomer', prereqs: ['basics'] }),
      node('talks', { stage: 'practise', kind: 'milestone', evidence: counter(1) }),
    ]),
  });
  await maps.publish(null, mapId, { revision: 1, summary: 'first', move: 'none' });
});
afterAll(() => server.close());

const columns = async (personId: string) =>
  (
    await server.gql<{
      myMap: { state: number[]; unitsDone: number[]; unitsOf: number[]; scoreBp: (number | null)[] };
    }>(personId, `{ myMap { state unitsDone unitsOf scoreBp } }`)
  ).data?.myMap;

describe('a map over real courses and exams', () => {
  it('opens the exam with the course, to those on the map only, and follows both', async () => {
    const [person, stranger] = [await makePerson(server), await makePerson(server)];
    await enrol(server, mapId, person, '2026-03-02');
    const verdict = (personId: string) =>
      server.db.read((tx) =>
        server.get(AttemptAccessRegistry).verdict(tx, {
          personId,
          assessmentId: examId,
          assessmentCode: 'newcomer',
          kind: 'exam',
          now: server.clock.now(),
        }),
      );
    expect(await verdict(person)).toMatchObject({ allowed: false, visible: true, code: 'node-locked' });
    expect(await verdict(stranger)).toMatchObject({ allowed: false, visible: false });
    const courses = (personId: string) =>
      server.db.read((tx) => server.get(CourseAccessRegistry).courseIdsFor(tx, personId));
    expect([await courses(person), await courses(stranger)]).toEqual([new Set([courseId]), new Set()]);

    const lesson = (key: string) => ({
      personId: person,
      courseCode: 'basics',
      lessonKey: key,
      occurredAt: new Date('2026-03-02T01:00:00Z'),
    });
    await server.get(CourseProgress).completeLessons([lesson('a')]);
    expect(await columns(person)).toMatchObject({ state: [2, 0, 0], unitsDone: [1, 0, 0], unitsOf: [3, 0, 1] });
    await server.get(CourseProgress).completeLessons([lesson('b'), lesson('c')]);
    expect((await columns(person))?.state).toEqual([4, 1, 0]);
    expect(await verdict(person)).toMatchObject({ allowed: true });

    await makePastAttempts(server, [
      {
        personId: person,
        assessmentCode: 'newcomer',
        startedAt: new Date('2026-03-02T01:10:00Z'),
        submittedAt: new Date('2026-03-02T01:20:00Z'),
        seed: 7,
        answer: (item) => (item.right.choices ? { choices: item.right.choices } : null) as never,
      },
    ]);
    expect(await columns(person)).toMatchObject({ state: [4, 4, 1], scoreBp: [null, 10_000, null] });
  });

  it('offers its targets to builders and refuses those that do not exist', async () => {
    const maps = server.get(LearningMaps);
    const problems = await server.db.read((tx) =>
      maps.problems(
        tx,
        draft([
          node('a', { kind: 'course', targetCode: 'nowhere' }),
          node('b', { kind: 'quiz', targetCode: 'newcomer' }),
          node('z', { stage: 'practise' }),
        ]),
      ),
    );
    expect(problems.map((p) => [p.code, p.nodeKeys[0]])).toEqual([
      ['missing-target', 'a'],
      ['missing-target', 'b'],
    ]);
  });

  it('leaves no words of an erased person, and keeps what was reached', async () => {
    const [person, mentor] = [await makePerson(server), await makePerson(server)];
    const e = await enrol(server, mapId, person, '2026-03-01');
    await server.get(LearningLoader).loadMilestones([
      {
        personId: person,
        mapCode: 'real',
        nodeKey: 'talks',
        rounds: [
          {
            text: 'private words',
            entries: [{ on: '2026-03-01', title: 'met Ms Lin', note: 'private note' }],
            links: [{ title: 'minutes', url: 'https://x.example/private' }],
            submittedAt: new Date('2026-03-01T03:00:00Z'),
            decision: {
              status: 'returned',
              by: mentor,
              at: new Date('2026-03-02T01:00:00Z'),
              comment: 'private comment',
            },
          },
        ],
      },
    ]);
    const text = async (): Promise<string> =>
      JSON.stringify(
        await server.db.read((tx) =>
          one(
            tx,
            `select jsonb_agg(to_jsonb(s)) as s, (select jsonb_agg(to_jsonb(v)) from milestone_evidence v) as v from milestone_submission s where person_id = $1`,
            [person],
          ),
        ),
      );
    expect(await text()).toContain('private');
    await server.db.transaction(async (tx) => {
      const { number } = await one<{ number: string }>(
        tx,
        `select employee_number as number from person_profile where person_id = $1`,
        [person],
      );
      await server.get(Persons).leave(tx, person, '2026-03-02', null);
      await server.get(Persons).erase(tx, person, number, null);
    });
    expect(await text()).not.toMatch(/private|Lin/);
    expect(await server.db.read((tx) => maybeOne(tx, `select 1 from enrolment where id = $1`, [e]))).not.toBeNull();
  });
});
