import { InvalidInput } from '@waymark/kernel';
import type { RuleConditions } from './point-rule.js';

const isInt = (min: number, max: number) => (v: unknown) =>
  Number.isInteger(v) && (v as number) >= min && (v as number) <= max;
const isOneOf =
  (...words: string[]) =>
  (v: unknown) =>
    typeof v === 'string' && words.includes(v);

const CHECKS: Record<keyof RuleConditions, (value: unknown) => boolean> = {
  examKind: isOneOf('quiz', 'exam'),
  minScore: isInt(0, 100),
  attempt: isInt(1, 100),
  recalled: (v) => typeof v === 'boolean',
  role: isOneOf('mentor', 'learner'),
  withinWorkingDays: isInt(0, 366),
};

/** Conditions from a form or a file. @throws InvalidInput 'rule-condition-invalid' {field} */
export function parseRuleConditions(value: unknown): RuleConditions {
  if (value === null || value === undefined) return {};
  if (typeof value !== 'object' || Array.isArray(value))
    throw new InvalidInput('rule-condition-invalid', { field: 'when' });
  const out: Record<string, unknown> = {};
  for (const [field, v] of Object.entries(value)) {
    if (v === null || v === undefined) continue;
    if (!Object.hasOwn(CHECKS, field) || !CHECKS[field as keyof RuleConditions](v)) {
      throw new InvalidInput('rule-condition-invalid', { field: field.slice(0, 60) });
    }
    out[field] = v;
  }
  return out as RuleConditions;
}
