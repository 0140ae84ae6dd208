import { daysBetween, type LocalDay } from '@waymark/kernel';

/** What a step asks for. Every list is asked for whole. */
export interface CareerRequirements {
  courses?: string[];
  certifications?: string[];
  /** At least `count` dimensions at `level` or above. */
  anyCompetency?: { count: number; level: number };
  /** Dimensions by code, each at `level` or above. */
  competencies?: { dimension: string; level: number }[];
  trainingHours?: number;
}

export interface CareerStepRule {
  yearsFrom: number;
  requirements: CareerRequirements;
}

export interface CareerEvidence {
  hireDate: LocalDay | null;
  today: LocalDay;
  /** Codes done. */
  courses: ReadonlySet<string>;
  certifications: ReadonlySet<string>;
  /** By dimension code: the assessed level, the own view where nobody has assessed. */
  levels: ReadonlyMap<string, number>;
  trainingMinutes: number;
}

export interface CareerItemState {
  code: string;
  met: boolean;
  /** For competencies: the level asked for and the one there is. */
  level: number | null;
  have: number | null;
}

export interface CareerRequirementState {
  kind: 'tenure-months' | 'courses' | 'certifications' | 'competency-level' | 'competencies' | 'training-hours';
  /** For competencies: the level that counts. */
  level: number | null;
  required: number;
  have: number;
  met: boolean;
  /** The single things asked for, by code, where the requirement names them. */
  items: CareerItemState[];
}

const DAYS_PER_MONTH = 365.25 / 12;

/**
 * How far somebody is with each requirement of a step. The years of a step are when people usually take it, so a step
 * is open from its first year on; the first step is open from the first day.
 */
export function careerProgress(
  step: CareerStepRule,
  evidence: CareerEvidence,
  first: boolean,
): CareerRequirementState[] {
  const out: CareerRequirementState[] = [];
  const add = (
    kind: CareerRequirementState['kind'],
    required: number,
    have: number,
    more: { level?: number; items?: CareerItemState[] } = {},
  ): void => {
    out.push({ kind, level: more.level ?? null, required, have, met: have >= required, items: more.items ?? [] });
  };
  const things = (kind: 'courses' | 'certifications', codes: readonly string[] | undefined): void => {
    if (!codes?.length) return;
    const items = codes.map((code) => ({ code, met: evidence[kind].has(code), level: null, have: null }));
    add(kind, items.length, items.filter((i) => i.met).length, { items });
  };
  const r = step.requirements;
  const months =
    evidence.hireDate === null
      ? 0
      : Math.max(0, Math.floor((daysBetween(evidence.hireDate, evidence.today) + 1) / DAYS_PER_MONTH));
  if (!first) add('tenure-months', step.yearsFrom * 12, months);
  things('courses', r.courses);
  things('certifications', r.certifications);
  if (r.competencies?.length) {
    const items = r.competencies.map(({ dimension, level }) => {
      const have = evidence.levels.get(dimension) ?? 0;
      return { code: dimension, met: have >= level, level, have };
    });
    add('competencies', items.length, items.filter((i) => i.met).length, { items });
  }
  if (r.anyCompetency) {
    const { count, level } = r.anyCompetency;
    add('competency-level', count, [...evidence.levels.values()].filter((l) => l >= level).length, { level });
  }
  if (r.trainingHours) add('training-hours', r.trainingHours, Math.floor(evidence.trainingMinutes / 60));
  return out;
}
