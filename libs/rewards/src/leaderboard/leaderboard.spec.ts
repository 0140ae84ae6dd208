import { Activities, IdentityModule } from '@waymark/identity';
import { mulberry32, newId } from '@waymark/kernel';
import { one, rows } from '@waymark/platform';
import {
  createTestServer,
  makeCohort,
  makeOrgUnit,
  makePerson,
  makeStaff,
  sql,
  type TestServer,
} from '@waymark/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { RewardsModule } from '../rewards.module.js';
import { BoardScores, type BoardPoints } from './board-scores.service.js';

let server: TestServer;
let region: string;
let team: string;
let otherTeam: string;
let cohort: string;
const people: string[] = [];

interface Row {
  rank: number;
  points: number;
  name: string;
  card: { id: string } | null;
  me: boolean;
}
interface Board {
  people: number;
  closed: boolean;
  startsOn: string | null;
  top: Row[];
  me: Row | null;
  neighbours: Row[];
  behind: number | null;
}

beforeAll(async () => {
  server = await createTestServer({ modules: [IdentityModule, RewardsModule], now: '2026-03-04T02:00:00Z' });
  await server.db.transaction(async (tx) =>
    tx.query(
      `insert into point_rule (code, verb, points, once, reason) values ('lesson', 'lesson.completed', 5, false, '{}')`,
    ),
  );
  region = await makeOrgUnit(server, { kind: 'region' });
  team = await makeOrgUnit(server, { parentId: region, kind: 'team' });
  otherTeam = await makeOrgUnit(server, { parentId: region, kind: 'team' });
  for (let i = 0; i < 24; i += 1) people.push(await makePerson(server, { orgUnitId: i % 3 === 0 ? otherTeam : team }));
  cohort = await makeCohort(server, people.slice(0, 6));
});
afterAll(() => server.close());

const view = async (who: string, scope: string, scopeId: string | null, period: string, top = 50): Promise<Board> => {
  const { data, errors } = await server.gql<{ leaderboard: Board }>(
    who,
    `query ($scope: String!, $scopeId: ID, $period: String!, $top: Int) { leaderboard(scope: $scope, scopeId: $scopeId, period: $period, top: $top) {
      scope { kind name } period startsOn endsOn closed people behind top { rank points name me card { id } } me { rank points name me card { id } } neighbours { rank points name me card { id } } } }`,
    { scope, scopeId, period, top },
  );
  if (errors) throw new Error(errors[0]?.extensions.reason);
  return data?.leaderboard as Board;
};

