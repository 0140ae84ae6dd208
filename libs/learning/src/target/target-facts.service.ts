import { Inject, Injectable } from '@nestjs/common';
import { localDayOf, type LocalDay } from '@waymark/kernel';
import { execute, rows, type Tx } from '@waymark/platform';
import { Progress, type EnrolmentFacts } from '../enrolment/progress.service.js';
import { meetingsFor } from '../enrolment/meeting-count.js';
import { STATE } from '../learning-map/learning-map.js';
import { MapDocuments } from '../map-document/map-documents.service.js';

export type FactTarget = 'course' | 'quiz' | 'exam' | 'certification' | 'mentor-meetings';

/** What a person has reached on something that nodes and assignments point at. */
export interface TargetFact {
  personId: string;
  targetKind: FactTarget;
  /** For mentor meetings the person's own id. */
  targetId: string;
  /** Certifications are assigned by code: this lib can't know their ids. */
  targetCode?: string;
  state: 'in-progress' | 'submitted' | 'completed';
  unitsDone?: number;
  unitsOf?: number;
  scoreBp?: number | null;
  occurredAt: Date;
}

type DatedFact = TargetFact & { number: number; day: LocalDay };

const NUMBER = { 'in-progress': STATE.inProgress, submitted: STATE.submitted, completed: STATE.completed } as const;

/** Progress belongs to (person, target); nodes of the person's maps and open assignments follow in the same transaction. */
@Injectable()
export class TargetFacts {
  constructor(
    @Inject(Progress) private readonly progress: Progress,
    @Inject(MapDocuments) private readonly documents: MapDocuments,
  ) {}

  async apply(tx: Tx, facts: readonly TargetFact[]): Promise<void> {
    if (facts.length === 0) return;
    const zones = new Map(
      (
        await rows<{ id: string; zone: string }>(
          tx,
          `select person_id as id, zone from person_profile where person_id = any ($1::uuid[])`,
          [[...new Set(facts.map((f) => f.personId))]],
        )
      ).map((z) => [z.id, z.zone]),
    );
    const list = facts.flatMap((f) => {
      const zone = zones.get(f.personId);
      return zone ? [{ ...f, number: NUMBER[f.state], day: localDayOf(f.occurredAt, zone) }] : [];
    });
    if (list.length === 0) return;
    await this.store(tx, list);
    const done = list.filter((f) => f.state === 'completed');
    if (done.length > 0) await this.completeAssignments(tx, done);

    const nodes = await rows<{
      enrolmentId: string;
      versionId: string;
      personId: string;
      targetId: string | null;
      kind: string;
      key: string;
    }>(
      tx,
      `select e.id as "enrolmentId", e.version_id as "versionId", e.person_id as "personId", n.target_id as "targetId", n.kind, n.key
       from enrolment e join map_node n on n.version_id = e.version_id
       where e.person_id = any ($1::uuid[]) and e.status in ('open', 'completed')
         and (n.target_id = any ($2::uuid[]) or (n.kind = 'mentor-meetings' and $3))`,
      [
        [...new Set(list.map((f) => f.personId))],
        list.map((f) => f.targetId),
        list.some((f) => f.targetKind === 'mentor-meetings'),
      ],
    );
    const moves: EnrolmentFacts[] = [];
    for (const n of nodes) {
      const plan = await this.documents.plan(tx, n.versionId);
      for (const f of list) {
        if (f.personId !== n.personId || f.targetKind !== n.kind || (n.targetId !== null && n.targetId !== f.targetId))
          continue;
        const meetings =
          f.targetKind === 'mentor-meetings'
            ? meetingsFor(plan.nodes, plan.indexByKey.get(n.key) ?? -1, f.unitsDone ?? 0)
            : null;
        if (meetings?.done === 0) continue;
        moves.push({
          enrolmentId: n.enrolmentId,
          at: f.occurredAt,
          facts: [
            {
              key: n.key,
              state: meetings && meetings.done === meetings.of ? STATE.completed : f.number,
              unitsDone: meetings?.done ?? f.unitsDone ?? 0,
              unitsOf: meetings?.of ?? f.unitsOf ?? 0,
              scoreBp: f.scoreBp ?? null,
              day: f.day,
            },
          ],
        });
      }
    }
    await this.progress.take(tx, moves);
  }

