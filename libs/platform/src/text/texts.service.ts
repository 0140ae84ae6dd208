import { Injectable } from '@nestjs/common';
import { LOCALES, type Locale, type Text } from '@waymark/kernel';
import { execute, one, rows, type Tx } from '../db/sql.js';

export type TextFields = Record<string, Text>;

/**
 * Texts of frozen versions: append-only revisions keyed by (subject, field, locale). `seq` orders all revisions, so one
 * number fixes what a reader saw: an attempt keeps `currentSeq` and reads its texts as of it.
 */
@Injectable()
export class Texts {
  /** Writes a revision for each text that differs from the current one. Fields and locales left out stay as they are. */
  async set(tx: Tx, subjectId: string, fields: TextFields, authorId: string | null): Promise<void> {
    await this.setMany(tx, [{ subjectId, fields }], authorId);
  }

  async setMany(
    tx: Tx,
    items: readonly { subjectId: string; fields: TextFields }[],
    authorId: string | null,
  ): Promise<void> {
    const wanted = items.flatMap(({ subjectId, fields }) =>
      Object.entries(fields).flatMap(([field, text]) =>
        LOCALES.filter((l) => text[l] !== undefined).map((locale) => ({
          subject_id: subjectId,
          field,
          locale,
          value: text[locale],
        })),
      ),
    );
    if (wanted.length === 0) return;
    await execute(
      tx,
      `insert into content_text (subject_id, field, locale, value, author_id)
       select w.subject_id, w.field, w.locale, w.value, $2
       from jsonb_to_recordset($1::jsonb) as w(subject_id uuid, field text, locale text, value text)
       left join lateral (
         select t.value from content_text t
         where t.subject_id = w.subject_id and t.field = w.field and t.locale = w.locale
         order by t.seq desc limit 1
       ) c on true
       where c.value is distinct from w.value`,
      [JSON.stringify(wanted), authorId],
    );
  }

  /** The texts of many subjects, as they are now or as they were at `asOfSeq`. One statement. */
  async load(tx: Tx, subjectIds: readonly string[], asOfSeq?: number): Promise<Map<string, TextFields>> {
    const out = new Map<string, TextFields>();
    if (subjectIds.length === 0) return out;
    const found = await rows<{ subject_id: string; field: string; locale: Locale; value: string }>(
      tx,
      `select distinct on (subject_id, field, locale) subject_id, field, locale, value
       from content_text where subject_id = any($1::uuid[]) and ($2::bigint is null or seq <= $2)
       order by subject_id, field, locale, seq desc`,
      [subjectIds, asOfSeq ?? null],
    );
    for (const r of found) {
      const fields = out.get(r.subject_id) ?? {};
      (fields[r.field] ??= {})[r.locale] = r.value;
      out.set(r.subject_id, fields);
    }
    return out;
  }

  async currentSeq(tx: Tx): Promise<number> {
    return (await one<{ seq: number }>(tx, `select coalesce(max(seq), 0) as seq from content_text`)).seq;
  }
}
