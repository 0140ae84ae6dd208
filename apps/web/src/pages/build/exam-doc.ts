import type { DrawRule, FeedbackPolicy, QuestionStatus, QuestionType } from '@waymark/assessment/rules';
import type { AssessmentView } from '../../data/exam-build.js';
import { noWords, toWords, type Words } from './parts/words.js';

export interface FixedDoc {
  questionId: string;
  code: string;
  stem: string;
  type: QuestionType;
  status: QuestionStatus;
  points: number;
  outdated: boolean;
}
/** A quiz or exam as it is being built. */
export interface ExamDoc {
  title: Words;
  description: Words;
  instructions: Words;
  passMark: number;
  durationSeconds: number | null;
  retakes: number | null;
  retakeDays: number;
  feedback: FeedbackPolicy;
  shuffleQuestions: boolean;
  shuffleChoices: boolean;
  gradeShortAnswers: boolean;
  fixed: FixedDoc[];
  draws: DrawRule[];
}

export function examDoc(view: AssessmentView): ExamDoc {
  return {
    title: toWords(view.title),
    description: toWords(view.description),
    instructions: toWords(view.instructions),
    passMark: view.passMark,
    durationSeconds: view.durationSeconds ?? null,
    retakes: view.retakes ?? null,
    retakeDays: view.retakeDays,
    feedback: view.feedback,
    shuffleQuestions: view.shuffleQuestions,
    shuffleChoices: view.shuffleChoices,
    gradeShortAnswers: view.gradeShortAnswers,
    fixed: view.fixed.map(({ questionId, code, stem, type, status, points, outdated }) => ({
      questionId,
      code,
      stem,
      type,
      status,
      points,
      outdated,
    })),
    draws: view.draws.map((d) => ({
      count: d.count,
      bankIds: [...d.bankIds],
      tags: [...d.tags],
      types: [...d.types],
      difficultyFrom: d.difficultyFrom,
      difficultyTo: d.difficultyTo,
      use: d.use ?? null,
      points: d.points ?? null,
    })),
  };
}

export function examInput(doc: ExamDoc) {
  return {
    title: doc.title,
    description: doc.description,
    instructions: doc.instructions,
    passMark: doc.passMark,
    durationSeconds: doc.durationSeconds,
    retakes: doc.retakes,
    retakeDays: doc.retakeDays,
    feedback: doc.feedback,
    shuffleQuestions: doc.shuffleQuestions,
    shuffleChoices: doc.shuffleChoices,
    gradeShortAnswers: doc.gradeShortAnswers,
    fixed: doc.fixed.map((f) => ({ questionId: f.questionId, points: f.points })),
    draws: doc.draws,
  };
}

export const newRule = (use: DrawRule['use']): DrawRule => ({
  count: 5,
  bankIds: [],
  tags: [],
  types: [],
  difficultyFrom: 1,
  difficultyTo: 5,
  use,
  points: null,
});

/** What a new one starts with; the server has the same defaults. */
export const emptyExam = (title: Words, kind: 'quiz' | 'exam') => ({
  title,
  description: noWords(),
  passMark: 80,
  durationSeconds: kind === 'exam' ? 2_400 : null,
  retakes: kind === 'exam' ? 2 : null,
  retakeDays: 14,
  feedback: kind === 'exam' ? ('score' as const) : ('full' as const),
  shuffleQuestions: kind === 'exam',
  shuffleChoices: true,
  gradeShortAnswers: kind === 'exam',
  fixed: [],
  draws: [],
});

/** Quizzes at the end of a course's level are changed in the course. */
export function courseOfCheckpoint(code: string): string | null {
  return /^(.+)-[a-z0-9]{1,14}-checkpoint$/.exec(code)?.[1] ?? null;
}
