import { Inject, Injectable, Logger } from '@nestjs/common';
import { DomainError, newId, NotFound, RuleViolation, Transient, type Clock } from '@waymark/kernel';
import { afterCommit, CLOCK, Db, HandlesJob, Jobs, type JobRun, type Viewer } from '@waymark/platform';
import { QuestionVersions } from '../question/question-versions.service.js';
import { analysisSteps, pooled, type AnalysisItem } from './analysis.js';
import { CollectedAnswers, hasChoices } from './answers.js';
import { calibrationPeople, calibrationProblem, estimateProblem } from './screening.js';
import { analyseAssessment, refreshStatistics } from './statistics.jobs.js';
import {
  ATTEMPTS_COUNTED,
  beginAnalysis,
  cancelAnalysis,
  endAnalysis,
  findAnalysis,
  finishedAttempts,
  giveUpLost,
  insertAnalysis,
  itemsByQuestionVersion,
  latestAnalyses,
  lockQuestionVersions,
  outdatedVersions,
  pulseAnalysis,
  saveCalibration,
  saveQuestionVersions,
  saveVersionResult,
  versionHead,
  type AnalysisKind,
  type AnalysisRow,
  type AttemptsCounted,
  type CalibratedItem,
  type VersionHead,
  type VersionResult,
} from './statistics.repository.js';
import { calibrationSteps, LEAST_FOR_CALIBRATION, type CalibrationStep } from './two-parameter.js';

/** Attempts read at once: a paper may have 300 places. */
const PORTION = 100;
/** Other work of the process gets a turn this often. */
const TURN_MS = 15;
const PULSE_MS = 500;
const LOST_MS = 60 * 60_000;

type Turn = (done: number) => Promise<void>;
class Cancelled extends Error {}

/** Computes and keeps the statistics and calibrations of quizzes and exams. */
@Injectable()
export class Statistics {
  private readonly logger = new Logger(Statistics.name);

