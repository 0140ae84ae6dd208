import { Inject, Injectable } from '@nestjs/common';
import { Conflict, InvalidInput, NotFound, type LocalDay } from '@waymark/kernel';
import { execute, rows, type Tx } from '@waymark/platform';
import { Audit } from '../audit/audit.service.js';
import { Settings } from '../company/company-settings.service.js';
import { requiredLevelSql } from '../competency/competency.service.js';

export interface RoleRequirement {
  jobRoleId: string;
  dimensionId: string;
  /** In force today; null: nothing is required. */
  level: number | null;
  upcoming: { level: number | null; fromDay: LocalDay } | null;
}

export interface RequirementCell {
  jobRoleId: string;
  dimensionId: string;
  /** null: no longer required. */
  level: number | null;
  /** What the editor saw in force on that day; a cell that says something else by now is a conflict. */
  saw: number | null;
}

export const MAX_CELLS = 2_000;

/** What job roles require, from which day on. Earlier days keep what they required. */
@Injectable()
export class RoleRequirements {
  constructor(
    @Inject(Settings) private readonly settings: Settings,
    @Inject(Audit) private readonly audit: Audit,
  ) {}

  /** Every open job role × open dimension that requires something now or later. */
  async list(tx: Tx): Promise<RoleRequirement[]> {
    return rows(
      tx,
      `select k.job_role_id as "jobRoleId", k.dimension_id as "dimensionId",
              ${requiredLevelSql('k.job_role_id', 'k.dimension_id', '$1::date')} as level,
              (select jsonb_build_object('level', n.level, 'fromDay', n.from_day) from job_role_requirement n
               where n.job_role_id = k.job_role_id and n.dimension_id = k.dimension_id and n.from_day > $1::date order by n.from_day limit 1) as upcoming
       from (select distinct job_role_id, dimension_id from job_role_requirement) k
       join job_role r on r.id = k.job_role_id and r.archived_at is null
       join competency_dimension d on d.id = k.dimension_id and d.archived_at is null
       order by r.code, d.ordinal, d.code`,
      [await this.settings.today(tx)],
    );
  }

  /**
   * Sets cells from a day on; what was to change after that day is dropped for these cells.
   * @returns how many cells changed
   * @throws InvalidInput 'day-in-the-past' | 'too-many' | 'competency-level-unknown' @throws Conflict 'changed-meanwhile'
   */
  async set(
    tx: Tx,
    actorId: string | null,
    cells: readonly RequirementCell[],
    fromDay: LocalDay | null,
  ): Promise<number> {
    const today = await this.settings.today(tx);
    const day = fromDay ?? today;
    if (day < today) throw new InvalidInput('day-in-the-past');
    if (cells.length > MAX_CELLS) throw new InvalidInput('too-many', { max: MAX_CELLS });
    const keys = new Set(cells.map((c) => `${c.jobRoleId} ${c.dimensionId}`));
    if (keys.size !== cells.length) throw new InvalidInput('cell-twice');
    const roles = [...new Set(cells.map((c) => c.jobRoleId))].sort();
    const dimensions = [...new Set(cells.map((c) => c.dimensionId))];
    const locked = await rows<{ id: string }>(
      tx,
      `select id from job_role where id = any ($1::uuid[]) and archived_at is null order by id for update`,
      [roles],
    );
    if (locked.length !== roles.length) throw new NotFound('job-role-unknown');
    const open = await rows<{ id: string }>(
      tx,
      `select id from competency_dimension where id = any ($1::uuid[]) and archived_at is null for share`,
      [dimensions],
    );
    if (open.length !== dimensions.length) throw new NotFound('competency-unknown');
    const levels = new Set(
      (await rows<{ level: number }>(tx, `select level from competency_level`)).map((l) => l.level),
    );
    if (cells.some((c) => c.level !== null && !levels.has(c.level))) throw new InvalidInput('competency-level-unknown');
    const before = await rows<{ jobRoleId: string; dimensionId: string; code: string; level: number | null }>(
      tx,
      `select c.job_role_id as "jobRoleId", c.dimension_id as "dimensionId", d.code,
              ${requiredLevelSql('c.job_role_id', 'c.dimension_id', '$2::date')} as level
       from jsonb_to_recordset($1::jsonb) as c(job_role_id uuid, dimension_id uuid) join competency_dimension d on d.id = c.dimension_id`,
      [JSON.stringify(cells.map((c) => ({ job_role_id: c.jobRoleId, dimension_id: c.dimensionId }))), day],
    );
    const was = new Map(before.map((b) => [`${b.jobRoleId} ${b.dimensionId}`, b]));
    const levelBefore = (c: RequirementCell): number | null =>
      was.get(`${c.jobRoleId} ${c.dimensionId}`)?.level ?? null;
    if (cells.some((c) => levelBefore(c) !== c.saw && levelBefore(c) !== c.level))
      throw new Conflict('changed-meanwhile', { by: null, at: null });
    const changed = cells.filter((c) => levelBefore(c) !== c.level);
    const given = JSON.stringify(
      cells.map((c) => ({ job_role_id: c.jobRoleId, dimension_id: c.dimensionId, level: c.level })),
    );
    await execute(
      tx,
      `delete from job_role_requirement q using jsonb_to_recordset($1::jsonb) as c(job_role_id uuid, dimension_id uuid)
       where q.job_role_id = c.job_role_id and q.dimension_id = c.dimension_id and q.from_day > $2`,
      [given, day],
    );
    if (changed.length === 0) return 0;
    await execute(
      tx,
      `insert into job_role_requirement (job_role_id, dimension_id, from_day, level)
       select job_role_id, dimension_id, $2, level from jsonb_to_recordset($1::jsonb) as c(job_role_id uuid, dimension_id uuid, level smallint)
       on conflict (job_role_id, dimension_id, from_day) do update set level = excluded.level`,
      [
        JSON.stringify(changed.map((c) => ({ job_role_id: c.jobRoleId, dimension_id: c.dimensionId, level: c.level }))),
        day,
      ],
    );
    await this.audit.recordMany(
      tx,
      roles
        .map((role) => ({ role, cells: changed.filter((c) => c.jobRoleId === role) }))
        .filter((r) => r.cells.length > 0)
        .map((r) => ({
          actorId,
          action: 'job-role.requirements-changed',
          subjectType: 'job-role',
          subjectId: r.role,
          changes: [
            { field: 'from-day', from: null, to: day },
            ...r.cells.map((c) => ({
              field: was.get(`${c.jobRoleId} ${c.dimensionId}`)?.code ?? c.dimensionId,
              from: levelBefore(c),
              to: c.level,
            })),
          ],
        })),
    );
    return changed.length;
  }
}
