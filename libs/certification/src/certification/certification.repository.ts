import { Injectable } from '@nestjs/common';
import { newId } from '@waymark/kernel';
import { execute, maybeOne, rows, type Tx } from '@waymark/platform';

export type RequirementKind = 'exam' | 'course' | 'hours' | 'node';

export interface Requirement {
  id: string;
  certificationId: string;
  use: 'first' | 'renewal';
  kind: RequirementKind;
  targetId: string | null;
  code: string | null;
  hours: number | null;
}

export interface CertificationRow {
  id: string;
  code: string;
  validityMonths: number | null;
  warnDays: number[];
  renewalOpensDays: number;
  renewalWithinMonths: number | null;
  numberPattern: string;
  skills: string[];
  audienceId: string | null;
  archived: boolean;
  revision: number;
}

export type CertificationFields = Omit<CertificationRow, 'id' | 'archived' | 'revision'>;
export type NewRequirement = Omit<Requirement, 'id' | 'certificationId'>;

const COLUMNS = `c.id, c.code, c.validity_months as "validityMonths", c.warn_days as "warnDays", c.renewal_opens_days as "renewalOpensDays",
  c.renewal_within_months as "renewalWithinMonths", c.number_pattern as "numberPattern", c.skills, c.audience_id as "audienceId",
  c.archived_at is not null as archived, c.revision`;

@Injectable()
export class CertificationRepository {
  list(tx: Tx, by: { archived?: boolean | null; ids?: readonly string[] | null } = {}): Promise<CertificationRow[]> {
    return rows(
      tx,
      `select ${COLUMNS} from certification c where ($1::boolean is null or (c.archived_at is not null) = $1)
         and ($2::uuid[] is null or c.id = any ($2)) order by c.code`,
      [by.archived ?? null, by.ids ?? null],
    );
  }

  byCode(tx: Tx, code: string): Promise<CertificationRow | null> {
    return maybeOne(tx, `select ${COLUMNS} from certification c where c.code = $1`, [code]);
  }

  lock(tx: Tx, id: string): Promise<CertificationRow | null> {
    return maybeOne(tx, `select ${COLUMNS} from certification c where c.id = $1 for update`, [id]);
  }

  async insert(tx: Tx, id: string, f: CertificationFields, actorId: string | null, now: Date): Promise<void> {
    await execute(
      tx,
      `insert into certification (id, code, validity_months, warn_days, renewal_opens_days, renewal_within_months, number_pattern, skills, audience_id,
                                  created_by, created_at, updated_at)
       values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $11)`,
      [
        id,
        f.code,
        f.validityMonths,
        f.warnDays,
        f.renewalOpensDays,
        f.renewalWithinMonths,
        f.numberPattern,
        f.skills,
        f.audienceId,
        actorId,
        now,
      ],
    );
  }

  async update(tx: Tx, id: string, f: CertificationFields, now: Date): Promise<void> {
    await execute(
      tx,
      `update certification set validity_months = $2, warn_days = $3, renewal_opens_days = $4, renewal_within_months = $5, number_pattern = $6, skills = $7,
         audience_id = $8, revision = revision + 1, updated_at = $9 where id = $1`,
      [
        id,
        f.validityMonths,
        f.warnDays,
        f.renewalOpensDays,
        f.renewalWithinMonths,
        f.numberPattern,
        f.skills,
        f.audienceId,
        now,
      ],
    );
  }

  async setArchived(tx: Tx, id: string, archivedAt: Date | null, now: Date): Promise<void> {
    await execute(
      tx,
      `update certification set archived_at = $2, revision = revision + 1, updated_at = $3 where id = $1`,
      [id, archivedAt, now],
    );
  }

  requirements(tx: Tx, certificationIds: readonly string[]): Promise<Requirement[]> {
    return rows(
      tx,
      `select id, certification_id as "certificationId", use, kind, target_id as "targetId", code, hours::double precision as hours
       from certification_requirement where certification_id = any ($1::uuid[]) order by certification_id, use, position`,
      [certificationIds],
    );
  }

  async replaceRequirements(tx: Tx, certificationId: string, list: readonly NewRequirement[]): Promise<void> {
    await execute(tx, `delete from certification_requirement where certification_id = $1`, [certificationId]);
    await execute(
      tx,
      `insert into certification_requirement (id, certification_id, use, position, kind, target_id, code, hours)
       select id, $2, use, position, kind, target_id, code, hours
       from jsonb_to_recordset($1::jsonb) as r(id uuid, use text, position smallint, kind text, target_id uuid, code text, hours numeric)`,
      [
        JSON.stringify(
          list.map((r, position) => ({
            id: newId(),
            use: r.use,
            position,
            kind: r.kind,
            target_id: r.targetId,
            code: r.code,
            hours: r.hours,
          })),
        ),
        certificationId,
      ],
    );
  }
}
