import { Inject, Injectable } from '@nestjs/common';
import { eventBatch, type Tx } from '@waymark/platform';
import { Activities } from '@waymark/identity';
import { AssessmentVersions, type FrozenAssessment } from '../assessment/assessment-versions.service.js';
import { QuestionVersions, type FrozenQuestion } from '../question/question-versions.service.js';
import { basisPoints, fraction, reaches, type Fraction } from '../grading/fraction.js';
import {
  comparesWords,
  isMissed,
  markAnswer,
  pendingCount,
  scoreOf,
  type GradingPolicy,
  type Mark,
} from '../grading/grading.js';
import { ChineseVariants } from '../question/chinese-variants.service.js';
import { isBlank } from '../question/question.js';
import { mayStep, stateAfterMarking, type SubmittedBy } from './attempt-state.js';
import { attemptFinished, questionMissed } from './attempt.events.js';
import { writeOutcomes, type AttemptRow, type Outcome, type StoredSave } from './attempt.repository.js';
import type { PaperEntry } from './paper.js';
import { mergeSaves } from './save-merge.js';

export interface Closing {
  attempt: AttemptRow;
  saves: readonly StoredSave[];
  submittedAt: Date;
  submittedBy: SubmittedBy;
  /** When the result is released if no grader is needed. */
  releasedAt: Date;
}

export interface Announcement {
  attempt: Pick<AttemptRow, 'id' | 'assessment_id' | 'version_id' | 'person_id' | 'number' | 'paper'>;
  version: FrozenAssessment;
  outcome: Outcome;
  occurredAt: Date;
  /** Handed in just now, as against a result that a grader released or changed. */
  submitted: boolean;
  /** The result is a pass that was none before. */
  newlyPassed: boolean;
  /** What the result was before a regrade. */
  regraded?: { scoreBp: number; passed: boolean };
}

/** The score of a marked paper. */
export function scoreOfPaper(paper: readonly PaperEntry[], marks: readonly Mark[]): Fraction {
  return scoreOf(paper.map((entry, i) => ({ points: entry.p, topic: entry.t, mark: marks[i] as Mark })));
}

/** Marks, scores and announces attempts, as many at once as there are. */
@Injectable()
export class AttemptFinisher {
  constructor(
    @Inject(AssessmentVersions) private readonly versions: AssessmentVersions,
    @Inject(QuestionVersions) private readonly questions: QuestionVersions,
    @Inject(ChineseVariants) private readonly variants: ChineseVariants,
    @Inject(Activities) private readonly activities: Activities,
  ) {}

  /**
   * @param closings open attempts, locked by the caller
   * @param savesSeen see `writeOutcomes`: false, and nothing done, when an answer came in between
   */
  async finish(tx: Tx, closings: readonly Closing[], savesSeen?: number): Promise<boolean> {
    if (closings.length === 0) return true;
    const versions = await this.versions.load(
      tx,
      closings.map((c) => c.attempt.version_id),
    );
    const questions = await this.questions.load(
      tx,
      closings.flatMap((c) => c.attempt.paper.map((e) => e.v)),
      Math.max(...closings.map((c) => c.attempt.keys_now)),
    );
    const fold = [...questions.values()].some(comparesWords) ? await this.variants.fold() : undefined;
    const announcements = closings.map((closing): Announcement => {
      const { attempt } = closing;
      const version = versions.get(attempt.version_id);
      if (!version) throw new Error(`attempt ${attempt.id} has an unpublished version`);
      const outcome = this.mark(closing, version, questions, fold);
      if (!mayStep(attempt.state, outcome.state)) throw new Error(`attempt ${attempt.id} is ${attempt.state}`);
      return {
        attempt,
        version,
        outcome,
        occurredAt: closing.submittedAt,
        submitted: true,
        newlyPassed: outcome.passed === true,
      };
    });
    const outcomes = announcements.map((a) => a.outcome);
    if (!(await writeOutcomes(tx, outcomes, savesSeen))) return false;
    await this.announce(tx, announcements);
    return true;
  }

  private mark(
    closing: Closing,
    version: FrozenAssessment,
    questions: ReadonlyMap<string, FrozenQuestion>,
    fold: GradingPolicy['fold'],
  ): Outcome {
    const { attempt } = closing;
    const answers = mergeSaves(closing.saves);
    const policy = { locale: attempt.locale, gradeShortAnswers: version.gradeShortAnswers, ...(fold ? { fold } : {}) };
    const marks = attempt.paper.map((entry, i) => {
      const question = questions.get(entry.v);
      if (!question) throw new Error(`attempt ${attempt.id} has an unknown question ${entry.v}`);
      return markAnswer(question, answers.get(i + 1)?.answer ?? null, policy);
    });
    const pending = pendingCount(marks);
    const state = stateAfterMarking(pending);
    const score = state === 'graded' ? scoreOfPaper(attempt.paper, marks) : null;
    return {
      id: attempt.id,
      state,
      submittedAt: closing.submittedAt,
      submittedBy: closing.submittedBy,
      marks,
      pendingCount: pending,
      answeredCount: [...answers.values()].filter((s) => !isBlank(s.answer)).length,
      scoreNum: score?.num ?? null,
      scoreDen: score?.den ?? null,
      passed: score === null ? null : reaches(score, version.passMark),
      releasedAt: score === null ? null : closing.releasedAt,
      release: score === null ? 0 : 1,
      keySeq: attempt.keys_now,
    };
  }

