export * from './assessment/assessment.events.js';
export * from './attempt/attempt.events.js';
export * from './question/question.events.js';
