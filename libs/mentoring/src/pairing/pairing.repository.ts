import { Injectable } from '@nestjs/common';
import { newId, type LocalDay } from '@waymark/kernel';
import { execute, maybeOne, one, rows, type Tx } from '@waymark/platform';
import type { SqlPart } from '@waymark/identity';
import type { ActsFor, EndReason } from './pairing.js';

export interface Brief {
  id: string;
  day: LocalDay;
  startsAt: Date | null;
  state: string;
}

export interface PairingRow {
  id: string;
  mentorId: string;
  learnerId: string;
  startDay: LocalDay;
  endDay: LocalDay;
  endedOn: LocalDay | null;
  endReason: EndReason | null;
  weekday: number | null;
  startMinute: number | null;
  held: number;
  missed: number;
  missedInARow: number;
  /** The pairing this one carries on, and when the learner began with the first mentor of the chain. */
  followsId: string | null;
  firstDay: LocalDay;
  /** Of today. */
  coMentorIds: string[];
  /** Whoever acted, acts or will act for the mentor while away. */
  standIns: ActsFor[];
}

export interface PairingView extends PairingRow {
  lastMeeting: Brief | null;
  nextMeeting: Brief | null;
}

export interface NewPairing {
  id: string;
  mentorId: string;
  learnerId: string;
  cohortId: string | null;
  startDay: LocalDay;
  endDay: LocalDay;
  weekday: number | null;
  startMinute: number | null;
  startedBy: string | null;
  followsId?: string | null;
  firstDay?: LocalDay | null;
}

export interface PairingFilter {
  status?: string | null;
  mentorId?: string | null;
  learnerId?: string | null;
  troubled?: boolean | null;
}

const PLAIN = `p.id, p.mentor_id as "mentorId", p.learner_id as "learnerId", p.start_day as "startDay", p.end_day as "endDay", p.ended_on as "endedOn",
  p.end_reason as "endReason", p.weekday, p.start_minute as "startMinute", p.held, p.missed, p.missed_in_a_row as "missedInARow",
  p.follows_id as "followsId", coalesce(p.first_day, p.start_day) as "firstDay",
  array(select c.person_id from pairing_co_mentor c where c.pairing_id = p.id and c.to_day is null order by c.created_at) as "coMentorIds",
  (select coalesce(jsonb_agg(jsonb_build_object('personId', s.supervisor_id, 'fromDay', s.from_day, 'toDay', s.to_day) order by s.from_day), '[]')
   from supervision s where s.person_id = p.learner_id and s.in_place_of = p.mentor_id) as "standIns"`;
/** The person mentors in pairing `p`: as the mentor, with the mentor, or on that day in the mentor's place. */
export const mentorsIn = (person: string, today: string): string =>
  `(p.mentor_id = ${person} or exists (
     select 1 from pairing_co_mentor c where c.pairing_id = p.id and c.person_id = ${person} and c.to_day is null) or exists (
     select 1 from supervision s where s.supervisor_id = ${person} and s.person_id = p.learner_id and s.in_place_of = p.mentor_id
       and p.ended_on is null and ${today} between s.from_day and s.to_day))`;
const BRIEF = `jsonb_build_object('id', m.id, 'day', m.day, 'startsAt', m.starts_at, 'state', m.state)`;
const VIEW = `${PLAIN},
  (select ${BRIEF} from mentor_meeting m where m.pairing_id = p.id and m.state <> 'planned' order by m.day desc limit 1) as "lastMeeting",
  (select ${BRIEF} from mentor_meeting m where m.pairing_id = p.id and m.state = 'planned') as "nextMeeting"`;

type RawBrief = Omit<Brief, 'startsAt'> & { startsAt: string | null };
type Raw = Omit<PairingView, 'lastMeeting' | 'nextMeeting'> & {
  lastMeeting: RawBrief | null;
  nextMeeting: RawBrief | null;
};

const brief = (b: RawBrief | null): Brief | null =>
  b && { ...b, startsAt: b.startsAt === null ? null : new Date(b.startsAt) };
