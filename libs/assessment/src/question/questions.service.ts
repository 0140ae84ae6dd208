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
} from '@waymark/kernel';
import {
  CLOCK,
  Db,
  execute,
  maybeOne,
  Outbox,
  rows,
  Texts,
  toConnection,
  type ConnectionOf,
  type Tx,
} from '@waymark/platform';
import { Audit } from '@waymark/identity';
import { Topics } from '../topic/topics.service.js';
import { asDraft } from './draft-of-version.js';
import { questionProblems, splitDraft, type Problem, type QuestionDraft } from './question-draft.js';
import { QuestionMedia } from './question-media.service.js';
import { draftTexts, plainStem, searchText, stemIn } from './question-texts.js';
import { questionPublished } from './question.events.js';
import {
  countQuestions,
  findQuestion,
  getVersion,
  insertVersion,
  listQuestions,
  lockQuestion,
  nextCode,
  questionUsage,
  updateVersion,
  type QuestionFilter,
  type QuestionHead,
  type QuestionListRow,
} from './question.repository.js';
import type { QuestionStatus } from './question.js';
import { SimilarQuestions } from './similar-questions.service.js';

export interface QuestionRow extends QuestionListRow {
  stem: string;
  facility: number | null;
}

export interface QuestionDetail {
  id: string;
  code: string;
  bankId: string;
  status: QuestionStatus;
  hasDraft: boolean;
  revision: number;
  versionNumber: number;
  draft: QuestionDraft;
  usage: { assessmentId: string; code: string; title: string; kind: 'quiz' | 'exam' }[];
  answered: number;
  facility: number | null;
  problems: Problem[];
  updatedAt: Date;
  updatedBy: string | null;
}

/** Mean share of the points in percent, one decimal; null when nobody answered. */
function facility(answered: number, earned: number): number | null {
  return answered === 0 ? null : Math.floor((earned / answered) * 1000) / 10;
}

