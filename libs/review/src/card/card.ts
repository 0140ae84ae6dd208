import type { Memory } from '../schedule/schedule.js';

export const CARD_KINDS = ['question', 'key-point', 'own', 'knowledge'] as const;
export type CardKind = (typeof CARD_KINDS)[number];
export type CardOrigin = 'missed' | 'missed-secure' | 'lesson' | 'own';

export interface Card extends Memory {
  id: string;
  personId: string;
  kind: CardKind;
  origin: CardOrigin;
  questionId: string | null;
  lessonId: string | null;
  topic: string | null;
  memorySince: Date;
  broughtForward: 'missed-again' | 'question-changed' | null;
  suspended: 'by-person' | 'source-gone' | null;
  revision: number;
  createdAt: Date;
}

/** Front and back in the reader's language. */
export interface CardFace {
  front: string;
  back: string;
  questionType: string | null;
  choices: { key: string; text: string; right: boolean }[];
  accepted: string[];
  courseCode: string | null;
  lessonKey: string | null;
  lessonTitle: string | null;
}

export interface Why {
  code: string;
  days: number | null;
  recallPercent: number | null;
  lastReviewedOn: string | null;
  topic: string | null;
}
