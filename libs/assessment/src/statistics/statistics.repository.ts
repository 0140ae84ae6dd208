import { execute, maybeOne, rows, type Tx } from '@waymark/platform';
import type { AssessmentKind } from '../assessment/assessment.js';
import type { PaperEntry } from '../attempt/paper.js';
import type { Mark } from '../grading/grading.js';
import type { AnswerKey, QuestionBody, QuestionType } from '../question/question.js';
import type { ItemMeasures, TestMeasures } from './analysis.js';
import type { ItemFlag } from './flags.js';
import type { ChoiceMeasure } from './item-measures.js';
import type { CalibrationProblem } from './two-parameter.js';

export const ATTEMPTS_COUNTED = ['first', 'all'] as const;
/** The first attempt of each person (the default), or every attempt as if it were somebody else's. */
export type AttemptsCounted = (typeof ATTEMPTS_COUNTED)[number];

export type AnalysisKind = 'statistics' | 'calibration';
export type AnalysisState = 'queued' | 'running' | 'done' | 'failed' | 'cancelled';

export interface AnalysisRow {
  id: string;
  version_id: string;
  kind: AnalysisKind;
  state: AnalysisState;
  done: number;
  total: number;
  cancel: boolean;
  problem: string | null;
  people: number | null;
  iterations: number | null;
  converged: boolean | null;
  requested_at: Date;
  finished_at: Date | null;
}

const ANALYSIS = `id, version_id, kind, state, done, total, cancel, problem, people, iterations, converged, requested_at, finished_at`;

/** Writes an analysis, or null when one of its kind is open for this version. */
export function insertAnalysis(
  tx: Tx,
  a: { id: string; versionId: string; kind: AnalysisKind; requestedBy: string | null; at: Date },
): Promise<AnalysisRow | null> {
  return maybeOne<AnalysisRow>(
    tx,
    `insert into assessment_analysis (id, version_id, kind, requested_by, requested_at) values ($1, $2, $3, $4, $5)
     on conflict (version_id, kind) where state in ('queued', 'running') do nothing returning ${ANALYSIS}`,
    [a.id, a.versionId, a.kind, a.requestedBy, a.at],
  );
}

/** Gives up analyses whose worker is gone for good, so that a new one can be asked for. */
export async function giveUpLost(tx: Tx, versionId: string, kind: AnalysisKind, before: Date, at: Date): Promise<void> {
  await execute(
    tx,
    `update assessment_analysis set state = 'failed', problem = 'lost', finished_at = $4
     where version_id = $1 and kind = $2 and state in ('queued', 'running') and requested_at < $3`,
    [versionId, kind, before, at],
  );
}

export function findAnalysis(tx: Tx, id: string): Promise<AnalysisRow | null> {
  return maybeOne<AnalysisRow>(tx, `select ${ANALYSIS} from assessment_analysis where id = $1`, [id]);
}

/** The newest analysis of each kind. */
export function latestAnalyses(tx: Tx, versionId: string): Promise<AnalysisRow[]> {
  return rows<AnalysisRow>(
    tx,
    `select distinct on (kind) ${ANALYSIS} from assessment_analysis where version_id = $1 order by kind, requested_at desc`,
    [versionId],
  );
}

/** Starts or takes up again; null when it is finished or cancelled meanwhile. */
export function beginAnalysis(tx: Tx, id: string): Promise<AnalysisRow | null> {
  return maybeOne<AnalysisRow>(
    tx,
    `update assessment_analysis set state = 'running', done = 0, total = 100 where id = $1 and state in ('queued', 'running')
     returning ${ANALYSIS}`,
    [id],
  );
}

/** Writes the progress; true when somebody asked to stop. */
export async function pulseAnalysis(tx: Tx, id: string, done: number): Promise<boolean> {
  const row = await maybeOne<{ cancel: boolean }>(
    tx,
    `update assessment_analysis set done = greatest(done, least(total, $2)) where id = $1 and state = 'running' returning cancel`,
    [id, done],
  );
  return row?.cancel ?? true;
}

