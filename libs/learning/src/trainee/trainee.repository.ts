import { Injectable } from '@nestjs/common';
import type { LocalDay, Text } from '@waymark/kernel';
import { rows, type Tx } from '@waymark/platform';
import { daysOf, intsOrNullOf } from '../enrolment/array-text.js';
import type { EnrolmentStatus } from '../enrolment/enrolment.repository.js';
import type { NodeKind } from '../learning-map/learning-map.js';

/** A boolean SQL expression over `e` (enrolment) with its parameters, numbered from $2 on. */
export interface PeopleFilter {
  sql: string;
  params: unknown[];
}
export interface TraineeRow {
  id: string;
  personId: string;
  mapId: string;
  versionId: string;
  startDay: LocalDay;
  status: EnrolmentStatus;
  done: number;
  total: number;
  nextDueOn: LocalDay | null;
  lastProgressOn: LocalDay | null;
  today: LocalDay;
  /** Day n of the path; days since the next due day (negative: ahead); days since anything moved. */
  day: number;
  pastDue: number | null;
  idleDays: number | null;
  /** The last day of a leave of absence under way. */
  awayUntil: LocalDay | null;
  overdue: number;
  waiting: number;
  waitingSince: Date | null;
  mentorId: string | null;
  /** Check-ins of weeks that are over, and how many weeks are. */
  checkIns: number;
  weeksOver: number;
  orgUnitId: string | null;
}
export interface StuckRow {
  mapId: string;
  versionId: string;
  textRevision: number;
  key: string;
  kind: NodeKind;
  people: number;
  medianDays: number;
  waitingSignOff: number;
}

const COLUMNS = [
  'id',
  'personId',
  'mapId',
  'versionId',
  'startDay',
  'status',
  'done',
  'total',
  'nextDueOn',
  'lastProgressOn',
  'today',
  'day',
  'pastDue',
  'idleDays',
  'awayUntil',
  'overdue',
  'waiting',
  'waitingSince',
  'mentorId',
  'checkIns',
  'weeksOver',
  'orgUnitId',
] as const satisfies readonly (keyof TraineeRow)[];

const FROM = `from enrolment e
  join person p on p.id = e.person_id and p.status = 'active'
  join person_profile pp on pp.person_id = e.person_id
  cross join lateral (select ($1::timestamptz at time zone pp.zone)::date as today) t`;

@Injectable()
export class TraineeRepository {
  /**
   * One per enrolment from the narrow table: no progress array is touched. They come column by column: for ten thousand
   * the driver takes several times as long to read rows.
   */
  async list(tx: Tx, now: Date, filter: PeopleFilter): Promise<TraineeRow[]> {
    const [c] = await rows<Record<keyof TraineeRow, string | null>>(
      tx,
      `select ${COLUMNS.map((name) => `array_agg(r."${name}")::text as "${name}"`).join(', ')} from (
       select e.id, e.person_id as "personId", e.map_id as "mapId", e.version_id as "versionId", e.start_day as "startDay", e.status,
              e.done, e.total, e.next_due_on as "nextDueOn", e.last_progress_on as "lastProgressOn", t.today,
              t.today - e.start_day + 1 as day, t.today - e.next_due_on as "pastDue", t.today - greatest(e.last_progress_on, lv.last_day) as "idleDays", lv.until as "awayUntil",
              width_bucket(t.today - 1, e.open_due) as overdue, coalesce(w.n, 0) as waiting, extract(epoch from w.since)::int as "waitingSince",
              m.mentor_id as "mentorId", cp.org_unit_id as "orgUnitId",
              coalesce(c.n, 0) as "checkIns", w2.over as "weeksOver"
       ${FROM}
       left join current_position cp on cp.person_id = e.person_id
       left join (select person_id, max(least(to_day, z.today)) as last_day, max(to_day) filter (where to_day >= z.today) as until
                  from leave_of_absence la join person_profile zp using (person_id)
                  cross join lateral (select ($1::timestamptz at time zone zp.zone)::date as today) z
                  where la.cancelled_at is null and la.from_day <= z.today group by person_id) lv on lv.person_id = e.person_id
       left join (select enrolment_id, count(*)::int as n, min(submitted_at) as since from milestone_submission
                  where status = 'submitted' group by enrolment_id) w on w.enrolment_id = e.id
       left join (select distinct on (person_id) person_id, supervisor_id as mentor_id from supervision where kind = 'mentor'
                  and from_day <= $1::timestamptz::date + 1 and (to_day is null or to_day >= $1::timestamptz::date)
                  order by person_id, from_day desc, id) m on m.person_id = e.person_id
       join map_version mv on mv.id = e.version_id
       cross join lateral (select greatest(0, least((t.today - e.start_day) / 7, (mv.days + 6) / 7)) as over) w2
       left join lateral (select count(*)::int as n from check_in ci where ci.enrolment_id = e.id and ci.week <= w2.over) c on true
       where e.status <> 'withdrawn' and (${filter.sql})) r`,
      [now, ...filter.params],
    );
    if (!c?.id) return [];
    const words = (name: keyof TraineeRow): (string | null)[] => daysOf(c[name] ?? '');
    const numbers = (name: keyof TraineeRow): (number | null)[] => intsOrNullOf(c[name] ?? '');
    const of = {
      personId: words('personId'),
      mapId: words('mapId'),
      versionId: words('versionId'),
      startDay: words('startDay'),
      status: words('status'),
      done: numbers('done'),
      total: numbers('total'),
      nextDueOn: words('nextDueOn'),
      lastProgressOn: words('lastProgressOn'),
      today: words('today'),
      day: numbers('day'),
      pastDue: numbers('pastDue'),
      idleDays: numbers('idleDays'),
      awayUntil: words('awayUntil'),
      overdue: numbers('overdue'),
      waiting: numbers('waiting'),
      waitingSince: numbers('waitingSince'),
      mentorId: words('mentorId'),
      checkIns: numbers('checkIns'),
      weeksOver: numbers('weeksOver'),
      orgUnitId: words('orgUnitId'),
    };
    return words('id').map((id, i): TraineeRow => {
      const since = of.waitingSince[i] ?? null;
      return {
        id: id as string,
        personId: of.personId[i] as string,
        mapId: of.mapId[i] as string,
        versionId: of.versionId[i] as string,
        startDay: of.startDay[i] as LocalDay,
        status: of.status[i] as EnrolmentStatus,
        done: of.done[i] ?? 0,
        total: of.total[i] ?? 0,
        nextDueOn: of.nextDueOn[i] ?? null,
        lastProgressOn: of.lastProgressOn[i] ?? null,
        today: of.today[i] as LocalDay,
        day: of.day[i] ?? 0,
        pastDue: of.pastDue[i] ?? null,
        idleDays: of.idleDays[i] ?? null,
        awayUntil: of.awayUntil[i] ?? null,
        overdue: of.overdue[i] ?? 0,
        waiting: of.waiting[i] ?? 0,
        waitingSince: since === null ? null : new Date(since * 1000),
        mentorId: of.mentorId[i] ?? null,
        checkIns: of.checkIns[i] ?? 0,
        weeksOver: of.weeksOver[i] ?? 0,
        orgUnitId: of.orgUnitId[i] ?? null,
      };
    });
  }

