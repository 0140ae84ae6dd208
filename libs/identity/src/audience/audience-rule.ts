import { addDays, InvalidInput, isLocalDay, isUuid, type LocalDay } from '@waymark/kernel';

/**
 * Who belongs to an audience: all given conditions hold, the values inside one are alternatives. Named people come on
 * top, excluded ones are taken off. A rule without any condition is nobody.
 */
export interface AudienceRule {
  everyone?: boolean;
  /** Units with everything below them. */
  orgUnitIds?: string[];
  jobRoleIds?: string[];
  tagIds?: string[];
  cohortIds?: string[];
  hiredFrom?: LocalDay;
  hiredTo?: LocalDay;
  /** Hired in the last n days, today included. */
  hiredWithinDays?: number;
  personIds?: string[];
  excludedPersonIds?: string[];
  /**
   * Scopes of who drew the audience and of who uses it, each a list of units with everything below them. Who is outside
   * of one of them does not belong, whatever the rule takes in later. Never given by a client.
   */
  within?: string[][];
}

/** The rule inside one more scope; null is the whole company. */
export function boundedBy(rule: AudienceRule, units: readonly string[] | null): AudienceRule {
  return units === null ? rule : { ...rule, within: [...(rule.within ?? []), [...units].sort()] };
}

const LISTS = ['orgUnitIds', 'jobRoleIds', 'tagIds', 'cohortIds', 'personIds', 'excludedPersonIds'] as const;
const MAX_IDS = 2_000;

/** The rule without empty parts, ids sorted and each once. @throws InvalidInput */
export function normaliseAudienceRule(rule: AudienceRule): AudienceRule {
  const out: AudienceRule = {};
  if (rule.everyone) out.everyone = true;
  for (const key of LISTS) {
    const ids = [...new Set(rule[key] ?? [])].sort();
    if (ids.length > MAX_IDS) throw new InvalidInput('audience-too-long', { field: key, max: MAX_IDS });
    if (!ids.every(isUuid)) throw new InvalidInput('id-invalid', { field: key });
    if (ids.length > 0) out[key] = ids;
  }
  for (const key of ['hiredFrom', 'hiredTo'] as const) {
    const day = rule[key];
    if (!day) continue;
    if (!isLocalDay(day)) throw new InvalidInput('day-invalid', { field: key });
    out[key] = day;
  }
  if (out.hiredFrom && out.hiredTo && out.hiredFrom > out.hiredTo) throw new InvalidInput('ends-before-start');
  if (rule.hiredWithinDays !== undefined && rule.hiredWithinDays !== null) {
    if (!Number.isInteger(rule.hiredWithinDays) || rule.hiredWithinDays < 1 || rule.hiredWithinDays > 36_500) {
      throw new InvalidInput('days-out-of-range', { max: 36_500 });
    }
    out.hiredWithinDays = rule.hiredWithinDays;
  }
  if (rule.within) out.within = rule.within;
  return out;
}

/**
 * The rule as one SELECT of the ids of active people, to be used as a subquery.
 * @param firstParam number of the first placeholder
 */
export function audienceMembersSql(
  rule: AudienceRule,
  today: LocalDay,
  firstParam = 1,
): { sql: string; params: unknown[] } {
  const params: unknown[] = [];
  const place = (value: unknown): string => `$${firstParam + params.push(value) - 1}`;
  const conditions: string[] = [];
  if (rule.everyone) conditions.push('true');
  const inUnits = (units: readonly string[]): string =>
    `exists (select 1 from current_position ap join org_unit au on au.id = ap.org_unit_id
      join org_unit at on au.path like at.path || '%' where ap.person_id = a.id and at.id = any (${place(units)}::uuid[]))`;
  if (rule.orgUnitIds?.length) conditions.push(inUnits(rule.orgUnitIds));
  if (rule.jobRoleIds?.length) {
    conditions.push(
      `exists (select 1 from current_position ap where ap.person_id = a.id and ap.job_role_id = any (${place(rule.jobRoleIds)}::uuid[]))`,
    );
  }
  if (rule.tagIds?.length) {
    conditions.push(
      `exists (select 1 from person_tag t where t.person_id = a.id and t.tag_id = any (${place(rule.tagIds)}::uuid[]))`,
    );
  }
  if (rule.cohortIds?.length) {
    conditions.push(
      `exists (select 1 from cohort_member m where m.person_id = a.id and m.cohort_id = any (${place(rule.cohortIds)}::uuid[]))`,
    );
  }
  const from = [rule.hiredFrom, rule.hiredWithinDays ? addDays(today, 1 - rule.hiredWithinDays) : undefined].filter(
    (d) => d !== undefined,
  );
  if (from.length > 0 || rule.hiredTo) {
    const bounds = [
      ...(from.length > 0 ? [`e.hire_date >= ${place(from.sort().at(-1))}::date`] : []),
      ...(rule.hiredTo ? [`e.hire_date <= ${place(rule.hiredTo)}::date`] : []),
      ...(rule.hiredWithinDays ? [`e.hire_date <= ${place(today)}::date`] : []),
    ];
    conditions.push(
      `exists (select 1 from employment e where e.person_id = a.id and e.to_day is null and ${bounds.join(' and ')})`,
    );
  }
  const named = rule.personIds?.length ? `a.id = any (${place(rule.personIds)}::uuid[])` : null;
  const byRule = conditions.length > 0 ? `(${conditions.join(' and ')})` : null;
  const included = [named, byRule].filter((c) => c !== null).join(' or ') || 'false';
  const excluded = rule.excludedPersonIds?.length ? ` and a.id <> all (${place(rule.excludedPersonIds)}::uuid[])` : '';
  const within = (rule.within ?? []).map((units) => ` and ${inUnits(units)}`).join('');
  return { sql: `select a.id from person a where a.status = 'active' and (${included})${excluded}${within}`, params };
}
