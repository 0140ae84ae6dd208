import { execute, rows, type Tx } from '@waymark/platform';
import { isStreak, type BadgeCriteria, type CountCriteria } from './badge-criteria.js';

export interface BadgeRow {
  id: string;
  code: string;
  criteria: BadgeCriteria;
}

export interface BadgeHit {
  badgeId: string;
  personId: string;
  /** When the criteria were met. */
  at: Date;
}

/** Collects parameters while SQL is put together. */
class Params {
  readonly values: unknown[] = [];
  place(value: unknown): string {
    return `$${this.values.push(value)}`;
  }
}

function countConditions(criteria: CountCriteria, params: Params): string {
  const parts = [`a.verb = ${params.place(criteria.verb)}`];
  if (criteria.minScore !== undefined)
    parts.push(`(a.result->>'scoreBp')::numeric >= ${params.place(criteria.minScore * 100)}::numeric`);
  if (criteria.examKind !== undefined) parts.push(`a.result->>'examKind' = ${params.place(criteria.examKind)}`);
  if (criteria.role !== undefined) parts.push(`a.result->>'role' = ${params.place(criteria.role)}`);
  return parts.join(' and ');
}

/** Person, time and how many it is by then: one row for each activity (or subject) that counts. */
function progressSql(criteria: BadgeCriteria, persons: string, params: Params): string {
  if (isStreak(criteria)) {
    // Runs of days without a gap; where the record says how long the streak is (a freeze bridges days), that counts.
    return `select person_id, at, greatest(length, row_number() over (partition by person_id, run order by local_day)) as n from (
      select a.person_id, a.local_day, min(a.occurred_at) as at, coalesce(max((a.result->>'length')::int), 0) as length,
        a.local_day - (row_number() over (partition by a.person_id order by a.local_day))::int as run
      from activity_record a where a.verb = 'streak.day' and ${persons} group by a.person_id, a.local_day) d`;
  }
  const where = `${countConditions(criteria, params)} and ${persons}`;
  return criteria.distinct
    ? `select person_id, at, row_number() over (partition by person_id order by at, subject_id) as n from (
        select a.person_id, a.subject_type, a.subject_id, min(a.occurred_at) as at from activity_record a where ${where} group by 1, 2, 3) d`
    : `select a.person_id, a.occurred_at as at, row_number() over (partition by a.person_id order by a.occurred_at, a.id) as n from activity_record a where ${where}`;
}

/** Who has met the criteria and does not have the badge yet. @param personIds null looks at everybody */
export async function findHits(
  tx: Tx,
  badges: readonly BadgeRow[],
  personIds: readonly string[] | null,
): Promise<BadgeHit[]> {
  if (badges.length === 0) return [];
  const params = new Params();
  const persons = personIds === null ? 'true' : `a.person_id = any (${params.place(personIds)}::uuid[])`;
  const parts = badges.map((b) => {
    const id = params.place(b.id);
    const need = params.place(isStreak(b.criteria) ? b.criteria.streak : b.criteria.count);
    return `select ${id}::uuid as "badgeId", p.person_id as "personId", min(p.at) as at from (${progressSql(b.criteria, persons, params)}) p
      where p.n >= ${need}::int and not exists (select 1 from person_badge h where h.badge_id = ${id}::uuid and h.person_id = p.person_id) group by p.person_id`;
  });
  return rows<BadgeHit>(tx, parts.join('\nunion all\n'), params.values);
}

/** How far one person is with each badge. */
export async function progressOf(tx: Tx, badges: readonly BadgeRow[], personId: string): Promise<Map<string, number>> {
  if (badges.length === 0) return new Map();
  const params = new Params();
  const persons = `a.person_id = ${params.place(personId)}::uuid`;
  const parts = badges.map(
    (b) =>
      `select ${params.place(b.id)}::uuid as id, coalesce(max(p.n), 0)::int as n from (${progressSql(b.criteria, persons, params)}) p`,
  );
  return new Map(
    (await rows<{ id: string; n: number }>(tx, parts.join('\nunion all\n'), params.values)).map((r) => [r.id, r.n]),
  );
}

/** @returns those that were new */
export async function insertPersonBadges(tx: Tx, hits: readonly BadgeHit[]): Promise<BadgeHit[]> {
  if (hits.length === 0) return [];
  return rows<BadgeHit>(
    tx,
    `insert into person_badge (person_id, badge_id, awarded_at)
     select "personId", "badgeId", at from jsonb_to_recordset($1::jsonb) as h("personId" uuid, "badgeId" uuid, at timestamptz)
     on conflict do nothing returning person_id as "personId", badge_id as "badgeId", awarded_at as at`,
    [JSON.stringify(hits)],
  );
}

export async function activeBadges(tx: Tx, verbs: readonly string[] | null): Promise<(BadgeRow & { tier: number })[]> {
  return rows(
    tx,
    `select id, code, criteria, tier from badge where active
       and ($1::text[] is null or case when criteria ? 'streak' then 'streak.day' else criteria->>'verb' end = any ($1)) order by ordinal, code`,
    [verbs],
  );
}

export async function markEvaluated(tx: Tx, badgeIds: readonly string[], now: Date): Promise<void> {
  await execute(tx, `update badge set evaluated_at = $2 where id = any ($1::uuid[]) and evaluated_at is null`, [
    badgeIds,
    now,
  ]);
}
