import { Inject, Injectable } from '@nestjs/common';
import { clampFirst, decodeCursor } from '@waymark/kernel';
import { one, rows, type Tx, type Viewer } from '@waymark/platform';
import { Settings } from '../company/company-settings.service.js';
import { Scope } from '../grant/scope.service.js';
import { searchPattern } from '../person/person-name.js';

export interface SkillFilter {
  orgUnitId?: string | null;
  jobRoleId?: string | null;
  text?: string | null;
  /** Only people with a gap in this dimension. */
  gapIn?: string | null;
  /** Only people with a gap anywhere. */
  onlyGaps?: boolean | null;
}

/** One person's row; the arrays follow the order of the open dimensions. */
export interface SkillRow {
  personId: string;
  jobRoleId: string | null;
  sortKey: string;
  required: (number | null)[];
  assessed: (number | null)[];
  self: (number | null)[];
  /** Levels missing over all dimensions. */
  missing: number;
}

export interface SkillSummary {
  dimensionId: string;
  /** People of whom a level is required. */
  required: number;
  met: number;
  /** Neither assessed nor rated by themselves. */
  unrated: number;
  /** Levels missing, over all of them. */
  missing: number;
}

/** What counts against a requirement is what was assessed. */
const LEVEL = `case when s.assessed_sense = d.sense then s.assessed_level end`;
const GAP = `greatest(0, q.level - coalesce(${LEVEL}, 0))`;

/** People × dimensions: who lacks what, inside the viewer's scope. Each page and the summary are one statement. */
@Injectable()
export class SkillTables {
  constructor(
    @Inject(Scope) private readonly scope: Scope,
    @Inject(Settings) private readonly settings: Settings,
  ) {}

  async page(
    tx: Tx,
    viewer: Viewer,
    filter: SkillFilter,
    page: { first?: number | null; after?: string | null },
  ): Promise<{ found: SkillRow[]; first: number; total: number }> {
    const first = clampFirst(page.first, 50);
    const [sortKey, id] = page.after ? decodeCursor(page.after) : [null, null];
    const where = await this.where(tx, viewer, filter);
    const found = await this.rowsOf(tx, where, {
      sql: `($${where.params.length + 1}::text is null or (coalesce(pr.name_pinyin, ''), p.id) > ($${where.params.length + 1}, $${where.params.length + 2}::uuid))`,
      params: [page.after ? (sortKey ?? '') : null, id ?? null],
      limit: first + 1,
    });
    const { total } = await one<{ total: number }>(
      tx,
      `select count(*)::int as total from ${PEOPLE} where ${where.sql}`,
      where.params,
    );
    return { found, first, total };
  }

  /** Everybody the filter finds, for the export. */
  async all(tx: Tx, viewer: Viewer, filter: SkillFilter): Promise<SkillRow[]> {
    return this.rowsOf(tx, await this.where(tx, viewer, filter), { sql: 'true', params: [], limit: null });
  }

  async summary(tx: Tx, viewer: Viewer, filter: SkillFilter): Promise<SkillSummary[]> {
    const where = await this.where(tx, viewer, filter);
    return rows(
      tx,
      `with people as materialized (select p.id, cp.job_role_id as role from ${PEOPLE} where ${where.sql}),
         roles as (select role, count(*) as n from people group by role),
         rated as (select pe.role, s.dimension_id, ${LEVEL} as level, count(*) as n
                   from people pe join competency_standing s on s.person_id = pe.id join competency_dimension d on d.id = s.dimension_id
                   where ${LEVEL} is not null group by 1, 2, 3),
         cell as (select a.dimension_id, a.level as asked, r.n, coalesce(sum(x.n), 0) as rated,
                         coalesce(sum(x.n) filter (where x.level >= a.level), 0) as met,
                         coalesce(sum(x.n * greatest(0, a.level - x.level)), 0) as below
                  from (${REQUIRED_TODAY}) a join roles r on r.role = a.job_role_id
                  left join rated x on x.role = a.job_role_id and x.dimension_id = a.dimension_id
                  where a.level is not null group by a.job_role_id, a.dimension_id, a.level, r.n)
       select d.id as "dimensionId", coalesce(sum(c.n), 0)::int as required, coalesce(sum(c.met), 0)::int as met,
              coalesce(sum(c.n - c.rated), 0)::int as unrated, coalesce(sum(c.below + (c.n - c.rated) * c.asked), 0)::int as missing
       from competency_dimension d left join cell c on c.dimension_id = d.id
       where d.archived_at is null group by d.id, d.ordinal, d.code order by d.ordinal, d.code`,
      where.params,
    );
  }

