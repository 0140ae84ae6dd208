import { Inject, Injectable } from '@nestjs/common';
import {
  clampFirst,
  Conflict,
  decodeCursor,
  encodeCursor,
  InvalidInput,
  newId,
  NotFound,
  pickText,
  RuleViolation,
  type Clock,
} from '@waymark/kernel';
import {
  CLOCK,
  Db,
  execute,
  maybeOne,
  one,
  rows,
  toConnection,
  type ConnectionOf,
  type Tx,
  type Viewer,
} from '@waymark/platform';
import { Audit, PersonCards, Scope } from '@waymark/identity';
import { AssessmentVersions } from '../assessment/assessment-versions.service.js';
import { TITLE } from '../assessment/assessments.service.js';
import { AttemptFinisher } from '../attempt/attempt-finisher.service.js';
import { collectSaves, lockAttempt } from '../attempt/attempt.repository.js';
import { shownAnswer, shownRight, type PaperEntry, type PaperItem } from '../attempt/paper.js';
import { mergeSaves } from '../attempt/save-merge.js';
import { writtenAnswer } from '../question/answer-words.js';
import { acceptedToShow, type Answer } from '../question/question.js';
import { EXPLANATION, plainStem, shownItem } from '../question/question-texts.js';
import { rightAnswer, type RightAnswer } from '../question/right-answer.js';
import { QuestionVersions } from '../question/question-versions.service.js';
import { fraction, parsePoints, weightedSum, writePoints } from './fraction.js';
import { markByGrader, type Mark, type MarkState } from './grading.js';

/** An answer that waits for a grader; whose it is stays hidden. */
export interface PendingAnswer {
  attemptId: string;
  item: number;
  assessmentCode: string;
  assessmentTitle: string;
  stem: string;
  answer: string;
  accepted: string[];
  explanation: string | null;
  points: number;
  /** The whole question as it was asked, the answer to it, and what is right. */
  question: PaperItem;
  given: Answer | null;
  right: RightAnswer | null;
  /** What the parts of a case earned by rule; those that wait have no points yet. */
  parts: { key: string; state: MarkState; points: string | null }[];
  submittedAt: Date;
}

export interface GradeRow {
  id: string;
  item: number;
  points: string;
  source: string;
  comment: string | null;
  graderId: string | null;
  createdAt: Date;
}

export interface GradeInput {
  attemptId: string;
  item: number;
  points: string;
  comment: string | null;
  seenGradeId: string | null;
}

const PERMISSION = 'assessment:grade';

/** Types that a person may have to read. */
const takesGrader = (entry: PaperEntry): boolean => entry.k === 'short' || entry.k === 'essay' || entry.k === 'case';

const earnedOf = (points: number, mark: Mark): string | null =>
  mark.s === 'pending' ? null : writePoints(weightedSum([{ weight: points, share: fraction(mark.n, mark.d) }]));

