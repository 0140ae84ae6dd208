import { weekStart, type LocalDay } from '@waymark/kernel';

export type ActivityResult = Readonly<Record<string, number | string | boolean | null>>;

/** Conditions on an activity's result; all given ones hold. */
export interface RuleConditions {
  examKind?: 'quiz' | 'exam';
  /** At least this score, 0–100. */
  minScore?: number;
  /** The attempt of this number. */
  attempt?: number;
  recalled?: boolean;
  role?: 'mentor' | 'learner';
  /** Decided at most this many working days after it was handed in. */
  withinWorkingDays?: number;
}

/** What an activity pays. `once`: a subject pays a person one time; caps: the most points of this rule in a local day or week from Monday. */
export interface PointRule {
  code: string;
  verb: string;
  when: RuleConditions;
  points: number;
  once: boolean;
  capDay: number | null;
  capWeek: number | null;
}

export interface RewardableActivity {
  id: string;
  personId: string;
  verb: string;
  subjectType: string;
  subjectId: string;
  result: ActivityResult;
  /** The person's local day it counts on. */
  day: LocalDay;
}

export interface Award {
  activityId: string;
  personId: string;
  ruleCode: string;
  subjectType: string;
  subjectId: string;
  day: LocalDay;
  points: number;
  /** What the rule pays without caps. */
  full: number;
  capped: 'day' | 'week' | null;
}

const number = (value: unknown): number | null => (typeof value === 'number' && Number.isFinite(value) ? value : null);

export function matchesConditions(when: RuleConditions, result: ActivityResult): boolean {
  if (when.examKind !== undefined && result['examKind'] !== when.examKind) return false;
  if (when.minScore !== undefined && (number(result['scoreBp']) ?? -1) < when.minScore * 100) return false;
  if (when.attempt !== undefined && number(result['number']) !== when.attempt) return false;
  if (when.recalled !== undefined && result['recalled'] !== when.recalled) return false;
  if (when.role !== undefined && result['role'] !== when.role) return false;
  if (when.withinWorkingDays !== undefined) {
    const days = number(result['workingDays']);
    if (days === null ? result['timely'] !== 1 && result['timely'] !== true : days > when.withinWorkingDays)
      return false;
  }
  return true;
}

/** What rules have paid already; grows while activities are gone through. */
export class Tally {
  private readonly activities = new Set<string>();
  private readonly subjects = new Set<string>();
  private readonly days = new Map<string, number>();
  private readonly weeks = new Map<string, number>();

  add(
    award: Pick<Award, 'activityId' | 'personId' | 'ruleCode' | 'subjectType' | 'subjectId' | 'day' | 'points'>,
  ): void {
    this.addActivity(award.activityId, award.ruleCode);
    this.addSubject(award.personId, award.ruleCode, award.subjectType, award.subjectId);
    this.addDay(award.personId, award.ruleCode, award.day, award.points);
  }

  addActivity(activityId: string, ruleCode: string): void {
    this.activities.add(`${activityId} ${ruleCode}`);
  }

  addSubject(personId: string, ruleCode: string, subjectType: string, subjectId: string): void {
    this.subjects.add(`${personId} ${ruleCode} ${subjectType} ${subjectId}`);
  }

  addDay(personId: string, ruleCode: string, day: LocalDay, points: number): void {
    const dayKey = `${personId} ${ruleCode} ${day}`;
    const weekKey = `${personId} ${ruleCode} ${weekStart(day)}`;
    this.days.set(dayKey, (this.days.get(dayKey) ?? 0) + points);
    this.weeks.set(weekKey, (this.weeks.get(weekKey) ?? 0) + points);
  }

  paidFor(activityId: string, ruleCode: string): boolean {
    return this.activities.has(`${activityId} ${ruleCode}`);
  }

  paidOnce(a: RewardableActivity, ruleCode: string): boolean {
    return this.subjects.has(`${a.personId} ${ruleCode} ${a.subjectType} ${a.subjectId}`);
  }

  paidOn(personId: string, ruleCode: string, day: LocalDay): number {
    return this.days.get(`${personId} ${ruleCode} ${day}`) ?? 0;
  }

  paidInWeek(personId: string, ruleCode: string, day: LocalDay): number {
    return this.weeks.get(`${personId} ${ruleCode} ${weekStart(day)}`) ?? 0;
  }
}

/**
 * What the rules pay for the activities, in the order given. An activity that was paid pays nothing again; one that a
 * cap leaves nothing of pays nothing and does not use up `once`.
 * @param tally what was paid before; the new awards are added to it
 * @param held called with the points a cap held back
 */
export function awardsFor(
  rules: readonly PointRule[],
  activities: Iterable<RewardableActivity>,
  tally: Tally,
  held: (points: number) => void = () => undefined,
): Award[] {
  const byVerb = new Map<string, PointRule[]>();
  for (const rule of rules) byVerb.set(rule.verb, [...(byVerb.get(rule.verb) ?? []), rule]);
  const awards: Award[] = [];
  for (const a of activities) {
    for (const rule of byVerb.get(a.verb) ?? []) {
      if (tally.paidFor(a.id, rule.code) || !matchesConditions(rule.when, a.result)) continue;
      if (rule.once && tally.paidOnce(a, rule.code)) continue;
      const leftToday = rule.capDay === null ? Infinity : rule.capDay - tally.paidOn(a.personId, rule.code, a.day);
      const leftThisWeek =
        rule.capWeek === null ? Infinity : rule.capWeek - tally.paidInWeek(a.personId, rule.code, a.day);
      const points = Math.max(0, Math.min(rule.points, leftToday, leftThisWeek));
      if (points < rule.points) held(rule.points - points);
      if (points === 0) continue;
      const award: Award = {
        activityId: a.id,
        personId: a.personId,
        ruleCode: rule.code,
        subjectType: a.subjectType,
        subjectId: a.subjectId,
        day: a.day,
        points,
        full: rule.points,
        capped: points === rule.points ? null : leftToday <= leftThisWeek ? 'day' : 'week',
      };
      tally.add(award);
      awards.push(award);
    }
  }
  return awards;
}
