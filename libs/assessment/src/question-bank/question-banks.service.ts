import { Inject, Injectable } from '@nestjs/common';
import { newId, NotFound, RuleViolation, type Clock, type Text } from '@waymark/kernel';
import { CLOCK, Db, execute, maybeOne, rows, Texts, type Tx } from '@waymark/platform';
import { Audit } from '@waymark/identity';

export interface BankRow {
  id: string;
  code: string;
  titles: Text;
  questionCount: number;
  publishedCount: number;
  revision: number;
}

const TITLE = 'title';

@Injectable()
export class QuestionBanks {
  constructor(
    @Inject(Db) private readonly db: Db,
    @Inject(Texts) private readonly texts: Texts,
    @Inject(Audit) private readonly audit: Audit,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  async list(ids?: readonly string[]): Promise<BankRow[]> {
    return this.db.read(async (tx) => {
      const found = await rows<{ id: string; code: string; revision: number; total: number; published: number }>(
        tx,
        `select b.id, b.code, b.revision, count(q.id) filter (where q.status <> 'retired')::int as total,
                count(q.id) filter (where q.status = 'published')::int as published
         from question_bank b left join question q on q.bank_id = b.id
         where $1::uuid[] is null or b.id = any ($1) group by b.id order by b.code`,
        [ids ?? null],
      );
      const texts = await this.texts.load(
        tx,
        found.map((f) => f.id),
      );
      return found.map((f) => ({
        id: f.id,
        code: f.code,
        titles: texts.get(f.id)?.[TITLE] ?? {},
        questionCount: f.total,
        publishedCount: f.published,
        revision: f.revision,
      }));
    });
  }

  async idByCode(tx: Tx, code: string): Promise<string | null> {
    return (await maybeOne<{ id: string }>(tx, `select id from question_bank where code = $1`, [code]))?.id ?? null;
  }

  async create(actorId: string | null, code: string, title: Text): Promise<BankRow> {
    const id = await this.db.transaction(async (tx) => {
      const made = await maybeOne<{ id: string }>(
        tx,
        `insert into question_bank (id, code, updated_by, updated_at) values ($1, $2, $3, $4) on conflict (code) do nothing returning id`,
        [newId(), code, actorId, this.clock.now()],
      );
      if (!made) throw new RuleViolation('code-taken', { code });
      await this.texts.set(tx, made.id, { [TITLE]: title }, actorId);
      await this.audit.record(tx, {
        actorId,
        action: 'question-bank.created',
        subjectType: 'question-bank',
        subjectId: made.id,
        changes: [{ field: 'code', from: null, to: code }],
      });
      return made.id;
    });
    return this.get(id);
  }

  async rename(actorId: string | null, id: string, revision: number, title: Text): Promise<BankRow> {
    await this.db.transaction(async (tx) => {
      const bank = await maybeOne<{ revision: number }>(
        tx,
        `select revision from question_bank where id = $1 for update`,
        [id],
      );
      if (!bank) throw new NotFound('bank-not-found');
      if (bank.revision !== revision) throw await this.audit.staleRevision(tx, 'question-bank', id);
      await this.texts.set(tx, id, { [TITLE]: title }, actorId);
      await execute(
        tx,
        `update question_bank set revision = revision + 1, updated_by = $2, updated_at = $3 where id = $1`,
        [id, actorId, this.clock.now()],
      );
      await this.audit.record(tx, {
        actorId,
        action: 'question-bank.renamed',
        subjectType: 'question-bank',
        subjectId: id,
      });
    });
    return this.get(id);
  }

  private async get(id: string): Promise<BankRow> {
    const [bank] = await this.list([id]);
    if (!bank) throw new NotFound('bank-not-found');
    return bank;
  }
}
