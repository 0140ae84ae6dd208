import { newId, type LocalDay } from '@waymark/kernel';
import { execute, maybeOne, rows, type Tx } from '@waymark/platform';
import type { PeriodSpan } from './board-period.js';

export type ScopeKind = 'company' | 'org-unit' | 'cohort';

export interface BoardKey extends PeriodSpan {
  scope: ScopeKind;
  scopeId: string | null;
}

export interface ScoreDelta {
  boardId: string;
  personId: string;
  points: number;
  reachedAt: Date;
}

export interface ScoreRow {
  personId: string;
  points: number;
  reachedAt: Date;
}

const CHUNK = 10_000;

export const boardKey = (b: Omit<BoardKey, 'endsOn'>): string =>
  `${b.scope} ${b.scopeId ?? ''} ${b.period} ${b.startsOn ?? ''}`;

/**
 * The ids of these boards, made where missing; closed ones are left out: they stay as they are.
 * Locked in id order until the end of the transaction: two first scores of one person would overwrite each other.
 */
export async function openBoards(tx: Tx, keys: readonly BoardKey[]): Promise<Map<string, string>> {
  const json = JSON.stringify(
    keys.map((k) => ({
      id: newId(),
      scope: k.scope,
      scope_id: k.scopeId,
      period: k.period,
      starts_on: k.startsOn,
      ends_on: k.endsOn,
    })),
  );
  const record = `jsonb_to_recordset($1::jsonb) as k(id uuid, scope text, scope_id uuid, period text, starts_on date, ends_on date)`;
  await execute(
    tx,
    `insert into board (id, scope, scope_id, period, starts_on, ends_on)
     select k.id, k.scope, k.scope_id, k.period, k.starts_on, k.ends_on from ${record}
     on conflict (scope, scope_id, period, starts_on) do nothing`,
    [json],
  );
  const found = await rows<{
    id: string;
    scope: ScopeKind;
    scopeId: string | null;
    period: PeriodSpan['period'];
    startsOn: LocalDay | null;
  }>(
    tx,
    `select b.id, b.scope, b.scope_id as "scopeId", b.period, b.starts_on as "startsOn" from board b join ${record}
       on b.scope = k.scope and b.scope_id is not distinct from k.scope_id and b.period = k.period and b.starts_on is not distinct from k.starts_on
     where b.closed_at is null order by b.id for update of b`,
    [json],
  );
  return new Map(found.map((f) => [boardKey(f), f.id]));
}

/** Adds to scores and moves people between buckets. One delta per board and person. */
export async function addScores(tx: Tx, deltas: readonly ScoreDelta[]): Promise<void> {
  for (let i = 0; i < deltas.length; i += CHUNK) {
    const json = JSON.stringify(
      deltas
        .slice(i, i + CHUNK)
        .map((d) => ({ board_id: d.boardId, person_id: d.personId, points: d.points, reached_at: d.reachedAt })),
    );
    const changed = await rows<{ board_id: string; old_points: number; new_points: number }>(
      tx,
      `with d as (
         select * from jsonb_to_recordset($1::jsonb) as d(board_id uuid, person_id uuid, points int, reached_at timestamptz)
       ), old as (
         select s.board_id, s.person_id, s.points from board_score s join d using (board_id, person_id)
       ), n as (
         select d.board_id, d.person_id, coalesce(old.points, 0) as old_points, greatest(0, coalesce(old.points, 0) + d.points) as new_points, d.reached_at
         from d left join old using (board_id, person_id)
       ), gone as (
         delete from board_score s using n where n.new_points = 0 and s.board_id = n.board_id and s.person_id = n.person_id
       ), kept as (
         insert into board_score as s (board_id, person_id, points, reached_at)
         select board_id, person_id, new_points, reached_at from n where new_points > 0
         on conflict (board_id, person_id) do update set points = excluded.points, reached_at = excluded.reached_at
       )
       select board_id, old_points, new_points from n where old_points <> new_points`,
      [json],
    );
    await moveBuckets(tx, changed);
  }
}

