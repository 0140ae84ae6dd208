import { Inject, Injectable } from '@nestjs/common';
import { localDayOf, newId, type Clock, type LocalDay } from '@waymark/kernel';
import { CLOCK, Db, execute, Outbox, rows, type Tx } from '@waymark/platform';
import { Activities, Supervisions } from '@waymark/identity';
import { TargetFacts, type TargetFact } from '@waymark/learning';
import { meetingHeld, meetingMissed } from '../meeting/meeting.events.js';
import { MeetingRepository } from '../meeting/meeting.repository.js';
import { atMinute, MEETING_MINUTES, missedInARow, nextAfterMeeting, type MeetingState } from '../meeting/meeting.js';
import { MentorProfiles, type MentorProfileChange } from '../mentor-profile/mentor-profiles.service.js';
import { defaultEndDay } from '../pairing/pairing.js';
import { PairingRepository } from '../pairing/pairing.repository.js';

export interface PairingHistory {
  mentorId: string;
  learnerId: string;
  startDay: LocalDay;
  endDay?: LocalDay;
  endedOn?: LocalDay;
  /** 1 Monday to 7 Sunday. */
  weekday?: number;
  startMinute?: number;
}

export interface MeetingHistory {
  mentorId: string;
  learnerId: string;
  day: LocalDay;
  state: 'held' | 'missed';
  minutes?: number;
  notes?: string;
  actions?: readonly { text: string; owner: 'mentor' | 'learner'; dueOn?: LocalDay; doneOn?: LocalDay }[];
}

interface Known {
  id: string;
  mentorId: string;
  learnerId: string;
  startDay: LocalDay;
  endDay: LocalDay;
  endedOn: LocalDay | null;
  weekday: number | null;
  startMinute: number | null;
  zone: string;
}

