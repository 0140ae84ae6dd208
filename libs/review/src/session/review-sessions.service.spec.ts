import { newId, newRandomId } from '@waymark/kernel';
import { execute, Outbox, one, rows, SESSION_RESOLVER, type SessionResolver } from '@waymark/platform';
import { AssessmentModule, Topics } from '@waymark/assessment';
import { questionMissed } from '@waymark/assessment/events';
import { CatalogModule } from '@waymark/catalog';
import { IdentityModule, Persons } from '@waymark/identity';
import { createTestServer, makePerson, makeQuestions, makeStaff, sql, type TestServer } from '@waymark/testing';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { toCardModel } from '../card/card.model.js';
import { Cards } from '../card/cards.service.js';
import { ReviewLoader, ReviewModule, ReviewSessions, Streaks } from '../index.js';

let server: TestServer;
let questions: Map<string, string>;
const START = '2026-03-10T02:00:00Z';

beforeAll(async () => {
  server = await createTestServer({
    modules: [IdentityModule, AssessmentModule, CatalogModule, ReviewModule],
    now: START,
  });
  questions = await makeQuestions(server, [
    { code: 'price-1', tags: ['price'] },
    { code: 'price-2', tags: ['price'], type: 'multiple', right: ['a', 'c'] },
    { code: 'price-secret', tags: ['price'], use: 'secure' },
    { code: 'lonely-secret', tags: ['lonely'], use: 'secure' },
  ]);
});
afterAll(() => server.close());
beforeEach(() => server.clock.set(new Date(START)));

const later = (hours: number): Date => new Date(Date.parse(START) + hours * 3_600_000);

async function miss(
  personId: string,
  code: string,
  use: 'practice' | 'secure' = 'practice',
  attemptId = newId(),
): Promise<string> {
  await server.db.transaction((tx) =>
    server.get(Outbox).publish(tx, questionMissed, {
      personId,
      payload: {
        attemptId,
        questionId: questions.get(code) as string,
        questionVersionId: newId(),
        use,
        tag: code.split('-')[0] as string,
        lessonRef: null,
      },
    }),
  );
  await server.drainOutbox();
  return attemptId;
}

const cardsOf = (personId: string) =>
  server.db.read((tx) =>
    rows<{
      id: string;
      question_id: string | null;
      origin: string;
      state: string;
      due_at: Date;
      brought_forward: string | null;
      reps: number;
    }>(
      tx,
      `select id, question_id, origin, state, due_at, brought_forward, reps from card where person_id = $1 order by id`,
      [personId],
    ),
  );

const activities = (personId: string, verb: string) =>
  server.db.read((tx) =>
    rows<{ result: Record<string, unknown>; local_day: string }>(
      tx,
      `select result, local_day from activity_record where person_id = $1 and verb = $2 order by occurred_at, id`,
      [personId, verb],
    ),
  );

const SUBMIT = `mutation ($events: [ReviewEventInput!]!) { submitReviews(events: $events) {
  results { id outcome code } cards { cardId state dueAt next { grade dueAt days } } streak { length doneToday freezes } review { due fresh minutes doneToday } } }`;
interface SubmitAnswer {
  submitReviews: {
    results: { id: string; outcome: string; code: string | null }[];
    cards: { cardId: string; state: string; dueAt: string; next: { grade: number; dueAt: string; days: number }[] }[];
    streak: { length: number; doneToday: boolean };
    review: { due: number; fresh: number; doneToday: number };
  };
}
const SESSION = `query { reviewSession { id today dueTotal newTotal limitLeft newLeft returning
  cards { id kind state front back questionType choices { key right } revision why { code topic recallPercent } next { grade dueAt days } } } }`;
