import { Inject, Injectable, type OnModuleInit } from '@nestjs/common';
import { addDays, newId, NotFound, RuleViolation, type LocalDay } from '@waymark/kernel';
import {
  Db,
  HandlesJob,
  maybeOne,
  OnEventInTransaction,
  Outbox,
  rows,
  type DomainEvent,
  type Tx,
  type Viewer,
} from '@waymark/platform';
import {
  Audit,
  PersonDataRegistry,
  Persons,
  Scope,
  Settings,
  Supervisions,
  TalentFileRegistry,
} from '@waymark/identity';
import { personLeft } from '@waymark/identity/events';
import { MeetingRepository } from '../meeting/meeting.repository.js';
import { MEETING_MINUTES, nextWeekly } from '../meeting/meeting.js';
import { StandIns } from '../stand-in/stand-ins.service.js';
import { coMentorAdded, pairingEnded, pairingStarted } from './pairing.events.js';
import { defaultEndDay, pairingProblem, sideOf, type EndReason, type PairingSide } from './pairing.js';
import { mentoringClose } from './pairing.jobs.js';
import { PairingRepository, type PairingFilter, type PairingRow, type PairingView } from './pairing.repository.js';

export interface PairingStart {
  mentorId: string;
  learnerId: string;
  startDay?: LocalDay | null;
  endDay?: LocalDay | null;
  weekday?: number | null;
  startMinute?: number | null;
  cohortId?: string | null;
  overCapacity?: boolean;
  /** Carries on what another mentor began. */
  follows?: { id: string; firstDay: LocalDay; mentorId: string } | null;
}

/** Who mentors whom, from when to when. Writes supervision, which is what others ask. */
@Injectable()
export class Pairings implements OnModuleInit {
  constructor(
    @Inject(Db) private readonly db: Db,
    @Inject(PairingRepository) private readonly repository: PairingRepository,
    @Inject(MeetingRepository) private readonly meetings: MeetingRepository,
    @Inject(StandIns) private readonly standIns: StandIns,
    @Inject(Supervisions) private readonly supervisions: Supervisions,
    @Inject(Persons) private readonly persons: Persons,
    @Inject(Settings) private readonly settings: Settings,
    @Inject(Scope) private readonly scope: Scope,
    @Inject(Audit) private readonly audit: Audit,
    @Inject(Outbox) private readonly outbox: Outbox,
    @Inject(PersonDataRegistry) private readonly personData: PersonDataRegistry,
    @Inject(TalentFileRegistry) private readonly talentFiles: TalentFileRegistry,
  ) {}

  onModuleInit(): void {
    this.talentFiles.contribute('pairings', async (tx, { personId }) =>
      rows(
        tx,
        `select case when mentor_id = $1 then learner_id else mentor_id end as "partnerId",
                case when mentor_id = $1 then 'mentor' else 'learner' end as role, start_day as "startDay",
                coalesce(ended_on, end_day) as "endDay", ended_on is not null as ended, held, missed
         from pairing where mentor_id = $1 or learner_id = $1 order by start_day desc, id limit 200`,
        [personId],
      ),
    );
    this.personData.contribute({
      section: 'pairings',
      export: (tx, personId) =>
        rows(
          tx,
          `select mentor_id, learner_id, start_day, end_day, ended_on, end_reason, held, missed from pairing where mentor_id = $1 or learner_id = $1`,
          [personId],
        ),
    });
  }

  /** @throws RuleViolation mentor-is-learner, mentor-is-manager, learner-has-mentor, mentor-absent, mentor-at-capacity {capacity} */
  async start(viewer: Viewer, input: PairingStart): Promise<PairingView> {
    return this.db.transaction(async (tx) => {
      await this.scope.assertCanSee(tx, viewer, input.learnerId, ['mentoring:pair']);
      return this.begin(tx, viewer.personId, input);
    });
  }

