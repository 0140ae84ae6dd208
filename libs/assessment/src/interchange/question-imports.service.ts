import { createHash } from 'node:crypto';
import { Readable } from 'node:stream';
import { Inject, Injectable, Logger } from '@nestjs/common';
import { DomainError, InvalidInput, newId, NotFound, RuleViolation, type Clock, type Locale } from '@waymark/kernel';
import {
  CLOCK,
  Db,
  execute,
  Files,
  HandlesJob,
  Jobs,
  judgeType,
  maybeOne,
  rows,
  type JobRun,
  type Tx,
  type Viewer,
} from '@waymark/platform';
import { Audit } from '@waymark/identity';
import { fileTypeFromBuffer } from 'file-type';
import { plainText } from '../question/plain-text.js';
import { questionProblems, type QuestionDraft } from '../question/question-draft.js';
import { Questions } from '../question/questions.service.js';
import { ALIKE, resemblance, sketchOf } from '../question/similarity.js';
import { assertWithinLimits, toDraft, toNeutral } from './drafts.js';
import {
  candidates,
  contentOf,
  findRun,
  insertRun,
  listRuns,
  noteProgress,
  pruneRuns,
  requestCancel,
  saveRows,
  setApplying,
  setEnded,
  sketches,
  type ImportCounts,
  type ImportRow,
  type ImportRun,
  type KnownQuestion,
} from './interchange.repository.js';
import { KnownQuestions } from './known-questions.service.js';
import { CODE, differences, heldBy, NotTaken, type NeutralQuestion, type ReadQuestions } from './neutral.js';
import { applyQuestionImport } from './question-import.jobs.js';
import { readQuestionFile } from './read.js';

const KEPT_DAYS = 30;
const STEP = 50;
/** What an imported question may still miss: an author adds it before publishing. */
const MAY_MISS = new Set(['topic-missing', 'media-alt-missing']);

class ImportCancelled extends Error {}

export interface ImportRequest {
  bankId: string;
  locale: Locale;
  /** Topics of new questions of which the file names none. */
  tags: string[];
}

/** A row with what is to be done for it. */
interface Planned extends ImportRow {
  question: NeutralQuestion | null;
  known: { id: string; draft: QuestionDraft } | null;
}

const stemKey = (stem: string): string => createHash('md5').update(plainText(stem)).digest('hex');
/** PostgreSQL compares by md5 of the words, as SimilarQuestions keeps it. */
const hasWords = (stem: string): boolean => plainText(stem) !== '';

/**
 * Questions from a file: a dry run that says for each row what would happen, then the same in the background as one
 * transaction, which happens whole or not at all. A question that is there already gets a new draft, never a double.
 */
@Injectable()
export class QuestionImports {
  private readonly logger = new Logger(QuestionImports.name);

