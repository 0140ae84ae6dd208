import { Injectable } from '@nestjs/common';
import { newId, type LocalDay } from '@waymark/kernel';
import { execute, maybeOne, one, rows, type Tx } from '@waymark/platform';

export type RoundStatus = 'draft' | 'submitted' | 'signed' | 'returned';
export type EvidenceKind = 'entry' | 'file' | 'link';

export interface SubmissionRow {
  id: string;
  enrolmentId: string;
  nodeKey: string;
  personId: string;
  round: number;
  status: RoundStatus;
  text: string;
  number: number | null;
  submittedAt: Date | null;
  decidedAt: Date | null;
  decidedBy: string | null;
  /** The absent mentor, when somebody who stood in decided. */
  inPlaceOf: string | null;
  comment: string;
}
export interface EvidenceRow {
  id: string;
  submissionId: string;
  position: number;
  kind: EvidenceKind;
  on: LocalDay | null;
  title: string;
  note: string;
  url: string | null;
  fileId: string | null;
  /** An entry that somebody who may sign has confirmed. */
  confirmedBy: string | null;
  confirmedAt: Date | null;
}
export type EvidenceFields = Pick<EvidenceRow, 'kind' | 'on' | 'title' | 'note' | 'url' | 'fileId'>;

const SUBMISSION = `s.id, s.enrolment_id as "enrolmentId", s.node_key as "nodeKey", s.person_id as "personId", s.round, s.status, s.text,
  s.number_value::float8 as number, s.submitted_at as "submittedAt", s.decided_at as "decidedAt", s.decided_by as "decidedBy",
  s.in_place_of as "inPlaceOf", s.comment`;
const EVIDENCE = `v.id, v.submission_id as "submissionId", v.position, v.kind, v.on_day as "on", v.title, v.note, v.url, v.file_id as "fileId",
  v.confirmed_by as "confirmedBy", v.confirmed_at as "confirmedAt"`;

@Injectable()
export class MilestoneRepository {
  async rounds(tx: Tx, enrolmentId: string, nodeKey: string): Promise<SubmissionRow[]> {
    return rows(
      tx,
      `select ${SUBMISSION} from milestone_submission s where s.enrolment_id = $1 and s.node_key = $2 order by s.round desc`,
      [enrolmentId, nodeKey],
    );
  }

  async roundsOf(tx: Tx, keys: readonly { enrolmentId: string; nodeKey: string }[]): Promise<SubmissionRow[]> {
    return rows(
      tx,
      `select ${SUBMISSION} from milestone_submission s
       join (select distinct * from unnest($1::uuid[], $2::text[])) as k(enrolment_id, node_key)
         on s.enrolment_id = k.enrolment_id and s.node_key = k.node_key order by s.round desc`,
      [keys.map((k) => k.enrolmentId), keys.map((k) => k.nodeKey)],
    );
  }

  async lock(tx: Tx, id: string): Promise<SubmissionRow | null> {
    return maybeOne(tx, `select ${SUBMISSION} from milestone_submission s where s.id = $1 for update`, [id]);
  }

  async byEvidence(
    tx: Tx,
    evidenceId: string,
  ): Promise<(SubmissionRow & { fileId: string | null; kind: EvidenceKind }) | null> {
    return maybeOne(
      tx,
      `select ${SUBMISSION}, v.file_id as "fileId", v.kind from milestone_evidence v join milestone_submission s on s.id = v.submission_id
       where v.id = $1 for update of s`,
      [evidenceId],
    );
  }

  async insertRound(
    tx: Tx,
    s: { enrolmentId: string; nodeKey: string; personId: string; round: number; from: SubmissionRow | null; now: Date },
  ): Promise<string> {
    const id = newId();
    await execute(
      tx,
      `insert into milestone_submission (id, enrolment_id, node_key, person_id, round, status, text, number_value, created_at)
       values ($1, $2, $3, $4, $5, 'draft', $6, $7, $8)`,
      [id, s.enrolmentId, s.nodeKey, s.personId, s.round, s.from?.text ?? '', s.from?.number ?? null, s.now],
    );
    if (s.from) {
      await execute(
        tx,
        `insert into milestone_evidence (id, submission_id, position, kind, on_day, title, note, url, file_id, created_at, confirmed_by, confirmed_at)
         select gen_random_uuid(), $1, position, kind, on_day, title, note, url, file_id, created_at, confirmed_by, confirmed_at
         from milestone_evidence where submission_id = $2`,
        [id, s.from.id],
      );
    }
    return id;
  }