export async function endAnalysis(
  tx: Tx,
  id: string,
  state: 'done' | 'failed' | 'cancelled',
  at: Date,
  more: {
    problem?: string;
    people?: number;
    iterations?: number;
    converged?: boolean;
    logLikelihood?: number;
  } = {},
): Promise<void> {
  await execute(
    tx,
    `update assessment_analysis set state = $2, finished_at = $3, problem = $4, people = $5, iterations = $6, converged = $7,
            log_likelihood = $8, done = case when $2 = 'done' then total else done end
     where id = $1 and state in ('queued', 'running')`,
    [
      id,
      state,
      at,
      state === 'failed' ? (more.problem ?? 'unexpected') : null,
      more.people ?? null,
      more.iterations ?? null,
      more.converged ?? null,
      more.logLikelihood ?? null,
    ],
  );
}

/** One that waits stops at once, one that runs at its next pulse. */
export async function cancelAnalysis(tx: Tx, id: string, at: Date): Promise<AnalysisRow | null> {
  return maybeOne<AnalysisRow>(
    tx,
    `update assessment_analysis set cancel = true, state = case state when 'queued' then 'cancelled' else state end,
            finished_at = case state when 'queued' then $2 else finished_at end
     where id = $1 and state in ('queued', 'running') returning ${ANALYSIS}`,
    [id, at],
  );
}

export interface VersionHead {
  id: string;
  assessment_id: string;
  code: string;
  kind: AssessmentKind;
  number: number;
  pass_mark: number;
  current: boolean;
  /** Finished attempts at this version, and the sum of their releases. */
  attempts: number;
  seen: number;
}

const HEAD = `v.id, v.assessment_id, a.code, a.kind, v.number, v.pass_mark, v.id = a.current_version_id as current,
  t.attempts, t.seen
  from assessment_version v join assessment a on a.id = v.assessment_id
  cross join lateral (select count(*)::int as attempts, coalesce(sum(release), 0)::bigint as seen from attempt
                      where version_id = v.id and state = 'graded') t`;

/** Published versions of a quiz or exam, newest first. */
export function versionsOf(tx: Tx, assessmentId: string): Promise<VersionHead[]> {
  return rows<VersionHead>(
    tx,
    `select ${HEAD} where v.assessment_id = $1 and v.published_at is not null order by v.number desc limit 100`,
    [assessmentId],
  );
}

export function versionHead(tx: Tx, versionId: string): Promise<VersionHead | null> {
  return maybeOne<VersionHead>(tx, `select ${HEAD} where v.id = $1 and v.published_at is not null`, [versionId]);
}

/** Versions with finished attempts that their statistics do not know yet. */
export function outdatedVersions(tx: Tx): Promise<{ version_id: string }[]> {
  return rows(
    tx,
    `select t.version_id from (select version_id, sum(release) as seen from attempt where state = 'graded' group by 1) t
     left join assessment_statistic s on s.version_id = t.version_id and s.attempts = 'all'
     where s.seen is distinct from t.seen order by 1`,
  );
}

export interface FinishedAttempt {
  id: string;
  number: number;
  paper: PaperEntry[];
  marks: Mark[];
  /** Choices of the answer that counts, by place. */
  choices: Record<string, string[]>;
}

/** Finished attempts at a version, a portion at a time in the order of their ids. */
export function finishedAttempts(
  tx: Tx,
  versionId: string,
  after: string | null,
  limit: number,
): Promise<FinishedAttempt[]> {
  return rows<FinishedAttempt>(
    tx,
    `select t.id, t.number, t.paper, t.marks,
            (select coalesce(jsonb_object_agg(b.item, b.choices), '{}') from (
               select distinct on (s.item) s.item, s.answer -> 'choices' as choices
               from attempt_answer s where s.attempt_id = t.id and not s.late
               order by s.item, s.checked desc, s.seq desc, s.arrival desc) b
             where jsonb_typeof(b.choices) = 'array') as choices
     from (select id, number, paper, marks from attempt
           where version_id = $1 and state = 'graded' and ($2::uuid is null or id > $2) order by id limit $3) t
     order by t.id`,
    [versionId, after, limit],
  );
}

type Measured = Omit<ItemMeasures, 'flags'> & { flags: readonly ItemFlag[] };
export interface StoredItem extends Measured {
  questionVersionId: string;
}

