import { randomInt } from 'node:crypto';
import { Inject, Injectable } from '@nestjs/common';
import { InvalidInput, newId, NotFound, pickText, RuleViolation, type Clock } from '@waymark/kernel';
import { CLOCK, Db, rows, type Tx, type Viewer } from '@waymark/platform';
import { AssessmentVersions, type FrozenAssessment } from '../assessment/assessment-versions.service.js';
import { DESCRIPTION, INSTRUCTIONS, TITLE } from '../assessment/assessments.service.js';
import type { AssessmentKind, FeedbackPolicy } from '../assessment/assessment.js';
import { startStanding, type StartStanding } from '../assessment/retake.js';
import { FrozenCache } from '../frozen-cache.js';
import { fraction, shownScore } from '../grading/fraction.js';
import { comparesWords, markAnswer, type Mark } from '../grading/grading.js';
import { ChineseVariants } from '../question/chinese-variants.service.js';
import { EXPLANATION, shownItem } from '../question/question-texts.js';
import { acceptedToShow, answerProblem, isBlank, type Answer } from '../question/question.js';
import { feedbackOnChoices, rightAnswer, type ChoiceFeedback, type RightAnswer } from '../question/right-answer.js';
import { QuestionVersions } from '../question/question-versions.service.js';
import { AttemptAccessRegistry } from './attempt-access.port.js';
import { AttemptFinisher } from './attempt-finisher.service.js';
import { GRACE_MS, isOverdue, saveVerdict, submission, type AttemptState } from './attempt-state.js';
import {
  appendSaves,
  changeDevice,
  collectSaves,
  findOwnAttempt,
  insertAttempts,
  lockOverdue,
  lockOwnAttempt,
  startFacts,
  takeForSubmission,
  type AttemptRow,
  type AttemptWithSaves,
  type NewSave,
  type SaveOutcome,
  type StartFacts,
} from './attempt.repository.js';
import { makePaper, shapeOf, shownAnswer, shownRight, storedAnswer, type PaperEntry, type PaperItem } from './paper.js';
import type { SavedAnswer } from './result-item.js';
import { lastSeq, mergeSaves } from './save-merge.js';

export interface GivenAnswer extends Answer {
  saveId: string;
  seq: number;
  item: number;
  answeredAt?: Date | null;
}

export interface AttemptView {
  id: string;
  assessmentId: string;
  assessmentCode: string;
  assessmentKind: AssessmentKind;
  title: string;
  state: AttemptState;
  number: number;
  itemCount: number;
  passMark: number;
  feedback: FeedbackPolicy;
  startedAt: Date;
  deadlineAt: Date | null;
  serverNow: Date;
  readOnly: boolean;
  lastSeq: number;
  paper: PaperItem[];
  answers: SavedAnswer[];
}

export interface SavedView {
  attemptId: string;
  state: AttemptState;
  saved: string[];
  late: string[];
  lastSeq: number;
  savedAt: Date;
  deadlineAt: Date | null;
  serverNow: Date;
}

export interface AnswerFeedback {
  item: number;
  right: boolean;
  state: Mark['s'];
  rightChoices: string[];
  accepted: string[];
  answer: RightAnswer;
  choiceFeedback: ChoiceFeedback[];
  explanation: string | null;
  lessonRef: string | null;
}

export interface IntroView {
  id: string;
  code: string;
  kind: AssessmentKind;
  title: string;
  description: string | null;
  instructions: string | null;
  itemCount: number;
  passMark: number;
  durationSeconds: number | null;
  feedback: FeedbackPolicy;
  attemptsUsed: number;
  attemptsLeft: number | null;
  retakeUntil: Date | null;
  retakeUntilDay: string | null;
  mayStart: boolean;
  reason: string | null;
  openAttemptId: string | null;
  lastAttemptId: string | null;
  bestScore: number | null;
  passed: boolean;
}

export interface Standing {
  personId: string;
  assessmentId: string;
  attempts: number;
  open: boolean;
  pending: boolean;
  bestBp: number | null;
  passed: boolean;
  passedAt: Date | null;
  lastReleasedAt: Date | null;
}

const START_TRIES = 3;

/** A learner's way through an attempt: start, read, save, take over, submit. */
@Injectable()
export class Attempts {
  /** Papers never change; saves are checked against them without asking the database. */
  private readonly papers = new FrozenCache<string, { personId: string; paper: PaperEntry[] }>(10_000);

