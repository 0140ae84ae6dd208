import { Inject, Injectable } from '@nestjs/common';
import { Audit, Scope, Supervisions, WorkCalendars } from '@waymark/identity';
import { localDayOf, newId, workingDaysBetween, type Clock } from '@waymark/kernel';
import { CLOCK, Db, execute, HandlesJob, Outbox, rows, type NewEvent, type Tx, type Viewer } from '@waymark/platform';
import { MapDocuments } from '../map-document/map-documents.service.js';
import { approversOf } from '../milestone/approvers.js';
import { milestoneWaiting } from '../milestone/milestone.events.js';
import { DECISION_WORKING_DAYS } from '../milestone/milestone.js';
import {
  nodeNudgeDue,
  overdueEscalated,
  type NodeNudgeDue,
  type NudgeItem,
  type OverdueEscalated,
} from './nudge.events.js';
import { nudgeDue, remindSignOffs } from './nudge.jobs.js';

/** Local hour from which a day's nudges go out. */
const MORNING = 8;
/** People named in one escalation. */
const ESCALATED_NAMED = 50;

/** Nobody is urged on while away. */
const AWAY = (person: string, day: string): string =>
  `exists (select 1 from leave_of_absence la where la.person_id = ${person} and la.cancelled_at is null and ${day} between la.from_day and la.to_day)`;

interface NudgeRow {
  personId: string;
  kind: NudgeItem['kind'];
  subjectId: string;
  nodeKey: string;
  dueOn: string;
}

/** Reminders of due days: three days before, on the day, three and seven after, each once; and those staff send. */
@Injectable()
export class Nudges {
  constructor(
    @Inject(Db) private readonly db: Db,
    @Inject(CLOCK) private readonly clock: Clock,
    @Inject(MapDocuments) private readonly documents: MapDocuments,
    @Inject(Supervisions) private readonly supervisions: Supervisions,
    @Inject(WorkCalendars) private readonly calendars: WorkCalendars,
    @Inject(Scope) private readonly scope: Scope,
    @Inject(Audit) private readonly audit: Audit,
    @Inject(Outbox) private readonly outbox: Outbox,
  ) {}

  /**
   * Finds everything due in one statement, writes it down under its unique key and publishes one event per person.
   * A run that comes late still sends the newest step; a run that comes twice sends nothing, and two at once take turns.
   * Nobody is told in quiet hours, nor twice on one of their days: what turns up later in the day is told with the next.
   * Returns the people.
   */
  @HandlesJob(nudgeDue)
  async due(): Promise<number> {
    return this.db.transaction(async (tx) => {
      await execute(tx, `select pg_advisory_xact_lock(hashtext('learning.nudges'))`);
      const fresh = await rows<NudgeRow>(
        tx,
        `with local as (
           select z.zone, ($1::timestamptz at time zone z.zone)::date as today
           from (select distinct zone from person_profile) z
           cross join lateral (select extract(hour from $1::timestamptz at time zone z.zone)::int as hour) t
           cross join company_setting q
           where t.hour >= $2 and not case when q.quiet_from <= q.quiet_to then t.hour >= q.quiet_from and t.hour < q.quiet_to
                                           else t.hour >= q.quiet_from or t.hour < q.quiet_to end
         ), due as (
           select e.person_id, e.id as subject_id, n.key as node_key, pr.due_on[n.idx + 1] as due, l.today
           from enrolment e
           join person p on p.id = e.person_id and p.status = 'active'
           join person_profile pp on pp.person_id = e.person_id
           join local l on l.zone = pp.zone
           join enrolment_progress pr on pr.enrolment_id = e.id
           join map_node n on n.version_id = e.version_id and n.required
           where e.status = 'open' and e.next_due_on <= l.today + 3
             and width_bucket(l.today + 3, e.open_due) > width_bucket(l.today - 14, e.open_due)
             and pr.state[n.idx + 1] < 3 and pr.due_on[n.idx + 1] between l.today - 13 and l.today + 3
             and not ${AWAY('e.person_id', 'l.today')}
           union all
           select ap.person_id, ap.assignment_id, '', ap.due_on, l.today
           from assignment_person ap
           join assignment a on a.id = ap.assignment_id and a.ended_at is null and a.target_kind <> 'map'
           join person p on p.id = ap.person_id and p.status = 'active'
           join person_profile pp on pp.person_id = ap.person_id
           join local l on l.zone = pp.zone
           where ap.completed_on is null and ap.ended_at is null and ap.due_on between l.today - 13 and l.today + 3
             and not ${AWAY('ap.person_id', 'l.today')}
         )
         insert into nudge (id, person_id, kind, subject_id, node_key, due_on, day, created_at)
         select gen_random_uuid(), person_id,
                case when due > today then 'before-3' when due = today then 'on-day' when due > today - 7 then 'after-3' else 'after-7' end,
                subject_id, node_key, due, today, $1
         from due where (due >= today or due <= today - 3)
           and not exists (select 1 from nudge n where n.person_id = due.person_id and n.day = due.today and n.kind <> 'staff')
         on conflict do nothing
         returning person_id as "personId", kind, subject_id as "subjectId", node_key as "nodeKey", due_on as "dueOn"`,
        [this.clock.now(), MORNING],
      );
      await this.escalate(
        tx,
        fresh.filter((f) => f.kind === 'after-7').map((f) => f.personId),
      );
      return this.publish(tx, fresh, null);
    });
  }

