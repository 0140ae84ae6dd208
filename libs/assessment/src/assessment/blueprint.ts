import { shuffled } from '@waymark/kernel';
import type { QuestionBody, QuestionType, QuestionUse } from '../question/question.js';

/** Draw `count` questions that fit every condition; an empty list means any. */
export interface DrawRule {
  count: number;
  bankIds: string[];
  /** Any of these tags. */
  tags: string[];
  types: QuestionType[];
  difficultyFrom: number;
  difficultyTo: number;
  use: QuestionUse | null;
  /** Points of each question drawn; null takes the question's own. */
  points: number | null;
}

export interface PoolQuestion {
  questionId: string;
  versionId: string;
  bankId: string;
  type: QuestionType;
  use: QuestionUse;
  difficulty: number;
  points: number;
  tags: string[];
  body: QuestionBody;
  lessonRef: string | null;
}

export function fits(rule: DrawRule, q: PoolQuestion): boolean {
  return (
    (rule.use === null || rule.use === q.use) &&
    q.difficulty >= rule.difficultyFrom &&
    q.difficulty <= rule.difficultyTo &&
    (rule.bankIds.length === 0 || rule.bankIds.includes(q.bankId)) &&
    (rule.types.length === 0 || rule.types.includes(q.type)) &&
    (rule.tags.length === 0 || rule.tags.some((t) => q.tags.includes(t)))
  );
}

export interface DrawCheck {
  need: number;
  /** Questions that fit the rule by itself. */
  matches: number;
  /** Places of the rule that can be filled beside all the others. */
  fills: number;
}
export interface BlueprintCheck {
  sufficient: boolean;
  need: number;
  fills: number;
  rules: DrawCheck[];
}

/**
 * Gives every place of every rule a question of its own (maximum bipartite matching by augmenting paths): rules that
 * overlap share the bank as well as it can be shared, so a draw fails only when no draw exists.
 */
function assign(candidates: readonly (readonly number[])[], counts: readonly number[], poolSize: number): Int32Array {
  const takenBy = new Int32Array(poolSize).fill(-1);
  const cursor = new Int32Array(counts.length);
  const takeFree = (rule: number): boolean => {
    const list = candidates[rule] as readonly number[];
    while ((cursor[rule] as number) < list.length) {
      const q = list[cursor[rule] as number] as number;
      cursor[rule] = (cursor[rule] as number) + 1;
      if (takenBy[q] === -1) {
        takenBy[q] = rule;
        return true;
      }
    }
    return false;
  };
  const augment = (rule: number, seen: Uint8Array): boolean => {
    for (const q of candidates[rule] as readonly number[]) {
      if (seen[q]) continue;
      seen[q] = 1;
      const holder = takenBy[q] as number;
      if (holder === -1 || augment(holder, seen)) {
        takenBy[q] = rule;
        return true;
      }
    }
    return false;
  };
  counts.forEach((count, rule) => {
    for (let i = 0; i < count; i += 1) if (!takeFree(rule) && !augment(rule, new Uint8Array(poolSize))) break;
  });
  return takenBy;
}

function candidatesOf(
  pool: readonly PoolQuestion[],
  rules: readonly DrawRule[],
  excluded: ReadonlySet<string>,
): number[][] {
  return rules.map((rule) => pool.flatMap((q, index) => (!excluded.has(q.questionId) && fits(rule, q) ? [index] : [])));
}

/** Whether the bank can fill the blueprint, with the shortage of each rule. `excluded`: questions with a fixed place. */
export function checkBlueprint(
  pool: readonly PoolQuestion[],
  rules: readonly DrawRule[],
  excluded: ReadonlySet<string> = new Set(),
): BlueprintCheck {
  const candidates = candidatesOf(pool, rules, excluded);
  const takenBy = assign(
    candidates,
    rules.map((r) => r.count),
    pool.length,
  );
  const checks = rules.map((rule, i) => ({
    need: rule.count,
    matches: (candidates[i] as number[]).length,
    fills: takenBy.reduce((sum, by) => sum + (by === i ? 1 : 0), 0),
  }));
  const need = checks.reduce((sum, c) => sum + c.need, 0);
  const fills = checks.reduce((sum, c) => sum + c.fills, 0);
  return { sufficient: fills === need, need, fills, rules: checks };
}

export interface DrawnQuestion {
  question: PoolQuestion;
  points: number;
}

/** A draw in the order of the rules, or null when the bank is too small. The same seed and bank give the same draw. */
export function drawQuestions(
  pool: readonly PoolQuestion[],
  rules: readonly DrawRule[],
  random: () => number,
  excluded: ReadonlySet<string> = new Set(),
): DrawnQuestion[] | null {
  const ordered = [...pool].sort((a, b) => (a.questionId < b.questionId ? -1 : a.questionId > b.questionId ? 1 : 0));
  const candidates = candidatesOf(ordered, rules, excluded).map((list) => shuffled(list, random));
  const takenBy = assign(
    candidates,
    rules.map((r) => r.count),
    ordered.length,
  );
  const drawn = rules.map((rule, i) =>
    (candidates[i] as number[])
      .filter((q) => takenBy[q] === i)
      .map((q) => ({
        question: ordered[q] as PoolQuestion,
        points: rule.points ?? (ordered[q] as PoolQuestion).points,
      })),
  );
  return drawn.some((list, i) => list.length < (rules[i] as DrawRule).count) ? null : drawn.flat();
}