/** Loads a past of pairings and meetings, in bulk, on explicit days. Running it twice changes nothing. */
@Injectable()
export class MentoringLoader {
  constructor(
    @Inject(Db) private readonly db: Db,
    @Inject(MentorProfiles) private readonly profiles: MentorProfiles,
    @Inject(PairingRepository) private readonly pairings: PairingRepository,
    @Inject(MeetingRepository) private readonly meetings: MeetingRepository,
    @Inject(Supervisions) private readonly supervisions: Supervisions,
    @Inject(Activities) private readonly activities: Activities,
    @Inject(TargetFacts) private readonly targetFacts: TargetFacts,
    @Inject(Outbox) private readonly outbox: Outbox,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  async loadMentorProfiles(list: readonly (MentorProfileChange & { personId: string })[]): Promise<void> {
    await this.db.transaction((tx) => this.profiles.write(tx, list));
  }

  async loadPairings(list: readonly PairingHistory[]): Promise<{ pairings: number }> {
    return this.db.transaction(async (tx) => {
      const known = new Set(
        (
          await this.known(
            tx,
            list.map((p) => p.learnerId),
          )
        ).map((p) => `${p.mentorId} ${p.learnerId} ${p.startDay}`),
      );
      const fresh = list.filter((p) => !known.has(`${p.mentorId} ${p.learnerId} ${p.startDay}`));
      for (const p of [...fresh].sort((a, b) => (a.endedOn ?? '9').localeCompare(b.endedOn ?? '9'))) {
        const id = newId();
        const slot = p.weekday !== undefined && p.startMinute !== undefined;
        await this.pairings.insert(tx, [
          {
            id,
            mentorId: p.mentorId,
            learnerId: p.learnerId,
            cohortId: null,
            startDay: p.startDay,
            endDay: p.endDay ?? defaultEndDay(p.startDay),
            weekday: slot ? (p.weekday as number) : null,
            startMinute: slot ? (p.startMinute as number) : null,
            startedBy: null,
          },
        ]);
        if (!(await this.supervisions.isSupervisor(tx, p.mentorId, p.learnerId, ['mentor'])) && !p.endedOn) {
          await this.supervisions.start(tx, {
            supervisorId: p.mentorId,
            personId: p.learnerId,
            kind: 'mentor',
            fromDay: p.startDay,
          });
        }
        if (p.endedOn) await this.pairings.end(tx, [id], p.endedOn, 'completed');
      }
      return { pairings: fresh.length };
    });
  }

  /** Meetings of loaded pairings; nodes, activities, counters and the next planned hour follow. */
  async loadMeetings(list: readonly MeetingHistory[]): Promise<{ meetings: number }> {
    return this.db.transaction(async (tx) => {
      const now = this.clock.now();
      const pairings = await this.known(
        tx,
        list.map((m) => m.learnerId),
      );
      const pairingOf = (m: MeetingHistory): Known | undefined =>
        pairings.find(
          (p) =>
            p.mentorId === m.mentorId &&
            p.learnerId === m.learnerId &&
            p.startDay <= m.day &&
            m.day <= (p.endedOn ?? '9999'),
        );
      const taken = new Set(
        (
          await rows<{ pairing_id: string; day: LocalDay }>(
            tx,
            `select pairing_id, day from mentor_meeting where state <> 'planned' and pairing_id = any ($1::uuid[])`,
            [pairings.map((p) => p.id)],
          )
        ).map((t) => `${t.pairing_id} ${t.day}`),
      );
      const fresh = [...list]
        .sort((a, b) => a.day.localeCompare(b.day))
        .flatMap((m) => {
          const pairing = pairingOf(m);
          if (!pairing || taken.has(`${pairing.id} ${m.day}`)) return [];
          taken.add(`${pairing.id} ${m.day}`);
          const at = atMinute(m.day, pairing.startMinute ?? 15 * 60, pairing.zone);
          return [{ ...m, id: newId(), pairing, at: at < now ? at : now }];
        });
      await this.insertMeetings(tx, fresh);
      const touched = [...new Map(fresh.map((f) => [f.pairing.id, f.pairing])).values()];
      const heldBefore = await this.heldBefore(
        tx,
        touched.map((p) => p.learnerId),
      );
      const counters = await this.counters(
        tx,
        touched.map((p) => p.id),
      );
      await this.meetings.saveCounters(tx, counters);
      const facts: TargetFact[] = [];
      const soFar = new Map(heldBefore);
      const held = fresh.filter((f) => f.state === 'held');
      const numbers = new Map<string, number>();
      for (const f of held) {
        const n = (soFar.get(f.learnerId) ?? 0) + 1;
        soFar.set(f.learnerId, n);
        numbers.set(f.id, n);
        facts.push({
          personId: f.learnerId,
          targetKind: 'mentor-meetings',
          targetId: f.learnerId,
          state: 'in-progress',
          unitsDone: n,
          occurredAt: f.at,
        });
      }
      await this.activities.recordMany(
        tx,
        held.flatMap((f) =>
          (['mentor', 'learner'] as const).map((role) => ({
            verb: 'meeting.held' as const,
            personId: role === 'mentor' ? f.mentorId : f.learnerId,
            subjectType: 'mentor-meeting',
            subjectId: f.id,
            result: { role },
            occurredAt: f.at,
            localDay: f.day,
          })),
        ),
      );
      await this.targetFacts.apply(tx, facts);
      await this.publish(tx, fresh, numbers);
      await this.planNext(tx, touched, now);
      return { meetings: fresh.length };
    });
  }

  private async insertMeetings(
    tx: Tx,
    fresh: readonly (MeetingHistory & { id: string; pairing: Known; at: Date })[],
  ): Promise<void> {
    await execute(
      tx,
      `insert into mentor_meeting (id, pairing_id, day, starts_at, minutes, state, logged_by, logged_at)
       select id, pairing_id, day, starts_at, minutes, state, logged_by, starts_at
       from jsonb_to_recordset($1::jsonb) as m(id uuid, pairing_id uuid, day date, starts_at timestamptz, minutes smallint, state text, logged_by uuid)`,
      [
        JSON.stringify(
          fresh.map((f) => ({
            id: f.id,
            pairing_id: f.pairing.id,
            day: f.day,
            starts_at: f.at,
            minutes: f.minutes ?? MEETING_MINUTES,
            state: f.state,
            logged_by: f.mentorId,
          })),
        ),
      ],
    );
    await execute(
      tx,
      `insert into meeting_note (meeting_id, notes, updated_by, updated_at)
       select id, notes, by, at from jsonb_to_recordset($1::jsonb) as n(id uuid, notes text, by uuid, at timestamptz)`,
      [
        JSON.stringify(
          fresh.filter((f) => f.notes).map((f) => ({ id: f.id, notes: f.notes, by: f.mentorId, at: f.at })),
        ),
      ],
    );
    await execute(
      tx,
      `insert into action_item (id, meeting_id, pairing_id, text, owner, due_on, done_at, done_by, created_by, created_at)
       select id, meeting_id, pairing_id, text, owner, due_on, done_at, case when done_at is not null then by end, by, at
       from jsonb_to_recordset($1::jsonb) as a(id uuid, meeting_id uuid, pairing_id uuid, text text, owner text, due_on date, done_at timestamptz, by uuid, at timestamptz)`,
      [
        JSON.stringify(
          fresh.flatMap((f) =>
            (f.actions ?? []).map((a) => ({
              id: newId(),
              meeting_id: f.id,
              pairing_id: f.pairing.id,
              text: a.text,
              owner: a.owner,
              due_on: a.dueOn ?? null,
              done_at: a.doneOn ? atMinute(a.doneOn, 17 * 60, f.pairing.zone) : null,
              by: f.mentorId,
              at: f.at,
            })),
          ),
        ),
      ],
    );
  }

  private async publish(
    tx: Tx,
    fresh: readonly (MeetingHistory & { id: string; pairing: Known; at: Date })[],
    numbers: ReadonlyMap<string, number>,
  ): Promise<void> {
    const base = (f: (typeof fresh)[number]) => ({
      pairingId: f.pairing.id,
      meetingId: f.id,
      mentorId: f.mentorId,
      learnerId: f.learnerId,
      day: f.day,
    });
    await this.outbox.publishMany(
      tx,
      meetingHeld,
      fresh
        .filter((f) => f.state === 'held')
        .map((f) => ({
          personId: f.learnerId,
          occurredAt: f.at,
          payload: { ...base(f), minutes: f.minutes ?? MEETING_MINUTES, held: numbers.get(f.id) ?? 0 },
        })),
    );
    const inARow = new Map<string, number>();
    const missed: { personId: string; occurredAt: Date; payload: ReturnType<typeof base> & { inARow: number } }[] = [];
    for (const f of fresh) {
      const n = f.state === 'missed' ? (inARow.get(f.pairing.id) ?? 0) + 1 : 0;
      inARow.set(f.pairing.id, n);
      if (n > 0) missed.push({ personId: f.learnerId, occurredAt: f.at, payload: { ...base(f), inARow: n } });
    }
    await this.outbox.publishMany(tx, meetingMissed, missed);
  }

  private async planNext(tx: Tx, touched: readonly Known[], now: Date): Promise<void> {
    for (const p of touched) {
      if (p.endedOn !== null || p.weekday === null || p.startMinute === null) continue;
      const today = localDayOf(now, p.zone);
      const last = await rows<{ day: LocalDay }>(
        tx,
        `select max(day) as day from mentor_meeting where pairing_id = $1 and state <> 'planned'`,
        [p.id],
      );
      const next = nextAfterMeeting(
        { weekday: p.weekday, startMinute: p.startMinute },
        last[0]?.day ?? today,
        today,
        p.zone,
      );
      if (next.day <= p.endDay) await this.meetings.plan(tx, p.id, next, MEETING_MINUTES);
    }
  }

  private known(tx: Tx, learnerIds: readonly string[]): Promise<Known[]> {
    return rows(
      tx,
      `select p.id, p.mentor_id as "mentorId", p.learner_id as "learnerId", p.start_day as "startDay", p.end_day as "endDay", p.ended_on as "endedOn",
              p.weekday, p.start_minute as "startMinute", pr.zone
       from pairing p join person_profile pr on pr.person_id = p.mentor_id where p.learner_id = any ($1::uuid[]) order by p.start_day`,
      [learnerIds],
    );
  }

  /** What was counted before these meetings were added. */
  private async heldBefore(tx: Tx, learnerIds: readonly string[]): Promise<Map<string, number>> {
    const found = await rows<{ id: string; n: number }>(
      tx,
      `select learner_id as id, sum(held)::int as n from pairing where learner_id = any ($1::uuid[]) group by 1`,
      [learnerIds],
    );
    return new Map(found.map((f) => [f.id, f.n]));
  }

  private async counters(
    tx: Tx,
    pairingIds: readonly string[],
  ): Promise<{ pairingId: string; held: number; missed: number; missedInARow: number }[]> {
    const found = await rows<{ id: string; held: number; missed: number; states: MeetingState[] }>(
      tx,
      `select pairing_id as id, count(*) filter (where state = 'held')::int as held, count(*) filter (where state = 'missed')::int as missed,
              array_agg(state order by day) filter (where state <> 'planned') as states
       from mentor_meeting where pairing_id = any ($1::uuid[]) group by 1`,
      [pairingIds],
    );
    return found.map((f) => ({
      pairingId: f.id,
      held: f.held,
      missed: f.missed,
      missedInARow: missedInARow(f.states),
    }));
  }
}