  /**
   * Pairs two people inside the caller's transaction. Who may is the caller's to say.
   * @throws RuleViolation as `start`
   */
  async begin(tx: Tx, actorId: string, input: PairingStart): Promise<PairingView> {
    const managers = await this.supervisions.supervisorsOf(tx, [input.learnerId], ['manager']);
    const facts = await this.persons.facts(tx, [input.mentorId, input.learnerId]);
    const mentor = facts.get(input.mentorId);
    const learner = facts.get(input.learnerId);
    if (mentor?.status !== 'active' || learner?.status !== 'active') throw new RuleViolation('person-not-active');
    const startDay = input.startDay ?? (await this.settings.today(tx));
    const { capacity, open } = await this.repository.capacityOf(tx, input.mentorId);
    const problem = pairingProblem({
      mentorId: input.mentorId,
      learnerId: input.learnerId,
      managerIds: [
        ...(managers.get(input.learnerId) ?? []).map((s) => s.supervisorId),
        ...(learner.managerId ? [learner.managerId] : []),
      ],
      open,
      capacity,
      overCapacity: input.overCapacity ?? false,
      absent: await this.repository.absentOn(tx, input.mentorId, startDay),
      learnerHasMentor: await this.repository.hasOpen(tx, input.learnerId),
    });
    if (problem) throw new RuleViolation(problem, { capacity, open });
    const endDay = input.endDay ?? defaultEndDay(startDay);
    if (endDay < startDay) throw new RuleViolation('ends-before-start');
    const id = newId();
    const slot =
      typeof input.weekday === 'number' && typeof input.startMinute === 'number'
        ? { weekday: input.weekday, startMinute: input.startMinute }
        : { weekday: null, startMinute: null };
    const partners = { mentorId: input.mentorId, learnerId: input.learnerId };
    await this.repository.insert(tx, [
      {
        id,
        ...partners,
        cohortId: input.cohortId ?? null,
        startDay,
        endDay,
        ...slot,
        startedBy: actorId,
        followsId: input.follows?.id ?? null,
        firstDay: input.follows?.firstDay ?? null,
      },
    ]);
    if (!(await this.supervisions.isSupervisor(tx, input.mentorId, input.learnerId, ['mentor']))) {
      await this.supervisions.start(tx, {
        supervisorId: input.mentorId,
        personId: input.learnerId,
        kind: 'mentor',
        fromDay: startDay,
      });
    }
    if (slot.weekday !== null) {
      const yesterday = addDays(await this.settings.today(tx), -1);
      await this.meetings.plan(
        tx,
        id,
        nextWeekly(slot, startDay > yesterday ? startDay : yesterday, mentor.zone),
        MEETING_MINUTES,
      );
    }
    await this.audit.record(tx, {
      actorId,
      action: 'pairing.started',
      subjectType: 'pairing',
      subjectId: id,
      personId: input.learnerId,
    });
    await this.outbox.publish(tx, pairingStarted, {
      personId: input.learnerId,
      payload: { pairingId: id, ...partners, startDay, endDay, formerMentorId: input.follows?.mentorId ?? null },
    });
    await this.standIns.sync(tx, [input.mentorId]);
    return (await this.repository.view(tx, id)) as PairingView;
  }

  async end(viewer: Viewer, id: string, lastDay: LocalDay | null): Promise<PairingView> {
    return this.db.transaction(async (tx) => {
      const pairing = await this.reachable(tx, viewer, id);
      const today = await this.settings.today(tx);
      if (lastDay !== null && lastDay > today) throw new RuleViolation('ends-in-future');
      await this.close(tx, [pairing], lastDay ?? today, 'stopped', viewer.personId);
      return (await this.repository.view(tx, id)) as PairingView;
    });
  }

  /** The rest of the time goes to another mentor. */
  async handOver(
    viewer: Viewer,
    id: string,
    mentorId: string,
    fromDay: LocalDay | null,
    overCapacity: boolean,
  ): Promise<PairingView> {
    return this.db.transaction(async (tx) => {
      const pairing = await this.reachable(tx, viewer, id);
      const today = await this.settings.today(tx);
      const startDay = fromDay ?? today;
      if (mentorId === pairing.mentorId) throw new RuleViolation('mentor-unchanged');
      await this.close(tx, [pairing], today < startDay ? today : startDay, 'handed-over', viewer.personId);
      return this.begin(tx, viewer.personId, {
        mentorId,
        learnerId: pairing.learnerId,
        startDay,
        endDay: pairing.endDay > startDay ? pairing.endDay : null,
        overCapacity,
        follows: { id: pairing.id, firstDay: pairing.firstDay, mentorId: pairing.mentorId },
      });
    });
  }

  /**
   * Somebody who shares the mentor's work: meets, signs off, rates.
   * @throws RuleViolation mentor-is-learner, co-mentor-twice, person-not-active
   */
  async addCoMentor(viewer: Viewer, id: string, personId: string): Promise<PairingView> {
    return this.db.transaction(async (tx) => {
      const pairing = await this.reachable(tx, viewer, id);
      if (personId === pairing.learnerId) throw new RuleViolation('mentor-is-learner');
      if (personId === pairing.mentorId || pairing.coMentorIds.includes(personId))
        throw new RuleViolation('co-mentor-twice');
      const facts = (await this.persons.facts(tx, [personId])).get(personId);
      if (facts?.status !== 'active') throw new RuleViolation('person-not-active');
      const today = await this.settings.today(tx);
      const fromDay = pairing.startDay > today ? pairing.startDay : today;
      await this.repository.addCoMentor(tx, id, personId, fromDay, viewer.personId);
      if (!(await this.supervisions.isSupervisor(tx, personId, pairing.learnerId, ['mentor'])))
        await this.supervisions.start(tx, {
          supervisorId: personId,
          personId: pairing.learnerId,
          kind: 'mentor',
          fromDay,
        });
      await this.noteCoMentor(tx, viewer, pairing, personId, 'pairing.co-mentor-added');
      await this.outbox.publish(tx, coMentorAdded, {
        personId: pairing.learnerId,
        payload: { pairingId: id, mentorId: pairing.mentorId, learnerId: pairing.learnerId, coMentorId: personId },
      });
      return (await this.repository.view(tx, id)) as PairingView;
    });
  }

