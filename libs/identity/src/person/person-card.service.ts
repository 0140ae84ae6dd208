import { Inject, Injectable } from '@nestjs/common';
import { pickText, type Locale, type Text } from '@waymark/kernel';
import { Db, rows, type Tx } from '@waymark/platform';
import { displayName, initialOf } from './person-name.js';

/** All that anybody may see of somebody else. */
export interface PersonCard {
  id: string;
  name: string;
  unit: string | null;
  pictureUrl: string | null;
  initial: string;
}

@Injectable()
export class PersonCards {
  constructor(@Inject(Db) private readonly db: Db) {}

  /** For loaders, which have no transaction. */
  loadNow(ids: readonly string[], locale: Locale): Promise<Map<string, PersonCard>> {
    return this.db.read((tx) => this.load(tx, ids, locale));
  }

  async load(tx: Tx, ids: readonly string[], locale: Locale): Promise<Map<string, PersonCard>> {
    const found = await rows<{
      id: string;
      name: string | null;
      name_en: string | null;
      picture_file_id: string | null;
      unit: Text | null;
    }>(
      tx,
      `select c.person_id as id, c.name, c.name_en, c.picture_file_id, u.name as unit
       from person_card c left join org_unit u on u.id = c.org_unit_id where c.person_id = any ($1::uuid[])`,
      [[...new Set(ids)]],
    );
    return new Map(
      found.map((f) => {
        const name = displayName(f.name, f.name_en, locale);
        return [
          f.id,
          {
            id: f.id,
            name,
            unit: f.unit ? pickText(f.unit, locale) : null,
            pictureUrl: f.picture_file_id ? `/files/${f.picture_file_id}` : null,
            initial: initialOf(name),
          },
        ];
      }),
    );
  }
}