describe('scores', () => {
  it('give the ranks that a plain count gives, whatever comes and goes, at once and in any order', async () => {
    const random = mulberry32(7);
    const scores = server.get(BoardScores);
    const given: (BoardPoints & { at: Date })[] = [];
    const unitOf = (i: number): string => (i % 3 === 0 ? otherTeam : team);
    for (let round = 0; round < 12; round += 1) {
      const batches = [0, 1, 2].map(() =>
        Array.from({ length: 1 + Math.floor(random() * 12) }, (): BoardPoints => {
          const i = Math.floor(random() * people.length);
          const at = new Date(Date.UTC(2026, 2, 1 + Math.floor(random() * 4), Math.floor(random() * 24)));
          return { personId: people[i] as string, points: 1 + Math.floor(random() * 4), at, orgUnitId: unitOf(i) };
        }),
      );
      if (round % 4 === 3 && given.length > 0) {
        const back = given[Math.floor(random() * given.length)] as BoardPoints;
        batches.push([{ ...back, points: -back.points }]);
        given.splice(given.indexOf(back), 1);
      }
      await Promise.all(batches.map((b) => server.db.transaction((tx) => scores.add(tx, b))));
      given.push(...batches.flat().filter((b) => b.points > 0));
    }
    const shanghaiDay = (d: Date): string => new Date(d.getTime() + 8 * 3_600_000).toISOString().slice(0, 10);
    const cases: [string, string | null, string, (b: BoardPoints) => boolean][] = [
      ['company', null, 'all', () => true],
      ['company', null, 'week', (b) => shanghaiDay(b.at) >= '2026-03-02'],
      ['company', null, 'day', (b) => shanghaiDay(b.at) === '2026-03-04'],
      ['org-unit', team, 'month', (b) => b.orgUnitId === team && shanghaiDay(b.at) >= '2026-03-01'],
      ['org-unit', region, 'quarter', () => true],
      ['cohort', cohort, 'all', (b) => people.indexOf(b.personId) < 6],
    ];
    for (const [scope, scopeId, period, counts] of cases) {
      const naive = new Map<string, number>();
      for (const b of given.filter(counts)) naive.set(b.personId, (naive.get(b.personId) ?? 0) + b.points);
      const who = people[1] as string;
      const board = await view(who, scope, scopeId, period);
      expect(new Map(board.top.map((r) => [r.card?.id, r.points]))).toEqual(naive);
      expect(board.people).toBe(naive.size);
      expect(board.top.map((r) => r.rank)).toEqual(board.top.map((_, i) => i + 1));
      const mine = board.top.findIndex((r) => r.me);
      expect(board.me).toEqual(mine < 0 ? null : board.top[mine]);
      expect(board.neighbours).toEqual(mine < 0 ? [] : board.top.slice(Math.max(0, mine - 3), mine + 4));
      expect(board.behind).toBe(mine < 1 ? null : (board.top[mine - 1] as Row).points - (board.me as Row).points);
    }
    const buckets = await server.db.read((tx) =>
      rows(
        tx,
        `select * from (select board_id, points, count(*)::int as people from board_score group by 1, 2) s
        full join board_bucket b using (board_id, points) where s.people is distinct from b.people`,
      ),
    );
    expect(buckets).toEqual([]);
  });

  it('of the same points stand in the order they were reached', async () => {
    const [a, b, c] = [await makePerson(server), await makePerson(server), await makePerson(server)];
    const place = await makeOrgUnit(server);
    await sql(server, `update position set org_unit_id = $1 where person_id = any ($2::uuid[])`, [place, [a, b, c]]);
    const add = (personId: string, points: number, minute: number) =>
      server.db.transaction((tx) =>
        server
          .get(BoardScores)
          .add(tx, [{ personId, points, at: new Date(Date.UTC(2026, 2, 4, 1, minute)), orgUnitId: place }]),
      );
    await add(a, 5, 1);
    await add(b, 10, 2);
    await add(c, 10, 3);
    await add(a, 5, 4);
    expect((await view(a, 'org-unit', place, 'day')).top.map((r) => r.card?.id)).toEqual([b, c, a]);
  });

  it('are read with a handful of statements', async () => {
    const counted = await server.queryCount(() => view(people[1] as string, 'company', null, 'all'));
    expect(counted.count).toBeLessThanOrEqual(12);
  });
});

describe('an alias', () => {
  it('shows without anything that leads to the person', async () => {
    const hidden = people[4] as string;
    await sql(server, `update person set board_opt_out = true, alias = '山雀' where id = $1`, [hidden]);
    const board = await view(people[1] as string, 'company', null, 'all');
    expect(JSON.stringify(board)).not.toContain(hidden);
    expect(board.top.filter((r) => r.name === '山雀')).toMatchObject([{ card: null, me: false }]);
    expect((await view(hidden, 'company', null, 'all')).me).toMatchObject({ name: '山雀', card: null, me: true });
    await sql(server, `update person set alias = null where id = $1`, [hidden]);
    expect((await view(hidden, 'company', null, 'all')).me?.name).toBe('匿名同事');
  });
});

