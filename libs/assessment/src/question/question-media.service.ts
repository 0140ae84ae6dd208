import { Inject, Injectable, type OnModuleInit } from '@nestjs/common';
import { RuleViolation } from '@waymark/kernel';
import {
  can,
  FilePolicies,
  Files,
  maybeOne,
  rows,
  type FilePolicy,
  type FileRef,
  type Tx,
  type Viewer,
} from '@waymark/platform';
import type { MediaDraft } from './question-draft.js';

const OWNER = 'question';

/**
 * Pictures, sounds and films of questions. Authors and graders see all of them; a learner those of a paper of their own
 * while it is open, and afterwards where the result shows the questions.
 */
@Injectable()
export class QuestionMedia implements FilePolicy, OnModuleInit {
  readonly kinds = ['image', 'audio', 'video'] as const;
  readonly personal = false;
  readonly office = 'keep';

  constructor(
    @Inject(FilePolicies) private readonly policies: FilePolicies,
    @Inject(Files) private readonly files: Files,
  ) {}

  onModuleInit(): void {
    this.policies.register(OWNER, this);
  }

  mayUpload(viewer: Viewer): boolean {
    return can(viewer, 'assessment:edit') && !viewer.viewAsBy;
  }

  async canRead(tx: Tx, viewer: Viewer | null, file: FileRef): Promise<boolean> {
    if (!viewer || !file.ownerId) return false;
    if (can(viewer, 'assessment:read-bank') || can(viewer, 'assessment:grade')) return true;
    const mine = await maybeOne(
      tx,
      `select 1 from attempt t join assessment_version v on v.id = t.version_id
       where t.person_id = $1 and t.paper @> $2::jsonb
         and (t.state = 'open' or (t.state = 'graded' and v.feedback <> 'score')) limit 1`,
      [viewer.personId, JSON.stringify([{ i: [{ f: file.id }] }])],
    );
    return mine !== null;
  }

  /** Takes the author's uploads into the question; those it has already stay. A kind is what the file is, not what is said. */
  async attach(tx: Tx, actorId: string | null, questionId: string, media: readonly MediaDraft[]): Promise<void> {
    if (media.length === 0) return;
    const known = await rows<{ id: string; kind: string; own: boolean }>(
      tx,
      `select id, kind, owner_id is not distinct from $2::uuid as own from file
       where id = any ($1::uuid[]) and owner_type = '${OWNER}' and state <> 'deleted'`,
      [media.map((m) => m.fileId), questionId],
    );
    const byId = new Map(known.map((f) => [f.id, f]));
    if (media.some((m) => byId.get(m.fileId)?.kind !== m.kind)) throw new RuleViolation('file-not-attachable');
    const fresh = known.filter((f) => !f.own).map((f) => f.id);
    if (fresh.length === 0) return;
    if (actorId === null) throw new RuleViolation('file-not-attachable');
    await this.files.attach(tx, fresh, { ownerType: OWNER, ownerId: questionId }, actorId);
  }

  /** Files that no version of the question shows any more. */
  async releaseUnused(tx: Tx, questionId: string): Promise<void> {
    const unused = await rows<{ id: string }>(
      tx,
      `select f.id from file f where f.owner_type = '${OWNER}' and f.owner_id = $1 and f.state <> 'deleted' and not exists (
         select 1 from question_version v
         where v.question_id = $1 and v.body @> jsonb_build_object('media', jsonb_build_array(jsonb_build_object('fileId', f.id))))`,
      [questionId],
    );
    if (unused.length > 0)
      await this.files.remove(
        tx,
        unused.map((f) => f.id),
      );
  }
}
