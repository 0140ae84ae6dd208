import { Inject, Injectable } from '@nestjs/common';
import { atMinute, localDayOf, newId, type Clock, type LocalDay } from '@waymark/kernel';
import { CLOCK, Db, execute, Outbox, rows, type Tx } from '@waymark/platform';
import { Activities, Supervisions } from '@waymark/identity';
import { TargetFacts, type TargetFact } from '@waymark/learning';
import { everyWeek } from '../improvement-plan/improvement-plan.js';
import { MatchingRepository } from '../matching/matching.repository.js';
import { Matchings } from '../matching/matching.service.js';
import { meetingHeld, meetingMissed } from '../meeting/meeting.events.js';
import { MeetingRepository } from '../meeting/meeting.repository.js';
import { MEETING_MINUTES, missedInARow, nextAfterMeeting, type MeetingState } from '../meeting/meeting.js';
import { MentorProfiles, type MentorProfileChange } from '../mentor-profile/mentor-profiles.service.js';
import { defaultEndDay } from '../pairing/pairing.js';
import { PairingRepository } from '../pairing/pairing.repository.js';
import { PerformanceImports } from '../performance/performance-imports.service.js';
import { StandIns } from '../stand-in/stand-ins.service.js';

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

export interface MentoringDepth {
  rate: { fromMonth: string; perMeeting: number; currency: string };
  absences: readonly { mentor: string; fromDay: LocalDay; toDay: LocalDay; substitute: string }[];
  figures: { period: string; list: readonly { person: string; figure: number }[] };
  summaries: readonly { goal: number; learner: string; mentor: string; next: string }[];
  feedback: readonly { prepared: number; useful: number; comment: string }[];
  thanks: readonly { learnerId: string; text: string }[];
  plans: readonly {
    learnerId: string;
    startDay: LocalDay;
    behaviours: readonly (readonly string[])[];
    learner: readonly number[];
    mentor: readonly number[];
  }[];
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
    @Inject(PerformanceImports) private readonly performance: PerformanceImports,
    @Inject(MatchingRepository) private readonly matching: MatchingRepository,
    @Inject(Matchings) private readonly matchings: Matchings,
    @Inject(StandIns) private readonly standIns: StandIns,
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

  /** Absences, words at the end of pairings, thanks, plans with their marks, figures and the rate of the allowance. */
  async loadDepth(d: MentoringDepth): Promise<void> {
    await this.db.transaction(async (tx) => {
      const now = this.clock.now();
      await execute(
        tx,
        `insert into allowance_rate (from_month, per_meeting, currency, set_at) values ($1, $2, $3, $4) on conflict do nothing`,
        [`${d.rate.fromMonth}-01`, d.rate.perMeeting, d.rate.currency, now],
      );
      await execute(
        tx,
        `insert into mentor_absence (id, mentor_id, from_day, to_day, substitute_id, created_at)
         select id, mentor, from_day, to_day, substitute, $2 from jsonb_to_recordset($1::jsonb)
           as a(id uuid, mentor uuid, from_day date, to_day date, substitute uuid) on conflict do nothing`,
        [JSON.stringify(d.absences.map((a) => ({ id: newId(), ...a, from_day: a.fromDay, to_day: a.toDay }))), now],
      );
      await this.standIns.sync(
        tx,
        d.absences.map((a) => a.mentor),
      );
      await execute(
        tx,
        `insert into performance_figure (person_id, period, figure)
         select person, $2, figure from jsonb_to_recordset($1::jsonb) as f(person uuid, figure double precision) on conflict do nothing`,
        [JSON.stringify(d.figures.list), d.figures.period],
      );
      await this.performance.rank(tx, d.figures.period);
      const pairings = await rows<{ id: string; mentor: string; learner: string; last: Date; ended: boolean }>(
        tx,
        `select id, mentor_id as mentor, learner_id as learner, coalesce(ended_on, end_day)::timestamptz as last, ended_on is not null as ended
         from pairing order by start_day desc, id`,
      );
      const closed = pairings.filter((p) => p.ended);
      const closing = closed.map((p, i) => ({
        p,
        summary: d.summaries[i % d.summaries.length],
        feedback: d.feedback[i % d.feedback.length],
      }));
      await execute(
        tx,
        `insert into pairing_summary (pairing_id, author_id, goal, reached, next, submitted_at)
         select pairing, author, goal, reached, next, at from jsonb_to_recordset($1::jsonb)
           as s(pairing uuid, author uuid, goal smallint, reached text, next text, at timestamptz) on conflict do nothing`,
        [
          JSON.stringify(
            closing.flatMap(({ p, summary }) =>
              summary
                ? [
                    { author: p.learner, reached: summary.learner },
                    { author: p.mentor, reached: summary.mentor },
                  ].map((s) => ({ ...s, pairing: p.id, goal: summary.goal, next: summary.next, at: p.last }))
                : [],
            ),
          ),
        ],
      );
      await execute(
        tx,
        `insert into pairing_feedback (pairing_id, author_id, about_id, prepared, useful, comment, submitted_at)
         select pairing, author, about, prepared, useful, comment, at from jsonb_to_recordset($1::jsonb)
           as f(pairing uuid, author uuid, about uuid, prepared smallint, useful smallint, comment text, at timestamptz) on conflict do nothing`,
        [
          JSON.stringify(
            closing.flatMap(({ p, feedback }) =>
              feedback ? [{ ...feedback, pairing: p.id, author: p.learner, about: p.mentor, at: p.last }] : [],
            ),
          ),
        ],
      );
      for (const thanks of d.thanks) {
        const pairing = pairings.find((p) => p.learner === thanks.learnerId);
        if (!pairing) continue;
        await execute(
          tx,
          `insert into mentor_thanks (id, pairing_id, mentor_id, learner_id, text, created_at)
           select $1, $2, $3, $4, $5, $6 where not exists (select 1 from mentor_thanks where pairing_id = $2 and text = $5)`,
          [newId(), pairing.id, pairing.mentor, pairing.learner, thanks.text, now],
        );
      }
      for (const plan of d.plans) await this.loadPlan(tx, plan, pairings, now);
    });
  }

