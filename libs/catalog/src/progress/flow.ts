/** The frozen shape of a course version, as far as unlocking needs it. */
export interface FlowLesson {
  lessonId: string;
  key: string;
}
export interface FlowLevel {
  levelId: string;
  key: string;
  /** A quiz ends the level. */
  checkpoint: boolean;
  lessons: readonly FlowLesson[];
}

export interface FlowFacts {
  /** Ids of completed lessons and of cleared levels, over all versions of the course. */
  completed: ReadonlySet<string>;
  cleared: ReadonlySet<string>;
}

export type LevelState = 'locked' | 'available' | 'cleared';
export type CheckpointState = 'locked' | 'available' | 'passed';

export interface LevelStanding {
  state: LevelState;
  /** Null without a checkpoint. */
  checkpoint: CheckpointState | null;
  /** The index of the level to clear first; null when it is open. */
  lockedBy: number | null;
}

function lessonsDone(level: FlowLevel, facts: FlowFacts): boolean {
  return level.lessons.every((l) => facts.completed.has(l.lessonId));
}

/** A level with a checkpoint is cleared by passing it, one without by its lessons. */
function isCleared(level: FlowLevel, facts: FlowFacts): boolean {
  return level.checkpoint ? facts.cleared.has(level.levelId) : lessonsDone(level, facts);
}

/**
 * The levels one after another: the first that is not cleared is open, those behind it are locked. A level that was
 * cleared stays so, also behind one that a newer version put in front of it.
 */
export function levelStandings(levels: readonly FlowLevel[], facts: FlowFacts): LevelStanding[] {
  let blocker: number | null = null;
  return levels.map((level, i) => {
    const cleared = isCleared(level, facts);
    const state: LevelState = cleared ? 'cleared' : blocker === null ? 'available' : 'locked';
    const standing: LevelStanding = {
      state,
      checkpoint: !level.checkpoint
        ? null
        : facts.cleared.has(level.levelId)
          ? 'passed'
          : state !== 'locked' && lessonsDone(level, facts)
            ? 'available'
            : 'locked',
      lockedBy: state === 'locked' ? blocker : null,
    };
    if (!cleared && blocker === null) blocker = i;
    return standing;
  });
}

export interface Units {
  done: number;
  of: number;
}

/** Lessons and checkpoints, the units of progress in a course. */
export function courseUnits(levels: readonly FlowLevel[], facts: FlowFacts): Units {
  let done = 0;
  let of = 0;
  for (const level of levels) {
    of += level.lessons.length + (level.checkpoint ? 1 : 0);
    done += level.lessons.filter((l) => facts.completed.has(l.lessonId)).length;
    if (level.checkpoint && facts.cleared.has(level.levelId)) done += 1;
  }
  return { done, of };
}

export function isCourseComplete(levels: readonly FlowLevel[], facts: FlowFacts): boolean {
  const { done, of } = courseUnits(levels, facts);
  return of > 0 && done === of;
}

export type Step =
  | { kind: 'lesson'; level: number; lesson: number; locked: boolean }
  | { kind: 'checkpoint'; level: number; locked: boolean }
  | { kind: 'course-end'; locked: boolean };

/** All steps of a course in order: the lessons of a level, its checkpoint, the next level. */
export function courseSteps(levels: readonly FlowLevel[]): Exclude<Step, { kind: 'course-end' }>[] {
  return levels.flatMap((level, l) => [
    ...level.lessons.map((_, i) => ({ kind: 'lesson' as const, level: l, lesson: i, locked: false })),
    ...(level.checkpoint ? [{ kind: 'checkpoint' as const, level: l, locked: false }] : []),
  ]);
}

function isOpen(
  step: Step,
  levels: readonly FlowLevel[],
  standings: readonly LevelStanding[],
  facts: FlowFacts,
): boolean {
  if (step.kind === 'course-end') return isCourseComplete(levels, facts);
  const standing = standings[step.level];
  return step.kind === 'lesson' ? standing?.state !== 'locked' : standing?.checkpoint !== 'locked';
}

/**
 * The steps around a lesson, and its place among all steps: checkpoints count too, as in the units of progress. A passed checkpoint is stepped over. When this lesson is done but an earlier one was
 * skipped and closes the way, that one is next.
 */
export function neighbours(
  levels: readonly FlowLevel[],
  facts: FlowFacts,
  lessonId: string,
): { number: number; of: number; next: Step; previous: Step | null } {
  const standings = levelStandings(levels, facts);
  const steps = courseSteps(levels);
  const at = steps.findIndex((s) => s.kind === 'lesson' && levels[s.level]?.lessons[s.lesson]?.lessonId === lessonId);
  const passed = (s: Step): boolean => s.kind === 'checkpoint' && standings[s.level]?.checkpoint === 'passed';
  const after = steps.slice(at + 1).find((s) => !passed(s)) ?? { kind: 'course-end' as const, locked: false };
  const before = steps.slice(0, Math.max(0, at)).findLast((s) => s.kind === 'lesson') ?? null;
  const locked = !isOpen(after, levels, standings, facts);
  const skipped = locked && facts.completed.has(lessonId) ? resumeLesson(levels, facts, null) : null;
  const open = skipped && steps.find((s) => s.kind === 'lesson' && levels[s.level]?.lessons[s.lesson] === skipped);
  return {
    number: at + 1,
    of: steps.length,
    next: open ?? { ...after, locked },
    previous: before ? { ...before, locked: !isOpen(before, levels, standings, facts) } : null,
  };
}

/**
 * The lesson to go on with: the one left open last, if it is not finished and still open, else the first open lesson
 * that is not completed. Null when only checkpoints are left, or nothing.
 */
export function resumeLesson(
  levels: readonly FlowLevel[],
  facts: FlowFacts,
  lastLessonId: string | null,
): FlowLesson | null {
  const standings = levelStandings(levels, facts);
  const open = levels
    .filter((_, i) => standings[i]?.state !== 'locked')
    .flatMap((l) => l.lessons)
    .filter((l) => !facts.completed.has(l.lessonId));
  return open.find((l) => l.lessonId === lastLessonId) ?? open[0] ?? null;
}

/** The level whose checkpoint is what is left to do now: its lessons are done and no lesson is open. Null otherwise. */
export function waitingCheckpoint(levels: readonly FlowLevel[], facts: FlowFacts): number | null {
  if (resumeLesson(levels, facts, null)) return null;
  const at = levelStandings(levels, facts).findIndex((s) => s.checkpoint === 'available');
  return at < 0 ? null : at;
}
