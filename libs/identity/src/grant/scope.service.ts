import { Inject, Injectable } from '@nestjs/common';
import { Forbidden, localDayOf, NotFound, type Clock } from '@waymark/kernel';
import { can, CLOCK, maybeOne, ROLE_PERMISSIONS, rows, type GrantRole, type Tx, type Viewer } from '@waymark/platform';
import type { SupervisionKind } from '../supervision/supervision.service.js';

/** Roles that follow from supervision reach the supervised people only, whatever their permissions. */
const DERIVED: Partial<Record<GrantRole, SupervisionKind[]>> = { manager: ['manager'], mentor: ['mentor', 'delegate'] };

export interface SqlPart {
  sql: string;
  params: unknown[];
}

/** `self`, a kind of supervision, or a permission (then inside the org units the grant covers). */
export type SeesAs = 'self' | SupervisionKind | (string & {});

function rolesWith(permission: string): readonly GrantRole[] {
  return (ROLE_PERMISSIONS as Record<string, readonly GrantRole[]>)[permission] ?? [];
}

/** Which people a viewer may reach. Lists filter with it in SQL; single objects assert. */
@Injectable()
export class Scope {
  constructor(@Inject(CLOCK) private readonly clock: Clock) {}

  /** The org units the permission covers: null = the whole company. Supervision does not count here. */
  unitsOf(viewer: Viewer, permission: string): string[] | null {
    const roles = rolesWith(permission);
    const staff = viewer.grants.filter((g) => roles.includes(g.role) && !DERIVED[g.role] && g.role !== 'learner');
    if (staff.some((g) => g.orgUnitId === null)) return null;
    return staff.flatMap((g) => (g.orgUnitId === null ? [] : [g.orgUnitId]));
  }

  /**
   * A boolean SQL expression: the viewer's permission reaches the person.
   * @param person SQL expression of the person id, for example 'e.person_id'
   * @param firstParam number of the first placeholder the expression may use
   */
  visiblePersonsSql(viewer: Viewer, permission: string, person: string, firstParam = 1): SqlPart {
    if (!can(viewer, permission)) return { sql: 'false', params: [] };
    const units = this.unitsOf(viewer, permission);
    if (units === null) return { sql: 'true', params: [] };
    const roles = rolesWith(permission);
    const parts: string[] = [];
    const params: unknown[] = [];
    const place = (value: unknown): string => `$${firstParam + params.push(value) - 1}`;
    if (units.length > 0) parts.push(this.inUnitsSql(person, place(units)));
    const kinds = (Object.keys(DERIVED) as GrantRole[])
      .filter((role) => roles.includes(role) && viewer.grants.some((g) => g.role === role))
      .flatMap((role) => DERIVED[role] ?? []);
    if (kinds.length > 0) {
      parts.push(
        this.supervisedSql(
          person,
          place(viewer.personId),
          place(kinds),
          place(localDayOf(this.clock.now(), viewer.zone)),
        ),
      );
    }
    if (roles.includes('learner')) parts.push(`${person} = ${place(viewer.personId)}::uuid`);
    return parts.length === 0 ? { sql: 'false', params: [] } : { sql: `(${parts.join(' or ')})`, params };
  }

  /** @throws NotFound 'person-unknown': whether the person exists is none of the viewer's business */
  async assertCanSee(tx: Tx, viewer: Viewer, personId: string, as: readonly SeesAs[]): Promise<void> {
    if (!(await this.canSee(tx, viewer, personId, as))) throw new NotFound('person-unknown');
  }

  async canSee(tx: Tx, viewer: Viewer, personId: string, as: readonly SeesAs[]): Promise<boolean> {
    if (as.includes('self') && viewer.personId === personId) return true;
    const parts: string[] = [];
    const params: unknown[] = [personId];
    const kinds = as.filter((a): a is SupervisionKind => a === 'manager' || a === 'mentor' || a === 'delegate');
    if (kinds.length > 0) {
      params.push(viewer.personId, kinds, localDayOf(this.clock.now(), viewer.zone));
      parts.push(this.supervisedSql('p.id', '$2', '$3', '$4'));
    }
    for (const permission of as.filter((a) => a.includes(':'))) {
      const part = this.visiblePersonsSql(viewer, permission, 'p.id', params.length + 1);
      params.push(...part.params);
      parts.push(part.sql);
    }
    if (parts.length === 0) return false;
    return (await maybeOne(tx, `select 1 from person p where p.id = $1 and (${parts.join(' or ')})`, params)) !== null;
  }

