import { Inject, Injectable } from '@nestjs/common';
import { Audit } from '@waymark/identity';
import { personLeft } from '@waymark/identity/events';
import { localDayOf, newId, NotFound, RuleViolation, type Clock, type LocalDay } from '@waymark/kernel';
import { CLOCK, execute, OnEventInTransaction, Outbox, rows, type DomainEvent, type Tx } from '@waymark/platform';
import { LearningMapRepository } from '../learning-map/learning-map.repository.js';
import type { ProgressColumns } from '../learning-map/learning-map.js';
import { MapDocuments } from '../map-document/map-documents.service.js';
import { staticUnits } from '../map-move/map-move.js';
import { advance, countersOf, emptyColumns } from '../unlocking/unlocking.js';
import { carryOver } from './carry-over.js';
import { DueDays } from './due-days.service.js';
import { enrolmentCreated } from './enrolment.events.js';
import { EnrolmentRepository, type EnrolmentRow, type NewEnrolment } from './enrolment.repository.js';

export type EnrolmentSource = 'manual' | 'assignment' | 'demo';

export interface EnrolInput {
  mapId: string;
  people: readonly { personId: string; startDay: LocalDay }[];
  source: EnrolmentSource;
  assignmentId?: string | null;
  actorId: string | null;
  at?: Date;
}

/** Puts people on maps and takes them off. */
@Injectable()
export class Enrolments {
  constructor(
    @Inject(EnrolmentRepository) private readonly enrolments: EnrolmentRepository,
    @Inject(LearningMapRepository) private readonly maps: LearningMapRepository,
    @Inject(MapDocuments) private readonly documents: MapDocuments,
    @Inject(DueDays) private readonly dueDays: DueDays,
    @Inject(Audit) private readonly audit: Audit,
    @Inject(Outbox) private readonly outbox: Outbox,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  /**
   * Enrols people in the map's current version, with what they already reached. Whoever is on the map or has finished
   * it since they were last hired is left alone. The number of statements does not depend on the number of people.
   * @throws RuleViolation 'map-not-published'
   */
  async enrol(tx: Tx, input: EnrolInput): Promise<{ enrolled: number; already: number }> {
    const current = await this.maps.currentVersion(tx, input.mapId);
    if (!current) throw new RuleViolation('map-not-published');
    const startOf = new Map(input.people.map((p) => [p.personId, p.startDay]));
    const present = await rows<{ id: string }>(
      tx,
      `select p.id from person p where p.id = any ($1::uuid[]) and p.status = 'active'
         and not exists (select 1 from enrolment e where e.person_id = p.id and e.map_id = $2 and (e.status = 'open' or e.status = 'completed'
           and not exists (select 1 from employment m where m.person_id = p.id and m.to_day is null and m.from_day > e.completed_on)))
       order by p.id for update of p`,
      [[...startOf.keys()], input.mapId],
    );
    const already = startOf.size - present.length;
    if (present.length === 0) return { enrolled: 0, already };
    const plan = await this.documents.plan(tx, current.versionId);
    const personIds = present.map((p) => p.id);
    const due = await this.dueDays.load(tx, personIds, [], plan.workingDays);
    const facts = await this.enrolments.knownFacts(tx, plan.nodes, personIds, []);
    const blank = new Map<LocalDay, ProgressColumns>();
    const unitsOf = plan.nodes.map(staticUnits);
    const list = present.map(({ id: personId }): NewEnrolment => {
      const startDay = startOf.get(personId) as LocalDay;
      const away = due.leavesOf(personId).length > 0;
      let columns = away ? undefined : blank.get(startDay);
      if (!columns) {
        columns = emptyColumns(plan, due.of(plan, personId, startDay, null), unitsOf, startDay);
        if (!away) blank.set(startDay, columns);
      }
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

  /** Takes people off the map who are on it by an assignment; what they reached stays theirs. Returns how many. */
  async withdrawAssigned(tx: Tx, assignmentId: string, personIds: readonly string[]): Promise<number> {
    return execute(
      tx,
      `update enrolment set status = 'withdrawn', ended_at = $3 where assignment_id = $1 and person_id = any ($2::uuid[]) and status = 'open'`,
      [assignmentId, personIds, this.clock.now()],
    );
  }

  /** Whoever leaves is on no map any more. Coming back, they start anew and bring along what they reached. */
  @OnEventInTransaction(personLeft)
  async personLeft(tx: Tx, event: DomainEvent): Promise<void> {
    const now = this.clock.now();
    await execute(
      tx,
      `update enrolment set status = 'withdrawn', ended_at = $2 where person_id = $1 and status = 'open'`,
      [event.personId, now],
    );
    await execute(
      tx,
      `update assignment_person set ended_at = $2 where person_id = $1 and ended_at is null and completed_on is null`,
      [event.personId, now],
    );
  }
}
