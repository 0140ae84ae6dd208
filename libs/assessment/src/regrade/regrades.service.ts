import { Inject, Injectable, Logger } from '@nestjs/common';
import {
  clampFirst,
  Conflict,
  decodeCursor,
  DomainError,
  encodeCursor,
  newId,
  NotFound,
  pickText,
  RuleViolation,
  type Clock,
  type Locale,
} from '@waymark/kernel';
import { afterCommit, CLOCK, Db, HandlesJob, Jobs, Texts, type JobRun, type Tx, type Viewer } from '@waymark/platform';
import { Audit, PersonCards, Scope } from '@waymark/identity';
import { AssessmentVersions } from '../assessment/assessment-versions.service.js';
import { TITLE } from '../assessment/assessments.service.js';
import { AttemptFinisher } from '../attempt/attempt-finisher.service.js';
import { collectSaves } from '../attempt/attempt.repository.js';
import { mergeSaves } from '../attempt/save-merge.js';
import { basisPoints, fraction, shownScore, weightedSum, type Fraction } from '../grading/fraction.js';
import { comparesWords, markAnswer, type Mark } from '../grading/grading.js';
import { ChineseVariants } from '../question/chinese-variants.service.js';
import { QuestionVersions } from '../question/question-versions.service.js';
import { withSums, type RegradeView } from './key-corrections.service.js';
import {
  addTo,
  noSums,
  regradedMark,
  sameMark,
  scoreMove,
  verdictOf,
  type RegradePolicy,
  type RegradeSums,
  type Verdict,
} from './regrade.js';
import { applyRegrade } from './regrade.jobs.js';
import {
  affected,
  beginRegrade,
  cancelRegrade,
  changedSums,
  changesOf,
  countAffected,
  endRegrade,
  findCorrection,
  findRegrade,
  giveUpLostRegrades,
  gradedByHand,
  insertRegrade,
  insertRegraded,
  mayGoOn,
  policyInForce,
  pulseRegrade,
  regradesOf,
  within,
  type AffectedAttempt,
  type CorrectionRow,
  type RegradeRow,
} from './regrade.repository.js';

const BATCH = 100;
const PORTION = 300;
const LOST_MS = 60 * 60_000;
/** Whose scores a viewer reads. */
const PERMISSION = 'assessment:results';

/** What a regrade does to one attempt. */
export interface RegradeChange {
  attemptId: string;
  personId: string;
  title: string;
  number: number;
  scoreBefore: number | null;
  score: number | null;
  passedBefore: boolean | null;
  passed: boolean | null;
}

export interface RegradePreview extends RegradeSums {
  attempts: number;
  people: number;
  /** Answers a person gave points to: they keep them, unless all get the points or the question is dropped. */
  byHand: number;
  /** Attempts that would have nothing left to score: dropping is refused. */
  empty: number;
  /** The policy of what was applied before somebody stopped it; the rest follows it. */
  policyInForce: RegradePolicy | null;
  changes: { items: RegradeChange[]; total: number; next: string | null };
}

interface Planned {
  attempt: AffectedAttempt;
  before: Mark;
  after: Mark;
  marks: Mark[];
  was: Verdict;
  now: Verdict | 'empty';
  byHand: boolean;
}

type Page = { first?: number | null; after?: string | null };
const shown = (score: Fraction | null): number | null => (score === null ? null : shownScore(score));
const scoreOfRow = (num: number | null, den: number | null): Fraction | null =>
  num === null || den === null ? null : { num, den };

/** Brings corrected keys to the attempts that were marked before. */
@Injectable()
export class Regrades {
  private readonly logger = new Logger(Regrades.name);