describe('scopes', () => {
  it('are those one belongs to; a newcomer starts in the cohort', async () => {
    const ask = async (who: string) =>
      (
        await server.gql<{ boardScopes: { kind: string; id: string | null; default: boolean; people: number }[] }>(
          who,
          `{ boardScopes { kind id name people default } }`,
        )
      ).data?.boardScopes;
    expect((await ask(people[0] as string))?.map((s) => [s.kind, s.id, s.default])).toEqual([
      ['cohort', cohort, true],
      ['company', null, false],
      ['org-unit', region, false],
      ['org-unit', otherTeam, false],
    ]);
    await sql(server, `update employment set hire_date = '2024-01-01' where person_id = $1`, [people[0]]);
    expect((await ask(people[0] as string))?.[0]).toMatchObject({ kind: 'company', default: true });
    expect((await ask(people[0] as string))?.find((s) => s.kind === 'org-unit' && s.id === region)?.people).toBe(24);
    await expect(view(people[10] as string, 'cohort', cohort, 'all')).rejects.toThrow('board-unknown');
    await expect(view(people[10] as string, 'org-unit', newId(), 'all')).rejects.toThrow('board-unknown');
    await expect(view(people[10] as string, 'company', null, 'decade')).rejects.toThrow('period-unknown');
    expect((await view(await makeStaff(server, 'ld-lead'), 'cohort', cohort, 'all')).people).toBeGreaterThan(0);
  });
});

describe('the honour board', () => {
  it('keeps the first ten of a closed period, whatever comes later', async () => {
    server.clock.set('2026-03-08T16:30:00Z');
    await server.runJob('rewards.close-boards');
    const ask = async () => {
      const { data } = await server.gql<{
        honourBoards: { startsOn: string; period: string; people: number; entries: Row[] }[];
      }>(
        people[1] as string,
        `{ honourBoards(scope: "company", period: "week") { id startsOn endsOn period people entries { rank points name me card { id } } } }`,
      );
      return data?.honourBoards ?? [];
    };
    expect((await ask()).map((h) => h.startsOn)).toEqual(['2026-02-23']);
    server.clock.set('2026-03-08T18:30:00Z');
    const live = await server.db.read((tx) =>
      rows<{ id: string; points: number }>(
        tx,
        `select s.person_id as id, s.points from board_score s join board b on b.id = s.board_id
        where b.scope = 'company' and b.period = 'week' and b.starts_on = '2026-03-02' order by s.points desc, s.reached_at, s.person_id limit 10`,
      ),
    );
    await server.runJob('rewards.close-boards');
    await server.runJob('rewards.close-boards');
    const [week] = await ask();
    expect(week).toMatchObject({ startsOn: '2026-03-02', period: 'week' });
    expect(week?.entries.map((e) => e.points)).toEqual(live.map((l) => l.points));
    expect(week?.entries.map((e) => e.rank)).toEqual(live.map((_, i) => i + 1));
    await server.db.transaction((tx) =>
      server
        .get(BoardScores)
        .add(tx, [
          { personId: people[20] as string, points: 500, at: new Date('2026-03-05T02:00:00Z'), orgUnitId: team },
        ]),
    );
    expect((await ask())[0]).toEqual(week);
    expect((await view(people[20] as string, 'company', null, 'month')).me?.points).toBeGreaterThanOrEqual(500);
  });

  it('lets boards of single days go after a month', async () => {
    server.clock.set('2026-05-01T04:00:00Z');
    await server.runJob('rewards.close-boards');
    const left = await server.db.read((tx) =>
      one<{ n: number }>(tx, `select count(*)::int as n from board where period = 'day'`),
    );
    expect(left.n).toBe(0);
    await server.db.transaction((tx) =>
      server
        .get(Activities)
        .recordMany(tx, [
          { verb: 'lesson.completed', personId: people[2] as string, subjectType: 'lesson', subjectId: newId() },
        ]),
    );
    await server.drainOutbox();
    expect((await view(people[2] as string, 'company', null, 'day')).me).toMatchObject({ rank: 1, points: 5 });
  });
});
