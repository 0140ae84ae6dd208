import { Inject, Injectable, type OnModuleInit } from '@nestjs/common';
import { Activities, Scope, Supervisions, WorkCalendars, type SupervisorOf } from '@waymark/identity';
import {
  Conflict,
  InvalidInput,
  isLocalDay,
  localDayOf,
  NotFound,
  RuleViolation,
  workingDaysBetween,
  type Clock,
  type LocalDay,
  type WorkCalendarRule,
} from '@waymark/kernel';
import { can, CLOCK, Db, FilePolicies, Files, maybeOne, Outbox, rows, type Tx, type Viewer } from '@waymark/platform';
import { DueDays } from '../enrolment/due-days.service.js';
import { EnrolmentRepository, type ProgressRow } from '../enrolment/enrolment.repository.js';
import { Progress } from '../enrolment/progress.service.js';
import { STATE, type Evidence } from '../learning-map/learning-map.js';
import { MapDocuments, type MapPlan, type PlanNode } from '../map-document/map-documents.service.js';
import { dayOfPath } from '../trainee/trainee-health.js';
import { unlock } from '../unlocking/unlocking.js';
import { approversOf, decidesInPlaceOf } from './approvers.js';
import { milestoneReturned, milestoneSigned, milestoneSubmitted } from './milestone.events.js';
import { isTimely, missingEvidence } from './milestone.js';
import {
  MilestoneRepository,
  type EvidenceFields,
  type EvidenceRow,
  type SubmissionRow,
} from './milestone.repository.js';

export const EVIDENCE_OWNER = 'evidence';
const MAX_EVIDENCE = 60;
/** UTC+14. */
const FIRST_ZONE = 'Pacific/Kiritimati';

export interface EvidenceInput {
  kind: string;
  on?: LocalDay | null;
  title?: string | null;
  note?: string | null;
  url?: string | null;
  fileId?: string | null;
}
export interface RoundView extends SubmissionRow {
  evidence: (EvidenceRow & { fileName: string | null })[];
  /** Working days since it was handed in; 0 unless it waits. */
  waitingDays: number;
}
export interface MilestoneView {
  enrolmentId: string;
  versionId: string;
  textRevision: number;
  nodeId: string;
  node: PlanNode;
  personId: string;
  requirement: Evidence;
  counted: number;
  rounds: RoundView[];
  approverIds: string[];
  missing: string[];
}
export interface SignOffView {
  milestone: Omit<MilestoneView, 'missing' | 'approverIds'>;
  submission: RoundView;
  day: number;
  startDay: LocalDay;
}

export interface Deciding {
  /** When what the approver looked at was handed in. */
  seenAt?: Date | null;
  at?: Date;
}

interface Place {
  enrolment: ProgressRow;
  plan: MapPlan;
  index: number;
  node: PlanNode;
  evidence: Evidence;
}

/** Evidence, submission, sign-off and return. What was handed in stays as it was until somebody decides. */
@Injectable()
export class Milestones implements OnModuleInit {
  constructor(
    @Inject(Db) private readonly db: Db,
    @Inject(CLOCK) private readonly clock: Clock,
    @Inject(MilestoneRepository) private readonly milestones: MilestoneRepository,
    @Inject(EnrolmentRepository) private readonly enrolments: EnrolmentRepository,
    @Inject(DueDays) private readonly dueDays: DueDays,
    @Inject(MapDocuments) private readonly documents: MapDocuments,
    @Inject(Progress) private readonly progress: Progress,
    @Inject(Supervisions) private readonly supervisions: Supervisions,
    @Inject(WorkCalendars) private readonly calendars: WorkCalendars,
    @Inject(Activities) private readonly activities: Activities,
    @Inject(Outbox) private readonly outbox: Outbox,
    @Inject(Scope) private readonly scope: Scope,
    @Inject(Files) private readonly files: Files,
    @Inject(FilePolicies) private readonly policies: FilePolicies,
  ) {}

