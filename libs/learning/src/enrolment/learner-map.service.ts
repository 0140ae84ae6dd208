import { Inject, Injectable } from '@nestjs/common';
import { Scope } from '@waymark/identity';
import { localDayOf, NotFound, RuleViolation, type Clock, type LocalDay, type Locale } from '@waymark/kernel';
import { CLOCK, Db, Gathered, maybeOne, rows, type Tx, type Viewer } from '@waymark/platform';
import { NODE_STATES, STATE } from '../learning-map/learning-map.js';
import { MapDocuments, type MapPlan } from '../map-document/map-documents.service.js';
import { NodeDecisions, type NodeDecision } from '../node-decision/node-decisions.service.js';
import { nextStep } from '../today/next-step.js';
import { dayOfPath } from '../trainee/trainee-health.js';
import { blockersOf, isLate, unlock, type Unlocked } from '../unlocking/unlocking.js';
import { DueDays } from './due-days.service.js';
import { EnrolmentRepository, type EnrolmentStatus, type ProgressRow } from './enrolment.repository.js';
import { Progress } from './progress.service.js';

export interface MapColumns {
  enrolmentId: string;
  versionId: string;
  documentUrl: string;
  startDay: LocalDay;
  today: LocalDay;
  day: number;
  days: number;
  status: EnrolmentStatus;
  completedOn: LocalDay | null;
  done: number;
  total: number;
  overdue: number;
  nextDueOn: LocalDay | null;
  here: number | null;
  state: number[];
  due: (LocalDay | null)[];
  completed: (LocalDay | null)[];
  late: number[];
  unitsDone: number[];
  unitsOf: number[];
  scoreBp: (number | null)[];
  stageDone: number[];
  stageOf: number[];
  stageOpen: number[];
  stageOpensOn: (LocalDay | null)[];
}
export interface NodeBlockerView {
  kind: 'node' | 'stage' | 'day' | 'not-yet';
  nodeId: string | null;
  title: string | null;
  state: string | null;
  unitsDone: number | null;
  unitsOf: number | null;
  opensOn: LocalDay | null;
  waitingSince: Date | null;
  personId: string;
}
export interface LearnerNodeView {
  enrolmentId: string;
  nodeId: string;
  personId: string;
  kind: string;
  state: string;
  dueOn: LocalDay | null;
  completedOn: LocalDay | null;
  late: boolean;
  unitsDone: number;
  unitsOf: number;
  scoreBp: number | null;
  need: number;
  blockers: NodeBlockerView[];
  satisfied: string[];
  waiver: { reason: string; byId: string | null; at: Date } | null;
  decisions: NodeDecision[];
}

/** A learner's map with everything computed for today: what the one SQL statement of the hot read is turned into. */
export interface OpenMap {
  row: ProgressRow;
  plan: MapPlan;
  today: LocalDay;
  unlocked: Unlocked;
  here: number | null;
}

@Injectable()
export class LearnerMaps {
  private readonly newest = new Gathered<string, ProgressRow>((personIds) =>
    this.db.read((tx) => this.enrolments.newest(tx, personIds)),
  );

