import { execute, maybeOne, one, rows, type Tx } from '@waymark/platform';
import type { AssessmentKind } from '../assessment/assessment.js';
import { ATTEMPT, type AttemptRow } from '../attempt/attempt.repository.js';
import type { Mark } from '../grading/grading.js';
import type { AnswerKey } from '../question/question.js';
import type { RegradePolicy } from './regrade.js';

export interface CorrectionRow {
  id: string;
  seq: number;
  question_id: string;
  question_version_id: string;
  version_number: number;
  number: number;
  reason: string;
  corrected_by: string | null;
  corrected_at: Date;
  /** A later correction of the same version stands. */
  superseded: boolean;
}

const CORRECTION = `c.id, c.seq, v.question_id, c.question_version_id, v.number as version_number, c.number, c.reason, c.corrected_by,
  c.corrected_at, exists (select 1 from question_correction l where l.question_version_id = c.question_version_id and l.seq > c.seq) as superseded
  from question_correction c join question_version v on v.id = c.question_version_id`;

/** Corrections of one question, newest first. */
export function correctionsOf(tx: Tx, questionId: string): Promise<CorrectionRow[]> {
  return rows<CorrectionRow>(tx, `select ${CORRECTION} where v.question_id = $1 order by c.seq desc limit 100`, [
    questionId,
  ]);
}

export function findCorrection(tx: Tx, id: string): Promise<CorrectionRow | null> {
  return maybeOne<CorrectionRow>(tx, `select ${CORRECTION} where c.id = $1`, [id]);
}

/** Writes the correction and the key. Corrections are numbered in the order of their commits, one at a time. */
export async function insertCorrection(
  tx: Tx,
  c: {
    id: string;
    versionId: string;
    before: AnswerKey;
    after: AnswerKey;
    reason: string;
    by: string;
    at: Date;
  },
): Promise<void> {
  await execute(tx, `select pg_advisory_xact_lock(hashtext('assessment.question-correction'))`);
  await execute(
    tx,
    `insert into question_correction (id, seq, question_version_id, number, key_before, key_after, reason, corrected_by, corrected_at)
     select $1, (select coalesce(max(seq), 0) + 1 from question_correction), $2,
            (select coalesce(max(number), 0) + 1 from question_correction where question_version_id = $2), $3, $4, $5, $6, $7`,
    [c.id, c.versionId, JSON.stringify(c.before), JSON.stringify(c.after), c.reason, c.by, c.at],
  );
  await execute(tx, `update question_version set answer_key = $2 where id = $1`, [
    c.versionId,
    JSON.stringify(c.after),
  ]);
}

export type RegradeState = 'queued' | 'running' | 'done' | 'failed' | 'cancelled';

export interface RegradeRow {
  id: string;
  correction_id: string;
  policy: RegradePolicy;
  state: RegradeState;
  done: number;
  total: number;
  problem: string | null;
  asked_by: string | null;
  asked_at: Date;
  finished_at: Date | null;
}

const REGRADE = `id, correction_id, policy, state, done, total, problem, asked_by, asked_at, finished_at`;

/** Regrades of corrections, newest first. */
export function regradesOf(tx: Tx, correctionIds: readonly string[]): Promise<RegradeRow[]> {
  return rows<RegradeRow>(
    tx,
    `select ${REGRADE} from regrade where correction_id = any ($1::uuid[]) order by asked_at desc, id desc`,
    [correctionIds],
  );
}

export function findRegrade(tx: Tx, id: string): Promise<RegradeRow | null> {
  return maybeOne<RegradeRow>(tx, `select ${REGRADE} from regrade where id = $1`, [id]);
}

/** Null when one of this correction is asked for, under way or done. */
export function insertRegrade(
  tx: Tx,
  r: { id: string; correctionId: string; policy: RegradePolicy; total: number; by: string; at: Date },
): Promise<RegradeRow | null> {
  return maybeOne<RegradeRow>(
    tx,
    `insert into regrade (id, correction_id, policy, total, asked_by, asked_at, pulsed_at) values ($1, $2, $3, $4, $5, $6, $6)
     on conflict (correction_id) where state in ('queued', 'running', 'done') do nothing returning ${REGRADE}`,
    [r.id, r.correctionId, r.policy, r.total, r.by, r.at],
  );
}

/** Gives up regrades whose worker is gone for good, so that the rest can be asked for again. */
export async function giveUpLostRegrades(tx: Tx, correctionId: string, before: Date, at: Date): Promise<void> {
  await execute(
    tx,
    `update regrade set state = 'failed', problem = 'lost', finished_at = $3
     where correction_id = $1 and state in ('queued', 'running') and pulsed_at < $2`,
    [correctionId, before, at],
  );
}

export function beginRegrade(tx: Tx, id: string, at: Date): Promise<RegradeRow | null> {
  return maybeOne<RegradeRow>(
    tx,
    `update regrade set state = 'running', pulsed_at = $2 where id = $1 and state in ('queued', 'running') returning ${REGRADE}`,
    [id, at],
  );
}