  onModuleInit(): void {
    this.policies.register(EVIDENCE_OWNER, {
      kinds: ['image', 'document', 'office', 'video', 'audio'],
      personal: true,
      office: 'keep',
      mayUpload: (viewer) => can(viewer, 'signed-in'),
      canRead: async (tx, viewer, file) => {
        if (!viewer) return false;
        if (file.uploadedBy === viewer.personId) return true;
        const used = await maybeOne<{ personId: string }>(
          tx,
          `select s.person_id as "personId" from milestone_evidence v join milestone_submission s on s.id = v.submission_id where v.file_id = $1 limit 1`,
          [file.id],
        );
        return used !== null && this.mayRead(tx, viewer, used.personId);
      },
    });
  }

  async view(tx: Tx, viewer: Viewer, enrolmentId: string, nodeId: string): Promise<MilestoneView> {
    const place = await this.place(tx, enrolmentId, nodeId);
    if (!(await this.mayRead(tx, viewer, place.enrolment.personId))) throw new NotFound('enrolment-unknown');
    return this.viewOf(tx, place);
  }

  async save(
    personId: string,
    enrolmentId: string,
    nodeId: string,
    content: { text?: string | null; number?: number | null },
  ): Promise<void> {
    await this.db.transaction(async (tx) => {
      const place = await this.mine(tx, personId, enrolmentId, nodeId);
      const draft = await this.draft(tx, place);
      await this.milestones.setContent(
        tx,
        draft.id,
        content.text ?? draft.text,
        content.number === undefined ? draft.number : content.number,
      );
    });
  }

  async addEvidence(personId: string, enrolmentId: string, nodeId: string, input: EvidenceInput): Promise<void> {
    const at = this.clock.now();
    await this.db.transaction(async (tx) => {
      const place = await this.mine(tx, personId, enrolmentId, nodeId);
      const fields = this.checked(input, place.enrolment.startDay);
      const draft = await this.draft(tx, place);
      const before = await this.milestones.evidence(tx, [draft.id]);
      if (before.length >= MAX_EVIDENCE) throw new RuleViolation('evidence-too-much', { max: MAX_EVIDENCE });
      if (fields.fileId)
        await this.files.attach(tx, [fields.fileId], { ownerType: EVIDENCE_OWNER, ownerId: draft.id }, personId);
      await this.milestones.addEvidence(tx, draft.id, fields, at);
      await this.count(tx, place, draft.id);
    });
  }

  async changeEvidence(
    personId: string,
    evidenceId: string,
    input: EvidenceInput,
  ): Promise<{ enrolmentId: string; nodeId: string }> {
    return this.db.transaction(async (tx) => {
      const { row, place } = await this.ownEvidence(tx, personId, evidenceId);
      const fields = this.checked({ ...input, fileId: row.fileId, kind: row.kind }, place.enrolment.startDay);
      await this.milestones.changeEvidence(tx, evidenceId, fields);
      return { enrolmentId: place.enrolment.id, nodeId: place.node.id };
    });
  }

  async removeEvidence(personId: string, evidenceId: string): Promise<{ enrolmentId: string; nodeId: string }> {
    return this.db.transaction(async (tx) => {
      const { row, place } = await this.ownEvidence(tx, personId, evidenceId);
      const orphan = await this.milestones.removeEvidence(tx, evidenceId, row.fileId);
      if (orphan && row.fileId) await this.files.remove(tx, [row.fileId]);
      await this.count(tx, place, row.id);
      return { enrolmentId: place.enrolment.id, nodeId: place.node.id };
    });
  }

  /**
   * Who may sign confirms an entry of the counter, or takes that back, until the round is decided. A learner who changes
   * the entry afterwards has it confirmed anew.
   */
  async confirmEntry(
    approverId: string,
    evidenceId: string,
    confirmed: boolean,
  ): Promise<{ enrolmentId: string; nodeId: string }> {
    return this.db.transaction(async (tx) => {
      const row = await this.milestones.byEvidence(tx, evidenceId);
      if (!row || !(await this.approvers(tx, row.personId)).includes(approverId))
        throw new NotFound('evidence-unknown');
      if (row.kind !== 'entry') throw new RuleViolation('evidence-not-an-entry');
      if (row.status === 'signed' || row.status === 'returned') throw new RuleViolation('milestone-decided');
      await this.milestones.setConfirmed(
        tx,
        evidenceId,
        confirmed ? approverId : null,
        confirmed ? this.clock.now() : null,
      );
      const place = await this.placeByKey(tx, row.enrolmentId, row.nodeKey);
      return { enrolmentId: place.enrolment.id, nodeId: place.node.id };
    });
  }

