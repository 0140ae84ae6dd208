import { Injectable } from '@nestjs/common';
import type { SqlPart } from '@waymark/identity';
import type { LocalDay } from '@waymark/kernel';
import { execute, maybeOne, one, rows, type Tx } from '@waymark/platform';

export interface MoveRunRow {
  id: string;
  mapId: string;
  toVersionId: string;
  toNumber: number;
  state: 'running' | 'done' | 'superseded';
  total: number;
  moved: number;
  skipped: number;
  createdBy: string | null;
  createdAt: Date;
  finishedAt: Date | null;
}

/** The columns as PostgreSQL writes them: most people share their due days with others, and they are read once. */
export interface InFlight {
  id: string;
  personId: string;
  versionId: string;
  startDay: LocalDay;
  zone: string;
  states: string;
  dueDays: string;
}

const RUN = `r.id, r.map_id as "mapId", r.to_version_id as "toVersionId", v.number as "toNumber", r.state, r.total, r.moved, r.skipped,
  r.created_by as "createdBy", r.created_at as "createdAt", r.finished_at as "finishedAt"`;
const FROM_RUN = `from map_move_run r join map_version v on v.id = r.to_version_id`;

@Injectable()
export class MapMoveRepository {
  async versionOf(tx: Tx, mapId: string, versionId: string): Promise<boolean> {
    return (await maybeOne(tx, `select 1 from map_version where id = $1 and map_id = $2`, [versionId, mapId])) !== null;
  }

  /** How many of the enrolments are open, on the map, and of people inside the scope. */
  async countOpen(tx: Tx, mapId: string, ids: readonly string[], scope: (first: number) => SqlPart): Promise<number> {
    const part = scope(3);
    const { n } = await one<{ n: number }>(
      tx,
      `select count(*)::int as n from enrolment e where e.id = any ($1::uuid[]) and e.map_id = $2 and e.status = 'open' and ${part.sql}`,
      [ids, mapId, ...part.params],
    );
    return n;
  }

  async supersede(tx: Tx, mapId: string, now: Date): Promise<void> {
    await execute(
      tx,
      `update map_move_run set state = 'superseded', finished_at = $2 where map_id = $1 and state = 'running'`,
      [mapId, now],
    );
  }

  /** Writes the run with everybody in flight on another version, or those of `ids`; returns how many. */
  async insertRun(
    tx: Tx,
    run: { id: string; mapId: string; toVersionId: string; createdBy: string | null; createdAt: Date },
    ids: readonly string[] | null,
    scope: (first: number) => SqlPart,
  ): Promise<number> {
    await execute(
      tx,
      `insert into map_move_run (id, map_id, to_version_id, state, total, created_by, created_at) values ($1, $2, $3, 'running', 0, $4, $5)`,
      [run.id, run.mapId, run.toVersionId, run.createdBy, run.createdAt],
    );
    const part = scope(5);
    const total = await execute(
      tx,
      `insert into map_move_item (run_id, enrolment_id)
       select $1, e.id from enrolment e
       where e.map_id = $2 and e.version_id <> $3 and e.status = 'open' and ($4::uuid[] is null or e.id = any ($4)) and ${part.sql}`,
      [run.id, run.mapId, run.toVersionId, ids, ...part.params],
    );
    await execute(tx, `update map_move_run set total = $2 where id = $1`, [run.id, total]);
    return total;
  }

  /** Locked: a newer run of the map waits for the batch, and what it then supersedes moves nobody any more. */
  async lockRun(tx: Tx, id: string): Promise<MoveRunRow | null> {
    return maybeOne(tx, `select ${RUN} ${FROM_RUN} where r.id = $1 for update of r`, [id]);
  }

  async run(tx: Tx, id: string): Promise<MoveRunRow | null> {
    return maybeOne(tx, `select ${RUN} ${FROM_RUN} where r.id = $1`, [id]);
  }

  async runs(tx: Tx, mapId: string, limit: number): Promise<MoveRunRow[]> {
    return rows(tx, `select ${RUN} ${FROM_RUN} where r.map_id = $1 order by r.created_at desc, r.id desc limit $2`, [
      mapId,
      limit,
    ]);
  }