  /** Required nodes that are open and more than `days` past due, with how many people stand there and for how long. */
  async stuckNodes(tx: Tx, now: Date, filter: PeopleFilter, days: number, limit: number): Promise<StuckRow[]> {
    const n = filter.params.length + 2;
    return rows(
      tx,
      `with late as materialized (
         select e.map_id, e.version_id, u.i - 1 as idx, u.state, t.today - u.due as days
         ${FROM}
         join enrolment_progress pr on pr.enrolment_id = e.id
         cross join lateral unnest(pr.state, pr.due_on) with ordinality as u(state, due, i)
         where e.status = 'open' and e.next_due_on < t.today - $${n}::int and (${filter.sql})
           and u.state between 1 and 3 and u.due < t.today - $${n}::int)
       select l.map_id as "mapId", (array_agg(l.version_id order by v.number desc))[1] as "versionId",
              (array_agg(v.text_revision order by v.number desc))[1] as "textRevision", mn.key, min(mn.kind) as kind,
              count(*)::int as people, percentile_cont(0.5) within group (order by l.days) as "medianDays",
              (count(*) filter (where l.state = 3))::int as "waitingSignOff"
       from late l join map_version v on v.id = l.version_id join map_node mn on mn.version_id = l.version_id and mn.idx = l.idx
       where mn.required group by l.map_id, mn.key order by count(*) desc, "medianDays" desc, mn.key limit $${n + 1}`,
      [now, ...filter.params, days, limit],
    );
  }

  /** The region each unit stands in: the unit itself or the nearest one above. Units outside of regions are left out. */
  async sitesOf(tx: Tx, unitIds: readonly string[]): Promise<Map<string, { id: string; name: Text }>> {
    const found = await rows<{ unitId: string; id: string; name: Text }>(
      tx,
      `select distinct on (u.id) u.id as "unitId", r.id, r.name from org_unit u join org_unit r on r.kind = 'region' and u.path like r.path || '%'
       where u.id = any ($1::uuid[]) order by u.id, length(r.path) desc`,
      [unitIds],
    );
    return new Map(found.map(({ unitId, ...site }) => [unitId, site]));
  }

  async unitNames(tx: Tx, ids: readonly string[]): Promise<{ id: string; name: Text }[]> {
    return rows(tx, `select id, name from org_unit where id = any ($1::uuid[])`, [ids]);
  }

  async cohortsOf(tx: Tx, personIds: readonly string[]): Promise<{ id: string; name: Text; personId: string }[]> {
    return rows(
      tx,
      `select c.id, c.name, m.person_id as "personId" from cohort_member m join cohort c on c.id = m.cohort_id where m.person_id = any ($1::uuid[])`,
      [personIds],
    );
  }

  /** How often staff reminded each of these people, and when last. */
  async nudgesOf(
    tx: Tx,
    personIds: readonly string[],
  ): Promise<{ personId: string; times: number; lastDay: string }[]> {
    return rows(
      tx,
      `select person_id as "personId", count(*)::int as times, max(day) as "lastDay" from nudge
       where kind = 'staff' and person_id = any ($1::uuid[]) group by person_id`,
      [personIds],
    );
  }

  async mentorsOf(tx: Tx, personIds: readonly string[], now: Date): Promise<Map<string, string>> {
    const found = await rows<{ personId: string; supervisorId: string }>(
      tx,
      `select distinct on (person_id) person_id as "personId", supervisor_id as "supervisorId" from supervision
       where kind = 'mentor' and person_id = any ($1::uuid[]) and from_day <= $2::timestamptz::date + 1
         and (to_day is null or to_day >= $2::timestamptz::date) order by person_id, from_day desc, id`,
      [personIds, now],
    );
    return new Map(found.map((f) => [f.personId, f.supervisorId]));
  }
}
