import type { LocalDay, Text } from '@waymark/kernel';
import { execute, maybeOne, rows, type Tx } from '@waymark/platform';
import type { ImportField } from './import-columns.js';
import type {
  CheckedRow,
  ImportCells,
  ImportChange,
  ImportProblem,
  KnownPerson,
  KnownThing,
  KnownUnit,
  RowOutcome,
} from './import-check.js';
import { nameKey } from './import-values.js';

export type ImportMode = 'add-and-change' | 'full-list';
export type ImportState = 'mapping' | 'checked' | 'committing' | 'committed' | 'cancelled' | 'failed';

export interface ImportSummary {
  added: number;
  changed: number;
  kept: number;
  refused: number;
  leaving: number;
  leavingTooMany: boolean;
  missingUnits: string[];
  missingRoles: string[];
}

export interface ImportRun {
  id: string;
  createdBy: string;
  fileName: string;
  state: ImportState;
  mode: ImportMode;
  createMissing: boolean;
  confirmLeavers: boolean;
  headings: string[];
  fields: (ImportField | null)[];
  rowCount: number;
  summary: Partial<ImportSummary>;
  done: number;
  total: number;
  error: string | null;
  createdAt: Date;
}

const RUN = `id, created_by as "createdBy", file_name as "fileName", state, mode, create_missing as "createMissing",
  confirm_leavers as "confirmLeavers", headings, fields, row_count as "rowCount", summary, done, total, error, created_at as "createdAt"`;

export async function findRun(tx: Tx, id: string, lock = false): Promise<ImportRun | null> {
  return maybeOne(tx, `select ${RUN} from import_run where id = $1${lock ? ' for update' : ''}`, [id]);
}

export async function listRuns(tx: Tx, createdBy: string | null): Promise<ImportRun[]> {
  return rows(
    tx,
    `select ${RUN} from import_run where $1::uuid is null or created_by = $1 order by created_at desc limit 20`,
    [createdBy],
  );
}

export async function insertRun(
  tx: Tx,
  run: {
    id: string;
    createdBy: string;
    fileName: string;
    headings: string[];
    fields: (ImportField | null)[];
    createdAt: Date;
  },
  list: readonly { line: number; cells: string[] }[],
): Promise<void> {
  await execute(
    tx,
    `insert into import_run (id, created_by, file_name, state, headings, fields, row_count, created_at) values ($1, $2, $3, 'mapping', $4, $5, $6, $7)`,
    [
      run.id,
      run.createdBy,
      run.fileName,
      JSON.stringify(run.headings),
      JSON.stringify(run.fields),
      list.length,
      run.createdAt,
    ],
  );
  await tx.query(
    `insert into import_row (run_id, line, raw) select $1, line, cells from jsonb_to_recordset($2::jsonb) as r(line int, cells jsonb)`,
    [run.id, JSON.stringify(list)],
  );
}

export async function rawRows(tx: Tx, runId: string): Promise<{ line: number; raw: string[]; repairs: ImportCells }[]> {
  return rows(tx, `select line, raw, repairs from import_row where run_id = $1 and raw is not null order by line`, [
    runId,
  ]);
}

/** Everything a list is compared with. */
export async function snapshotParts(tx: Tx): Promise<{
  persons: KnownPerson[];
  units: Omit<KnownUnit, 'covered'>[];
  paths: Map<string, string>;
  jobRoles: KnownThing[];
  tags: KnownThing[];
}> {
  // One plain list each, put together here: joined in SQL, tables that have just grown are planned as if they were empty.
  const base = await rows<Omit<KnownPerson, 'hireDate' | 'previousTo' | 'tagIds'>>(
    tx,
    `select p.id, p.status, p.left_on as "leftOn", pr.employee_number as "employeeNumber", pr.name, pr.name_en as "nameEn", pr.email, pr.mobile,
            pr.locale, pr.zone, cp.org_unit_id as "orgUnitId", cp.job_role_id as "jobRoleId", cp.manager_id as "managerId",
            cp.from_day as "positionFrom"
     from person p join person_profile pr on pr.person_id = p.id left join current_position cp on cp.person_id = p.id
     where p.status <> 'erased' and pr.employee_number is not null`,
  );
  const lastDays = new Map<string, LocalDay | null>();
  const employments = new Map<string, { hireDate: LocalDay; previousTo: LocalDay | null }>();
  for (const e of await rows<{ personId: string; hireDate: LocalDay; toDay: LocalDay | null }>(
    tx,
    `select person_id as "personId", hire_date as "hireDate", to_day as "toDay" from employment order by person_id, from_day`,
  )) {
    employments.set(e.personId, { hireDate: e.hireDate, previousTo: lastDays.get(e.personId) ?? null });
    lastDays.set(e.personId, e.toDay);
  }
  const tagIds = new Map<string, string[]>();
  for (const t of await rows<{ person_id: string; tag_id: string }>(tx, `select person_id, tag_id from person_tag`)) {
    tagIds.set(t.person_id, [...(tagIds.get(t.person_id) ?? []), t.tag_id]);
  }
  const persons = base.flatMap((p): KnownPerson[] => {
    const employment = employments.get(p.id);
    return employment ? [{ ...p, ...employment, tagIds: tagIds.get(p.id) ?? [] }] : [];
  });
  const units = await rows<{ id: string; code: string; name: Text; parentId: string | null; path: string }>(
    tx,
    `select id, code, name, parent_id as "parentId", path from org_unit where archived_at is null`,
  );
  const roles = await rows<{ id: string; code: string; name: Text }>(
    tx,
    `select id, code, name from job_role where archived_at is null`,
  );
  const tags = await rows<{ id: string; code: string; name: Text }>(tx, `select id, code, name from tag`);
  const keys = (name: Text): string[] => Object.values(name).map(nameKey);
  return {
    persons,
    units: units.map((u) => ({ id: u.id, code: u.code, names: keys(u.name), parentId: u.parentId })),
    paths: new Map(units.map((u) => [u.id, u.path])),
    jobRoles: roles.map((r) => ({ id: r.id, code: r.code, names: keys(r.name) })),
    tags: tags.map((t) => ({ id: t.id, code: t.code, names: keys(t.name) })),
  };
}