interface ItemRow {
  question_version_id: string;
  answered: number;
  blanks: number;
  facility: number | null;
  sd: number | null;
  discrimination: number | null;
  efficiency: number | null;
  item_rest: number | null;
  item_total: number | null;
  intended_weight: number | null;
  effective_weight: number | null;
  choices: ChoiceMeasure[] | null;
  flags: ItemFlag[];
}

const MEASURES = `answered, blanks, facility, sd, discrimination, efficiency, item_rest, item_total`;
const RECORD = `question_version_id uuid, answered int, blanks int, facility float8, sd float8, discrimination float8,
  efficiency float8, item_rest float8, item_total float8, intended_weight float8, effective_weight float8, choices jsonb, flags jsonb`;

function record(i: StoredItem): ItemRow {
  return {
    question_version_id: i.questionVersionId,
    answered: i.answered,
    blanks: i.blanks,
    facility: i.facility,
    sd: i.sd,
    discrimination: i.discrimination,
    efficiency: i.efficiency,
    item_rest: i.itemRest,
    item_total: i.itemTotal,
    intended_weight: i.intendedWeight,
    effective_weight: i.effectiveWeight,
    choices: i.choices,
    flags: [...i.flags],
  };
}

function stored(r: ItemRow): StoredItem & ItemMeasures {
  return {
    questionVersionId: r.question_version_id,
    answered: r.answered,
    blanks: r.blanks,
    facility: r.facility,
    sd: r.sd,
    discrimination: r.discrimination,
    efficiency: r.efficiency,
    itemRest: r.item_rest,
    itemTotal: r.item_total,
    intendedWeight: r.intended_weight,
    effectiveWeight: r.effective_weight,
    choices: r.choices,
    flags: r.flags,
  };
}

export interface VersionResult {
  versionId: string;
  attempts: AttemptsCounted;
  test: TestMeasures;
  items: readonly StoredItem[];
  seen: number;
  at: Date;
}

export async function saveVersionResult(tx: Tx, r: VersionResult): Promise<void> {
  const { test } = r;
  await execute(
    tx,
    `insert into assessment_statistic (version_id, attempts, people, mean, median, sd, skewness, kurtosis, alpha, kr20, sem,
                                       bins, seen, computed_at)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)
     on conflict (version_id, attempts) do update set people = excluded.people, mean = excluded.mean, median = excluded.median,
       sd = excluded.sd, skewness = excluded.skewness, kurtosis = excluded.kurtosis, alpha = excluded.alpha, kr20 = excluded.kr20,
       sem = excluded.sem, bins = excluded.bins, seen = excluded.seen, computed_at = excluded.computed_at`,
    [
      r.versionId,
      r.attempts,
      test.people,
      test.mean,
      test.median,
      test.sd,
      test.skewness,
      test.kurtosis,
      test.alpha,
      test.kr20,
      test.sem,
      test.bins,
      r.seen,
      r.at,
    ],
  );
  await execute(tx, `delete from item_statistic where version_id = $1 and attempts = $2`, [r.versionId, r.attempts]);
  await execute(
    tx,
    `insert into item_statistic (version_id, attempts, question_version_id, ${MEASURES}, intended_weight, effective_weight, choices, flags)
     select $1, $2, question_version_id, ${MEASURES}, intended_weight, effective_weight, nullif(choices, 'null'), flags
     from jsonb_to_recordset($3::jsonb) as n(${RECORD})`,
    [r.versionId, r.attempts, JSON.stringify(r.items.map(record))],
  );
}

/** Keeps two versions with questions in common apart until the first has added its own. */
export async function lockQuestionVersions(tx: Tx, ids: readonly string[]): Promise<void> {
  await rows(tx, `select id from question_version where id = any ($1::uuid[]) order by id for no key update`, [ids]);
}