interface SessionAnswer {
  reviewSession: {
    dueTotal: number;
    newTotal: number;
    limitLeft: number;
    newLeft: number;
    returning: boolean;
    cards: {
      id: string;
      kind: string;
      state: string;
      front: string;
      back: string;
      choices: { key: string; right: boolean }[];
      why: { code: string; topic: string | null };
      next: { grade: number; dueAt: string; days: number }[];
    }[];
  };
}
const event = (cardId: string, grade: number, reviewedAt: Date, more: object = {}) => ({
  id: newRandomId(),
  cardId,
  grade,
  reviewedAt: reviewedAt.toISOString(),
  durationMs: 8000,
  ...more,
});
const submit = async (personId: string, events: object[]) => {
  const answer = await server.gql<SubmitAnswer>(personId, SUBMIT, { events });
  if (!answer.data) throw new Error(JSON.stringify(answer.errors));
  return answer.data.submitReviews;
};
const writeCard = async (personId: string, front = 'Who?'): Promise<string> => {
  const answer = await server.gql<{ writeCard: { id: string } }>(
    personId,
    `mutation ($f: String!) { writeCard(input: { front: $f, back: "You" }) { id } }`,
    { f: front },
  );
  return answer.data?.writeCard.id as string;
};

describe('cards from misses', () => {
  it('makes a card of a missed practice question, with why and the four next dates', async () => {
    const learner = await makePerson(server, { locale: 'en' });
    const attemptId = await miss(learner, 'price-1');
    // A topic is called by its title, once it has one.
    await server.get(Topics).rename(null, 'price', { en: 'Talking about price' });
    const { data } = await server.gql<SessionAnswer>(learner, SESSION);
    expect(data?.reviewSession.cards).toHaveLength(1);
    expect(data?.reviewSession.cards[0]).toMatchObject({
      kind: 'question',
      front: 'Stem of price-1',
      back: 'Because of price-1',
      why: { code: 'missed', topic: 'Talking about price' },
    });
    expect(data?.reviewSession.cards[0]?.choices.filter((c) => c.right).map((c) => c.key)).toEqual(['a']);
    expect(data?.reviewSession.cards[0]?.next.map((n) => n.grade)).toEqual([1, 2, 3, 4]);
    const count = await server.gql<{ cardsFromAttempt: number }>(
      learner,
      `query ($a: ID!) { cardsFromAttempt(attemptId: $a) }`,
      { a: attemptId },
    );
    expect(count.data?.cardsFromAttempt).toBe(1);
  });

  it('never makes a card of a secure question: a practice question of its topic stands for it', async () => {
    const learner = await makePerson(server);
    await miss(learner, 'price-secret', 'secure');
    await miss(learner, 'price-secret', 'secure');
    await miss(learner, 'lonely-secret', 'secure');
    const cards = await cardsOf(learner);
    expect(cards.map((c) => c.origin)).toEqual(['missed-secure', 'missed-secure']);
    expect(new Set(cards.map((c) => c.question_id))).toEqual(
      new Set([questions.get('price-1'), questions.get('price-2')]),
    );
  });

  it('does not take a secure question by a false word either', async () => {
    const learner = await makePerson(server);
    await miss(learner, 'price-secret', 'practice');
    expect(await cardsOf(learner)).toEqual([]);
  });

  it('brings a known card back at once when it is missed again, and only once', async () => {
    const learner = await makePerson(server);
    await miss(learner, 'price-1');
    const [card] = await cardsOf(learner);
    await submit(learner, [event(card?.id as string, 4, new Date(START))]);
    server.clock.set(later(24));
    await miss(learner, 'price-1');
    const after = await cardsOf(learner);
    expect(after).toHaveLength(1);
    expect(after[0]).toMatchObject({ state: 'review', brought_forward: 'missed-again', due_at: later(24) });
  });

  it('changes nothing when the event is delivered a second time', async () => {
    const learner = await makePerson(server);
    await miss(learner, 'price-2');
    await sql(
      server,
      `insert into outbox_delivery (consumer, event_id) select 'review.missed', id from outbox_event where person_id = $1`,
      [learner],
    );
    await server.drainOutbox();
    expect(await cardsOf(learner)).toHaveLength(1);
  });

  it('rests the card when its question turns secure', async () => {
    const learner = await makePerson(server);
    await makeQuestions(server, [{ code: 'turning-1', tags: ['turning'] }], 'turning-bank');
    const id = (await makeQuestions(server, [{ code: 'turning-1', tags: ['turning'] }], 'turning-bank')).get(
      'turning-1',
    ) as string;
    questions.set('turning-1', id);
    await miss(learner, 'turning-1');
    await sql(server, `update question set status = 'retired' where id = $1`, [id]);
    await server.runJob('review.tidy');
    const { data } = await server.gql<SessionAnswer>(learner, SESSION);
    expect(data?.reviewSession).toMatchObject({ cards: [], newTotal: 0 });
    await sql(server, `update question set status = 'published' where id = $1`, [id]);
    await server.runJob('review.tidy');
    expect((await server.gql<SessionAnswer>(learner, SESSION)).data?.reviewSession.newTotal).toBe(1);
  });
});

