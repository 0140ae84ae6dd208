import { Inject, Injectable } from '@nestjs/common';
import { isUuid, pickText, type Locale } from '@waymark/kernel';
import type { Tx } from '../db/sql.js';
import { Texts } from './texts.service.js';

export type TitleLookup = (tx: Tx, ids: readonly string[], locale: Locale) => Promise<Map<string, string>>;

/**
 * What a thing is called, for those who know only its type and id (notifications, the points statement, audit).
 * A lib registers its types when it starts; a type nobody registered has its title among the texts.
 */
@Injectable()
export class SubjectTitles {
  private readonly lookups = new Map<string, TitleLookup>();

  constructor(@Inject(Texts) private readonly texts: Texts) {}

  register(subjectType: string, lookup: TitleLookup): void {
    if (this.lookups.has(subjectType)) throw new Error(`Two look-ups for the titles of ${subjectType}`);
    this.lookups.set(subjectType, lookup);
  }

  /** Titles keyed by `type:id`; what has none is left out. */
  async load(tx: Tx, subjects: readonly { type: string; id: string }[], locale: Locale): Promise<Map<string, string>> {
    const byType = new Map<string, Set<string>>();
    for (const s of subjects) byType.set(s.type, (byType.get(s.type) ?? new Set()).add(s.id));
    const out = new Map<string, string>();
    const unregistered: { type: string; id: string }[] = [];
    for (const [type, ids] of byType) {
      const lookup = this.lookups.get(type);
      if (lookup) for (const [id, title] of await lookup(tx, [...ids], locale)) out.set(`${type}:${id}`, title);
      else unregistered.push(...[...ids].filter(isUuid).map((id) => ({ type, id })));
    }
    const texts = await this.texts.load(
      tx,
      unregistered.map((s) => s.id),
    );
    for (const s of unregistered) {
      const title = pickText(texts.get(s.id)?.['title'], locale);
      if (title) out.set(`${s.type}:${s.id}`, title);
    }
    return out;
  }
}
