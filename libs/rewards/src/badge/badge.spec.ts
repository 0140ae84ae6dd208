import { Activities, IdentityModule, type ActivityInput } from '@waymark/identity';
import { addDays, newId } from '@waymark/kernel';
import { execute, rows } from '@waymark/platform';
import { createTestServer, makePerson, type TestServer } from '@waymark/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { RewardsModule } from '../rewards.module.js';
import type { BadgeCriteria } from './badge-criteria.js';

let server: TestServer;
beforeAll(async () => {
  server = await createTestServer({ modules: [IdentityModule, RewardsModule], now: '2026-03-04T02:00:00Z' });
});
afterAll(() => server.close());

const define = (code: string, criteria: BadgeCriteria) =>
  server.db.transaction((tx) =>
    execute(
      tx,
      `insert into badge (id, code, shape, tier, glyph, title, description, criteria, ordinal) values ($1, $2, 'round', 1, 'x', $3, '{}', $4, 0)`,
      [newId(), code, JSON.stringify({ en: code }), JSON.stringify(criteria)],
    ),
  );
const record = async (personId: string, list: Partial<ActivityInput>[]) => {
  await server.db.transaction((tx) =>
    server.get(Activities).recordMany(
      tx,
      list.map((a) => ({ verb: 'lesson.completed', personId, subjectType: 'lesson', subjectId: newId(), ...a })),
    ),
  );
  await server.drainOutbox();
};
const has = async (personId: string): Promise<string[]> =>
  (
    await server.db.read((tx) =>
      rows<{ code: string }>(
        tx,
        `select b.code from person_badge h join badge b on b.id = h.badge_id where h.person_id = $1 order by 1`,
        [personId],
      ),
    )
  ).map((r) => r.code);
const told = async (personId: string): Promise<number> =>
  (
    await server.db.read((tx) =>
      rows(tx, `select 1 from outbox_event where type = 'badge.awarded' and person_id = $1`, [personId]),
    )
  ).length;

describe('badges', () => {
  it('come with the nth that counts, once', async () => {
    await define('three-lessons', { verb: 'lesson.completed', count: 3, distinct: true });
    await define('two-mentor-hours', { verb: 'meeting.held', count: 2, role: 'mentor' });
    await define('high-exam', { verb: 'attempt.passed', count: 1, examKind: 'exam', minScore: 95 });
    const person = await makePerson(server);
    const same = newId();
    await record(person, [{ subjectId: same }, { subjectId: same }, {}]);
    expect(await has(person)).toEqual([]);
    await record(person, [
      { verb: 'meeting.held', result: { role: 'mentor' } },
      { verb: 'meeting.held', result: { role: 'learner' } },
      { verb: 'attempt.passed', result: { examKind: 'exam', scoreBp: 9_499 } },
      { verb: 'attempt.passed', result: { examKind: 'quiz', scoreBp: 10_000 } },
    ]);
    expect(await has(person)).toEqual([]);
    await record(person, [
      {},
      {},
      { verb: 'meeting.held', result: { role: 'mentor' } },
      { verb: 'attempt.passed', result: { examKind: 'exam', scoreBp: 9_500 } },
    ]);
    expect(await has(person)).toEqual(['high-exam', 'three-lessons', 'two-mentor-hours']);
    await record(person, [{}, {}]);
    expect(await told(person)).toBe(3);
  });

  it('for streaks count days in a row, or what the record says where a freeze bridged a day', async () => {
    await define('five-days', { streak: 5 });
    const day = (n: number, length?: number): Partial<ActivityInput> => ({
      verb: 'streak.day',
      subjectType: 'streak',
      localDay: addDays('2026-02-01', n),
      occurredAt: new Date(`${addDays('2026-02-01', n)}T04:00:00Z`),
      ...(length ? { result: { length } } : {}),
    });
    const broken = await makePerson(server);
    await record(
      broken,
      [0, 1, 2, 3, 5, 6, 7].map((n) => day(n)),
    );
    expect(await has(broken)).toEqual([]);
    await record(broken, [day(8), day(9)]);
    expect(await has(broken)).toEqual(['five-days']);
    const frozen = await makePerson(server);
    await record(frozen, [day(0, 1), day(1, 2), day(2, 3), day(4, 5)]);
    expect(await has(frozen)).toEqual(['five-days']);
  });

  it('are awarded for the past when they are defined later, with the time they were earned', async () => {
    const early = await makePerson(server);
    const never = await makePerson(server);
    await record(
      early,
      [1, 2, 3].map((n) => ({
        verb: 'course.completed',
        subjectType: 'course',
        occurredAt: new Date(Date.UTC(2026, 0, n)),
      })),
    );
    await record(never, [{ verb: 'course.completed', subjectType: 'course' }]);
    await define('two-courses', { verb: 'course.completed', count: 2 });
    await server.runJob('rewards.evaluate-badges');
    await server.runJob('rewards.evaluate-badges');
    expect([await has(early), await has(never)]).toEqual([['two-courses'], []]);
    expect(await told(early)).toBe(1);
    const { data } = await server.gql<{ viewer: { badges: { awardedAt: string; badge: { code: string } }[] } }>(
      early,
      `{ viewer { badges { awardedAt have need badge { code title } } } }`,
    );
    expect(data?.viewer.badges).toEqual([
      { awardedAt: '2026-01-02T00:00:00.000Z', have: 2, need: 2, badge: { code: 'two-courses', title: 'two-courses' } },
    ]);
  });

  it('show how far one is', async () => {
    const person = await makePerson(server);
    await record(person, [{}, {}]);
    const { data } = await server.gql<{
      badges: { badge: { code: string }; have: number; need: number; awardedAt: string | null }[];
    }>(person, `{ badges { badge { code } have need awardedAt } }`);
    expect(data?.badges.find((b) => b.badge.code === 'three-lessons')).toEqual({
      badge: { code: 'three-lessons' },
      have: 2,
      need: 3,
      awardedAt: null,
    });
  });
});