  /** Hands the draft in and freezes it. @throws RuleViolation 'evidence-missing' {missing} */
  async submit(personId: string, enrolmentId: string, nodeId: string, at: Date = this.clock.now()): Promise<string> {
    return this.db.transaction(async (tx) => {
      const place = await this.mine(tx, personId, enrolmentId, nodeId, at);
      const draft = await this.draft(tx, place, at);
      const evidence = await this.milestones.evidence(tx, [draft.id]);
      const missing = missingEvidence(place.evidence, contentOf(draft, evidence));
      if (missing.length > 0) throw new RuleViolation('evidence-missing', { missing });
      await this.milestones.setSubmitted(tx, draft.id, at);
      const approverIds = await this.approvers(tx, personId);
      await this.take(tx, place, STATE.submitted, at);
      await this.activities.record(tx, {
        verb: 'milestone.submitted',
        personId,
        subjectType: 'map-node',
        subjectId: place.node.id,
        subjectVersion: place.plan.versionId,
        result: { round: draft.round, key: place.node.key, enrolmentId },
        occurredAt: at,
      });
      await this.outbox.publish(tx, milestoneSubmitted, {
        personId,
        occurredAt: at,
        payload: {
          milestoneSubmissionId: draft.id,
          nodeId: place.node.id,
          enrolmentId,
          round: draft.round,
          approverIds,
        },
      });
      return draft.id;
    });
  }

  async sign(approverId: string, submissionId: string, comment = '', deciding: Deciding = {}): Promise<void> {
    await this.decide(approverId, submissionId, 'signed', comment.trim(), deciding);
  }

  /** @throws InvalidInput 'comment-required' */
  async return(approverId: string, submissionId: string, comment: string, deciding: Deciding = {}): Promise<void> {
    if (comment.trim() === '') throw new InvalidInput('comment-required');
    await this.decide(approverId, submissionId, 'returned', comment.trim(), deciding);
  }

  /**
   * One decision for a submission: the row lock lets one of two mentors through, the other gets a Conflict that names
   * the first. Whoever may not decide does not learn that there is something to decide.
   * @throws Conflict 'evidence-changed' when it was handed in anew since it was looked at
   */
  private async decide(
    approverId: string,
    submissionId: string,
    status: 'signed' | 'returned',
    comment: string,
    { seenAt, at = this.clock.now() }: Deciding,
  ): Promise<void> {
    await this.db.transaction(async (tx) => {
      const submission = await this.milestones.lock(tx, submissionId);
      const supervisors = submission ? await this.supervisors(tx, submission.personId) : [];
      if (!submission || !approversOf(submission.personId, supervisors).includes(approverId))
        throw new NotFound('submission-unknown');
      if (submission.status !== 'submitted') {
        const first = await maybeOne<{ name: string | null }>(
          tx,
          `select name from person_profile where person_id = $1`,
          [submission.decidedBy],
        );
        throw new Conflict('milestone-not-waiting', {
          status: submission.status,
          by: first?.name ?? null,
          at: submission.decidedAt?.toISOString() ?? null,
        });
      }
      const place = await this.placeByKey(tx, submission.enrolmentId, submission.nodeKey);
      if (seenAt && submission.submittedAt?.getTime() !== seenAt.getTime()) throw new Conflict('evidence-changed');
      const inPlaceOf = decidesInPlaceOf(approverId, supervisors);
      await this.milestones.setDecided(tx, submissionId, { status, by: approverId, inPlaceOf, comment, at });
      await this.take(tx, place, status === 'signed' ? STATE.completed : STATE.inProgress, at);
      const payload = {
        milestoneSubmissionId: submissionId,
        nodeId: place.node.id,
        enrolmentId: submission.enrolmentId,
        round: submission.round,
        decidedBy: approverId,
      };
      const { zone } = await this.zone(tx, approverId);
      const timely = isTimely(
        await this.calendars.load(tx),
        localDayOf(submission.submittedAt as Date, zone),
        localDayOf(at, zone),
      );
      if (status === 'signed') {
        await this.activities.record(tx, {
          verb: 'milestone.signed',
          personId: submission.personId,
          subjectType: 'map-node',
          subjectId: place.node.id,
          subjectVersion: place.plan.versionId,
          result: { round: submission.round, key: place.node.key, enrolmentId: submission.enrolmentId },
          occurredAt: at,
        });
      }
      await this.activities.record(tx, {
        verb: 'signoff.decided',
        personId: approverId,
        subjectType: 'milestone-submission',
        subjectId: submissionId,
        result: { decision: status, timely, round: submission.round },
        occurredAt: at,
      });
      await this.outbox.publish(tx, status === 'signed' ? milestoneSigned : milestoneReturned, {
        personId: submission.personId,
        occurredAt: at,
        payload,
      });
    });
  }

