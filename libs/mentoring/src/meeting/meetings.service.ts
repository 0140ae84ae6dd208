import { Inject, Injectable, type OnModuleInit } from '@nestjs/common';
import {
  atMinute,
  Conflict,
  localDayOf,
  NotFound,
  RuleViolation,
  weekStart,
  type Clock,
  type LocalDay,
} from '@waymark/kernel';
import {
  CLOCK,
  Db,
  OnEventInTransaction,
  Outbox,
  rows,
  type DomainEvent,
  type Tx,
  type Viewer,
} from '@waymark/platform';
import { Activities, PersonDataRegistry, Settings } from '@waymark/identity';
import { personErased } from '@waymark/identity/events';
import { TargetFacts } from '@waymark/learning';
import { Agendas } from '../agenda/agendas.service.js';
import { PairingRepository, type PairingRow, type PairingView } from '../pairing/pairing.repository.js';
import { inPlaceOf, sideOf } from '../pairing/pairing.js';
import { Pairings } from '../pairing/pairings.service.js';
import { ALERT_MISSED, logProblem, MEETING_MINUTES, missedInARow, nextAfterMeeting } from './meeting.js';
import { meetingHeld, meetingMissed, meetingsMissedTwice } from './meeting.events.js';
import {
  MeetingRepository,
  type ActionRow,
  type MeetingRow,
  type MeetingView,
  type NewAction,
} from './meeting.repository.js';

export interface LogMeeting {
  id: string;
  pairingId: string;
  day: LocalDay;
  state: 'held' | 'missed';
  minutes: number;
  notes: string;
  privateNote: string;
  actions: readonly NewAction[];
  /** Agenda items that were talked about. */
  agenda: readonly string[];
  nextAt: Date | null;
}

export interface MentorHour {
  meetingId: string;
  pairingId: string;
  startsAt: Date;
  minutes: number;
  withId: string;
  side: 'mentor' | 'learner';
  openActions: number;
}

