import { execute, maybeOne, one, rows, type Tx } from '@waymark/platform';
import type { QuestionStatus, QuestionType } from '../question/question.js';
import type { AssessmentDraft, AssessmentKind, AssessmentStatus, FeedbackPolicy } from './assessment.js';
import type { DrawRule } from './blueprint.js';

export interface AssessmentHead {
  id: string;
  code: string;
  kind: AssessmentKind;
  owner: 'staff' | 'course';
  status: AssessmentStatus;
  current_version_id: string | null;
  draft_version_id: string | null;
  revision: number;
  updated_by: string | null;
  updated_at: Date;
}
const HEAD = `id, code, kind, owner, status, current_version_id, draft_version_id, revision, updated_by, updated_at`;

export interface AssessmentVersionRow {
  id: string;
  number: number;
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
  published_at: Date | null;
}

export interface FixedRow {
  question_id: string;
  question_version_id: string | null;
  points: number | null;
  own_points: number;
  code: string;
  status: QuestionStatus;
  type: QuestionType;
  shown_version_id: string;
  current_version_id: string | null;
}

export function lockAssessment(tx: Tx, by: { id: string } | { code: string }): Promise<AssessmentHead | null> {
  const [column, value] = 'id' in by ? ['id', by.id] : ['code', by.code];
  return maybeOne<AssessmentHead>(tx, `select ${HEAD} from assessment where ${column} = $1 for update`, [value]);
}

export function findAssessment(tx: Tx, id: string): Promise<AssessmentHead | null> {
  return maybeOne<AssessmentHead>(tx, `select ${HEAD} from assessment where id = $1`, [id]);
}

export function getAssessmentVersion(tx: Tx, id: string): Promise<AssessmentVersionRow> {
  return one<AssessmentVersionRow>(
    tx,
    `select id, number, pass_mark, duration_seconds, retakes, retake_days, feedback, shuffle_questions, shuffle_choices,
            grade_short_answers, draws, item_count, published_at from assessment_version where id = $1`,
    [id],
  );
}

export function fixedQuestions(tx: Tx, versionId: string): Promise<FixedRow[]> {
  return rows<FixedRow>(
    tx,
    `select aq.question_id, aq.question_version_id, aq.points, v.points as own_points, q.code, q.status, v.type, v.id as shown_version_id, q.current_version_id
     from assessment_question aq join question q on q.id = aq.question_id
     join question_version v on v.id = coalesce(aq.question_version_id, q.current_version_id, q.draft_version_id)
     where aq.version_id = $1 order by aq.position`,
    [versionId],
  );
}

export async function insertAssessmentVersion(
  tx: Tx,
  v: { id: string; assessmentId: string; number: number; draft: AssessmentDraft; authorId: string | null },
): Promise<void> {
  await execute(
    tx,
    `insert into assessment_version (id, assessment_id, number, pass_mark, duration_seconds, retakes, retake_days, feedback,
       shuffle_questions, shuffle_choices, grade_short_answers, draws, item_count, created_by)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)`,
    [v.id, v.assessmentId, v.number, ...columns(v.draft), v.authorId],
  );
  await replaceFixed(tx, v.id, v.draft);
}

export async function updateAssessmentVersion(tx: Tx, id: string, draft: AssessmentDraft): Promise<void> {
  await execute(
    tx,
    `update assessment_version set pass_mark = $2, duration_seconds = $3, retakes = $4, retake_days = $5, feedback = $6,
       shuffle_questions = $7, shuffle_choices = $8, grade_short_answers = $9, draws = $10, item_count = $11 where id = $1`,
    [id, ...columns(draft)],
  );
  await execute(tx, `delete from assessment_question where version_id = $1`, [id]);
  await replaceFixed(tx, id, draft);
}

function columns(d: AssessmentDraft): unknown[] {
  return [
    d.passMark,
    d.durationSeconds,
    d.retakes,
    d.retakeDays,
    d.feedback,
    d.shuffleQuestions,
    d.shuffleChoices,
    d.gradeShortAnswers,
    JSON.stringify(d.draws),
    d.fixed.length + d.draws.reduce((sum, r) => sum + r.count, 0),
  ];
}

