import { Inject, Injectable } from '@nestjs/common';
import { Audiences, Audit, boundedBy, Settings } from '@waymark/identity';
import { personHired, positionChanged, type PersonHired, type PositionChanged } from '@waymark/identity/events';
import {
  Conflict,
  InvalidInput,
  isLocalDay,
  newId,
  NotFound,
  type Clock,
  type LocalDay,
  type Locale,
} from '@waymark/kernel';
import {
  CLOCK,
  ConsumesEvents,
  Db,
  HandlesJob,
  Outbox,
  type DomainEvent,
  type Tx,
  type Viewer,
} from '@waymark/platform';
import { Enrolments } from '../enrolment/enrolments.service.js';
import { LearningMapRepository } from '../learning-map/learning-map.repository.js';
import { MapTargets } from '../learning-map/map-targets.service.js';
import { assignmentGiven } from './assignment.events.js';
import { syncAssignments } from './assignment.jobs.js';
import {
  AssignmentRepository,
  type AssignmentRow,
  type AssignmentTarget,
  type Recurrence,
  type WhenLeaving,
} from './assignment.repository.js';

export interface NewAssignment {
  audienceId: string;
  targetKind: string;
  targetCode: string;
  dueOn?: LocalDay | null;
  dueDays?: number | null;
  recurrence?: string | null;
  startFrom?: string | null;
  whenLeaving?: string | null;
}

export interface CheckedAssignment {
  targetKind: AssignmentTarget;
  recurrence: Recurrence;
  startFrom: 'assigned-day' | 'hire-date';
  whenLeaving: WhenLeaving;
  dueOn: LocalDay | null;
  dueDays: number | null;
}

/**
 * An audience is given a target. Who belongs to the audience changes every day, so membership is written down per
 * person and kept up to date: at once for people who are hired or move, daily for everybody.
 */
@Injectable()
export class Assignments {
  constructor(
    @Inject(Db) private readonly db: Db,
    @Inject(CLOCK) private readonly clock: Clock,
    @Inject(AssignmentRepository) private readonly assignments: AssignmentRepository,
    @Inject(LearningMapRepository) private readonly maps: LearningMapRepository,
    @Inject(MapTargets) private readonly targets: MapTargets,
    @Inject(Audiences) private readonly audiences: Audiences,
    @Inject(Settings) private readonly settings: Settings,
    @Inject(Enrolments) private readonly enrolments: Enrolments,
    @Inject(Audit) private readonly audit: Audit,
    @Inject(Outbox) private readonly outbox: Outbox,
  ) {}

  /**
   * @param viewer whose scope must hold the whole audience; null for the loader
   * @throws InvalidInput 'target-unknown'; Conflict 'already-assigned'; RuleViolation 'audience-outside-scope' {people}
   */
  async create(viewer: Viewer | null, input: NewAssignment): Promise<string> {
    const actorId = viewer?.personId ?? null;
    const { targetKind, recurrence, startFrom, whenLeaving, dueOn, dueDays } = await this.checked(input);
    return this.db.transaction(async (tx) => {
      await this.audiences.find(tx, input.audienceId);
      const within = viewer && (await this.audiences.assertReached(tx, viewer, 'learning:assign', input.audienceId));
      const targetId = await this.targetId(tx, targetKind, input.targetCode);
      const id = newId();
      const fresh = await this.assignments.insert(tx, {
        id,
        audienceId: input.audienceId,
        targetKind,
        targetId,
        targetCode: input.targetCode,
        startFrom,
        dueOn,
        dueDays,
        recurrence,
        whenLeaving,
        within,
        createdBy: actorId,
        createdAt: this.clock.now(),
      });
      if (!fresh) throw new Conflict('already-assigned');
      await this.syncOne(tx, id, null);
      await this.audit.record(tx, {
        actorId,
        action: 'assignment.created',
        subjectType: 'assignment',
        subjectId: id,
        changes: [{ field: 'target', from: null, to: `${targetKind}:${input.targetCode}` }],
      });
      return id;
    });
  }

