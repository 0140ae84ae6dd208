import type { Locale } from '@waymark/kernel';
import { execute, maybeOne, rows, type Tx } from '@waymark/platform';
import type { Remark } from './neutral.js';

export const IMPORT_OUTCOMES = ['added', 'changed', 'same', 'refused'] as const;
export type ImportOutcome = (typeof IMPORT_OUTCOMES)[number];
export type ImportCounts = Record<ImportOutcome, number>;
export type ImportState = 'checked' | 'applying' | 'applied' | 'cancelled' | 'failed';

export interface ImportRun {
  id: string;
  bankId: string;
  createdBy: string;
  fileName: string;
  locale: Locale;
  tags: string[];
  format: string;
  encoding: string;
  state: ImportState;
  counts: Partial<ImportCounts>;
  done: number;
  total: number;
  error: string | null;
  createdAt: Date;
}

export interface ImportRow {
  n: number;
  line: number;
  title: string;
  type: string | null;
  outcome: ImportOutcome;
  code: string | null;
  /** What is different from the question as it stands. */
  changes: string[];
  problem: Remark | null;
  remarks: Remark[];
  near: { id: string; code: string; same: boolean } | { line: number } | null;
  questionId: string | null;
}

const RUN = `id, bank_id as "bankId", created_by as "createdBy", file_name as "fileName", locale, tags, format, encoding, state, counts,
  done, total, error, created_at as "createdAt"`;

export function findRun(tx: Tx, id: string, lock = false): Promise<ImportRun | null> {
  return maybeOne<ImportRun>(tx, `select ${RUN} from question_import where id = $1${lock ? ' for update' : ''}`, [id]);
}

export function listRuns(tx: Tx): Promise<ImportRun[]> {
  return rows<ImportRun>(tx, `select ${RUN} from question_import order by created_at desc limit 20`);
}

export async function contentOf(tx: Tx, id: string): Promise<Buffer | null> {
  return (
    (await maybeOne<{ content: Buffer | null }>(tx, `select content from question_import where id = $1`, [id]))
      ?.content ?? null
  );
}

export async function insertRun(
  tx: Tx,
  run: Omit<ImportRun, 'state' | 'done' | 'total' | 'error' | 'counts'>,
  content: Buffer,
): Promise<void> {
  await execute(
    tx,
    `insert into question_import (id, bank_id, created_by, file_name, locale, tags, format, encoding, content, created_at)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)`,
    [
      run.id,
      run.bankId,
      run.createdBy,
      run.fileName,
      run.locale,
      run.tags,
      run.format,
      run.encoding,
      content,
      run.createdAt,
    ],
  );
}

export async function saveRows(tx: Tx, id: string, list: readonly ImportRow[], counts: ImportCounts): Promise<void> {
  await execute(tx, `delete from question_import_row where import_id = $1`, [id]);
  await execute(
    tx,
    `insert into question_import_row (import_id, n, line, title, type, outcome, code, changes, problem, remarks, near, question_id)
     select $1, r.n, r.line, r.title, r.type, r.outcome, r.code, r.changes, nullif(r.problem, 'null'::jsonb), r.remarks,
            nullif(r.near, 'null'::jsonb), r."questionId"
     from jsonb_to_recordset($2::jsonb) as r(n int, line int, title text, type text, outcome text, code text, changes text[],
       problem jsonb, remarks jsonb, near jsonb, "questionId" uuid)`,
    [id, JSON.stringify(list)],
  );
  await execute(tx, `update question_import set counts = $2 where id = $1`, [id, JSON.stringify(counts)]);
}

export function pageOfRows(
  tx: Tx,
  id: string,
  outcome: ImportOutcome | null,
  after: number,
  limit: number,
): Promise<ImportRow[]> {
  return rows<ImportRow>(
    tx,
    `select n, line, title, type, outcome, code, changes, problem, remarks, near, question_id as "questionId"
     from question_import_row where import_id = $1 and ($2::text is null or outcome = $2) and n > $3 order by n limit $4`,
    [id, outcome, after, limit],
  );
}

export async function setApplying(tx: Tx, id: string, total: number): Promise<void> {
  await execute(
    tx,
    `update question_import set state = 'applying', cancel_requested = false, done = 0, total = $2 where id = $1`,
    [id, total],
  );
}

/** Notes how far it is and answers whether somebody wants it stopped. */
export async function noteProgress(tx: Tx, id: string, done: number): Promise<boolean> {
  const row = await maybeOne<{ cancel: boolean }>(
    tx,
    `with w as (update question_import set done = $2 where id = $1 returning cancel_requested) select cancel_requested as cancel from w`,
    [id, done],
  );
  return row?.cancel ?? true;
}

/** The bytes of the file go with the end. */
export async function setEnded(tx: Tx, id: string, state: ImportState, error: string | null, at: Date): Promise<void> {
  await execute(
    tx,
    `update question_import set state = $2, error = $3, ended_at = $4, content = null, done = case when $2 = 'applied' then total else done end where id = $1`,
    [id, state, error, at],
  );
}

export async function requestCancel(tx: Tx, id: string): Promise<void> {
  await execute(tx, `update question_import set cancel_requested = true where id = $1`, [id]);
}

export async function pruneRuns(tx: Tx, before: Date): Promise<void> {
  await execute(tx, `delete from question_import where created_at < $1 and state <> 'applying'`, [before]);
}

export interface KnownQuestion {
  id: string;
  bank_id: string;
  code: string;
  external_id: string | null;
  status: string;
  version_id: string;
  stems: string[];
}

/** Questions that some names or stems may mean. */
export function candidates(
  tx: Tx,
  bankId: string,
  names: readonly string[],
  stems: readonly string[],
): Promise<KnownQuestion[]> {
  return rows<KnownQuestion>(
    tx,
    `select q.id, q.bank_id, q.code, q.external_id, q.status, coalesce(q.draft_version_id, q.current_version_id) as version_id,
            array(select s.same_as from question_stem s where s.question_id = q.id) as stems
     from question q
     where q.code = any ($2::text[]) or (q.bank_id = $1 and q.external_id = any ($2::text[]))
        or (q.bank_id = $1 and q.id in (select s.question_id from question_stem s where s.same_as = any ($3::text[])))
     order by q.code`,
    [bankId, names, stems],
  );
}

export function sketches(
  tx: Tx,
  bankId: string,
): Promise<{ id: string; code: string; sketch: number[]; same_as: string }[]> {
  return rows(
    tx,
    `select q.id, q.code, s.sketch, s.same_as from question_stem s join question q on q.id = s.question_id
     where q.bank_id = $1 and q.status <> 'retired' order by q.code`,
    [bankId],
  );
}
