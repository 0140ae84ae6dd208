import { Inject, Injectable } from '@nestjs/common';
import { Audit, Scope, type AuditInput } from '@waymark/identity';
import {
  addDays,
  InvalidInput,
  isLocalDay,
  localDayOf,
  newId,
  NotFound,
  RuleViolation,
  type Clock,
  type LocalDay,
} from '@waymark/kernel';
import { CLOCK, Db, execute, maybeOne, one, Outbox, rows, type Tx, type Viewer } from '@waymark/platform';
import { carryOver } from '../enrolment/carry-over.js';
import { DueDays } from '../enrolment/due-days.service.js';
import { EnrolmentRepository, type ProgressRow } from '../enrolment/enrolment.repository.js';
import { Progress } from '../enrolment/progress.service.js';
import { isDone, STATE, type ProgressColumns } from '../learning-map/learning-map.js';
import { MapDocuments, type MapPlan } from '../map-document/map-documents.service.js';
import { advance, countersOf } from '../unlocking/unlocking.js';
import { decisionTakenBack, dueDayExtended, nodeWaived } from './node-decision.events.js';

export type DecisionKind = 'waive' | 'unwaive' | 'extend' | 'unextend';
export interface NodeDecision {
  kind: DecisionKind;
  reason: string;
  dueOn: LocalDay | null;
  previousDueOn: LocalDay | null;
  byId: string | null;
  at: Date;
}
export interface ExtendMany {
  enrolmentIds: readonly string[];
  /** One node; everything that is open and has a due day when left out. */
  nodeKey?: string | null;
  /** Either a number of days more, or the new day. */
  days?: number | null;
  dueOn?: LocalDay | null;
  reason: string;
}
interface Exception {
  id: string;
  enrolment_id: string;
  node_key: string;
  kind: DecisionKind;
  reason: string;
  due_on: LocalDay | null;
  previous_due_on: LocalDay | null;
}
interface Place {
  row: ProgressRow;
  plan: MapPlan;
  index: number;
  key: string;
  today: LocalDay;
}

const REASON = { min: 3, max: 500 };
const MAX_PEOPLE = 2_000;
const MAX_DAYS = 365;

