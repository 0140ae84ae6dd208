import { Inject, Injectable } from '@nestjs/common';
import { one, rows, type Tx } from '@waymark/platform';
import { FrozenCache } from '../frozen-cache.js';
import { QuestionVersions } from '../question/question-versions.service.js';
import type { QuestionBody, QuestionType, QuestionUse } from '../question/question.js';
import type { PaperPlan } from '../attempt/paper.js';
import type { AssessmentKind, FeedbackPolicy } from './assessment.js';
import { fits, type DrawRule, type PoolQuestion } from './blueprint.js';

/** A published version of a quiz or exam with its settings and fixed questions. */
export interface FrozenAssessment extends PaperPlan {
  versionId: string;
  assessmentId: string;
  code: string;
  kind: AssessmentKind;
  passMark: number;
  durationSeconds: number | null;
  retakes: number | null;
  retakeDays: number;
  feedback: FeedbackPolicy;
  gradeShortAnswers: boolean;
  itemCount: number;
}

interface Row {
  id: string;
  assessment_id: string;
  code: string;
  kind: AssessmentKind;
  pass_mark: number;
  duration_seconds: number | null;
  retakes: number | null;
  retake_days: number;
  feedback: FeedbackPolicy;
  shuffle_questions: boolean;
  shuffle_choices: boolean;
  grade_short_answers: boolean;
  draws: DrawRule[];
  item_count: number;
  fixed: { v: string; p: number | null }[];
}

/** Every question that can be drawn now. */
export async function loadPool(tx: Tx): Promise<PoolQuestion[]> {
  const found = await rows<{
    question_id: string;
    version_id: string;
    bank_id: string;
    type: QuestionType;
    use: QuestionUse;
    difficulty: number;
    points: number;
    tags: string[];
    body: QuestionBody;
    lesson_ref: string | null;
  }>(
    tx,
    `select q.id as question_id, v.id as version_id, q.bank_id, v.type, v.use, v.difficulty, v.points, v.tags, v.body, v.lesson_ref
     from question q join question_version v on v.id = q.current_version_id where q.status = 'published'`,
  );
  return found.map((r) => ({
    questionId: r.question_id,
    versionId: r.version_id,
    bankId: r.bank_id,
    type: r.type,
    use: r.use,
    difficulty: r.difficulty,
    points: r.points,
    tags: r.tags,
    body: r.body,
    lessonRef: r.lesson_ref,
  }));
}

/** Frozen versions, and the questions each of them can draw while the banks stay as they are. */
@Injectable()
export class AssessmentVersions {
  private readonly versions = new FrozenCache<string, FrozenAssessment>(2_000);
  private readonly pools = new FrozenCache<string, PoolQuestion[]>(200);

  constructor(@Inject(QuestionVersions) private readonly questions: QuestionVersions) {}

  async load(tx: Tx, versionIds: readonly string[]): Promise<Map<string, FrozenAssessment>> {
    return this.versions.many(versionIds, async (missing) => {
      const found = await rows<Row>(
        tx,
        `select v.id, v.assessment_id, a.code, a.kind, v.pass_mark, v.duration_seconds, v.retakes, v.retake_days, v.feedback,
                v.shuffle_questions, v.shuffle_choices, v.grade_short_answers, v.draws, v.item_count,
                coalesce((select jsonb_agg(jsonb_build_object('v', aq.question_version_id, 'p', aq.points) order by aq.position)
                          from assessment_question aq where aq.version_id = v.id), '[]') as fixed
         from assessment_version v join assessment a on a.id = v.assessment_id
         where v.id = any ($1::uuid[]) and v.published_at is not null`,
        [missing],
      );
      const questions = await this.questions.load(
        tx,
        found.flatMap((r) => r.fixed.map((f) => f.v)),
        // What is kept of a question here is what papers are made of: not its key.
        0,
      );
      return new Map(
        found.map((r) => [
          r.id,
          {
            versionId: r.id,
            assessmentId: r.assessment_id,
            code: r.code,
            kind: r.kind,
            passMark: r.pass_mark,
            durationSeconds: r.duration_seconds,
            retakes: r.retakes,
            retakeDays: r.retake_days,
            feedback: r.feedback,
            gradeShortAnswers: r.grade_short_answers,
            itemCount: r.item_count,
            shuffleQuestions: r.shuffle_questions,
            shuffleChoices: r.shuffle_choices,
            draws: r.draws,
            fixed: r.fixed.map((f) => {
              const question = questions.get(f.v);
              if (!question) throw new Error(`assessment version ${r.id} has an unpublished question ${f.v}`);
              return { question, points: f.p ?? question.points };
            }),
          },
        ]),
      );
    });
  }

  async get(tx: Tx, versionId: string): Promise<FrozenAssessment> {
    const version = (await this.load(tx, [versionId])).get(versionId);
    if (!version) throw new Error(`assessment version ${versionId} is not published`);
    return version;
  }

  /**
   * The questions that the draws of a version can take. `stamp` is the sum of the banks' pool revisions: while it stands,
   * no question was published or retired.
   */
  async poolOf(tx: Tx, version: FrozenAssessment, stamp: number): Promise<PoolQuestion[]> {
    if (version.draws.length === 0) return [];
    const key = `${version.versionId}@${stamp}`;
    const known = this.pools.get(key);
    if (known) return known;
    const pool = (await loadPool(tx)).filter((q) => version.draws.some((rule) => fits(rule, q)));
    this.pools.set(key, pool);
    return pool;
  }

  async poolStamp(tx: Tx): Promise<number> {
    return (
      await one<{ stamp: number }>(tx, `select coalesce(sum(pool_revision), 0)::bigint as stamp from question_bank`)
    ).stamp;
  }
}
