export { AssessmentModule } from './assessment.module.js';
export { AssessmentKindEnum } from './assessment/assessment-enums.model.js';
export {
  Assessments,
  type AssessmentCard,
  type AssessmentRef,
  type CheckpointQuiz,
} from './assessment/assessments.service.js';
export {
  AttemptAccessRegistry,
  type AttemptAccess,
  type AttemptRequest,
  type AttemptVerdict,
} from './attempt/attempt-access.port.js';
export { AttemptResults, type PersonResult, type ResultView } from './attempt/attempt-results.service.js';
export { Attempts, type Standing } from './attempt/attempts.service.js';
export { FORMATS as QUESTION_FORMATS, type QuestionFormat } from './interchange/neutral.js';
export { QuestionExports } from './interchange/question-exports.service.js';
export { QuestionImports } from './interchange/question-imports.service.js';
export { PracticeQuestions, type PracticeQuestion } from './question/practice-questions.service.js';
export { QuestionBanks } from './question-bank/question-banks.service.js';
export { QuestionStatistics } from './question/question-statistics.consumer.js';
export { Questions, type QuestionRow } from './question/questions.service.js';
export {
  AssessmentLoader,
  rightWithProbability,
  type HistoryEntry,
  type HistoryItem,
} from './seed/assessment.loader.js';
export { Statistics } from './statistics/statistics.service.js';
export { Topics } from './topic/topics.service.js';
