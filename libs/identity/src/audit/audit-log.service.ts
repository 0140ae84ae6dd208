import { Injectable } from '@nestjs/common';
import { clampFirst, decodeCursor } from '@waymark/kernel';
import { rows, type Tx } from '@waymark/platform';

export interface AuditFilter {
  actorId?: string | null;
  personId?: string | null;
  /** One action, or all of a subject with 'person.*'. */
  action?: string | null;
  subjectType?: string | null;
  subjectId?: string | null;
  from?: Date | null;
  to?: Date | null;
}

export interface AuditRecord {
  id: string;
  at: Date;
  actorId: string | null;
  action: string;
  subjectType: string;
  subjectId: string;
  personId: string | null;
  changes: { field: string; from: string | null; to: string | null }[];
}

/** Reading the audit: newest first, by keyset. */
@Injectable()
export class AuditLog {
  async page(
    tx: Tx,
    filter: AuditFilter,
    page: { first?: number | null; after?: string | null },
  ): Promise<{ found: AuditRecord[]; first: number }> {
    const first = clampFirst(page.first);
    const [at, id] = page.after ? decodeCursor(page.after) : [null, null];
    const found = await rows<AuditRecord>(
      tx,
      `select a.id, a.at, a.actor_id as "actorId", a.action, a.subject_type as "subjectType", a.subject_id as "subjectId", a.person_id as "personId",
              coalesce((select jsonb_agg(jsonb_build_object('field', c.value ->> 'field', 'from', coalesce(c.value ->> 'from', v.from_value),
                                                           'to', coalesce(c.value ->> 'to', v.to_value)) order by c.ordinality)
                        from jsonb_array_elements(a.changes) with ordinality c
                        left join audit_personal_value v on v.audit_entry_id = a.id and v.field = c.value ->> 'field'), '[]') as changes
       from audit_entry a
       where ($1::uuid is null or a.actor_id = $1) and ($2::uuid is null or a.person_id = $2) and ($3::text is null or a.action like $3)
         and ($4::text is null or a.subject_type = $4) and ($5::text is null or a.subject_id = $5)
         and ($6::timestamptz is null or a.at >= $6) and ($7::timestamptz is null or a.at < $7)
         and ($8::timestamptz is null or (a.at, a.id) < ($8, $9::uuid))
       order by a.at desc, a.id desc limit $10`,
      [
        filter.actorId ?? null,
        filter.personId ?? null,
        filter.action ? filter.action.replace(/[\\%_]/g, '\\$&').replace('*', '%') : null,
        filter.subjectType ?? null,
        filter.subjectId ?? null,
        filter.from ?? null,
        filter.to ?? null,
        at ?? null,
        id ?? null,
        first + 1,
      ],
    );
    return { found, first };
  }
}
