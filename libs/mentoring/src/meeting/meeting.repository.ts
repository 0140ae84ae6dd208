import { Injectable } from '@nestjs/common';
import { newId, type LocalDay } from '@waymark/kernel';
import { execute, maybeOne, one, rows, type Tx } from '@waymark/platform';
import { mentorsIn } from '../pairing/pairing.repository.js';
import type { MeetingState } from './meeting.js';

export interface MeetingRow {
  id: string;
  pairingId: string;
  day: LocalDay;
  startsAt: Date | null;
  minutes: number;
  state: MeetingState;
  loggedAt: Date | null;
  loggedById: string | null;
  /** The absent mentor, when somebody who stood in logged it. */
  inPlaceOfId: string | null;
}

export interface ActionRow {
  id: string;
  meetingId: string;
  pairingId: string;
  text: string;
  owner: 'mentor' | 'learner';
  ownerId: string;
  dueOn: LocalDay | null;
  doneAt: Date | null;
}

export interface MeetingView extends MeetingRow {
  notes: string;
  revision: number;
  privateNote: string;
  actions: ActionRow[];
}

export interface NewAction {
  text: string;
  owner: 'mentor' | 'learner';
  dueOn: LocalDay | null;
}

export interface Counters {
  held: number;
  missed: number;
  /** Oldest first. */
  states: MeetingState[];
}

const COLUMNS = `m.id, m.pairing_id as "pairingId", m.day, m.starts_at as "startsAt", m.minutes, m.state, m.logged_at as "loggedAt",
  m.logged_by as "loggedById", m.in_place_of as "inPlaceOfId"`;
const ACTION = `a.id, a.meeting_id as "meetingId", a.pairing_id as "pairingId", a.text, a.owner,
  case a.owner when 'mentor' then p.mentor_id else p.learner_id end as "ownerId", a.due_on as "dueOn", a.done_at as "doneAt"`;

@Injectable()
export class MeetingRepository {
  /** The next hour: sets it, or moves the one that is planned. */
  async plan(tx: Tx, pairingId: string, next: { day: LocalDay; startsAt: Date }, minutes: number): Promise<void> {
    await execute(
      tx,
      `insert into mentor_meeting (id, pairing_id, day, starts_at, minutes, state) values ($1, $2, $3, $4, $5, 'planned')
       on conflict (pairing_id) where state = 'planned' do update set day = excluded.day, starts_at = excluded.starts_at, minutes = excluded.minutes`,
      [newId(), pairingId, next.day, next.startsAt, minutes],
    );
  }

  find(tx: Tx, id: string): Promise<MeetingRow | null> {
    return maybeOne(tx, `select ${COLUMNS} from mentor_meeting m where m.id = $1`, [id]);
  }

  planned(tx: Tx, pairingId: string): Promise<MeetingRow | null> {
    return maybeOne(tx, `select ${COLUMNS} from mentor_meeting m where m.pairing_id = $1 and m.state = 'planned'`, [
      pairingId,
    ]);
  }

  async dropPlanned(tx: Tx, pairingId: string): Promise<void> {
    await execute(tx, `delete from mentor_meeting where pairing_id = $1 and state = 'planned'`, [pairingId]);
  }

  async dayTaken(tx: Tx, pairingId: string, day: LocalDay): Promise<boolean> {
    return (
      (await maybeOne(tx, `select 1 from mentor_meeting where pairing_id = $1 and day = $2 and state <> 'planned'`, [
        pairingId,
        day,
      ])) !== null
    );
  }

  /** Logs a planned one, or one that was not planned. */
  async log(
    tx: Tx,
    m: {
      id: string;
      pairingId: string;
      day: LocalDay;
      minutes: number;
      state: MeetingState;
      loggedBy: string;
      /** The absent mentor, when somebody who stands in logs it. */
      inPlaceOf: string | null;
      loggedAt: Date;
    },
  ): Promise<void> {
    await execute(
      tx,
      `insert into mentor_meeting (id, pairing_id, day, minutes, state, logged_by, logged_at, in_place_of) values ($1, $2, $3, $4, $5, $6, $7, $8)
       on conflict (id) do update set day = excluded.day, minutes = excluded.minutes, state = excluded.state, logged_by = excluded.logged_by,
         logged_at = excluded.logged_at, in_place_of = excluded.in_place_of,
         starts_at = case when mentor_meeting.day = excluded.day then mentor_meeting.starts_at end
       where mentor_meeting.state = 'planned' and mentor_meeting.pairing_id = excluded.pairing_id`,
      [m.id, m.pairingId, m.day, m.minutes, m.state, m.loggedBy, m.loggedAt, m.inPlaceOf],
    );
  }