async function moveBuckets(
  tx: Tx,
  changed: readonly { board_id: string; old_points: number; new_points: number }[],
): Promise<void> {
  const moves = new Map<string, { board_id: string; points: number; people: number }>();
  const move = (board_id: string, points: number, people: number): void => {
    if (points === 0) return;
    const key = `${board_id} ${points}`;
    const m = moves.get(key) ?? { board_id, points, people: 0 };
    m.people += people;
    moves.set(key, m);
  };
  for (const c of changed) {
    move(c.board_id, c.old_points, -1);
    move(c.board_id, c.new_points, 1);
  }
  const list = [...moves.values()].filter((m) => m.people !== 0);
  const record = `jsonb_to_recordset($1::jsonb) as m(board_id uuid, points int, people int)`;
  const more = list.filter((m) => m.people > 0);
  const fewer = list.filter((m) => m.people < 0);
  if (more.length > 0) {
    await execute(
      tx,
      `insert into board_bucket as b (board_id, points, people) select m.board_id, m.points, m.people from ${record} order by 1, 2
       on conflict (board_id, points) do update set people = b.people + excluded.people`,
      [JSON.stringify(more)],
    );
  }
  if (fewer.length > 0) {
    await execute(
      tx,
      `update board_bucket b set people = b.people + m.people from ${record} where b.board_id = m.board_id and b.points = m.points`,
      [JSON.stringify(fewer)],
    );
    await execute(
      tx,
      `delete from board_bucket b using ${record} where b.board_id = m.board_id and b.points = m.points and b.people = 0`,
      [JSON.stringify(fewer)],
    );
  }
}

export async function findBoard(
  tx: Tx,
  key: Omit<BoardKey, 'endsOn'>,
): Promise<{ id: string; closed: boolean } | null> {
  return maybeOne(
    tx,
    `select id, closed_at is not null as closed from board
     where scope = $1 and scope_id is not distinct from $2 and period = $3 and starts_on is not distinct from $4`,
    [key.scope, key.scopeId, key.period, key.startsOn],
  );
}

/** A person's place: the people in higher buckets, and those of the same points who got there first. */
export async function placeOf(
  tx: Tx,
  boardId: string,
  personId: string,
): Promise<(ScoreRow & { rank: number }) | null> {
  return maybeOne(
    tx,
    `select s.person_id as "personId", s.points, s.reached_at as "reachedAt",
       (1 + coalesce((select sum(people) from board_bucket b where b.board_id = s.board_id and b.points > s.points), 0)
          + (select count(*) from board_score t where t.board_id = s.board_id and t.points = s.points
             and (t.reached_at, t.person_id) < (s.reached_at, s.person_id)))::int as rank
     from board_score s where s.board_id = $1 and s.person_id = $2`,
    [boardId, personId],
  );
}

export async function topOf(tx: Tx, boardId: string, limit: number): Promise<ScoreRow[]> {
  return rows(
    tx,
    `select person_id as "personId", points, reached_at as "reachedAt" from board_score where board_id = $1
     order by points desc, reached_at, person_id limit $2`,
    [boardId, limit],
  );
}

/** Up to `limit` places above (nearest first) or below. Each half is a walk along the index. */
export async function neighboursOf(
  tx: Tx,
  boardId: string,
  of: ScoreRow,
  side: 'above' | 'below',
  limit: number,
): Promise<ScoreRow[]> {
  const [ties, others, order] =
    side === 'above'
      ? [`(reached_at, person_id) < ($3, $4)`, `points > $2`, `points, reached_at desc, person_id desc`]
      : [`(reached_at, person_id) > ($3, $4)`, `points < $2`, `points desc, reached_at, person_id`];
  return rows(
    tx,
    `select person_id as "personId", points, reached_at as "reachedAt" from (
       (select * from board_score where board_id = $1 and points = $2 and ${ties} order by ${order} limit $5)
       union all
       (select * from board_score where board_id = $1 and ${others} order by ${order} limit $5)
     ) n order by ${order} limit $5`,
    [boardId, of.points, of.reachedAt, of.personId, limit],
  );
}

export async function peopleOn(tx: Tx, boardId: string): Promise<number> {
  const found = await maybeOne<{ n: number }>(
    tx,
    `select coalesce(sum(people), 0)::int as n from board_bucket where board_id = $1`,
    [boardId],
  );
  return found?.n ?? 0;
}