  async round(tx: Tx, submissionId: string): Promise<RoundView> {
    const submission = await this.milestones.lock(tx, submissionId);
    if (!submission) throw new NotFound('submission-unknown');
    const [view] = await this.roundViews(tx, [submission], await this.calendars.load(tx));
    return view as RoundView;
  }

  /** What waits for the person's decision, longest first, with all earlier rounds. */
  async inbox(tx: Tx, viewer: Viewer): Promise<SignOffView[]> {
    const today = localDayOf(this.clock.now(), viewer.zone);
    const waiting = await this.milestones.waitingFor(tx, viewer.personId, today, 100);
    if (waiting.length === 0) return [];
    const all = await this.roundViews(tx, await this.milestones.roundsOf(tx, waiting), await this.calendars.load(tx));
    const enrolments = new Map(
      (
        await rows<{ id: string; versionId: string; startDay: LocalDay; textRevision: number }>(
          tx,
          `select e.id, e.version_id as "versionId", e.start_day as "startDay", v.text_revision as "textRevision"
           from enrolment e join map_version v on v.id = e.version_id where e.id = any ($1::uuid[])`,
          [waiting.map((w) => w.enrolmentId)],
        )
      ).map((e) => [e.id, e]),
    );
    const out: SignOffView[] = [];
    for (const w of waiting) {
      const e = enrolments.get(w.enrolmentId);
      const plan = e && (await this.documents.plan(tx, e.versionId));
      const node = plan?.nodes[plan.indexByKey.get(w.nodeKey) ?? -1];
      const submission = all.find((r) => r.id === w.id);
      if (!e || !plan || !node?.evidence || !submission) continue;
      const rounds = all.filter((r) => r.enrolmentId === w.enrolmentId && r.nodeKey === w.nodeKey);
      out.push({
        milestone: {
          enrolmentId: e.id,
          versionId: e.versionId,
          textRevision: e.textRevision,
          nodeId: node.id,
          node,
          personId: w.personId,
          requirement: node.evidence,
          counted: submission.evidence.filter((v) => v.kind === 'entry').length,
          rounds,
        },
        submission,
        startDay: e.startDay,
        day: dayOfPath(e.startDay, today),
      });
    }
    return out;
  }

  async approvers(tx: Tx, personId: string): Promise<string[]> {
    return (await this.approversOf(tx, [personId])).get(personId) ?? [];
  }

  private async supervisors(tx: Tx, personId: string): Promise<SupervisorOf[]> {
    const found = await this.supervisions.supervisorsOf(tx, [personId], ['mentor', 'delegate', 'manager']);
    return found.get(personId) ?? [];
  }

  async approversOf(tx: Tx, personIds: readonly string[]): Promise<Map<string, string[]>> {
    const found = await this.supervisions.supervisorsOf(tx, personIds, ['mentor', 'delegate', 'manager']);
    return new Map(personIds.map((id) => [id, approversOf(id, found.get(id) ?? [])]));
  }

  /** Evidence is for the learner, those who may decide, and L&D in their scope. */
  async mayRead(tx: Tx, viewer: Viewer, personId: string): Promise<boolean> {
    if (viewer.personId === personId) return true;
    if ((await this.approvers(tx, personId)).includes(viewer.personId)) return true;
    return this.scope.canSee(tx, viewer, personId, ['learning:progress']);
  }

