import { Inject, Injectable } from '@nestjs/common';
import { newId, NotFound, pickText, type Locale, type Text } from '@waymark/kernel';
import { Db, execute, maybeOne, rows, Texts, type Tx } from '@waymark/platform';
import { Audit } from '@waymark/identity';

export interface TopicRow {
  code: string;
  titles: Text;
  questionCount: number;
}

const TITLE = 'title';

/** The tags of questions, with a title in each language; a new tag is its own title until somebody gives it one. */
@Injectable()
export class Topics {
  constructor(
    @Inject(Db) private readonly db: Db,
    @Inject(Texts) private readonly texts: Texts,
    @Inject(Audit) private readonly audit: Audit,
  ) {}

  /** Makes sure that every tag in use is a topic. */
  async ensure(tx: Tx, codes: readonly string[]): Promise<void> {
    if (codes.length === 0) return;
    await execute(
      tx,
      `insert into question_topic (id, code) select t.id, t.code from jsonb_to_recordset($1::jsonb) as t(id uuid, code text)
       order by t.code on conflict (code) do nothing`,
      [JSON.stringify([...new Set(codes)].map((code) => ({ id: newId(), code })))],
    );
  }

  async titles(tx: Tx, codes: readonly string[], locale: Locale): Promise<Map<string, string>> {
    const out = new Map(codes.map((code) => [code, code]));
    if (codes.length === 0) return out;
    const found = await rows<{ code: string; locale: Locale; value: string }>(
      tx,
      `select distinct on (t.code, c.locale) t.code, c.locale, c.value
       from question_topic t join content_text c on c.subject_id = t.id and c.field = $2
       where t.code = any ($1::text[]) order by t.code, c.locale, c.seq desc`,
      [codes, TITLE],
    );
    const texts = new Map<string, Text>();
    for (const f of found) texts.set(f.code, { ...texts.get(f.code), [f.locale]: f.value });
    for (const [code, text] of texts) out.set(code, pickText(text, locale) || code);
    return out;
  }

  async list(): Promise<TopicRow[]> {
    return this.db.read(async (tx) => {
      const found = await rows<{ id: string; code: string; n: number }>(
        tx,
        `select t.id, t.code, count(q.id)::int as n from question_topic t
         left join question_version v on t.code = any (v.tags)
         left join question q on q.current_version_id = v.id and q.status <> 'retired'
         group by t.id order by t.code`,
      );
      const texts = await this.texts.load(
        tx,
        found.map((f) => f.id),
      );
      return found.map((f) => ({ code: f.code, titles: texts.get(f.id)?.[TITLE] ?? {}, questionCount: f.n }));
    });
  }

  async rename(actorId: string | null, code: string, title: Text): Promise<void> {
    await this.db.transaction(async (tx) => {
      const topic = await maybeOne<{ id: string }>(tx, `select id from question_topic where code = $1 for update`, [
        code,
      ]);
      if (!topic) throw new NotFound('topic-not-found');
      await this.texts.set(tx, topic.id, { [TITLE]: title }, actorId);
      await this.audit.record(tx, {
        actorId,
        action: 'topic.renamed',
        subjectType: 'question-topic',
        subjectId: topic.id,
      });
    });
  }
}