describe('submitting reviews', () => {
  it('sets the date that was shown, counts once, and tells the streak', async () => {
    const learner = await makePerson(server);
    const id = await writeCard(learner);
    const shown = (await server.gql<SessionAnswer>(learner, SESSION)).data?.reviewSession.cards[0]?.next[2];
    const sent = event(id, 3, new Date(START));
    const first = await submit(learner, [sent, sent]);
    expect(first.results.map((r) => r.outcome)).toEqual(['recorded', 'duplicate']);
    expect(first.cards[0]).toMatchObject({ cardId: id, dueAt: shown?.dueAt });
    expect(first.streak).toMatchObject({ length: 1, doneToday: true });
    expect((await submit(learner, [sent])).results[0]?.outcome).toBe('duplicate');
    expect(await activities(learner, 'review.done')).toEqual([
      { result: { recalled: true, grade: 3, kind: 'own' }, local_day: '2026-03-10' },
    ]);
    expect(await activities(learner, 'streak.day')).toHaveLength(1);
  });

  it('takes the same reviews from two devices at once: each counts once', async () => {
    const learner = await makePerson(server);
    const ids = [await writeCard(learner, 'a'), await writeCard(learner, 'b')];
    const events = ids.map((id) => event(id, 3, new Date(START)));
    const answers = await Promise.all([
      submit(learner, events),
      submit(learner, [...events].reverse()),
      submit(learner, events),
    ]);
    const outcomes = answers.flatMap((a) => a.results.map((r) => r.outcome)).sort();
    expect(outcomes).toEqual(['duplicate', 'duplicate', 'duplicate', 'duplicate', 'recorded', 'recorded']);
    expect((await cardsOf(learner)).map((c) => c.reps)).toEqual([1, 1]);
    expect(await activities(learner, 'streak.day')).toHaveLength(1);
  });

  it('gives offline reviews their own day, whatever order they arrive in, and refuses what is too old', async () => {
    const learner = await makePerson(server);
    const other = await makePerson(server);
    const one = await writeCard(learner);
    const two = await writeCard(other);
    const times = [-6 * 24, -3 * 24, 0].map(later);
    for (const at of times) await submit(learner, [event(one, 3, at)]);
    for (const at of [...times].reverse()) await submit(other, [event(two, 3, at)]);
    const strip = (list: Awaited<ReturnType<typeof cardsOf>>) =>
      list.map(({ state, due_at, reps }) => ({ state, due_at: due_at.toISOString().slice(0, 10).length, reps }));
    expect(strip(await cardsOf(other))).toEqual(strip(await cardsOf(learner)));
    const stability = await server.db.read((tx) =>
      rows<{ stability: number }>(tx, `select stability from card where id = any ($1::uuid[])`, [[one, two]]),
    );
    expect(stability[0]?.stability).toBeCloseTo(stability[1]?.stability ?? 0, 9);
    expect((await activities(other, 'streak.day')).map((a) => a.local_day)).toEqual([
      '2026-03-04',
      '2026-03-07',
      '2026-03-10',
    ]);
    const late = await submit(learner, [event(one, 3, later(-7 * 24 - 1)), event(one, 3, later(5))]);
    expect(late.results).toMatchObject([{ outcome: 'refused', code: 'too-old' }, { outcome: 'recorded' }]);
    const last = await server.db.read((tx) =>
      one_(tx, `select max(reviewed_at) as at from review_log where card_id = $1`, [one]),
    );
    expect(last).toEqual(new Date(START));
  });

  it('refuses another person’s card without saying that it exists', async () => {
    const owner = await makePerson(server);
    const stranger = await makePerson(server);
    const id = await writeCard(owner);
    const answer = await submit(stranger, [event(id, 3, new Date(START)), event(newId(), 3, new Date(START))]);
    expect(answer.results.map((r) => [r.outcome, r.code])).toEqual([
      ['refused', 'card-not-found'],
      ['refused', 'card-not-found'],
    ]);
    expect(answer.cards).toEqual([]);
    expect(answer.streak.length).toBe(0);
    expect((await cardsOf(owner))[0]?.reps).toBe(0);
  });

  it('keeps the log append-only', async () => {
    await expect(sql(server, `update review_log set grade = 4`)).rejects.toThrow(/permission denied/);
    await expect(sql(server, `delete from review_log`)).rejects.toThrow(/permission denied/);
  });

  it('says which input is out of range', async () => {
    const learner = await makePerson(server);
    const answer = await server.gql(learner, SUBMIT, { events: [event(newId(), 5, new Date(START))] });
    expect(answer.errors?.[0]?.extensions).toMatchObject({ code: 'BAD_USER_INPUT', reason: 'input-invalid' });
  });
});

