import { Inject, Injectable } from '@nestjs/common';
import { newId, NotFound, pickText, type Locale, type Text } from '@waymark/kernel';
import { Db, execute, maybeOne, rows, Texts, type Tx } from '@waymark/platform';
import { Audit } from '@waymark/identity';
import { FrozenCache } from '../frozen-cache.js';
import { QuestionVersions } from '../question/question-versions.service.js';

export interface TopicRow {
  code: string;
  titles: Text;
  questionCount: number;
}

const TITLE = 'title';

/** The tags of questions, with a title in each language; a new tag is its own title until somebody gives it one. */
@Injectable()
export class Topics {
  private readonly ids = new FrozenCache<string, string>(5_000);

  constructor(
    @Inject(QuestionVersions) private readonly versions: QuestionVersions,
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

  /** Titles as they stood at `seq`, which an attempt keeps; remembered, because they never change. */
  async titlesAt(tx: Tx, codes: readonly string[], seq: number, locale: Locale): Promise<Map<string, string>> {
    const ids = await this.ids.many(codes, async (missing) => {
      const found = await rows<{ id: string; code: string }>(
        tx,
        `select id, code from question_topic where code = any ($1::text[])`,
        [missing],
      );
      return new Map(found.map((f) => [f.code, f.id]));
    });
    const texts = await this.versions.textsAt(tx, [...ids.values()], seq);
    return new Map(codes.map((code) => [code, pickText(texts.get(ids.get(code) ?? '')?.[TITLE], locale) || code]));
  }

  /** What topics are called now. */
  async titles(tx: Tx, codes: readonly string[], locale: Locale): Promise<Map<string, string>> {
    if (codes.length === 0) return new Map();
    return this.titlesAt(tx, [...new Set(codes)], await this.texts.currentSeq(tx), locale);
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
