import { Injectable } from '@nestjs/common';
import type { SqlPart } from '@waymark/identity';
import type { LocalDay, Text } from '@waymark/kernel';
import { execute, maybeOne, rows, type Tx } from '@waymark/platform';

export type AssignmentTarget = 'map' | 'course' | 'exam' | 'certification';
export type Recurrence = 'none' | 'yearly';
/** What becomes of people on a map who leave the audience. */
export type WhenLeaving = 'keep' | 'withdraw';

export interface AssignmentRow {
  id: string;
  audienceId: string;
  audienceName: Text;
  /** The scope it was made in, where that was not the company: nobody outside has it. */
  within: string[] | null;
  targetKind: AssignmentTarget;
  targetId: string | null;
  targetCode: string;
  startFrom: 'assigned-day' | 'hire-date';
  dueOn: LocalDay | null;
  dueDays: number | null;
  recurrence: Recurrence;
  whenLeaving: WhenLeaving;
  createdBy: string | null;
  createdAt: Date;
  endedAt: Date | null;
}
export interface GivenRow {
  personId: string;
  dueOn: LocalDay | null;
  /** First day of the present employment. */
  hireDate: LocalDay | null;
  today: LocalDay;
}
export interface AssignmentCounts {
  people: number;
  done: number;
  overdue: number;
}
export interface AssignmentPersonRow {
  id: string;
  personId: string;
  cycle: number;
  assignedOn: LocalDay;
  dueOn: LocalDay | null;
  completedOn: LocalDay | null;
  overdue: boolean;
  name: string;
}

const COLUMNS = `a.id, a.audience_id as "audienceId", u.name as "audienceName", a.target_kind as "targetKind", a.target_id as "targetId",
  a.target_code as "targetCode", a.start_from as "startFrom", a.due_on as "dueOn", a.due_days as "dueDays", a.recurrence,
  a.when_leaving as "whenLeaving", a.within,
  a.created_by as "createdBy", a.created_at as "createdAt", a.ended_at as "endedAt"`;

@Injectable()
export class AssignmentRepository {
  async list(tx: Tx, ended: boolean): Promise<AssignmentRow[]> {
    return rows(
      tx,
      `select ${COLUMNS} from assignment a join audience u on u.id = a.audience_id
       where (a.ended_at is not null) = $1 order by a.created_at desc, a.id`,
      [ended],
    );
  }

  async byId(tx: Tx, id: string): Promise<AssignmentRow | null> {
    return maybeOne(tx, `select ${COLUMNS} from assignment a join audience u on u.id = a.audience_id where a.id = $1`, [
      id,
    ]);
  }

  async lock(tx: Tx, id: string): Promise<boolean> {
    return (await maybeOne(tx, `select 1 from assignment where id = $1 for update`, [id])) !== null;
  }

  /** False when the audience already has this target. */
  async insert(tx: Tx, a: Omit<AssignmentRow, 'audienceName' | 'endedAt'>): Promise<boolean> {
    const written = await execute(
      tx,
      `insert into assignment (id, audience_id, target_kind, target_id, target_code, start_from, due_on, due_days, recurrence, created_by, created_at, when_leaving, within)
       values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)
       on conflict (audience_id, target_kind, target_code) where ended_at is null do nothing`,
      [
        a.id,
        a.audienceId,
        a.targetKind,
        a.targetId,
        a.targetCode,
        a.startFrom,
        a.dueOn,
        a.dueDays,
        a.recurrence,
        a.createdBy,
        a.createdAt,
        a.whenLeaving,
        a.within,
      ],
    );
    return written === 1;
  }

  async end(tx: Tx, id: string, now: Date): Promise<void> {
    await execute(tx, `update assignment set ended_at = $2 where id = $1 and ended_at is null`, [id, now]);
    await execute(
      tx,
      `update assignment_person set ended_at = $2 where assignment_id = $1 and ended_at is null and completed_on is null`,
      [id, now],
    );
  }