/** Writes what became of each row; people who would leave stand after the last line of the file. */
export async function writeResults(
  tx: Tx,
  runId: string,
  checked: readonly CheckedRow[],
  leaving: readonly KnownPerson[],
): Promise<void> {
  await execute(tx, `delete from import_row where run_id = $1 and raw is null`, [runId]);
  await tx.query(
    `update import_row r set outcome = i.outcome, person_id = i.person_id, employee_number = i.employee_number, cells = i.cells,
       changes = i.changes, problems = i.problems
     from jsonb_to_recordset($2::jsonb) as i(line int, outcome text, person_id uuid, employee_number text, cells jsonb, changes jsonb, problems jsonb)
     where r.run_id = $1 and r.line = i.line`,
    [
      runId,
      JSON.stringify(
        checked.map((r) => ({
          line: r.line,
          outcome: r.outcome,
          person_id: r.person?.id ?? null,
          employee_number: r.employeeNumber,
          cells: r.cells,
          changes: r.changes,
          problems: r.problems,
        })),
      ),
    ],
  );
  if (leaving.length === 0) return;
  await tx.query(
    `insert into import_row (run_id, line, outcome, person_id, employee_number)
     select $1, (select coalesce(max(line), 0) from import_row where run_id = $1) + l.n, 'leaving', l.person_id, l.employee_number
     from jsonb_to_recordset($2::jsonb) as l(n int, person_id uuid, employee_number text)`,
    [runId, JSON.stringify(leaving.map((p, i) => ({ n: i + 1, person_id: p.id, employee_number: p.employeeNumber })))],
  );
}

export async function linkAdded(
  tx: Tx,
  runId: string,
  added: readonly { line: number; personId: string }[],
): Promise<void> {
  await tx.query(
    `update import_row r set person_id = i.person_id from jsonb_to_recordset($2::jsonb) as i(line int, person_id uuid)
     where r.run_id = $1 and r.line = i.line`,
    [runId, JSON.stringify(added.map((a) => ({ line: a.line, person_id: a.personId })))],
  );
}

export async function saveRepairs(
  tx: Tx,
  runId: string,
  cells: readonly { line: number; field: ImportField; value: string }[],
): Promise<number> {
  return execute(
    tx,
    `update import_row r set repairs = r.repairs || i.repairs
     from (select line, jsonb_object_agg(field, value) as repairs from jsonb_to_recordset($2::jsonb) as c(line int, field text, value text) group by line) i
     where r.run_id = $1 and r.line = i.line and r.raw is not null`,
    [runId, JSON.stringify(cells)],
  );
}

export async function setFields(tx: Tx, runId: string, fields: readonly (ImportField | null)[]): Promise<void> {
  await execute(tx, `update import_run set fields = $2 where id = $1`, [runId, JSON.stringify(fields)]);
}

export async function setOptions(tx: Tx, runId: string, mode: ImportMode, createMissing: boolean): Promise<void> {
  await execute(tx, `update import_run set mode = $2, create_missing = $3 where id = $1`, [runId, mode, createMissing]);
}

export async function setChecked(
  tx: Tx,
  runId: string,
  state: ImportState,
  summary: Partial<ImportSummary>,
): Promise<void> {
  await execute(tx, `update import_run set state = $2, summary = $3 where id = $1`, [
    runId,
    state,
    JSON.stringify(summary),
  ]);
}

export async function setCommitting(tx: Tx, runId: string, confirmLeavers: boolean): Promise<void> {
  await execute(
    tx,
    `update import_run set state = 'committing', confirm_leavers = $2, cancel_requested = false, done = 0, total = row_count, error = null where id = $1`,
    [runId, confirmLeavers],
  );
}