describe('limits', () => {
  it('brings at most the new cards of a day, and a backlog without new ones', async () => {
    const learner = await makePerson(server);
    const own = (n: number, reviews: { at: Date; grade: 1 | 2 | 3 | 4 }[], dueNow: boolean) => ({
      kind: 'own' as const,
      front: `f${n}`,
      back: 'b',
      createdAt: later(-60 * 24),
      reviews,
      dueNow,
    });
    await server
      .get(ReviewLoader)
      .loadReviewHistory([{ personId: learner, cards: Array.from({ length: 15 }, (_, n) => own(n, [], false)) }]);
    const fresh = (await server.gql<SessionAnswer>(learner, SESSION)).data?.reviewSession;
    expect(fresh).toMatchObject({ newTotal: 15, newLeft: 10, dueTotal: 0, returning: false });
    expect(fresh?.cards).toHaveLength(10);
    await server.get(ReviewLoader).loadReviewHistory([
      {
        personId: learner,
        cards: Array.from({ length: 45 }, (_, n) =>
          own(
            100 + n,
            [
              { at: later(-50 * 24), grade: 3 },
              { at: later(-40 * 24 + n), grade: 3 },
            ],
            true,
          ),
        ),
      },
    ]);
    const back = (await server.gql<SessionAnswer>(learner, SESSION)).data?.reviewSession;
    expect(back).toMatchObject({ dueTotal: 45, limitLeft: 40, returning: true });
    expect(back?.cards).toHaveLength(40);
    expect(back?.cards.every((c) => c.state === 'review')).toBe(true);
    const viewer = await server.gql<{ viewer: { review: { due: number; fresh: number; minutes: number } } }>(
      learner,
      `{ viewer { review { due fresh minutes } } }`,
    );
    expect(viewer.data?.viewer.review).toEqual({ due: 40, fresh: 0, minutes: 8 });
  });

  it('asks the database a fixed number of times, however many cards', async () => {
    const few = await makePerson(server);
    await writeCard(few);
    const many = await makePerson(server);
    for (let n = 0; n < 8; n += 1) await writeCard(many, `n${n}`);
    const a = await server.queryCount(() => server.gql(few, SESSION));
    const b = await server.queryCount(() => server.gql(many, SESSION));
    expect(b.count).toBe(a.count);
  });
});

