import { Inject, Injectable } from '@nestjs/common';
import { PersonCards, Scope, Supervisions, WorkCalendars, type SupervisionKind } from '@waymark/identity';
import {
  daysBetween,
  decodeCursor,
  encodeCursor,
  localDayOf,
  pickText,
  workingDaysBetween,
  type Clock,
  type LocalDay,
  type Locale,
} from '@waymark/kernel';
import { CLOCK, type Tx, type Viewer } from '@waymark/platform';
import { EnrolmentRepository, type EnrolmentStatus } from '../enrolment/enrolment.repository.js';
import { isDone, NODE_STATES, STATE } from '../learning-map/learning-map.js';
import { MapDocuments } from '../map-document/map-documents.service.js';
import { traineeHealth, type HealthReason, type Light } from './trainee-health.js';
import { TraineeRepository, type PeopleFilter, type TraineeRow } from './trainee.repository.js';

export interface TraineeFilter {
  mapId?: string | null;
  light?: string | null;
  orgUnitId?: string | null;
  cohortId?: string | null;
  mentorId?: string | null;
  search?: string | null;
  status?: string | null;
}
export interface Trainee extends TraineeRow {
  light: Light;
  reasons: HealthReason[];
}
export interface TraineeView {
  enrolmentId: string;
  personId: string;
  mapTitle: string;
  mapCode: string;
  number: number;
  startDay: LocalDay;
  day: number;
  days: number;
  stage: number;
  stageTitle: string;
  done: number;
  total: number;
  overdue: number;
  nextDueOn: LocalDay | null;
  lastProgressOn: LocalDay | null;
  light: Light;
  reasons: HealthReason[];
  holdingNodeId: string | null;
  holdingNode: string | null;
  holdingState: string | null;
  holdingDays: number;
  mentorId: string | null;
  awayUntil: LocalDay | null;
  status: EnrolmentStatus;
}
export interface Counts {
  onTrack: number;
  atRisk: number;
  overdue: number;
  completed: number;
  total: number;
}
export interface Dashboard {
  counts: Counts;
  byUnit: (Counts & { id: string | null; name: string })[];
  byCohort: (Counts & { id: string | null; name: string })[];
  bySite: (Counts & { id: string | null; name: string })[];
  byMentor: (Counts & { id: string | null; name: string })[];
  stuckNodes: {
    mapId: string;
    nodeKey: string;
    title: string;
    kind: string;
    people: number;
    medianDays: number;
    waitingSignOff: number;
  }[];
  points: { enrolmentId: string; personId: string; day: number; percent: number; light: Light }[];
}

/** More days past due than this make a node one that holds people up. */
const STUCK_DAYS = 3;
const MAX_POINTS = 2_000;
const SEVERITY: Record<Light, number> = { overdue: 0, 'at-risk': 1, 'on-track': 2, done: 3 };