  /** How many people, done and overdue, in their newest cycle; maps are counted from enrolments. */
  async counts(tx: Tx, ids: readonly string[], now: Date, visible: SqlPart): Promise<Map<string, AssignmentCounts>> {
    const found = await rows<AssignmentCounts & { id: string }>(
      tx,
      `select ap.assignment_id as id, count(*)::int as people,
              (count(*) filter (where ${DONE}))::int as done,
              (count(*) filter (where not ${DONE} and ${LATE('$2')}))::int as overdue
       ${CURRENT} where ap.assignment_id = any ($1::uuid[]) and ap.ended_at is null and ${visible.sql} group by 1`,
      [ids, now, ...visible.params],
    );
    return new Map(found.map(({ id, ...c }) => [id, c]));
  }

  async people(
    tx: Tx,
    assignmentId: string,
    status: 'done' | 'open' | 'overdue' | null,
    now: Date,
    after: { name: string; id: string } | null,
    limit: number,
    visible: SqlPart,
  ): Promise<AssignmentPersonRow[]> {
    return rows(
      tx,
      `select ap.id, ap.person_id as "personId", ap.cycle, ap.assigned_on as "assignedOn",
              coalesce(e.next_due_on, ap.due_on) as "dueOn", coalesce(e.completed_on, ap.completed_on) as "completedOn",
              (not ${DONE} and ${LATE('$2')}) as overdue, coalesce(pp.name_pinyin, '') as name
       ${CURRENT} where ap.assignment_id = $1 and ap.ended_at is null
         and ($3::text is null or ($3 = 'done' and ${DONE}) or ($3 = 'open' and not ${DONE}) or ($3 = 'overdue' and not ${DONE} and ${LATE('$2')}))
         and ($4::text is null or (coalesce(pp.name_pinyin, ''), ap.id) > ($4, $5::uuid)) and ${visible.sql}
       order by coalesce(pp.name_pinyin, ''), ap.id limit $6`,
      [assignmentId, now, status, after?.name ?? null, after?.id ?? null, limit, ...visible.params],
    );
  }

  async mine(
    tx: Tx,
    personId: string,
  ): Promise<(AssignmentRow & { dueAt: LocalDay | null; completedOn: LocalDay | null })[]> {
    return rows(
      tx,
      `select ${COLUMNS}, coalesce(e.next_due_on, ap.due_on) as "dueAt", coalesce(e.completed_on, ap.completed_on) as "completedOn"
       from (select distinct on (assignment_id) * from assignment_person where person_id = $1 and ended_at is null
             order by assignment_id, cycle desc) ap
       join assignment a on a.id = ap.assignment_id join audience u on u.id = a.audience_id
       ${ENROLMENT}
       where a.ended_at is null order by coalesce(e.completed_on, ap.completed_on) is not null, "dueAt" nulls last, a.id`,
      [personId],
    );
  }