  /** True when the permission reaches every one of the people. */
  async canSeeAll(tx: Tx, viewer: Viewer, personIds: readonly string[], permission: string): Promise<boolean> {
    const part = this.visiblePersonsSql(viewer, permission, 'p.id', 2);
    const outside = await maybeOne(
      tx,
      `select 1 from unnest($1::uuid[]) w(id) where not exists (select 1 from person p where p.id = w.id and ${part.sql}) limit 1`,
      [personIds, ...part.params],
    );
    return outside === null;
  }

  /**
   * Who can hand out a way in, or change the address it goes to, could take the account over: so not that of an
   * administrator, nor of anybody whose grants reach further than the permission does. Who edits grants may.
   * @throws Forbidden 'person-outside-scope'
   */
  async assertReachesGrants(tx: Tx, viewer: Viewer, personIds: readonly string[], permission: string): Promise<void> {
    const beyond = await this.holdersBeyond(tx, viewer, permission, personIds);
    if (beyond.size > 0) throw new Forbidden('person-outside-scope');
  }

  /** People (of these, or all) whose grants reach further than the viewer's permission; nobody for who gives grants. */
  async holdersBeyond(
    tx: Tx,
    viewer: Viewer,
    permission: string,
    personIds?: readonly string[],
  ): Promise<ReadonlySet<string>> {
    if (can(viewer, 'identity:edit-grants')) return new Set();
    const found = await rows<{ id: string }>(
      tx,
      `select distinct g.person_id as id from permission_grant g where ($1::uuid[] is null or g.person_id = any ($1)) and g.person_id <> $2
         and g.role <> 'learner' and (g.to_day is null or g.to_day >= $3)
         and (g.role = 'admin' or ($4::uuid[] is not null and not exists (
           select 1 from org_unit u join org_unit top on u.path like top.path || '%' where u.id = g.org_unit_id and top.id = any ($4::uuid[]))))`,
      [personIds ?? null, viewer.personId, localDayOf(this.clock.now(), viewer.zone), this.unitsOf(viewer, permission)],
    );
    return new Set(found.map((f) => f.id));
  }

  /** True when the org unit lies inside what the permission covers. */
  async coversUnit(tx: Tx, viewer: Viewer, permission: string, orgUnitId: string | null): Promise<boolean> {
    const units = this.unitsOf(viewer, permission);
    if (units === null) return true;
    if (units.length === 0 || orgUnitId === null) return false;
    return (
      (await maybeOne(
        tx,
        `select 1 from org_unit u join org_unit top on u.path like top.path || '%' where u.id = $1 and top.id = any ($2::uuid[]) limit 1`,
        [orgUnitId, units],
      )) !== null
    );
  }

  /** The person's primary position, or the last one of somebody who left, is in one of the subtrees. */
  private inUnitsSql(person: string, units: string): string {
    return `exists (select 1 from position sp join person spp on spp.id = sp.person_id join org_unit su on su.id = sp.org_unit_id
      join org_unit st on su.path like st.path || '%'
      where sp.person_id = ${person} and sp.kind = 'primary' and (sp.current or (spp.status <> 'active' and sp.to_day = spp.left_on))
        and st.id = any (${units}::uuid[]))`;
  }

  private supervisedSql(person: string, viewer: string, kinds: string, today: string): string {
    return `exists (select 1 from supervision ss where ss.supervisor_id = ${viewer}::uuid and ss.person_id = ${person}
      and ss.kind = any (${kinds}::text[]) and ss.from_day <= ${today}::date and (ss.to_day is null or ss.to_day >= ${today}::date))`;
  }
}