  async unfinished(tx: Tx): Promise<string[]> {
    return (await rows<{ id: string }>(tx, `select id from map_move_run where state = 'running'`, [])).map((r) => r.id);
  }

  async waiting(tx: Tx, runId: string, limit: number): Promise<string[]> {
    const found = await rows<{ id: string }>(
      tx,
      `select enrolment_id as id from map_move_item where run_id = $1 and waiting order by enrolment_id limit $2`,
      [runId, limit],
    );
    return found.map((f) => f.id);
  }

  async settle(tx: Tx, runId: string, ids: readonly string[], moved: number, now: Date): Promise<void> {
    await execute(
      tx,
      `update map_move_item set waiting = false where run_id = $1 and enrolment_id = any ($2::uuid[])`,
      [runId, ids],
    );
    await execute(
      tx,
      `update map_move_run set moved = moved + $2, skipped = skipped + $3,
         state = case when moved + skipped + $2 + $3 >= total then 'done' else state end,
         finished_at = case when moved + skipped + $2 + $3 >= total then $4::timestamptz else finished_at end
       where id = $1`,
      [runId, moved, ids.length - moved, now],
    );
  }

  /** Persons first and in order, as everybody does who writes what they reached. */
  async lockPeople(tx: Tx, enrolmentIds: readonly string[]): Promise<void> {
    await rows(
      tx,
      `select p.id from person p where p.id in (select person_id from enrolment where id = any ($1::uuid[])) order by p.id for update`,
      [enrolmentIds],
    );
  }

  async insertHistory(
    tx: Tx,
    list: readonly { id: string; enrolment_id: string; from_version_id: string; progress: object }[],
    versionId: string,
    by: string | null,
    now: Date,
  ): Promise<void> {
    await execute(
      tx,
      `insert into enrolment_move (id, enrolment_id, from_version_id, to_version_id, progress, moved_by, moved_at)
       select h.id, h.enrolment_id, h.from_version_id, $2, h.progress, $3, $4
       from jsonb_to_recordset($1::jsonb) as h(id uuid, enrolment_id uuid, from_version_id uuid, progress jsonb)`,
      [JSON.stringify(list), versionId, by, now],
    );
  }

  /** Everybody in flight on the map outside a version, id by id, with what a comparison of two versions needs. */
  async inFlight(
    tx: Tx,
    mapId: string,
    exceptVersionId: string | null,
    after: string | null,
    limit: number,
    scope: (first: number) => SqlPart,
  ): Promise<InFlight[]> {
    const part = scope(5);
    return rows(
      tx,
      `select e.id, e.person_id as "personId", e.version_id as "versionId", e.start_day as "startDay", pp.zone,
              pr.state::text as states, pr.due_on::text as "dueDays"
       from enrolment e join enrolment_progress pr on pr.enrolment_id = e.id join person_profile pp on pp.person_id = e.person_id
       where e.map_id = $1 and e.status = 'open' and e.version_id is distinct from $2 and ($3::uuid is null or e.id > $3) and ${part.sql}
       order by e.id limit $4`,
      [mapId, exceptVersionId, after, limit, ...part.params],
    );
  }

  /** The same by name, a page at a time, for the preview. */
  async peoplePage(
    tx: Tx,
    mapId: string,
    exceptVersionId: string | null,
    search: string | null,
    after: { name: string; id: string } | null,
    limit: number,
    scope: (first: number) => SqlPart,
  ): Promise<{ id: string; name: string }[]> {
    const part = scope(7);
    return rows(
      tx,
      `select e.id, coalesce(pp.name_pinyin, '') as name from enrolment e join person_profile pp on pp.person_id = e.person_id
       where e.map_id = $1 and e.status = 'open' and e.version_id is distinct from $2
         and ($3::text is null or pp.name_search like $3)
         and ($4::text is null or (coalesce(pp.name_pinyin, ''), e.id) > ($4, $5::uuid)) and ${part.sql}
       order by coalesce(pp.name_pinyin, ''), e.id limit $6`,
      [mapId, exceptVersionId, search, after?.name ?? null, after?.id ?? null, limit, ...part.params],
    );
  }
}
