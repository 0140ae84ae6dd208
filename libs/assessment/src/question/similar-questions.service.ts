import { Inject, Injectable } from '@nestjs/common';
import { LOCALES, pickText, type Locale, type Text } from '@waymark/kernel';
import { Db, execute, rows, Texts, type Tx } from '@waymark/platform';
import { plainStem, STEM } from './question-texts.js';
import { plainText } from './plain-text.js';
import { ALIKE, resemblance, sketchOf } from './similarity.js';

export interface SimilarQuestion {
  id: string;
  code: string;
  stem: string;
  /** The same words, but for width, case, punctuation and spacing. */
  same: boolean;
  /** 0..1 */
  likeness: number;
}

const CANDIDATES = 40;
const SHOWN = 5;

/** Finds questions that ask the same already; it warns the author and blocks nothing. */
@Injectable()
export class SimilarQuestions {
  constructor(
    @Inject(Db) private readonly db: Db,
    @Inject(Texts) private readonly texts: Texts,
  ) {}

  /** Keeps what the stems of a question are compared by. */
  async remember(tx: Tx, questionId: string, stem: Text): Promise<void> {
    const list = LOCALES.flatMap((locale) => {
      const words = plainText(stem[locale] ?? '');
      return words === '' ? [] : [{ locale, words, sketch: sketchOf(stem[locale] ?? '') }];
    });
    await execute(
      tx,
      `with gone as (
         delete from question_stem where question_id = $1 and locale <> all (select n.locale from jsonb_to_recordset($2::jsonb) as n(locale text))
       )
       insert into question_stem (question_id, locale, same_as, sketch)
       select $1, n.locale, md5(n.words), n.sketch from jsonb_to_recordset($2::jsonb) as n(locale text, words text, sketch int[])
       on conflict (question_id, locale) do update set same_as = excluded.same_as, sketch = excluded.sketch
         where question_stem.same_as <> excluded.same_as`,
      [questionId, JSON.stringify(list)],
    );
  }

  /** The same for questions that have nothing to be compared by yet. Returns how many there were. */
  async rememberMissing(limit: number): Promise<number> {
    return this.db.transaction(async (tx) => {
      const missing = await rows<{ id: string; version_id: string }>(
        tx,
        `select q.id, coalesce(q.draft_version_id, q.current_version_id) as version_id from question q
         where not exists (select 1 from question_stem s where s.question_id = q.id)
           and exists (select 1 from content_text c where c.subject_id = coalesce(q.draft_version_id, q.current_version_id)
                       and c.field = '${STEM}' and c.value ~ '[[:alnum:]]|[^ -~]')
         order by q.id limit $1 for update of q skip locked`,
        [limit],
      );
      const texts = await this.texts.load(
        tx,
        missing.map((m) => m.version_id),
      );
      for (const m of missing) await this.remember(tx, m.id, texts.get(m.version_id)?.[STEM] ?? {});
      return missing.length;
    });
  }

  async find(stem: Text, exceptId: string | null, locale: Locale): Promise<SimilarQuestion[]> {
    return this.db.read((tx) => this.findIn(tx, stem, exceptId, locale));
  }

  async findIn(tx: Tx, stem: Text, exceptId: string | null, locale: Locale): Promise<SimilarQuestion[]> {
    const given = LOCALES.flatMap((l) =>
      stem[l]?.trim() ? [{ words: plainText(stem[l]), sketch: sketchOf(stem[l]) }] : [],
    );
    if (given.length === 0) return [];
    const found = await rows<{ id: string; code: string; version_id: string; same: boolean; sketch: number[] }>(
      tx,
      `select q.id, q.code, coalesce(q.draft_version_id, q.current_version_id) as version_id, s.sketch,
              s.same_as = any (select md5(w) from unnest($1::text[]) w) as same
       from question_stem s join question q on q.id = s.question_id
       where s.sketch && $2::int[] and q.status <> 'retired' and ($3::uuid is null or q.id <> $3)
       order by 5 desc, (select count(*) from unnest(s.sketch) h where h = any ($2::int[]))::float8 / cardinality(s.sketch) desc, q.code
       limit ${CANDIDATES}`,
      [given.map((g) => g.words), [...new Set(given.flatMap((g) => g.sketch))], exceptId],
    );
    const best = new Map<string, { id: string; code: string; versionId: string; same: boolean; likeness: number }>();
    for (const f of found) {
      const likeness = f.same ? 1 : Math.max(...given.map((g) => resemblance(g.sketch, f.sketch)));
      const known = best.get(f.id);
      if (likeness >= ALIKE && (known?.likeness ?? 0) < likeness)
        best.set(f.id, { id: f.id, code: f.code, versionId: f.version_id, same: f.same, likeness });
    }
    const list = [...best.values()].sort((a, b) => b.likeness - a.likeness).slice(0, SHOWN);
    const texts = await this.texts.load(
      tx,
      list.map((l) => l.versionId),
    );
    return list.map(({ versionId, ...rest }) => ({
      ...rest,
      stem: plainStem(pickText(texts.get(versionId)?.[STEM], locale)),
    }));
  }
}
