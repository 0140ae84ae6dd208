import { Injectable } from '@nestjs/common';
import type { LocalDay } from '@waymark/kernel';
import { execute, maybeOne, rows, type Tx } from '@waymark/platform';
import { STATE, type ProgressColumns } from '../learning-map/learning-map.js';
import type { LeaveDays } from './due-day.js';
import { targetKey, type KnownFact } from './carry-over.js';
import { arrayText, daysOf, intsOf, intsOrNullOf } from './array-text.js';
import type { Counters } from '../unlocking/unlocking.js';

export type EnrolmentStatus = 'open' | 'completed' | 'withdrawn';

export interface EnrolmentRow {
  id: string;
  personId: string;
  mapId: string;
  versionId: string;
  startDay: LocalDay;
  status: EnrolmentStatus;
  done: number;
  total: number;
  nextDueOn: LocalDay | null;
  completedOn: LocalDay | null;
}
export interface ProgressRow extends EnrolmentRow {
  textRevision: number;
  columns: ProgressColumns;
  /** Leaves of absence that hold, by their first day: they move the day gates. */
  leaves: readonly LeaveDays[];
}
interface RawProgress extends EnrolmentRow {
  textRevision: number;
  state: string;
  dueDays: string;
  doneDays: string;
  unitsDone: string;
  unitsOf: string;
  scoreBp: string;
  leaves: LeaveDays[] | null;
}
export interface KnownFacts {
  byTarget: Map<string, KnownFact>;
  byKey: Map<string, KnownFact>;
}
export interface NewEnrolment {
  id: string;
  personId: string;
  startDay: LocalDay;
  columns: ProgressColumns;
  counters: Counters;
  lastProgressOn: LocalDay | null;
  completedOn: LocalDay | null;
}
export interface ProgressChange {
  id: string;
  columns: ProgressColumns;
  counters: Counters;
  lastProgressOn: LocalDay | null;
  completedOn: LocalDay | null;
}

const ENROLMENT = `e.id, e.person_id as "personId", e.map_id as "mapId", e.version_id as "versionId", e.start_day as "startDay", e.status,
  e.done, e.total, e.next_due_on as "nextDueOn", e.completed_on as "completedOn"`;
/** A JSON array, or null. */
export const LEAVES_OF = (person: string): string =>
  `select jsonb_agg(jsonb_build_object('fromDay', la.from_day, 'toDay', la.to_day) order by la.from_day) from leave_of_absence la
   where la.person_id = ${person} and la.cancelled_at is null`;
const COLUMNS = `p.state::text, p.due_on::text as "dueDays", p.completed_on::text as "doneDays",
  p.units_done::text as "unitsDone", p.units_of::text as "unitsOf", p.score_bp::text as "scoreBp", (${LEAVES_OF('e.person_id')}) as leaves`;
const PROGRESS = `${ENROLMENT}, v.text_revision as "textRevision", ${COLUMNS}`;
const LOCKED = `${ENROLMENT}, (select v.text_revision from map_version v where v.id = e.version_id) as "textRevision", ${COLUMNS}`;
const FROM = `from enrolment e join enrolment_progress p on p.enrolment_id = e.id join map_version v on v.id = e.version_id`;

function parsed({ state, dueDays, doneDays, unitsDone, unitsOf, scoreBp, leaves, ...row }: RawProgress): ProgressRow {
  return {
    ...row,
    leaves: leaves ?? [],
    columns: {
      state: intsOf(state),
      dueOn: daysOf(dueDays),
      completedOn: daysOf(doneDays),
      unitsDone: intsOf(unitsDone),
      unitsOf: intsOf(unitsOf),
      scoreBp: intsOrNullOf(scoreBp),
    },
  };
}

@Injectable()
export class EnrolmentRepository {
  /** The hot read: one statement. Without an id, the newest open enrolment, else the newest completed one. */
  async mine(tx: Tx, personId: string, enrolmentId: string | null): Promise<ProgressRow | null> {
    const found = await maybeOne<RawProgress>(
      tx,
      enrolmentId
        ? `select ${PROGRESS} ${FROM} where e.person_id = $1 and e.id = $2`
        : `select ${PROGRESS} ${FROM} where e.person_id = $1 and e.status <> 'withdrawn' order by e.status = 'open' desc, e.created_at desc limit 1`,
      enrolmentId ? [personId, enrolmentId] : [personId],
    );
    return found && parsed(found);
  }

