import { execute, maybeOne, one, rows, type Tx } from '@waymark/platform';
import type { QuestionDraft } from './question-draft.js';
import type { AnswerKey, QuestionBody, QuestionStatus, QuestionType, QuestionUse } from './question.js';

export interface QuestionHead {
  id: string;
  bank_id: string;
  code: string;
  status: QuestionStatus;
  current_version_id: string | null;
  draft_version_id: string | null;
  revision: number;
  updated_by: string | null;
  updated_at: Date;
}

export interface VersionRow {
  id: string;
  question_id: string;
  number: number;
  type: QuestionType;
  use: QuestionUse;
  body: QuestionBody;
  answer_key: AnswerKey;
  points: number;
  difficulty: number;
  tags: string[];
  competency: string | null;
  lesson_ref: string | null;
  published_at: Date | null;
}

const HEAD = `id, bank_id, code, status, current_version_id, draft_version_id, revision, updated_by, updated_at`;
const VERSION = `id, question_id, number, type, use, body, answer_key, points, difficulty, tags, competency, lesson_ref, published_at`;

export function lockQuestion(tx: Tx, id: string): Promise<QuestionHead | null> {
  return maybeOne<QuestionHead>(tx, `select ${HEAD} from question where id = $1 for update`, [id]);
}

export function findQuestion(tx: Tx, id: string): Promise<QuestionHead | null> {
  return maybeOne<QuestionHead>(tx, `select ${HEAD} from question where id = $1`, [id]);
}

export function getVersion(tx: Tx, id: string): Promise<VersionRow> {
  return one<VersionRow>(tx, `select ${VERSION} from question_version where id = $1`, [id]);
}

/** The next free number of the bank; the row lock keeps two authors apart until the first has committed. */
export async function nextCode(tx: Tx, bankId: string): Promise<string> {
  const bank = await one<{ code: string }>(tx, `select code from question_bank where id = $1 for no key update`, [
    bankId,
  ]);
  const { taken } = await one<{ taken: number }>(
    tx,
    `select coalesce(max(substring(code from length($1) + 2)::int), 0) as taken from question
     where code like $1 || '-%' and substring(code from length($1) + 2) ~ '^[0-9]{1,6}$'`,
    [bank.code],
  );
  return `${bank.code}-${String(taken + 1).padStart(2, '0')}`;
}

export interface NewVersion {
  id: string;
  questionId: string;
  number: number;
  draft: QuestionDraft;
  body: QuestionBody;
  key: AnswerKey;
  authorId: string | null;
}

export async function insertVersion(tx: Tx, v: NewVersion): Promise<void> {
  await execute(
    tx,
    `insert into question_version (id, question_id, number, type, use, body, answer_key, points, difficulty, tags, competency,
                                   lesson_ref, created_by)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)`,
    [v.id, v.questionId, v.number, ...columns(v), v.authorId],
  );
}

export async function updateVersion(tx: Tx, v: Omit<NewVersion, 'questionId' | 'number' | 'authorId'>): Promise<void> {
  await execute(
    tx,
    `update question_version set type = $2, use = $3, body = $4, answer_key = $5, points = $6, difficulty = $7, tags = $8,
            competency = $9, lesson_ref = $10 where id = $1`,
    [v.id, ...columns(v)],
  );
}

function columns({ draft, body, key }: Pick<NewVersion, 'draft' | 'body' | 'key'>): unknown[] {
  return [
    draft.type,
    draft.use,
    JSON.stringify(body),
    JSON.stringify(key),
    draft.points,
    draft.difficulty,
    draft.tags,
    draft.competency,
    draft.lessonRef,
  ];
}

export interface QuestionFilter {
  bankId?: string;
  text?: string;
  tags?: string[];
  type?: QuestionType;
  use?: QuestionUse;
  status?: QuestionStatus;
  difficulty?: number;
  competency?: string;
  ids?: string[];
}

export interface QuestionListRow {
  id: string;
  code: string;
  bank_id: string;
  bank_code: string;
  type: QuestionType;
  use: QuestionUse;
  status: QuestionStatus;
  has_draft: boolean;
  version_id: string;
  version_number: number;
  tags: string[];
  competency: string | null;
  difficulty: number;
  points: number;
  used_in: number;
  answered: number;
  earned: number;
  last_answered_at: Date | null;
  updated_at: Date;
}