  constructor(
    @Inject(Db) private readonly db: Db,
    @Inject(Jobs) private readonly jobs: Jobs,
    @Inject(Files) private readonly files: Files,
    @Inject(Questions) private readonly questions: Questions,
    @Inject(KnownQuestions) private readonly known: KnownQuestions,
    @Inject(Audit) private readonly audit: Audit,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  /** @throws InvalidInput with what is wrong with the file as a whole; NotFound bank-not-found */
  async upload(viewer: Viewer, fileName: string, bytes: Buffer, request: ImportRequest): Promise<string> {
    for (const tag of request.tags)
      if (!CODE.test(tag)) throw new InvalidInput('tag-invalid', { tag: tag.slice(0, 60) });
    const read = await readQuestionFile(bytes);
    const id = newId();
    await this.db.transaction(async (tx) => {
      if (!(await maybeOne(tx, `select 1 from question_bank where id = $1`, [request.bankId])))
        throw new NotFound('bank-not-found');
      await pruneRuns(tx, new Date(this.clock.now().getTime() - KEPT_DAYS * 86_400_000));
      await insertRun(
        tx,
        {
          id,
          ...request,
          createdBy: viewer.personId,
          fileName: fileName.slice(0, 200) || 'questions',
          format: read.format,
          encoding: read.encoding,
          createdAt: this.clock.now(),
        },
        bytes,
      );
      const planned = await this.plan(tx, request, read);
      await saveRows(tx, id, planned.map(asRow), countsOf(planned));
    });
    return id;
  }

  async find(tx: Tx, id: string): Promise<ImportRun> {
    const run = await findRun(tx, id);
    if (!run) throw new NotFound('import-unknown');
    return run;
  }

  list(tx: Tx): Promise<ImportRun[]> {
    return listRuns(tx);
  }

  /** @throws RuleViolation import-closed | import-nothing-to-do */
  async apply(id: string): Promise<void> {
    await this.db.transaction(async (tx) => {
      const run = await findRun(tx, id, true);
      if (!run) throw new NotFound('import-unknown');
      if (run.state !== 'checked') throw new RuleViolation('import-closed', { state: run.state });
      const todo = (run.counts.added ?? 0) + (run.counts.changed ?? 0);
      if (todo === 0) throw new RuleViolation('import-nothing-to-do');
      await setApplying(tx, id, todo);
    });
    await this.jobs.enqueue(applyQuestionImport, { importId: id }, { key: `question-import-${id}` });
  }

  /** Before it is applied the import is closed; while it is, it is stopped and nothing of it stays. */
  async cancel(id: string): Promise<void> {
    await this.db.transaction(async (tx) => {
      const run = await findRun(tx, id, true);
      if (!run) throw new NotFound('import-unknown');
      if (run.state === 'checked') await setEnded(tx, id, 'cancelled', null, this.clock.now());
      else if (run.state === 'applying') await requestCancel(tx, id);
      else throw new RuleViolation('import-closed', { state: run.state });
    });
  }

  @HandlesJob(applyQuestionImport)
  async run({ importId }: { importId: string }, job: JobRun): Promise<void> {
    const run = await this.db.read((tx) => findRun(tx, importId));
    if (!run || run.state !== 'applying') return;
    try {
      await this.db.transaction((tx) => this.write(tx, run, job.signal));
    } catch (error) {
      if (error instanceof ImportCancelled)
        return this.db.transaction((tx) => setEnded(tx, importId, 'cancelled', null, this.clock.now()));
      if (error instanceof DomainError && error.kind !== 'transient') {
        this.logger.warn({ msg: 'question import failed', importId, reason: error.code });
        return this.db.transaction((tx) => setEnded(tx, importId, 'failed', error.code, this.clock.now()));
      }
      throw error;
    }
  }

  private async write(tx: Tx, run: ImportRun, signal: AbortSignal): Promise<void> {
    // Two files at once would each be checked against a bank the other is changing.
    await tx.query(`select pg_advisory_xact_lock(hashtext('assessment.question-import'))`);
    const content = await contentOf(tx, run.id);
    if (!content) throw new RuleViolation('import-closed', { state: run.state });
    const read = await readQuestionFile(content);
    const planned = await this.plan(tx, run, read);
    const free = await this.freeCodes(tx, run.bankId);
    let done = 0;
    for (const row of planned) {
      if (!row.question || (row.outcome !== 'added' && row.outcome !== 'changed')) continue;
      if (done % STEP === 0) {
        if (signal.aborted) throw new Error('The worker is stopping; the import will be taken up again');
        if (await this.db.read((other) => noteProgress(other, run.id, done))) throw new ImportCancelled();
      }
      const fileIds = await this.stage(tx, run.createdBy, row, read.files);
      const draft = toDraft(
        row.question,
        row.known?.draft ?? null,
        { locale: run.locale, tags: run.tags, format: read.format },
        fileIds,
      );
      if (row.known) {
        await this.questions.saveIn(tx, run.createdBy, row.known.id, null, draft);
      } else {
        const name = row.question.code;
        const code = name && CODE.test(name) ? name : free();
        row.questionId = await this.questions.createIn(tx, run.createdBy, run.bankId, code, draft);
        row.code = code;
        if (name && name !== code)
          await execute(tx, `update question set external_id = $2 where id = $1`, [row.questionId, name]);
      }
      done += 1;
    }
    const counts = countsOf(planned);
    await saveRows(tx, run.id, planned.map(asRow), counts);
    await this.audit.record(tx, {
      actorId: run.createdBy,
      action: 'questions.imported',
      subjectType: 'question-bank',
      subjectId: run.bankId,
      changes: (['added', 'changed', 'same', 'refused'] as const).map((field) => ({
        field,
        from: null,
        to: counts[field],
      })),
    });
    await setEnded(tx, run.id, 'applied', null, this.clock.now());
  }

  /** Pictures the question has already are not taken in again. */
  private async stage(
    tx: Tx,
    actorId: string,
    row: Planned,
    bytes: ReadonlyMap<string, Uint8Array>,
  ): Promise<Map<string, string>> {
    const media = row.question?.media ?? [];
    const ids = new Map<string, string>();
    if (media.length === 0) return ids;
    if (row.known) for (const f of (await this.known.files(tx, [row.known.draft])).values()) ids.set(f.sha256, f.id);
    for (const m of media) {
      const content = bytes.get(m.sha256);
      if (ids.has(m.sha256) || !content) continue;
      const file = await this.files.stage({
        ownerType: 'question',
        name: 'picture',
        content: Readable.from([Buffer.from(content)]),
        uploadedBy: actorId,
        kinds: ['image'],
      });
      ids.set(m.sha256, file.id);
    }
    return ids;
  }

  /** The next free numbers of the bank, read once for the whole file. */
  private async freeCodes(tx: Tx, bankId: string): Promise<() => string> {
    const [bank] = await rows<{ code: string }>(tx, `select code from question_bank where id = $1 for no key update`, [
      bankId,
    ]);
    const prefix = bank?.code ?? '';
    const taken = new Set(
      (await rows<{ code: string }>(tx, `select code from question where code like $1`, [`${prefix}-%`])).map(
        (r) => r.code,
      ),
    );
    let n = 0;
    return () => {
      let code: string;
      do {
        n += 1;
        code = `${prefix}-${String(n).padStart(2, '0')}`;
      } while (taken.has(code));
      taken.add(code);
      return code;
    };
  }

  /** What would happen to each question of the file, as the bank stands. */
  private async plan(tx: Tx, request: ImportRequest, read: ReadQuestions): Promise<Planned[]> {
    const { locale } = request;
    const records = read.items.flatMap((i) => (i.question ? [i.question] : []));
    const found = await candidates(
      tx,
      request.bankId,
      records.flatMap((q) => (q.code ? [q.code] : [])),
      records.flatMap((q) => (!q.code && hasWords(q.stem) ? [stemKey(q.stem)] : [])),
    );
    const drafts = await this.known.drafts(
      tx,
      found.map((f) => f.version_id),
    );
    const files = await this.known.files(tx, drafts.values());
    const sha = new Map([...files.values()].map((f) => [f.id, f.sha256]));
    const held = new Map(
      found.map((f) => [
        f.id,
        heldBy(toNeutral(null, drafts.get(f.version_id) as QuestionDraft, locale, sha), read.format),
      ]),
    );
    const byCode = new Map(found.map((f) => [f.code, f]));
    const byName = new Map(
      found.flatMap((f) => (f.external_id && f.bank_id === request.bankId ? [[f.external_id, f] as const] : [])),
    );
    const byStem = new Map<string, KnownQuestion[]>();
    for (const f of found)
      if (f.bank_id === request.bankId) for (const s of f.stems) byStem.set(s, [...(byStem.get(s) ?? []), f]);
    const sameStem = new Map<string, number>();
    for (const q of records) if (!q.code) sameStem.set(stemKey(q.stem), (sameStem.get(stemKey(q.stem)) ?? 0) + 1);
    const claimed = new Set<string>();
    const named = new Map<string, number>();
    const unreadable = await unreadablePictures(read.files);

    const match = (q: NeutralQuestion): KnownQuestion | null => {
      if (q.code) {
        const of = byName.get(q.code) ?? byCode.get(q.code);
        if (of && of.bank_id !== request.bankId) throw new NotTaken('code-in-other-bank', { code: q.code });
        return of ?? null;
      }
      // Without a name the words say which question it is, where they leave no choice.
      const list = (byStem.get(stemKey(q.stem)) ?? []).filter((f) => !claimed.has(f.id));
      const equal = list.find((f) => differences(q, held.get(f.id) as NeutralQuestion).length === 0);
      return equal ?? (list.length === 1 && sameStem.get(stemKey(q.stem)) === 1 ? (list[0] as KnownQuestion) : null);
    };
    const planned = read.items.map((item, n): Planned => {
      const row: Planned = {
        n: n + 1,
        line: item.line,
        title: item.title,
        type: item.question?.type ?? null,
        outcome: 'refused',
        code: item.question?.code ?? null,
        changes: [],
        problem: item.problem,
        remarks: item.remarks,
        near: null,
        questionId: null,
        question: item.question,
        known: null,
      };
      const q = item.question;
      if (!q) return row;
      try {
        assertWithinLimits(q);
        if (q.code) {
          const before = named.get(q.code);
          if (before !== undefined) throw new NotTaken('code-repeated', { line: before });
          named.set(q.code, item.line);
        }
        const picture = q.media?.find((m) => unreadable.has(m.sha256));
        if (picture) throw new NotTaken('picture-type', { type: unreadable.get(picture.sha256) ?? '' });
        const of = match(q);
        const draft = of ? (drafts.get(of.version_id) as QuestionDraft) : null;
        if (of?.status === 'retired') throw new NotTaken('question-retired', { code: of.code });
        const ids = new Map((q.media ?? []).map((m) => [m.sha256, m.sha256]));
        const [problem] = questionProblems(
          toDraft(q, draft, { locale, tags: request.tags, format: read.format }, ids),
        ).filter((p) => !MAY_MISS.has(p.code));
        if (problem) throw new NotTaken(problem.code, problem.params);
        if (!of || !draft) return { ...row, outcome: 'added' };
        claimed.add(of.id);
        const changes = differences(q, held.get(of.id) as NeutralQuestion);
        return {
          ...row,
          outcome: changes.length > 0 ? 'changed' : 'same',
          code: of.code,
          changes,
          questionId: of.id,
          known: { id: of.id, draft },
        };
      } catch (error) {
        if (!(error instanceof NotTaken)) throw error;
        return { ...row, problem: { code: error.code, params: error.params } };
      }
    });
    await this.pointAtLikeOnes(tx, request.bankId, planned);
    return planned;
  }

  /** Names, for each new question, one that asks much the same: in the bank, or earlier in the file. */
  private async pointAtLikeOnes(tx: Tx, bankId: string, planned: readonly Planned[]): Promise<void> {
    const fresh = planned.filter((p) => p.outcome === 'added' && p.question && hasWords(p.question.stem));
    if (fresh.length === 0) return;
    type Like = { sketch: number[]; near: NonNullable<ImportRow['near']> };
    const all: Like[] = (await sketches(tx, bankId)).map((s) => ({
      sketch: s.sketch,
      near: { id: s.id, code: s.code, same: false },
    }));
    const byHash = new Map<number, number[]>();
    const add = (like: Like, at: number): void => {
      for (const h of like.sketch) {
        const list = byHash.get(h);
        if (list) list.push(at);
        else byHash.set(h, [at]);
      }
    };
    for (const [i, like] of all.entries()) add(like, i);
    for (const row of fresh) {
      const sketch = sketchOf(row.question?.stem ?? '');
      const shared = new Map<number, number>();
      for (const h of sketch) for (const at of byHash.get(h) ?? []) shared.set(at, (shared.get(at) ?? 0) + 1);
      let best = ALIKE;
      for (const [at, n] of shared) {
        // Fewer common runs than this can't make them alike.
        if (n < ALIKE * Math.min(sketch.length, (all[at] as Like).sketch.length)) continue;
        const likeness = resemblance(sketch, (all[at] as Like).sketch);
        if (likeness > best || (likeness >= ALIKE && row.near === null)) {
          best = likeness;
          const { near } = all[at] as Like;
          row.near = 'id' in near ? { ...near, same: likeness === 1 } : near;
        }
      }
      all.push({ sketch, near: { line: row.line } });
      add(all.at(-1) as Like, all.length - 1);
    }
  }
}

/** Pictures of a type that no question may show, with what they are. */
async function unreadablePictures(files: ReadonlyMap<string, Uint8Array>): Promise<Map<string, string>> {
  const out = new Map<string, string>();
  for (const [sha, bytes] of files) {
    const found = await fileTypeFromBuffer(bytes.subarray(0, 65_536));
    const verdict = judgeType(found?.mime ?? null);
    if (!('kind' in verdict) || verdict.kind !== 'image') out.set(sha, found?.mime ?? '');
  }
  return out;
}

const asRow = ({ question: _question, known: _known, ...row }: Planned): ImportRow => row;

function countsOf(planned: readonly { outcome: keyof ImportCounts }[]): ImportCounts {
  const counts: ImportCounts = { added: 0, changed: 0, same: 0, refused: 0 };
  for (const p of planned) counts[p.outcome] += 1;
  return counts;
}
