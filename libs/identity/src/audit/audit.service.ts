import { Inject, Injectable } from '@nestjs/common';
import { Conflict, newId, type Clock } from '@waymark/kernel';
import { CLOCK, execute, maybeOne, type Tx } from '@waymark/platform';

export type AuditValue = string | number | boolean | null | undefined;

export interface AuditChangeInput {
  field: string;
  from: AuditValue;
  to: AuditValue;
  /** The values name or describe the person: they go to a row that erasure deletes. */
  personal?: boolean;
}

export interface AuditInput {
  actorId: string | null;
  /** '<subject>.<what happened>', for example 'map.published'. */
  action: string;
  subjectType: string;
  subjectId: string;
  personId?: string | null;
  changes?: readonly AuditChangeInput[];
}

const asText = (v: AuditValue): string | null => (v === null || v === undefined ? null : String(v));

/** Who changed what, from what to what. Called inside the transaction that makes the change. */
@Injectable()
export class Audit {
  constructor(@Inject(CLOCK) private readonly clock: Clock) {}

  async record(tx: Tx, entry: AuditInput): Promise<string> {
    const [id] = await this.recordMany(tx, [entry]);
    return id as string;
  }

  async recordMany(tx: Tx, entries: readonly AuditInput[]): Promise<string[]> {
    if (entries.length === 0) return [];
    const at = this.clock.now();
    const full = entries.map((e) => ({ ...e, id: newId(), changes: e.changes ?? [] }));
    await execute(
      tx,
      `insert into audit_entry (id, at, actor_id, action, subject_type, subject_id, person_id, changes)
       select id, $2, actor_id, action, subject_type, subject_id, person_id, changes
       from jsonb_to_recordset($1::jsonb) as e(id uuid, actor_id uuid, action text, subject_type text, subject_id text,
                                               person_id uuid, changes jsonb)`,
      [
        JSON.stringify(
          full.map((e) => ({
            id: e.id,
            actor_id: e.actorId,
            action: e.action,
            subject_type: e.subjectType,
            subject_id: e.subjectId,
            person_id: e.personId ?? null,
            changes: e.changes.map((c) =>
              c.personal && e.personId
                ? { field: c.field, personal: true }
                : { field: c.field, from: asText(c.from), to: asText(c.to) },
            ),
          })),
        ),
        at,
      ],
    );
    const personal = full.flatMap((e) =>
      e.changes
        .filter((c) => c.personal && e.personId)
        .map((c) => ({
          audit_entry_id: e.id,
          field: c.field,
          person_id: e.personId,
          from_value: asText(c.from),
          to_value: asText(c.to),
        })),
    );
    if (personal.length > 0) {
      await execute(
        tx,
        `insert into audit_personal_value (audit_entry_id, field, person_id, from_value, to_value)
         select audit_entry_id, field, person_id, from_value, to_value
         from jsonb_to_recordset($1::jsonb) as v(audit_entry_id uuid, field text, person_id uuid, from_value text, to_value text)`,
        [JSON.stringify(personal)],
      );
    }
    return full.map((e) => e.id);
  }

  /** The refusal of an edit that saw an older revision: it names who changed the thing since, and when. */
  async staleRevision(tx: Tx, subjectType: string, subjectId: string): Promise<Conflict> {
    const last = await maybeOne<{ name: string | null; at: Date }>(
      tx,
      `select pr.name, a.at from audit_entry a left join person_profile pr on pr.person_id = a.actor_id
       where a.subject_type = $1 and a.subject_id = $2 order by a.at desc limit 1`,
      [subjectType, subjectId],
    );
    return new Conflict('changed-meanwhile', { by: last?.name ?? null, at: last?.at.toISOString() ?? null });
  }
}
