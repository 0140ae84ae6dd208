import { Inject, Injectable } from '@nestjs/common';
import { addDays, InvalidInput, NotFound, type LocalDay } from '@waymark/kernel';
import { one, rows, type Tx, type Viewer } from '@waymark/platform';
import { CheckIns } from '../check-in/check-ins.service.js';
import { LearnerMaps } from '../enrolment/learner-map.service.js';
import { isDone, NODE_STATES, STATE } from '../learning-map/learning-map.js';
import { MapDocuments } from '../map-document/map-documents.service.js';
import { dayOfPath } from '../trainee/trainee-health.js';
import { Trainees } from '../trainee/trainees.service.js';
import { isLate } from '../unlocking/unlocking.js';
import type { StageReportModel } from './stage-report.model.js';
import { stageVerdict } from './stage-report.js';

const hours = (minutes: number): number => Math.round(minutes / 6) / 10;

/** One page for a manager: what a stage asked for, what is there. */
@Injectable()
export class StageReports {
  constructor(
    @Inject(LearnerMaps) private readonly maps: LearnerMaps,
    @Inject(MapDocuments) private readonly documents: MapDocuments,
    @Inject(CheckIns) private readonly checkIns: CheckIns,
    @Inject(Trainees) private readonly trainees: Trainees,
  ) {}

  /** @param stage index; null = the stage of the present day. @throws NotFound, InvalidInput 'stage-unknown' */
  async of(tx: Tx, viewer: Viewer, enrolmentId: string, stage: number | null): Promise<StageReportModel> {
    const map = await this.maps.of(tx, viewer, enrolmentId);
    const { row, plan, today, unlocked } = map;
    const trainee = await this.trainees.one(tx, enrolmentId, viewer.locale);
    if (!trainee) throw new NotFound('enrolment-unknown');
    const day = dayOfPath(row.startDay, today);
    const byDay = plan.stages.findIndex((s) => day <= s.toDay);
    const index = stage ?? (byDay < 0 ? plan.stages.length - 1 : byDay);
    const shown = plan.stages[index];
    if (!shown) throw new InvalidInput('stage-unknown', { stage: index });
    const document = await this.documents.document(tx, row.versionId, viewer.locale, row.textRevision);
    const nodes = plan.nodes
      .map((node, i) => ({
        node,
        title: document.nodes[i]?.title ?? '',
        state: unlocked.state[i] ?? STATE.locked,
        dueOn: row.columns.dueOn[i] ?? null,
        scoreBp: row.columns.scoreBp[i] ?? null,
        held: row.columns.unitsDone[i] ?? 0,
        of: row.columns.unitsOf[i] ?? 0,
      }))
      .filter(({ node }) => !node.notYet);
    const inStage = nodes.filter(({ node }) => node.stage === index);
    const tests = inStage.filter(({ node, state }) => isTest(node.kind) && node.required && state !== STATE.waived);
    const milestones = inStage.filter(({ node, state }) => node.kind === 'milestone' && state !== STATE.waived);
    const required = milestones.filter(({ node }) => node.required);
    const checkIns = await this.checkIns.of(tx, viewer, enrolmentId);
    const fromOn = addDays(row.startDay, shown.fromDay - 1);
    const toOn = addDays(row.startDay, shown.toDay - 1);
    const meetings = inStage.find(({ node }) => node.kind === 'mentor-meetings');
    const rounds = await this.rounds(tx, enrolmentId);
    const done = inStage.filter(({ state }) => isDone(state));
    const verdict = stageVerdict({
      done: unlocked.stageDone[index] ?? 0,
      of: unlocked.stageOf[index] ?? 0,
      testsBp: tests.map((t) => t.scoreBp),
      milestonesSigned: required.filter(({ state }) => isDone(state)).length,
      milestonesOf: required.length,
      checkIns,
      over: today > toOn,
    });
    return {
      enrolmentId,
      personId: row.personId,
      mentorId: trainee.mentorId,
      mapTitle: document.title,
      startDay: row.startDay,
      today,
      day,
      days: plan.days,
      stage: index,
      stages: document.stages.map((s, i) => ({
        title: s.title,
        goal: s.goal,
        fromDay: s.fromDay,
        toDay: s.toDay,
        fromOn: addDays(row.startDay, s.fromDay - 1),
        toOn: addDays(row.startDay, s.toDay - 1),
        done: unlocked.stageDone[i] ?? 0,
        of: unlocked.stageOf[i] ?? 0,
      })),
      ...verdict,
      tests: tests.map((t) => ({
        nodeId: t.node.id,
        title: t.title,
        kind: t.node.kind,
        score: t.scoreBp === null ? null : Math.floor(t.scoreBp / 10) / 10,
        state: NODE_STATES[t.state] ?? 'locked',
        dueOn: t.dueOn,
      })),
      milestones: milestones.map((m) => ({
        nodeId: m.node.id,
        title: m.title,
        state: NODE_STATES[m.state] ?? 'locked',
        required: m.node.required,
        late: m.node.required && isLate(m.state, m.dueOn, today),
        dueOn: m.dueOn,
        rounds: rounds.get(m.node.key)?.rounds ?? 0,
        signedAt: rounds.get(m.node.key)?.signedAt ?? null,
        signedById: rounds.get(m.node.key)?.signedBy ?? null,
      })),
      hoursPlanned: hours(inStage.reduce((n, { node }) => n + (node.required ? node.minutes : 0), 0)),
      hoursDone: hours(done.reduce((n, { node }) => n + (node.required ? node.minutes : 0), 0)),
      hoursCredited: hours(await this.credited(tx, row.personId, fromOn, toOn)),
      meetingsHeld: meetings?.held ?? null,
      meetingsOf: meetings?.of ?? null,
      overdue: inStage.filter(({ node, state, dueOn }) => node.required && isLate(state, dueOn, today)).length,
      light: trainee.light,
      reasons: trainee.reasons,
    };
  }

  private async rounds(
    tx: Tx,
    enrolmentId: string,
  ): Promise<Map<string, { rounds: number; signedAt: Date | null; signedBy: string | null }>> {
    const found = await rows<{ key: string; rounds: number; signedAt: Date | null; signedBy: string | null }>(
      tx,
      `select node_key as key, (count(*) filter (where status <> 'draft'))::int as rounds,
              max(decided_at) filter (where status = 'signed') as "signedAt",
              (array_agg(decided_by) filter (where status = 'signed'))[1] as "signedBy"
       from milestone_submission where enrolment_id = $1 group by node_key`,
      [enrolmentId],
    );
    return new Map(found.map((f) => [f.key, f]));
  }

  private async credited(tx: Tx, personId: string, from: LocalDay, to: LocalDay): Promise<number> {
    const { minutes } = await one<{ minutes: number }>(
      tx,
      `select coalesce(sum(credited_minutes), 0)::int as minutes from activity_record where person_id = $1 and local_day between $2 and $3`,
      [personId, from, to],
    );
    return minutes;
  }
}

function isTest(kind: string): boolean {
  return kind === 'quiz' || kind === 'exam';
}