  async end(viewer: Viewer, id: string): Promise<void> {
    await this.db.transaction(async (tx) => {
      await this.assignments.lock(tx, id);
      const assignment = await this.assignments.byId(tx, id);
      if (!assignment) throw new NotFound('assignment-unknown');
      await this.audiences.assertReached(tx, viewer, 'learning:assign', assignment.audienceId, assignment.within);
      await this.assignments.end(tx, id, this.clock.now());
      await this.audit.record(tx, {
        actorId: viewer.personId,
        action: 'assignment.ended',
        subjectType: 'assignment',
        subjectId: id,
      });
    });
  }

  async exists(tx: Tx, id: string): Promise<boolean> {
    return (await this.assignments.byId(tx, id)) !== null;
  }

  /** Titles of targets by `kind:code`; the code where a target has no title any more. */
  async titles(
    tx: Tx,
    list: readonly Pick<AssignmentRow, 'targetKind' | 'targetCode' | 'targetId'>[],
    locale: Locale,
  ): Promise<Map<string, string>> {
    const out = new Map<string, string>();
    const wanted = list.flatMap((a) =>
      a.targetKind === 'course' || a.targetKind === 'exam' ? [{ kind: a.targetKind, code: a.targetCode }] : [],
    );
    for (const [key, t] of await this.targets.resolve(tx, wanted, locale)) out.set(key, t.title);
    const mapCodes = list.filter((a) => a.targetKind === 'map').map((a) => a.targetCode);
    for (const [code, title] of await this.maps.titles(tx, mapCodes, locale)) out.set(`map:${code}`, title);
    return out;
  }

  /**
   * Brings one assignment in line with its audience; `among` limits it to some people.
   * @param since days from which people who have just changed their job role walk its map, however long ago they were hired
   */
  async syncOne(
    tx: Tx,
    id: string,
    among: readonly string[] | null,
    since: ReadonlyMap<string, LocalDay> = new Map(),
  ): Promise<number> {
    await this.assignments.lock(tx, id);
    const a = await this.assignments.byId(tx, id);
    if (!a || a.endedAt) return 0;
    const audience = await this.audiences.find(tx, a.audienceId);
    const today = await this.settings.today(tx);
    const members = (firstParam: number) =>
      this.audiences.membersSql(boundedBy(audience.rule, a.within), today, firstParam);
    const { fresh, back, gone } = await this.assignments.sync(tx, a, members, this.clock.now(), among);
    if (a.targetKind === 'map' && a.targetId) {
      if (a.whenLeaving === 'withdraw' && gone.length > 0) await this.enrolments.withdrawAssigned(tx, a.id, gone);
      const people = [...fresh, ...back];
      if (people.length > 0)
        await this.enrolments.enrol(tx, {
          mapId: a.targetId,
          people: people.map((f) => ({
            personId: f.personId,
            startDay: a.startFrom === 'hire-date' ? (later(f.hireDate, since.get(f.personId)) ?? f.today) : f.today,
          })),
          source: 'assignment',
          assignmentId: a.id,
          actorId: a.createdBy,
        });
    }
    if (fresh.length === 0) return 0;
    await this.outbox.publishMany(
      tx,
      assignmentGiven,
      fresh.map((f) => ({
        personId: f.personId,
        payload: {
          assignmentId: a.id,
          targetKind: a.targetKind,
          targetId: a.targetId,
          targetCode: a.targetCode,
          dueOn: f.dueOn,
        },
      })),
    );
    return fresh.length;
  }

  @HandlesJob(syncAssignments)
  async sync(): Promise<void> {
    const list = await this.db.read((tx) => this.assignments.list(tx, false));
    for (const a of list) await this.db.transaction((tx) => this.syncOne(tx, a.id, null));
    await this.db.transaction((tx) => this.assignments.renewYearly(tx, this.clock.now()));
  }

