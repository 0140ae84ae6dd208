import { Inject, Injectable } from '@nestjs/common';
import { clampFirst, decodeCursor, NotFound, type LocalDay, type Locale } from '@waymark/kernel';
import { maybeOne, one, rows, type Tx, type Viewer } from '@waymark/platform';
import { Scope } from '../grant/scope.service.js';
import { searchPattern } from './person-name.js';

/** One person as staff see them. */
export interface PersonRecord {
  id: string;
  status: 'active' | 'left' | 'erased';
  revision: number;
  alias: string | null;
  boardOptOut: boolean;
  leftOn: LocalDay | null;
  employeeNumber: string | null;
  name: string | null;
  nameEn: string | null;
  email: string | null;
  mobile: string | null;
  locale: Locale;
  zone: string;
  hireDate: LocalDay | null;
  orgUnitId: string | null;
  jobRoleId: string | null;
  managerId: string | null;
  /** Has set a password. */
  activated: boolean;
  sortKey: string | null;
}

export interface PersonFilter {
  text?: string | null;
  status?: 'active' | 'left' | 'erased' | null;
  orgUnitId?: string | null;
  jobRoleId?: string | null;
  tagId?: string | null;
  cohortId?: string | null;
  activated?: boolean | null;
}

const COLUMNS = `p.id, p.status, p.revision, p.alias, p.board_opt_out as "boardOptOut", p.left_on as "leftOn",
  pr.employee_number as "employeeNumber", pr.name, pr.name_en as "nameEn", pr.email, pr.mobile, pr.locale, pr.zone,
  (select e.hire_date from employment e where e.person_id = p.id order by e.from_day desc limit 1) as "hireDate",
  cp.org_unit_id as "orgUnitId", cp.job_role_id as "jobRoleId", cp.manager_id as "managerId",
  exists (select 1 from person_credential c where c.person_id = p.id) as activated, pr.name_pinyin as "sortKey"`;
const FROM = `person p join person_profile pr on pr.person_id = p.id left join current_position cp on cp.person_id = p.id`;

@Injectable()
export class PersonDirectory {
  constructor(@Inject(Scope) private readonly scope: Scope) {}

  async load(tx: Tx, ids: readonly string[]): Promise<Map<string, PersonRecord>> {
    const found = await rows<PersonRecord>(tx, `select ${COLUMNS} from ${FROM} where p.id = any ($1::uuid[])`, [
      [...new Set(ids)],
    ]);
    return new Map(found.map((p) => [p.id, p]));
  }

  /** @throws NotFound outside the viewer's scope */
  async find(tx: Tx, viewer: Viewer, id: string): Promise<PersonRecord> {
    const scope = this.scope.visiblePersonsSql(viewer, 'identity:see-people', 'p.id', 2);
    const found = await maybeOne<PersonRecord>(tx, `select ${COLUMNS} from ${FROM} where p.id = $1 and ${scope.sql}`, [
      id,
      ...scope.params,
    ]);
    if (!found) throw new NotFound('person-unknown');
    return found;
  }

  /** By pinyin, inside the viewer's scope; one row more than asked tells that there is more. */
  async page(
    tx: Tx,
    viewer: Viewer,
    filter: PersonFilter,
    page: { first?: number | null; after?: string | null },
  ): Promise<{ found: PersonRecord[]; first: number; total: number }> {
    const first = clampFirst(page.first);
    const where = this.where(viewer, 'identity:see-people', filter);
    const [sortKey, id] = page.after ? decodeCursor(page.after) : [null, null];
    const n = where.params.length;
    const found = await rows<PersonRecord>(
      tx,
      `select ${COLUMNS} from ${FROM} where ${where.sql}
         and ($${n + 1}::text is null or (coalesce(pr.name_pinyin, ''), p.id) > ($${n + 1}, $${n + 2}::uuid))
       order by coalesce(pr.name_pinyin, ''), p.id limit $${n + 3}`,
      [...where.params, page.after ? (sortKey ?? '') : null, id ?? null, first + 1],
    );
    const { total } = await one<{ total: number }>(
      tx,
      `select count(*)::int as total from ${FROM} where ${where.sql}`,
      where.params,
    );
    return { found, first, total };
  }

  /** Everybody in scope, for export. */
  async all(tx: Tx, viewer: Viewer, filter: PersonFilter): Promise<PersonRecord[]> {
    const where = this.where(viewer, 'identity:export-people', filter);
    return rows(
      tx,
      `select ${COLUMNS} from ${FROM} where ${where.sql} order by coalesce(pr.name_pinyin, ''), p.id`,
      where.params,
    );
  }

  /** Ids of active people whose name, pinyin, English name or number contains the text; best matches first. */
  async search(tx: Tx, text: string, first: number): Promise<string[]> {
    const pattern = searchPattern(text);
    if (pattern === '%%') return [];
    const found = await rows<{ id: string }>(
      tx,
      `select p.id from person p join person_profile pr on pr.person_id = p.id
       where p.status = 'active' and pr.name_search like $1
       order by (pr.name_search like ' ' || substr($1, 2)) desc, pr.name_pinyin, p.id limit $2`,
      [pattern, first],
    );
    return found.map((f) => f.id);
  }

  private where(viewer: Viewer, permission: string, filter: PersonFilter): { sql: string; params: unknown[] } {
    const params: unknown[] = [];
    const place = (value: unknown): string => `$${params.push(value)}`;
    const parts: string[] = [];
    if (filter.text?.trim()) parts.push(`pr.name_search like ${place(searchPattern(filter.text))}`);
    parts.push(filter.status ? `p.status = ${place(filter.status)}` : `p.status <> 'erased'`);
    if (filter.orgUnitId) {
      parts.push(
        `exists (select 1 from org_unit u join org_unit t on u.path like t.path || '%' where u.id = cp.org_unit_id and t.id = ${place(filter.orgUnitId)})`,
      );
    }
    if (filter.jobRoleId) parts.push(`cp.job_role_id = ${place(filter.jobRoleId)}`);
    if (filter.tagId)
      parts.push(`exists (select 1 from person_tag t where t.person_id = p.id and t.tag_id = ${place(filter.tagId)})`);
    if (filter.cohortId)
      parts.push(
        `exists (select 1 from cohort_member m where m.person_id = p.id and m.cohort_id = ${place(filter.cohortId)})`,
      );
    if (typeof filter.activated === 'boolean') {
      parts.push(`exists (select 1 from person_credential c where c.person_id = p.id) = ${place(filter.activated)}`);
    }
    const scope = this.scope.visiblePersonsSql(viewer, permission, 'p.id', params.length + 1);
    params.push(...scope.params);
    return { sql: [...parts, scope.sql].join(' and '), params };
  }
}