/** How people on maps are doing, for those who may know. */
@Injectable()
export class Trainees {
  constructor(
    @Inject(TraineeRepository) private readonly trainees: TraineeRepository,
    @Inject(EnrolmentRepository) private readonly enrolments: EnrolmentRepository,
    @Inject(MapDocuments) private readonly documents: MapDocuments,
    @Inject(WorkCalendars) private readonly calendars: WorkCalendars,
    @Inject(Supervisions) private readonly supervisions: Supervisions,
    @Inject(Scope) private readonly scope: Scope,
    @Inject(PersonCards) private readonly cards: PersonCards,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  /** People the viewer mentors or manages, the ones in trouble first. */
  async supervised(tx: Tx, viewer: Viewer, kinds: readonly SupervisionKind[]): Promise<TraineeView[]> {
    const people = await this.supervisions.superviseesOf(tx, viewer.personId, kinds);
    if (people.length === 0) return [];
    const list = await this.judged(tx, {
      sql: `e.person_id = any ($2::uuid[]) and e.status = 'open'`,
      params: [people.map((p) => p.personId)],
    });
    return this.decorate(tx, list.sort(worstFirst), viewer.locale);
  }

  async one(tx: Tx, enrolmentId: string, locale: Locale): Promise<TraineeView | null> {
    const list = await this.judged(tx, { sql: `e.id = $2`, params: [enrolmentId] });
    return (await this.decorate(tx, list, locale))[0] ?? null;
  }

  async page(
    tx: Tx,
    viewer: Viewer,
    filter: TraineeFilter,
    first: number,
    after: string | null,
  ): Promise<{ page: { view: TraineeView; cursor: string }[]; hasNextPage: boolean; total: number }> {
    const all = (await this.visible(tx, viewer, filter)).sort(worstFirst);
    const from = after ? decodeCursor(after) : null;
    const start = from ? all.findIndex((t) => isAfter(t, from as [number, number, string])) : 0;
    const slice = start < 0 ? [] : all.slice(start, start + first);
    const views = await this.decorate(tx, slice, viewer.locale);
    return {
      page: views.map((view, i) => ({ view, cursor: encodeCursor(keyOf(slice[i] as Trainee)) })),
      hasNextPage: start >= 0 && all.length > start + first,
      total: all.length,
    };
  }

  /** Every visible person as a row with site and cohorts, for export. */
  async all(
    tx: Tx,
    viewer: Viewer,
    filter: TraineeFilter,
  ): Promise<(TraineeView & { site: string | null; cohorts: string[] })[]> {
    const list = (await this.visible(tx, viewer, filter)).sort(worstFirst);
    const sites = await this.trainees.sitesOf(tx, [...new Set(list.flatMap((t) => t.orgUnitId ?? []))]);
    const cohorts = grouped(
      await this.trainees.cohortsOf(tx, [...new Set(list.map((t) => t.personId))]),
      (m) => m.personId,
    );
    const siteOf = new Map(list.map((t) => [t.id, t.orgUnitId ? sites.get(t.orgUnitId) : undefined]));
    return (await this.decorate(tx, list, viewer.locale)).map((t) => ({
      ...t,
      site: pickText(siteOf.get(t.enrolmentId)?.name, viewer.locale) || null,
      cohorts: (cohorts.get(t.personId) ?? []).map((m) => pickText(m.name, viewer.locale)),
    }));
  }

  async dashboard(tx: Tx, viewer: Viewer, filter: TraineeFilter): Promise<Dashboard> {
    const sql = this.filterSql(viewer, { ...filter, light: null });
    const [all, stuck] = await Promise.all([
      this.judged(tx, sql),
      this.trainees.stuckNodes(tx, this.clock.now(), sql, STUCK_DAYS, 12),
    ]);
    const shown = filter.light ? all.filter((t) => t.light === filter.light) : all;
    const stuckNodes = [];
    for (const s of stuck) {
      const plan = await this.documents.plan(tx, s.versionId);
      const document = await this.documents.document(tx, s.versionId, viewer.locale, s.textRevision);
      stuckNodes.push({
        mapId: s.mapId,
        nodeKey: s.key,
        title: document.nodes[plan.indexByKey.get(s.key) ?? -1]?.title ?? s.key,
        kind: s.kind,
        people: s.people,
        medianDays: s.medianDays,
        waitingSignOff: s.waitingSignOff,
      });
    }
    const unitIds = [...new Set(shown.flatMap((t) => (t.orgUnitId ? [t.orgUnitId] : [])))];
    const units = await this.trainees.unitNames(tx, unitIds);
    const inUnit = grouped(shown, (t) => t.orgUnitId);
    const byUnit = units.map((u) => ({
      id: u.id,
      name: pickText(u.name, viewer.locale),
      ...countsOf(inUnit.get(u.id) ?? []),
    }));
    const ofPerson = grouped(shown, (t) => t.personId);
    const members = await this.trainees.cohortsOf(tx, [...ofPerson.keys()]);
    const byCohort = [...grouped(members, (m) => m.id)].map(([id, list]) => ({
      id,
      name: pickText(list[0]?.name, viewer.locale),
      ...countsOf(list.flatMap((m) => ofPerson.get(m.personId) ?? [])),
    }));
    return {
      counts: countsOf(shown),
      byUnit: worstGroupFirst(byUnit),
      byCohort,
      bySite: await this.bySite(tx, shown, viewer.locale),
      byMentor: await this.byMentor(tx, shown, viewer.locale),
      stuckNodes,
      points: [...shown]
        .filter((t) => t.status === 'open')
        .sort(worstFirst)
        .slice(0, MAX_POINTS)
        .map((t) => ({
          enrolmentId: t.id,
          personId: t.personId,
          day: t.day,
          percent: t.total === 0 ? 100 : Math.round((t.done / t.total) * 100),
          light: t.light,
        })),
    };
  }

  /** The nearest region above each person's unit. */
  private async bySite(tx: Tx, shown: readonly Trainee[], locale: Locale): Promise<Dashboard['bySite']> {
    const sites = await this.trainees.sitesOf(tx, [...new Set(shown.flatMap((t) => t.orgUnitId ?? []))]);
    const groups = grouped(shown, (t) => (t.orgUnitId ? (sites.get(t.orgUnitId)?.id ?? null) : null));
    const names = new Map([...sites.values()].map((s) => [s.id, pickText(s.name, locale)]));
    return worstGroupFirst(
      [...groups].flatMap(([id, list]) => (id ? [{ id, name: names.get(id) ?? '', ...countsOf(list) }] : [])),
    );
  }

  private async byMentor(tx: Tx, shown: readonly Trainee[], locale: Locale): Promise<Dashboard['byMentor']> {
    const groups = grouped(shown, (t) => t.mentorId);
    const cards = await this.cards.load(
      tx,
      [...groups.keys()].filter((id) => id !== null),
      locale,
    );
    return worstGroupFirst(
      [...groups].map(([id, list]) => ({ id, name: (id && cards.get(id)?.name) || '', ...countsOf(list) })),
    );
  }

  private async visible(tx: Tx, viewer: Viewer, filter: TraineeFilter): Promise<Trainee[]> {
    const all = await this.judged(tx, this.filterSql(viewer, filter));
    return filter.light ? all.filter((t) => t.light === filter.light) : all;
  }

  private async judged(tx: Tx, filter: PeopleFilter): Promise<Trainee[]> {
    const list = await this.trainees.list(tx, this.clock.now(), filter);
    const calendar = await this.calendars.load(tx);
    const waited = new Map<string, number>();
    const mentored = new Map<string, boolean>();
    for (const versionId of new Set(list.map((t) => t.versionId)))
      mentored.set(versionId, (await this.documents.plan(tx, versionId)).mentored);
    return list.map((t) => {
      let waitingWorkingDays = 0;
      if (t.waitingSince) {
        const since = localDayOf(t.waitingSince, 'UTC');
        const key = `${since}/${t.today}`;
        waitingWorkingDays = waited.get(key) ?? workingDaysBetween(calendar, since, t.today);
        waited.set(key, waitingWorkingDays);
      }
      const coached = mentored.get(t.versionId) ?? false;
      // Named one by one: copying a driver's row as a whole takes twenty times as long, and there are ten thousand.
      const { light, reasons } = traineeHealth({
        status: t.status,
        day: t.day,
        done: t.done,
        total: t.total,
        overdue: t.overdue,
        pastDue: t.pastDue,
        idleDays: t.idleDays,
        waiting: t.waiting,
        waitingWorkingDays,
        away: t.awayUntil !== null,
        lacksMentor: coached && t.mentorId === null,
        missedCheckIns: coached ? t.weeksOver - t.checkIns : 0,
        weeksOver: t.weeksOver,
      });
      return Object.assign(t, { light, reasons });
    });
  }

  private filterSql(viewer: Viewer, filter: TraineeFilter): PeopleFilter {
    const scope = this.scope.visiblePersonsSql(viewer, 'learning:progress', 'e.person_id', 2);
    const params = [...scope.params];
    const parts = [scope.sql];
    const place = (value: unknown): string => `$${params.push(value) + 1}`;
    if (filter.status !== 'all') parts.push(`e.status = ${place(filter.status ?? 'open')}`);
    if (filter.mapId) parts.push(`e.map_id = ${place(filter.mapId)}`);
    if (filter.orgUnitId) {
      parts.push(`exists (select 1 from current_position fp join org_unit fu on fu.id = fp.org_unit_id join org_unit ft on fu.path like ft.path || '%'
        where fp.person_id = e.person_id and ft.id = ${place(filter.orgUnitId)})`);
    }
    if (filter.cohortId)
      parts.push(
        `exists (select 1 from cohort_member fm where fm.person_id = e.person_id and fm.cohort_id = ${place(filter.cohortId)})`,
      );
    if (filter.mentorId) {
      parts.push(
        `exists (select 1 from supervision fs where fs.person_id = e.person_id and fs.kind = 'mentor' and fs.supervisor_id = ${place(filter.mentorId)}
          and fs.from_day <= $1::timestamptz::date + 1 and (fs.to_day is null or fs.to_day >= $1::timestamptz::date))`,
      );
    }
    const search = filter.search?.trim().toLowerCase();
    if (search) parts.push(`pp.name_search like ${place(`%${search.replaceAll(/[\\%_]/g, '\\$&')}%`)}`);
    return { sql: parts.join(' and '), params };
  }

  private async decorate(tx: Tx, list: readonly Trainee[], locale: Locale): Promise<TraineeView[]> {
    if (list.length === 0) return [];
    const progress = new Map(
      (
        await this.enrolments.progressOf(
          tx,
          list.map((t) => t.id),
        )
      ).map((p) => [p.id, p]),
    );
    const mentors = await this.trainees.mentorsOf(
      tx,
      list.map((t) => t.personId),
      this.clock.now(),
    );
    const out: TraineeView[] = [];
    for (const t of list) {
      const p = progress.get(t.id);
      const plan = await this.documents.plan(tx, t.versionId);
      const document = await this.documents.document(tx, t.versionId, locale, p?.textRevision ?? 0);
      const state = p?.columns.state ?? [];
      const open = plan.nodes.map((n, i) => ({ n, i })).filter(({ n, i }) => n.required && !isDone(state[i] ?? 0));
      const stage = open.reduce((min, { n }) => Math.min(min, n.stage), plan.stages.length - 1);
      const due = (i: number): string => p?.columns.dueOn[i] ?? '9999-12-31';
      const holding = open
        .filter(({ i }) => state[i] !== STATE.locked)
        .sort((a, b) => (due(a.i) < due(b.i) ? -1 : due(a.i) > due(b.i) ? 1 : a.i - b.i))[0];
      const holdingDue = holding ? (p?.columns.dueOn[holding.i] ?? null) : null;
      out.push({
        enrolmentId: t.id,
        personId: t.personId,
        mapTitle: document.title,
        mapCode: plan.code,
        number: plan.number,
        startDay: t.startDay,
        day: t.day,
        days: plan.days,
        stage,
        stageTitle: document.stages[stage]?.title ?? '',
        done: t.done,
        total: t.total,
        overdue: t.overdue,
        nextDueOn: t.nextDueOn,
        lastProgressOn: t.lastProgressOn,
        light: t.light,
        reasons: t.reasons,
        holdingNodeId: holding?.n.id ?? null,
        holdingNode: holding ? (document.nodes[holding.i]?.title ?? null) : null,
        holdingState: holding ? (NODE_STATES[state[holding.i] ?? 0] ?? null) : null,
        holdingDays: holdingDue ? daysBetween(holdingDue, t.today) : 0,
        mentorId: mentors.get(t.personId) ?? null,
        awayUntil: t.awayUntil,
        status: t.status,
      });
    }
    return out;
  }
}

function grouped<T, K>(list: readonly T[], key: (item: T) => K): Map<K, T[]> {
  const out = new Map<K, T[]>();
  for (const item of list) {
    const group = out.get(key(item));
    if (group) group.push(item);
    else out.set(key(item), [item]);
  }
  return out;
}

function countsOf(list: readonly Trainee[]): Counts {
  const n = (light: Light): number => list.filter((t) => t.light === light).length;
  return {
    onTrack: n('on-track'),
    atRisk: n('at-risk'),
    overdue: n('overdue'),
    completed: n('done'),
    total: list.length,
  };
}

function worstGroupFirst<T extends Counts & { name: string }>(groups: readonly T[]): T[] {
  return [...groups].sort((a, b) => b.overdue - a.overdue || b.atRisk - a.atRisk || (a.name < b.name ? -1 : 1));
}

const NEVER = -100_000;

/** Severity, then what is past due the longest (or due next), then the enrolment. */
function keyOf(t: Trainee): [number, number, string] {
  return [SEVERITY[t.light], -(t.pastDue ?? NEVER), t.id];
}
function worstFirst(a: Trainee, b: Trainee): number {
  return (
    SEVERITY[a.light] - SEVERITY[b.light] ||
    (b.pastDue ?? NEVER) - (a.pastDue ?? NEVER) ||
    (a.id < b.id ? -1 : a.id > b.id ? 1 : 0)
  );
}
function isAfter(t: Trainee, [severity, due, id]: [number, number, string]): boolean {
  const [s, d, i] = keyOf(t);
  return s - severity > 0 || (s === severity && (d - due > 0 || (d === due && i > id)));
}