  private async viewOf(tx: Tx, place: Place): Promise<MilestoneView> {
    const { enrolment, plan, node, evidence } = place;
    const rounds = await this.roundViews(
      tx,
      await this.milestones.rounds(tx, enrolment.id, node.key),
      await this.calendars.load(tx),
    );
    const current = rounds[0];
    const missing: string[] = current
      ? missingEvidence(evidence, contentOf(current, current.evidence))
      : missingEvidence(evidence, { text: '', number: null, entries: 0, files: 0 });
    if ((await this.stateToday(tx, place)) === STATE.locked) missing.unshift('locked');
    return {
      enrolmentId: enrolment.id,
      versionId: plan.versionId,
      textRevision: enrolment.textRevision,
      nodeId: node.id,
      node,
      personId: enrolment.personId,
      requirement: evidence,
      counted: current?.evidence.filter((v) => v.kind === 'entry').length ?? 0,
      rounds,
      approverIds: await this.approvers(tx, enrolment.personId),
      missing,
    };
  }

  private async roundViews(tx: Tx, list: readonly SubmissionRow[], calendar: WorkCalendarRule): Promise<RoundView[]> {
    const evidence = await this.milestones.evidence(
      tx,
      list.map((s) => s.id),
    );
    const info = await this.files.info(
      tx,
      evidence.flatMap((v) => (v.fileId ? [v.fileId] : [])),
    );
    const { zone } = await this.zone(tx, list[0]?.personId ?? null);
    const today = localDayOf(this.clock.now(), zone);
    return list.map((s) => ({
      ...s,
      evidence: evidence
        .filter((v) => v.submissionId === s.id)
        .map((v) => ({ ...v, fileName: v.fileId ? (info.get(v.fileId)?.name ?? null) : null })),
      waitingDays:
        s.status === 'submitted' && s.submittedAt
          ? workingDaysBetween(calendar, localDayOf(s.submittedAt, zone), today)
          : 0,
    }));
  }

  private async zone(tx: Tx, personId: string | null): Promise<{ zone: string }> {
    const found = personId
      ? await maybeOne<{ zone: string }>(tx, `select zone from person_profile where person_id = $1`, [personId])
      : null;
    return found ?? { zone: 'UTC' };
  }

  private async place(tx: Tx, enrolmentId: string, nodeId: string): Promise<Place> {
    const enrolment = await this.enrolments.progress(tx, enrolmentId);
    if (!enrolment) throw new NotFound('enrolment-unknown');
    const plan = await this.documents.plan(tx, enrolment.versionId);
    return placeIn(enrolment, plan, await this.documents.placeOf(tx, plan, nodeId));
  }

  private async placeByKey(tx: Tx, enrolmentId: string, key: string): Promise<Place> {
    const enrolment = await this.enrolments.progress(tx, enrolmentId);
    if (!enrolment) throw new NotFound('enrolment-unknown');
    const plan = await this.documents.plan(tx, enrolment.versionId);
    return placeIn(enrolment, plan, plan.indexByKey.get(key));
  }

  /** The learner's own milestone, which must be open to work on. */
  private async mine(
    tx: Tx,
    personId: string,
    enrolmentId: string,
    nodeId: string,
    at: Date = this.clock.now(),
  ): Promise<Place> {
    const place = await this.place(tx, enrolmentId, nodeId);
    if (place.enrolment.personId !== personId || place.enrolment.status === 'withdrawn')
      throw new NotFound('enrolment-unknown');
    if ((await this.stateToday(tx, place, at)) === STATE.locked) throw new RuleViolation('node-locked');
    return place;
  }

  /** Day gates open with the first zone on earth where the day has begun: work is never refused that the screen offers. */
  private async stateToday(tx: Tx, place: Place, at: Date = this.clock.now()): Promise<number> {
    const { plan, enrolment, index } = place;
    const today = localDayOf(at, FIRST_ZONE);
    const away = await this.dueDays.awayOf(tx, enrolment.leaves, plan.workingDays);
    return unlock(plan, enrolment.columns.state, enrolment.startDay, today, away).state[index] ?? STATE.locked;
  }

