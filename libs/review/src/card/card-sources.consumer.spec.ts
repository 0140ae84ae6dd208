import { one, Outbox, rows } from '@waymark/platform';
import { AssessmentModule } from '@waymark/assessment';
import { questionMissed, questionPublished } from '@waymark/assessment/events';
import { CatalogModule, CourseProgress } from '@waymark/catalog';
import { IdentityModule, PersonDataRegistry } from '@waymark/identity';
import { createTestServer, makeCourse, makePerson, makeQuestions, sql, type TestServer } from '@waymark/testing';
import { newId } from '@waymark/kernel';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { ReviewModule, Streaks } from '../index.js';

const START = '2026-03-10T02:00:00Z';
let server: TestServer;
let questions: Map<string, string>;

beforeAll(async () => {
  server = await createTestServer({
    modules: [IdentityModule, AssessmentModule, CatalogModule, ReviewModule],
    now: START,
  });
  await makeCourse(server, {
    code: 'talk',
    levels: [
      {
        lessons: [
          { key: 'ask', title: { en: 'Ask first' }, keyPoint: { front: { en: 'What first?' }, back: { en: 'Ask' } } },
          { key: 'plain' },
        ],
      },
    ],
  });
  questions = await makeQuestions(server, [
    { code: 'talk-secret', use: 'secure', tags: ['talk'], lesson: 'talk/ask' },
    { code: 'talk-1', tags: ['talk'], lesson: 'talk/ask' },
  ]);
});
afterAll(() => server.close());
beforeEach(() => server.clock.set(START));

const learn = (personId: string, lessonKey: string, occurredAt = new Date(START)) =>
  server.get(CourseProgress).completeLessons([{ personId, courseCode: 'talk', lessonKey, occurredAt }]);
const cards = (personId: string) =>
  server.db.read((tx) =>
    rows<{ id: string; kind: string; origin: string; due_at: Date; state: string }>(
      tx,
      `select id, kind, origin, due_at, state from card where person_id = $1 order by id`,
      [personId],
    ),
  );

describe('a finished lesson', () => {
  it('counts for the streak and brings its key point back from the next local day', async () => {
    const person = await makePerson(server, { locale: 'en' });
    await learn(person, 'ask');
    await learn(person, 'plain');
    await server.drainOutbox();
    expect(await cards(person)).toMatchObject([
      { kind: 'key-point', origin: 'lesson', due_at: new Date('2026-03-10T16:00:00Z') },
    ]);
    const streak = (await server.db.read((tx) => server.get(Streaks).of(tx, [person]))).get(person);
    expect(streak).toMatchObject({ length: 1, doneToday: true });
    const QUERY = `{ reviewSession { cards { kind front back lessonTitle courseCode lessonKey why { code } } } viewer { streak { length week { day state } } review { fresh nextDueAt } } }`;
    const today = await server.gql<{ reviewSession: { cards: object[] }; viewer: object }>(person, QUERY);
    expect(today.data?.reviewSession.cards).toEqual([]);
    expect(today.data?.viewer).toMatchObject({
      review: { fresh: 0, nextDueAt: '2026-03-10T16:00:00.000Z' },
      streak: { length: 1 },
    });
    server.clock.set('2026-03-11T02:00:00Z');
    const next = await server.gql<{ reviewSession: { cards: object[] } }>(person, QUERY);
    expect(next.data?.reviewSession.cards).toEqual([
      {
        kind: 'key-point',
        front: 'What first?',
        back: 'Ask',
        lessonTitle: 'Ask first',
        courseCode: 'talk',
        lessonKey: 'ask',
        why: { code: 'lesson' },
      },
    ]);
  });

  it('delivered twice changes nothing, delivered late counts on its own day', async () => {
    const person = await makePerson(server);
    await learn(person, 'plain', new Date('2026-03-08T02:00:00Z'));
    await server.drainOutbox();
    await learn(person, 'ask');
    await server.drainOutbox();
    await sql(
      server,
      `insert into outbox_delivery (consumer, event_id) select 'review.lessons', id from outbox_event where person_id = $1 on conflict do nothing`,
      [person],
    );
    await server.drainOutbox();
    const days = await server.db.read((tx) =>
      rows(tx, `select local_day from activity_record where person_id = $1 and verb = 'streak.day' order by 1`, [
        person,
      ]),
    );
    expect(days).toEqual([{ local_day: '2026-03-08' }, { local_day: '2026-03-10' }]);
    expect(await cards(person)).toHaveLength(1);
  });
});

describe('a miss on a secure question', () => {
  it('brings the key point of its lesson, not the question', async () => {
    const person = await makePerson(server);
    await server.db.transaction((tx) =>
      server.get(Outbox).publish(tx, questionMissed, {
        personId: person,
        payload: {
          attemptId: newId(),
          questionId: questions.get('talk-secret') as string,
          questionVersionId: newId(),
          use: 'secure',
          tag: 'talk',
          lessonRef: 'talk/ask',
        },
      }),
    );
    await server.drainOutbox();
    expect(await cards(person)).toMatchObject([{ kind: 'key-point', origin: 'missed-secure' }]);
  });
});

describe('a changed question', () => {
  it('is learnt anew, and its old reviews stay in the log', async () => {
    const person = await makePerson(server);
    const questionId = questions.get('talk-1') as string;
    await server.db.transaction((tx) =>
      server.get(Outbox).publish(tx, questionMissed, {
        personId: person,
        payload: {
          attemptId: newId(),
          questionId,
          questionVersionId: newId(),
          use: 'practice',
          tag: 'talk',
          lessonRef: null,
        },
      }),
    );
    await server.drainOutbox();
    const id = (await cards(person))[0]?.id as string;
    const SUBMIT = `mutation ($e: [ReviewEventInput!]!) { submitReviews(events: $e) { results { outcome } } }`;
    await server.gql(person, SUBMIT, { e: [{ id: newId(), cardId: id, grade: 4, reviewedAt: START }] });
    expect((await cards(person))[0]?.state).toBe('review');
    const version = await server.db.read((tx) =>
      one<{ id: string }>(tx, `select current_version_id as id from question where id = $1`, [questionId]),
    );
    const next = newId();
    await sql(
      server,
      `insert into question_version (id, question_id, number, type, use, body, answer_key, difficulty, tags, published_at)
       select $2, question_id, number + 1, type, use, body, answer_key, difficulty, tags, published_at from question_version where id = $1`,
      [version.id, next],
    );
    server.clock.set('2026-03-11T02:00:00Z');
    await server.db.transaction((tx) =>
      server
        .get(Outbox)
        .publish(tx, questionPublished, { payload: { questionId, questionVersionId: next, use: 'practice' } }),
    );
    await server.drainOutbox();
    expect(await cards(person)).toMatchObject([{ state: 'new', due_at: new Date('2026-03-11T02:00:00Z') }]);
    await server.gql(person, SUBMIT, { e: [{ id: newId(), cardId: id, grade: 3, reviewedAt: START }] });
    expect((await cards(person))[0]?.state).toBe('new');
    const exported = await server.db.read((tx) => server.get(PersonDataRegistry).collect(tx, person));
    expect((exported['reviews'] as { reviews: unknown[] }).reviews).toHaveLength(2);
  });
});