  /**
   * Gives the assignment to members who do not have it, counting what they already reached, and again to those hired
   * anew who had not finished it; takes it from those who left the audience and had not finished. Who comes back into
   * the audience has it again.
   * @param members a SELECT of person ids whose placeholders start at the given number
   */
  async sync(
    tx: Tx,
    a: AssignmentRow,
    members: (firstParam: number) => SqlPart,
    now: Date,
    among: readonly string[] | null,
  ): Promise<{ fresh: GivenRow[]; back: GivenRow[]; gone: string[] }> {
    const given = members(5);
    const kept = members(4);
    const back = a.recurrence === 'yearly' ? 365 : null;
    const fresh = await rows<GivenRow>(
      tx,
      `with m as (${given.sql}), last as (
         select distinct on (person_id) * from assignment_person where assignment_id = $1 order by person_id, cycle desc
       ), given as (
         insert into assignment_person (id, assignment_id, person_id, cycle, assigned_on, due_on, completed_on)
         select gen_random_uuid(), $1, m.id, coalesce(last.cycle, 0) + 1, t.today,
                coalesce(a.due_on, case when a.due_days is not null then t.today + a.due_days end),
                case when $4::int is null or tp.completed_on > t.today - $4::int then tp.completed_on end
         from m join assignment a on a.id = $1
         join person_profile pp on pp.person_id = m.id
         cross join lateral (select ($2::timestamptz at time zone pp.zone)::date as today) t
         left join last on last.person_id = m.id
         left join employment em on em.person_id = m.id and em.to_day is null
         left join target_progress tp on tp.person_id = m.id and tp.target_kind = a.target_kind
           and (tp.target_id = a.target_id or tp.target_code = a.target_code)
         where ($3::uuid[] is null or m.id = any ($3))
           and (last.id is null or last.ended_at is not null and last.completed_on is null and em.from_day > last.assigned_on)
         on conflict (assignment_id, person_id, cycle) do nothing returning person_id, due_on, assigned_on
       )
       select g.person_id as "personId", g.due_on as "dueOn", g.assigned_on as today, ${HIRED}
       from given g left join employment em on em.person_id = g.person_id and em.to_day is null`,
      [a.id, now, among, back, ...given.params],
    );
    const changed = await rows<GivenRow & { ended: boolean }>(
      tx,
      `with m as (${kept.sql}), changed as (
         update assignment_person ap set ended_at = case when m.id is null then $2::timestamptz end
         from assignment_person k left join m on m.id = k.person_id
         where k.assignment_id = $1 and ap.id = k.id and k.completed_on is null and (m.id is null) = (k.ended_at is null)
           and ($3::uuid[] is null or k.person_id = any ($3))
           and not exists (select 1 from assignment_person n where n.assignment_id = k.assignment_id and n.person_id = k.person_id and n.cycle > k.cycle)
         returning ap.person_id, ap.due_on, ap.ended_at
       )
       select c.person_id as "personId", c.due_on as "dueOn", c.ended_at is not null as ended, ${HIRED},
              ($2::timestamptz at time zone pp.zone)::date as today
       from changed c join person_profile pp on pp.person_id = c.person_id
       left join employment em on em.person_id = c.person_id and em.to_day is null`,
      [a.id, now, among, ...kept.params],
    );
    return {
      fresh,
      back: changed.filter((c) => !c.ended),
      gone: changed.filter((c) => c.ended).map((c) => c.personId),
    };
  }

  /** Opens the next yearly cycle for everybody whose last one was due, or done, a year ago. */
  async renewYearly(tx: Tx, now: Date): Promise<number> {
    return execute(
      tx,
      `insert into assignment_person (id, assignment_id, person_id, cycle, assigned_on, due_on)
       select gen_random_uuid(), ap.assignment_id, ap.person_id, ap.cycle + 1, t.today,
              (coalesce(ap.due_on, ap.assigned_on) + interval '1 year')::date
       from (select distinct on (assignment_id, person_id) * from assignment_person where ended_at is null
             order by assignment_id, person_id, cycle desc) ap
       join assignment a on a.id = ap.assignment_id and a.recurrence = 'yearly' and a.ended_at is null
       join person p on p.id = ap.person_id and p.status = 'active'
       join person_profile pp on pp.person_id = ap.person_id
       cross join lateral (select ($1::timestamptz at time zone pp.zone)::date as today) t
       where ap.completed_on is not null
         and t.today >= (coalesce(ap.due_on, ap.assigned_on) + interval '1 year')::date - 60
       on conflict (assignment_id, person_id, cycle) do nothing`,
      [now],
    );
  }
}

/** Whoever was hired anew starts from then, whatever the date their service is counted from. */
const HIRED = `greatest(em.hire_date, em.from_day) as "hireDate"`;
/** The person's enrolment when the target is a map: its counters say what is done and late. */
const ENROLMENT = `left join lateral (
    select e.next_due_on, e.completed_on, e.status from enrolment e
    where a.target_kind = 'map' and e.person_id = ap.person_id and e.map_id = a.target_id and e.status <> 'withdrawn'
    order by e.status = 'open' desc, e.created_at desc limit 1) e on true`;
const CURRENT = `from (select distinct on (assignment_id, person_id) * from assignment_person order by assignment_id, person_id, cycle desc) ap
  join assignment a on a.id = ap.assignment_id
  join person p on p.id = ap.person_id and p.status = 'active'
  join person_profile pp on pp.person_id = ap.person_id ${ENROLMENT}`;
const DONE = `(ap.completed_on is not null or e.completed_on is not null)`;
const LATE = (now: string): string =>
  `coalesce(coalesce(e.next_due_on, ap.due_on) < (${now}::timestamptz at time zone pp.zone)::date, false)`;