  /** Who joins or moves gets at once what the new place asks for; set-based, so an import of a thousand costs no more. */
  @ConsumesEvents({ consumer: 'learning.assignments', events: [personHired, positionChanged] })
  async peopleMoved(tx: Tx, events: DomainEvent<PersonHired | PositionChanged>[]): Promise<void> {
    const ids = [...new Set(events.flatMap((e) => (e.personId ? [e.personId] : [])))];
    const changes = events.filter((e) => e.type === positionChanged.type) as DomainEvent<PositionChanged>[];
    const moved = changes.filter(
      (e) => e.personId && e.payload.jobRoleId && e.payload.jobRoleId !== e.payload.previousJobRoleId,
    );
    const since = new Map(moved.map((e) => [e.personId as string, e.payload.fromDay]));
    const active = await this.assignments.list(tx, false);
    for (const a of active) await this.syncOne(tx, a.id, ids, since);
    await this.transfers(tx, moved, active);
  }

  /** Whoever changes the job role walks its map from the day of the change, with credit, even outside the audience. */
  private async transfers(
    tx: Tx,
    moved: readonly DomainEvent<PositionChanged>[],
    active: readonly AssignmentRow[],
  ): Promise<void> {
    if (moved.length === 0) return;
    for (const map of await this.maps.ofJobRoles(
      tx,
      moved.map((e) => e.payload.jobRoleId as string),
    )) {
      const assignment = active.find((a) => a.targetId === map.id);
      if (!assignment) continue;
      await this.enrolments.enrol(tx, {
        mapId: map.id,
        people: moved
          .filter((e) => e.payload.jobRoleId === map.jobRoleId)
          .map((e) => ({ personId: e.personId as string, startDay: e.payload.fromDay })),
        source: 'assignment',
        assignmentId: assignment.id,
        actorId: assignment.createdBy,
      });
    }
  }

  /** @throws InvalidInput when the parts do not fit together */
  async checked(input: NewAssignment): Promise<CheckedAssignment> {
    const targetKind = oneOf(input.targetKind, ['map', 'course', 'exam', 'certification'] as const, 'targetKind');
    const recurrence: Recurrence = oneOf(input.recurrence ?? 'none', ['none', 'yearly'] as const, 'recurrence');
    const startFrom = oneOf(input.startFrom ?? 'assigned-day', ['assigned-day', 'hire-date'] as const, 'startFrom');
    const whenLeaving: WhenLeaving = oneOf(input.whenLeaving ?? 'keep', ['keep', 'withdraw'] as const, 'whenLeaving');
    const { dueOn = null, dueDays = null } = input;
    if (dueOn && dueDays) throw new InvalidInput('due-twice');
    if (dueOn && !isLocalDay(dueOn)) throw new InvalidInput('day-invalid', { field: 'dueOn' });
    if (dueDays !== null && (!Number.isInteger(dueDays) || dueDays < 1 || dueDays > 1000))
      throw new InvalidInput('days-out-of-range', { max: 1000 });
    if (recurrence === 'yearly' && targetKind === 'map') throw new InvalidInput('map-does-not-recur');
    if (whenLeaving === 'withdraw' && targetKind !== 'map')
      throw new InvalidInput('value-not-allowed', { field: 'whenLeaving', allowed: ['keep'] });
    if (dueOn && dueOn < (await this.db.read((tx) => this.settings.today(tx)))) throw new InvalidInput('due-in-past');
    return { targetKind, recurrence, startFrom, whenLeaving, dueOn, dueDays };
  }

  async targetId(tx: Tx, kind: AssignmentTarget, code: string): Promise<string | null> {
    if (kind === 'certification') return null;
    if (kind === 'map') {
      const map = await this.maps.byCode(tx, code);
      if (!map || map.status !== 'published') throw new InvalidInput('target-unknown', { kind, code });
      return map.id;
    }
    const target = (await this.targets.resolve(tx, [{ kind, code }])).get(`${kind}:${code}`);
    if (!target || target.status !== 'published') throw new InvalidInput('target-unknown', { kind, code });
    return target.id;
  }
}

function oneOf<T extends string>(value: string, allowed: readonly T[], field: string): T {
  const found = allowed.find((a) => a === value);
  if (!found) throw new InvalidInput('value-not-allowed', { field, allowed });
  return found;
}

function later(a: LocalDay | null, b: LocalDay | undefined): LocalDay | null {
  return b !== undefined && (a === null || b > a) ? b : a;
}
