import { Inject, Injectable } from '@nestjs/common';
import { addDays, daysBetween, localDayOf, type Clock, type LocalDay } from '@waymark/kernel';
import { CLOCK, type Tx, type Viewer } from '@waymark/platform';
import { AssignmentRepository } from '../assignment/assignment.repository.js';
import { Assignments } from '../assignment/assignments.service.js';
import { LearnerMaps, type OpenMap } from '../enrolment/learner-map.service.js';
import { isDone, NODE_STATES, type MapDocument } from '../learning-map/learning-map.js';
import { MapDocuments } from '../map-document/map-documents.service.js';
import { dayOfPath } from '../trainee/trainee-health.js';
import { TraineeRepository } from '../trainee/trainee.repository.js';
import { isLate } from '../unlocking/unlocking.js';

export interface TodayStepView {
  enrolmentId: string;
  nodeId: string;
  index: number;
  kind: string;
  title: string;
  state: string;
  minutes: number;
  dueOn: LocalDay | null;
  late: boolean;
  daysLate: number;
  unitsDone: number;
  unitsOf: number;
  scoreBp: number | null;
  targetKind: string | null;
  targetId: string | null;
  targetCode: string | null;
}
export interface MyAssignmentView {
  id: string;
  targetKind: string;
  targetId: string | null;
  targetCode: string;
  title: string;
  dueOn: LocalDay | null;
  completedOn: LocalDay | null;
  overdue: boolean;
  recurrence: string;
}
export interface TodayView {
  today: LocalDay;
  enrolmentId: string | null;
  mapTitle: string | null;
  versionId: string | null;
  day: number | null;
  days: number | null;
  stage: number | null;
  stages: { key: string; title: string; fromDay: number; toDay: number; done: number; total: number }[];
  ridge: number[];
  hoursThisWeek: number;
  nextStep: TodayStepView | null;
  dueSoon: TodayStepView[];
  overdue: number;
  assignmentsDue: MyAssignmentView[];
  assignmentsAhead: MyAssignmentView[];
  mentorId: string | null;
}

/** Days that count as soon, today included: on a Sunday the week to come matters, not the one that ends. */
const DUE_SOON = 7;
/** How much of what comes later is named; the rest has time. */
const AHEAD = 3;

/** What the learner's first page shows: where I am, what to do next, what is due. */
@Injectable()
export class TodayPage {
  constructor(
    @Inject(LearnerMaps) private readonly maps: LearnerMaps,
    @Inject(MapDocuments) private readonly documents: MapDocuments,
    @Inject(Assignments) private readonly assignments: Assignments,
    @Inject(AssignmentRepository) private readonly given: AssignmentRepository,
    @Inject(TraineeRepository) private readonly trainees: TraineeRepository,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  async of(tx: Tx, viewer: Viewer): Promise<TodayView> {
    const today = localDayOf(this.clock.now(), viewer.zone);
    const lastDay = addDays(today, DUE_SOON - 1);
    const map = await this.maps.mine(tx, viewer, null);
    const mentors = await this.trainees.mentorsOf(tx, [viewer.personId], this.clock.now());
    const open = (await this.myAssignments(tx, viewer)).filter((a) => !a.completedOn && a.targetKind !== 'map');
    const due = open.filter((a) => a.dueOn && a.dueOn <= lastDay);
    const ahead = open.filter((a) => !a.dueOn || a.dueOn > lastDay).slice(0, AHEAD);
    const base: TodayView = {
      today,
      enrolmentId: null,
      mapTitle: null,
      versionId: null,
      day: null,
      days: null,
      stage: null,
      stages: [],
      ridge: [],
      hoursThisWeek: 0,
      nextStep: null,
      dueSoon: [],
      overdue: due.filter((a) => a.overdue).length,
      assignmentsDue: due,
      assignmentsAhead: ahead,
      mentorId: mentors.get(viewer.personId) ?? null,
    };
    if (!map || map.row.status !== 'open') return base;
    const { plan, row, unlocked } = map;
    const document = await this.documents.document(tx, row.versionId, viewer.locale, row.textRevision);
    const steps = plan.nodes
      .map((node, i) => ({ node, i }))
      .filter(({ node, i }) => {
        const dueOn = row.columns.dueOn[i];
        if (node.notYet || !dueOn || dueOn > lastDay || isDone(unlocked.state[i] ?? 0)) return false;
        // What is optional and past its day is no debt: it stays on the map, not on the first page.
        return node.required || dueOn >= today;
      })
      .map(({ i }) => stepOf(map, document, i))
      .sort((a, b) =>
        (a.dueOn ?? '') < (b.dueOn ?? '') ? -1 : (a.dueOn ?? '') > (b.dueOn ?? '') ? 1 : a.index - b.index,
      );
    const day = dayOfPath(row.startDay, today);
    const byDay = plan.stages.findIndex((s) => day <= s.toDay);
    return {
      ...base,
      enrolmentId: row.id,
      mapTitle: document.title,
      versionId: row.versionId,
      day,
      days: plan.days,
      stage: byDay < 0 ? plan.stages.length - 1 : byDay,
      stages: document.stages.map((s, i) => ({
        key: s.key,
        title: s.title,
        fromDay: s.fromDay,
        toDay: s.toDay,
        done: unlocked.stageDone[i] ?? 0,
        total: unlocked.stageOf[i] ?? 0,
      })),
      ridge: plan.ridge,
      hoursThisWeek: plan.ridge[Math.floor((day - 1) / 7)] ?? 0,
      nextStep: map.here === null ? null : stepOf(map, document, map.here),
      dueSoon: steps,
      overdue: base.overdue + steps.filter((s) => s.late).length,
    };
  }

  async myAssignments(tx: Tx, viewer: Viewer): Promise<MyAssignmentView[]> {
    const today = localDayOf(this.clock.now(), viewer.zone);
    const list = await this.given.mine(tx, viewer.personId);
    const titles = await this.assignments.titles(tx, list, viewer.locale);
    return list.map((a) => ({
      id: a.id,
      targetKind: a.targetKind,
      targetId: a.targetId,
      targetCode: a.targetCode,
      title: titles.get(`${a.targetKind}:${a.targetCode}`) ?? a.targetCode,
      dueOn: a.dueAt,
      completedOn: a.completedOn,
      overdue: a.completedOn === null && a.dueAt !== null && a.dueAt < today,
      recurrence: a.recurrence,
    }));
  }
}

function stepOf(map: OpenMap, document: MapDocument, i: number): TodayStepView {
  const { row, plan, unlocked, today } = map;
  const node = plan.nodes[i];
  const dueOn = row.columns.dueOn[i] ?? null;
  const state = unlocked.state[i] ?? 0;
  const late = (node?.required ?? false) && isLate(state, dueOn, today);
  return {
    enrolmentId: row.id,
    nodeId: node?.id ?? '',
    index: i,
    kind: node?.kind ?? '',
    title: document.nodes[i]?.title ?? '',
    state: NODE_STATES[state] ?? 'locked',
    minutes: node?.minutes ?? 0,
    dueOn,
    late,
    daysLate: late && dueOn ? daysBetween(dueOn, today) : 0,
    unitsDone: row.columns.unitsDone[i] ?? 0,
    unitsOf: row.columns.unitsOf[i] ?? 0,
    scoreBp: row.columns.scoreBp[i] ?? null,
    targetKind: node?.target?.kind ?? null,
    targetId: node?.target?.id ?? null,
    targetCode: node?.target?.code ?? null,
  };
}