const view = (r: Raw): PairingView => ({ ...r, lastMeeting: brief(r.lastMeeting), nextMeeting: brief(r.nextMeeting) });

@Injectable()
export class PairingRepository {
  async insert(tx: Tx, list: readonly NewPairing[]): Promise<void> {
    await execute(
      tx,
      `insert into pairing (id, mentor_id, learner_id, cohort_id, start_day, end_day, weekday, start_minute, started_by, follows_id, first_day)
       select id, mentor_id, learner_id, cohort_id, start_day, end_day, weekday, start_minute, started_by, follows_id, first_day
       from jsonb_to_recordset($1::jsonb) as n(id uuid, mentor_id uuid, learner_id uuid, cohort_id uuid, start_day date, end_day date, weekday smallint,
              start_minute smallint, started_by uuid, follows_id uuid, first_day date)`,
      [
        JSON.stringify(
          list.map((n) => ({
            id: n.id,
            mentor_id: n.mentorId,
            learner_id: n.learnerId,
            cohort_id: n.cohortId,
            start_day: n.startDay,
            end_day: n.endDay,
            weekday: n.weekday,
            start_minute: n.startMinute,
            started_by: n.startedBy,
            follows_id: n.followsId ?? null,
            first_day: n.firstDay ?? null,
          })),
        ),
      ],
    );
  }

  async view(tx: Tx, id: string): Promise<PairingView | null> {
    const found = await maybeOne<Raw>(tx, `select ${VIEW} from pairing p where p.id = $1`, [id]);
    return found && view(found);
  }

  lock(tx: Tx, id: string): Promise<PairingRow | null> {
    return maybeOne(tx, `select ${PLAIN} from pairing p where p.id = $1 for update`, [id]);
  }

  async ofPerson(tx: Tx, personId: string, today: LocalDay): Promise<PairingView[]> {
    const found = await rows<Raw>(
      tx,
      `select ${VIEW} from pairing p where p.learner_id = $1 or ${mentorsIn('$1', '$2::date')}
       order by (p.ended_on is null) desc, p.start_day desc, p.id limit 200`,
      [personId, today],
    );
    return found.map(view);
  }

  /** The open pairing of each learner, else the newest. */
  async ofLearners(tx: Tx, learnerIds: readonly string[]): Promise<Map<string, PairingView>> {
    const found = await rows<Raw>(
      tx,
      `select distinct on (p.learner_id) ${VIEW} from pairing p where p.learner_id = any ($1::uuid[])
       order by p.learner_id, (p.ended_on is null) desc, p.start_day desc`,
      [learnerIds],
    );
    return new Map(found.map((f) => [f.learnerId, view(f)]));
  }

  async page(
    tx: Tx,
    filter: PairingFilter,
    today: LocalDay,
    scope: (personExpr: string, firstParam: number) => SqlPart,
    first: number,
    after: { startDay: string; id: string } | null,
  ): Promise<{ found: PairingView[]; total: number }> {
    const params: unknown[] = [
      filter.mentorId ?? null,
      filter.learnerId ?? null,
      filter.status ?? null,
      filter.troubled ?? null,
      today,
    ];
    const seen = scope('p.learner_id', params.length + 1);
    params.push(...seen.params);
    const where = `($1::uuid is null or p.mentor_id = $1) and ($2::uuid is null or p.learner_id = $2)
      and ($3::text is null or $3 = case when p.ended_on is not null then 'ended' when p.start_day > $5::date then 'planned' else 'active' end)
      and ($4::boolean is null or not $4 or (p.missed_in_a_row >= 2 and p.ended_on is null)) and ${seen.sql}`;
    const { n } = await one<{ n: number }>(tx, `select count(*)::int as n from pairing p where ${where}`, params);
    const at = params.length;
    const found = await rows<Raw>(
      tx,
      `select ${VIEW} from pairing p where ${where} and ($${at + 1}::date is null or (p.start_day, p.id) < ($${at + 1}::date, $${at + 2}::uuid))
       order by p.start_day desc, p.id desc limit $${at + 3}`,
      [...params, after?.startDay ?? null, after?.id ?? null, first + 1],
    );
    return { found: found.map(view), total: n };
  }

