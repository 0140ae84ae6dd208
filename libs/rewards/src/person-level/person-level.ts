export interface LevelStep {
  level: number;
  from: number;
}

export interface LevelStanding<S extends LevelStep> {
  current: S;
  next: S | null;
  /** 0–1 of the way from this level to the next; 1 on the last. */
  progress: number;
  /** Points still missing to the next level. */
  missing: number;
}

export const FIRST_LEVEL: LevelStep = { level: 1, from: 0 };

/** The highest level that `earned` points reach. @param steps sorted by `from`, the first from 0 */
export function levelStanding<S extends LevelStep>(steps: readonly S[], earned: number): LevelStanding<S | LevelStep> {
  let index = 0;
  while (index + 1 < steps.length && (steps[index + 1] as S).from <= earned) index += 1;
  const current = steps[index] ?? FIRST_LEVEL;
  const next = steps[index + 1] ?? null;
  if (!next) return { current, next: null, progress: 1, missing: 0 };
  return {
    current,
    next,
    progress: Math.max(0, earned - current.from) / (next.from - current.from),
    missing: next.from - earned,
  };
}