function conditions(filter: QuestionFilter, params: unknown[]): string[] {
  const where: string[] = [];
  const add = (sql: (p: string) => string, value: unknown): void => void where.push(sql(`$${params.push(value)}`));
  if (filter.bankId) add((p) => `q.bank_id = ${p}`, filter.bankId);
  if (filter.ids) add((p) => `q.id = any (${p}::uuid[])`, filter.ids);
  if (filter.status) add((p) => `q.status = ${p}`, filter.status);
  else if (!filter.ids) where.push(`q.status <> 'retired'`);
  if (filter.type) add((p) => `v.type = ${p}`, filter.type);
  if (filter.use) add((p) => `v.use = ${p}`, filter.use);
  if (filter.difficulty) add((p) => `v.difficulty = ${p}`, filter.difficulty);
  if (filter.competency) add((p) => `v.competency = ${p}`, filter.competency);
  if (filter.tags?.length) add((p) => `v.tags && ${p}::text[]`, filter.tags);
  for (const word of (filter.text ?? '').normalize('NFKC').toLowerCase().split(/\s+/).filter(Boolean).slice(0, 8)) {
    add((p) => `q.search_text like ${p}`, `%${word.replace(/[\\%_]/g, '\\$&')}%`);
  }
  return where;
}

const FROM = `from question q join question_version v on v.id = coalesce(q.draft_version_id, q.current_version_id)
              join question_bank b on b.id = q.bank_id`;

export async function listQuestions(
  tx: Tx,
  filter: QuestionFilter,
  limit: number,
  afterCode: string | null,
): Promise<QuestionListRow[]> {
  const params: unknown[] = [];
  const where = conditions(filter, params);
  if (afterCode !== null) where.push(`q.code > $${params.push(afterCode)}`);
  return rows<QuestionListRow>(
    tx,
    `select q.id, q.code, q.bank_id, b.code as bank_code, v.type, v.use, q.status,
            q.draft_version_id is not null and q.current_version_id is not null as has_draft,
            v.id as version_id, v.number as version_number, v.tags, v.competency, v.difficulty, v.points, q.updated_at,
            (select count(*) from assessment_question aq join assessment a on a.current_version_id = aq.version_id
             where aq.question_id = q.id and a.status = 'published')::int as used_in,
            coalesce(s.answered, 0)::int as answered, coalesce(s.earned, 0)::float8 as earned, s.last_answered_at
     ${FROM}
     left join lateral (
       select sum(st.answered) as answered, sum(st.earned) as earned, max(st.last_answered_at) as last_answered_at
       from question_stat st join question_version sv on sv.id = st.question_version_id where sv.question_id = q.id
     ) s on true
     ${where.length > 0 ? `where ${where.join(' and ')}` : ''} order by q.code limit $${params.push(limit)}`,
    params,
  );
}

export async function countQuestions(tx: Tx, filter: QuestionFilter): Promise<number> {
  const params: unknown[] = [];
  const where = conditions(filter, params);
  return (
    await one<{ n: number }>(
      tx,
      `select count(*)::int as n ${FROM} ${where.length > 0 ? `where ${where.join(' and ')}` : ''}`,
      params,
    )
  ).n;
}

export interface UsageRow {
  assessment_id: string;
  version_id: string;
  code: string;
  kind: 'quiz' | 'exam';
}

export function questionUsage(tx: Tx, questionId: string): Promise<UsageRow[]> {
  return rows<UsageRow>(
    tx,
    `select a.id as assessment_id, a.current_version_id as version_id, a.code, a.kind
     from assessment_question aq join assessment a on a.current_version_id = aq.version_id
     where aq.question_id = $1 and a.status <> 'archived' order by a.code`,
    [questionId],
  );
}

/** All that a filter finds, for work on the whole of it. */
export async function questionIds(tx: Tx, filter: QuestionFilter): Promise<string[]> {
  const params: unknown[] = [];
  const where = conditions(filter, params);
  const found = await rows<{ id: string }>(
    tx,
    `select q.id ${FROM} ${where.length > 0 ? `where ${where.join(' and ')}` : ''} order by q.code`,
    params,
  );
  return found.map((f) => f.id);
}