  /** The draft round, locked; made from the returned round when there is one. */
  private async draft(tx: Tx, place: Place, now: Date = this.clock.now()): Promise<SubmissionRow> {
    const { enrolment, node } = place;
    await this.enrolments.lockProgress(tx, [enrolment.id]);
    const [last] = await this.milestones.rounds(tx, enrolment.id, node.key);
    if (last?.status === 'submitted') throw new RuleViolation('milestone-submitted');
    if (last?.status === 'signed' || (place.enrolment.columns.state[place.index] ?? 0) >= STATE.completed) {
      throw new RuleViolation('milestone-done');
    }
    if (last?.status === 'draft') return last;
    const id = await this.milestones.insertRound(tx, {
      enrolmentId: enrolment.id,
      nodeKey: node.key,
      personId: enrolment.personId,
      round: (last?.round ?? 0) + 1,
      from: last ?? null,
      now,
    });
    await this.take(tx, place, STATE.inProgress, now);
    return (await this.milestones.lock(tx, id)) as SubmissionRow;
  }

  private async ownEvidence(
    tx: Tx,
    personId: string,
    evidenceId: string,
  ): Promise<{ row: SubmissionRow & { fileId: string | null; kind: string }; place: Place }> {
    const row = await this.milestones.byEvidence(tx, evidenceId);
    if (!row || row.personId !== personId) throw new NotFound('evidence-unknown');
    if (row.status !== 'draft') throw new RuleViolation('milestone-submitted');
    return { row, place: await this.placeByKey(tx, row.enrolmentId, row.nodeKey) };
  }

  /** The counter on the map shows the entries of the round being written. */
  private async count(tx: Tx, place: Place, submissionId: string): Promise<void> {
    if (place.evidence.kind !== 'counter') return;
    const entries = (await this.milestones.evidence(tx, [submissionId])).filter((e) => e.kind === 'entry').length;
    const of = Math.round(place.evidence.target ?? 0);
    const { zone } = await this.zone(tx, place.enrolment.personId);
    await this.progress.count(
      tx,
      place.enrolment.id,
      place.node.key,
      Math.min(entries, of),
      of,
      localDayOf(this.clock.now(), zone),
    );
  }

  private async take(tx: Tx, place: Place, state: number, at: Date): Promise<void> {
    const { zone } = await this.zone(tx, place.enrolment.personId);
    await this.progress.take(tx, [
      { enrolmentId: place.enrolment.id, at, facts: [{ key: place.node.key, state, day: localDayOf(at, zone) }] },
    ]);
  }

  private checked(input: EvidenceInput, startDay: LocalDay): EvidenceFields {
    const title = input.title?.trim() ?? '';
    const note = input.note?.trim() ?? '';
    if (input.kind === 'file' && input.fileId)
      return { kind: 'file', on: null, title, note, url: null, fileId: input.fileId };
    if (input.kind === 'link' && /^https?:\/\/[^\s]+$/i.test(input.url ?? '')) {
      return { kind: 'link', on: null, title, note, url: input.url as string, fileId: null };
    }
    if (input.kind === 'entry' && input.on && isLocalDay(input.on) && title !== '') {
      const tomorrow = localDayOf(this.clock.now(), FIRST_ZONE);
      if (input.on > tomorrow) throw new InvalidInput('entry-in-future', { on: input.on });
      if (input.on < startDay) throw new InvalidInput('entry-before-start', { on: input.on, startDay });
      return { kind: 'entry', on: input.on, title, note, url: null, fileId: null };
    }
    throw new InvalidInput('evidence-invalid', { kind: input.kind });
  }
}

function placeIn(enrolment: ProgressRow, plan: MapPlan, index: number | undefined): Place {
  const node = index === undefined ? undefined : plan.nodes[index];
  if (index === undefined || !node) throw new NotFound('map-node-unknown');
  if (node.kind !== 'milestone' || !node.evidence) throw new RuleViolation('node-not-a-milestone');
  return { enrolment, plan, index, node, evidence: node.evidence };
}

function contentOf(round: Pick<SubmissionRow, 'text' | 'number'>, evidence: readonly EvidenceRow[]) {
  return {
    text: round.text,
    number: round.number,
    entries: evidence.filter((e) => e.kind === 'entry').length,
    files: evidence.filter((e) => e.kind !== 'entry').length,
  };
}
