import { Inject, Injectable } from '@nestjs/common';
import { Activities, Audit, Scope } from '@waymark/identity';
import { InvalidInput, newId, NotFound, type Clock, type LocalDay } from '@waymark/kernel';
import {
  afterCommit,
  CLOCK,
  Db,
  HandlesJob,
  Jobs,
  Outbox,
  type JobRun,
  type NewEvent,
  type Tx,
  type Viewer,
} from '@waymark/platform';
import type { KnownFact } from '../enrolment/carry-over.js';
import { DueDays } from '../enrolment/due-days.service.js';
import { enrolmentCompleted } from '../enrolment/enrolment.events.js';
import { EnrolmentRepository, type ProgressChange, type ProgressRow } from '../enrolment/enrolment.repository.js';
import { Enrolments } from '../enrolment/enrolments.service.js';
import { LearningMapRepository } from '../learning-map/learning-map.repository.js';
import { isDone } from '../learning-map/learning-map.js';
import { MapDocuments, type MapPlan } from '../map-document/map-documents.service.js';
import type { Advance } from '../unlocking/unlocking.js';
import { enrolmentMoved } from './map-move.events.js';
import { resumeMapMoves, runMapMove } from './map-move.jobs.js';
import { factsOf, moveImpact, moveProgress, type MoveImpact, type MoveMap } from './map-move.js';
import { MapMoveRepository, type MoveRunRow } from './map-move.repository.js';

/** As many as move together with the publication; more go in the background. */
const AT_ONCE = 100;
const BATCH = 100;
const MAX_CHOSEN = 2_000;

export interface Moving {
  row: ProgressRow;
  from: MapPlan;
  after: Advance;
  impact: MoveImpact;
  today: LocalDay;
}

/** Takes enrolments from one version of their map to another. */
@Injectable()
export class MapMoves {
  constructor(
    @Inject(Db) private readonly db: Db,
    @Inject(CLOCK) private readonly clock: Clock,
    @Inject(Jobs) private readonly jobs: Jobs,
    @Inject(MapMoveRepository) private readonly moves: MapMoveRepository,
    @Inject(LearningMapRepository) private readonly maps: LearningMapRepository,
    @Inject(EnrolmentRepository) private readonly enrolments: EnrolmentRepository,
    @Inject(Enrolments) private readonly people: Enrolments,
    @Inject(MapDocuments) private readonly documents: MapDocuments,
    @Inject(DueDays) private readonly dueDays: DueDays,
    @Inject(Scope) private readonly scope: Scope,
    @Inject(Activities) private readonly activities: Activities,
    @Inject(Audit) private readonly audit: Audit,
    @Inject(Outbox) private readonly outbox: Outbox,
  ) {}

  /**
   * Starts moving people to a version; a run under way on the map ends where it is. Up to a hundred are moved when this
   * returns, more are moved by a job.
   * @param viewer whose scope limits who moves; null: everybody
   * @param chosen enrolments, or all in flight
   * @throws NotFound 'map-version-unknown', 'enrolment-unknown' when one of the chosen may not be moved
   */
  async start(
    tx: Tx,
    viewer: Viewer | null,
    input: { mapId: string; versionId: string; chosen: readonly string[] | 'all'; actorId: string | null },
  ): Promise<MoveRunRow> {
    const { mapId, versionId, actorId } = input;
    if (!(await this.maps.lock(tx, mapId))) throw new NotFound('map-unknown');
    if (!(await this.moves.versionOf(tx, mapId, versionId))) throw new NotFound('map-version-unknown');
    const scope = this.inScope(viewer);
    const chosen = input.chosen === 'all' ? null : [...new Set(input.chosen)];
    if (chosen) {
      if (chosen.length === 0 || chosen.length > MAX_CHOSEN)
        throw new InvalidInput('people-out-of-range', { max: MAX_CHOSEN });
      if ((await this.moves.countOpen(tx, mapId, chosen, scope)) !== chosen.length)
        throw new NotFound('enrolment-unknown');
    }
    const now = this.clock.now();
    await this.moves.supersede(tx, mapId, now);
    const id = newId();
    const total = await this.moves.insertRun(
      tx,
      { id, mapId, toVersionId: versionId, createdBy: actorId, createdAt: now },
      chosen,
      scope,
    );
    if (total <= AT_ONCE) await this.step(tx, id, AT_ONCE);
    else afterCommit(tx, () => this.jobs.enqueue(runMapMove, { runId: id }, { key: `map-move-${id}` }));
    const run = (await this.moves.run(tx, id)) as MoveRunRow;
    await this.audit.record(tx, {
      actorId,
      action: 'map.enrolments-moved',
      subjectType: 'learning-map',
      subjectId: mapId,
      changes: [
        { field: 'version', from: null, to: run.toNumber },
        { field: 'people', from: null, to: total },
      ],
    });
    return run;
  }

  @HandlesJob(runMapMove)
  async run({ runId }: { runId: string }, job?: Pick<JobRun, 'signal' | 'progress'>): Promise<void> {
    for (;;) {
      if (job?.signal.aborted) return;
      const run = await this.db.transaction((tx) => this.step(tx, runId, BATCH));
      if (!run || run.state !== 'running') return;
      await job?.progress(run.moved + run.skipped, run.total);
    }
  }