/** Questions as authors write them: one draft version at a time beside the published, frozen ones. */
@Injectable()
export class Questions {
  constructor(
    @Inject(Db) private readonly db: Db,
    @Inject(Texts) private readonly texts: Texts,
    @Inject(Audit) private readonly audit: Audit,
    @Inject(Outbox) private readonly outbox: Outbox,
    @Inject(Topics) private readonly topics: Topics,
    @Inject(QuestionMedia) private readonly media: QuestionMedia,
    @Inject(SimilarQuestions) private readonly similar: SimilarQuestions,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  async list(
    filter: QuestionFilter,
    locale: Locale,
    page: { first?: number | null; after?: string | null },
  ): Promise<ConnectionOf<QuestionRow>> {
    const first = clampFirst(page.first);
    const after = page.after ? String(decodeCursor(page.after)[0]) : null;
    return this.db.read(async (tx) => {
      const found = await listQuestions(tx, filter, first + 1, after);
      const total = await countQuestions(tx, filter);
      const named = await this.named(tx, found, locale);
      return toConnection(
        named,
        first,
        (r) => encodeCursor([r.code]),
        (r) => r,
        total,
      );
    });
  }

  async rows(tx: Tx, ids: readonly string[], locale: Locale): Promise<Map<string, QuestionRow>> {
    const found = await listQuestions(tx, { ids: [...ids] }, ids.length, null);
    return new Map((await this.named(tx, found, locale)).map((r) => [r.id, r]));
  }

  async idsByCode(tx: Tx, codes: readonly string[]): Promise<Map<string, string>> {
    const found = await rows<{ id: string; code: string }>(
      tx,
      `select id, code from question where code = any ($1::text[])`,
      [codes],
    );
    return new Map(found.map((f) => [f.code, f.id]));
  }

  private async named(tx: Tx, found: readonly QuestionListRow[], locale: Locale): Promise<QuestionRow[]> {
    const texts = await this.texts.load(
      tx,
      found.map((f) => f.version_id),
    );
    return found.map((f) => ({
      ...f,
      stem: plainStem(stemIn(texts.get(f.version_id), locale)),
      facility: facility(f.answered, f.earned),
    }));
  }

  /** The draft when there is one, unless the published version is asked for. */
  async detail(id: string, locale: Locale, published = false): Promise<QuestionDetail> {
    return this.db.read(async (tx) => {
      const head = await findQuestion(tx, id);
      if (!head || (published && head.current_version_id === null)) throw new NotFound('question-not-found');
      const shown = published ? head.current_version_id : (head.draft_version_id ?? head.current_version_id);
      const version = await getVersion(tx, shown as string);
      const used = await questionUsage(tx, id);
      const texts = await this.texts.load(tx, [version.id, ...used.map((u) => u.version_id)]);
      const stat = await maybeOne<{ answered: number; earned: number }>(
        tx,
        `select coalesce(sum(s.answered), 0)::int as answered, coalesce(sum(s.earned), 0)::float8 as earned
         from question_version v join question_stat s on s.question_version_id = v.id where v.question_id = $1`,
        [id],
      );
      const draft = asDraft(version, texts.get(version.id) ?? {});
      return {
        id,
        code: head.code,
        bankId: head.bank_id,
        status: head.status,
        hasDraft: head.draft_version_id !== null && head.current_version_id !== null,
        revision: head.revision,
        versionNumber: version.number,
        draft,
        usage: used.map((u) => ({
          assessmentId: u.assessment_id,
          code: u.code,
          kind: u.kind,
          title: pickText(texts.get(u.version_id)?.['title'], locale),
        })),
        answered: stat?.answered ?? 0,
        facility: facility(stat?.answered ?? 0, stat?.earned ?? 0),
        problems: questionProblems(draft),
        updatedAt: head.updated_at,
        updatedBy: head.updated_by,
      };
    });
  }

  async create(actorId: string | null, bankId: string, code: string | null, draft: QuestionDraft): Promise<string> {
    return this.db.transaction((tx) => this.createIn(tx, actorId, bankId, code, draft));
  }

  /** The same inside the caller's transaction. */
  async createIn(
    tx: Tx,
    actorId: string | null,
    bankId: string,
    code: string | null,
    draft: QuestionDraft,
  ): Promise<string> {
    if (!(await maybeOne(tx, `select 1 from question_bank where id = $1`, [bankId])))
      throw new NotFound('bank-not-found');
    const id = newId();
    const versionId = newId();
    const name = code ?? (await nextCode(tx, bankId));
    const made = await rows(
      tx,
      `insert into question (id, bank_id, code, draft_version_id, search_text, updated_by, updated_at)
       values ($1, $2, $3, $4, $5, $6, $7) on conflict (code) do nothing returning id`,
      [id, bankId, name, versionId, searchText(name, draft), actorId, this.clock.now()],
    );
    if (made.length === 0) throw new RuleViolation('code-taken', { code: name });
    await insertVersion(tx, {
      id: versionId,
      questionId: id,
      number: 1,
      draft,
      ...splitDraft(draft),
      authorId: actorId,
    });
    await this.texts.set(tx, versionId, draftTexts(draft), actorId);
    await this.kept(tx, actorId, id, draft);
    await this.audited(tx, actorId, id, 'question.created', [{ field: 'code', from: null, to: name }]);
    return id;
  }

  async save(actorId: string | null, id: string, revision: number, draft: QuestionDraft): Promise<void> {
    await this.db.transaction((tx) => this.saveIn(tx, actorId, id, revision, draft));
  }

  async saveIn(
    tx: Tx,
    actorId: string | null,
    id: string,
    revision: number | null,
    draft: QuestionDraft,
  ): Promise<void> {
    const head = await this.locked(tx, id, revision);
    const parts = splitDraft(draft);
    let versionId = head.draft_version_id;
    if (versionId) {
      await updateVersion(tx, { id: versionId, draft, ...parts });
    } else {
      versionId = newId();
      const current = await getVersion(tx, head.current_version_id as string);
      const before = (await this.texts.load(tx, [current.id])).get(current.id) ?? {};
      await insertVersion(tx, {
        id: versionId,
        questionId: id,
        number: current.number + 1,
        draft,
        ...parts,
        authorId: actorId,
      });
      // A language that this edit leaves out keeps the words it had.
      const fields = draftTexts(draft);
      await this.texts.set(
        tx,
        versionId,
        Object.fromEntries(Object.keys(fields).map((f) => [f, { ...before[f], ...fields[f] }])),
        actorId,
      );
    }
    await this.texts.set(tx, versionId, draftTexts(draft), actorId);
    await this.kept(tx, actorId, id, draft);
    await execute(
      tx,
      `update question set draft_version_id = $2, search_text = $3, revision = revision + 1, updated_by = $4, updated_at = $5 where id = $1`,
      [id, versionId, searchText(head.code, draft), actorId, this.clock.now()],
    );
    await this.audited(tx, actorId, id, 'question.edited');
  }

  async publish(actorId: string | null, id: string, revision: number): Promise<void> {
    await this.db.transaction((tx) => this.publishIn(tx, actorId, id, revision));
  }

  async publishIn(tx: Tx, actorId: string | null, id: string, revision: number | null): Promise<void> {
    const head = await this.locked(tx, id, revision);
    if (!head.draft_version_id) throw new RuleViolation('nothing-to-publish');
    const version = await getVersion(tx, head.draft_version_id);
    const texts = (await this.texts.load(tx, [version.id])).get(version.id) ?? {};
    const problems = questionProblems(asDraft(version, texts));
    if (problems.length > 0)
      throw new RuleViolation('question-not-publishable', { problems: problems.map((p) => p.code) });
    const now = this.clock.now();
    await this.media.releaseUnused(tx, id);
    await execute(tx, `update question_version set published_at = $2 where id = $1`, [version.id, now]);
    await this.step(
      tx,
      head,
      actorId,
      `current_version_id = draft_version_id, draft_version_id = null, status = 'published'`,
    );
    await this.outbox.publish(tx, questionPublished, {
      payload: { questionId: id, questionVersionId: version.id, use: version.use },
    });
    await this.audited(tx, actorId, id, 'question.published', [
      { field: 'version', from: head.current_version_id === null ? null : version.number - 1, to: version.number },
    ]);
  }

  /** Throws the unpublished changes away; a question that was never published goes as a whole. Returns whether it stays. */
  async discardDraft(actorId: string | null, id: string, revision: number): Promise<boolean> {
    return this.db.transaction(async (tx) => {
      const head = await this.locked(tx, id, revision);
      if (!head.draft_version_id) throw new RuleViolation('nothing-to-discard');
      await this.audited(tx, actorId, id, 'question.draft-discarded', [{ field: 'code', from: head.code, to: null }]);
      if (head.current_version_id === null) {
        const used = await maybeOne(tx, `select 1 from assessment_question where question_id = $1 limit 1`, [id]);
        if (used) throw new RuleViolation('question-in-use');
        await execute(tx, `delete from question_version where id = $1`, [head.draft_version_id]);
        await this.media.releaseUnused(tx, id);
        await execute(tx, `delete from question where id = $1`, [id]);
        return false;
      }
      await this.step(tx, head, actorId, `draft_version_id = null`);
      await execute(tx, `delete from question_version where id = $1`, [head.draft_version_id]);
      await this.media.releaseUnused(tx, id);
      const current = await getVersion(tx, head.current_version_id);
      const words = (await this.texts.load(tx, [current.id])).get(current.id) ?? {};
      await this.similar.remember(tx, id, asDraft(current, words).stem);
      return true;
    });
  }

  /** A retired question is drawn no more; published quizzes and exams with a fixed place for it keep it. */
  async setRetired(actorId: string | null, id: string, revision: number, retired: boolean): Promise<void> {
    await this.db.transaction(async (tx) => {
      const head = await this.locked(tx, id, revision);
      if (head.current_version_id === null) throw new RuleViolation('question-not-published');
      const status = retired ? 'retired' : 'published';
      if (head.status === status) return;
      await this.step(tx, head, actorId, `status = '${status}'`);
      await this.audited(tx, actorId, id, retired ? 'question.retired' : 'question.restored', [
        { field: 'status', from: head.status, to: status },
      ]);
    });
  }

  /** What goes along with every saved draft. */
  private async kept(tx: Tx, actorId: string | null, id: string, draft: QuestionDraft): Promise<void> {
    await this.topics.ensure(tx, draft.tags);
    await this.media.attach(tx, actorId, id, draft.media ?? []);
    await this.similar.remember(tx, id, draft.stem);
  }

  private async locked(tx: Tx, id: string, revision: number | null): Promise<QuestionHead> {
    const head = await lockQuestion(tx, id);
    if (!head) throw new NotFound('question-not-found');
    if (revision !== null && head.revision !== revision) throw await this.audit.staleRevision(tx, 'question', id);
    return head;
  }

  /** Changes the head and tells papers that draw from the bank that it changed. */
  private async step(tx: Tx, head: QuestionHead, actorId: string | null, set: string): Promise<void> {
    await execute(
      tx,
      `update question set ${set}, revision = revision + 1, updated_by = $2, updated_at = $3 where id = $1`,
      [head.id, actorId, this.clock.now()],
    );
    await execute(tx, `update question_bank set pool_revision = pool_revision + 1 where id = $1`, [head.bank_id]);
  }

  private async audited(
    tx: Tx,
    actorId: string | null,
    id: string,
    action: string,
    changes: { field: string; from: string | number | null; to: string | number | null }[] = [],
  ): Promise<void> {
    await this.audit.record(tx, { actorId, action, subjectType: 'question', subjectId: id, changes });
  }
}