/** What every version says about these question versions. */
export async function itemsByQuestionVersion(
  tx: Tx,
  ids: readonly string[],
  attempts: AttemptsCounted,
): Promise<Map<string, ItemMeasures[]>> {
  const found = await rows<ItemRow>(
    tx,
    `select question_version_id, ${MEASURES}, intended_weight, effective_weight, choices, flags from item_statistic
     where question_version_id = any ($1::uuid[]) and attempts = $2 order by version_id`,
    [ids, attempts],
  );
  const out = new Map<string, ItemMeasures[]>();
  for (const r of found) {
    const list = out.get(r.question_version_id);
    if (list) list.push(stored(r));
    else out.set(r.question_version_id, [stored(r)]);
  }
  return out;
}

export async function saveQuestionVersions(
  tx: Tx,
  attempts: AttemptsCounted,
  items: readonly StoredItem[],
  at: Date,
): Promise<void> {
  await execute(
    tx,
    `insert into question_version_statistic as s (question_version_id, attempts, ${MEASURES}, choices, flags, computed_at)
     select question_version_id, $1, ${MEASURES}, nullif(choices, 'null'), flags, $2 from jsonb_to_recordset($3::jsonb) as n(${RECORD})
     on conflict (question_version_id, attempts) do update set answered = excluded.answered, blanks = excluded.blanks,
       facility = excluded.facility, sd = excluded.sd, discrimination = excluded.discrimination, efficiency = excluded.efficiency,
       item_rest = excluded.item_rest, item_total = excluded.item_total, choices = excluded.choices, flags = excluded.flags,
       computed_at = excluded.computed_at`,
    [attempts, at, JSON.stringify(items.map(record))],
  );
}

export interface StoredTest extends TestMeasures {
  seen: number;
  computedAt: Date;
}

export async function versionResult(tx: Tx, versionId: string, attempts: AttemptsCounted): Promise<StoredTest | null> {
  const row = await maybeOne<TestMeasures & { seen: number; computed_at: Date }>(
    tx,
    `select people, mean, median, sd, skewness, kurtosis, alpha, kr20, sem, bins, seen, computed_at
     from assessment_statistic where version_id = $1 and attempts = $2`,
    [versionId, attempts],
  );
  if (!row) return null;
  const { computed_at: computedAt, ...rest } = row;
  return { ...rest, computedAt };
}

export interface QuestionFacts {
  questionId: string;
  questionVersionId: string;
  code: string;
  versionNumber: number;
  type: QuestionType;
  topic: string | null;
  keys: string[];
  right: string[];
}

interface FactRow {
  question_id: string;
  question_version_id: string;
  code: string;
  number: number;
  type: QuestionType;
  topic: string | null;
  body: QuestionBody;
  answer_key: AnswerKey;
}

const FACTS = `v.question_id, v.id as question_version_id, q.code, v.number, v.type, v.tags[1] as topic, v.body, v.answer_key`;

function facts(r: FactRow): QuestionFacts {
  return {
    questionId: r.question_id,
    questionVersionId: r.question_version_id,
    code: r.code,
    versionNumber: r.number,
    type: r.type,
    topic: r.topic,
    keys: r.body.choices ?? [],
    right: r.answer_key.choices ?? [],
  };
}

interface CalibrationColumns {
  c_answered: number | null;
  a: number | null;
  a_se: number | null;
  b: number | null;
  b_se: number | null;
  c_problem: CalibrationProblem | null;
}
export interface CalibratedItem {
  answered: number;
  a: number | null;
  aSe: number | null;
  b: number | null;
  bSe: number | null;
  problem: CalibrationProblem | null;
}
const CALIBRATION = `c.answered as c_answered, c.a, c.a_se, c.b, c.b_se, c.problem as c_problem`;
function calibrated(r: CalibrationColumns): CalibratedItem | null {
  return r.c_answered === null
    ? null
    : { answered: r.c_answered, a: r.a, aSe: r.a_se, b: r.b, bSe: r.b_se, problem: r.c_problem };
}

export interface ItemOfVersion extends QuestionFacts {
  measures: ItemMeasures;
  calibration: CalibratedItem | null;
}

