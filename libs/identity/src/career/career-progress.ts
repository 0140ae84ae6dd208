import { daysBetween, type LocalDay } from '@waymark/kernel';

/** What a step asks for. Every list is asked for whole. */
export interface CareerRequirements {
  courses?: string[];
  certifications?: string[];
  /** At least `count` dimensions at `level` or above. */
  anyCompetency?: { count: number; level: number };
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
  /** Assessed level per dimension, the own view where nobody has assessed. */
  levels: readonly number[];
  trainingMinutes: number;
}

export interface CareerRequirementState {
  kind: 'tenure-months' | 'courses' | 'certifications' | 'competency-level' | 'training-hours';
  /** For competencies: the level that counts. */
  level: number | null;
  required: number;
  have: number;
  met: boolean;
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
  const state = (
    kind: CareerRequirementState['kind'],
    required: number,
    have: number,
    level: number | null = null,
  ): CareerRequirementState => ({
    kind,
    level,
    required,
    have,
    met: have >= required,
  });
  const r = step.requirements;
  const months =
    evidence.hireDate === null
      ? 0
      : Math.max(0, Math.floor((daysBetween(evidence.hireDate, evidence.today) + 1) / DAYS_PER_MONTH));
  const out: CareerRequirementState[] = [];
  if (!first) out.push(state('tenure-months', step.yearsFrom * 12, months));
  if (r.courses?.length)
    out.push(state('courses', r.courses.length, r.courses.filter((c) => evidence.courses.has(c)).length));
  if (r.certifications?.length) {
    out.push(
      state(
        'certifications',
        r.certifications.length,
        r.certifications.filter((c) => evidence.certifications.has(c)).length,
      ),
    );
  }
  if (r.anyCompetency) {
    const { count, level } = r.anyCompetency;
    out.push(state('competency-level', count, evidence.levels.filter((l) => l >= level).length, level));
  }
  if (r.trainingHours) out.push(state('training-hours', r.trainingHours, Math.floor(evidence.trainingMinutes / 60)));
  return out;
}