  /** One row per person and target in one statement; facts of the same target follow one another in time. */
  private async store(tx: Tx, facts: readonly DatedFact[]): Promise<void> {
    const merged = new Map<string, DatedFact & { startedOn: LocalDay; completedOn: LocalDay | null }>();
    for (const f of facts) {
      const key = `${f.personId}/${f.targetKind}/${f.targetId}`;
      const was = merged.get(key);
      const completedOn = f.number === STATE.completed ? f.day : null;
      merged.set(key, {
        ...f,
        number: was?.number === STATE.completed ? STATE.completed : f.number,
        unitsDone: Math.max(was?.unitsDone ?? 0, f.unitsDone ?? 0),
        unitsOf: Math.max(was?.unitsOf ?? 0, f.unitsOf ?? 0),
        scoreBp:
          was?.scoreBp === undefined || was.scoreBp === null
            ? (f.scoreBp ?? null)
            : Math.max(was.scoreBp, f.scoreBp ?? 0),
        startedOn: was && was.startedOn < f.day ? was.startedOn : f.day,
        completedOn:
          was?.completedOn && (!completedOn || was.completedOn > completedOn) ? was.completedOn : completedOn,
      });
    }
    const list = [...merged.values()];
    await execute(
      tx,
      `insert into target_progress as t (person_id, target_kind, target_id, target_code, state, units_done, units_of, score_bp, started_on,
         completed_on, updated_at)
       select * from unnest($1::uuid[], $2::text[], $3::uuid[], $4::text[], $5::smallint[], $6::smallint[], $7::smallint[], $8::smallint[],
         $9::date[], $10::date[], $11::timestamptz[])
       on conflict (person_id, target_kind, target_id) do update set
         state = case when t.state = ${STATE.completed} then t.state else excluded.state end,
         units_done = greatest(t.units_done, excluded.units_done), units_of = greatest(t.units_of, excluded.units_of),
         score_bp = greatest(t.score_bp, excluded.score_bp),
         completed_on = greatest(t.completed_on, excluded.completed_on),
         started_on = least(t.started_on, excluded.started_on),
         updated_at = greatest(t.updated_at, excluded.updated_at)`,
      [
        list.map((f) => f.personId),
        list.map((f) => f.targetKind),
        list.map((f) => f.targetId),
        list.map((f) => f.targetCode ?? null),
        list.map((f) => f.number),
        list.map((f) => f.unitsDone),
        list.map((f) => f.unitsOf),
        list.map((f) => f.scoreBp),
        list.map((f) => f.startedOn),
        list.map((f) => f.completedOn),
        list.map((f) => f.occurredAt),
      ],
    );
  }

  private async completeAssignments(tx: Tx, done: readonly DatedFact[]): Promise<void> {
    await execute(
      tx,
      `with f as (select * from unnest($1::uuid[], $2::text[], $3::uuid[], $4::date[], $5::text[]) as f(person_id, kind, target_id, day, code))
       update assignment_person ap set completed_on = f.day
       from f join assignment a on a.target_kind = f.kind and (a.target_id = f.target_id or a.target_code = f.code) and a.ended_at is null
       where ap.assignment_id = a.id and ap.person_id = f.person_id and ap.completed_on is null and ap.ended_at is null
         and ap.assigned_on <= f.day`,
      [
        done.map((f) => f.personId),
        done.map((f) => f.targetKind),
        done.map((f) => f.targetId),
        done.map((f) => f.day),
        done.map((f) => f.targetCode ?? null),
      ],
    );
  }
}
