import type { Criterion } from '../lesson/lesson.js';
import { coveredUnits, type Range } from './segments.js';

/** Scroll positions of articles are shares of the way, times this. */
export const SCROLL_END = 10_000;
/** An article counts as read to its end from here: rounding of scroll positions and margins below the last line. */
const READ_SHARE = 0.98;
/** Films: the share of their seconds that has to be seen. */
export const WATCHED_SHARE = 0.9;
/** The fastest speed players offer. */
const FASTEST = 2;
/** Seconds a player may be ahead of what the server knows. */
const HEAD_START = 60;

export interface LessonMeasure {
  /** Seconds of the film or pages of the document; null for lessons without a file. */
  length: number | null;
  /** The furthest place reached: scroll, second or page. */
  furthest: number;
  seen: readonly Range[];
}

/** How much of what the criterion counts is there, from 0 to 100, one decimal, rounded down. */
export function coveredPercent(criterion: Criterion, measure: LessonMeasure): number {
  const share = coveredShare(criterion, measure);
  return Math.floor(Math.min(1, share) * 1000) / 10;
}

function coveredShare(criterion: Criterion, { length, furthest, seen }: LessonMeasure): number {
  switch (criterion) {
    case 'read-to-end':
      return furthest / SCROLL_END;
    case 'watched':
    case 'all-pages':
      return length === null || length <= 0 ? 0 : coveredUnits(seen) / length;
    case 'acknowledged':
    case 'package-completed':
      return 0;
  }
}

/**
 * Whether what was seen completes the lesson. Segments count, not the position: winding to the end completes nothing.
 * Acknowledging and packages report completion themselves, so they never complete by what was seen.
 */
export function isMet(criterion: Criterion, measure: LessonMeasure): boolean {
  const { length, seen } = measure;
  switch (criterion) {
    case 'read-to-end':
      return measure.furthest >= SCROLL_END * READ_SHARE;
    case 'watched':
      // In whole units, so that no rounding of a share decides.
      return length !== null && length > 0 && coveredUnits(seen) >= Math.ceil(length * WATCHED_SHARE);
    case 'all-pages':
      return length !== null && length > 0 && coveredUnits(seen) >= length;
    case 'acknowledged':
    case 'package-completed':
      return false;
  }
}

/** The bounds that places and ranges of a lesson must keep: [first, end). Null where a lesson has no length. */
export function placeBounds(criterion: Criterion, length: number | null): { first: number; end: number } {
  if (criterion === 'watched') return { first: 0, end: length ?? 0 };
  if (criterion === 'all-pages') return { first: 1, end: (length ?? 0) + 1 };
  return { first: 0, end: SCROLL_END };
}

/** True when more seconds are claimed as seen than anybody can have watched since the lesson was opened. */
export function watchedTooFast(seen: readonly Range[], secondsSinceOpened: number): boolean {
  return coveredUnits(seen) > Math.max(0, secondsSinceOpened) * FASTEST + HEAD_START;
}