  /** What is a week overdue goes to the L&D leads in whose scope the people are; mentor and manager are told with the learner. */
  private async escalate(tx: Tx, personIds: readonly string[]): Promise<void> {
    if (personIds.length === 0) return;
    const leads = await rows<{ leadId: string; personIds: string[] }>(
      tx,
      `select g.person_id as "leadId", array_agg(distinct w.id order by w.id) as "personIds"
       from unnest($1::uuid[]) w(id)
       left join current_position c on c.person_id = w.id left join org_unit cu on cu.id = c.org_unit_id
       join permission_grant g on g.role = 'ld-lead' and g.person_id <> w.id
         and g.from_day <= $2::timestamptz::date and (g.to_day is null or g.to_day >= $2::timestamptz::date)
       join person p on p.id = g.person_id and p.status = 'active'
       left join org_unit gu on gu.id = g.org_unit_id
       where g.org_unit_id is null or cu.path like gu.path || '%'
       group by g.person_id`,
      [[...new Set(personIds)], this.clock.now()],
    );
    await this.outbox.publishMany(
      tx,
      overdueEscalated,
      leads.map((l): NewEvent<OverdueEscalated> => ({
        personId: l.leadId,
        payload: { people: l.personIds.length, personIds: l.personIds.slice(0, ESCALATED_NAMED) },
      })),
    );
  }

  /** Staff urge chosen people on: what is overdue, or the next thing due; once a day for each person, and nobody on leave. */
  async byStaff(viewer: Viewer, enrolmentIds: readonly string[]): Promise<{ nudged: number; skipped: number }> {
    const now = this.clock.now();
    return this.db.transaction(async (tx) => {
      const scope = this.scope.visiblePersonsSql(viewer, 'learning:nudge', 'e.person_id', 4);
      const chosen = await rows<{
        personId: string;
        subjectId: string;
        nodeKey: string | null;
        dueOn: string | null;
        fresh: boolean;
      }>(
        tx,
        `with chosen as (
           select distinct on (e.person_id) e.person_id, e.id, f.key, f.due, ($1::timestamptz at time zone pp.zone)::date as today
           from enrolment e
           join person p on p.id = e.person_id and p.status = 'active'
           join person_profile pp on pp.person_id = e.person_id
           join enrolment_progress pr on pr.enrolment_id = e.id
           left join lateral (
             select n.key, u.due from unnest(pr.state, pr.due_on) with ordinality as u(state, due, i)
             join map_node n on n.version_id = e.version_id and n.idx = u.i - 1 and n.required
             where u.state in (1, 2) order by u.due nulls last, u.i limit 1) f on true
           where e.id = any ($2::uuid[]) and e.status = 'open' and ${scope.sql}
           order by e.person_id, e.next_due_on nulls last, e.id
         ), written as (
           insert into nudge (id, person_id, kind, subject_id, node_key, due_on, day, created_by, created_at)
           select gen_random_uuid(), person_id, 'staff', id, coalesce(key, ''), due, today, $3, $1 from chosen
           where not ${AWAY('chosen.person_id', 'chosen.today')}
           on conflict (person_id, day) where kind = 'staff' do nothing returning person_id
         )
         select c.person_id as "personId", c.id as "subjectId", c.key as "nodeKey", c.due as "dueOn", w.person_id is not null as fresh
         from chosen c left join written w on w.person_id = c.person_id`,
        [now, enrolmentIds, viewer.personId, ...scope.params],
      );
      const fresh = chosen.filter((c) => c.fresh);
      await this.publish(
        tx,
        fresh.map((c) => ({
          personId: c.personId,
          kind: 'staff',
          subjectId: c.subjectId,
          nodeKey: c.nodeKey ?? '',
          dueOn: c.dueOn ?? '',
        })),
        viewer.personId,
      );
      if (fresh.length > 0) {
        await this.audit.record(tx, {
          actorId: viewer.personId,
          action: 'people.nudged',
          subjectType: 'nudge',
          subjectId: newId(),
          changes: [{ field: 'people', from: null, to: fresh.length }],
        });
      }
      return { nudged: fresh.length, skipped: chosen.length - fresh.length };
    });
  }