  /** Counts again from the meetings themselves, so a late entry falls in its place. */
  async recount(tx: Tx, pairingId: string): Promise<Counters> {
    return one(
      tx,
      `select count(*) filter (where state = 'held')::int as held, count(*) filter (where state = 'missed')::int as missed,
              coalesce(array_agg(state order by day) filter (where state <> 'planned'), '{}') as states
       from mentor_meeting where pairing_id = $1`,
      [pairingId],
    );
  }

  async saveCounters(
    tx: Tx,
    list: readonly { pairingId: string; held: number; missed: number; missedInARow: number }[],
  ): Promise<void> {
    await execute(
      tx,
      `update pairing p set held = c.held, missed = c.missed, missed_in_a_row = c.row
       from jsonb_to_recordset($1::jsonb) as c(id uuid, held int, missed int, row int) where p.id = c.id`,
      [JSON.stringify(list.map((c) => ({ id: c.pairingId, held: c.held, missed: c.missed, row: c.missedInARow })))],
    );
  }

  /** Meetings held with any mentor. */
  async heldOf(tx: Tx, learnerId: string): Promise<number> {
    return (
      await one<{ n: number }>(tx, `select coalesce(sum(held), 0)::int as n from pairing where learner_id = $1`, [
        learnerId,
      ])
    ).n;
  }

  async saveNotes(tx: Tx, meetingId: string, notes: string, by: string, now: Date): Promise<void> {
    await execute(
      tx,
      `insert into meeting_note (meeting_id, notes, updated_by, updated_at) values ($1, $2, $3, $4)
       on conflict (meeting_id) do update set notes = excluded.notes, revision = meeting_note.revision + 1, updated_by = excluded.updated_by,
         updated_at = excluded.updated_at`,
      [meetingId, notes, by, now],
    );
  }

  noteState(tx: Tx, meetingId: string): Promise<{ revision: number; by: string | null; at: Date } | null> {
    return maybeOne(
      tx,
      `select n.revision, pr.name as by, n.updated_at as at from meeting_note n left join person_profile pr on pr.person_id = n.updated_by
       where n.meeting_id = $1 for update of n`,
      [meetingId],
    );
  }

  async savePrivate(tx: Tx, meetingId: string, authorId: string, text: string, now: Date): Promise<void> {
    if (text === '') {
      await execute(tx, `delete from private_note where meeting_id = $1 and author_id = $2`, [meetingId, authorId]);
      return;
    }
    await execute(
      tx,
      `insert into private_note (meeting_id, author_id, text, updated_at) values ($1, $2, $3, $4)
       on conflict (meeting_id, author_id) do update set text = excluded.text, updated_at = excluded.updated_at`,
      [meetingId, authorId, text, now],
    );
  }

  async addActions(
    tx: Tx,
    meetingId: string,
    pairingId: string,
    actions: readonly NewAction[],
    by: string,
    now: Date,
  ): Promise<void> {
    if (actions.length === 0) return;
    await execute(
      tx,
      `insert into action_item (id, meeting_id, pairing_id, text, owner, due_on, created_by, created_at)
       select id, $2, $3, text, owner, due_on, $4, $5 from jsonb_to_recordset($1::jsonb) as a(id uuid, text text, owner text, due_on date)`,
      [
        JSON.stringify(actions.map((a) => ({ id: newId(), text: a.text, owner: a.owner, due_on: a.dueOn }))),
        meetingId,
        pairingId,
        by,
        now,
      ],
    );
  }

  /** An item of a pairing of the person's, locked. */
  action(tx: Tx, id: string, personId: string, today: LocalDay): Promise<ActionRow | null> {
    return maybeOne(
      tx,
      `select ${ACTION} from action_item a join pairing p on p.id = a.pairing_id
       where a.id = $1 and (p.learner_id = $2 or ${mentorsIn('$2', '$3::date')}) for update of a`,
      [id, personId, today],
    );
  }

  async setDone(tx: Tx, id: string, doneAt: Date | null, by: string): Promise<void> {
    await execute(
      tx,
      `update action_item set done_at = $2, done_by = case when $2::timestamptz is null then null else $3::uuid end where id = $1`,
      [id, doneAt, by],
    );
  }