  constructor(
    @Inject(Db) private readonly db: Db,
    @Inject(EnrolmentRepository) private readonly enrolments: EnrolmentRepository,
    @Inject(MapDocuments) private readonly documents: MapDocuments,
    @Inject(Progress) private readonly progress: Progress,
    @Inject(DueDays) private readonly dueDays: DueDays,
    @Inject(NodeDecisions) private readonly decisions: NodeDecisions,
    @Inject(Scope) private readonly scope: Scope,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  /** The map a learner opens, outside a transaction: requests of one moment share the statement. */
  async opened(viewer: Viewer, enrolmentId: string | null): Promise<OpenMap | null> {
    if (enrolmentId) return this.db.read((tx) => this.mine(tx, viewer, enrolmentId));
    const row = await this.newest.get(viewer.personId);
    if (!row) return null;
    return this.db.read(async (tx) =>
      this.open(tx, row, await this.documents.plan(tx, row.versionId), this.today(viewer)),
    );
  }

  /** One statement when the version is in memory. */
  async mine(tx: Tx, viewer: Viewer, enrolmentId: string | null): Promise<OpenMap | null> {
    const row = await this.enrolments.mine(tx, viewer.personId, enrolmentId);
    if (!row) return null;
    return this.open(tx, row, await this.documents.plan(tx, row.versionId), this.today(viewer));
  }

  today(viewer: Viewer): LocalDay {
    return localDayOf(this.clock.now(), viewer.zone);
  }

  /** Somebody else's map: mentor, manager, L&D in scope. @throws NotFound */
  async of(tx: Tx, viewer: Viewer, enrolmentId: string): Promise<OpenMap> {
    const row = await this.enrolments.progress(tx, enrolmentId);
    if (!row || !(await this.maySee(tx, viewer, row.personId))) throw new NotFound('enrolment-unknown');
    const plan = await this.documents.plan(tx, row.versionId);
    return this.open(tx, row, plan, await this.todayOf(tx, row.personId));
  }

  async maySee(tx: Tx, viewer: Viewer, personId: string): Promise<boolean> {
    return this.scope.canSee(tx, viewer, personId, ['self', 'mentor', 'delegate', 'manager', 'learning:progress']);
  }

  async open(tx: Tx, row: ProgressRow, plan: MapPlan, today: LocalDay): Promise<OpenMap> {
    const away = await this.dueDays.awayOf(tx, row.leaves, plan.workingDays);
    const unlocked = unlock(plan, row.columns.state, row.startDay, today, away);
    const here =
      row.status === 'withdrawn' ? null : nextStep(plan.nodes, { ...row.columns, state: unlocked.state }, today);
    return { row, plan, today, unlocked, here };
  }

  columns({ row, plan, today, unlocked, here }: OpenMap, locale: Locale): MapColumns {
    const { columns } = row;
    const late = unlocked.state.map((s, i) => {
      const node = plan.nodes[i];
      return node?.required && !node.notYet && isLate(s, columns.dueOn[i], today) ? 1 : 0;
    });
    return {
      enrolmentId: row.id,
      versionId: row.versionId,
      documentUrl: MapDocuments.url(row.versionId, locale, row.textRevision),
      startDay: row.startDay,
      today,
      day: dayOfPath(row.startDay, today),
      days: plan.days,
      status: row.status,
      completedOn: row.completedOn,
      done: row.done,
      total: row.total,
      overdue: late.reduce<number>((n, l, i) => n + (plan.nodes[i]?.required ? l : 0), 0),
      nextDueOn: row.nextDueOn,
      here,
      state: unlocked.state,
      due: columns.dueOn,
      completed: columns.completedOn,
      late,
      unitsDone: columns.unitsDone,
      unitsOf: columns.unitsOf,
      scoreBp: columns.scoreBp,
      stageDone: unlocked.stageDone,
      stageOf: unlocked.stageOf,
      stageOpen: unlocked.stageOpen.map(Number),
      stageOpensOn: unlocked.stageOpensOn,
    };
  }

  async node(tx: Tx, viewer: Viewer, enrolmentId: string, nodeId: string): Promise<LearnerNodeView> {
    const map = await this.of(tx, viewer, enrolmentId);
    const { row, plan, unlocked, today } = map;
    const i = await this.documents.placeOf(tx, plan, nodeId);
    const node = i === undefined ? undefined : plan.nodes[i];
    if (i === undefined || !node) throw new NotFound('map-node-unknown');
    const document = await this.documents.document(tx, row.versionId, viewer.locale, row.textRevision);
    const { blockers, satisfied, need } = blockersOf(plan, unlocked, i);
    const waiting = await this.waitingSince(tx, row.id);
    const state = unlocked.state[i] ?? STATE.locked;
    const decisions = await this.decisions.of(tx, row.id, node.key);
    return {
      enrolmentId: row.id,
      nodeId,
      personId: row.personId,
      kind: node.kind,
      state: NODE_STATES[state] ?? 'locked',
      dueOn: row.columns.dueOn[i] ?? null,
      completedOn: row.columns.completedOn[i] ?? null,
      late: node.required && isLate(state, row.columns.dueOn[i], today),
      unitsDone: row.columns.unitsDone[i] ?? 0,
      unitsOf: row.columns.unitsOf[i] ?? 0,
      scoreBp: row.columns.scoreBp[i] ?? null,
      need,
      blockers: blockers.map((b): NodeBlockerView => {
        const at = b.kind === 'node' || b.kind === 'stage' ? b.node : null;
        const other = at === null ? undefined : plan.nodes[at];
        return {
          kind: b.kind,
          nodeId: other?.id ?? null,
          title: at === null ? null : (document.nodes[at]?.title ?? null),
          state: at === null ? null : (NODE_STATES[unlocked.state[at] ?? 0] ?? null),
          unitsDone: at === null ? null : (row.columns.unitsDone[at] ?? 0),
          unitsOf: at === null ? null : (row.columns.unitsOf[at] ?? 0),
          opensOn: b.kind === 'day' ? b.opensOn : null,
          waitingSince: other ? (waiting.get(other.key) ?? null) : null,
          personId: row.personId,
        };
      }),
      satisfied: satisfied.map((p) => document.nodes[p]?.title ?? ''),
      waiver: state === STATE.waived ? (decisions.find((d) => d.kind === 'waive') ?? null) : null,
      decisions,
    };
  }

  /** A reading is done when its reader says so. */
  async acknowledge(viewer: Viewer, enrolmentId: string, nodeId: string): Promise<void> {
    await this.db.transaction(async (tx) => {
      const map = await this.mine(tx, viewer, enrolmentId);
      const i = map ? await this.documents.placeOf(tx, map.plan, nodeId) : undefined;
      const node = i === undefined ? undefined : map?.plan.nodes[i];
      if (!map || i === undefined || !node) throw new NotFound('map-node-unknown');
      if (node.kind !== 'reading') throw new RuleViolation('node-not-a-reading');
      if (map.unlocked.state[i] === STATE.locked) throw new RuleViolation('node-locked');
      await this.progress.take(tx, [
        { enrolmentId, facts: [{ key: node.key, state: STATE.completed, day: map.today }] },
      ]);
    });
  }

  private async waitingSince(tx: Tx, enrolmentId: string): Promise<Map<string, Date>> {
    const found = await rows<{ key: string; at: Date }>(
      tx,
      `select node_key as key, submitted_at as at from milestone_submission where enrolment_id = $1 and status = 'submitted'`,
      [enrolmentId],
    );
    return new Map(found.map((f) => [f.key, f.at]));
  }

  private async todayOf(tx: Tx, personId: string): Promise<LocalDay> {
    const found = await maybeOne<{ zone: string }>(tx, `select zone from person_profile where person_id = $1`, [
      personId,
    ]);
    return localDayOf(this.clock.now(), found?.zone ?? 'UTC');
  }
}
