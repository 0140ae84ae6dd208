import { Inject, Injectable } from '@nestjs/common';
import type { LocalDay } from '@waymark/kernel';
import { rows, type Tx } from '@waymark/platform';
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
    const stored = this.store(tx, facts);
    const meetings = facts.some((f) => f.targetKind === 'mentor-meetings');
    // Sent behind the other without waiting for it, and run after it: with the lock held, it sees what enrolling left.
    const pointing = rows<{
      enrolmentId: string;
      versionId: string;
      personId: string;
      targetId: string | null;
      kind: string;
      key: string;
    }>(
      tx,
      `select x.* from jsonb_array_elements_text($1::jsonb) as k(person_id) cross join lateral (
         select e.id as "enrolmentId", e.version_id as "versionId", e.person_id as "personId", n.target_id as "targetId", n.kind, n.key
         from enrolment e join map_node n on n.version_id = e.version_id
         where e.person_id = k.person_id::uuid and e.status in ('open', 'completed')
           and (n.target_id in (select t::uuid from jsonb_array_elements_text($2::jsonb) t) ${meetings ? `or n.kind = 'mentor-meetings'` : ''})
         offset 0) x`,
      [JSON.stringify([...new Set(facts.map((f) => f.personId))]), JSON.stringify(facts.map((f) => f.targetId))],
    );
    const [list, nodes] = await Promise.all([stored, pointing]);
    const moves: EnrolmentFacts[] = [];
    for (const n of nodes) {
      const plan = await this.documents.plan(tx, n.versionId);
      for (const f of list) {
        if (f.personId !== n.personId || f.targetKind !== n.kind || (n.targetId !== null && n.targetId !== f.targetId))
          continue;
        const counted =
          f.targetKind === 'mentor-meetings'
            ? meetingsFor(plan.nodes, plan.indexByKey.get(n.key) ?? -1, f.unitsDone ?? 0)
            : null;
        if (counted?.done === 0) continue;
        moves.push({
          enrolmentId: n.enrolmentId,
          at: f.occurredAt,
          facts: [
            {
              key: n.key,
              state: counted && counted.done === counted.of ? STATE.completed : f.number,
              unitsDone: counted?.done ?? f.unitsDone ?? 0,
              unitsOf: counted?.of ?? f.unitsOf ?? 0,
              scoreBp: f.scoreBp ?? null,
              day: f.day,
            },
          ],
        });
      }
    }
    await this.progress.take(tx, moves);
  }

  /**
   * One statement: a row per person and target, the assignments that are done by it, and each fact with its local day.
   * The key share on the person makes whoever enrols them at the same moment wait, or be waited for.
   */
  private async store(tx: Tx, facts: readonly TargetFact[]): Promise<DatedFact[]> {
    const dated = await rows<{ n: number; day: LocalDay }>(
      tx,
      `with f as (
         select * from unnest($1::uuid[], $2::text[], $3::uuid[], $4::text[], $5::smallint[], $6::smallint[], $7::smallint[], $8::smallint[],
           $9::timestamptz[]) with ordinality as f(person_id, kind, target_id, code, state, units_done, units_of, score_bp, at, n)
       ), z as (
         select f.*, (f.at at time zone pp.zone)::date as day
         from f join person_profile pp on pp.person_id = f.person_id join person p on p.id = f.person_id for key share of p
       ), stored as (
         insert into target_progress as t (person_id, target_kind, target_id, target_code, state, units_done, units_of, score_bp, started_on,
           completed_on, updated_at)
         select person_id, kind, target_id, max(code), case when max(state) = ${STATE.completed} then ${STATE.completed}
             else (array_agg(state order by at desc))[1] end,
           max(units_done), max(units_of), max(score_bp), min(day), max(day) filter (where state = ${STATE.completed}), max(at)
         from z group by person_id, kind, target_id
         on conflict (person_id, target_kind, target_id) do update set
           state = case when t.state = ${STATE.completed} then t.state else excluded.state end,
           units_done = greatest(t.units_done, excluded.units_done), units_of = greatest(t.units_of, excluded.units_of),
           score_bp = greatest(t.score_bp, excluded.score_bp),
           completed_on = greatest(t.completed_on, excluded.completed_on),
           started_on = least(t.started_on, excluded.started_on),
           updated_at = greatest(t.updated_at, excluded.updated_at)
       ), assigned as (
         update assignment_person ap set completed_on = z.day
         from z join assignment a on a.target_kind = z.kind and (a.target_id = z.target_id or a.target_code = z.code) and a.ended_at is null
         where z.state = ${STATE.completed} and ap.assignment_id = a.id and ap.person_id = z.person_id
           and ap.completed_on is null and ap.ended_at is null and ap.assigned_on <= z.day
       )
       select n::int as n, day from z`,
      [
        facts.map((f) => f.personId),
        facts.map((f) => f.targetKind),
        facts.map((f) => f.targetId),
        facts.map((f) => f.targetCode ?? null),
        facts.map((f) => NUMBER[f.state]),
        facts.map((f) => f.unitsDone ?? 0),
        facts.map((f) => f.unitsOf ?? 0),
        facts.map((f) => f.scoreBp ?? null),
        facts.map((f) => f.occurredAt),
      ],
    );
    return dated.map(({ n, day }) => {
      const fact = facts[n - 1] as TargetFact;
      return { ...fact, number: NUMBER[fact.state], day };
    });
  }
}
