import { Inject, Injectable } from '@nestjs/common';
import { Settings } from '@waymark/identity';
import { addDays, localDayOf, startOfDay, type Clock, type LocalDay } from '@waymark/kernel';
import { CLOCK, execute, rows, type Tx } from '@waymark/platform';
import { DAY_BOARDS_DAYS, HONOURED, periodsOf } from './board-period.js';
import { addScores, boardKey, openBoards, type BoardKey, type ScopeKind, type ScoreDelta } from './board.repository.js';

export interface BoardPoints {
  personId: string;
  /** Negative for a reversal. */
  points: number;
  at: Date;
  /** The person's org unit of that day. */
  orgUnitId: string | null;
}

/** Awards of the last minutes may still be on their way when a period ends. */
const CLOSE_GRACE_MS = 2 * 3_600_000;
const HONOURS = 10;

/** Keeps the scores behind the leaderboards, in the transaction that books the points. */
@Injectable()
export class BoardScores {
  constructor(
    @Inject(Settings) private readonly settings: Settings,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  async add(tx: Tx, items: readonly BoardPoints[]): Promise<void> {
    if (items.length === 0) return;
    const { zone } = await this.settings.get(tx);
    const today = localDayOf(this.clock.now(), zone);
    const scopesOf = await this.scopes(tx, items);
    const keys = new Map<string, BoardKey>();
    const keysOf = new Map<string, string[]>();
    const deltas = new Map<string, { key: string; personId: string; points: number; reachedAt: Date }>();
    for (const sum of perDay(items, zone)) {
      for (const scope of scopesOf(sum)) {
        const place = `${sum.day} ${scope.scope} ${scope.scopeId}`;
        let boards = keysOf.get(place);
        if (!boards) {
          boards = periodsOf(sum.day, today).map((span) => {
            const key = boardKey({ ...span, ...scope });
            keys.set(key, { ...span, ...scope });
            return key;
          });
          keysOf.set(place, boards);
        }
        for (const key of boards) {
          const at = `${key} ${sum.personId}`;
          const d = deltas.get(at);
          if (!d) deltas.set(at, { key, personId: sum.personId, points: sum.points, reachedAt: sum.at });
          else {
            d.points += sum.points;
            if (sum.at > d.reachedAt) d.reachedAt = sum.at;
          }
        }
      }
    }
    const boards = await openBoards(tx, [...keys.values()]);
    const list: ScoreDelta[] = [];
    for (const d of deltas.values()) {
      const boardId = boards.get(d.key);
      if (boardId && d.points !== 0)
        list.push({ boardId, personId: d.personId, points: d.points, reachedAt: d.reachedAt });
    }
    await addScores(tx, list);
  }

  /** Closes periods that are over: the first ten go to the honour board, for good. Returns how many were closed. */
  async closeEnded(tx: Tx): Promise<number> {
    const { zone } = await this.settings.get(tx);
    const today = localDayOf(this.clock.now(), zone);
    const lastEnded = addDays(
      today,
      this.clock.now().getTime() - startOfDay(today, zone).getTime() < CLOSE_GRACE_MS ? -2 : -1,
    );
    const closed = await rows<{ id: string; period: string }>(
      tx,
      `update board set closed_at = $2 where closed_at is null and ends_on <= $1 returning id, period`,
      [lastEnded, this.clock.now()],
    );
    const honoured = closed.filter((c) => (HONOURED as readonly string[]).includes(c.period)).map((c) => c.id);
    await execute(
      tx,
      `insert into honour_entry (board_id, rank, person_id, points, people)
       select b.id, s.rank, s.person_id, s.points, (select sum(people) from board_bucket k where k.board_id = b.id)
       from unnest($1::uuid[]) as b(id) cross join lateral (
         select person_id, points, row_number() over (order by points desc, reached_at, person_id) as rank
         from board_score where board_id = b.id order by points desc, reached_at, person_id limit $2) s`,
      [honoured, HONOURS],
    );
    await execute(tx, `delete from board where period = 'day' and closed_at is not null and ends_on <= $1`, [
      addDays(today, -DAY_BOARDS_DAYS),
    ]);
    return closed.length;
  }

  /** Company, the unit with all above it (the company itself is a board of its own), and the person's cohorts. */
  private async scopes(
    tx: Tx,
    items: readonly BoardPoints[],
  ): Promise<(item: BoardPoints) => { scope: ScopeKind; scopeId: string | null }[]> {
    const units = await rows<{ id: string; above: string[] }>(
      tx,
      `select u.id, array_agg(a.id::text) as above from org_unit u join org_unit a on u.path like a.path || '%' and a.kind <> 'company'
       where u.id = any ($1::uuid[]) group by u.id`,
      [[...new Set(items.flatMap((i) => (i.orgUnitId ? [i.orgUnitId] : [])))]],
    );
    const cohorts = await rows<{ person_id: string; ids: string[] }>(
      tx,
      `select person_id, array_agg(cohort_id::text) as ids from cohort_member where person_id = any ($1::uuid[]) group by person_id`,
      [[...new Set(items.map((i) => i.personId))]],
    );
    const unitsAbove = new Map(units.map((u) => [u.id, u.above]));
    const cohortsOf = new Map(cohorts.map((c) => [c.person_id, c.ids]));
    const company = { scope: 'company' as const, scopeId: null };
    return (item) => [
      company,
      ...(unitsAbove.get(item.orgUnitId ?? '') ?? []).map((scopeId) => ({ scope: 'org-unit' as const, scopeId })),
      ...(cohortsOf.get(item.personId) ?? []).map((scopeId) => ({ scope: 'cohort' as const, scopeId })),
    ];
  }
}

/** One sum for each person, day of the company and unit. Days are looked up per quarter of an hour: no zone shifts within one. */
function perDay(items: readonly BoardPoints[], zone: string): (BoardPoints & { day: LocalDay })[] {
  const days = new Map<number, LocalDay>();
  const sums = new Map<string, BoardPoints & { day: LocalDay }>();
  for (const item of items) {
    const quarter = Math.floor(item.at.getTime() / 900_000);
    let day = days.get(quarter);
    if (!day) days.set(quarter, (day = localDayOf(item.at, zone)));
    const key = `${item.personId} ${day} ${item.orgUnitId}`;
    const sum = sums.get(key);
    if (!sum) sums.set(key, { ...item, day });
    else {
      sum.points += item.points;
      if (item.at > sum.at) sum.at = item.at;
    }
  }
  return [...sums.values()];
}