export async function setEnded(
  tx: Tx,
  runId: string,
  state: ImportState,
  summary: Partial<ImportSummary> | null,
  error: string | null,
  at: Date,
): Promise<void> {
  await execute(
    tx,
    `update import_run set state = $2, summary = coalesce($3::jsonb, summary), error = $4, done = case when $2 = 'committed' then total else done end,
       committed_at = case when $2 = 'committed' then $5::timestamptz end where id = $1`,
    [runId, state, summary === null ? null : JSON.stringify(summary), error, at],
  );
}

/** Notes how far the commit is and answers whether somebody wants it stopped. */
export async function noteProgress(tx: Tx, runId: string, done: number, total: number): Promise<boolean> {
  const row = await maybeOne<{ cancel_requested: boolean }>(
    tx,
    `with w as (update import_run set done = $2, total = $3 where id = $1 returning cancel_requested) select cancel_requested from w`,
    [runId, done, total],
  );
  return row?.cancel_requested ?? true;
}

export async function requestCancel(tx: Tx, runId: string): Promise<void> {
  await execute(
    tx,
    `update import_run set cancel_requested = true, state = case when state in ('mapping', 'checked') then 'cancelled' else state end where id = $1`,
    [runId],
  );
}

export interface StoredRow {
  line: number;
  outcome: RowOutcome | null;
  personId: string | null;
  employeeNumber: string | null;
  cells: ImportCells;
  changes: ImportChange[];
  problems: ImportProblem[];
  personName: string | null;
}

export async function pageOfRows(
  tx: Tx,
  runId: string,
  outcome: RowOutcome | null,
  afterLine: number,
  first: number,
): Promise<StoredRow[]> {
  return rows(
    tx,
    `select r.line, r.outcome, r.person_id as "personId", r.employee_number as "employeeNumber", r.cells, r.changes, r.problems, pr.name as "personName"
     from import_row r left join person_profile pr on pr.person_id = r.person_id
     where r.run_id = $1 and r.outcome is not null and ($2::text is null or r.outcome = $2) and r.line > $3 order by r.line limit $4`,
    [runId, outcome, afterLine, first],
  );
}

export async function sampleCells(tx: Tx, runId: string): Promise<string[][]> {
  return (
    await rows<{ raw: string[] }>(
      tx,
      `select raw from import_row where run_id = $1 and raw is not null order by line limit 3`,
      [runId],
    )
  ).map((r) => r.raw);
}

export async function addTags(tx: Tx, list: readonly { personId: string; tagIds: readonly string[] }[]): Promise<void> {
  const pairs = list.flatMap((l) => l.tagIds.map((tagId) => ({ person_id: l.personId, tag_id: tagId })));
  if (pairs.length === 0) return;
  await tx.query(
    `insert into person_tag (person_id, tag_id) select person_id, tag_id from jsonb_to_recordset($1::jsonb) as t(person_id uuid, tag_id uuid) on conflict do nothing`,
    [JSON.stringify(pairs)],
  );
}

export async function correctHireDates(
  tx: Tx,
  list: readonly { personId: string; hireDate: LocalDay }[],
): Promise<void> {
  if (list.length === 0) return;
  await tx.query(
    `update employment e set hire_date = i.hire_date, from_day = i.hire_date from jsonb_to_recordset($1::jsonb) as i(person_id uuid, hire_date date)
     where e.person_id = i.person_id and e.to_day is null`,
    [JSON.stringify(list.map((l) => ({ person_id: l.personId, hire_date: l.hireDate })))],
  );
}

/** Ended or not: after that many days the rows go, and the name of the file, which often names somebody. */
export async function forgetOldImports(tx: Tx, now: Date, days: number): Promise<void> {
  await execute(
    tx,
    `with old as (select id from import_run where created_at < $1::timestamptz - make_interval(days => $2)),
       nameless as (update import_run i set file_name = '' from old where i.id = old.id and i.file_name <> '')
     delete from import_row r using old where r.run_id = old.id`,
    [now, days],
  );
}

/**
 * Takes the person out of every import: their rows, rows of others that name them, and names of files that do.
 * @param marks what a cell may name the person by; compared whole with a cell, and as a part with the name of a file
 */
export async function forgetInImports(tx: Tx, personId: string, marks: readonly string[]): Promise<void> {
  await execute(
    tx,
    `delete from import_row r where person_id = $1
       or exists (select 1 from unnest($2::text[]) mark
                  where strpos(lower(concat(r.raw::text, r.cells::text, r.repairs::text, r.changes::text)), lower(to_json(mark)::text)) > 0)`,
    [personId, marks],
  );
  await execute(
    tx,
    `update import_run set file_name = '' where exists (
       select 1 from unnest($1::text[]) mark where strpos(lower(file_name), lower(mark)) > 0)`,
    [marks],
  );
}