  constructor(
    @Inject(Db) private readonly db: Db,
    @Inject(QuestionVersions) private readonly questions: QuestionVersions,
    @Inject(Jobs) private readonly jobs: Jobs,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  /**
   * Asks for an analysis; one of its kind that is open already is answered instead.
   * @throws NotFound assessment-not-found; RuleViolation statistics-no-attempts, calibration-too-few
   */
  async ask(viewer: Viewer, versionId: string, kind: AnalysisKind): Promise<AnalysisRow> {
    return this.db.transaction(async (tx) => {
      const head = await versionHead(tx, versionId);
      if (!head) throw new NotFound('assessment-not-found');
      if (head.attempts === 0) throw new RuleViolation('statistics-no-attempts');
      if (kind === 'calibration' && head.attempts < LEAST_FOR_CALIBRATION)
        throw new RuleViolation('calibration-too-few', { least: LEAST_FOR_CALIBRATION, attempts: head.attempts });
      const now = this.clock.now();
      await giveUpLost(tx, versionId, kind, new Date(now.getTime() - LOST_MS), now);
      const made = await insertAnalysis(tx, {
        id: newId(),
        versionId,
        kind,
        requestedBy: viewer.personId,
        at: now,
      });
      if (!made) {
        const open = (await latestAnalyses(tx, versionId)).find((a) => a.kind === kind);
        if (!open) throw new Transient();
        return open;
      }
      afterCommit(tx, () => this.jobs.enqueue(analyseAssessment, { analysisId: made.id }, { key: made.id }));
      return made;
    });
  }

  /** @throws NotFound analysis-not-found; RuleViolation analysis-finished */
  async cancel(id: string): Promise<AnalysisRow> {
    return this.db.transaction(async (tx) => {
      const stopped = await cancelAnalysis(tx, id, this.clock.now());
      if (stopped) return stopped;
      throw (await findAnalysis(tx, id)) ? new RuleViolation('analysis-finished') : new NotFound('analysis-not-found');
    });
  }

  @HandlesJob(analyseAssessment)
  async run({ analysisId }: { analysisId: string }, run: JobRun): Promise<void> {
    const analysis = await this.db.transaction((tx) => beginAnalysis(tx, analysisId));
    if (!analysis) return;
    const turn = this.turns(analysis.id, run);
    try {
      const more =
        analysis.kind === 'statistics'
          ? await this.compute(analysis.version_id, turn)
          : await this.calibrate(analysis.version_id, turn);
      await this.db.transaction((tx) => endAnalysis(tx, analysis.id, 'done', this.clock.now(), more));
    } catch (error) {
      if (error instanceof Cancelled)
        return this.db.transaction((tx) => endAnalysis(tx, analysis.id, 'cancelled', this.clock.now()));
      // What is only cut off for now is taken up again by the next try.
      if (error instanceof DomainError && error.kind === 'transient') throw error;
      this.logger.error({ msg: 'analysis failed', analysisId, err: error });
      const problem = error instanceof DomainError ? error.code : 'unexpected';
      await this.db.transaction((tx) => endAnalysis(tx, analysis.id, 'failed', this.clock.now(), { problem }));
    }
  }

  @HandlesJob(refreshStatistics)
  async refresh(_payload: object, run: JobRun): Promise<number> {
    const outdated = await this.db.read((tx) => outdatedVersions(tx));
    for (const [i, { version_id: versionId }] of outdated.entries()) {
      await run.progress(i, outdated.length);
      await this.compute(versionId, this.turns(null, run));
    }
    return outdated.length;
  }

  /** Lets the event loop turn, writes the progress and stops where somebody asked for it. */
  private turns(analysisId: string | null, run: JobRun): Turn {
    let turned = Number.NEGATIVE_INFINITY;
    let pulsed = turned;
    return async (done) => {
      if (run.signal.aborted) throw new Transient();
      const now = performance.now();
      if (now - turned < TURN_MS) return;
      await new Promise<void>((resolve) => setImmediate(resolve));
      turned = performance.now();
      if (analysisId === null || now - pulsed < PULSE_MS) return;
      pulsed = now;
      if (await this.db.transaction((tx) => pulseAnalysis(tx, analysisId, Math.floor(done)))) throw new Cancelled();
      await run.progress(Math.floor(done), 100);
    };
  }

  /** First attempts and all attempts of a version, question by question. */
  private async answers(
    head: VersionHead,
    upTo: number,
    turn: Turn,
  ): Promise<Record<AttemptsCounted, CollectedAnswers>> {
    const first = new CollectedAnswers();
    const all = new CollectedAnswers();
    let after: string | null = null;
    for (;;) {
      const portion = await this.db.read((tx) => finishedAttempts(tx, head.id, after, PORTION));
      for (const attempt of portion) {
        all.add(attempt);
        if (attempt.number === 1) first.add(attempt);
      }
      await turn((upTo * all.people) / Math.max(1, head.attempts));
      const last = portion.at(-1);
      if (!last || portion.length < PORTION) return { first, all };
      after = last.id;
    }
  }

  private async compute(versionId: string, turn: Turn): Promise<{ people: number }> {
    const head = await this.db.read((tx) => versionHead(tx, versionId));
    if (!head) throw new NotFound('assessment-not-found');
    const answers = await this.answers(head, 50, turn);
    const questions = await this.db.read((tx) => this.questions.load(tx, [...answers.all.items.keys()]));
    const at = this.clock.now();
    const results: VersionResult[] = [];
    for (const [n, attempts] of ATTEMPTS_COUNTED.entries()) {
      const { people, items } = answers[attempts];
      const list = [...items].flatMap(([questionVersionId, answer]): AnalysisItem[] => {
        const q = questions.get(questionVersionId);
        if (!q) return [];
        const choices = hasChoices(q.type);
        return [
          {
            ...answer,
            questionVersionId,
            keys: choices ? (q.body.choices ?? []) : [],
            right: choices ? (q.key.choices ?? []) : [],
            single: q.type === 'single' || q.type === 'truefalse',
          },
        ];
      });
      const steps = analysisSteps(people, list);
      for (let step = steps.next(); ; step = steps.next()) {
        if (step.done) {
          results.push({
            versionId,
            attempts,
            test: step.value.test,
            items: step.value.items.map((m, i) => ({
              ...m,
              questionVersionId: (list[i] as AnalysisItem).questionVersionId,
            })),
            seen: head.seen,
            at,
          });
          break;
        }
        await turn(50 + 25 * n + (25 * step.value.done) / Math.max(1, step.value.total));
      }
    }
    const ids = [...questions.keys()];
    await this.db.transaction(async (tx) => {
      await lockQuestionVersions(tx, ids);
      for (const result of results) {
        await saveVersionResult(tx, result);
        const known = await itemsByQuestionVersion(tx, ids, result.attempts);
        await saveQuestionVersions(
          tx,
          result.attempts,
          [...known].map(([questionVersionId, list]) => {
            const q = questions.get(questionVersionId);
            const single = q?.type === 'single' || q?.type === 'truefalse';
            return { ...pooled(list, { right: q?.key.choices ?? [], single }), questionVersionId };
          }),
          at,
        );
      }
    });
    return { people: answers.first.people };
  }

  private async calibrate(
    versionId: string,
    turn: Turn,
  ): Promise<{ people: number; iterations: number; converged: boolean; logLikelihood: number }> {
    const head = await this.db.read((tx) => versionHead(tx, versionId));
    if (!head) throw new NotFound('assessment-not-found');
    const { first } = await this.answers(head, 30, turn);
    const ids = [...first.items.keys()];
    const list = [...first.items.values()];
    const problems = list.map(calibrationProblem);
    const use = [...list.keys()].filter((i) => problems[i] === null);
    if (use.length < 3) throw new RuleViolation('calibration-too-few-questions');
    const steps = calibrationSteps(use.length, calibrationPeople(first.people, list, use));
    for (let step = steps.next(); ; step = steps.next()) {
      if (!step.done) {
        await turn(progressOf(step.value));
        continue;
      }
      const fit = step.value;
      const estimates = new Map(use.map((at, n) => [at, fit.items[n] ?? null]));
      const items = list.map((item, i): CalibratedItem & { questionVersionId: string } => {
        const estimate = estimates.get(i) ?? null;
        return {
          questionVersionId: ids[i] as string,
          answered: item.share.length,
          a: estimate?.a ?? null,
          aSe: estimate?.aSe ?? null,
          b: estimate?.b ?? null,
          bSe: estimate?.bSe ?? null,
          problem: problems[i] ?? (estimate ? estimateProblem(estimate) : 'unstable'),
        };
      });
      await this.db.transaction((tx) => saveCalibration(tx, versionId, items, this.clock.now()));
      const { people, iterations, converged, logLikelihood } = fit;
      return { people, iterations, converged, logLikelihood };
    }
  }
}

/** How many iterations there will be nobody knows: the bar comes nearer to 80 with each. */
function progressOf(step: CalibrationStep): number {
  return step.phase === 'estimate'
    ? 30 + 50 * (1 - Math.exp(-step.done / 40))
    : 80 + (20 * step.done) / Math.max(1, step.total);
}