export async function itemsOfVersion(
  tx: Tx,
  versionId: string,
  attempts: AttemptsCounted,
  limit: number,
): Promise<ItemOfVersion[]> {
  const found = await rows<FactRow & ItemRow & CalibrationColumns>(
    tx,
    `select ${FACTS}, s.answered, s.blanks, s.facility, s.sd, s.discrimination, s.efficiency, s.item_rest, s.item_total,
            s.intended_weight, s.effective_weight, s.choices, s.flags, ${CALIBRATION}
     from item_statistic s join question_version v on v.id = s.question_version_id join question q on q.id = v.question_id
     left join item_calibration c on c.version_id = s.version_id and c.question_version_id = s.question_version_id
     where s.version_id = $1 and s.attempts = $2 order by q.code limit $3`,
    [versionId, attempts, limit],
  );
  return found.map((r) => ({ ...facts(r), measures: stored(r), calibration: calibrated(r) }));
}

export interface QuestionVersionResult extends QuestionFacts {
  publishedAt: Date;
  computedAt: Date | null;
  measures: ItemMeasures | null;
}

/** Published versions of a question with their statistics, newest first. */
export async function versionsOfQuestion(
  tx: Tx,
  questionId: string,
  attempts: AttemptsCounted,
): Promise<QuestionVersionResult[]> {
  const found = await rows<FactRow & ItemRow & { published_at: Date; computed_at: Date | null }>(
    tx,
    `select ${FACTS}, v.published_at, s.computed_at, s.answered, s.blanks, s.facility, s.sd, s.discrimination, s.efficiency,
            s.item_rest, s.item_total, null::float8 as intended_weight, null::float8 as effective_weight, s.choices, s.flags
     from question_version v join question q on q.id = v.question_id
     left join question_version_statistic s on s.question_version_id = v.id and s.attempts = $2
     where v.question_id = $1 and v.published_at is not null order by v.number desc limit 100`,
    [questionId, attempts],
  );
  return found.map((r) => ({
    ...facts(r),
    publishedAt: r.published_at,
    computedAt: r.computed_at,
    measures: r.computed_at === null ? null : stored(r),
  }));
}

export interface QuestionInExam {
  questionVersionId: string;
  assessmentId: string;
  assessmentVersionId: string;
  versionNumber: number;
  answered: number;
  facility: number | null;
  itemRest: number | null;
  calibration: CalibratedItem | null;
}

/** Where versions of a question stood, and how they did there. */
export async function examsOfQuestion(
  tx: Tx,
  questionId: string,
  attempts: AttemptsCounted,
): Promise<QuestionInExam[]> {
  const found = await rows<
    CalibrationColumns & {
      question_version_id: string;
      assessment_id: string;
      version_id: string;
      number: number;
      answered: number;
      facility: number | null;
      item_rest: number | null;
    }
  >(
    tx,
    `select s.question_version_id, av.assessment_id, s.version_id, av.number, s.answered, s.facility, s.item_rest, ${CALIBRATION}
     from question_version v join item_statistic s on s.question_version_id = v.id and s.attempts = $2
     join assessment_version av on av.id = s.version_id
     left join item_calibration c on c.version_id = s.version_id and c.question_version_id = s.question_version_id
     where v.question_id = $1 order by s.answered desc, s.version_id limit 200`,
    [questionId, attempts],
  );
  return found.map((r) => ({
    questionVersionId: r.question_version_id,
    assessmentId: r.assessment_id,
    assessmentVersionId: r.version_id,
    versionNumber: r.number,
    answered: r.answered,
    facility: r.facility,
    itemRest: r.item_rest,
    calibration: calibrated(r),
  }));
}

export async function saveCalibration(
  tx: Tx,
  versionId: string,
  items: readonly (CalibratedItem & { questionVersionId: string })[],
  at: Date,
): Promise<void> {
  await execute(tx, `delete from item_calibration where version_id = $1`, [versionId]);
  await execute(
    tx,
    `insert into item_calibration (version_id, question_version_id, answered, a, a_se, b, b_se, problem, calibrated_at)
     select $1, "questionVersionId", answered, a, "aSe", b, "bSe", problem, $2
     from jsonb_to_recordset($3::jsonb) as n("questionVersionId" uuid, answered int, a float8, "aSe" float8, b float8, "bSe" float8, problem text)`,
    [versionId, at, JSON.stringify(items)],
  );
}