  /**
   * The same for many people: the newest open enrolment of each, else the newest completed one. Their ids come as JSON: of
   * an array the planner sees the length, and plans anew each time instead of once.
   */
  async newest(tx: Tx, personIds: readonly string[]): Promise<Map<string, ProgressRow>> {
    const found = await rows<RawProgress>(
      tx,
      `select x.* from jsonb_array_elements_text($1::jsonb) as k(person_id) cross join lateral (
         select ${PROGRESS} ${FROM} where e.person_id = k.person_id::uuid and e.status <> 'withdrawn'
         order by e.status = 'open' desc, e.created_at desc limit 1) x`,
      [JSON.stringify(personIds)],
    );
    return new Map(found.map((row) => [row.personId, parsed(row)]));
  }

  async progress(tx: Tx, enrolmentId: string): Promise<ProgressRow | null> {
    const found = await maybeOne<RawProgress>(tx, `select ${PROGRESS} ${FROM} where e.id = $1`, [enrolmentId]);
    return found && parsed(found);
  }

  async progressOf(tx: Tx, enrolmentIds: readonly string[]): Promise<ProgressRow[]> {
    const found = await rows<RawProgress>(tx, `select ${PROGRESS} ${FROM} where e.id = any ($1::uuid[])`, [
      enrolmentIds,
    ]);
    return found.map(parsed);
  }

  /**
   * Locked in the order of ids, so that two writers of the same people wait instead of deadlocking. The version is not
   * joined: whoever waited for a move to another version would find that the join no longer fits, and no row at all.
   */
  async lockProgress(tx: Tx, enrolmentIds: readonly string[]): Promise<ProgressRow[]> {
    const found = await rows<RawProgress>(
      tx,
      `select ${LOCKED} from enrolment e join enrolment_progress p on p.enrolment_id = e.id
       where e.id = any ($1::uuid[]) order by e.id for update of e, p`,
      [[...new Set(enrolmentIds)]],
    );
    return found.map(parsed);
  }

  async list(tx: Tx, personIds: readonly string[], openOnly: boolean): Promise<EnrolmentRow[]> {
    return rows(
      tx,
      `select ${ENROLMENT} from enrolment e where e.person_id = any ($1::uuid[]) and e.status <> 'withdrawn' and (not $2 or e.status = 'open')
       order by e.status = 'open' desc, e.created_at desc`,
      [personIds, openOnly],
    );
  }

  /** What people have reached that nodes of the map may take over: by target, and by key on any of their maps. */
  async knownFacts(
    tx: Tx,
    nodes: readonly { key: string; kind: string; target: { id: string } | null }[],
    personIds: readonly string[],
    exceptEnrolments: readonly string[],
  ): Promise<Map<string, KnownFacts>> {
    const out = new Map<string, KnownFacts>();
    const of = (personId: string): KnownFacts => {
      let known = out.get(personId);
      if (!known) out.set(personId, (known = { byTarget: new Map(), byKey: new Map() }));
      return known;
    };
    const byTarget = await rows<KnownFact & { personId: string; kind: string; targetId: string }>(
      tx,
      `select person_id as "personId", target_kind as kind, target_id as "targetId", state, completed_on as "completedOn",
              units_done as "unitsDone", units_of as "unitsOf", score_bp as "scoreBp"
       from target_progress where target_id = any ($1::uuid[]) and person_id = any ($2::uuid[])`,
      [nodes.flatMap((n) => (n.target ? [n.target.id] : [])), personIds],
    );
    for (const r of byTarget) of(r.personId).byTarget.set(targetKey(r.kind, r.targetId), r);
    for (const r of await this.doneByKey(tx, nodes, personIds, exceptEnrolments)) of(r.personId).byKey.set(r.key, r);
    return out;
  }