/** What staff decide about a node for one person: let off, more time, and each of them taken back. All with a reason. */
@Injectable()
export class NodeDecisions {
  constructor(
    @Inject(Db) private readonly db: Db,
    @Inject(EnrolmentRepository) private readonly enrolments: EnrolmentRepository,
    @Inject(MapDocuments) private readonly documents: MapDocuments,
    @Inject(Progress) private readonly progress: Progress,
    @Inject(DueDays) private readonly dueDays: DueDays,
    @Inject(Scope) private readonly scope: Scope,
    @Inject(Audit) private readonly audit: Audit,
    @Inject(Outbox) private readonly outbox: Outbox,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  /** Newest first. */
  async of(tx: Tx, enrolmentId: string, nodeKey: string): Promise<NodeDecision[]> {
    return rows(
      tx,
      `select kind, reason, due_on as "dueOn", previous_due_on as "previousDueOn", created_by as "byId", created_at as at
       from node_exception where enrolment_id = $1 and node_key = $2 order by created_at desc, id desc`,
      [enrolmentId, nodeKey],
    );
  }

  /**
   * Lets somebody off a node. What waits for a sign-off leaves the mentor's inbox and becomes the learner's draft again,
   * so that nobody decides about it any more.
   * @throws RuleViolation 'node-done'
   */
  async waive(viewer: Viewer, enrolmentId: string, nodeId: string, reason: string): Promise<void> {
    await this.decide(viewer, enrolmentId, nodeId, reason, ['open'], async (tx, { row, index, key, today }, words) => {
      if (isDone(row.columns.state[index] ?? 0)) throw new RuleViolation('node-done');
      await execute(
        tx,
        `update milestone_submission set status = 'draft', submitted_at = null, reminded_at = null
         where enrolment_id = $1 and node_key = $2 and status = 'submitted'`,
        [enrolmentId, key],
      );
      const decision = exception(row.id, key, 'waive', words);
      await this.write(tx, viewer, [decision]);
      await this.progress.take(tx, [{ enrolmentId, facts: [{ key, state: STATE.waived, day: today }] }]);
      await this.record(tx, viewer, row, 'node.waived', words, [{ field: 'node', from: null, to: key }]);
      await this.outbox.publish(tx, nodeWaived, {
        personId: row.personId,
        payload: { enrolmentId, nodeId, decisionId: decision.id, by: viewer.personId },
      });
    });
  }

  /**
   * The node has to be done after all. What the person reached on it meanwhile counts; nodes after it that nobody has
   * begun may lock again.
   * @throws RuleViolation 'node-not-waived'
   */
  async unwaive(viewer: Viewer, enrolmentId: string, nodeId: string, reason: string): Promise<void> {
    const allowed = ['open', 'completed'] as const;
    await this.decide(
      viewer,
      enrolmentId,
      nodeId,
      reason,
      allowed,
      async (tx, { row, plan, index, key, today }, words) => {
        if (row.columns.state[index] !== STATE.waived) throw new RuleViolation('node-not-waived');
        const columns: ProgressColumns = {
          ...row.columns,
          state: row.columns.state.with(index, (await this.begun(tx, row.id, key)) ? STATE.inProgress : STATE.locked),
          completedOn: row.columns.completedOn.with(index, null),
        };
        const known = (await this.enrolments.knownFacts(tx, plan.nodes, [row.personId], [row.id])).get(row.personId);
        const facts = known ? carryOver(plan.nodes, known.byTarget, new Map(), row.startDay) : [];
        const after = advance(
          plan,
          columns,
          facts.filter((f) => f.index === index),
          row.startDay,
        );
        const finished = after.counters.done === after.counters.total;
        if (!finished && row.status === 'completed') await this.assertMayReopen(tx, row);
        const decision = exception(row.id, key, 'unwaive', words);
        await this.write(tx, viewer, [decision]);
        await this.enrolments.save(tx, [
          {
            id: row.id,
            columns: after.columns,
            counters: after.counters,
            lastProgressOn: null,
            completedOn: finished ? (row.completedOn ?? today) : null,
          },
        ]);
        await this.record(tx, viewer, row, 'node.waiver-ended', words, [{ field: 'node', from: key, to: null }]);
        await this.outbox.publish(tx, decisionTakenBack, {
          personId: row.personId,
          payload: {
            enrolmentId,
            nodeId,
            kind: 'waive',
            dueOn: after.columns.dueOn[index] ?? null,
            decisionId: decision.id,
            by: viewer.personId,
          },
        });
      },
    );
  }

  /** @throws InvalidInput 'due-before-start'; RuleViolation 'node-done', 'node-without-due-day', 'due-not-later' */
  async extend(viewer: Viewer, enrolmentId: string, nodeId: string, dueOn: LocalDay, reason: string): Promise<void> {
    if (!isLocalDay(dueOn)) throw new InvalidInput('day-invalid', { field: 'dueOn' });
    await this.decide(viewer, enrolmentId, nodeId, reason, ['open'], async (tx, { row, plan, index, key }, words) => {
      if (dueOn < row.startDay) throw new InvalidInput('due-before-start', { startDay: row.startDay });
      if (isDone(row.columns.state[index] ?? 0)) throw new RuleViolation('node-done');
      const from = row.columns.dueOn[index] ?? null;
      if (from === null) throw new RuleViolation('node-without-due-day');
      if (dueOn <= from) throw new RuleViolation('due-not-later', { dueOn: from });
      const decision = exception(row.id, key, 'extend', words, dueOn, from);
      await this.write(tx, viewer, [decision]);
      await this.setDue(tx, [{ row, plan, dueOn: row.columns.dueOn.with(index, dueOn) }]);
      await this.record(tx, viewer, row, 'node.due-extended', words, [{ field: `due:${key}`, from, to: dueOn }]);
      await this.outbox.publish(tx, dueDayExtended, {
        personId: row.personId,
        payload: { enrolmentId, nodeId, nodes: 1, dueOn, decisionId: decision.id, by: viewer.personId },
      });
    });
  }

  /** The due day of the map holds again, with any leave. @throws RuleViolation 'due-not-extended' */
  async unextend(viewer: Viewer, enrolmentId: string, nodeId: string, reason: string): Promise<void> {
    await this.decide(viewer, enrolmentId, nodeId, reason, ['open'], async (tx, { row, plan, index, key }, words) => {
      if (isDone(row.columns.state[index] ?? 0)) throw new RuleViolation('node-done');
      const last = (await this.of(tx, enrolmentId, key)).find((d) => d.kind === 'extend' || d.kind === 'unextend');
      if (last?.kind !== 'extend') throw new RuleViolation('due-not-extended');
      const from = row.columns.dueOn[index] ?? null;
      const decision = exception(row.id, key, 'unextend', words, null, from);
      await this.write(tx, viewer, [decision]);
      const due = await this.dueDays.load(tx, [row.personId], [row.id], plan.workingDays);
      const to = due.of(plan, row.personId, row.startDay, row.id)[index] ?? null;
      await this.setDue(tx, [{ row, plan, dueOn: row.columns.dueOn.with(index, to) }]);
      await this.record(tx, viewer, row, 'node.extension-ended', words, [{ field: `due:${key}`, from, to }]);
      await this.outbox.publish(tx, decisionTakenBack, {
        personId: row.personId,
        payload: { enrolmentId, nodeId, kind: 'extend', dueOn: to, decisionId: decision.id, by: viewer.personId },
      });
    });
  }

  /**
   * More time for several people at once; whoever is done with it, or has as much time already, is left out. One person
   * out of reach, and nothing is done.
   * @throws NotFound 'enrolment-unknown'
   */
  async extendMany(viewer: Viewer, input: ExtendMany): Promise<{ people: number; nodes: number; skipped: number }> {
    const words = reasonOf(input.reason);
    const ids = [...new Set(input.enrolmentIds)];
    if (ids.length === 0 || ids.length > MAX_PEOPLE) throw new InvalidInput('people-out-of-range', { max: MAX_PEOPLE });
    const { days = null, dueOn = null, nodeKey = null } = input;
    if ((days === null) === (dueOn === null)) throw new InvalidInput('days-or-day');
    if (days !== null && (!Number.isInteger(days) || days < 1 || days > MAX_DAYS))
      throw new InvalidInput('days-out-of-range', { max: MAX_DAYS });
    if (dueOn !== null && !isLocalDay(dueOn)) throw new InvalidInput('day-invalid', { field: 'dueOn' });
    return this.db.transaction(async (tx) => {
      const list = await this.enrolments.lockProgress(tx, ids);
      const scope = this.scope.visiblePersonsSql(viewer, 'learning:waive', 'e.person_id', 2);
      const { n } = await one<{ n: number }>(
        tx,
        `select count(*)::int as n from enrolment e where e.id = any ($1::uuid[]) and ${scope.sql}`,
        [ids, ...scope.params],
      );
      if (n !== ids.length) throw new NotFound('enrolment-unknown');
      const exceptions: Exception[] = [];
      const changed: {
        row: ProgressRow;
        plan: MapPlan;
        dueOn: (LocalDay | null)[];
        nodes: number;
        last: LocalDay;
        decisionId: string;
      }[] = [];
      for (const row of list) {
        if (row.status !== 'open') continue;
        if (dueOn !== null && dueOn < row.startDay)
          throw new InvalidInput('due-before-start', { startDay: row.startDay });
        const plan = await this.documents.plan(tx, row.versionId);
        const due = [...row.columns.dueOn];
        let nodes = 0;
        let last = '';
        const first = exceptions.length;
        plan.nodes.forEach((node, i) => {
          const was = row.columns.dueOn[i];
          if (!was || isDone(row.columns.state[i] ?? 0) || (nodeKey !== null && node.key !== nodeKey)) return;
          const to = dueOn ?? addDays(was, days ?? 0);
          if (to <= was) return;
          due[i] = to;
          nodes += 1;
          if (to > last) last = to;
          exceptions.push(exception(row.id, node.key, 'extend', words, to, was));
        });
        const decision = exceptions[first];
        if (decision) changed.push({ row, plan, dueOn: due, nodes, last, decisionId: decision.id });
      }
      await this.write(tx, viewer, exceptions);
      await this.setDue(tx, changed);
      await this.audit.recordMany(
        tx,
        changed.map(({ row, nodes, last }) =>
          entry(viewer, row, 'node.due-extended', words, [
            { field: 'nodes', from: null, to: nodes },
            { field: nodeKey === null ? 'last-due' : `due:${nodeKey}`, from: null, to: last },
          ]),
        ),
      );
      await this.outbox.publishMany(
        tx,
        dueDayExtended,
        changed.map(({ row, plan, nodes, last, decisionId }) => ({
          personId: row.personId,
          payload: {
            enrolmentId: row.id,
            nodeId: nodeKey === null ? null : (plan.nodes[plan.indexByKey.get(nodeKey) ?? -1]?.id ?? null),
            nodes,
            dueOn: last,
            decisionId,
            by: viewer.personId,
          },
        })),
      );
      return { people: changed.length, nodes: exceptions.length, skipped: ids.length - changed.length };
    });
  }

  private async decide(
    viewer: Viewer,
    enrolmentId: string,
    nodeId: string,
    reason: string,
    statuses: readonly ProgressRow['status'][],
    work: (tx: Tx, place: Place, words: string) => Promise<void>,
  ): Promise<void> {
    const words = reasonOf(reason);
    await this.db.transaction(async (tx) => {
      const [row] = await this.enrolments.lockProgress(tx, [enrolmentId]);
      if (!row || !(await this.scope.canSee(tx, viewer, row.personId, ['learning:waive'])))
        throw new NotFound('enrolment-unknown');
      if (!statuses.includes(row.status)) throw new RuleViolation('enrolment-not-open');
      const plan = await this.documents.plan(tx, row.versionId);
      const index = await this.documents.placeOf(tx, plan, nodeId);
      const key = index === undefined ? undefined : plan.nodes[index]?.key;
      if (index === undefined || key === undefined) throw new NotFound('map-node-unknown');
      const { zone } = await one<{ zone: string }>(tx, `select zone from person_profile where person_id = $1`, [
        row.personId,
      ]);
      await work(tx, { row, plan, index, key, today: localDayOf(this.clock.now(), zone) }, words);
    });
  }

  private async begun(tx: Tx, enrolmentId: string, key: string): Promise<boolean> {
    const found = await maybeOne(
      tx,
      `select 1 from milestone_submission where enrolment_id = $1 and node_key = $2 limit 1`,
      [enrolmentId, key],
    );
    return found !== null;
  }

  /** A newer enrolment of the person on the map stands in the way. */
  private async assertMayReopen(tx: Tx, row: ProgressRow): Promise<void> {
    const other = await maybeOne(
      tx,
      `select 1 from enrolment where person_id = $1 and map_id = $2 and status = 'open' and id <> $3`,
      [row.personId, row.mapId, row.id],
    );
    if (other) throw new RuleViolation('enrolment-not-open');
  }

  private async setDue(
    tx: Tx,
    list: readonly { row: ProgressRow; plan: MapPlan; dueOn: (LocalDay | null)[] }[],
  ): Promise<void> {
    await this.enrolments.save(
      tx,
      list.map(({ row, plan, dueOn }) => {
        const columns = { ...row.columns, dueOn };
        return { id: row.id, columns, counters: countersOf(plan, columns), lastProgressOn: null, completedOn: null };
      }),
    );
  }

  private async write(tx: Tx, viewer: Viewer, list: readonly Exception[]): Promise<void> {
    if (list.length === 0) return;
    await execute(
      tx,
      `insert into node_exception (id, enrolment_id, node_key, kind, reason, due_on, previous_due_on, created_by, created_at)
       select x.id, x.enrolment_id, x.node_key, x.kind, x.reason, x.due_on, x.previous_due_on, $2, $3
       from jsonb_to_recordset($1::jsonb) as x(id uuid, enrolment_id uuid, node_key text, kind text, reason text, due_on date, previous_due_on date)`,
      [JSON.stringify(list), viewer.personId, this.clock.now()],
    );
  }

  private async record(
    tx: Tx,
    viewer: Viewer,
    row: ProgressRow,
    action: string,
    reason: string,
    changes: NonNullable<AuditInput['changes']>,
  ): Promise<void> {
    await this.audit.record(tx, entry(viewer, row, action, reason, changes));
  }
}

/** The reason is about a person: the log says that there was one. */
function entry(
  viewer: Viewer,
  row: ProgressRow,
  action: string,
  reason: string,
  changes: NonNullable<AuditInput['changes']>,
): AuditInput {
  return {
    actorId: viewer.personId,
    action,
    subjectType: 'enrolment',
    subjectId: row.id,
    personId: row.personId,
    changes: [...changes, { field: 'reason', from: null, to: reason, personal: true }],
  };
}

function exception(
  enrolmentId: string,
  key: string,
  kind: DecisionKind,
  reason: string,
  dueOn: LocalDay | null = null,
  previous: LocalDay | null = null,
): Exception {
  return {
    id: newId(),
    enrolment_id: enrolmentId,
    node_key: key,
    kind,
    reason,
    due_on: dueOn,
    previous_due_on: previous,
  };
}

function reasonOf(reason: string): string {
  const words = reason.trim();
  if (words.length < REASON.min || words.length > REASON.max) throw new InvalidInput('reason-required', REASON);
  return words;
}
