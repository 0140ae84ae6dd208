import { Inject, Injectable } from '@nestjs/common';
import {
  clampFirst,
  decodeCursor,
  encodeCursor,
  newId,
  NotFound,
  pickText,
  RuleViolation,
  type Clock,
  type Locale,
  type Text,
} from '@waymark/kernel';
import { CLOCK, Db, execute, Outbox, rows, Texts, toConnection, type ConnectionOf, type Tx } from '@waymark/platform';
import { Audit } from '@waymark/identity';
import type { QuestionStatus, QuestionType } from '../question/question.js';
import type { Problem } from '../question/question-draft.js';
import { plainStem, STEM } from '../question/question-texts.js';
import { loadPool } from './assessment-versions.service.js';
import { assessmentPublished } from './assessment.events.js';
import {
  countAssessments,
  findAssessment,
  fixedQuestions,
  freezeVersion,
  getAssessmentVersion,
  insertAssessmentVersion,
  listAssessments,
  lockAssessment,
  updateAssessmentVersion,
  type AssessmentFilter,
  type AssessmentHead,
  type AssessmentListRow,
  type FixedRow,
} from './assessment.repository.js';
import {
  assessmentDefaults,
  assessmentProblems,
  type AssessmentDraft,
  type AssessmentKind,
  type AssessmentStatus,
} from './assessment.js';
import { checkBlueprint, type BlueprintCheck, type DrawRule } from './blueprint.js';

export const TITLE = 'title';
export const DESCRIPTION = 'description';
export const INSTRUCTIONS = 'instructions';

export interface AssessmentRef {
  id: string;
  code: string;
  kind: AssessmentKind;
  status: AssessmentStatus;
  versionId: string | null;
  itemCount: number;
  passMark: number;
  durationSeconds: number | null;
}
export interface AssessmentCard extends AssessmentRef {
  title: string;
}
export interface AssessmentRow extends AssessmentListRow {
  title: string;
  passRate: number | null;
}

export interface FixedQuestion {
  questionId: string;
  code: string;
  stem: string;
  type: QuestionType;
  status: QuestionStatus;
  points: number;
  outdated: boolean;
}

export interface AssessmentDetail {
  id: string;
  code: string;
  kind: AssessmentKind;
  status: AssessmentStatus;
  hasDraft: boolean;
  revision: number;
  versionNumber: number;
  draft: AssessmentDraft;
  fixed: FixedQuestion[];
  itemCount: number;
  problems: Problem[];
  check: BlueprintCheck;
  updatedAt: Date;
  updatedBy: string | null;
}

export interface CheckpointQuiz {
  code: string;
  title: Text;
  passMark: number;
  questionCodes?: string[];
  questionIds?: string[];
  authorId: string | null;
}

