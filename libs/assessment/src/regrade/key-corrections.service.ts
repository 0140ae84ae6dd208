import { Inject, Injectable } from '@nestjs/common';
import { Conflict, InvalidInput, newId, NotFound, RuleViolation, type Clock } from '@waymark/kernel';
import { CLOCK, Db, execute, Texts, type Viewer } from '@waymark/platform';
import { Audit } from '@waymark/identity';
import { asDraft } from '../question/draft-of-version.js';
import { questionProblems, splitDraft, type QuestionDraft } from '../question/question-draft.js';
import type { AnswerKey, QuestionBody } from '../question/question.js';
import { getVersion, lockQuestion } from '../question/question.repository.js';
import { hasKey } from './regrade.js';
import {
  correctionsOf,
  insertCorrection,
  regradesOf,
  changedSums,
  type CorrectionRow,
  type RegradeRow,
} from './regrade.repository.js';

export interface CorrectionView extends CorrectionRow {
  /** The newest regrade of it. */
  regrade: RegradeView | null;
}

export interface RegradeView extends RegradeRow {
  changed: number;
  raised: number;
  lowered: number;
  passesGained: number;
  passesLost: number;
}

/** Keys and options in whatever order the author's page sent them. */
function stable(value: unknown): string {
  return JSON.stringify(value, (_key, v: unknown) =>
    typeof v === 'object' && v !== null && !Array.isArray(v)
      ? Object.fromEntries(Object.entries(v).sort(([a], [b]) => (a < b ? -1 : 1)))
      : v,
  );
}

/** What a key may not change: what learners saw. */
function asked(body: QuestionBody): string {
  return stable({ ...body, media: undefined, essay: undefined });
}

/** Corrects the key of the version of a question that people answer now. */
@Injectable()
export class KeyCorrections {
  constructor(
    @Inject(Db) private readonly db: Db,
    @Inject(Texts) private readonly texts: Texts,
    @Inject(Audit) private readonly audit: Audit,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  /** Corrections of a question's versions, newest first, each with its newest regrade. */
  async list(questionId: string): Promise<CorrectionView[]> {
    return this.db.read(async (tx) => {
      const found = await correctionsOf(tx, questionId);
      const ids = found.map((c) => c.id);
      const regrades = await regradesOf(tx, ids);
      const sums = new Map((await changedSums(tx, ids)).map((s) => [s.correction_id, s]));
      return found.map((c) => {
        const regrade = regrades.find((r) => r.correction_id === c.id);
        return { ...c, regrade: regrade ? withSums(regrade, sums.get(c.id)) : null };
      });
    });
  }

  /**
   * @param versionNumber the published version the author saw
   * @param draft the question as the author sent it: only its key is taken, and what was asked must be the same
   * @throws NotFound question-not-found; Conflict changed-meanwhile; RuleViolation key-unchanged, key-other-question,
   *   question-not-publishable
   */
  async correct(
    viewer: Viewer,
    input: { questionId: string; versionNumber: number; draft: QuestionDraft; reason: string },
  ): Promise<string> {
    const reason = input.reason.trim();
    if (reason === '') throw new InvalidInput('reason-missing');
    return this.db.transaction(async (tx) => {
      const head = await lockQuestion(tx, input.questionId);
      if (!head?.current_version_id) throw new NotFound('question-not-found');
      const version = await getVersion(tx, head.current_version_id);
      if (version.number !== input.versionNumber) throw new Conflict('changed-meanwhile');
      const { body, key } = splitDraft(input.draft);
      if (!hasKey(version.type) || version.type !== input.draft.type || asked(body) !== asked(version.body))
        throw new RuleViolation('key-other-question');
      const after = corrected(version.answer_key, key);
      if (stable(after) === stable(version.answer_key)) throw new RuleViolation('key-unchanged');
      const words = (await this.texts.load(tx, [version.id])).get(version.id) ?? {};
      const problems = questionProblems(asDraft({ ...version, answer_key: after }, words));
      if (problems.length > 0)
        throw new RuleViolation('question-not-publishable', { problems: problems.map((p) => p.code) });
      const id = newId();
      const at = this.clock.now();
      await insertCorrection(tx, {
        id,
        versionId: version.id,
        before: version.answer_key,
        after,
        reason,
        by: viewer.personId,
        at,
      });
      // A draft that has the wrong key, too, gets the right one; pages that are open learn that the question changed.
      if (head.draft_version_id)
        await execute(tx, `update question_version set answer_key = $3 where id = $1 and answer_key = $2`, [
          head.draft_version_id,
          JSON.stringify(version.answer_key),
          JSON.stringify(after),
        ]);
      await execute(tx, `update question set revision = revision + 1, updated_by = $2, updated_at = $3 where id = $1`, [
        input.questionId,
        viewer.personId,
        at,
      ]);
      await this.audit.record(tx, {
        actorId: viewer.personId,
        action: 'question.key-corrected',
        subjectType: 'question',
        subjectId: input.questionId,
        changes: [
          // The keys stand in the correction: who reads the audit need not know them.
          { field: 'version', from: null, to: version.number },
          { field: 'reason', from: null, to: reason },
        ],
      });
      return id;
    });
  }
}

/** The new key; an essay among the parts of a case keeps its rubric. */
function corrected(before: AnswerKey, after: AnswerKey): AnswerKey {
  if (!before.parts) return after;
  return {
    ...after,
    parts: Object.fromEntries(
      Object.entries(after.parts ?? {}).map(([key, part]) => [
        key,
        before.parts?.[key]?.rubric ? before.parts[key] : part,
      ]),
    ),
  };
}

export function withSums(
  regrade: RegradeRow,
  sums: { changed: number; raised: number; lowered: number; passes_gained: number; passes_lost: number } | undefined,
): RegradeView {
  return {
    ...regrade,
    changed: sums?.changed ?? 0,
    raised: sums?.raised ?? 0,
    lowered: sums?.lowered ?? 0,
    passesGained: sums?.passes_gained ?? 0,
    passesLost: sums?.passes_lost ?? 0,
  };
}
