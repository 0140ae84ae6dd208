import { Inject, Injectable } from '@nestjs/common';
import { Audit, WorkCalendars } from '@waymark/identity';
import { localDayOf, newId, NotFound, RuleViolation, type Clock, type LocalDay } from '@waymark/kernel';
import { CLOCK, execute, one, Outbox, rows, type Tx } from '@waymark/platform';
import { LearningMapRepository } from '../learning-map/learning-map.repository.js';
import { isDone, STATE, type ProgressColumns } from '../learning-map/learning-map.js';
import { MapDocuments, type MapPlan } from '../map-document/map-documents.service.js';
import { advance, countersOf, emptyColumns } from '../unlocking/unlocking.js';
import { carryOver, targetKey, type KnownFact } from './carry-over.js';
import { dueDaysOf } from './due-day.js';
import { enrolmentCreated } from './enrolment.events.js';
import {
  EnrolmentRepository,
  type EnrolmentRow,
  type NewEnrolment,
  type ProgressChange,
} from './enrolment.repository.js';

export type EnrolmentSource = 'manual' | 'assignment' | 'demo';

export interface EnrolInput {
  mapId: string;
  people: readonly { personId: string; startDay: LocalDay }[];
  source: EnrolmentSource;
  assignmentId?: string | null;
  actorId: string | null;
  at?: Date;
}

const NOTHING: ReadonlyMap<string, KnownFact> = new Map();