  @HandlesJob(resumeMapMoves)
  async resume(): Promise<void> {
    for (const runId of await this.db.read((tx) => this.moves.unfinished(tx)))
      await this.jobs.enqueue(runMapMove, { runId }, { key: `map-move-${runId}` });
  }

  /** Moves the next people of a run; returns the run as it then stands. */
  private async step(tx: Tx, runId: string, limit: number): Promise<MoveRunRow | null> {
    const run = await this.moves.lockRun(tx, runId);
    if (!run || run.state !== 'running') return run;
    const ids = await this.moves.waiting(tx, runId, limit);
    const moved = ids.length > 0 ? await this.moveNow(tx, ids, run.toVersionId, run.createdBy) : 0;
    await this.moves.settle(tx, runId, ids, moved, this.clock.now());
    return this.moves.run(tx, runId);
  }

  /** What was reached comes along; the old columns are kept in the history, so nothing completed is ever lost. */
  private async moveNow(
    tx: Tx,
    enrolmentIds: readonly string[],
    versionId: string,
    actorId: string | null,
  ): Promise<number> {
    await this.moves.lockPeople(tx, enrolmentIds);
    const locked = await this.enrolments.lockProgress(tx, enrolmentIds);
    const list = locked.filter((e) => e.status === 'open' && e.versionId !== versionId);
    if (list.length === 0) return 0;
    const plan = await this.documents.plan(tx, versionId);
    const now = this.clock.now();
    const moving = await this.worked(tx, list, plan);
    await this.moves.insertHistory(
      tx,
      moving.map(({ row }) => ({
        id: newId(),
        enrolment_id: row.id,
        from_version_id: row.versionId,
        progress: row.columns,
      })),
      versionId,
      actorId,
      now,
    );
    await this.enrolments.save(
      tx,
      moving.map(({ row, after, impact, today }): ProgressChange => ({
        id: row.id,
        columns: after.columns,
        counters: after.counters,
        lastProgressOn: null,
        completedOn: impact.finishes ? today : null,
      })),
      versionId,
    );
    const finished = moving.filter((m) => m.impact.finishes);
    await this.activities.recordMany(
      tx,
      finished.map(({ row, today }) => ({
        verb: 'enrolment.completed',
        personId: row.personId,
        subjectType: 'learning-map',
        subjectId: row.mapId,
        subjectVersion: versionId,
        result: { mapCode: plan.code, enrolmentId: row.id },
        occurredAt: now,
        localDay: today,
      })),
    );
    await this.outbox.publishMany(
      tx,
      enrolmentMoved,
      moving.map(({ row, impact }): NewEvent<NonNullable<(typeof enrolmentMoved)['__payload']>> => ({
        personId: row.personId,
        payload: {
          enrolmentId: row.id,
          mapId: row.mapId,
          fromVersionId: row.versionId,
          toVersionId: versionId,
          kept: impact.kept.length,
          fresh: impact.fresh.length,
          dropped: impact.dropped.length,
          newlyOverdue: impact.newlyOverdue.length,
        },
      })),
    );
    await this.outbox.publishMany(
      tx,
      enrolmentCompleted,
      finished.map(({ row }) => ({
        personId: row.personId,
        payload: { enrolmentId: row.id, mapId: row.mapId, versionId },
      })),
    );
    return moving.length;
  }

  /** Works out the move of some enrolments; the number of statements does not depend on how many. Nothing is written. */
  async worked(tx: Tx, list: readonly ProgressRow[], to: MoveMap): Promise<Moving[]> {
    const personIds = list.map((e) => e.personId);
    const ids = list.map((e) => e.id);
    const due = await this.dueDays.load(tx, personIds, ids, to.workingDays);
    const facts = await this.enrolments.knownFacts(tx, to.nodes, personIds, ids);
    const days = await this.people.localDays(tx, personIds);
    const earlier = new Map<string, Map<string, KnownFact>>();
    for (const e of await this.enrolments.earlierProgress(tx, ids)) {
      let known = earlier.get(e.enrolmentId);
      if (!known) earlier.set(e.enrolmentId, (known = new Map()));
      for (const [key, fact] of factsOf(await this.documents.plan(tx, e.versionId), e.columns))
        if (isDone(fact.state)) known.set(key, fact);
    }
    const out: Moving[] = [];
    for (const row of list) {
      const from = await this.documents.plan(tx, row.versionId);
      const known = facts.get(row.personId);
      const after = moveProgress({
        from,
        columns: row.columns,
        to,
        startDay: row.startDay,
        dueOn: due.of(to, row.personId, row.startDay, row.id),
        ...(known ?? {}),
        ...(earlier.has(row.id) ? { earlier: earlier.get(row.id) as Map<string, KnownFact> } : {}),
      });
      const today = days.get(row.personId) ?? row.startDay;
      const impact = moveImpact(from, row.columns, to, after, today, due.backOn(row.personId, row.startDay, today));
      out.push({ row, from, after, impact, today });
    }
    return out;
  }

  inScope(viewer: Viewer | null): (first: number) => { sql: string; params: unknown[] } {
    return (first) =>
      viewer
        ? this.scope.visiblePersonsSql(viewer, 'learning:assign', 'e.person_id', first)
        : { sql: 'true', params: [] };
  }
}
