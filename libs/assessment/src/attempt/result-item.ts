import type { MarkState } from '../grading/grading.js';
import type { Answer } from '../question/question.js';
import type { ChoiceFeedback, RightAnswer } from '../question/right-answer.js';
import type { PaperItem } from './paper.js';

/** The shape of one entry of `Attempt.answers`. */
export interface SavedAnswer extends Answer {
  item: number;
  seq: number;
  savedAt: string;
  checked: boolean;
}

/** The shape of one entry of `AttemptResult.items`; the right answer only when the feedback policy is `full`. */
export interface ResultItem extends PaperItem {
  answer: Answer | null;
  earned: string;
  state: MarkState;
  /** Of the parts of a case, in their order. */
  partStates?: MarkState[];
  comment?: string;
  right?: RightAnswer;
  choiceFeedback?: ChoiceFeedback[];
  explanation?: string;
  lessonRef?: string;
}