  /** Reminds those who may decide about submissions that wait longer than three working days; once for each. */
  @HandlesJob(remindSignOffs)
  async signOffs(): Promise<number> {
    const now = this.clock.now();
    return this.db.transaction(async (tx) => {
      const calendar = await this.calendars.load(tx);
      const waiting = await rows<{
        id: string;
        enrolmentId: string;
        nodeKey: string;
        personId: string;
        versionId: string;
        submittedAt: Date;
        zone: string;
      }>(
        tx,
        `select s.id, s.enrolment_id as "enrolmentId", s.node_key as "nodeKey", s.person_id as "personId", e.version_id as "versionId",
                s.submitted_at as "submittedAt", pp.zone
         from milestone_submission s join enrolment e on e.id = s.enrolment_id join person_profile pp on pp.person_id = s.person_id
         join person p on p.id = s.person_id and p.status = 'active'
         where s.status = 'submitted' and s.reminded_at is null order by s.submitted_at for update of s skip locked`,
      );
      const late = waiting
        .map((w) => ({
          ...w,
          days: workingDaysBetween(calendar, localDayOf(w.submittedAt, w.zone), localDayOf(now, w.zone)),
        }))
        .filter((w) => w.days > DECISION_WORKING_DAYS);
      if (late.length === 0) return 0;
      const supervisors = await this.supervisions.supervisorsOf(
        tx,
        late.map((w) => w.personId),
        ['mentor', 'delegate', 'manager'],
      );
      const events: NewEvent<NonNullable<(typeof milestoneWaiting)['__payload']>>[] = [];
      for (const w of late) {
        const plan = await this.documents.plan(tx, w.versionId);
        events.push({
          personId: w.personId,
          payload: {
            milestoneSubmissionId: w.id,
            nodeId: plan.nodes[plan.indexByKey.get(w.nodeKey) ?? -1]?.id ?? w.id,
            enrolmentId: w.enrolmentId,
            approverIds: approversOf(w.personId, supervisors.get(w.personId) ?? []),
            waitingDays: w.days,
          },
        });
      }
      await execute(tx, `update milestone_submission set reminded_at = $2 where id = any ($1::uuid[])`, [
        late.map((w) => w.id),
        now,
      ]);
      await this.outbox.publishMany(tx, milestoneWaiting, events);
      return late.length;
    });
  }

  private async publish(tx: Tx, fresh: readonly NudgeRow[], byStaff: string | null): Promise<number> {
    if (fresh.length === 0) return 0;
    const versions = new Map(
      (
        await rows<{ id: string; versionId: string }>(
          tx,
          `select id, version_id as "versionId" from enrolment where id = any ($1::uuid[])`,
          [[...new Set(fresh.map((f) => f.subjectId))]],
        )
      ).map((e) => [e.id, e.versionId]),
    );
    const items = new Map<string, NudgeItem[]>();
    for (const f of fresh) {
      const versionId = versions.get(f.subjectId);
      const plan = versionId ? await this.documents.plan(tx, versionId) : null;
      const item: NudgeItem = {
        kind: f.kind,
        enrolmentId: versionId ? f.subjectId : null,
        assignmentId: versionId ? null : f.subjectId,
        nodeId: plan?.nodes[plan.indexByKey.get(f.nodeKey) ?? -1]?.id ?? null,
        dueOn: f.dueOn || null,
      };
      const list = items.get(f.personId);
      if (list) list.push(item);
      else items.set(f.personId, [item]);
    }
    const supervisors = await this.supervisions.supervisorsOf(tx, [...items.keys()], ['mentor', 'delegate', 'manager']);
    const events = [...items].map(([personId, list]): NewEvent<NodeNudgeDue> => {
      const of = (...kinds: string[]): string[] =>
        (supervisors.get(personId) ?? []).filter((s) => kinds.includes(s.kind)).map((s) => s.supervisorId);
      const mentorIds = [...new Set(of('mentor', 'delegate'))];
      return { personId, payload: { items: list, mentorIds, managerIds: of('manager'), byStaff } };
    });
    await this.outbox.publishMany(tx, nodeNudgeDue, events);
    return events.length;
  }
}