describe('end of a session', () => {
  const SUMMARY = `mutation ($id: ID!) { finishReviewSession(sessionId: $id) { reviews cards recalled recalledAtOnce again kept seconds nextDueAt forecast { day due } streak { length } } }`;
  it('tells what was kept and when the next are due, and says so once', async () => {
    const learner = await makePerson(server);
    const known = {
      kind: 'own' as const,
      front: 'known',
      back: 'b',
      createdAt: later(-40 * 24),
      reviews: [
        { at: later(-30 * 24), grade: 3 as const },
        { at: later(-20 * 24), grade: 3 as const },
      ],
      dueNow: true,
    };
    await server.get(ReviewLoader).loadReviewHistory([{ personId: learner, cards: [known] }]);
    const fresh = await writeCard(learner);
    const sessionId = newRandomId();
    const knownId = (await cardsOf(learner)).find((c) => c.state === 'review')?.id as string;
    await submit(learner, [
      event(knownId, 3, new Date(START), { sessionId }),
      event(fresh, 1, later(0.01), { sessionId }),
      event(fresh, 3, later(0.02), { sessionId }),
    ]);
    interface Answer {
      finishReviewSession: { reviews: number; forecast: { day: string; due: number }[] };
    }
    const { data } = await server.gql<Answer>(learner, SUMMARY, { id: sessionId });
    expect(data?.finishReviewSession).toMatchObject({
      reviews: 3,
      cards: 2,
      recalled: 2,
      recalledAtOnce: 1,
      again: 1,
      kept: 1,
      seconds: 24,
      streak: { length: 1 },
    });
    expect(data?.finishReviewSession.forecast.map((f) => f.day)).toEqual([
      '2026-03-10',
      '2026-03-11',
      '2026-03-12',
      '2026-03-13',
      '2026-03-14',
      '2026-03-15',
      '2026-03-16',
    ]);
    expect(data?.finishReviewSession.forecast.reduce((n, f) => n + f.due, 0)).toBeGreaterThanOrEqual(1);
    await server.gql(learner, SUMMARY, { id: sessionId });
    const told = await server.db.read((tx) =>
      rows(tx, `select 1 from outbox_event where type = 'review-session.finished' and person_id = $1`, [learner]),
    );
    expect(told).toHaveLength(1);
    const stranger = await makePerson(server);
    const other = await server.gql<Answer>(stranger, SUMMARY, { id: sessionId });
    expect(other.data?.finishReviewSession.reviews).toBe(0);
  });
});

describe('own cards', () => {
  const EDIT = `mutation ($id: ID!, $r: Int!) { editCard(id: $id, revision: $r, input: { front: "New?", back: "Yes" }) { front revision } }`;
  it('are edited by their owner, from the newest revision', async () => {
    const learner = await makePerson(server);
    const stranger = await makePerson(server);
    const id = await writeCard(learner);
    expect((await server.gql(stranger, EDIT, { id, r: 1 })).errors?.[0]?.extensions).toMatchObject({
      code: 'NOT_FOUND',
      reason: 'card-not-found',
    });
    expect(
      (await server.gql(stranger, `query ($id: ID!) { myCard(id: $id) { front } }`, { id })).errors?.[0]?.extensions
        .reason,
    ).toBe('card-not-found');
    expect((await server.gql(learner, EDIT, { id, r: 1 })).data).toEqual({ editCard: { front: 'New?', revision: 2 } });
    expect((await server.gql(learner, EDIT, { id, r: 1 })).errors?.[0]?.extensions).toMatchObject({
      reason: 'card-changed',
    });
  });

  it('rest and return, and only own ones have words to edit', async () => {
    const learner = await makePerson(server);
    await miss(learner, 'price-1');
    const [card] = await cardsOf(learner);
    const id = card?.id as string;
    expect((await server.gql(learner, EDIT, { id, r: 1 })).errors?.[0]?.extensions.reason).toBe('card-not-own');
    await server.gql(learner, `mutation ($id: ID!) { suspendCard(id: $id, suspended: true) { suspended } }`, { id });
    expect((await server.gql<SessionAnswer>(learner, SESSION)).data?.reviewSession.cards).toEqual([]);
    const page = await server.gql<{ myCards: { totalCount: number } }>(
      learner,
      `{ myCards(suspended: true) { totalCount edges { node { id suspended } } } }`,
    );
    expect(page.data?.myCards.totalCount).toBe(1);
  });

  it('are not read by somebody who looks as the person', async () => {
    const learner = await makePerson(server);
    const id = await writeCard(learner, 'My secret');
    const staff = await makeStaff(server, 'ld-lead');
    const [card] = (await server.get(Cards).page(learner, 'en', {}, 10, null)).views;
    const viewer = { ...(await server.get<SessionResolver>(SESSION_RESOLVER).viewerFor(learner)), viewAsBy: staff };
    expect(card && toCardModel(card, viewer)).toMatchObject({ id, front: '', back: '' });
    expect(card && toCardModel(card, { ...viewer, viewAsBy: null })).toMatchObject({ front: 'My secret' });
  });

  it('lose their words when the person is erased', async () => {
    const learner = await makePerson(server, { employeeNumber: 'ERASE-1' });
    await writeCard(learner, 'My secret');
    await server.db.transaction((tx) => server.get(Persons).leave(tx, learner, '2026-03-09', null));
    await server.db.transaction((tx) => server.get(Persons).erase(tx, learner, 'ERASE-1', null));
    expect(await server.db.read((tx) => rows(tx, `select 1 from card_text where person_id = $1`, [learner]))).toEqual(
      [],
    );
  });
});

