import { Injectable } from '@nestjs/common';
import type { LocalDay } from '@waymark/kernel';
import { execute, maybeOne, rows, type Tx } from '@waymark/platform';
import type { Leave } from '../enrolment/due-day.js';

export interface LeaveRow {
  id: string;
  personId: string;
  fromDay: LocalDay;
  toDay: LocalDay;
  note: string;
  createdBy: string | null;
  createdAt: Date;
}

const LEAVE = `l.id, l.person_id as "personId", l.from_day as "fromDay", l.to_day as "toDay", l.note, l.created_by as "createdBy",
  l.created_at as "createdAt"`;

@Injectable()
export class LeaveRepository {
  /** Leaves that hold, of each person by their first day. */
  async of(tx: Tx, personIds: readonly string[]): Promise<Map<string, Leave[]>> {
    const found = await rows<Leave & { personId: string }>(
      tx,
      `select person_id as "personId", from_day as "fromDay", to_day as "toDay", created_at as "recordedAt" from leave_of_absence
       where person_id = any ($1::uuid[]) and cancelled_at is null order by from_day`,
      [personIds],
    );
    const out = new Map<string, Leave[]>();
    for (const { personId, ...leave } of found) {
      const list = out.get(personId);
      if (list) list.push(leave);
      else out.set(personId, [leave]);
    }
    return out;
  }

  async list(tx: Tx, personId: string): Promise<LeaveRow[]> {
    return rows(
      tx,
      `select ${LEAVE} from leave_of_absence l where l.person_id = $1 and l.cancelled_at is null order by l.from_day desc`,
      [personId],
    );
  }

  /** Locks the person first, so that the due days of one person are set by one decision after the other. */
  async lock(tx: Tx, id: string): Promise<LeaveRow | null> {
    const found = await maybeOne<{ personId: string }>(
      tx,
      `select person_id as "personId" from leave_of_absence where id = $1`,
      [id],
    );
    if (!found) return null;
    await this.lockPerson(tx, found.personId);
    return maybeOne(tx, `select ${LEAVE} from leave_of_absence l where l.id = $1 and l.cancelled_at is null`, [id]);
  }

  async lockPerson(tx: Tx, personId: string): Promise<boolean> {
    return (
      (await maybeOne(tx, `select 1 from person where id = $1 and status = 'active' for update`, [personId])) !== null
    );
  }

  async overlaps(
    tx: Tx,
    personId: string,
    fromDay: LocalDay,
    toDay: LocalDay,
    exceptId: string | null,
  ): Promise<{ fromDay: LocalDay; toDay: LocalDay } | null> {
    return maybeOne(
      tx,
      `select from_day as "fromDay", to_day as "toDay" from leave_of_absence
       where person_id = $1 and cancelled_at is null and id is distinct from $4 and from_day <= $3 and to_day >= $2 order by from_day limit 1`,
      [personId, fromDay, toDay, exceptId],
    );
  }

  async insert(tx: Tx, leave: LeaveRow): Promise<void> {
    await execute(
      tx,
      `insert into leave_of_absence (id, person_id, from_day, to_day, note, created_by, created_at, changed_by, changed_at)
       values ($1, $2, $3, $4, $5, $6, $7, $6, $7)`,
      [leave.id, leave.personId, leave.fromDay, leave.toDay, leave.note, leave.createdBy, leave.createdAt],
    );
  }

  async change(tx: Tx, id: string, fromDay: LocalDay, toDay: LocalDay, by: string, now: Date): Promise<void> {
    await execute(
      tx,
      `update leave_of_absence set from_day = $2, to_day = $3, changed_by = $4, changed_at = $5 where id = $1`,
      [id, fromDay, toDay, by, now],
    );
  }

  async cancel(tx: Tx, id: string, by: string, now: Date): Promise<void> {
    await execute(tx, `update leave_of_absence set cancelled_at = $3, changed_by = $2, changed_at = $3 where id = $1`, [
      id,
      by,
      now,
    ]);
  }

  /** Assignments of the person without a map that are still open and have a due day. */
  async openAssignments(
    tx: Tx,
    personId: string,
  ): Promise<{ id: string; assignedOn: LocalDay; dueOn: LocalDay; baseDueOn: LocalDay }[]> {
    return rows(
      tx,
      `select ap.id, ap.assigned_on as "assignedOn", ap.due_on as "dueOn", coalesce(ap.base_due_on, ap.due_on) as "baseDueOn"
       from assignment_person ap join assignment a on a.id = ap.assignment_id and a.ended_at is null
       where ap.person_id = $1 and ap.ended_at is null and ap.completed_on is null and ap.due_on is not null order by ap.id for update of ap`,
      [personId],
    );
  }

  async setAssignmentDue(tx: Tx, id: string, baseDueOn: LocalDay, dueOn: LocalDay): Promise<void> {
    await execute(tx, `update assignment_person set base_due_on = $2, due_on = $3 where id = $1`, [
      id,
      baseDueOn,
      dueOn,
    ]);
  }
}