  constructor(
    @Inject(Db) private readonly db: Db,
    @Inject(AssessmentVersions) private readonly versions: AssessmentVersions,
    @Inject(QuestionVersions) private readonly questions: QuestionVersions,
    @Inject(ChineseVariants) private readonly variants: ChineseVariants,
    @Inject(AttemptFinisher) private readonly finisher: AttemptFinisher,
    @Inject(Texts) private readonly texts: Texts,
    @Inject(Jobs) private readonly jobs: Jobs,
    @Inject(Scope) private readonly scope: Scope,
    @Inject(PersonCards) private readonly cards: PersonCards,
    @Inject(Audit) private readonly audit: Audit,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  /** What a policy would do to everybody who was marked by the wrong key; nothing is written. */
  async preview(viewer: Viewer, correctionId: string, policy: RegradePolicy, page: Page): Promise<RegradePreview> {
    const first = clampFirst(page.first);
    const from = page.after ? Number(decodeCursor(page.after)[0]) : 0;
    return this.db.read(async (tx) => {
      const correction = await this.correction(tx, correctionId);
      const inForce = (await policyInForce(tx, correctionId))?.policy ?? null;
      const sums = noSums();
      const people = new Set<string>();
      let [attempts, byHand, empty] = [0, 0, 0];
      const changes: (Omit<RegradeChange, 'title'> & { versionId: string; weight: number })[] = [];
      for (let after: string | null = null; ;) {
        const portion = await affected(tx, correction, after, PORTION, false);
        for (const p of await this.planned(tx, correction, portion, policy)) {
          attempts += 1;
          people.add(p.attempt.person_id);
          if (p.byHand) byHand += 1;
          if (p.now === 'empty') {
            empty += 1;
            continue;
          }
          if (sameMark(p.before, p.after)) continue;
          const effect = { before: p.was, after: p.now };
          addTo(sums, effect);
          const verdict = p.was.passed === p.now.passed ? 0 : p.now.passed === false ? 4 : 3;
          changes.push({
            attemptId: p.attempt.id,
            personId: p.attempt.person_id,
            versionId: p.attempt.version_id,
            number: p.attempt.number,
            scoreBefore: shown(p.was.score),
            score: shown(p.now.score),
            passedBefore: p.was.passed,
            passed: p.now.passed,
            weight: verdict || (scoreMove(effect) < 0 ? 2 : 1),
          });
        }
        const last = portion.at(-1);
        if (!last || portion.length < PORTION) break;
        after = last.id;
      }
      const visible = await within(
        tx,
        [...new Set(changes.map((c) => c.personId))],
        this.scope.visiblePersonsSql(viewer, PERMISSION, 't.person_id', 2),
      );
      // Passes lost and gained come first, then lower scores.
      const list = changes
        .filter((c) => visible.has(c.personId))
        .sort((a, b) => b.weight - a.weight || (a.attemptId < b.attemptId ? -1 : 1));
      const items = list.slice(from, from + first);
      const titles = await this.titles(
        tx,
        items.map((c) => c.versionId),
        viewer.locale,
      );
      return {
        ...sums,
        attempts,
        people: people.size,
        byHand,
        empty,
        policyInForce: inForce,
        changes: {
          items: items.map(({ versionId, weight: _, ...c }) => ({ ...c, title: titles.get(versionId) ?? '' })),
          total: list.length,
          next: from + first < list.length ? encodeCursor([String(from + first)]) : null,
        },
      };
    });
  }

  /** What a correction did change. */
  async changes(viewer: Viewer, correctionId: string, page: Page): Promise<RegradePreview['changes']> {
    const first = clampFirst(page.first);
    const from = page.after ? Number(decodeCursor(page.after)[0]) : 0;
    return this.db.read(async (tx) => {
      await this.correction(tx, correctionId);
      const scope = this.scope.visiblePersonsSql(viewer, PERMISSION, 't.person_id', 4);
      const found = await changesOf(tx, correctionId, from, first, scope);
      const titles = await this.titles(
        tx,
        found.map((f) => f.version_id),
        viewer.locale,
      );
      const total = found[0]?.n ?? 0;
      return {
        items: found.map((f) => ({
          attemptId: f.attempt_id,
          personId: f.person_id,
          title: titles.get(f.version_id) ?? f.code,
          number: f.number,
          scoreBefore: shown(scoreOfRow(f.score_num_before, f.score_den_before)),
          score: shown(scoreOfRow(f.score_num, f.score_den)),
          passedBefore: f.passed_before,
          passed: f.passed,
        })),
        total,
        next: from + first < total ? encodeCursor([String(from + first)]) : null,
      };
    });
  }

  /**
   * Asks for a regrade: one of a correction, once.
   * @throws NotFound correction-not-found; Conflict regrade-asked; RuleViolation correction-superseded, regrade-nobody,
   *   regrade-policy-fixed, regrade-nothing-left
   */
  async ask(viewer: Viewer, correctionId: string, policy: RegradePolicy): Promise<RegradeView> {
    return this.db.transaction(async (tx) => {
      const correction = await this.correction(tx, correctionId);
      const now = this.clock.now();
      await giveUpLostRegrades(tx, correctionId, new Date(now.getTime() - LOST_MS), now);
      const total = await countAffected(tx, correction);
      const made = await insertRegrade(tx, {
        id: newId(),
        correctionId,
        policy,
        total,
        by: viewer.personId,
        at: now,
      });
      if (!made) throw await this.askedAlready(tx, viewer, correctionId);
      if (correction.superseded) throw new RuleViolation('correction-superseded');
      if (total === 0) throw new RuleViolation('regrade-nobody');
      const inForce = await policyInForce(tx, correctionId);
      if (inForce && inForce.policy !== policy) throw new RuleViolation('regrade-policy-fixed');
      if (policy === 'drop') await this.assertSomethingLeft(tx, correction);
      await this.audit.record(tx, {
        actorId: viewer.personId,
        action: 'question.regraded',
        subjectType: 'question',
        subjectId: correction.question_id,
        changes: [
          { field: 'policy', from: null, to: policy },
          { field: 'attempts', from: null, to: total },
        ],
      });
      afterCommit(tx, () => this.jobs.enqueue(applyRegrade, { regradeId: made.id }, { key: made.id }));
      return withSums(made, undefined);
    });
  }

  /** @throws NotFound regrade-not-found; RuleViolation regrade-finished */
  async cancel(viewer: Viewer, id: string): Promise<RegradeView> {
    return this.db.transaction(async (tx) => {
      const stopped = await cancelRegrade(tx, id, this.clock.now());
      if (!stopped)
        throw (await findRegrade(tx, id)) ? new RuleViolation('regrade-finished') : new NotFound('regrade-not-found');
      const correction = await this.correction(tx, stopped.correction_id);
      await this.audit.record(tx, {
        actorId: viewer.personId,
        action: 'question.regrade-cancelled',
        subjectType: 'question',
        subjectId: correction.question_id,
      });
      const [sums] = await changedSums(tx, [stopped.correction_id]);
      return withSums(stopped, sums);
    });
  }

  @HandlesJob(applyRegrade)
  async run({ regradeId }: { regradeId: string }, run: JobRun): Promise<void> {
    const begun = await this.db.transaction((tx) => beginRegrade(tx, regradeId, this.clock.now()));
    if (!begun) return;
    try {
      let after: string | null = null;
      let done = begun.done;
      for (;;) {
        if (run.signal.aborted) return;
        const batch: { last: string | null; count: number } | null = await this.db.transaction((tx) =>
          this.batch(tx, begun, after),
        );
        if (batch === null) return;
        done += batch.count;
        await run.progress(done, Math.max(done, begun.total));
        if (batch.last === null) break;
        after = batch.last;
      }
      await this.db.transaction((tx) => endRegrade(tx, regradeId, 'done', this.clock.now()));
    } catch (error) {
      // What is only cut off for now is taken up again by the next try.
      if (error instanceof DomainError && error.kind === 'transient') throw error;
      this.logger.error({ msg: 'regrade failed', regradeId, err: error });
      const problem = error instanceof DomainError ? error.code : 'unexpected';
      await this.db.transaction((tx) => endRegrade(tx, regradeId, 'failed', this.clock.now(), problem));
    }
  }

  /** One batch in one transaction: all of it, or nothing. Null when the regrade was stopped. */
  private async batch(
    tx: Tx,
    regrade: RegradeRow,
    after: string | null,
  ): Promise<{ last: string | null; count: number } | null> {
    const now = this.clock.now();
    if (!(await mayGoOn(tx, regrade.id))) {
      await endRegrade(tx, regrade.id, 'cancelled', now);
      return null;
    }
    const correction = await this.correction(tx, regrade.correction_id);
    const attempts = await affected(tx, correction, after, BATCH, true);
    if (attempts.length === 0) return { last: null, count: 0 };
    const planned = await this.planned(tx, correction, attempts, regrade.policy);
    const changed = planned.filter((p) => p.now !== 'empty' && !sameMark(p.before, p.after));
    await this.finisher.settle(
      tx,
      changed.map(({ attempt, marks }) => ({ attempt, marks })),
      now,
      true,
    );
    const written = new Set(changed);
    await insertRegraded(
      tx,
      { regradeId: regrade.id, correction, by: regrade.asked_by, at: now },
      planned.map((p) => {
        const is = written.has(p);
        const mark = is ? p.after : p.before;
        const result = is && p.now !== 'empty' ? p.now : p.was;
        const entry = p.attempt.paper[p.attempt.item - 1];
        return {
          attemptId: p.attempt.id,
          item: p.attempt.item,
          changed: is,
          before: p.before,
          after: mark,
          scoreBefore: p.was.score,
          score: result.score,
          passedBefore: p.was.passed,
          passed: result.passed,
          points: mark.s === 'dropped' || mark.s === 'pending' ? null : pointsOf(entry?.p ?? 0, mark),
          gradeId: newId(),
        };
      }),
    );
    await pulseRegrade(tx, regrade.id, attempts.length, now);
    return {
      last: attempts.length < BATCH ? null : (attempts.at(-1) as AffectedAttempt).id,
      count: attempts.length,
    };
  }

  private async planned(
    tx: Tx,
    correction: CorrectionRow,
    attempts: readonly AffectedAttempt[],
    policy: RegradePolicy,
  ): Promise<Planned[]> {
    if (attempts.length === 0) return [];
    const ids = attempts.map((a) => a.id);
    const items = attempts.map((a) => a.item);
    const versionId = correction.question_version_id;
    const question = (await this.questions.load(tx, [versionId], attempts[0]?.keys_now)).get(versionId);
    if (!question) throw new Error(`the corrected version ${versionId} is not published`);
    const versions = await this.versions.load(
      tx,
      attempts.map((a) => a.version_id),
    );
    const saves = await collectSaves(tx, ids, items);
    const hand = await gradedByHand(tx, ids, items);
    const fold = comparesWords(question) ? await this.variants.fold() : undefined;
    return attempts.map((attempt) => {
      const version = versions.get(attempt.version_id);
      const marks = attempt.marks;
      const before = marks?.[attempt.item - 1];
      if (!version || !marks || !before) throw new Error(`attempt ${attempt.id} is not marked`);
      const answer = mergeSaves(saves.get(attempt.id) ?? []).get(attempt.item)?.answer ?? null;
      const byHand = hand.has(attempt.id);
      const byKey = markAnswer(question, answer, {
        locale: attempt.locale,
        gradeShortAnswers: version.gradeShortAnswers,
        ...(fold ? { fold } : {}),
      });
      const mark = regradedMark(before, byKey, policy, byHand);
      const next = marks.map((m, i) => (i === attempt.item - 1 ? mark : m));
      const was = {
        score: scoreOfRow(attempt.score_num, attempt.score_den),
        passed: attempt.passed,
      };
      return {
        attempt,
        before,
        after: mark,
        marks: next,
        byHand,
        was,
        now: verdictOf(
          attempt.paper.map((e) => e.p),
          next,
          version.passMark,
        ),
      };
    });
  }

  private async assertSomethingLeft(tx: Tx, correction: CorrectionRow): Promise<void> {
    for (let after: string | null = null; ;) {
      const portion = await affected(tx, correction, after, PORTION, false);
      const empty = (await this.planned(tx, correction, portion, 'drop')).filter((p) => p.now === 'empty').length;
      if (empty > 0) throw new RuleViolation('regrade-nothing-left');
      const last = portion.at(-1);
      if (!last || portion.length < PORTION) return;
      after = last.id;
    }
  }

  private async correction(tx: Tx, id: string): Promise<CorrectionRow> {
    const found = await findCorrection(tx, id);
    if (!found) throw new NotFound('correction-not-found');
    return found;
  }

  private async askedAlready(tx: Tx, viewer: Viewer, correctionId: string): Promise<Conflict> {
    const [other] = await regradesOf(tx, [correctionId]);
    const card = other?.asked_by
      ? (await this.cards.load(tx, [other.asked_by], viewer.locale)).get(other.asked_by)
      : undefined;
    return new Conflict('regrade-asked', { by: card?.name ?? '', at: other?.asked_at.toISOString() ?? null });
  }

  private async titles(tx: Tx, versionIds: readonly string[], locale: Locale): Promise<Map<string, string>> {
    const texts = await this.texts.load(tx, [...new Set(versionIds)]);
    return new Map([...texts].map(([id, words]) => [id, pickText(words[TITLE], locale)]));
  }
}

const LARGEST = 2_147_483_647;

/** Points as the history keeps them: exact, or floored to basis points where that takes more digits than it holds. */
function pointsOf(points: number, mark: Mark): Fraction {
  const exact = weightedSum([{ weight: points, share: fraction(mark.n, mark.d) }]);
  if (exact.num <= LARGEST && exact.den <= LARGEST) return exact;
  return fraction(basisPoints(exact), 10_000);
}