  private async loadPlan(
    tx: Tx,
    plan: MentoringDepth['plans'][number],
    pairings: readonly { mentor: string; learner: string }[],
    now: Date,
  ): Promise<void> {
    const id = newId();
    const mentor = pairings.find((p) => p.learner === plan.learnerId)?.mentor;
    const weeks = everyWeek(plan.behaviours.map((behaviours, i) => ({ week: i + 1, behaviours })));
    if (!mentor || !weeks) return;
    const written = await execute(
      tx,
      `insert into improvement_plan (id, learner_id, start_day, created_by, created_at) values ($1, $2, $3, $4, $5)
       on conflict (learner_id) where ended_on is null do nothing`,
      [id, plan.learnerId, plan.startDay, mentor, now],
    );
    if (written === 0) return;
    await execute(
      tx,
      `insert into improvement_behaviour (plan_id, week, ordinal, text)
       select $1, week, ordinal, text from jsonb_to_recordset($2::jsonb) as b(week smallint, ordinal smallint, text text)`,
      [
        id,
        JSON.stringify(weeks.flatMap((w) => w.behaviours.map((text, i) => ({ week: w.week, ordinal: i + 1, text })))),
      ],
    );
    const marks = (['learner', 'mentor'] as const).flatMap((rater) =>
      plan[rater].flatMap((score, i) =>
        [1, 2].map((ordinal) => ({
          week: i + 1,
          ordinal,
          rater,
          score: Math.min(5, Math.max(1, score + (ordinal === 2 && i % 2 === 1 ? 1 : 0))),
          by: rater === 'learner' ? plan.learnerId : mentor,
        })),
      ),
    );
    await execute(
      tx,
      `insert into improvement_rating (plan_id, week, ordinal, rater, score, rated_by, rated_at)
       select $1, week, ordinal, rater, score, by, $3 from jsonb_to_recordset($2::jsonb)
         as r(week smallint, ordinal smallint, rater text, score smallint, by uuid)`,
      [id, JSON.stringify(marks), now],
    );
  }

  /** A matching that has been solved and waits to be decided. */
  async loadMatching(run: { cohortId: string | null; learnerIds: readonly string[]; by: string }): Promise<void> {
    const id = newId();
    const fresh = await this.db.transaction(async (tx) => {
      if ((await rows(tx, `select 1 from match_run limit 1`)).length > 0) return false;
      await this.matching.insertRun(
        tx,
        {
          id,
          cohortId: run.cohortId,
          startDay: localDayOf(this.clock.now(), 'Asia/Shanghai'),
          weights: await this.matching.weights(tx),
          createdBy: run.by,
          createdAt: this.clock.now(),
        },
        run.learnerIds,
      );
      return true;
    });
    if (fresh)
      await this.matchings.solve(
        { runId: id, round: 1 },
        { id: 'demo', signal: new AbortController().signal, progress: () => Promise.resolve() },
      );
  }
}
