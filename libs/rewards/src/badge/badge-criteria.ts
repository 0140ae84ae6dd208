import { InvalidInput } from '@waymark/kernel';

export interface CountCriteria {
  verb: string;
  count: number;
  /** Each subject counts one time. */
  distinct?: boolean;
  minScore?: number;
  examKind?: 'quiz' | 'exam';
  role?: 'mentor' | 'learner';
}
export interface StreakCriteria {
  /** Days in a row. */
  streak: number;
}
export type BadgeCriteria = CountCriteria | StreakCriteria;

export const STREAK_VERB = 'streak.day';

export function isStreak(criteria: BadgeCriteria): criteria is StreakCriteria {
  return 'streak' in criteria;
}

/** The verb whose activities can bring the badge. */
export function badgeVerb(criteria: BadgeCriteria): string {
  return isStreak(criteria) ? STREAK_VERB : criteria.verb;
}

export function badgeNeeds(criteria: BadgeCriteria): number {
  return isStreak(criteria) ? criteria.streak : criteria.count;
}

const positive = (v: unknown): v is number => Number.isInteger(v) && (v as number) >= 1 && (v as number) <= 100_000;

/** @throws InvalidInput 'badge-criteria-invalid' {field} */
export function parseBadgeCriteria(value: unknown): BadgeCriteria {
  const refuse = (field: string): never => {
    throw new InvalidInput('badge-criteria-invalid', { field });
  };
  if (typeof value !== 'object' || value === null) return refuse('criteria');
  const v = value as Record<string, unknown>;
  const allowed = 'streak' in v ? ['streak'] : ['verb', 'count', 'distinct', 'minScore', 'examKind', 'role'];
  for (const key of Object.keys(v)) if (!allowed.includes(key)) refuse(key);
  if ('streak' in v) return positive(v['streak']) ? { streak: v['streak'] } : refuse('streak');
  if (typeof v['verb'] !== 'string' || !/^[a-z]+\.[a-z-]+$/.test(v['verb'])) return refuse('verb');
  if (!positive(v['count'])) return refuse('count');
  const out: CountCriteria = { verb: v['verb'], count: v['count'] };
  if (v['distinct'] !== undefined)
    out.distinct = typeof v['distinct'] === 'boolean' ? v['distinct'] : refuse('distinct');
  if (v['minScore'] !== undefined) {
    const score = v['minScore'];
    out.minScore = typeof score === 'number' && score >= 0 && score <= 100 ? score : refuse('minScore');
  }
  if (v['examKind'] !== undefined)
    out.examKind = v['examKind'] === 'quiz' || v['examKind'] === 'exam' ? v['examKind'] : refuse('examKind');
  if (v['role'] !== undefined)
    out.role = v['role'] === 'mentor' || v['role'] === 'learner' ? v['role'] : refuse('role');
  return out;
}
