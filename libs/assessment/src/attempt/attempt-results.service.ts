import { Inject, Injectable, type OnModuleInit } from '@nestjs/common';
import {
  clampFirst,
  decodeCursor,
  encodeCursor,
  NotFound,
  pickText,
  RuleViolation,
  type Clock,
  type LocalDay,
  type Locale,
} from '@waymark/kernel';
import { CLOCK, Db, rows, Texts, toConnection, type ConnectionOf, type Tx, type Viewer } from '@waymark/platform';
import { Scope, TalentFileRegistry } from '@waymark/identity';
import type { AssessmentKind, FeedbackPolicy } from '../assessment/assessment.js';
import { AssessmentVersions, type FrozenAssessment } from '../assessment/assessment-versions.service.js';
import { TITLE } from '../assessment/assessments.service.js';
import { isGrantable, startStanding } from '../assessment/retake.js';
import { divide, fraction, shownScore, weightedSum, writePoints } from '../grading/fraction.js';
import { isMissed, topicShares, WEAK_TOPIC_MARK, type Mark } from '../grading/grading.js';
import { EXPLANATION, shownItem } from '../question/question-texts.js';
import { feedbackOnChoices, rightAnswer } from '../question/right-answer.js';
import { QuestionVersions } from '../question/question-versions.service.js';
import { Topics } from '../topic/topics.service.js';
import { isOverdue, type AttemptState } from './attempt-state.js';
import { factsOf, FACTS, findForResult, type AttemptForResult, type RawFact } from './attempt.repository.js';
import { Attempts } from './attempts.service.js';
import { shownAnswer, shownRight, type PaperEntry } from './paper.js';
import type { ResultItem } from './result-item.js';
import { mergeSaves } from './save-merge.js';

export interface TopicScore {
  topic: string;
  title: string;
  score: number;
  points: number;
  weak: boolean;
}

export interface ResultView {
  attemptId: string;
  assessmentId: string;
  assessmentCode: string;
  assessmentKind: AssessmentKind;
  title: string;
  state: AttemptState;
  pending: boolean;
  number: number;
  score: number | null;
  passMark: number;
  passed: boolean | null;
  startedAt: Date;
  submittedAt: Date;
  submittedBy: string;
  releasedAt: Date | null;
  secondsUsed: number;
  itemCount: number;
  answeredCount: number;
  missedCount: number | null;
  lateCount: number;
  topics: TopicScore[];
  feedback: FeedbackPolicy;
  retakeUntil: Date | null;
  retakeUntilDay: string | null;
  attemptsLeft: number | null;
  mayRetake: boolean;
  items: ResultItem[] | null;
  /** Keys that were corrected after it was marked, and what that made of the score. */
  regrades: RegradeOfResult[];
}

export interface RegradeOfResult {
  item: number;
  at: Date;
  reason: string;
  scoreBefore: number | null;
  score: number | null;
}

export interface MyAttempt {
  id: string;
  assessmentId: string;
  assessmentCode: string;
  assessmentKind: AssessmentKind;
  title: string;
  state: AttemptState;
  number: number;
  startedAt: Date;
  deadlineAt: Date | null;
  submittedAt: Date | null;
  score: number | null;
  passed: boolean | null;
  retakeUntil: Date | null;
}

export interface PersonResult {
  assessmentId: string;
  assessmentCode: string;
  assessmentKind: AssessmentKind;
  title: string;
  attempts: number;
  state: AttemptState;
  score: number | null;
  passed: boolean | null;
  lastSubmittedAt: Date | null;
  topics: TopicScore[];
}

export interface AttemptListRow {
  id: string;
  person_id: string;
  state: AttemptState;
  number: number;
  started_at: Date;
  submitted_at: Date | null;
  score: number | null;
  passed: boolean | null;
  late_count: number;
  /** Of the newest attempt of a person, until when a retake may start. */
  retake_until_day: LocalDay | null;
  may_grant_retake: boolean;
}