@Injectable()
export class GradingQueue {
  constructor(
    @Inject(Db) private readonly db: Db,
    @Inject(AssessmentVersions) private readonly versions: AssessmentVersions,
    @Inject(QuestionVersions) private readonly questions: QuestionVersions,
    @Inject(AttemptFinisher) private readonly finisher: AttemptFinisher,
    @Inject(Scope) private readonly scope: Scope,
    @Inject(Audit) private readonly audit: Audit,
    @Inject(PersonCards) private readonly cards: PersonCards,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  /** Waiting answers of people in the grader's scope, oldest first; never the grader's own. */
  async list(
    viewer: Viewer,
    assessmentId: string | null,
    page: { first?: number | null; after?: string | null },
  ): Promise<ConnectionOf<PendingAnswer>> {
    const first = clampFirst(page.first);
    const [at, afterId, afterItem] = page.after ? decodeCursor(page.after) : [null, null, null];
    return this.db.read(async (tx) => {
      const scope = this.scope.visiblePersonsSql(viewer, PERMISSION, 't.person_id', 7);
      const params = [viewer.personId, assessmentId, at, afterId, afterItem, first + 1];
      const found = await rows<{
        attempt_id: string;
        item: number;
        version_id: string;
        text_seq: number;
        entry: PaperEntry;
        mark: Mark;
        submitted_at: Date;
      }>(
        tx,
        `select t.id as attempt_id, m.item::int as item, t.version_id, t.text_seq, t.paper -> (m.item::int - 1) as entry, m.mark, t.submitted_at
         from attempt t cross join lateral jsonb_array_elements(t.marks) with ordinality as m(mark, item)
         where t.state = 'submitted' and m.mark ->> 's' = 'pending' and t.person_id <> $1
           and ($2::uuid is null or t.assessment_id = $2)
           and ($3::timestamptz is null or (t.submitted_at, t.id, m.item) > ($3, $4::uuid, $5::bigint)) and ${scope.sql}
         order by t.submitted_at, t.id, m.item limit $6`,
        [...params, ...scope.params],
      );
      const counted = this.scope.visiblePersonsSql(viewer, PERMISSION, 't.person_id', 3);
      const { n } = await one<{ n: number }>(
        tx,
        `select count(*)::int as n from attempt t
         where t.state = 'submitted' and t.person_id <> $1 and ($2::uuid is null or t.assessment_id = $2) and ${counted.sql}`,
        [viewer.personId, assessmentId, ...counted.params],
      );
      const named = await this.described(tx, viewer, found);
      return toConnection(
        named,
        first,
        (r) => encodeCursor([r.submittedAt.toISOString(), r.attemptId, r.item]),
        (r) => r,
        n,
      );
    });
  }

  private async described(
    tx: Tx,
    viewer: Viewer,
    found: readonly {
      attempt_id: string;
      item: number;
      version_id: string;
      text_seq: number;
      entry: PaperEntry;
      mark: Mark;
      submitted_at: Date;
    }[],
  ): Promise<PendingAnswer[]> {
    const saves = await collectSaves(tx, [...new Set(found.map((f) => f.attempt_id))]);
    const versions = await this.versions.load(
      tx,
      found.map((f) => f.version_id),
    );
    const questions = await this.questions.load(
      tx,
      found.map((f) => f.entry.v),
    );
    const bySeq = new Map<number, string[]>();
    for (const f of found) bySeq.set(f.text_seq, [...(bySeq.get(f.text_seq) ?? []), f.entry.v, f.version_id]);
    const texts = new Map<number, Awaited<ReturnType<QuestionVersions['textsAt']>>>();
    for (const [seq, ids] of bySeq) texts.set(seq, await this.questions.textsAt(tx, ids, seq));
    return found.map((f) => {
      const words = texts.get(f.text_seq);
      const question = questions.get(f.entry.v);
      const item = shownItem(f.entry, f.item, words?.get(f.entry.v), viewer.locale);
      const answer = mergeSaves(saves.get(f.attempt_id) ?? []).get(f.item)?.answer ?? null;
      const given = answer ? shownAnswer(f.entry, answer) : null;
      return {
        attemptId: f.attempt_id,
        item: f.item,
        assessmentCode: versions.get(f.version_id)?.code ?? '',
        assessmentTitle: pickText(words?.get(f.version_id)?.[TITLE], viewer.locale),
        stem: plainStem(item.stem),
        answer: given ? writtenAnswer(item, given).join('\n') : '',
        accepted: question ? acceptedToShow(question.key, viewer.locale) : [],
        explanation: pickText(words?.get(f.entry.v)?.[EXPLANATION], viewer.locale) || null,
        points: f.entry.p,
        question: item,
        given,
        right: question ? shownRight(f.entry, rightAnswer(question, words?.get(f.entry.v), viewer.locale)) : null,
        parts: (f.entry.s ?? []).flatMap((part, i) => {
          const mark = f.mark.x?.[i];
          return mark ? [{ key: part.key, state: mark.s, points: earnedOf(part.p, mark) }] : [];
        }),
        submittedAt: f.submitted_at,
      };
    });
  }

  /** Every grade an answer ever had, newest first. */
  async history(viewer: Viewer, attemptId: string, item: number): Promise<GradeRow[]> {
    return this.db.read(async (tx) => {
      await this.assertGrader(tx, viewer, await personOf(tx, attemptId));
      const found = await rows<{
        id: string;
        item: number;
        points_num: number;
        points_den: number;
        source: string;
        comment: string | null;
        grader_id: string | null;
        created_at: Date;
      }>(
        tx,
        `select g.id, g.item, g.points_num, g.points_den, g.source, c.comment, g.grader_id, g.created_at
         from attempt_grade g left join grade_comment c on c.grade_id = g.id
         where g.attempt_id = $1 and g.item = $2 order by g.created_at desc, g.id desc`,
        [attemptId, item],
      );
      return found.map((g) => ({
        id: g.id,
        item: g.item,
        points: writePoints(fraction(g.points_num, g.points_den)),
        source: g.source,
        comment: g.comment,
        graderId: g.grader_id,
        createdAt: g.created_at,
      }));
    });
  }

  /**
   * Gives points to a written answer. The last one that waited releases the result; a grade given later changes it and keeps
   * the one before in the history.
   */
  async grade(viewer: Viewer, input: GradeInput): Promise<{ gradeId: string; released: boolean; left: number }> {
    return this.db.transaction(async (tx) => {
      const attempt = await lockAttempt(tx, input.attemptId);
      if (!attempt || attempt.state === 'open' || attempt.marks === null) throw new NotFound('attempt-not-found');
      await this.assertGrader(tx, viewer, attempt.person_id);
      const entry = attempt.paper[input.item - 1];
      if (!entry || !takesGrader(entry)) throw new InvalidInput('answer-item-unknown', { item: input.item });
      await this.assertNewest(tx, viewer, input);
      const points = parsePoints(input.points);
      if (!points) throw new InvalidInput('points-invalid');
      if (points.num > entry.p * points.den) throw new RuleViolation('grade-above-maximum', { maximum: entry.p });

      const now = this.clock.now();
      const gradeId = newId();
      await execute(
        tx,
        `insert into attempt_grade (id, attempt_id, item, points_num, points_den, source, grader_id, created_at)
         values ($1, $2, $3, $4, $5, 'grader', $6, $7)`,
        [gradeId, attempt.id, input.item, points.num, points.den, viewer.personId, now],
      );
      if (input.comment)
        await execute(tx, `insert into grade_comment (grade_id, comment) values ($1, $2)`, [gradeId, input.comment]);
      const before = attempt.marks[input.item - 1] as Mark;
      const marks = attempt.marks.map((m, i) =>
        i === input.item - 1 ? { ...markByGrader(points, entry.p), ...(m.x ? { x: m.x } : {}) } : m,
      );
      const [outcome] = await this.finisher.settle(tx, [{ attempt, marks }], now);
      if (!outcome) throw new Error('a graded attempt has an outcome');
      await this.audit.record(tx, {
        actorId: viewer.personId,
        action: 'attempt.graded',
        subjectType: 'attempt',
        subjectId: attempt.id,
        personId: attempt.person_id,
        changes: [
          {
            field: `item-${input.item}`,
            from:
              before.s === 'pending'
                ? null
                : writePoints(weightedSum([{ weight: entry.p, share: fraction(before.n, before.d) }])),
            to: writePoints(points),
          },
        ],
      });
      return { gradeId, released: outcome.state === 'graded', left: outcome.pendingCount };
    });
  }

  private async assertNewest(tx: Tx, viewer: Viewer, input: GradeInput): Promise<void> {
    const newest = await maybeOne<{ id: string; grader_id: string | null; created_at: Date }>(
      tx,
      `select id, grader_id, created_at from attempt_grade where attempt_id = $1 and item = $2 order by created_at desc, id desc limit 1`,
      [input.attemptId, input.item],
    );
    if ((newest?.id ?? null) === input.seenGradeId) return;
    const card = newest?.grader_id
      ? (await this.cards.load(tx, [newest.grader_id], viewer.locale)).get(newest.grader_id)
      : undefined;
    throw new Conflict('already-graded', { by: card?.name ?? null, at: newest?.created_at.toISOString() ?? null });
  }

  /** Nobody grades themselves, and nobody beyond the people their grant covers. */
  private async assertGrader(tx: Tx, viewer: Viewer, personId: string): Promise<void> {
    if (personId === viewer.personId || !(await this.scope.canSee(tx, viewer, personId, [PERMISSION]))) {
      throw new NotFound('attempt-not-found');
    }
  }
}

async function personOf(tx: Tx, attemptId: string): Promise<string> {
  const found = await maybeOne<{ person_id: string }>(tx, `select person_id from attempt where id = $1`, [attemptId]);
  if (!found) throw new NotFound('attempt-not-found');
  return found.person_id;
}