  /** Locks the mentor's profile, so that two pairings can't both take the last place. */
  async capacityOf(tx: Tx, mentorId: string): Promise<{ capacity: number | null; open: number }> {
    const profile = await maybeOne<{ capacity: number }>(
      tx,
      `select capacity from mentor_profile where person_id = $1 for update`,
      [mentorId],
    );
    const { open } = await one<{ open: number }>(
      tx,
      `select count(*)::int as open from pairing where mentor_id = $1 and ended_on is null`,
      [mentorId],
    );
    return { capacity: profile?.capacity ?? null, open };
  }

  async absentOn(tx: Tx, mentorId: string, day: LocalDay): Promise<boolean> {
    return (
      (await maybeOne(
        tx,
        `select 1 from mentor_absence where mentor_id = $1 and $2::date between from_day and to_day`,
        [mentorId, day],
      )) !== null
    );
  }

  async hasOpen(tx: Tx, learnerId: string): Promise<boolean> {
    return (
      (await maybeOne(tx, `select 1 from pairing where learner_id = $1 and ended_on is null`, [learnerId])) !== null
    );
  }

  /** Ends open pairings and takes back their planned hours. */
  async end(tx: Tx, ids: readonly string[], lastDay: LocalDay, reason: EndReason): Promise<PairingRow[]> {
    const ended = await rows<PairingRow>(
      tx,
      `update pairing p set ended_on = greatest(p.start_day, $2::date), end_reason = $3 where p.id = any ($1::uuid[]) and p.ended_on is null returning ${PLAIN}`,
      [ids, lastDay, reason],
    );
    await execute(tx, `delete from mentor_meeting where state = 'planned' and pairing_id = any ($1::uuid[])`, [
      ended.map((e) => e.id),
    ]);
    return ended;
  }

  async addCoMentor(tx: Tx, pairingId: string, personId: string, fromDay: LocalDay, by: string): Promise<void> {
    await execute(
      tx,
      `insert into pairing_co_mentor (id, pairing_id, person_id, from_day, added_by) values ($1, $2, $3, $4, $5)`,
      [newId(), pairingId, personId, fromDay, by],
    );
  }

  /** Ends one, or all, of the pairings or wherever the person helps; returns who it was. */
  endCoMentors(
    tx: Tx,
    pairingIds: readonly string[] | null,
    personId: string | null,
    lastDay: LocalDay,
  ): Promise<{ personId: string; learnerId: string }[]> {
    return rows(
      tx,
      `update pairing_co_mentor c set to_day = greatest(c.from_day, $3::date) from pairing p
       where p.id = c.pairing_id and ($1::uuid[] is null or c.pairing_id = any ($1)) and ($2::uuid is null or c.person_id = $2) and c.to_day is null
       returning c.person_id as "personId", p.learner_id as "learnerId"`,
      [pairingIds, personId, lastDay],
    );
  }

  openOf(tx: Tx, personId: string): Promise<PairingRow[]> {
    return rows(
      tx,
      `select ${PLAIN} from pairing p where p.ended_on is null and (p.mentor_id = $1 or p.learner_id = $1) order by p.id for update`,
      [personId],
    );
  }

  overdue(tx: Tx, today: LocalDay): Promise<PairingRow[]> {
    return rows(
      tx,
      `select ${PLAIN} from pairing p where p.ended_on is null and p.end_day < $1 order by p.id limit 500 for update skip locked`,
      [today],
    );
  }

  async setSlot(tx: Tx, id: string, weekday: number, startMinute: number): Promise<void> {
    await execute(tx, `update pairing set weekday = $2, start_minute = $3 where id = $1`, [id, weekday, startMinute]);
  }
}
