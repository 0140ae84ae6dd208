import type { Locale } from '@waymark/kernel';
import { execute, maybeOne, rows, type Tx } from '@waymark/platform';
import type { AssessmentKind, AssessmentStatus } from '../assessment/assessment.js';
import type { AttemptFact } from '../assessment/retake.js';
import type { Mark } from '../grading/grading.js';
import type { Answer } from '../question/question.js';
import { KEYS_NOW } from '../question/question-versions.service.js';
import type { AttemptState, SubmittedBy } from './attempt-state.js';
import type { PaperEntry } from './paper.js';
import type { Save } from './save-merge.js';

export interface AttemptRow {
  id: string;
  assessment_id: string;
  version_id: string;
  person_id: string;
  number: number;
  state: AttemptState;
  device_id: string;
  locale: Locale;
  zone: string;
  text_seq: number;
  paper: PaperEntry[];
  item_count: number;
  count_from: Date | null;
  started_at: Date;
  deadline_at: Date | null;
  submitted_at: Date | null;
  submitted_by: SubmittedBy | null;
  marks: Mark[] | null;
  pending_count: number;
  answered_count: number;
  score_num: number | null;
  score_den: number | null;
  passed: boolean | null;
  released_at: Date | null;
  release: number;
  /** The newest correction of a key. */
  keys_now: number;
}

export const ATTEMPT = `t.id, t.assessment_id, t.version_id, t.person_id, t.number, t.state, t.device_id, t.locale, t.zone, t.text_seq, t.paper,
  t.item_count, t.count_from, t.started_at, t.deadline_at, t.submitted_at, t.submitted_by, t.marks, t.pending_count, t.answered_count,
  t.score_num, t.score_den, t.passed, t.released_at, t.release, ${KEYS_NOW}`;

/** The newest attempts of (person, assessment) and the retakes granted, as columns of a statement over attempt or assessment. */
export const FACTS = (person: string, assessment: string): string => `
  (select coalesce(jsonb_agg(jsonb_build_array(f.number, f.state, f.started_at, f.released_at, f.passed, f.id, f.deadline_at)), '[]')
   from (select number, state, started_at, released_at, passed, id, deadline_at from attempt where person_id = ${person} and assessment_id = ${assessment} order by number desc limit 60) f) as attempts,
  (select coalesce(jsonb_agg(g.created_at), '[]') from retake_grant g
   where g.person_id = ${person} and g.assessment_id = ${assessment}) as grants`;

export type RawFact = [number, AttemptState, string, string | null, boolean | null, string, string | null];

export interface KnownAttempt extends AttemptFact {
  id: string;
  deadlineAt: Date | null;
}

export interface StandingFacts {
  attempts: KnownAttempt[];
  grants: Date[];
}

export function factsOf(raw: { attempts: RawFact[]; grants: string[] }): StandingFacts {
  return {
    attempts: raw.attempts.map(([number, state, startedAt, releasedAt, passed, id, deadlineAt]) => ({
      number,
      state,
      startedAt: new Date(startedAt),
      releasedAt: releasedAt === null ? null : new Date(releasedAt),
      passed,
      id,
      deadlineAt: deadlineAt === null ? null : new Date(deadlineAt),
    })),
    grants: raw.grants.map((g) => new Date(g)),
  };
}

export interface StartFacts extends StandingFacts {
  id: string;
  code: string;
  kind: AssessmentKind;
  status: AssessmentStatus;
  versionId: string | null;
  textSeq: number;
  poolStamp: number;
}

