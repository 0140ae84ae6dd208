import { addDays, daysBetween, localDayOf, startOfDay, type LocalDay } from '@waymark/kernel';
import {
  forgetting_curve,
  fsrs,
  GenSeedStrategyWithCardId,
  Rating,
  State,
  StrategyMode,
  type Card as FsrsCard,
  type FSRS,
  type Grade as FsrsGrade,
} from 'ts-fsrs';

export const CARD_STATES = ['new', 'learning', 'review', 'relearning'] as const;
export type CardState = (typeof CARD_STATES)[number];
/** 1 again, 2 hard, 3 good, 4 easy. */
export type Grade = 1 | 2 | 3 | 4;
export const GRADES: readonly Grade[] = [1, 2, 3, 4];

/** What is known about how well one person remembers one card. */
export interface Memory {
  state: CardState;
  dueAt: Date;
  /** Days until the chance of recall falls to 90 %; 0 for a new card. */
  stability: number;
  /** 1 to 10; 0 for a new card. */
  difficulty: number;
  reps: number;
  lapses: number;
  scheduledDays: number;
  step: number;
  lastReviewAt: Date | null;
  /** Local day of the last review. */
  lastDay: LocalDay | null;
}

export interface ScheduleRule {
  /** Chance of recall at which a card comes back, 0.80 to 0.97. */
  retention: number;
  /** IANA zone whose days count. */
  zone: string;
}

export interface Review {
  grade: Grade;
  at: Date;
}

export interface Reviewed {
  memory: Memory;
  before: Memory;
  elapsedDays: number;
  /** Chance of recall just before the review; null for a card seen for the first time. */
  recall: number | null;
}

export interface NextDate {
  grade: Grade;
  dueAt: Date;
  minutes: number;
  days: number;
}

/** A step inside the day: what was forgotten comes back after ten minutes. */
const STEPS = ['10m'] as const;
/** Work knowledge changes: nothing rests longer than a year. */
export const LONGEST_DAYS = 365;
const MINUTE_MS = 60_000;

interface SeededCard extends FsrsCard {
  cardId: string;
}

const schedulers = new Map<number, FSRS>();

/** FSRS-6 with its published default weights; intervals are spread by a few days, the same way each time for a card and its count of reviews. */
function scheduler(retention: number): FSRS {
  let f = schedulers.get(retention);
  if (!f) {
    f = fsrs({
      request_retention: retention,
      maximum_interval: LONGEST_DAYS,
      enable_fuzz: true,
      learning_steps: STEPS,
      relearning_steps: STEPS,
    }).useStrategy(StrategyMode.SEED, GenSeedStrategyWithCardId('cardId'));
    schedulers.set(retention, f);
  }
  return f;
}

const TO_FSRS: Record<CardState, State> = {
  new: State.New,
  learning: State.Learning,
  review: State.Review,
  relearning: State.Relearning,
};

/** FSRS counts days of UTC; given the noon of each local day it counts the person's days. */
function noon(day: LocalDay): Date {
  return new Date(`${day}T12:00:00Z`);
}

/** The local day of a review; never before that of the last one, also after a journey westward. */
function dayOfReview(memory: Memory, at: Date, zone: string): LocalDay {
  const day = localDayOf(at, zone);
  return memory.lastDay !== null && day < memory.lastDay ? memory.lastDay : day;
}

function toFsrs(memory: Memory, cardId: string, day: LocalDay): SeededCard {
  return {
    cardId,
    due: noon(day),
    stability: memory.stability,
    difficulty: memory.difficulty,
    elapsed_days: 0,
    scheduled_days: memory.scheduledDays,
    learning_steps: memory.step,
    reps: memory.reps,
    lapses: memory.lapses,
    state: TO_FSRS[memory.state],
    ...(memory.lastDay === null ? {} : { last_review: noon(memory.lastDay) }),
  };
}

function fromFsrs(card: FsrsCard, at: Date, day: LocalDay, zone: string): Memory {
  // FSRS keeps its four intervals apart by a day, also at the longest.
  const days = Math.min(card.scheduled_days, LONGEST_DAYS);
  const dueAt =
    days >= 1
      ? startOfDay(addDays(day, days), zone)
      : new Date(at.getTime() + (card.due.getTime() - noon(day).getTime()));
  return {
    state: CARD_STATES[card.state] as CardState,
    dueAt,
    stability: card.stability,
    difficulty: card.difficulty,
    reps: card.reps,
    lapses: card.lapses,
    scheduledDays: days,
    step: card.learning_steps,
    lastReviewAt: at,
    lastDay: day,
  };
}

export function newMemory(dueAt: Date): Memory {
  return {
    state: 'new',
    dueAt,
    stability: 0,
    difficulty: 0,
    reps: 0,
    lapses: 0,
    scheduledDays: 0,
    step: 0,
    lastReviewAt: null,
    lastDay: null,
  };
}

/** Chance of recall on a local day, 0 to 1; null for a card never seen. */
export function recallOn(
  memory: Pick<Memory, 'stability' | 'lastDay'>,
  day: LocalDay,
  retention: number,
): number | null {
  if (memory.lastDay === null) return null;
  return forgetting_curve(
    scheduler(retention).parameters.w,
    Math.max(0, daysBetween(memory.lastDay, day)),
    memory.stability,
  );
}

/** The memory after one review. A card graded for days from now is due from the first minute of that local day. */
export function afterReview(memory: Memory, cardId: string, review: Review, rule: ScheduleRule): Reviewed {
  const day = dayOfReview(memory, review.at, rule.zone);
  const { card } = scheduler(rule.retention).next(
    toFsrs(memory, cardId, day),
    noon(day),
    review.grade as unknown as FsrsGrade,
  );
  return {
    memory: fromFsrs(card, review.at, day, rule.zone),
    before: memory,
    elapsedDays: memory.lastDay === null ? 0 : daysBetween(memory.lastDay, day),
    recall: recallOn(memory, day, rule.retention),
  };
}

/** When the card would come back after each grade given `at`; the same dates that the review then sets. */
export function nextDates(memory: Memory, cardId: string, at: Date, rule: ScheduleRule): NextDate[] {
  const day = dayOfReview(memory, at, rule.zone);
  const preview = scheduler(rule.retention).repeat(toFsrs(memory, cardId, day), noon(day));
  return GRADES.map((grade) => {
    const next = fromFsrs(preview[grade as unknown as FsrsGrade].card, at, day, rule.zone);
    return {
      grade,
      dueAt: next.dueAt,
      minutes: Math.max(0, Math.round((next.dueAt.getTime() - at.getTime()) / MINUTE_MS)),
      days: next.scheduledDays,
    };
  });
}

/** The memory after all reviews, in the order of their own times, whatever order they arrived in. */
export function replay(
  cardId: string,
  reviews: readonly Review[],
  ruleAt: (at: Date) => ScheduleRule,
  first: Memory,
): Reviewed[] {
  const out: Reviewed[] = [];
  let memory = first;
  for (const review of [...reviews].sort((a, b) => a.at.getTime() - b.at.getTime())) {
    const done = afterReview(memory, cardId, review, ruleAt(review.at));
    out.push(done);
    memory = done.memory;
  }
  return out;
}

/** Recalled means any grade but `again`. */
export function isRecalled(grade: number): boolean {
  return grade > Rating.Again;
}
