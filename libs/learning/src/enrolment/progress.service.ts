import { Inject, Injectable } from '@nestjs/common';
import { Activities, type ActivityInput } from '@waymark/identity';
import { CLOCK, eventBatch, execute, type NewEvent, type Tx } from '@waymark/platform';
import type { Clock, LocalDay } from '@waymark/kernel';
import { STATE } from '../learning-map/learning-map.js';
import { MapDocuments } from '../map-document/map-documents.service.js';
import { advance, isLate, type Counters, type NodeFact } from '../unlocking/unlocking.js';
import { enrolmentCompleted, nodeCompleted, type NodeCompleted } from './enrolment.events.js';
import { EnrolmentRepository, type ProgressChange } from './enrolment.repository.js';

/** A fact names its node by key: an enrolment may have moved to another version since somebody looked. */
export interface EnrolmentFacts {
  enrolmentId: string;
  facts: readonly (Omit<NodeFact, 'index'> & { key: string })[];
  /** When it happened, for the records; now when left out. */
  at?: Date;
}

/** The one door through which progress changes: columns, counters, activities and events in one transaction. */
@Injectable()
export class Progress {
  constructor(
    @Inject(EnrolmentRepository) private readonly enrolments: EnrolmentRepository,
    @Inject(MapDocuments) private readonly documents: MapDocuments,
    @Inject(Activities) private readonly activities: Activities,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  /** Takes facts in, in the order they happened; withdrawn enrolments keep what they had. */
  async take(tx: Tx, list: readonly EnrolmentFacts[]): Promise<void> {
    if (list.length === 0) return;
    const rows = await this.enrolments.lockProgress(
      tx,
      list.map((l) => l.enrolmentId),
    );
    const changes: ProgressChange[] = [];
    const activities: ActivityInput[] = [];
    const nodes: NewEvent<NodeCompleted>[] = [];
    const finished: NewEvent<{ enrolmentId: string; mapId: string; versionId: string }>[] = [];
    for (const e of rows) {
      if (e.status === 'withdrawn') continue;
      const plan = await this.documents.plan(tx, e.versionId);
      const steps = list
        .filter((l) => l.enrolmentId === e.id)
        .map((l) => ({ at: l.at ?? this.clock.now(), facts: l.facts }))
        .sort((a, b) => a.at.getTime() - b.at.getTime());
      let { columns } = e;
      let last: { counters: Counters; day: LocalDay } | null = null;
      for (const { at, facts } of steps) {
        const known = facts.flatMap((f): NodeFact[] => {
          const index = plan.indexByKey.get(f.key);
          return index === undefined ? [] : [{ ...f, index }];
        });
        const result = advance(plan, columns, known, e.startDay);
        if (!result.changed) continue;
        const day = known.reduce((max, f) => (f.day > max ? f.day : max), known[0]?.day ?? '');
        const record = (
          verb: ActivityInput['verb'],
          subjectType: string,
          subjectId: string,
          extra: ActivityInput['result'],
        ): void =>
          void activities.push({
            verb,
            personId: e.personId,
            subjectType,
            subjectId,
            subjectVersion: e.versionId,
            result: extra,
            occurredAt: at,
            localDay: day,
          });
        for (const i of result.completed) {
          const node = plan.nodes[i];
          if (!node) continue;
          const late = isLate(0, columns.dueOn[i], result.columns.completedOn[i] ?? day);
          record('node.completed', 'map-node', node.id, {
            kind: node.kind,
            key: node.key,
            required: node.required,
            late,
            waived: result.columns.state[i] === STATE.waived,
            minutes: node.minutes,
            enrolmentId: e.id,
          });
          nodes.push({
            personId: e.personId,
            occurredAt: at,
            payload: {
              enrolmentId: e.id,
              nodeId: node.id,
              nodeKey: node.key,
              kind: node.kind,
              required: node.required,
              late,
            },
          });
        }
        for (const s of result.stages) {
          const stage = plan.stages[s];
          if (stage)
            record('stage.completed', 'map-stage', stage.id, { key: stage.key, number: s + 1, enrolmentId: e.id });
        }
        if (result.finished) {
          record('enrolment.completed', 'learning-map', e.mapId, { mapCode: plan.code, enrolmentId: e.id });
          finished.push({
            personId: e.personId,
            occurredAt: at,
            payload: { enrolmentId: e.id, mapId: e.mapId, versionId: e.versionId },
          });
        }
        columns = result.columns;
        last = { counters: result.counters, day };
      }
      if (!last) continue;
      const complete = last.counters.done === last.counters.total;
      changes.push({
        id: e.id,
        columns,
        counters: last.counters,
        lastProgressOn: last.day,
        completedOn: complete ? (e.completedOn ?? last.day) : null,
      });
    }
    await this.enrolments.save(tx, changes);
    await this.activities.recordMany(tx, activities, [
      eventBatch(nodeCompleted, nodes),
      eventBatch(enrolmentCompleted, finished),
    ]);
  }

  /** Sets what a counter shows, also downwards: an entry may be taken out while the milestone is being written. */
  async count(
    tx: Tx,
    enrolmentId: string,
    key: string,
    unitsDone: number,
    unitsOf: number,
    day: LocalDay,
  ): Promise<void> {
    const [e] = await this.enrolments.lockProgress(tx, [enrolmentId]);
    const i = e && (await this.documents.plan(tx, e.versionId)).indexByKey.get(key);
    if (!e || i === undefined) return;
    await execute(tx, `update enrolment_progress set units_done[$2] = $3, units_of[$2] = $4 where enrolment_id = $1`, [
      enrolmentId,
      i + 1,
      unitsDone,
      unitsOf,
    ]);
    await execute(tx, `update enrolment set last_progress_on = greatest(last_progress_on, $2) where id = $1`, [
      enrolmentId,
      day,
    ]);
  }
}