describe('streak', () => {
  it('counts from tomorrow in a new zone', async () => {
    const learner = await makePerson(server, { zone: 'Asia/Shanghai' });
    const id = await writeCard(learner);
    await submit(learner, [event(id, 3, new Date(START))]);
    await sql(server, `update person_profile set zone = 'Pacific/Honolulu' where person_id = $1`, [learner]);
    server.clock.set(later(3));
    await submit(learner, [event(id, 3, later(3))]);
    expect((await activities(learner, 'streak.day')).map((a) => a.local_day)).toEqual(['2026-03-10']);
    server.clock.set(later(27));
    await submit(learner, [event(id, 3, later(27))]);
    expect((await activities(learner, 'streak.day')).map((a) => a.local_day)).toEqual(['2026-03-10']);
    server.clock.set(later(40));
    await submit(learner, [event(id, 3, later(40))]);
    const streak = (await server.db.read((tx) => server.get(Streaks).of(tx, [learner]))).get(learner);
    expect(streak).toMatchObject({ length: 2, doneToday: true, today: '2026-03-11' });
  });
});

describe('reminders', () => {
  const remind = () => server.runJob('review.remind') as Promise<number>;
  const reminded = (ids: string[]) =>
    server.db.read((tx) =>
      rows<{ id: string; person_id: string }>(
        tx,
        `select id, person_id from outbox_event where type = 'reviews.due' and person_id = any ($1::uuid[])`,
        [ids],
      ),
    );

  it('go once a day at the person’s hour, never in quiet hours, only when cards are due', async () => {
    const noon = await makePerson(server, { zone: 'Asia/Shanghai' });
    const night = await makePerson(server, { zone: 'Asia/Shanghai' });
    const idle = await makePerson(server, { zone: 'Asia/Shanghai' });
    const off = await makePerson(server, { zone: 'Asia/Shanghai' });
    const abroad = await makePerson(server, { zone: 'Europe/Berlin' });
    const all = [noon, night, idle, off, abroad];
    for (const id of [noon, night, off, abroad]) await writeCard(id);
    await server.gql(night, `mutation { saveReviewPreference(reminderHour: 23) { reminderHour } }`);
    await server.gql(off, `mutation { saveReviewPreference(reminders: false) { reminders } }`);
    const at = async (iso: string): Promise<string[]> => {
      const before = new Set((await reminded(all)).map((r) => r.id));
      server.clock.set(new Date(iso));
      await remind();
      return (await reminded(all)).filter((r) => !before.has(r.id)).map((r) => r.person_id);
    };
    expect(await at('2026-03-10T03:00:00Z')).toEqual([]);
    expect(await at('2026-03-10T04:00:00Z')).toEqual([noon]);
    expect(await at('2026-03-10T05:00:00Z')).toEqual([]);
    expect(await at('2026-03-10T11:00:00Z')).toEqual([abroad]);
    expect(await at('2026-03-10T15:00:00Z')).toEqual([]);
    expect(await at('2026-03-11T00:00:00Z')).toEqual([night]);
    expect((await at('2026-03-11T05:00:00Z')).sort()).toEqual([noon]);
  });

  it('reaches 1,000 people in half a second, twice at once without a second word', async () => {
    const n = 1000;
    const unit = await makePerson(server);
    await server.db.transaction(async (tx) => {
      await execute(tx, `insert into person (id) select md5('r' || i)::uuid from generate_series(1, $1) i`, [n]);
      await execute(
        tx,
        `insert into person_profile (person_id, name, zone) select md5('r' || i)::uuid, 'P' || i, 'Asia/Tokyo' from generate_series(1, $1) i`,
        [n],
      );
      await execute(
        tx,
        `insert into card (id, person_id, kind, origin, due_at, memory_since, created_at)
         select md5('c' || i || '-' || k)::uuid, md5('r' || i)::uuid, 'own', 'own', $2, 'epoch', $2 from generate_series(1, $1) i, generate_series(1, 20) k`,
        [n, later(-1)],
      );
    });
    await sql(server, `analyze`).catch(() => 0);
    server.clock.set(new Date('2026-03-12T03:00:00Z'));
    const counts = await Promise.all([remind(), remind()]);
    expect(counts[0] + counts[1]).toBe(n);
    const told = await server.db.read((tx) =>
      one<{ n: number }>(
        tx,
        `select count(*)::int as n from outbox_event where type = 'reviews.due' and person_id <> $1 and payload->>'localDay' = '2026-03-12'`,
        [unit],
      ),
    );
    expect(told.n).toBe(n);
  });
});