  private async rowsOf(
    tx: Tx,
    where: { sql: string; params: unknown[] },
    more: { sql: string; params: unknown[]; limit: number | null },
  ): Promise<SkillRow[]> {
    return rows(
      tx,
      `select f.id as "personId", f.job_role_id as "jobRoleId", f.sort_key as "sortKey", c.required, c.assessed, c.self, c.missing
       from (select p.id, cp.job_role_id, coalesce(pr.name_pinyin, '') as sort_key from ${PEOPLE}
             where ${where.sql} and ${more.sql} order by coalesce(pr.name_pinyin, ''), p.id ${more.limit === null ? '' : `limit ${more.limit}`}) f
       cross join lateral (
         select jsonb_agg(q.level order by d.ordinal, d.code) as required,
                jsonb_agg(case when s.assessed_sense = d.sense then s.assessed_level end order by d.ordinal, d.code) as assessed,
                jsonb_agg(case when s.self_sense = d.sense then s.self_level end order by d.ordinal, d.code) as self,
                coalesce(sum(${GAP}), 0)::int as missing
         from competency_dimension d
         left join lateral (select level from job_role_requirement rq where rq.job_role_id = f.job_role_id and rq.dimension_id = d.id
                              and rq.from_day <= $1::date order by rq.from_day desc limit 1) q on true
         left join competency_standing s on s.person_id = f.id and s.dimension_id = d.id
         where d.archived_at is null) c
       order by f.sort_key, f.id`,
      [...where.params, ...more.params],
    );
  }

  /** $1 is today. */
  private async where(tx: Tx, viewer: Viewer, filter: SkillFilter): Promise<{ sql: string; params: unknown[] }> {
    const params: unknown[] = [await this.settings.today(tx)];
    const place = (value: unknown): string => `$${params.push(value)}`;
    const parts = [`p.status = 'active'`, `$1::date is not null`];
    if (filter.text?.trim()) parts.push(`pr.name_search like ${place(searchPattern(filter.text))}`);
    if (filter.orgUnitId) {
      parts.push(
        `exists (select 1 from org_unit u join org_unit t on u.path like t.path || '%' where u.id = cp.org_unit_id and t.id = ${place(filter.orgUnitId)})`,
      );
    }
    if (filter.jobRoleId) parts.push(`cp.job_role_id = ${place(filter.jobRoleId)}`);
    if (filter.gapIn || filter.onlyGaps) {
      const only = filter.gapIn ? `and d.id = ${place(filter.gapIn)}` : '';
      parts.push(
        // Counted, not looked up one by one: who has fewer levels met than asked. Held apart, so that it is planned as many.
        `p.id in (with asked as materialized (select a.* from (${REQUIRED_TODAY}) a join competency_dimension d on d.id = a.dimension_id
             where a.level is not null and d.archived_at is null ${only}),
           rated as materialized (select s.person_id, s.dimension_id, ${LEVEL} as level from competency_standing s
             join competency_dimension d on d.id = s.dimension_id),
           met as (select r.person_id, count(*) as n from rated r join current_position mp on mp.person_id = r.person_id
             join asked a on a.job_role_id = mp.job_role_id and a.dimension_id = r.dimension_id where r.level >= a.level group by r.person_id)
         select gp.person_id from current_position gp
         join (select job_role_id, count(*) as n from asked group by job_role_id) k on k.job_role_id = gp.job_role_id
         left join met on met.person_id = gp.person_id where k.n > coalesce(met.n, 0))`,
      );
    }
    const scope = this.scope.visiblePersonsSql(viewer, 'identity:see-skills', 'p.id', params.length + 1);
    params.push(...scope.params);
    return { sql: [...parts, scope.sql].join(' and '), params };
  }
}

const PEOPLE = `person p join person_profile pr on pr.person_id = p.id left join current_position cp on cp.person_id = p.id`;
const REQUIRED_TODAY = `select distinct on (rq.job_role_id, rq.dimension_id) rq.job_role_id, rq.dimension_id, rq.level from job_role_requirement rq
  where rq.from_day <= $1::date order by rq.job_role_id, rq.dimension_id, rq.from_day desc`;