/** Puts people on maps and moves them between versions. */
@Injectable()
export class Enrolments {
  constructor(
    @Inject(EnrolmentRepository) private readonly enrolments: EnrolmentRepository,
    @Inject(LearningMapRepository) private readonly maps: LearningMapRepository,
    @Inject(MapDocuments) private readonly documents: MapDocuments,
    @Inject(WorkCalendars) private readonly calendars: WorkCalendars,
    @Inject(Audit) private readonly audit: Audit,
    @Inject(Outbox) private readonly outbox: Outbox,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  /**
   * Enrols people in the map's current version, with what they already reached. Whoever is on the map or has finished
   * it is left alone. The number of statements does not depend on the number of people.
   * @throws RuleViolation 'map-not-published'
   */
  async enrol(tx: Tx, input: EnrolInput): Promise<{ enrolled: number; already: number }> {
    const current = await this.maps.currentVersion(tx, input.mapId);
    if (!current) throw new RuleViolation('map-not-published');
    const startOf = new Map(input.people.map((p) => [p.personId, p.startDay]));
    const present = await rows<{ id: string }>(
      tx,
      `select p.id from person p where p.id = any ($1::uuid[]) and p.status = 'active'
         and not exists (select 1 from enrolment e where e.person_id = p.id and e.map_id = $2 and e.status in ('open', 'completed'))
       order by p.id for update of p`,
      [[...startOf.keys()], input.mapId],
    );
    const already = startOf.size - present.length;
    if (present.length === 0) return { enrolled: 0, already };
    const plan = await this.documents.plan(tx, current.versionId);
    const calendar = plan.workingDays ? await this.calendars.load(tx) : null;
    const facts = await this.knownFacts(
      tx,
      plan,
      present.map((p) => p.id),
      null,
    );
    const blank = new Map<LocalDay, ProgressColumns>();
    const unitsOf = plan.nodes.map(staticUnits);
    const list = present.map(({ id: personId }): NewEnrolment => {
      const startDay = startOf.get(personId) as LocalDay;
      let columns = blank.get(startDay);
      if (!columns)
        blank.set(
          startDay,
          (columns = emptyColumns(plan, dueDaysOf(plan.nodes, startDay, calendar), unitsOf, startDay)),
        );
      const known = facts.get(personId);
      const carried = known ? carryOver(plan.nodes, known.byTarget, known.byKey, startDay) : [];
      const result = carried.length > 0 ? advance(plan, columns, carried, startDay) : null;
      const counters = result?.counters ?? countersOf(plan, columns);
      return {
        id: newId(),
        personId,
        startDay,
        columns: result?.columns ?? columns,
        counters,
        lastProgressOn: null,
        completedOn: counters.done === counters.total ? startDay : null,
      };
    });
    const written = await this.enrolments.insert(tx, list, {
      mapId: input.mapId,
      versionId: current.versionId,
      source: input.source,
      assignmentId: input.assignmentId ?? null,
      createdBy: input.actorId,
      now: input.at ?? this.clock.now(),
    });
    const fresh = list.filter((e) => written.has(e.id));
    await this.outbox.publishMany(
      tx,
      enrolmentCreated,
      fresh.map((e) => ({
        personId: e.personId,
        payload: { enrolmentId: e.id, mapId: input.mapId, versionId: current.versionId, startDay: e.startDay },
        ...(input.at ? { occurredAt: input.at } : {}),
      })),
    );
    return { enrolled: fresh.length, already: startOf.size - fresh.length };
  }

  /** Today in each person's own zone. */
  async localDays(tx: Tx, personIds: readonly string[]): Promise<Map<string, LocalDay>> {
    const now = this.clock.now();
    const found = await rows<{ id: string; zone: string }>(
      tx,
      `select person_id as id, zone from person_profile where person_id = any ($1::uuid[])`,
      [personIds],
    );
    return new Map(found.map((f) => [f.id, localDayOf(now, f.zone)]));
  }

  async openEnrolments(tx: Tx, personIds: readonly string[]): Promise<Map<string, EnrolmentRow[]>> {
    const out = new Map<string, EnrolmentRow[]>(personIds.map((id) => [id, []]));
    for (const e of await this.enrolments.list(tx, personIds, true)) out.get(e.personId)?.push(e);
    return out;
  }

  async withdraw(tx: Tx, enrolmentId: string, reason: string, actorId: string): Promise<void> {
    const [e] = await this.enrolments.lockProgress(tx, [enrolmentId]);
    if (!e) throw new NotFound('enrolment-unknown');
    if (e.status !== 'open') throw new RuleViolation('enrolment-not-open');
    await execute(tx, `update enrolment set status = 'withdrawn', ended_at = $2 where id = $1`, [
      enrolmentId,
      this.clock.now(),
    ]);
    await this.audit.record(tx, {
      actorId,
      action: 'enrolment.withdrawn',
      subjectType: 'enrolment',
      subjectId: enrolmentId,
      personId: e.personId,
      changes: [{ field: 'reason', from: null, to: reason, personal: true }],
    });
  }

  /** Completed nodes of people in flight whose key is among `keys`. */
  async completedKept(tx: Tx, mapId: string, keys: readonly string[]): Promise<number> {
    const { n } = await one<{ n: number }>(
      tx,
      `select coalesce(sum((select count(*) from map_node m where m.version_id = e.version_id and m.key = any ($2)
         and p.state[m.idx + 1] >= ${STATE.completed})), 0)::int as n
       from enrolment e join enrolment_progress p on p.enrolment_id = e.id where e.map_id = $1 and e.status = 'open'`,
      [mapId, keys],
    );
    return n;
  }

  /**
   * Moves everybody in flight on the map to the version. What was reached is matched by target, then by key; the old
   * columns are kept, so nothing completed is ever lost. Returns how many moved.
   */
  async moveAll(tx: Tx, mapId: string, versionId: string, actorId: string | null): Promise<number> {
    const ids = await this.enrolments.openOfMap(tx, mapId, versionId);
    const before = await this.enrolments.lockProgress(tx, ids);
    if (before.length === 0) return 0;
    const plan = await this.documents.plan(tx, versionId);
    const calendar = plan.workingDays ? await this.calendars.load(tx) : null;
    const days = await this.localDays(
      tx,
      before.map((e) => e.personId),
    );
    const facts = await this.knownFacts(
      tx,
      plan,
      before.map((e) => e.personId),
      ids,
    );
    const unitsOf = plan.nodes.map(staticUnits);
    const changes: ProgressChange[] = [];
    const history: object[] = [];
    for (const e of before) {
      const old = await this.documents.plan(tx, e.versionId);
      const dueOn = dueDaysOf(plan.nodes, e.startDay, calendar).map(
        (due, i) => extended(old, e.columns, plan, i) ?? due,
      );
      const known = facts.get(e.personId);
      const byKey = new Map([...(known?.byKey ?? NOTHING), ...factsOf(old, e.columns)]);
      const carried = carryOver(plan.nodes, known?.byTarget ?? NOTHING, byKey, e.startDay);
      const moved = advance(plan, emptyColumns(plan, dueOn, unitsOf, e.startDay), carried, e.startDay);
      const finished = moved.counters.done === moved.counters.total;
      changes.push({
        id: e.id,
        columns: moved.columns,
        counters: moved.counters,
        lastProgressOn: null,
        completedOn: finished ? (days.get(e.personId) ?? e.startDay) : null,
      });
      history.push({ id: newId(), enrolment_id: e.id, from_version_id: e.versionId, progress: e.columns });
    }
    await execute(
      tx,
      `insert into enrolment_move (id, enrolment_id, from_version_id, to_version_id, progress, moved_by, moved_at)
       select h.id, h.enrolment_id, h.from_version_id, $2, h.progress, $3, $4
       from jsonb_to_recordset($1::jsonb) as h(id uuid, enrolment_id uuid, from_version_id uuid, progress jsonb)`,
      [JSON.stringify(history), versionId, actorId, this.clock.now()],
    );
    await this.enrolments.save(tx, changes, versionId);
    return changes.length;
  }

  /** What people have reached that nodes of the plan may take over: by target, and by key on any of their maps. */
  private async knownFacts(
    tx: Tx,
    plan: MapPlan,
    personIds: readonly string[],
    exceptEnrolments: readonly string[] | null,
  ): Promise<Map<string, { byTarget: Map<string, KnownFact>; byKey: Map<string, KnownFact> }>> {
    const out = new Map<string, { byTarget: Map<string, KnownFact>; byKey: Map<string, KnownFact> }>();
    const of = (personId: string): { byTarget: Map<string, KnownFact>; byKey: Map<string, KnownFact> } => {
      let known = out.get(personId);
      if (!known) out.set(personId, (known = { byTarget: new Map(), byKey: new Map() }));
      return known;
    };
    const targetIds = plan.nodes.flatMap((n) => (n.target ? [n.target.id] : []));
    type Row = KnownFact & { personId: string; kind: string; targetId: string };
    const byTarget = await rows<Row>(
      tx,
      `select person_id as "personId", target_kind as kind, target_id as "targetId", state, completed_on as "completedOn",
              units_done as "unitsDone", units_of as "unitsOf", score_bp as "scoreBp"
       from target_progress where target_id = any ($1::uuid[]) and person_id = any ($2::uuid[])`,
      [targetIds, personIds],
    );
    for (const r of byTarget) of(r.personId).byTarget.set(targetKey(r.kind, r.targetId), r);
    const keys = plan.nodes.flatMap((n) => (n.target || n.kind === 'mentor-meetings' ? [] : [n.key]));
    const byKey = await rows<KnownFact & { personId: string; key: string }>(
      tx,
      `select e.person_id as "personId", n.key, p.state[n.idx + 1] as state, p.completed_on[n.idx + 1] as "completedOn",
              p.units_done[n.idx + 1] as "unitsDone", p.units_of[n.idx + 1] as "unitsOf", p.score_bp[n.idx + 1] as "scoreBp"
       from enrolment e join enrolment_progress p on p.enrolment_id = e.id
       join map_node n on n.version_id = e.version_id and n.key = any ($1) and n.target_id is null
       where e.person_id = any ($2::uuid[]) and e.id <> all ($3::uuid[]) and p.state[n.idx + 1] >= ${STATE.completed}
       order by p.completed_on[n.idx + 1] nulls first`,
      [keys, personIds, exceptEnrolments ?? []],
    );
    for (const r of byKey) of(r.personId).byKey.set(r.key, r);
    return out;
  }
}

/** Units that the map itself fixes; a course's lessons are counted when it is opened. */
export function staticUnits(node: { kind: string; evidence: { kind: string; target: number | null } | null }): number {
  const counts = node.kind === 'mentor-meetings' || node.evidence?.kind === 'counter';
  return counts ? Math.round(node.evidence?.target ?? 0) : 0;
}

/** A due day that staff set for this person stays when the map around it changes. */
function extended(old: MapPlan, columns: ProgressColumns, plan: MapPlan, i: number): LocalDay | null {
  const node = plan.nodes[i];
  const was = node ? old.indexByKey.get(node.key) : undefined;
  if (was === undefined || node === undefined || old.nodes[was]?.dueDay !== node.dueDay) return null;
  return columns.dueOn[was] ?? null;
}

function factsOf(plan: MapPlan, columns: ProgressColumns): [string, KnownFact][] {
  return plan.nodes.flatMap((n, i): [string, KnownFact][] => {
    const state = columns.state[i] ?? 0;
    if (state < STATE.inProgress) return [];
    return [
      [
        n.key,
        {
          state,
          completedOn: isDone(state) ? (columns.completedOn[i] ?? null) : null,
          unitsDone: columns.unitsDone[i] ?? 0,
          unitsOf: columns.unitsOf[i] ?? 0,
          scoreBp: columns.scoreBp[i] ?? null,
        },
      ],
    ];
  });
}
