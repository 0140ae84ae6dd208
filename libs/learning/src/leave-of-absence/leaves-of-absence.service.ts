import { Inject, Injectable } from '@nestjs/common';
import { Audit, Scope } from '@waymark/identity';
import {
  Conflict,
  daysBetween,
  InvalidInput,
  isLocalDay,
  newId,
  NotFound,
  type Clock,
  type LocalDay,
} from '@waymark/kernel';
import { CLOCK, Db, Outbox, type Tx, type Viewer } from '@waymark/platform';
import { afterLeave } from '../enrolment/due-day.js';
import { DueDays } from '../enrolment/due-days.service.js';
import { EnrolmentRepository, type ProgressChange } from '../enrolment/enrolment.repository.js';
import { isDone } from '../learning-map/learning-map.js';
import { MapDocuments } from '../map-document/map-documents.service.js';
import { countersOf } from '../unlocking/unlocking.js';
import { leaveChanged } from './leave-of-absence.events.js';
import { LeaveRepository, type LeaveRow } from './leave-of-absence.repository.js';

const MAX_DAYS = 1_100;
const MAX_NOTE = 500;
const SUPPORTERS = ['self', 'mentor', 'delegate', 'manager', 'learning:progress'] as const;

/** Somebody away for a while: due days after the first day move on, nudges pause, and whoever supports them can see it. */
@Injectable()
export class LeavesOfAbsence {
  constructor(
    @Inject(Db) private readonly db: Db,
    @Inject(LeaveRepository) private readonly leaves: LeaveRepository,
    @Inject(EnrolmentRepository) private readonly enrolments: EnrolmentRepository,
    @Inject(MapDocuments) private readonly documents: MapDocuments,
    @Inject(DueDays) private readonly dueDays: DueDays,
    @Inject(Scope) private readonly scope: Scope,
    @Inject(Audit) private readonly audit: Audit,
    @Inject(Outbox) private readonly outbox: Outbox,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  /** Why somebody is away is between them and L&D: others get the days alone. */
  async of(tx: Tx, viewer: Viewer, personId: string): Promise<LeaveRow[]> {
    await this.scope.assertCanSee(tx, viewer, personId, SUPPORTERS);
    const list = await this.leaves.list(tx, personId);
    if (await this.scope.canSee(tx, viewer, personId, ['self', 'learning:waive'])) return list;
    return list.map((l) => ({ ...l, note: '' }));
  }

  /** @throws InvalidInput 'ends-before-start', 'leave-too-long'; Conflict 'leave-overlaps' {fromDay, toDay} */
  async record(
    viewer: Viewer,
    input: { personId: string; fromDay: LocalDay; toDay: LocalDay; note?: string | null },
  ): Promise<void> {
    const { personId, fromDay, toDay } = input;
    const note = (input.note ?? '').trim();
    if (note.length > MAX_NOTE) throw new InvalidInput('text-too-long', { max: MAX_NOTE });
    assertDays(fromDay, toDay);
    await this.db.transaction(async (tx) => {
      await this.scope.assertCanSee(tx, viewer, personId, ['learning:waive']);
      if (!(await this.leaves.lockPerson(tx, personId))) throw new NotFound('person-unknown');
      await this.assertFree(tx, personId, fromDay, toDay, null);
      const id = newId();
      const now = this.clock.now();
      await this.leaves.insert(tx, {
        id,
        personId,
        fromDay,
        toDay,
        note,
        createdBy: viewer.personId,
        createdAt: now,
      });
      await this.moved(tx, viewer, 'person.leave-recorded', { id, personId, fromDay, toDay }, null, false);
    });
  }

  /** Back earlier, or away longer. */
  async change(viewer: Viewer, id: string, fromDay: LocalDay, toDay: LocalDay): Promise<string> {
    assertDays(fromDay, toDay);
    return this.db.transaction(async (tx) => {
      const before = await this.mine(tx, viewer, id);
      await this.assertFree(tx, before.personId, fromDay, toDay, id);
      await this.leaves.change(tx, id, fromDay, toDay, viewer.personId, this.clock.now());
      await this.moved(tx, viewer, 'person.leave-changed', { ...before, fromDay, toDay }, before, false);
      return before.personId;
    });
  }

  async cancel(viewer: Viewer, id: string): Promise<string> {
    return this.db.transaction(async (tx) => {
      const before = await this.mine(tx, viewer, id);
      await this.leaves.cancel(tx, id, viewer.personId, this.clock.now());
      await this.moved(tx, viewer, 'person.leave-cancelled', before, before, true);
      return before.personId;
    });
  }

  private async mine(tx: Tx, viewer: Viewer, id: string): Promise<LeaveRow> {
    const leave = await this.leaves.lock(tx, id);
    if (!leave || !(await this.scope.canSee(tx, viewer, leave.personId, ['learning:waive'])))
      throw new NotFound('leave-unknown');
    return leave;
  }

  private async assertFree(
    tx: Tx,
    personId: string,
    fromDay: LocalDay,
    toDay: LocalDay,
    exceptId: string | null,
  ): Promise<void> {
    const other = await this.leaves.overlaps(tx, personId, fromDay, toDay, exceptId);
    if (other) throw new Conflict('leave-overlaps', { fromDay: other.fromDay, toDay: other.toDay });
  }

  private async moved(
    tx: Tx,
    viewer: Viewer,
    action: string,
    leave: { id: string; personId: string; fromDay: LocalDay; toDay: LocalDay },
    before: LeaveRow | null,
    cancelled: boolean,
  ): Promise<void> {
    const moved = await this.reschedule(tx, leave.personId);
    const days = (l: { fromDay: LocalDay; toDay: LocalDay }): string => `${l.fromDay} – ${l.toDay}`;
    await this.audit.record(tx, {
      actorId: viewer.personId,
      action,
      subjectType: 'leave-of-absence',
      subjectId: leave.id,
      personId: leave.personId,
      changes: [{ field: 'days', from: before && days(before), to: cancelled ? null : days(leave) }],
    });
    await this.outbox.publish(tx, leaveChanged, {
      personId: leave.personId,
      payload: { leaveId: leave.id, fromDay: leave.fromDay, toDay: leave.toDay, cancelled, moved },
    });
  }

  /**
   * Sets the due days of everything the person has not finished, from what the maps say and the leaves that hold. Returns
   * how many moved.
   */
  private async reschedule(tx: Tx, personId: string): Promise<number> {
    let moved = 0;
    const open = await this.enrolments.list(tx, [personId], true);
    const list = await this.enrolments.lockProgress(
      tx,
      open.map((e) => e.id),
    );
    const changes: ProgressChange[] = [];
    for (const e of list) {
      if (e.status !== 'open') continue;
      const plan = await this.documents.plan(tx, e.versionId);
      const due = await this.dueDays.load(tx, [personId], [e.id], plan.workingDays);
      const dueOn = due
        .of(plan, personId, e.startDay, e.id)
        .map((day, i) => (isDone(e.columns.state[i] ?? 0) ? (e.columns.dueOn[i] ?? null) : day));
      moved += dueOn.filter((day, i) => day !== (e.columns.dueOn[i] ?? null)).length;
      const columns = { ...e.columns, dueOn };
      changes.push({
        id: e.id,
        columns,
        counters: countersOf(plan, columns),
        lastProgressOn: null,
        completedOn: null,
      });
    }
    await this.enrolments.save(tx, changes);
    const leaves = (await this.leaves.of(tx, [personId])).get(personId) ?? [];
    for (const a of await this.leaves.openAssignments(tx, personId)) {
      const dueOn = afterLeave(a.baseDueOn, a.assignedOn, leaves, null);
      if (dueOn === a.dueOn) continue;
      await this.leaves.setAssignmentDue(tx, a.id, a.baseDueOn, dueOn);
      moved += 1;
    }
    return moved;
  }
}

function assertDays(fromDay: LocalDay, toDay: LocalDay): void {
  if (!isLocalDay(fromDay)) throw new InvalidInput('day-invalid', { field: 'fromDay' });
  if (!isLocalDay(toDay)) throw new InvalidInput('day-invalid', { field: 'toDay' });
  if (toDay < fromDay) throw new InvalidInput('ends-before-start');
  if (daysBetween(fromDay, toDay) >= MAX_DAYS) throw new InvalidInput('leave-too-long', { max: MAX_DAYS });
}