/** Everything that decides a start, in one statement. */
export async function startFacts(
  tx: Tx,
  by: { code: string } | { id: string },
  personId: string,
): Promise<StartFacts | null> {
  const [column, value] = 'code' in by ? ['code', by.code] : ['id', by.id];
  const r = await maybeOne<{
    id: string;
    code: string;
    kind: AssessmentKind;
    status: AssessmentStatus;
    version_id: string | null;
    text_seq: number;
    pool_stamp: number;
    attempts: RawFact[];
    grants: string[];
  }>(
    tx,
    `select a.id, a.code, a.kind, a.status, a.current_version_id as version_id,
            (select coalesce(max(seq), 0) from content_text) as text_seq,
            (select coalesce(sum(pool_revision), 0)::bigint from question_bank) as pool_stamp,
            ${FACTS('$2', 'a.id')}
     from assessment a where a.${column} = $1`,
    [value, personId],
  );
  if (!r) return null;
  return {
    ...factsOf(r),
    id: r.id,
    code: r.code,
    kind: r.kind,
    status: r.status,
    versionId: r.version_id,
    textSeq: r.text_seq,
    poolStamp: r.pool_stamp,
  };
}

export interface NewAttempt {
  id: string;
  assessmentId: string;
  versionId: string;
  personId: string;
  number: number;
  deviceId: string;
  locale: Locale;
  zone: string;
  textSeq: number;
  seed: number;
  paper: PaperEntry[];
  countFrom: Date | null;
  startedAt: Date;
  deadlineAt: Date | null;
}

/** Writes attempts; those that lose a race (one open, one number) are left out. Returns the ids written. */
export async function insertAttempts(tx: Tx, attempts: readonly NewAttempt[]): Promise<string[]> {
  const written = await rows<{ id: string }>(
    tx,
    `insert into attempt (id, assessment_id, version_id, person_id, number, device_id, locale, zone, text_seq, seed, paper, item_count,
                          count_from, started_at, deadline_at)
     select id, assessment_id, version_id, person_id, number, device_id, locale, zone, text_seq, seed, paper,
            jsonb_array_length(paper), count_from, started_at, deadline_at
     from jsonb_to_recordset($1::jsonb) as n(id uuid, assessment_id uuid, version_id uuid, person_id uuid, number int, device_id text,
       locale text, zone text, text_seq bigint, seed int, paper jsonb, count_from timestamptz, started_at timestamptz, deadline_at timestamptz)
     on conflict do nothing returning id`,
    [
      JSON.stringify(
        attempts.map((a) => ({
          id: a.id,
          assessment_id: a.assessmentId,
          version_id: a.versionId,
          person_id: a.personId,
          number: a.number,
          device_id: a.deviceId,
          locale: a.locale,
          zone: a.zone,
          text_seq: a.textSeq,
          seed: a.seed,
          paper: a.paper,
          count_from: a.countFrom,
          started_at: a.startedAt,
          deadline_at: a.deadlineAt,
        })),
      ),
    ],
  );
  return written.map((w) => w.id);
}

/** [save id, item, seq, arrival, answer, checked, late, saved at] */
type RawSave = [string, number, number, number, Answer, boolean, boolean, string];
export interface StoredSave extends Save {
  savedAt: Date;
}

const SAVE_ARRAY = (s: string): string =>
  `jsonb_build_array(${s}.save_id, ${s}.item, ${s}.seq, ${s}.arrival, ${s}.answer, ${s}.checked, ${s}.late, ${s}.saved_at)`;
const SAVES_OF = `(select coalesce(jsonb_agg(${SAVE_ARRAY('s')}), '[]') from attempt_answer s where s.attempt_id = t.id)`;
const SAVES = `${SAVES_OF} as saves`;

function savesOf(raw: readonly RawSave[]): StoredSave[] {
  return raw.map(([saveId, item, seq, arrival, answer, checked, late, savedAt]) => ({
    saveId,
    item,
    seq,
    arrival,
    answer,
    checked,
    late,
    savedAt: new Date(savedAt),
  }));
}

export interface AttemptWithSaves extends AttemptRow {
  saves: StoredSave[];
}

/** One's own attempt, with every acknowledged answer. */
export async function findOwnAttempt(tx: Tx, id: string, personId: string): Promise<AttemptWithSaves | null> {
  const r = await maybeOne<AttemptRow & { saves: RawSave[] }>(
    tx,
    `select ${ATTEMPT}, ${SAVES} from attempt t where t.id = $1 and t.person_id = $2`,
    [id, personId],
  );
  return r ? { ...r, saves: savesOf(r.saves) } : null;
}