  /** Of the same only what is done, for thousands at once: a row per person, whatever the number of targets. */
  async knownDone(
    tx: Tx,
    nodes: readonly { key: string; kind: string; target: { kind: string; id: string } | null }[],
    personIds: readonly string[],
    exceptEnrolments: readonly string[],
  ): Promise<Map<string, KnownFacts>> {
    const targets = nodes.flatMap((n) => (n.target ? [n.target] : []));
    const found = await rows<{ personId: string; which: string; days: string }>(
      tx,
      `select t.person_id as "personId", array_agg(w.n)::text as which, array_agg(t.completed_on)::text as days
       from unnest($1::uuid[], $2::text[]) with ordinality as w(id, kind, n)
       join target_progress t on t.target_id = w.id and t.target_kind = w.kind
       where t.state >= ${STATE.completed} and t.person_id = any ($3::uuid[]) group by t.person_id`,
      [targets.map((t) => t.id), targets.map((t) => t.kind), personIds],
    );
    const done = (completedOn: LocalDay | null): KnownFact => ({
      state: STATE.completed,
      completedOn,
      unitsDone: 0,
      unitsOf: 0,
      scoreBp: null,
    });
    const out = new Map<string, KnownFacts>();
    for (const { personId, which, days } of found) {
      const on = daysOf(days);
      const byTarget = new Map<string, KnownFact>();
      intsOf(which).forEach((n, i) => {
        const target = targets[n - 1];
        if (target) byTarget.set(targetKey(target.kind, target.id), done(on[i] ?? null));
      });
      out.set(personId, { byTarget, byKey: new Map() });
    }
    for (const r of await this.doneByKey(tx, nodes, personIds, exceptEnrolments)) {
      let known = out.get(r.personId);
      if (!known) out.set(r.personId, (known = { byTarget: new Map(), byKey: new Map() }));
      known.byKey.set(r.key, r);
    }
    return out;
  }

  private async doneByKey(
    tx: Tx,
    nodes: readonly { key: string; kind: string; target: { id: string } | null }[],
    personIds: readonly string[],
    exceptEnrolments: readonly string[],
  ): Promise<(KnownFact & { personId: string; key: string })[]> {
    return rows(
      tx,
      `with e as materialized (
         select id, person_id, version_id from enrolment where person_id = any ($2::uuid[]) and id <> all ($3::uuid[])
       )
       select e.person_id as "personId", n.key, p.state[n.idx + 1] as state, p.completed_on[n.idx + 1] as "completedOn",
              p.units_done[n.idx + 1] as "unitsDone", p.units_of[n.idx + 1] as "unitsOf", p.score_bp[n.idx + 1] as "scoreBp"
       from e join enrolment_progress p on p.enrolment_id = e.id
       join map_node n on n.version_id = e.version_id and n.key = any ($1) and n.target_id is null
       where p.state[n.idx + 1] >= ${STATE.completed} order by p.completed_on[n.idx + 1] nulls first`,
      [nodes.flatMap((n) => (n.target || n.kind === 'mentor-meetings' ? [] : [n.key])), personIds, exceptEnrolments],
    );
  }

  /** What the enrolments held in the versions they were in before, the oldest first. */
  async earlierProgress(
    tx: Tx,
    enrolmentIds: readonly string[],
  ): Promise<{ enrolmentId: string; versionId: string; columns: ProgressColumns }[]> {
    return rows(
      tx,
      `select enrolment_id as "enrolmentId", from_version_id as "versionId", progress as columns from enrolment_move
       where enrolment_id = any ($1::uuid[]) order by moved_at, id`,
      [enrolmentIds],
    );
  }

  /** The same, only the states. */
  async earlierStates(
    tx: Tx,
    enrolmentIds: readonly string[],
  ): Promise<{ enrolmentId: string; versionId: string; state: number[] }[]> {
    return rows(
      tx,
      `select enrolment_id as "enrolmentId", from_version_id as "versionId", progress -> 'state' as state from enrolment_move
       where enrolment_id = any ($1::uuid[])`,
      [enrolmentIds],
    );
  }