describe('history', () => {
  it('loads thousands of reviews in bulk, the same twice', async () => {
    const people = await Promise.all(Array.from({ length: 10 }, () => makePerson(server)));
    const history = people.map((personId) => ({
      personId,
      cards: Array.from({ length: 50 }, (_, c) => ({
        kind: 'own' as const,
        front: `card ${c}`,
        back: 'b',
        createdAt: later(-90 * 24),
        reviews: Array.from({ length: 8 }, (_, r) => ({
          at: later(-90 * 24 + r * r * 30 + c),
          grade: (((c + r) % 4) + 1) as 1 | 2 | 3 | 4,
          durationMs: 9000,
        })),
      })),
    }));
    expect(await server.get(ReviewLoader).loadReviewHistory(history)).toEqual({ cards: 500, reviews: 4000 });
    expect(await server.get(ReviewLoader).loadReviewHistory(history)).toEqual({ cards: 0, reviews: 0 });
    const summary = await server.get(ReviewSessions).forecast(people[0] as string);
    expect(summary).toHaveLength(7);
  });
});

describe('settings', () => {
  it('are L&D’s', async () => {
    const learner = await makePerson(server);
    const lead = await makeStaff(server, 'ld-lead');
    const SAVE = `mutation { saveReviewSettings(input: { revision: 1, desiredRetention: 0.92 }) { desiredRetention dailyLimit revision } }`;
    expect((await server.gql(learner, SAVE)).errors?.[0]?.extensions.code).toBe('FORBIDDEN');
    expect((await server.gql(lead, SAVE)).data).toEqual({
      saveReviewSettings: { desiredRetention: 0.92, dailyLimit: 40, revision: 2 },
    });
    expect((await server.gql(lead, SAVE)).errors?.[0]?.extensions.code).toBe('CONFLICT');
  });
});

async function one_(tx: Parameters<typeof one>[0], statement: string, params: unknown[]): Promise<Date> {
  return (await one<{ at: Date }>(tx, statement, params)).at;
}