/** Quizzes and exams as staff build them: a draft beside the published, frozen versions. */
@Injectable()
export class Assessments {
  constructor(
    @Inject(Db) private readonly db: Db,
    @Inject(Texts) private readonly texts: Texts,
    @Inject(Audit) private readonly audit: Audit,
    @Inject(Outbox) private readonly outbox: Outbox,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  async refs(tx: Tx, by: { ids?: readonly string[]; codes?: readonly string[] }): Promise<AssessmentRef[]> {
    return rows<AssessmentRef>(
      tx,
      `select a.id, a.code, a.kind, a.status, a.current_version_id as "versionId", coalesce(v.item_count, 0)::int as "itemCount",
              coalesce(v.pass_mark, 0)::int as "passMark", v.duration_seconds as "durationSeconds"
       from assessment a left join assessment_version v on v.id = a.current_version_id
       where a.id = any ($1::uuid[]) or a.code = any ($2::text[]) order by a.code`,
      [by.ids ?? [], by.codes ?? []],
    );
  }

  /** Published ones with their title. */
  async cards(tx: Tx, ids: readonly string[], locale: Locale): Promise<Map<string, AssessmentCard>> {
    const refs = (await this.refs(tx, { ids })).filter((r) => r.versionId !== null);
    const texts = await this.texts.load(
      tx,
      refs.map((r) => r.versionId as string),
    );
    return new Map(
      refs.map((r) => [r.id, { ...r, title: pickText(texts.get(r.versionId as string)?.[TITLE], locale) }]),
    );
  }

  async list(
    filter: AssessmentFilter,
    locale: Locale,
    page: { first?: number | null; after?: string | null },
  ): Promise<ConnectionOf<AssessmentRow>> {
    const first = clampFirst(page.first);
    const after = page.after ? String(decodeCursor(page.after)[0]) : null;
    return this.db.read(async (tx) => {
      const found = await listAssessments(tx, filter, first + 1, after);
      const total = await countAssessments(tx, filter);
      const texts = await this.texts.load(
        tx,
        found.map((f) => f.version_id),
      );
      const named = found.map((f) => ({
        ...f,
        title: pickText(texts.get(f.version_id)?.[TITLE], locale),
        passRate: f.released === 0 ? null : Math.floor((f.passed / f.released) * 1000) / 10,
      }));
      return toConnection(
        named,
        first,
        (r) => encodeCursor([r.code]),
        (r) => r,
        total,
      );
    });
  }

  async detail(id: string, locale: Locale): Promise<AssessmentDetail> {
    return this.db.read((tx) => this.detailIn(tx, id, locale));
  }

  async detailIn(tx: Tx, id: string, locale: Locale): Promise<AssessmentDetail> {
    const head = await findAssessment(tx, id);
    if (!head) throw new NotFound('assessment-not-found');
    const version = await getAssessmentVersion(tx, (head.draft_version_id ?? head.current_version_id) as string);
    const fixed = await fixedQuestions(tx, version.id);
    const texts = await this.texts.load(tx, [version.id, ...fixed.map((f) => f.shown_version_id)]);
    const own = texts.get(version.id) ?? {};
    const draft: AssessmentDraft = {
      title: own[TITLE] ?? {},
      description: own[DESCRIPTION] ?? {},
      instructions: own[INSTRUCTIONS] ?? {},
      passMark: version.pass_mark,
      durationSeconds: version.duration_seconds,
      retakes: version.retakes,
      retakeDays: version.retake_days,
      feedback: version.feedback,
      shuffleQuestions: version.shuffle_questions,
      shuffleChoices: version.shuffle_choices,
      gradeShortAnswers: version.grade_short_answers,
      fixed: fixed.map((f) => ({ questionId: f.question_id, points: f.points })),
      draws: version.draws,
    };
    const { check, problems } = await this.problems(tx, draft, fixed);
    return {
      id,
      code: head.code,
      kind: head.kind,
      status: head.status,
      hasDraft: head.draft_version_id !== null && head.current_version_id !== null,
      revision: head.revision,
      versionNumber: version.number,
      draft,
      fixed: fixed.map((f) => ({
        questionId: f.question_id,
        code: f.code,
        stem: plainStem(pickText(texts.get(f.shown_version_id)?.[STEM], locale)),
        type: f.type,
        status: f.status,
        points: f.points ?? f.own_points,
        outdated: f.question_version_id !== null && f.question_version_id !== f.current_version_id,
      })),
      itemCount: version.item_count,
      problems,
      check,
      updatedAt: head.updated_at,
      updatedBy: head.updated_by,
    };
  }

  /** Whether the banks can fill these draws now, beside the questions with a fixed place. */
  async checkDraws(draws: readonly DrawRule[], fixedIds: readonly string[]): Promise<BlueprintCheck> {
    return this.db.read(async (tx) => checkBlueprint(await loadPool(tx), draws, new Set(fixedIds)));
  }

  private async problems(
    tx: Tx,
    draft: AssessmentDraft,
    fixed: readonly FixedRow[],
  ): Promise<{ check: BlueprintCheck; problems: Problem[] }> {
    const pool = draft.draws.length === 0 ? [] : await loadPool(tx);
    const check = checkBlueprint(pool, draft.draws, new Set(draft.fixed.map((f) => f.questionId)));
    const unpublished = fixed
      .filter((f) => f.status !== 'published' && f.question_version_id === null)
      .map((f) => f.code);
    return { check, problems: assessmentProblems(draft, { unpublished, check }) };
  }

  async create(actorId: string | null, code: string, kind: AssessmentKind, draft: AssessmentDraft): Promise<string> {
    return this.db.transaction((tx) => this.createIn(tx, actorId, code, kind, 'staff', draft));
  }

  async createIn(
    tx: Tx,
    actorId: string | null,
    code: string,
    kind: AssessmentKind,
    owner: 'staff' | 'course',
    draft: AssessmentDraft,
  ): Promise<string> {
    const id = newId();
    const versionId = newId();
    await this.assertQuestions(tx, draft);
    const made = await rows(
      tx,
      `insert into assessment (id, code, kind, owner, draft_version_id, search_text, updated_by, updated_at)
       values ($1, $2, $3, $4, $5, $6, $7, $8) on conflict (code) do nothing returning id`,
      [id, code, kind, owner, versionId, searchText(code, draft), actorId, this.clock.now()],
    );
    if (made.length === 0) throw new RuleViolation('code-taken', { code });
    await insertAssessmentVersion(tx, { id: versionId, assessmentId: id, number: 1, draft, authorId: actorId });
    await this.texts.set(tx, versionId, textsOf(draft), actorId);
    await this.audited(tx, actorId, id, 'assessment.created', [{ field: 'code', from: null, to: code }]);
    return id;
  }

  async save(actorId: string | null, id: string, revision: number, draft: AssessmentDraft): Promise<void> {
    await this.db.transaction(async (tx) => {
      const head = await this.locked(tx, id, revision);
      await this.saveIn(tx, actorId, head, draft);
    });
  }

  async saveIn(tx: Tx, actorId: string | null, head: AssessmentHead, draft: AssessmentDraft): Promise<void> {
    await this.assertQuestions(tx, draft);
    let versionId = head.draft_version_id;
    if (versionId) {
      await updateAssessmentVersion(tx, versionId, draft);
    } else {
      const current = await getAssessmentVersion(tx, head.current_version_id as string);
      const before = (await this.texts.load(tx, [current.id])).get(current.id) ?? {};
      versionId = newId();
      await insertAssessmentVersion(tx, {
        id: versionId,
        assessmentId: head.id,
        number: current.number + 1,
        draft,
        authorId: actorId,
      });
      await this.texts.set(tx, versionId, before, actorId);
    }
    await this.texts.set(tx, versionId, textsOf(draft), actorId);
    await execute(
      tx,
      `update assessment set draft_version_id = $2, search_text = $3, revision = revision + 1, updated_by = $4, updated_at = $5 where id = $1`,
      [head.id, versionId, searchText(head.code, draft), actorId, this.clock.now()],
    );
    await this.audited(tx, actorId, head.id, 'assessment.edited');
  }

  async publish(actorId: string | null, id: string, revision: number): Promise<void> {
    await this.db.transaction(async (tx) => {
      const head = await this.locked(tx, id, revision);
      await this.publishIn(tx, actorId, head.id);
    });
  }

  async publishIn(tx: Tx, actorId: string | null, id: string): Promise<string> {
    const head = await lockAssessment(tx, { id });
    if (!head?.draft_version_id) throw new RuleViolation('nothing-to-publish');
    const { problems, versionNumber } = await this.detailIn(tx, id, 'zh-CN');
    if (problems.length > 0)
      throw new RuleViolation('assessment-not-publishable', { problems: problems.map((p) => p.code) });
    const now = this.clock.now();
    await freezeVersion(tx, head.draft_version_id, now);
    await execute(
      tx,
      `update assessment set current_version_id = draft_version_id, draft_version_id = null, status = 'published',
              revision = revision + 1, updated_by = $2, updated_at = $3 where id = $1`,
      [id, actorId, now],
    );
    await this.outbox.publish(tx, assessmentPublished, {
      payload: {
        assessmentId: id,
        versionId: head.draft_version_id,
        assessmentKind: head.kind,
        assessmentCode: head.code,
      },
    });
    await this.audited(tx, actorId, id, 'assessment.published', [
      { field: 'version', from: head.current_version_id === null ? null : versionNumber - 1, to: versionNumber },
    ]);
    return head.draft_version_id;
  }

  /** Nobody can start it any more; attempts and results stay. */
  async archive(actorId: string | null, id: string, revision: number): Promise<void> {
    await this.db.transaction(async (tx) => {
      const head = await this.locked(tx, id, revision);
      if (head.status === 'archived') return;
      await execute(
        tx,
        `update assessment set status = 'archived', revision = revision + 1, updated_by = $2, updated_at = $3 where id = $1`,
        [id, actorId, this.clock.now()],
      );
      await this.audited(tx, actorId, id, 'assessment.archived', [
        { field: 'status', from: head.status, to: 'archived' },
      ]);
    });
  }

  /** The checkpoint of a CourseLevel: created or published anew by its course; nothing happens when nothing changed. */
  async publishQuiz(
    tx: Tx,
    quiz: CheckpointQuiz,
  ): Promise<{ assessmentId: string; versionId: string; changed: boolean }> {
    const found = await rows<{ id: string; code: string; status: QuestionStatus; current_version_id: string | null }>(
      tx,
      `select id, code, status, current_version_id from question where code = any ($1::text[]) or id = any ($2::uuid[])`,
      [quiz.questionCodes ?? [], quiz.questionIds ?? []],
    );
    const byKey = new Map(found.flatMap((f) => [[f.id, f] as const, [f.code, f] as const]));
    const keys = [...(quiz.questionCodes ?? []), ...(quiz.questionIds ?? [])];
    const missing = keys.filter((k) => byKey.get(k)?.status !== 'published');
    if (missing.length > 0)
      throw new RuleViolation('questions-not-published', { codes: missing.map((k) => byKey.get(k)?.code ?? k) });
    const questions = keys.flatMap((k) => byKey.get(k) ?? []);
    const draft: AssessmentDraft = {
      ...assessmentDefaults('quiz'),
      title: quiz.title,
      description: {},
      instructions: {},
      passMark: quiz.passMark,
      durationSeconds: null,
      shuffleQuestions: false,
      shuffleChoices: true,
      fixed: questions.map((q) => ({ questionId: q.id, points: null })),
      draws: [],
    };
    const head = await lockAssessment(tx, { code: quiz.code });
    if (!head) {
      const id = await this.createIn(tx, quiz.authorId, quiz.code, 'quiz', 'course', draft);
      return { assessmentId: id, versionId: await this.publishIn(tx, quiz.authorId, id), changed: true };
    }
    if (head.owner !== 'course') throw new RuleViolation('code-taken', { code: quiz.code });
    if (head.current_version_id !== null && head.status === 'published') {
      const version = await getAssessmentVersion(tx, head.current_version_id);
      const fixed = await fixedQuestions(tx, version.id);
      const pinned = fixed.map((f) => f.question_version_id).join();
      if (version.pass_mark === quiz.passMark && pinned === questions.map((q) => q.current_version_id).join()) {
        // A changed title is a text revision, not a new version.
        await this.texts.set(tx, version.id, { [TITLE]: quiz.title }, quiz.authorId);
        return { assessmentId: head.id, versionId: version.id, changed: false };
      }
    }
    await this.saveIn(tx, quiz.authorId, head, draft);
    return { assessmentId: head.id, versionId: await this.publishIn(tx, quiz.authorId, head.id), changed: true };
  }

  private async assertQuestions(tx: Tx, draft: AssessmentDraft): Promise<void> {
    const ids = draft.fixed.map((f) => f.questionId);
    if (new Set(ids).size !== ids.length) throw new RuleViolation('question-repeated');
    if (ids.length === 0) return;
    const known = await rows(tx, `select 1 from question where id = any ($1::uuid[])`, [ids]);
    if (known.length !== ids.length) throw new NotFound('question-not-found');
  }

  private async locked(tx: Tx, id: string, revision: number): Promise<AssessmentHead> {
    const head = await lockAssessment(tx, { id });
    if (!head) throw new NotFound('assessment-not-found');
    if (head.revision !== revision) throw await this.audit.staleRevision(tx, 'assessment', id);
    if (head.owner === 'course') throw new RuleViolation('edited-in-its-course');
    return head;
  }

  private async audited(
    tx: Tx,
    actorId: string | null,
    id: string,
    action: string,
    changes: { field: string; from: string | number | null; to: string | number | null }[] = [],
  ): Promise<void> {
    await this.audit.record(tx, { actorId, action, subjectType: 'assessment', subjectId: id, changes });
  }
}

function textsOf(draft: AssessmentDraft): Record<string, Text> {
  return { [TITLE]: draft.title, [DESCRIPTION]: draft.description, [INSTRUCTIONS]: draft.instructions };
}

function searchText(code: string, draft: AssessmentDraft): string {
  return [code, ...Object.values(draft.title)].join(' ').normalize('NFKC').toLowerCase();
}