  /** Inserts what is not on the map yet; returns the ids written. */
  async insert(
    tx: Tx,
    list: readonly NewEnrolment[],
    shared: {
      mapId: string;
      versionId: string;
      source: string;
      assignmentId: string | null;
      createdBy: string | null;
      now: Date;
    },
  ): Promise<Set<string>> {
    const col = <T>(pick: (e: NewEnrolment) => T): T[] => list.map(pick);
    const written = await rows<{ id: string }>(
      tx,
      `with e as (
         select * from unnest($1::uuid[], $2::uuid[], $3::date[], $4::smallint[], $5::smallint[], $6::text[], $7::date[], $8::date[])
           as e(id, person_id, start_day, done, total, open_due, last_progress_on, completed_on)
       )
       insert into enrolment (id, person_id, map_id, version_id, start_day, status, source, assignment_id, created_by, created_at,
         completed_on, done, total, next_due_on, open_due, last_progress_on)
       select id, person_id, $9, $10, start_day, case when completed_on is null then 'open' else 'completed' end, $11, $12, $13, $14,
         completed_on, done, total, (open_due::date[])[1], open_due::date[], last_progress_on
       from e on conflict (person_id, map_id) where status = 'open' do nothing returning id`,
      [
        col((e) => e.id),
        col((e) => e.personId),
        col((e) => e.startDay),
        col((e) => e.counters.done),
        col((e) => e.counters.total),
        col((e) => arrayText(e.counters.openDue)),
        col((e) => e.lastProgressOn),
        col((e) => e.completedOn),
        shared.mapId,
        shared.versionId,
        shared.source,
        shared.assignmentId,
        shared.createdBy,
        shared.now,
      ],
    );
    const ids = new Set(written.map((w) => w.id));
    const kept = list.filter((e) => ids.has(e.id));
    const pcol = (pick: (c: ProgressColumns) => readonly (number | string | null)[]): string[] =>
      kept.map((e) => arrayText(pick(e.columns)));
    await execute(
      tx,
      `insert into enrolment_progress (enrolment_id, state, due_on, completed_on, units_done, units_of, score_bp)
       select id, state::smallint[], due_on::date[], completed_on::date[], units_done::smallint[], units_of::smallint[], score_bp::smallint[]
       from unnest($1::uuid[], $2::text[], $3::text[], $4::text[], $5::text[], $6::text[], $7::text[])
         as p(id, state, due_on, completed_on, units_done, units_of, score_bp)`,
      [
        kept.map((e) => e.id),
        pcol((c) => c.state),
        pcol((c) => c.dueOn),
        pcol((c) => c.completedOn),
        pcol((c) => c.unitsDone),
        pcol((c) => c.unitsOf),
        pcol((c) => c.scoreBp),
      ],
    );
    return ids;
  }

  /** Progress and the counters of the enrolment, together. `versionId` moves them to another version. */
  async save(tx: Tx, list: readonly ProgressChange[], versionId: string | null = null): Promise<void> {
    if (list.length === 0) return;
    const pcol = (pick: (c: ProgressColumns) => readonly (number | string | null)[]): string[] =>
      list.map((e) => arrayText(pick(e.columns)));
    await execute(
      tx,
      `with c as (
         select * from unnest($1::uuid[], $2::text[], $3::text[], $4::text[], $5::text[], $6::text[], $7::text[],
             $8::smallint[], $9::smallint[], $10::text[], $11::date[], $12::date[])
           as c(id, state, due_on, completed_on, units_done, units_of, score_bp, done, total, open_due, last_progress_on, finished_on)
       ), p as (
         update enrolment_progress p set state = c.state::smallint[], due_on = c.due_on::date[], completed_on = c.completed_on::date[],
           units_done = c.units_done::smallint[], units_of = c.units_of::smallint[], score_bp = c.score_bp::smallint[]
         from c where p.enrolment_id = c.id
       )
       update enrolment e set done = c.done, total = c.total, open_due = c.open_due::date[], next_due_on = (c.open_due::date[])[1],
         last_progress_on = greatest(e.last_progress_on, c.last_progress_on), version_id = coalesce($13::uuid, e.version_id),
         status = case when e.status = 'withdrawn' then e.status when c.finished_on is null then 'open' else 'completed' end,
         completed_on = case when e.status = 'withdrawn' then e.completed_on else c.finished_on end
       from c where e.id = c.id`,
      [
        list.map((e) => e.id),
        pcol((c) => c.state),
        pcol((c) => c.dueOn),
        pcol((c) => c.completedOn),
        pcol((c) => c.unitsDone),
        pcol((c) => c.unitsOf),
        pcol((c) => c.scoreBp),
        list.map((e) => e.counters.done),
        list.map((e) => e.counters.total),
        list.map((e) => arrayText(e.counters.openDue)),
        list.map((e) => e.lastProgressOn),
        list.map((e) => e.completedOn),
        versionId,
      ],
    );
  }
}