  async removeAction(tx: Tx, id: string): Promise<void> {
    await execute(tx, `delete from action_item where id = $1`, [id]);
  }

  openActions(tx: Tx, personId: string, pairingId: string | null, today: LocalDay): Promise<ActionRow[]> {
    return rows(
      tx,
      `select ${ACTION} from action_item a join pairing p on p.id = a.pairing_id
       where (p.learner_id = $1 or ${mentorsIn('$1', '$3::date')}) and a.done_at is null and a.text <> '' and ($2::uuid is null or p.id = $2)
       order by (case a.owner when 'mentor' then p.mentor_id else p.learner_id end = $1) desc, a.due_on nulls last, a.id limit 200`,
      [personId, pairingId, today],
    );
  }

  /** Meetings with what the reader may read of them: the shared notes and the own private one. */
  async views(tx: Tx, meetings: readonly MeetingRow[], readerId: string): Promise<MeetingView[]> {
    const ids = meetings.map((m) => m.id);
    const notes = await rows<{ id: string; notes: string; revision: number }>(
      tx,
      `select meeting_id as id, notes, revision from meeting_note where meeting_id = any ($1::uuid[])`,
      [ids],
    );
    const own = await rows<{ id: string; text: string }>(
      tx,
      `select meeting_id as id, text from private_note where meeting_id = any ($1::uuid[]) and author_id = $2`,
      [ids, readerId],
    );
    const actions = await rows<ActionRow>(
      tx,
      `select ${ACTION} from action_item a join pairing p on p.id = a.pairing_id where a.meeting_id = any ($1::uuid[]) order by a.created_at, a.id`,
      [ids],
    );
    const note = new Map(notes.map((n) => [n.id, n]));
    const mine = new Map(own.map((o) => [o.id, o.text]));
    return meetings.map((m) => ({
      ...m,
      notes: note.get(m.id)?.notes ?? '',
      revision: note.get(m.id)?.revision ?? 0,
      privateNote: mine.get(m.id) ?? '',
      actions: actions.filter((a) => a.meetingId === m.id),
    }));
  }

  page(
    tx: Tx,
    pairingId: string,
    first: number,
    after: { planned: number; day: string; id: string } | null,
  ): Promise<MeetingRow[]> {
    return rows(
      tx,
      `select ${COLUMNS} from mentor_meeting m where m.pairing_id = $1
         and ($2::int is null or ((m.state = 'planned')::int, m.day, m.id) < ($2::int, $3::date, $4::uuid))
       order by (m.state = 'planned')::int desc, m.day desc, m.id desc limit $5`,
      [pairingId, after?.planned ?? null, after?.day ?? null, after?.id ?? null, first + 1],
    );
  }

  /** The planned hours of the person that are not over, soonest first. */
  nextHour(
    tx: Tx,
    personId: string,
    now: Date,
    today: LocalDay,
  ): Promise<{
    meetingId: string;
    pairingId: string;
    startsAt: Date;
    minutes: number;
    mentorId: string;
    learnerId: string;
    openActions: number;
  } | null> {
    return maybeOne(
      tx,
      `select m.id as "meetingId", p.id as "pairingId", m.starts_at as "startsAt", m.minutes, p.mentor_id as "mentorId", p.learner_id as "learnerId",
              (select count(*)::int from action_item a where a.pairing_id = p.id and a.done_at is null) as "openActions"
       from pairing p join mentor_meeting m on m.pairing_id = p.id and m.state = 'planned'
       where (p.learner_id = $1 or ${mentorsIn('$1', '$3::date')}) and p.ended_on is null and m.starts_at + m.minutes * interval '1 minute' > $2
       order by m.starts_at limit 1`,
      [personId, now, today],
    );
  }

  /** Empties what was written by or about the person. */
  async erase(tx: Tx, personId: string): Promise<void> {
    const mine = `select m.id from mentor_meeting m join pairing p on p.id = m.pairing_id where p.mentor_id = $1 or p.learner_id = $1`;
    await execute(tx, `update meeting_note set notes = '' where notes <> '' and meeting_id in (${mine})`, [personId]);
    await execute(tx, `delete from private_note where author_id = $1 or meeting_id in (${mine})`, [personId]);
    await execute(tx, `update action_item set text = '' where text <> '' and meeting_id in (${mine})`, [personId]);
    await execute(tx, `update mentor_profile set about = '', active = false where person_id = $1`, [personId]);
  }
}