/** The weekly hour: held or missed, what was said, what follows. */
@Injectable()
export class Meetings implements OnModuleInit {
  constructor(
    @Inject(Db) private readonly db: Db,
    @Inject(MeetingRepository) private readonly repository: MeetingRepository,
    @Inject(PairingRepository) private readonly pairings: PairingRepository,
    @Inject(Pairings) private readonly pairingService: Pairings,
    @Inject(Agendas) private readonly agenda: Agendas,
    @Inject(TargetFacts) private readonly targetFacts: TargetFacts,
    @Inject(Activities) private readonly activities: Activities,
    @Inject(Outbox) private readonly outbox: Outbox,
    @Inject(Settings) private readonly settings: Settings,
    @Inject(PersonDataRegistry) private readonly personData: PersonDataRegistry,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  onModuleInit(): void {
    this.personData.contribute({
      section: 'meetings',
      export: (tx, personId) =>
        rows(
          tx,
          `select m.day, m.minutes, m.state, n.notes, v.text as private_note,
                  (select jsonb_agg(jsonb_build_object('text', a.text, 'owner', a.owner, 'dueOn', a.due_on, 'doneAt', a.done_at)) from action_item a
                   where a.meeting_id = m.id) as actions
           from mentor_meeting m join pairing p on p.id = m.pairing_id left join meeting_note n on n.meeting_id = m.id
           left join private_note v on v.meeting_id = m.id and v.author_id = $1
           where p.mentor_id = $1 or p.learner_id = $1 order by m.day`,
          [personId],
        ),
    });
  }

  /**
   * Logs the hour as the pairing's mentor, or as one who shares the work; the same id again changes nothing.
   * @throws RuleViolation meeting-in-future, meeting-too-old, meeting-before-pairing, meeting-day-taken, pairing-ended
   */
  async log(viewer: Viewer, input: LogMeeting): Promise<MeetingView> {
    return this.db.transaction(async (tx) => {
      const pairing = await this.pairings.lock(tx, input.pairingId);
      const today = await this.settings.today(tx);
      if (!pairing || sideOf(pairing, viewer.personId, today) !== 'mentor') throw new NotFound('pairing-unknown');
      const known = await this.repository.find(tx, input.id);
      if (known && known.pairingId !== pairing.id) throw new Conflict('meeting-id-taken');
      if (known && known.state !== 'planned') return this.view(tx, known, viewer);
      const now = this.clock.now();
      const zone = await this.pairingService.zoneOf(tx, pairing.mentorId);
      const problem = logProblem({
        day: input.day,
        today: localDayOf(now, zone),
        startDay: pairing.startDay,
        endedOn: pairing.endedOn,
      });
      if (problem) throw new RuleViolation(problem);
      if (await this.repository.dayTaken(tx, pairing.id, input.day))
        throw new RuleViolation('meeting-day-taken', { day: input.day });
      const planned = await this.repository.planned(tx, pairing.id);
      const stands =
        planned !== null &&
        planned.id !== input.id &&
        planned.day >= localDayOf(now, zone) &&
        weekStart(planned.day) !== weekStart(input.day);
      if (planned && planned.id !== input.id && !stands) await this.repository.dropPlanned(tx, pairing.id);
      const { id, day, state, minutes } = input;
      await this.repository.log(tx, {
        id,
        pairingId: pairing.id,
        day,
        state,
        minutes,
        loggedBy: viewer.personId,
        inPlaceOf: inPlaceOf(pairing, viewer.personId, today),
        loggedAt: now,
      });
      if (input.notes !== '') await this.repository.saveNotes(tx, id, input.notes, viewer.personId, now);
      if (input.privateNote !== '') await this.repository.savePrivate(tx, id, viewer.personId, input.privateNote, now);
      await this.repository.addActions(tx, id, pairing.id, input.actions, viewer.personId, now);
      await this.agenda.tick(tx, id, input.agenda);
      await this.planNext(tx, pairing, day, zone, input.nextAt, stands);
      await this.tell(tx, pairing, viewer.personId, input, zone, now);
      return this.view(tx, (await this.repository.find(tx, id)) as MeetingRow, viewer);
    });
  }

  private async planNext(
    tx: Tx,
    pairing: PairingRow,
    day: LocalDay,
    zone: string,
    nextAt: Date | null,
    stands: boolean,
  ): Promise<void> {
    if (pairing.endedOn !== null) return;
    if (nextAt !== null)
      await this.repository.plan(tx, pairing.id, { day: localDayOf(nextAt, zone), startsAt: nextAt }, MEETING_MINUTES);
    else if (!stands && pairing.weekday !== null && pairing.startMinute !== null) {
      const slot = { weekday: pairing.weekday, startMinute: pairing.startMinute };
      const next = nextAfterMeeting(slot, day, localDayOf(this.clock.now(), zone), zone);
      if (next.day <= pairing.endDay) await this.repository.plan(tx, pairing.id, next, MEETING_MINUTES);
    }
  }

  /** Counters, nodes of the learner's map, activities and events, all with the meeting. */
  private async tell(
    tx: Tx,
    pairing: PairingRow,
    heldBy: string,
    input: LogMeeting,
    zone: string,
    now: Date,
  ): Promise<void> {
    const counted = await this.repository.recount(tx, pairing.id);
    const inARow = missedInARow(counted.states);
    await this.repository.saveCounters(tx, [
      { pairingId: pairing.id, held: counted.held, missed: counted.missed, missedInARow: inARow },
    ]);
    const partners = { pairingId: pairing.id, mentorId: pairing.mentorId, learnerId: pairing.learnerId };
    const meeting = { ...partners, meetingId: input.id, day: input.day };
    if (input.state === 'missed') {
      await this.outbox.publish(tx, meetingMissed, { personId: pairing.learnerId, payload: { ...meeting, inARow } });
      if (inARow >= ALERT_MISSED && pairing.missedInARow < ALERT_MISSED) {
        await this.outbox.publish(tx, meetingsMissedTwice, { personId: pairing.learnerId, payload: partners });
      }
      return;
    }
    const noon = atMinute(input.day, 12 * 60, zone);
    const occurredAt = noon < now ? noon : now;
    const held = await this.repository.heldOf(tx, pairing.learnerId);
    await this.activities.recordMany(
      tx,
      (['mentor', 'learner'] as const).map((role) => ({
        verb: 'meeting.held' as const,
        personId: role === 'mentor' ? heldBy : pairing.learnerId,
        subjectType: 'mentor-meeting',
        subjectId: input.id,
        result: { role },
        occurredAt,
        localDay: input.day,
      })),
    );
    await this.targetFacts.apply(tx, [
      {
        personId: pairing.learnerId,
        targetKind: 'mentor-meetings',
        targetId: pairing.learnerId,
        state: 'in-progress',
        unitsDone: held,
        occurredAt,
      },
    ]);
    await this.outbox.publish(tx, meetingHeld, {
      personId: pairing.learnerId,
      payload: { ...meeting, minutes: input.minutes, held },
    });
  }

  async plan(viewer: Viewer, pairingId: string, startsAt: Date, minutes: number): Promise<PairingView> {
    return this.db.transaction(async (tx) => {
      const pairing = await this.partner(tx, viewer, pairingId, true);
      if (pairing.endedOn !== null) throw new RuleViolation('pairing-ended');
      if (startsAt <= this.clock.now()) throw new RuleViolation('meeting-in-past');
      const zone = await this.pairingService.zoneOf(tx, pairing.mentorId);
      await this.repository.plan(tx, pairingId, { day: localDayOf(startsAt, zone), startsAt }, minutes);
      return (await this.pairings.view(tx, pairingId)) as PairingView;
    });
  }

  /** @throws Conflict 'meeting-changed' {by, at} when the partner wrote since `revision` was read */
  async editNotes(viewer: Viewer, id: string, revision: number, notes: string): Promise<MeetingView> {
    return this.change(viewer, id, async (tx, meeting) => {
      const state = await this.repository.noteState(tx, meeting.id);
      if ((state?.revision ?? 0) !== revision) {
        throw new Conflict('meeting-changed', { by: state?.by ?? null, at: state?.at.toISOString() ?? null });
      }
      await this.repository.saveNotes(tx, meeting.id, notes, viewer.personId, this.clock.now());
    });
  }

  savePrivateNote(viewer: Viewer, id: string, text: string): Promise<MeetingView> {
    return this.change(viewer, id, (tx, meeting) =>
      this.repository.savePrivate(tx, meeting.id, viewer.personId, text, this.clock.now()),
    );
  }

  addAction(viewer: Viewer, id: string, action: NewAction): Promise<MeetingView> {
    return this.change(viewer, id, (tx, meeting) =>
      this.repository.addActions(tx, meeting.id, meeting.pairingId, [action], viewer.personId, this.clock.now()),
    );
  }

  /** Ticks what was talked about, instead of what was ticked before. */
  tickAgenda(viewer: Viewer, id: string, items: readonly string[]): Promise<MeetingView> {
    return this.change(viewer, id, async (tx, meeting) => {
      if (meeting.state !== 'held') throw new RuleViolation('meeting-not-held');
      await this.agenda.tick(tx, meeting.id, items);
    });
  }

  async setDone(viewer: Viewer, id: string, done: boolean): Promise<ActionRow> {
    return this.db.transaction(async (tx) => {
      const action = await this.repository.action(tx, id, viewer.personId, await this.settings.today(tx));
      if (!action) throw new NotFound('action-item-unknown');
      const doneAt = done ? (action.doneAt ?? this.clock.now()) : null;
      await this.repository.setDone(tx, id, doneAt, viewer.personId);
      return { ...action, doneAt };
    });
  }

  async removeAction(viewer: Viewer, id: string): Promise<MeetingView> {
    return this.db.transaction(async (tx) => {
      const action = await this.repository.action(tx, id, viewer.personId, await this.settings.today(tx));
      if (!action) throw new NotFound('action-item-unknown');
      await this.repository.removeAction(tx, id);
      return this.view(tx, (await this.repository.find(tx, action.meetingId)) as MeetingRow, viewer);
    });
  }

  private async change(
    viewer: Viewer,
    id: string,
    work: (tx: Tx, meeting: MeetingRow) => Promise<void>,
  ): Promise<MeetingView> {
    return this.db.transaction(async (tx) => {
      const found = await this.repository.find(tx, id);
      if (!found) throw new NotFound('meeting-unknown');
      await this.partner(tx, viewer, found.pairingId, true, 'meeting-unknown');
      await work(tx, found);
      return this.view(tx, (await this.repository.find(tx, id)) as MeetingRow, viewer);
    });
  }

  private async partner(
    tx: Tx,
    viewer: Viewer,
    pairingId: string,
    lock = false,
    code = 'pairing-unknown',
  ): Promise<PairingRow> {
    return (await this.pairingService.asPartner(tx, viewer, pairingId, lock, code)).pairing;
  }

  private async view(tx: Tx, meeting: MeetingRow, viewer: Viewer): Promise<MeetingView> {
    const [view] = await this.readable(tx, [meeting], viewer);
    return view as MeetingView;
  }

  /** Somebody who looks as this person sees that they met, not what was said. */
  private async readable(tx: Tx, meetings: readonly MeetingRow[], viewer: Viewer): Promise<MeetingView[]> {
    const views = await this.repository.views(tx, meetings, viewer.personId);
    return viewer.viewAsBy === null ? views : views.map((v) => ({ ...v, notes: '', privateNote: '', actions: [] }));
  }

  async one(viewer: Viewer, id: string): Promise<MeetingView> {
    return this.db.read(async (tx) => {
      const found = await this.repository.find(tx, id);
      if (!found) throw new NotFound('meeting-unknown');
      await this.partner(tx, viewer, found.pairingId, false, 'meeting-unknown');
      return this.view(tx, found, viewer);
    });
  }

  async page(
    viewer: Viewer,
    pairingId: string,
    first: number,
    after: { planned: number; day: string; id: string } | null,
  ): Promise<{ found: MeetingView[]; total: number }> {
    return this.db.read(async (tx) => {
      const pairing = await this.partner(tx, viewer, pairingId);
      const found = await this.repository.page(tx, pairing.id, first, after);
      return { found: await this.readable(tx, found, viewer), total: pairing.held + pairing.missed };
    });
  }

  async openActions(viewer: Viewer, pairingId: string | null): Promise<ActionRow[]> {
    if (viewer.viewAsBy !== null) return [];
    return this.db.read(async (tx) =>
      this.repository.openActions(tx, viewer.personId, pairingId, await this.settings.today(tx)),
    );
  }

  async nextHour(personId: string): Promise<MentorHour | null> {
    const found = await this.db.read(async (tx) =>
      this.repository.nextHour(tx, personId, this.clock.now(), await this.settings.today(tx)),
    );
    if (!found) return null;
    const { mentorId, learnerId, ...hour } = found;
    return learnerId === personId
      ? { ...hour, side: 'learner', withId: mentorId }
      : { ...hour, side: 'mentor', withId: learnerId };
  }

  @OnEventInTransaction(personErased)
  async erased(tx: Tx, event: DomainEvent): Promise<void> {
    if (event.personId) await this.repository.erase(tx, event.personId);
  }
}