  async removeCoMentor(viewer: Viewer, id: string, personId: string): Promise<PairingView> {
    return this.db.transaction(async (tx) => {
      const pairing = await this.reachable(tx, viewer, id);
      const lastDay = await this.settings.today(tx);
      const [ended] = await this.repository.endCoMentors(tx, [id], personId, lastDay);
      if (!ended) throw new NotFound('person-unknown');
      await this.supervisions.end(tx, {
        supervisorId: personId,
        personId: pairing.learnerId,
        kind: 'mentor',
        lastDay: addDays(lastDay, -1),
      });
      await this.noteCoMentor(tx, viewer, pairing, personId, 'pairing.co-mentor-removed');
      return (await this.repository.view(tx, id)) as PairingView;
    });
  }

  private async noteCoMentor(
    tx: Tx,
    viewer: Viewer,
    pairing: PairingRow,
    personId: string,
    action: string,
  ): Promise<void> {
    await this.audit.record(tx, {
      actorId: viewer.personId,
      action,
      subjectType: 'pairing',
      subjectId: pairing.id,
      personId: pairing.learnerId,
      changes: [{ field: 'coMentor', from: null, to: personId }],
    });
  }

  private async reachable(tx: Tx, viewer: Viewer, id: string): Promise<PairingRow> {
    const pairing = await this.repository.lock(tx, id);
    if (!pairing || !(await this.scope.canSee(tx, viewer, pairing.learnerId, ['mentoring:pair'])))
      throw new NotFound('pairing-unknown');
    if (pairing.endedOn !== null) throw new RuleViolation('pairing-ended');
    return pairing;
  }

  private async close(
    tx: Tx,
    pairings: readonly PairingRow[],
    lastDay: LocalDay,
    reason: EndReason,
    actorId: string | null,
  ): Promise<void> {
    const ended = await this.repository.end(
      tx,
      pairings.map((p) => p.id),
      lastDay,
      reason,
    );
    const helpers = await this.repository.endCoMentors(
      tx,
      ended.map((p) => p.id),
      null,
      lastDay,
    );
    for (const { personId, learnerId } of helpers)
      await this.supervisions.end(tx, { supervisorId: personId, personId: learnerId, kind: 'mentor', lastDay });
    for (const p of ended) {
      await this.supervisions.end(tx, {
        supervisorId: p.mentorId,
        personId: p.learnerId,
        kind: 'mentor',
        lastDay: p.endedOn,
      });
      if (actorId)
        await this.audit.record(tx, {
          actorId,
          action: `pairing.${reason}`,
          subjectType: 'pairing',
          subjectId: p.id,
          personId: p.learnerId,
        });
    }
    await this.outbox.publishMany(
      tx,
      pairingEnded,
      ended.map((p) => ({
        personId: p.learnerId,
        payload: {
          pairingId: p.id,
          mentorId: p.mentorId,
          learnerId: p.learnerId,
          lastDay: p.endedOn ?? lastDay,
          reason,
        },
      })),
    );
    if (ended.length > 0)
      await this.standIns.sync(
        tx,
        ended.map((p) => p.mentorId),
      );
  }

  /** The pairing as one of its partners; anybody else does not learn that it exists. */
  async asPartner(
    tx: Tx,
    viewer: Viewer,
    id: string,
    lock = false,
    code = 'pairing-unknown',
  ): Promise<{ pairing: PairingRow; side: PairingSide }> {
    const pairing = lock ? await this.repository.lock(tx, id) : await this.repository.view(tx, id);
    const side = pairing && sideOf(pairing, viewer.personId, await this.settings.today(tx));
    if (!pairing || !side) throw new NotFound(code);
    return { pairing, side };
  }