/** Locks the regrade for one batch; false when it is to stop. */
export async function mayGoOn(tx: Tx, id: string): Promise<boolean> {
  const row = await maybeOne<{ cancel: boolean }>(
    tx,
    `select cancel from regrade where id = $1 and state = 'running' for no key update`,
    [id],
  );
  return row?.cancel === false;
}

export async function pulseRegrade(tx: Tx, id: string, more: number, at: Date): Promise<void> {
  await execute(
    tx,
    `update regrade set done = done + $2, total = greatest(total, done + $2), pulsed_at = $3 where id = $1`,
    [id, more, at],
  );
}

export async function endRegrade(
  tx: Tx,
  id: string,
  state: 'done' | 'failed' | 'cancelled',
  at: Date,
  problem: string | null = null,
): Promise<boolean> {
  const changed = await execute(
    tx,
    `update regrade set state = $2, finished_at = $3, problem = $4, total = case when $2 = 'done' then done else total end
     where id = $1 and state in ('queued', 'running')`,
    [id, state, at, problem],
  );
  return changed > 0;
}

/** One that waits stops at once, one that runs before its next batch. */
export function cancelRegrade(tx: Tx, id: string, at: Date): Promise<RegradeRow | null> {
  return maybeOne<RegradeRow>(
    tx,
    `update regrade set cancel = true, state = case state when 'queued' then 'cancelled' else state end,
            finished_at = case state when 'queued' then $2 else finished_at end
     where id = $1 and state in ('queued', 'running') returning ${REGRADE}`,
    [id, at],
  );
}

/** The policy of what was applied of a correction already; the rest follows the same. */
export function policyInForce(tx: Tx, correctionId: string): Promise<{ policy: RegradePolicy } | null> {
  return maybeOne(
    tx,
    `select r.policy from attempt_regrade a join regrade r on r.id = a.regrade_id where a.correction_id = $1 limit 1`,
    [correctionId],
  );
}

export interface AffectedAttempt extends AttemptRow {
  item: number;
}

const AFFECTED = `t.state <> 'open' and t.key_seq < $1 and t.paper @> jsonb_build_array(jsonb_build_object('v', $2::text))
  and not exists (select 1 from attempt_regrade g where g.attempt_id = t.id and g.correction_id = $3)`;

/** Attempts handed in and marked before a correction, that no regrade of it has seen; in the order of their ids. */
export function affected(
  tx: Tx,
  c: Pick<CorrectionRow, 'id' | 'seq' | 'question_version_id'>,
  after: string | null,
  limit: number,
  lock: boolean,
): Promise<AffectedAttempt[]> {
  return rows<AffectedAttempt>(
    tx,
    `select ${ATTEMPT},
            (select p.item::int from jsonb_array_elements(t.paper) with ordinality as p(entry, item)
             where p.entry ->> 'v' = $2::text limit 1) as item
     from attempt t where ${AFFECTED} and ($4::uuid is null or t.id > $4)
     order by t.id limit $5 ${lock ? 'for no key update of t' : ''}`,
    [c.seq, c.question_version_id, c.id, after, limit],
  );
}

export async function countAffected(
  tx: Tx,
  c: Pick<CorrectionRow, 'id' | 'seq' | 'question_version_id'>,
): Promise<number> {
  const { n } = await one<{ n: number }>(tx, `select count(*)::int as n from attempt t where ${AFFECTED}`, [
    c.seq,
    c.question_version_id,
    c.id,
  ]);
  return n;
}

/** Of these attempts, those whose answer a person gave points to. */
export async function gradedByHand(
  tx: Tx,
  attemptIds: readonly string[],
  items: readonly number[],
): Promise<Set<string>> {
  const found = await rows<{ attempt_id: string }>(
    tx,
    `select distinct g.attempt_id from attempt_grade g
     where (g.attempt_id, g.item) in (select * from unnest($1::uuid[], $2::int[])) and g.source <> 'regrade'`,
    [attemptIds, items],
  );
  return new Set(found.map((f) => f.attempt_id));
}

export interface RegradedAttempt {
  attemptId: string;
  item: number;
  changed: boolean;
  before: Mark;
  after: Mark;
  scoreBefore: { num: number; den: number } | null;
  score: { num: number; den: number } | null;
  passedBefore: boolean | null;
  passed: boolean | null;
  /** Points of the item after it, where it counts. */
  points: { num: number; den: number } | null;
  gradeId: string;
}