export interface AttemptForResult extends AttemptWithSaves, StandingFacts {
  comments: Record<string, string>;
  late_count: number;
  regrades: RawRegrade[];
}

/** [item, at, reason, numerator and denominator of the score before, of the score] */
export type RawRegrade = [number, string, string, number | null, number | null, number | null, number | null];

/**
 * One's own attempt with all its result page needs, in one statement. Where the result is the score alone, answers and
 * comments are not shown and not read: only the late ones are counted.
 */
export async function findForResult(tx: Tx, id: string, personId: string): Promise<AttemptForResult | null> {
  const r = await maybeOne<
    AttemptRow & {
      saves: RawSave[];
      attempts: RawFact[];
      grants: string[];
      comments: Record<string, string>;
      late_count: number;
      regrades: RawRegrade[];
    }
  >(
    tx,
    `select ${ATTEMPT}, ${FACTS('t.person_id', 't.assessment_id')},
            case when v.feedback = 'score' then '[]' else ${SAVES_OF} end as saves,
            (select count(distinct s.item)::int from attempt_answer s where s.attempt_id = t.id and s.late) as late_count,
            case when v.feedback = 'score' then '{}' else (
              select coalesce(jsonb_object_agg(c.item, c.comment), '{}') from (
                select distinct on (g.item) g.item, gc.comment from attempt_grade g left join grade_comment gc on gc.grade_id = g.id
                where g.attempt_id = t.id and g.source <> 'regrade' order by g.item, g.id desc) c where c.comment is not null) end as comments,
            (select coalesce(jsonb_agg(jsonb_build_array(r.item, r.at, c.reason, r.score_num_before, r.score_den_before, r.score_num,
                                                         r.score_den) order by r.at), '[]')
             from attempt_regrade r join question_correction c on c.id = r.correction_id
             where r.attempt_id = t.id and r.changed) as regrades
     from attempt t join assessment_version v on v.id = t.version_id where t.id = $1 and t.person_id = $2`,
    [id, personId],
  );
  return r ? { ...r, ...factsOf(r), saves: savesOf(r.saves) } : null;
}

export interface NewSave {
  saveId: string;
  item: number;
  seq: number;
  answer: Answer;
  checked: boolean;
  answeredAt: Date | null;
}

function saveRecords(saves: readonly NewSave[]): string {
  return JSON.stringify(
    saves.map((s) => ({
      save_id: s.saveId,
      item: s.item,
      seq: s.seq,
      answer: s.answer,
      checked: s.checked,
      answered_at: s.answeredAt,
    })),
  );
}
const SAVE_RECORD = `(save_id uuid, item smallint, seq int, answer jsonb, checked boolean, answered_at timestamptz)`;

/** An attempt keeps this many saves at most: far above honest use, far below a flood. */
export const MAX_SAVES = 5_000;

export interface SaveOutcome {
  state: AttemptState;
  submitted_by: SubmittedBy | null;
  device_id: string;
  deadline_at: Date | null;
  /** Save ids now stored, with whether they are late. */
  stored: { id: string; late: boolean }[];
  last_seq: number;
}

/**
 * Stores answers in one statement. The share lock on the attempt keeps a submission from passing between the check and
 * the write, so what is acknowledged as counting is counted. Committed synchronously: an acknowledged save survives a
 * killed server.
 */