async function replaceFixed(tx: Tx, versionId: string, draft: AssessmentDraft): Promise<void> {
  if (draft.fixed.length === 0) return;
  await execute(
    tx,
    `insert into assessment_question (version_id, position, question_id, points)
     select $1, f.position, f.question_id, f.points
     from jsonb_to_recordset($2::jsonb) as f(position smallint, question_id uuid, points smallint)`,
    [
      versionId,
      JSON.stringify(draft.fixed.map((f, i) => ({ position: i + 1, question_id: f.questionId, points: f.points }))),
    ],
  );
}

/** Freezes a draft: its fixed questions stay at the version that is published now. */
export async function freezeVersion(tx: Tx, versionId: string, now: Date): Promise<void> {
  await execute(
    tx,
    `update assessment_question aq set question_version_id = q.current_version_id
     from question q where q.id = aq.question_id and aq.version_id = $1`,
    [versionId],
  );
  await execute(tx, `update assessment_version set published_at = $2 where id = $1`, [versionId, now]);
}

export interface AssessmentFilter {
  kind?: AssessmentKind;
  status?: AssessmentStatus;
  text?: string;
  /** Also the quizzes that belong to courses. */
  checkpoints?: boolean;
}

export interface AssessmentListRow {
  id: string;
  code: string;
  kind: AssessmentKind;
  status: AssessmentStatus;
  has_draft: boolean;
  version_id: string;
  version_number: number;
  item_count: number;
  pass_mark: number;
  duration_seconds: number | null;
  attempts: number;
  pending_count: number;
  released: number;
  passed: number;
  updated_at: Date;
}

function conditions(filter: AssessmentFilter, params: unknown[]): string[] {
  const where: string[] = [];
  const add = (sql: (p: string) => string, value: unknown): void => void where.push(sql(`$${params.push(value)}`));
  if (filter.kind) add((p) => `a.kind = ${p}`, filter.kind);
  if (filter.status) add((p) => `a.status = ${p}`, filter.status);
  else where.push(`a.status <> 'archived'`);
  if (!filter.checkpoints) where.push(`a.owner = 'staff'`);
  for (const word of (filter.text ?? '').normalize('NFKC').toLowerCase().split(/\s+/).filter(Boolean).slice(0, 8)) {
    add((p) => `a.search_text like ${p}`, `%${word.replace(/[\\%_]/g, '\\$&')}%`);
  }
  return where;
}

export function listAssessments(
  tx: Tx,
  filter: AssessmentFilter,
  limit: number,
  afterCode: string | null,
): Promise<AssessmentListRow[]> {
  const params: unknown[] = [];
  const where = conditions(filter, params);
  if (afterCode !== null) where.push(`a.code > $${params.push(afterCode)}`);
  return rows<AssessmentListRow>(
    tx,
    `select a.id, a.code, a.kind, a.status, a.draft_version_id is not null and a.current_version_id is not null as has_draft,
            v.id as version_id, v.number as version_number, v.item_count, v.pass_mark, v.duration_seconds, a.updated_at,
            t.attempts, t.pending_count, t.released, t.passed
     from assessment a join assessment_version v on v.id = coalesce(a.draft_version_id, a.current_version_id)
     left join lateral (
       select count(*)::int as attempts, count(*) filter (where state = 'submitted')::int as pending_count,
              count(*) filter (where state = 'graded')::int as released, count(*) filter (where passed)::int as passed
       from attempt where assessment_id = a.id
     ) t on true
     ${where.length > 0 ? `where ${where.join(' and ')}` : ''} order by a.code limit $${params.push(limit)}`,
    params,
  );
}

export async function countAssessments(tx: Tx, filter: AssessmentFilter): Promise<number> {
  const params: unknown[] = [];
  const where = conditions(filter, params);
  return (
    await one<{ n: number }>(
      tx,
      `select count(*)::int as n from assessment a ${where.length > 0 ? `where ${where.join(' and ')}` : ''}`,
      params,
    )
  ).n;
}