  async setContent(tx: Tx, id: string, text: string, number: number | null): Promise<void> {
    await execute(tx, `update milestone_submission set text = $2, number_value = $3 where id = $1`, [id, text, number]);
  }

  async setSubmitted(tx: Tx, id: string, at: Date): Promise<void> {
    await execute(tx, `update milestone_submission set status = 'submitted', submitted_at = $2 where id = $1`, [
      id,
      at,
    ]);
  }

  async setDecided(
    tx: Tx,
    id: string,
    d: { status: 'signed' | 'returned'; by: string; inPlaceOf: string | null; comment: string; at: Date },
  ): Promise<void> {
    await execute(
      tx,
      `update milestone_submission set status = $2, decided_by = $3, comment = $4, decided_at = $5, in_place_of = $6 where id = $1`,
      [id, d.status, d.by, d.comment, d.at, d.inPlaceOf],
    );
  }

  async evidence(tx: Tx, submissionIds: readonly string[]): Promise<EvidenceRow[]> {
    return rows(
      tx,
      `select ${EVIDENCE} from milestone_evidence v where v.submission_id = any ($1::uuid[]) order by v.submission_id, v.on_day nulls last, v.position, v.id`,
      [submissionIds],
    );
  }

  async addEvidence(tx: Tx, submissionId: string, e: EvidenceFields, now: Date): Promise<void> {
    const { next } = await one<{ next: number }>(
      tx,
      `select coalesce(max(position), 0)::int + 1 as next from milestone_evidence where submission_id = $1`,
      [submissionId],
    );
    await execute(
      tx,
      `insert into milestone_evidence (id, submission_id, position, kind, on_day, title, note, url, file_id, created_at)
       values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)`,
      [newId(), submissionId, next, e.kind, e.on, e.title, e.note, e.url, e.fileId, now],
    );
  }

  /** What was confirmed was what stood there: changed words are to be confirmed anew. */
  async changeEvidence(tx: Tx, id: string, e: EvidenceFields): Promise<void> {
    await execute(
      tx,
      `update milestone_evidence set on_day = $2, title = $3, note = $4, url = $5, confirmed_by = null, confirmed_at = null where id = $1`,
      [id, e.on, e.title, e.note, e.url],
    );
  }

  async setConfirmed(tx: Tx, id: string, by: string | null, at: Date | null): Promise<void> {
    await execute(tx, `update milestone_evidence set confirmed_by = $2, confirmed_at = $3 where id = $1`, [id, by, at]);
  }

  /** Removes the row; answers whether its file is in no other round. */
  async removeEvidence(tx: Tx, id: string, fileId: string | null): Promise<boolean> {
    await execute(tx, `delete from milestone_evidence where id = $1`, [id]);
    return (
      fileId !== null &&
      (await maybeOne(tx, `select 1 from milestone_evidence where file_id = $1 limit 1`, [fileId])) === null
    );
  }

  /** Submissions that wait for a decision the person may take, longest wait first. */
  async waitingFor(tx: Tx, approverId: string, today: LocalDay, limit: number): Promise<SubmissionRow[]> {
    const inForce = (a: string): string => `${a}.from_day <= $2 and (${a}.to_day is null or ${a}.to_day >= $2)`;
    return rows(
      tx,
      `select ${SUBMISSION} from milestone_submission s
       where s.status = 'submitted' and s.person_id <> $1 and s.person_id in (
         select v.person_id from supervision v where v.supervisor_id = $1 and ${inForce('v')}
           and (v.kind <> 'manager' or not exists (
             select 1 from supervision m where m.person_id = v.person_id and m.kind = 'mentor' and ${inForce('m')})))
       order by s.submitted_at, s.id limit $3`,
      [approverId, today, limit],
    );
  }
}