export async function appendSaves(
  tx: Tx,
  a: { attemptId: string; personId: string; deviceId: string; saves: readonly NewSave[]; now: Date; graceMs: number },
): Promise<SaveOutcome | null> {
  return maybeOne<SaveOutcome>(
    tx,
    `with a as materialized (
       select id, state, submitted_by, device_id, deadline_at from attempt where id = $1 and person_id = $2 for share
     ), known as materialized (
       select count(*) as n, coalesce(max(e.seq), 0) as last_seq,
              coalesce(jsonb_agg(jsonb_build_object('id', e.save_id, 'late', e.late)) filter (where e.save_id = any ($7::uuid[])), '[]') as stored
       from a join attempt_answer e on e.attempt_id = a.id
     ), written as (
       insert into attempt_answer (attempt_id, save_id, item, seq, answer, checked, late, answered_at, saved_at)
       select a.id, n.save_id, n.item, n.seq, n.answer, n.checked,
              a.state <> 'open' or coalesce(a.deadline_at + $6 * interval '1 millisecond' < $5, false), n.answered_at, $5
       from a cross join known cross join jsonb_to_recordset($4::jsonb) as n${SAVE_RECORD}
       where a.device_id = $3 and (a.state = 'open' or a.submitted_by = 'deadline') and known.n < ${MAX_SAVES}
       on conflict do nothing
       returning save_id, late, seq
     )
     select a.state, a.submitted_by, a.device_id, a.deadline_at, known.stored || w.stored as stored,
            greatest(known.last_seq, w.last_seq)::int as last_seq
     from a cross join known
     cross join (select coalesce(jsonb_agg(jsonb_build_object('id', save_id, 'late', late)), '[]') as stored,
                        coalesce(max(seq), 0) as last_seq from written) w`,
    [a.attemptId, a.personId, a.deviceId, saveRecords(a.saves), a.now, a.graceMs, a.saves.map((s) => s.saveId)],
  );
}

/** Locks an own attempt against saves and other submissions; null when it is not theirs. */
export function lockOwnAttempt(tx: Tx, id: string, personId: string): Promise<AttemptRow | null> {
  return maybeOne<AttemptRow>(
    tx,
    `select ${ATTEMPT} from attempt t where t.id = $1 and t.person_id = $2 for no key update`,
    [id, personId],
  );
}

export function lockAttempt(tx: Tx, id: string): Promise<AttemptRow | null> {
  return maybeOne<AttemptRow>(tx, `select ${ATTEMPT} from attempt t where t.id = $1 for no key update`, [id]);
}

/** Open attempts past the server's deadline and grace, locked; those another process works on are left to it. */
export function lockOverdue(tx: Tx, closedBefore: Date, limit: number, ids?: readonly string[]): Promise<AttemptRow[]> {
  return rows<AttemptRow>(
    tx,
    `select ${ATTEMPT} from attempt t where t.state = 'open' and t.deadline_at < $1 and ($3::uuid[] is null or t.id = any ($3))
     order by t.deadline_at limit $2 for no key update ${ids ? '' : 'skip locked'}`,
    [closedBefore, limit, ids ?? null],
  );
}

/** All answers of locked attempts. @param items of each attempt the one place asked for */
export async function collectSaves(
  tx: Tx,
  attemptIds: readonly string[],
  items?: readonly number[],
): Promise<Map<string, StoredSave[]>> {
  const found = await rows<{ attempt_id: string; saves: RawSave[] }>(
    tx,
    `select s.attempt_id, jsonb_agg(${SAVE_ARRAY('s')}) as saves from attempt_answer s
     where s.attempt_id = any ($1::uuid[])
       and ($2::int[] is null or (s.attempt_id, s.item) in (select * from unnest($1::uuid[], $2::int[]))) group by s.attempt_id`,
    [attemptIds, items ?? null],
  );
  return new Map(found.map((f) => [f.attempt_id, savesOf(f.saves)]));
}

/**
 * Locks an own attempt to be handed in, writes the answers given with it when this device holds it, and reads them all, in
 * one statement. A save that commits while this waits for the lock is not among them: `writeOutcomes` finds out by count.
 */
export async function takeForSubmission(
  tx: Tx,
  a: {
    attemptId: string;
    personId: string;
    deviceId: string;
    saves: readonly NewSave[];
    now: Date;
    graceMs: number;
  },
): Promise<AttemptWithSaves | null> {
  const r = await maybeOne<AttemptRow & { saves: RawSave[] }>(
    tx,
    `with t as materialized (
       select ${ATTEMPT} from attempt t where t.id = $1 and t.person_id = $2 for no key update
     ), written as (
       insert into attempt_answer (attempt_id, save_id, item, seq, answer, checked, late, answered_at, saved_at)
       select t.id, n.save_id, n.item, n.seq, n.answer, n.checked,
              coalesce(t.deadline_at + $6 * interval '1 millisecond' < $5, false), n.answered_at, $5
       from t cross join jsonb_to_recordset($4::jsonb) as n${SAVE_RECORD}
       where t.device_id = $3 and t.state = 'open'
       on conflict do nothing
       returning *
     )
     select t.*, (select coalesce(jsonb_agg(${SAVE_ARRAY('s')}), '[]')
                  from (select * from attempt_answer where attempt_id = t.id union all select * from written) s) as saves
     from t`,
    [a.attemptId, a.personId, a.deviceId, saveRecords(a.saves), a.now, a.graceMs],
  );
  return r ? { ...r, saves: savesOf(r.saves) } : null;
}

