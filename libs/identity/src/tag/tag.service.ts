import { Inject, Injectable } from '@nestjs/common';
import { Conflict, InvalidInput, newId, NotFound, type Text } from '@waymark/kernel';
import { execute, rows, type Tx } from '@waymark/platform';
import { Audit } from '../audit/audit.service.js';

export interface TagRecord {
  id: string;
  code: string;
  name: Text;
}

@Injectable()
export class Tags {
  constructor(@Inject(Audit) private readonly audit: Audit) {}

  async list(tx: Tx): Promise<TagRecord[]> {
    return rows(tx, `select id, code, name from tag order by code`);
  }

  async ofMany(tx: Tx, personIds: readonly string[]): Promise<Map<string, TagRecord[]>> {
    const found = await rows<TagRecord & { personId: string }>(
      tx,
      `select t.id, t.code, t.name, pt.person_id as "personId" from tag t join person_tag pt on pt.tag_id = t.id
       where pt.person_id = any ($1::uuid[]) order by t.code`,
      [personIds],
    );
    const out = new Map<string, TagRecord[]>(personIds.map((id) => [id, []]));
    for (const { personId, ...tag } of found) out.get(personId)?.push(tag);
    return out;
  }

  async save(
    tx: Tx,
    input: { id?: string | null; code?: string | null; name: Text },
    actorId: string | null,
  ): Promise<TagRecord> {
    const id = input.id ?? newId();
    if (input.id) {
      const written = await execute(tx, `update tag set name = name || $2::jsonb where id = $1`, [
        id,
        JSON.stringify(input.name),
      ]);
      if (written === 0) throw new NotFound('tag-unknown');
    } else {
      if (!/^[a-z0-9][a-z0-9-]{0,62}$/.test(input.code ?? '')) throw new InvalidInput('code-invalid');
      const written = await execute(
        tx,
        `insert into tag (id, code, name) values ($1, $2, $3) on conflict (code) do nothing`,
        [id, input.code, JSON.stringify(input.name)],
      );
      if (written === 0) throw new Conflict('code-taken', { code: input.code ?? null });
    }
    await this.audit.record(tx, {
      actorId,
      action: input.id ? 'tag.changed' : 'tag.created',
      subjectType: 'tag',
      subjectId: id,
      changes: [{ field: 'name', from: null, to: JSON.stringify(input.name) }],
    });
    const [tag] = await rows<TagRecord>(tx, `select id, code, name from tag where id = $1`, [id]);
    return tag as TagRecord;
  }

  /** The person has exactly these tags afterwards. */
  async setOf(tx: Tx, personId: string, tagIds: readonly string[], actorId: string): Promise<void> {
    const removed = await rows<{ tag_id: string }>(
      tx,
      `delete from person_tag where person_id = $1 and tag_id <> all ($2::uuid[]) returning tag_id`,
      [personId, tagIds],
    );
    const added = await rows<{ tag_id: string }>(
      tx,
      `insert into person_tag (tag_id, person_id) select id, $1 from tag where id = any ($2::uuid[]) on conflict do nothing returning tag_id`,
      [personId, tagIds],
    );
    if (removed.length + added.length === 0) return;
    await this.audit.record(tx, {
      actorId,
      action: 'person.tags-changed',
      subjectType: 'person',
      subjectId: personId,
      personId,
      changes: [
        ...removed.map((r) => ({ field: 'tag', from: r.tag_id, to: null })),
        ...added.map((a) => ({ field: 'tag', from: null, to: a.tag_id })),
      ],
    });
  }
}
