import { Inject, Injectable } from '@nestjs/common';
import { NotFound, type Locale } from '@waymark/kernel';
import { can, Db, FileStore, maybeOne, rows, type Tx, type Viewer } from '@waymark/platform';
import { Audit } from '@waymark/identity';
import type { QuestionDraft } from '../question/question-draft.js';
import { questionIds, type QuestionFilter } from '../question/question.repository.js';
import { toNeutral } from './drafts.js';
import { KnownQuestions } from './known-questions.service.js';
import type { Extra } from './moodle-xml.js';
import type { QuestionFormat } from './neutral.js';
import { writeQuestionFile, type Written } from './write.js';

export interface ExportRequest {
  filter: QuestionFilter;
  format: QuestionFormat;
  locale: Locale;
}

/** Questions as a file, with their keys: for authors only, and written into the audit. */
@Injectable()
export class QuestionExports {
  constructor(
    @Inject(Db) private readonly db: Db,
    @Inject(FileStore) private readonly store: FileStore,
    @Inject(KnownQuestions) private readonly known: KnownQuestions,
    @Inject(Audit) private readonly audit: Audit,
  ) {}

  /** What the file would hold, without making it anybody's. */
  check(viewer: Viewer, request: ExportRequest): Promise<Written> {
    return this.db.read((tx) => this.write(tx, viewer, request));
  }

  async export(viewer: Viewer, request: ExportRequest): Promise<Written> {
    return this.db.transaction(async (tx) => {
      const written = await this.write(tx, viewer, request);
      await this.audit.record(tx, {
        actorId: viewer.personId,
        action: 'questions.exported',
        subjectType: 'question-bank',
        subjectId: request.filter.bankId as string,
        changes: [
          { field: 'format', from: null, to: request.format },
          { field: 'questions', from: null, to: written.count },
        ],
      });
      return written;
    });
  }

  private async write(tx: Tx, viewer: Viewer, { filter, format, locale }: ExportRequest): Promise<Written> {
    if (!(await maybeOne(tx, `select 1 from question_bank where id = $1`, [filter.bankId])))
      throw new NotFound('bank-not-found');
    const found = await rows<{ code: string; use: string; version_id: string }>(
      tx,
      `select q.code, v.use, v.id as version_id from question q
       join question_version v on v.id = coalesce(q.draft_version_id, q.current_version_id)
       where q.id = any ($1::uuid[]) order by q.code`,
      [await questionIds(tx, filter)],
    );
    // Secure ones hold exam keys: only for those who read them in the bank too.
    const mine = found.filter((f) => f.use !== 'secure' || can(viewer, 'assessment:read-bank'));
    const drafts = await this.known.drafts(
      tx,
      mine.map((f) => f.version_id),
    );
    const files = await this.known.files(tx, drafts.values());
    const bytes = new Map<string, Extra>();
    if (format === 'moodle-xml' || format === 'qti2' || format === 'qti3')
      for (const f of files.values()) {
        if (bytes.has(f.sha256)) continue;
        const chunks: Buffer[] = [];
        for await (const chunk of await this.store.read(f.storageKey)) chunks.push(chunk as Buffer);
        bytes.set(f.sha256, {
          name: `${f.sha256.slice(0, 12)}${/\.\w+$/.exec(f.name)?.[0] ?? ''}`,
          bytes: Buffer.concat(chunks),
        });
      }
    const sha = new Map([...files.values()].map((f) => [f.id, f.sha256]));
    const worded = mine.filter((f) => drafts.get(f.version_id)?.stem[locale]?.trim());
    const written = await writeQuestionFile(
      worded.map((f) => toNeutral(f.code, drafts.get(f.version_id) as QuestionDraft, locale, sha)),
      format,
      bytes,
      locale,
    );
    const left = (list: readonly { code: string }[], code: string) =>
      list.map((f) => ({ code: f.code, lost: [], left: { code, params: {} } }));
    written.report.push(
      ...left(
        mine.filter((f) => !worded.includes(f)),
        'language-missing',
      ),
      ...left(
        found.filter((f) => !mine.includes(f)),
        'secure',
      ),
    );
    return written;
  }
}