/** Writes what a regrade made of a batch: the history of each attempt, of each changed answer, and the question's sums. */
export async function insertRegraded(
  tx: Tx,
  r: { regradeId: string; correction: CorrectionRow; by: string | null; at: Date },
  list: readonly RegradedAttempt[],
): Promise<void> {
  const batch = JSON.stringify(
    list.map((a) => ({
      attempt_id: a.attemptId,
      item: a.item,
      changed: a.changed,
      mark_before: a.before,
      mark_after: a.after,
      score_num_before: a.scoreBefore?.num ?? null,
      score_den_before: a.scoreBefore?.den ?? null,
      score_num: a.score?.num ?? null,
      score_den: a.score?.den ?? null,
      passed_before: a.passedBefore,
      passed: a.passed,
      grade_id: a.gradeId,
      points_num: a.changed ? (a.points?.num ?? null) : null,
      points_den: a.points?.den ?? null,
    })),
  );
  await execute(
    tx,
    `with n as materialized (
       select * from jsonb_to_recordset($1::jsonb) as n(attempt_id uuid, item smallint, changed boolean, mark_before jsonb, mark_after jsonb,
         score_num_before bigint, score_den_before bigint, score_num bigint, score_den bigint, passed_before boolean, passed boolean,
         grade_id uuid, points_num int, points_den int)
     ), graded as (
       insert into attempt_grade (id, attempt_id, item, points_num, points_den, source, grader_id, created_at)
       select grade_id, attempt_id, item, points_num, points_den, 'regrade', $4, $5 from n where points_num is not null
     ), sums as (
       select count(*) filter (where mark_after ->> 's' = 'dropped') - count(*) filter (where mark_before ->> 's' = 'dropped') as gone,
              sum((mark_after ->> 'n')::numeric / (mark_after ->> 'd')::numeric - (mark_before ->> 'n')::numeric / (mark_before ->> 'd')::numeric) as earned
       from n where changed and score_num_before is not null
     ), counted as (
       update question_stat s set answered = greatest(0, s.answered - sums.gone), earned = greatest(0, s.earned + sums.earned)
       from sums where s.question_version_id = $6 and sums.earned is not null
     )
     insert into attempt_regrade (attempt_id, correction_id, regrade_id, item, changed, mark_before, mark_after, score_num_before,
                                  score_den_before, score_num, score_den, passed_before, passed, at)
     select attempt_id, $3, $2, item, changed, mark_before, mark_after, score_num_before, score_den_before, score_num, score_den,
            passed_before, passed, $5 from n`,
    [batch, r.regradeId, r.correction.id, r.by, r.at, r.correction.question_version_id],
  );
}

export interface ChangeRow {
  attempt_id: string;
  person_id: string;
  version_id: string;
  code: string;
  kind: AssessmentKind;
  number: number;
  score_num_before: number | null;
  score_den_before: number | null;
  score_num: number | null;
  score_den: number | null;
  passed_before: boolean | null;
  passed: boolean | null;
}

/** What a correction changed, as it was written; every pass lost or gained first. @param scope SQL over t.person_id from $4 on */
export function changesOf(
  tx: Tx,
  correctionId: string,
  offset: number,
  limit: number,
  scope: { sql: string; params: readonly unknown[] },
): Promise<(ChangeRow & { n: number })[]> {
  return rows(
    tx,
    `select g.attempt_id, t.person_id, t.version_id, a.code, a.kind, t.number, g.score_num_before, g.score_den_before, g.score_num,
            g.score_den, g.passed_before, g.passed, (count(*) over ())::int as n
     from attempt_regrade g join attempt t on t.id = g.attempt_id join assessment a on a.id = t.assessment_id
     where g.correction_id = $1 and g.changed and ${scope.sql}
     order by g.passed_before is distinct from g.passed desc, g.passed, g.attempt_id offset $2 limit $3`,
    [correctionId, offset, limit, ...scope.params],
  );
}

/** What was changed of a correction until now. */
export function changedSums(
  tx: Tx,
  correctionIds: readonly string[],
): Promise<
  {
    correction_id: string;
    attempts: number;
    changed: number;
    raised: number;
    lowered: number;
    passes_gained: number;
    passes_lost: number;
  }[]
> {
  const move = `g.score_num::numeric * g.score_den_before - g.score_num_before::numeric * g.score_den`;
  return rows(
    tx,
    `select g.correction_id, count(*)::int as attempts, count(*) filter (where g.changed)::int as changed,
            count(*) filter (where g.changed and ${move} > 0)::int as raised,
            count(*) filter (where g.changed and ${move} < 0)::int as lowered,
            count(*) filter (where g.changed and g.passed and g.passed_before is not true)::int as passes_gained,
            count(*) filter (where g.changed and g.passed = false and g.passed_before)::int as passes_lost
     from attempt_regrade g where g.correction_id = any ($1::uuid[]) group by 1`,
    [correctionIds],
  );
}

/** Of people, those the scope covers. */
export async function within(
  tx: Tx,
  personIds: readonly string[],
  scope: { sql: string; params: readonly unknown[] },
): Promise<Set<string>> {
  const found = await rows<{ person_id: string }>(
    tx,
    `select t.person_id from unnest($1::uuid[]) as t(person_id) where ${scope.sql}`,
    [personIds, ...scope.params],
  );
  return new Set(found.map((f) => f.person_id));
}