interface ScoreColumns {
  score_num: number | null;
  score_den: number | null;
}

function scoreIn(r: ScoreColumns): number | null {
  return r.score_num === null || r.score_den === null ? null : shownScore(fraction(r.score_num, r.score_den));
}

/** Results: the learner's own, and what mentor, manager and L&D may see of them. */
@Injectable()
export class AttemptResults implements OnModuleInit {
  constructor(
    @Inject(Db) private readonly db: Db,
    @Inject(AssessmentVersions) private readonly versions: AssessmentVersions,
    @Inject(QuestionVersions) private readonly questions: QuestionVersions,
    @Inject(Attempts) private readonly attempts: Attempts,
    @Inject(Topics) private readonly topicTitles: Topics,
    @Inject(Texts) private readonly texts: Texts,
    @Inject(Scope) private readonly scope: Scope,
    @Inject(TalentFileRegistry) private readonly talentFiles: TalentFileRegistry,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  onModuleInit(): void {
    this.talentFiles.contribute('results', async (tx, { personId, locale, topics }) =>
      (await this.list(tx, personId, locale, topics))
        .filter((r) => r.score !== null)
        .map((r) => ({
          title: r.title,
          kind: r.assessmentKind,
          attempts: r.attempts,
          score: r.score,
          passed: r.passed,
          topics: r.topics.map(({ title, score }) => ({ title, score })),
        })),
    );
  }

  async result(viewer: Viewer, id: string): Promise<ResultView> {
    return this.db.read(async (tx) => {
      let attempt = await findForResult(tx, id, viewer.personId);
      if (attempt && isOverdue({ state: attempt.state, deadlineAt: attempt.deadline_at }, this.clock.now())) {
        await this.attempts.closeOverdue([id]);
        attempt = await findForResult(tx, id, viewer.personId);
      }
      if (!attempt) throw new NotFound('attempt-not-found');
      if (attempt.state === 'open') throw new RuleViolation('attempt-open');
      return this.view(tx, viewer, attempt);
    });
  }

  private async view(tx: Tx, viewer: Viewer, a: AttemptForResult): Promise<ResultView> {
    const version = await this.versions.get(tx, a.version_id);
    const marks = a.marks ?? [];
    const released = a.state === 'graded';
    const showItems = released && version.feedback !== 'score';
    const texts = await this.questions.textsAt(
      tx,
      [a.version_id, ...(showItems ? a.paper.map((e) => e.v) : [])],
      a.text_seq,
    );
    const submittedAt = a.submitted_at ?? a.started_at;
    const standing = startStanding({
      policy: version,
      attempts: a.count_from ? a.attempts.filter((x) => x.startedAt >= (a.count_from as Date)) : a.attempts,
      grants: a.grants,
      now: this.clock.now(),
      zone: viewer.zone,
    });
    return {
      attemptId: a.id,
      assessmentId: a.assessment_id,
      assessmentCode: version.code,
      assessmentKind: version.kind,
      title: pickText(texts.get(a.version_id)?.[TITLE], viewer.locale),
      state: a.state,
      pending: !released,
      number: a.number,
      score: scoreIn(a),
      passMark: version.passMark,
      passed: a.passed,
      startedAt: a.started_at,
      submittedAt,
      submittedBy: a.submitted_by ?? 'learner',
      releasedAt: a.released_at,
      secondsUsed: Math.max(0, Math.round((submittedAt.getTime() - a.started_at.getTime()) / 1000)),
      itemCount: a.item_count,
      answeredCount: a.answered_count,
      missedCount: showItems ? marks.filter(isMissed).length : null,
      lateCount: a.late_count,
      topics: released ? await this.topicScores(tx, a.paper, marks, a.text_seq, viewer.locale) : [],
      feedback: version.feedback,
      retakeUntil: standing.until,
      retakeUntilDay: standing.untilDay,
      attemptsLeft: standing.left,
      mayRetake: standing.mayStart && !a.attempts.some((x) => x.state === 'open'),
      items: showItems ? await this.items(tx, a, version, texts) : null,
      regrades: released
        ? a.regrades.map(([item, at, reason, numBefore, denBefore, num, den]) => ({
            item,
            at: new Date(at),
            reason,
            scoreBefore: scoreIn({ score_num: numBefore, score_den: denBefore }),
            score: scoreIn({ score_num: num, score_den: den }),
          }))
        : [],
    };
  }

  private async topicScores(
    tx: Tx,
    paper: readonly PaperEntry[],
    marks: readonly Mark[],
    seq: number,
    locale: Locale,
  ): Promise<TopicScore[]> {
    const shares = topicShares(paper.map((e, i) => ({ points: e.p, topic: e.t, mark: marks[i] as Mark })));
    const titles = await this.topicTitles.titlesAt(
      tx,
      shares.map((s) => s.topic),
      seq,
      locale,
    );
    return shares.map(({ topic, share, points }) => ({
      topic,
      title: titles.get(topic) ?? topic,
      score: shownScore(share),
      points,
      weak: shownScore(share) < WEAK_TOPIC_MARK,
    }));
  }

  private async items(
    tx: Tx,
    a: AttemptForResult,
    version: FrozenAssessment,
    texts: Awaited<ReturnType<QuestionVersions['textsAt']>>,
  ): Promise<ResultItem[]> {
    const answers = mergeSaves(a.saves);
    const questions =
      version.feedback === 'full'
        ? await this.questions.load(
            tx,
            a.paper.map((e) => e.v),
            a.keys_now,
          )
        : new Map<string, never>();
    return a.paper.map((entry, i) => {
      const mark = (a.marks ?? [])[i] as Mark;
      const words = texts.get(entry.v);
      const question = questions.get(entry.v);
      const comment = a.comments[String(i + 1)];
      const explanation = pickText(words?.[EXPLANATION], a.locale);
      const answer = answers.get(i + 1)?.answer ?? null;
      const said = question ? feedbackOnChoices(question.body, answer, words, a.locale) : [];
      return {
        ...shownItem(entry, i + 1, words, a.locale),
        answer: answer ? shownAnswer(entry, answer) : null,
        earned: writePoints(divide(weightedSum([{ weight: entry.p, share: fraction(mark.n, mark.d) }]), 1)),
        state: mark.s,
        ...(mark.x ? { partStates: mark.x.map((m) => (m.s === 'pending' ? mark.s : m.s)) } : {}),
        ...(comment ? { comment } : {}),
        ...(question
          ? {
              right: shownRight(entry, rightAnswer(question, words, a.locale)),
              ...(said.length > 0 ? { choiceFeedback: said } : {}),
              ...(explanation ? { explanation } : {}),
              ...(question.lessonRef ? { lessonRef: question.lessonRef } : {}),
            }
          : {}),
      };
    });
  }

  /** The viewer's attempts, newest first. */
  async mine(
    viewer: Viewer,
    assessmentCode: string | null,
    page: { first?: number | null; after?: string | null },
  ): Promise<ConnectionOf<MyAttempt>> {
    const first = clampFirst(page.first);
    const [at, afterId] = page.after ? decodeCursor(page.after) : [null, null];
    return this.db.read(async (tx) => {
      const found = await rows<
        ScoreColumns & {
          id: string;
          assessment_id: string;
          version_id: string;
          code: string;
          kind: AssessmentKind;
          retakes: number | null;
          retake_days: number;
          state: AttemptState;
          number: number;
          started_at: Date;
          deadline_at: Date | null;
          submitted_at: Date | null;
          passed: boolean | null;
          released_at: Date | null;
          newest: number;
          ever_passed: boolean;
          granted: string[];
        }
      >(
        tx,
        `select t.id, t.assessment_id, t.version_id, a.code, a.kind, v.retakes, v.retake_days, t.state, t.number, t.started_at, t.deadline_at,
                t.submitted_at, t.score_num, t.score_den, t.passed, t.released_at, o.newest, o.ever_passed,
                (select coalesce(jsonb_agg(g.created_at), '[]') from retake_grant g
                 where g.person_id = t.person_id and g.assessment_id = t.assessment_id) as granted
         from attempt t join assessment a on a.id = t.assessment_id join assessment_version v on v.id = t.version_id
         cross join lateral (select max(number) as newest, coalesce(bool_or(passed), false) as ever_passed from attempt
                             where person_id = t.person_id and assessment_id = t.assessment_id) o
         where t.person_id = $1 and ($2::text is null or a.code = $2)
           and ($3::timestamptz is null or (t.started_at, t.id) < ($3, $4::uuid))
         order by t.started_at desc, t.id desc limit $5`,
        [viewer.personId, assessmentCode, at, afterId, first + 1],
      );
      const texts = await this.texts.load(tx, [...new Set(found.map((f) => f.version_id))]);
      return toConnection(
        found,
        first,
        (r) => encodeCursor([r.started_at.toISOString(), r.id]),
        (r) => ({
          id: r.id,
          assessmentId: r.assessment_id,
          assessmentCode: r.code,
          assessmentKind: r.kind,
          title: pickText(texts.get(r.version_id)?.[TITLE], viewer.locale),
          state: r.state,
          number: r.number,
          startedAt: r.started_at,
          deadlineAt: r.deadline_at,
          submittedAt: r.submitted_at,
          score: scoreIn(r),
          passed: r.passed,
          retakeUntil:
            r.kind === 'exam' && r.state === 'graded' && !r.ever_passed && r.number === r.newest
              ? startStanding({
                  policy: {
                    kind: r.kind,
                    retakes: r.retakes === null ? null : r.retakes - (r.number - 1),
                    retakeDays: r.retake_days,
                  },
                  attempts: [
                    { number: 1, state: r.state, startedAt: r.started_at, releasedAt: r.released_at, passed: r.passed },
                  ],
                  grants: r.granted.map((g) => new Date(g)),
                  now: this.clock.now(),
                  zone: viewer.zone,
                }).until
              : null,
        }),
      );
    });
  }

  /** Exams and quizzes of another person: scores for the manager, topics too for mentor and L&D. Never answers. */
  async ofPerson(viewer: Viewer, personId: string): Promise<PersonResult[]> {
    return this.db.read(async (tx) => {
      await this.scope.assertCanSee(tx, viewer, personId, [
        'self',
        'mentor',
        'delegate',
        'manager',
        'assessment:results',
      ]);
      const withTopics = await this.scope.canSee(tx, viewer, personId, [
        'self',
        'mentor',
        'delegate',
        'assessment:results',
      ]);
      return this.list(tx, personId, viewer.locale, withTopics);
    });
  }

  private async list(tx: Tx, personId: string, locale: Locale, withTopics: boolean): Promise<PersonResult[]> {
    const found = await rows<
      ScoreColumns & {
        assessment_id: string;
        version_id: string;
        code: string;
        kind: AssessmentKind;
        attempts: number;
        state: AttemptState;
        passed: boolean | null;
        last_submitted_at: Date | null;
        paper: PaperEntry[] | null;
        text_seq: number | null;
        marks: Mark[] | null;
      }
    >(
      tx,
      `select a.id as assessment_id, n.version_id, a.code, a.kind, n.attempts, n.state, b.score_num, b.score_den, b.passed,
                n.submitted_at as last_submitted_at, r.paper, r.marks, r.text_seq
         from (select distinct on (assessment_id) assessment_id, version_id, state, submitted_at,
                      count(*) over (partition by assessment_id)::int as attempts
               from attempt where person_id = $1 order by assessment_id, number desc) n
         join assessment a on a.id = n.assessment_id
         left join lateral (select score_num, score_den, passed from attempt where person_id = $1 and assessment_id = n.assessment_id
           and state = 'graded' order by score_num::numeric / score_den desc limit 1) b on true
         left join lateral (select paper, marks, text_seq from attempt where $2 and person_id = $1 and assessment_id = n.assessment_id
           and state = 'graded' order by number desc limit 1) r on true
         order by n.submitted_at desc nulls first, a.code limit 200`,
      [personId, withTopics],
    );
    const texts = await this.texts.load(
      tx,
      found.map((f) => f.version_id),
    );
    const out: PersonResult[] = [];
    for (const f of found) {
      out.push({
        assessmentId: f.assessment_id,
        assessmentCode: f.code,
        assessmentKind: f.kind,
        title: pickText(texts.get(f.version_id)?.[TITLE], locale),
        attempts: f.attempts,
        state: f.state,
        score: scoreIn(f),
        passed: f.passed,
        lastSubmittedAt: f.last_submitted_at,
        topics: f.paper && f.marks ? await this.topicScores(tx, f.paper, f.marks, f.text_seq ?? 0, locale) : [],
      });
    }
    return out;
  }

  /** Attempts of one quiz or exam by the people in the viewer's scope, newest first. */
  async ofAssessment(
    viewer: Viewer,
    assessmentId: string,
    personId: string | null,
    page: { first?: number | null; after?: string | null },
  ): Promise<ConnectionOf<AttemptListRow>> {
    const first = clampFirst(page.first);
    const [at, afterId] = page.after ? decodeCursor(page.after) : [null, null];
    return this.db.read(async (tx) => {
      const scope = this.scope.visiblePersonsSql(viewer, 'assessment:results', 't.person_id', 6);
      const granted = this.scope.visiblePersonsSql(
        viewer,
        'assessment:grant-retake',
        't.person_id',
        6 + scope.params.length,
      );
      const found = await rows<
        Omit<AttemptListRow, 'score' | 'retake_until_day' | 'may_grant_retake'> &
          ScoreColumns & {
            zone: string;
            version_id: string;
            in_reach: boolean;
            attempts: RawFact[];
            grants: string[];
          }
      >(
        tx,
        `select t.id, t.person_id, t.state, t.number, t.started_at, t.submitted_at, t.score_num, t.score_den, t.passed,
                coalesce(a.current_version_id, t.version_id) as version_id, pr.zone, coalesce(${granted.sql}, false) as in_reach,
                ${FACTS('t.person_id', 't.assessment_id')},
                (select count(distinct s.item) from attempt_answer s where s.attempt_id = t.id and s.late)::int as late_count
         from attempt t join assessment a on a.id = t.assessment_id join person_profile pr on pr.person_id = t.person_id
         where t.assessment_id = $1 and ($2::uuid is null or t.person_id = $2)
           and ($3::timestamptz is null or (t.started_at, t.id) < ($3, $4::uuid)) and ${scope.sql}
         order by t.started_at desc, t.id desc limit $5`,
        [assessmentId, personId, at, afterId, first + 1, ...scope.params, ...granted.params],
      );
      const version = found[0] ? await this.versions.get(tx, found[0].version_id) : null;
      return toConnection(
        found,
        first,
        (r) => encodeCursor([r.started_at.toISOString(), r.id]),
        (r) => {
          const facts = factsOf(r);
          const newest = facts.attempts.every((a) => a.number <= r.number);
          const standing =
            version?.kind === 'exam' && newest
              ? startStanding({ policy: version, ...facts, now: this.clock.now(), zone: r.zone })
              : null;
          return {
            ...r,
            score: scoreIn(r),
            retake_until_day: standing?.untilDay ?? null,
            may_grant_retake: standing !== null && r.in_reach && isGrantable(standing),
          };
        },
      );
    });
  }
}