  /**
   * Writes new marks of locked attempts that were handed in; results that are complete or changed by them are scored and
   * told to everybody who depends on them.
   */
  async settle(
    tx: Tx,
    list: readonly { attempt: AttemptRow; marks: Mark[] }[],
    now: Date,
    byRegrade = false,
  ): Promise<Outcome[]> {
    if (list.length === 0) return [];
    const versions = await this.versions.load(
      tx,
      list.map((l) => l.attempt.version_id),
    );
    const announcements: Announcement[] = [];
    const outcomes = list.map(({ attempt, marks }): Outcome => {
      const version = versions.get(attempt.version_id);
      if (!version) throw new Error(`attempt ${attempt.id} has an unpublished version`);
      const pending = pendingCount(marks);
      const state = stateAfterMarking(pending);
      if (!mayStep(attempt.state, state)) throw new Error(`attempt ${attempt.id} is ${attempt.state}`);
      const score = state === 'graded' ? scoreOfPaper(attempt.paper, marks) : null;
      const passed = score === null ? null : reaches(score, version.passMark);
      const changed = score !== null && (score.num !== attempt.score_num || score.den !== attempt.score_den);
      const outcome: Outcome = {
        id: attempt.id,
        state,
        submittedAt: attempt.submitted_at as Date,
        submittedBy: attempt.submitted_by ?? 'learner',
        marks,
        pendingCount: pending,
        answeredCount: attempt.answered_count,
        scoreNum: score?.num ?? null,
        scoreDen: score?.den ?? null,
        passed,
        // A changed verdict is a new result: the retake window runs from it.
        releasedAt:
          score === null ? null : attempt.released_at !== null && passed === attempt.passed ? attempt.released_at : now,
        release: changed ? attempt.release + 1 : attempt.release,
        keySeq: 0,
      };
      if (changed)
        announcements.push({
          attempt,
          version,
          outcome,
          occurredAt: now,
          submitted: false,
          newlyPassed: passed === true && attempt.passed !== true,
          ...(byRegrade && attempt.score_num !== null && attempt.score_den !== null
            ? {
                regraded: {
                  scoreBp: basisPoints(fraction(attempt.score_num, attempt.score_den)),
                  passed: attempt.passed === true,
                },
              }
            : {}),
        });
      return outcome;
    });
    await writeOutcomes(tx, outcomes);
    if (announcements.length > 0) await this.announce(tx, announcements);
    return outcomes;
  }

  /** Activity records and events of finished or regraded attempts. */
  async announce(tx: Tx, list: readonly Announcement[]): Promise<void> {
    const bp = (o: Outcome): number | null =>
      o.scoreNum === null || o.scoreDen === null ? null : basisPoints(fraction(o.scoreNum, o.scoreDen));
    const activities = list.flatMap(({ attempt, version, outcome, occurredAt, submitted, newlyPassed }) => {
      const activity = {
        personId: attempt.person_id,
        subjectType: version.kind,
        subjectId: attempt.assessment_id,
        subjectVersion: attempt.version_id,
        result: {
          scoreBp: bp(outcome),
          examKind: version.kind,
          code: version.code,
          number: attempt.number,
          pending: outcome.state === 'submitted',
          attemptId: attempt.id,
        },
        occurredAt,
      };
      return [
        ...(submitted ? [{ ...activity, verb: 'attempt.submitted' as const }] : []),
        ...(newlyPassed ? [{ ...activity, verb: 'attempt.passed' as const }] : []),
      ];
    });
    const missed = eventBatch(
      questionMissed,
      list
        .filter((a) => a.outcome.release === 1)
        .flatMap(({ attempt, outcome, occurredAt }) =>
          attempt.paper.flatMap((entry, i) =>
            isMissed(outcome.marks[i] as Mark)
              ? [
                  {
                    personId: attempt.person_id,
                    occurredAt,
                    payload: {
                      attemptId: attempt.id,
                      questionId: entry.q,
                      questionVersionId: entry.v,
                      use: entry.u,
                      tag: entry.t,
                      lessonRef: entry.l,
                    },
                  },
                ]
              : [],
          ),
        ),
    );
    const finished = eventBatch(
      attemptFinished,
      list.map(({ attempt, version, outcome, occurredAt, regraded }) => ({
        personId: attempt.person_id,
        occurredAt,
        payload: {
          attemptId: attempt.id,
          assessmentId: attempt.assessment_id,
          assessmentKind: version.kind,
          assessmentCode: version.code,
          targetId: attempt.assessment_id,
          versionId: attempt.version_id,
          number: attempt.number,
          scoreBp: bp(outcome),
          passed: outcome.passed,
          pending: outcome.state === 'submitted',
          release: outcome.release,
          ...(regraded ? { regraded } : {}),
        },
      })),
    );
    await this.activities.recordMany(tx, activities, [missed, finished]);
  }
}
