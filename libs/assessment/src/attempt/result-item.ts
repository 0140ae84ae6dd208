import type { MarkState } from '../grading/grading.js';
import type { Answer, QuestionType } from '../question/question.js';

/** The shape of one entry of `Attempt.answers`. */
export interface SavedAnswer extends Answer {
  item: number;
  seq: number;
  savedAt: string;
  checked: boolean;
}

/** The shape of one entry of `AttemptResult.items`; the right answer only when the feedback policy is `full`. */
export interface ResultItem {
  item: number;
  type: QuestionType;
  topic: string | null;
  points: number;
  stem: string;
  choices: { key: string; text: string }[];
  answer: Answer | null;
  earned: string;
  state: MarkState;
  comment?: string;
  right?: { choices?: string[]; accepted?: string[] };
  explanation?: string;
  lessonRef?: string;
}