  /** A leaver's own pairing ends; mentees go to the manager, who has been made their mentor already. */
  @OnEventInTransaction(personLeft)
  async left(tx: Tx, event: DomainEvent<{ lastDay: string; managerId: string | null }>): Promise<void> {
    if (!event.personId) return;
    const { lastDay, managerId } = event.payload;
    await this.endHelp(tx, event.personId, lastDay, managerId);
    const open = await this.repository.openOf(tx, event.personId);
    if (open.length === 0) return;
    await this.close(
      tx,
      open.filter((p) => p.learnerId === event.personId),
      lastDay,
      'learner-left',
      null,
    );
    const orphans = open.filter((p) => p.mentorId === event.personId);
    await this.close(tx, orphans, lastDay, 'mentor-left', null);
    const today = await this.settings.today(tx);
    const taken = orphans
      .filter((p) => managerId !== null && managerId !== p.learnerId && p.endDay >= today)
      .map((p) => ({
        ...p,
        id: newId(),
        mentorId: managerId as string,
        startDay: today,
        cohortId: null,
        startedBy: null,
        followsId: p.id,
      }));
    if (taken.length === 0) return;
    await this.repository.insert(tx, taken);
    await this.standIns.sync(
      tx,
      taken.map((p) => p.mentorId),
    );
    await this.outbox.publishMany(
      tx,
      pairingStarted,
      taken.map((p) => ({
        personId: p.learnerId,
        payload: {
          pairingId: p.id,
          mentorId: p.mentorId,
          learnerId: p.learnerId,
          startDay: p.startDay,
          endDay: p.endDay,
          formerMentorId: event.personId,
        },
      })),
    );
  }

  /** A co-mentor who leaves needs no successor: the mentor is there. The manager does not take the place. */
  private async endHelp(tx: Tx, personId: string, lastDay: LocalDay, managerId: string | null): Promise<void> {
    for (const { learnerId } of await this.repository.endCoMentors(tx, null, personId, lastDay)) {
      const [pairing] = [...(await this.repository.ofLearners(tx, [learnerId])).values()];
      if (managerId !== null && (!pairing || sideOf(pairing, managerId, lastDay) !== 'mentor'))
        await this.supervisions.end(tx, { supervisorId: managerId, personId: learnerId, kind: 'mentor', lastDay });
    }
  }

  @HandlesJob(mentoringClose)
  async closeOverdue(): Promise<number> {
    let n = 0;
    for (;;) {
      const closed = await this.db.transaction(async (tx) => {
        const due = await this.repository.overdue(tx, await this.settings.today(tx));
        for (const p of due) await this.close(tx, [p], p.endDay, 'completed', null);
        return due.length;
      });
      n += closed;
      if (closed === 0) return n;
    }
  }

  async mine(personId: string): Promise<PairingView[]> {
    return this.db.read(async (tx) => this.repository.ofPerson(tx, personId, await this.settings.today(tx)));
  }

  /** A partner, or L&D in scope. */
  async one(viewer: Viewer, id: string): Promise<PairingView> {
    return this.db.read(async (tx) => {
      const pairing = await this.repository.view(tx, id);
      if (
        !pairing ||
        !(
          sideOf(pairing, viewer.personId, await this.settings.today(tx)) ||
          (await this.scope.canSee(tx, viewer, pairing.learnerId, ['mentoring:pairings']))
        )
      )
        throw new NotFound('pairing-unknown');
      return pairing;
    });
  }

  async page(
    viewer: Viewer,
    filter: PairingFilter,
    first: number,
    after: { startDay: string; id: string } | null,
  ): Promise<{ found: PairingView[]; total: number }> {
    return this.db.read(async (tx) =>
      this.repository.page(
        tx,
        filter,
        await this.settings.today(tx),
        (person, firstParam) => this.scope.visiblePersonsSql(viewer, 'mentoring:pairings', person, firstParam),
        first,
        after,
      ),
    );
  }

  ofLearners(learnerIds: readonly string[]): Promise<Map<string, PairingView>> {
    return this.db.read((tx) => this.repository.ofLearners(tx, learnerIds));
  }

  async openOf(
    tx: Tx,
    learnerIds: readonly string[],
  ): Promise<Map<string, { pairingId: string; mentorId: string; startDay: LocalDay; endDay: LocalDay }>> {
    const found = await this.repository.ofLearners(tx, learnerIds);
    return new Map(
      [...found]
        .filter(([, p]) => p.endedOn === null)
        .map(([learnerId, p]) => [
          learnerId,
          { pairingId: p.id, mentorId: p.mentorId, startDay: p.startDay, endDay: p.endDay },
        ]),
    );
  }

  today(): Promise<LocalDay> {
    return this.db.read((tx) => this.settings.today(tx));
  }

  /** The zone whose wall clock the weekly hour follows. */
  async zoneOf(tx: Tx, personId: string): Promise<string> {
    return (
      (await maybeOne<{ zone: string }>(tx, `select zone from person_profile where person_id = $1`, [personId]))
        ?.zone ?? 'UTC'
    );
  }
}