export interface BulkSave {
  attemptId: string;
  saveId: string;
  item: number;
  seq: number;
  answer: Answer;
  savedAt: Date;
}

export async function insertSaves(tx: Tx, saves: readonly BulkSave[]): Promise<void> {
  await execute(
    tx,
    `insert into attempt_answer (attempt_id, save_id, item, seq, answer, saved_at)
     select attempt_id, save_id, item, seq, answer, saved_at
     from jsonb_to_recordset($1::jsonb) as n(attempt_id uuid, save_id uuid, item smallint, seq int, answer jsonb, saved_at timestamptz)`,
    [
      JSON.stringify(
        saves.map((s) => ({
          attempt_id: s.attemptId,
          save_id: s.saveId,
          item: s.item,
          seq: s.seq,
          answer: s.answer,
          saved_at: s.savedAt,
        })),
      ),
    ],
  );
}

export interface Outcome {
  id: string;
  state: 'submitted' | 'graded';
  submittedAt: Date;
  submittedBy: SubmittedBy;
  marks: Mark[];
  pendingCount: number;
  answeredCount: number;
  scoreNum: number | null;
  scoreDen: number | null;
  passed: boolean | null;
  releasedAt: Date | null;
  release: number;
  /** The newest correction of a key its marks know; 0 keeps what the attempt knows. */
  keySeq: number;
}

/**
 * Writes the outcomes of locked attempts in one statement.
 * @param savesSeen number of answers the marking of a single attempt rests on: false, and nothing written, when there are more
 */
export async function writeOutcomes(tx: Tx, outcomes: readonly Outcome[], savesSeen?: number): Promise<boolean> {
  const changed = await execute(
    tx,
    `update attempt t set state = o.state, submitted_at = o.submitted_at, submitted_by = o.submitted_by, marks = o.marks,
            pending_count = o.pending_count, answered_count = o.answered_count, score_num = o.score_num, score_den = o.score_den,
            passed = o.passed, released_at = o.released_at, release = o.release, key_seq = greatest(t.key_seq, o.key_seq)
     from jsonb_to_recordset($1::jsonb) as o(id uuid, state text, submitted_at timestamptz, submitted_by text, marks jsonb,
       pending_count smallint, answered_count smallint, score_num bigint, score_den bigint, passed boolean, released_at timestamptz, release int,
       key_seq bigint)
     where t.id = o.id and ($2::int is null or (select count(*) from attempt_answer s where s.attempt_id = t.id) = $2)`,
    [
      JSON.stringify(
        outcomes.map((o) => ({
          id: o.id,
          state: o.state,
          submitted_at: o.submittedAt,
          submitted_by: o.submittedBy,
          marks: o.marks,
          pending_count: o.pendingCount,
          answered_count: o.answeredCount,
          score_num: o.scoreNum,
          score_den: o.scoreDen,
          passed: o.passed,
          released_at: o.releasedAt,
          release: o.release,
          key_seq: o.keySeq,
        })),
      ),
      savesSeen ?? null,
    ],
  );
  if (changed === 0 && savesSeen !== undefined) return false;
  if (changed !== outcomes.length) throw new Error('an attempt vanished while it was submitted');
  return true;
}

export async function changeDevice(tx: Tx, id: string, deviceId: string): Promise<void> {
  await execute(tx, `update attempt set device_id = $2 where id = $1`, [id, deviceId]);
}