  constructor(
    @Inject(Db) private readonly db: Db,
    @Inject(AssessmentVersions) private readonly versions: AssessmentVersions,
    @Inject(QuestionVersions) private readonly questions: QuestionVersions,
    @Inject(AttemptAccessRegistry) private readonly access: AttemptAccessRegistry,
    @Inject(AttemptFinisher) private readonly finisher: AttemptFinisher,
    @Inject(ChineseVariants) private readonly variants: ChineseVariants,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  async intro(viewer: Viewer, code: string): Promise<IntroView> {
    return this.db.read(async (tx) => {
      const facts = await this.currentFacts(tx, viewer, code);
      const verdict = await this.access.verdict(tx, this.request(viewer, facts));
      const hidden = !facts.versionId || facts.status !== 'published' || (!verdict.allowed && !verdict.visible);
      if (!facts.versionId || (hidden && facts.attempts.length === 0)) throw new NotFound('assessment-not-found');
      const version = await this.versions.get(tx, facts.versionId);
      const words = (await this.questions.textsAt(tx, [version.versionId], facts.textSeq)).get(version.versionId);
      const standing = this.standing(version, facts, viewer.zone, verdict.allowed ? verdict.countFrom : undefined);
      const open = facts.attempts.find((a) => a.state === 'open');
      const last = facts.attempts.find((a) => a.state !== 'open');
      const reason =
        facts.status !== 'published' ? 'not-open-yet' : verdict.allowed ? standing.reason : open ? null : verdict.code;
      const best = await bestScoreOf(tx, viewer.personId, facts.id);
      return {
        id: facts.id,
        code: facts.code,
        kind: facts.kind,
        title: pickText(words?.[TITLE], viewer.locale),
        description: pickText(words?.[DESCRIPTION], viewer.locale) || null,
        instructions: pickText(words?.[INSTRUCTIONS], viewer.locale) || null,
        itemCount: version.itemCount,
        passMark: version.passMark,
        durationSeconds: version.durationSeconds,
        feedback: version.feedback,
        attemptsUsed: standing.used,
        attemptsLeft: standing.left,
        retakeUntil: standing.until,
        retakeUntilDay: standing.untilDay,
        mayStart: reason === null,
        reason,
        openAttemptId: open?.id ?? null,
        lastAttemptId: last?.id ?? null,
        bestScore: best,
        passed: facts.attempts.some((a) => a.passed === true),
      };
    });
  }

  /** Starts an attempt, or gives back the open one. Two statements and the access port's. */
  async start(viewer: Viewer, assessmentCode: string, deviceId: string): Promise<AttemptView> {
    return this.db.read(async (tx) => {
      for (let attempt = 0; attempt < START_TRIES; attempt += 1) {
        const facts = await this.currentFacts(tx, viewer, assessmentCode);
        const open = facts.attempts.find((a) => a.state === 'open');
        if (open) return this.readIn(tx, viewer, open.id, deviceId);
        const started = await this.tryStart(tx, viewer, facts, deviceId);
        if (started) return started;
      }
      throw new RuleViolation('attempt-open');
    });
  }

  private async tryStart(tx: Tx, viewer: Viewer, facts: StartFacts, deviceId: string): Promise<AttemptView | null> {
    const now = this.clock.now();
    if (!facts.versionId || facts.status !== 'published') throw new NotFound('assessment-not-found');
    const verdict = await this.access.verdict(tx, this.request(viewer, facts));
    if (!verdict.allowed) {
      if (!verdict.visible) throw new NotFound('assessment-not-found');
      throw new RuleViolation(verdict.code);
    }
    const version = await this.versions.get(tx, facts.versionId);
    const standing = this.standing(version, facts, viewer.zone, verdict.countFrom);
    if (standing.reason !== null) throw new RuleViolation(standing.reason);
    const seed = randomInt(-(2 ** 31), 2 ** 31);
    const paper = makePaper(version, await this.versions.poolOf(tx, version, facts.poolStamp), seed);
    if (paper === null || paper.length === 0) throw new RuleViolation('bank-too-small');
    const row: AttemptRow = {
      id: newId(),
      assessment_id: facts.id,
      version_id: version.versionId,
      person_id: viewer.personId,
      number: Math.max(0, ...facts.attempts.map((a) => a.number)) + 1,
      state: 'open',
      device_id: deviceId,
      locale: viewer.locale,
      zone: viewer.zone,
      text_seq: facts.textSeq,
      paper,
      item_count: paper.length,
      count_from: verdict.countFrom ?? null,
      started_at: now,
      deadline_at: version.durationSeconds === null ? null : new Date(now.getTime() + version.durationSeconds * 1000),
      submitted_at: null,
      submitted_by: null,
      marks: null,
      pending_count: 0,
      answered_count: 0,
      score_num: null,
      score_den: null,
      passed: null,
      released_at: null,
      release: 0,
      keys_now: 0,
    };
    const written = await insertAttempts(tx, [
      {
        id: row.id,
        assessmentId: row.assessment_id,
        versionId: row.version_id,
        personId: row.person_id,
        number: row.number,
        deviceId,
        locale: row.locale,
        zone: row.zone,
        textSeq: row.text_seq,
        seed,
        paper,
        countFrom: row.count_from,
        startedAt: now,
        deadlineAt: row.deadline_at,
      },
    ]);
    // Another tab won the race: the next round finds its attempt.
    return written.length === 0 ? null : this.view(tx, { ...row, saves: [] }, deviceId, now);
  }

  async read(viewer: Viewer, id: string, deviceId: string): Promise<AttemptView> {
    return this.db.read((tx) => this.readIn(tx, viewer, id, deviceId));
  }

  private async readIn(tx: Tx, viewer: Viewer, id: string, deviceId: string): Promise<AttemptView> {
    let attempt = await findOwnAttempt(tx, id, viewer.personId);
    if (attempt && isOverdue({ state: attempt.state, deadlineAt: attempt.deadline_at }, this.clock.now())) {
      await this.closeOverdue([id]);
      attempt = await findOwnAttempt(tx, id, viewer.personId);
    }
    if (!attempt) throw new NotFound('attempt-not-found');
    return this.view(tx, attempt, deviceId, this.clock.now());
  }

  /** Without keys, and once it is submitted without questions: what may be seen then is the result's affair. */
  private async view(tx: Tx, attempt: AttemptWithSaves, deviceId: string, now: Date): Promise<AttemptView> {
    const version = await this.versions.get(tx, attempt.version_id);
    const open = attempt.state === 'open';
    this.papers.set(attempt.id, { personId: attempt.person_id, paper: attempt.paper });
    const texts = await this.questions.textsAt(
      tx,
      [attempt.version_id, ...(open ? attempt.paper.map((e) => e.v) : [])],
      attempt.text_seq,
    );
    return {
      id: attempt.id,
      assessmentId: attempt.assessment_id,
      assessmentCode: version.code,
      assessmentKind: version.kind,
      title: pickText(texts.get(attempt.version_id)?.[TITLE], attempt.locale),
      state: attempt.state,
      number: attempt.number,
      itemCount: attempt.item_count,
      passMark: version.passMark,
      feedback: version.feedback,
      startedAt: attempt.started_at,
      deadlineAt: attempt.deadline_at,
      serverNow: now,
      readOnly: !open || attempt.device_id !== deviceId,
      lastSeq: lastSeq(attempt.saves),
      paper: open ? attempt.paper.map((e, i) => shownItem(e, i + 1, texts.get(e.v), attempt.locale)) : [],
      answers: open
        ? [...mergeSaves(attempt.saves).values()]
            .sort((a, b) => a.item - b.item)
            .map((s) => ({
              ...shownAnswer(attempt.paper[s.item - 1] as PaperEntry, s.answer),
              item: s.item,
              seq: s.seq,
              checked: s.checked,
              savedAt: s.savedAt.toISOString(),
            }))
        : [],
    };
  }

  /** Keeps answers, each once: sending one again changes nothing. */
  async save(viewer: Viewer, attemptId: string, deviceId: string, given: readonly GivenAnswer[]): Promise<SavedView> {
    return this.db.read(async (tx) => {
      const saves = await this.checked(tx, viewer.personId, attemptId, given, false);
      return this.append(tx, viewer.personId, attemptId, deviceId, saves);
    });
  }

  private async append(
    tx: Tx,
    personId: string,
    attemptId: string,
    deviceId: string,
    saves: readonly NewSave[],
  ): Promise<SavedView> {
    const now = this.clock.now();
    const given = { attemptId, personId, deviceId, saves, now, graceMs: GRACE_MS };
    let outcome = await appendSaves(tx, given);
    const missing = (o: SaveOutcome | null): boolean =>
      saves.some((s) => !s.checked && !o?.stored.some((x) => x.id === s.saveId));
    // The same save sent twice at the same moment: the loser neither wrote it nor saw it. Now it sees it.
    if (outcome?.state === 'open' && outcome.device_id === deviceId && missing(outcome))
      outcome = await appendSaves(tx, given);
    if (!outcome) throw new NotFound('attempt-not-found');
    const clock = {
      state: outcome.state,
      submittedBy: outcome.submitted_by,
      deviceId: outcome.device_id,
      deadlineAt: outcome.deadline_at,
    };
    const verdict = saveVerdict(clock, deviceId, now);
    if (verdict === 'attempt-taken-over' || verdict === 'attempt-submitted') throw new RuleViolation(verdict);
    const stored = new Map(outcome.stored.map((s) => [s.id, s.late]));
    if (missing(outcome)) throw new RuleViolation('too-many-saves');
    const overdue = isOverdue(clock, now);
    if (overdue) await this.closeOverdue([attemptId]);
    return {
      attemptId,
      state: overdue ? 'submitted' : outcome.state,
      saved: [...stored.keys()],
      late: [...stored].filter(([, late]) => late).map(([id]) => id),
      lastSeq: outcome.last_seq,
      savedAt: now,
      deadlineAt: outcome.deadline_at,
      serverNow: now,
    };
  }

  /** The answers as rows to write. @throws InvalidInput when one does not fit its question */
  private async checked(
    tx: Tx,
    personId: string,
    attemptId: string,
    given: readonly GivenAnswer[],
    final: boolean,
  ): Promise<NewSave[]> {
    let known = this.papers.get(attemptId);
    if (!known) {
      const attempt = await findOwnAttempt(tx, attemptId, personId);
      if (!attempt) throw new NotFound('attempt-not-found');
      known = { personId, paper: attempt.paper };
      this.papers.set(attemptId, known);
    }
    if (known.personId !== personId) throw new NotFound('attempt-not-found');
    const { paper } = known;
    return given.map(({ saveId, seq, item, answeredAt, ...sent }) => {
      const entry = paper[item - 1];
      if (!entry) throw new InvalidInput('answer-item-unknown', { item });
      const answer = storedAnswer(entry, sent);
      const problem = answerProblem(shapeOf(entry), answer);
      if (problem) throw new InvalidInput(problem, { item });
      return { saveId, item, seq, answer, checked: final, answeredAt: answeredAt ?? null };
    });
  }

  /** Feedback for one question of a quiz; the answer given is final. */
  async check(viewer: Viewer, attemptId: string, deviceId: string, given: GivenAnswer): Promise<AnswerFeedback> {
    return this.db.read(async (tx) => {
      const [save] = await this.checked(tx, viewer.personId, attemptId, [given], true);
      if (!save || isBlank(save.answer)) throw new InvalidInput('answer-shape', { item: given.item });
      const before = await findOwnAttempt(tx, attemptId, viewer.personId);
      if (!before) throw new NotFound('attempt-not-found');
      const version = await this.versions.get(tx, before.version_id);
      if (version.kind !== 'quiz' || version.feedback !== 'full') throw new RuleViolation('feedback-not-allowed');
      const saved = await this.append(tx, viewer.personId, attemptId, deviceId, [save]);
      if (saved.state !== 'open') throw new RuleViolation('attempt-submitted');
      const now = await findOwnAttempt(tx, attemptId, viewer.personId);
      const final = mergeSaves(now?.saves ?? []).get(given.item);
      const entry = before.paper[given.item - 1] as PaperEntry;
      const question = (await this.questions.load(tx, [entry.v], now?.keys_now)).get(entry.v);
      if (!question || !final?.checked) throw new NotFound('attempt-not-found');
      const words = (await this.questions.textsAt(tx, [entry.v], before.text_seq)).get(entry.v);
      const mark = markAnswer(question, final.answer, {
        locale: before.locale,
        gradeShortAnswers: false,
        ...(comparesWords(question) ? { fold: await this.variants.fold() } : {}),
      });
      return {
        item: given.item,
        right: mark.s === 'right',
        state: mark.s,
        rightChoices: question.key.choices ?? [],
        accepted: acceptedToShow(question.key, before.locale),
        answer: shownRight(entry, rightAnswer(question, words, before.locale)),
        choiceFeedback: feedbackOnChoices(question.body, final.answer, words, before.locale),
        explanation: pickText(words?.[EXPLANATION], before.locale) || null,
        lessonRef: question.lessonRef,
      };
    });
  }

  /** The attempt goes on here; the device it was on can only read it from now on. */
  async takeOver(viewer: Viewer, id: string, deviceId: string): Promise<AttemptView> {
    await this.db.transaction(async (tx) => {
      const attempt = await lockOwnAttempt(tx, id, viewer.personId);
      if (!attempt) throw new NotFound('attempt-not-found');
      if (attempt.state === 'open' && attempt.device_id !== deviceId) await changeDevice(tx, id, deviceId);
    });
    return this.read(viewer, id, deviceId);
  }

  /** Hands the attempt in, with answers that had not been sent yet. A second call changes nothing. */
  async submit(viewer: Viewer, id: string, deviceId: string, given: readonly GivenAnswer[]): Promise<void> {
    const now = this.clock.now();
    await this.db.transaction(async (tx) => {
      const saves = given.length === 0 ? [] : await this.checked(tx, viewer.personId, id, given, false);
      const save = { attemptId: id, personId: viewer.personId, deviceId, saves, now, graceMs: GRACE_MS };
      const attempt = await takeForSubmission(tx, save);
      if (!attempt) throw new NotFound('attempt-not-found');
      if (attempt.state === 'open' && attempt.device_id !== deviceId) throw new RuleViolation('attempt-taken-over');
      if (attempt.state !== 'open') {
        // What the outbox still held when the deadline passed is kept for a grader.
        if (attempt.submitted_by === 'deadline' && saves.length > 0) await appendSaves(tx, save);
        return;
      }
      const closing = { attempt, saves: attempt.saves, ...submission(attempt.deadline_at, now), releasedAt: now };
      if (await this.finisher.finish(tx, [closing], attempt.saves.length)) return;
      const all = await collectSaves(tx, [id]);
      await this.finisher.finish(tx, [{ ...closing, saves: all.get(id) ?? [] }]);
    });
  }

  /** Submits attempts whose time is over. Returns how many. */
  async closeOverdue(ids?: readonly string[], limit = 200): Promise<number> {
    const now = this.clock.now();
    return this.db.transaction(async (tx) => {
      const overdue = await lockOverdue(tx, new Date(now.getTime() - GRACE_MS), limit, ids);
      if (overdue.length === 0) return 0;
      const saves = await collectSaves(
        tx,
        overdue.map((a) => a.id),
      );
      await this.finisher.finish(
        tx,
        overdue.map((attempt) => ({
          attempt,
          saves: saves.get(attempt.id) ?? [],
          submittedAt: attempt.deadline_at as Date,
          submittedBy: 'deadline' as const,
          releasedAt: now,
        })),
      );
      return overdue.length;
    });
  }

  /** What people have reached in quizzes and exams, in one statement. */
  async standings(tx: Tx, personIds: readonly string[], assessmentIds: readonly string[]): Promise<Standing[]> {
    const found = await rows<Omit<Standing, 'bestBp'> & { best: number | null }>(
      tx,
      `select person_id as "personId", assessment_id as "assessmentId", count(*)::int as attempts,
              bool_or(state = 'open') as open, bool_or(state = 'submitted') as pending,
              max(score_num * 10000 / score_den)::int as best, coalesce(bool_or(passed), false) as passed,
              min(released_at) filter (where passed) as "passedAt", max(released_at) as "lastReleasedAt"
       from attempt where person_id = any ($1::uuid[]) and assessment_id = any ($2::uuid[])
       group by person_id, assessment_id`,
      [personIds, assessmentIds],
    );
    return found.map(({ best, ...s }) => ({ ...s, bestBp: best }));
  }

  /** Facts of a person, with an open attempt past its time submitted first. */
  private async currentFacts(tx: Tx, viewer: Viewer, code: string): Promise<StartFacts> {
    const facts = await startFacts(tx, { code }, viewer.personId);
    if (!facts) throw new NotFound('assessment-not-found');
    const open = facts.attempts.find((a) => a.state === 'open');
    if (!open || !isOverdue(open, this.clock.now())) return facts;
    await this.closeOverdue([open.id]);
    return (await startFacts(tx, { code }, viewer.personId)) ?? facts;
  }

  private standing(version: FrozenAssessment, facts: StartFacts, zone: string, countFrom?: Date): StartStanding {
    return startStanding({
      policy: version,
      attempts: countFrom ? facts.attempts.filter((a) => a.startedAt >= countFrom) : facts.attempts,
      grants: countFrom ? facts.grants.filter((g) => g >= countFrom) : facts.grants,
      now: this.clock.now(),
      zone,
    });
  }

  private request(viewer: Viewer, facts: StartFacts) {
    return {
      personId: viewer.personId,
      assessmentId: facts.id,
      assessmentCode: facts.code,
      kind: facts.kind,
      now: this.clock.now(),
    };
  }
}

async function bestScoreOf(tx: Tx, personId: string, assessmentId: string): Promise<number | null> {
  const [best] = await rows<{ score_num: number; score_den: number }>(
    tx,
    `select score_num, score_den from attempt where person_id = $1 and assessment_id = $2 and state = 'graded'
     order by score_num::numeric / score_den desc limit 1`,
    [personId, assessmentId],
  );
  return best ? shownScore(fraction(best.score_num, best.score_den)) : null;
}
