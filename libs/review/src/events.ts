export { reviewsDue } from './reminder/reminder.events.js';
export { reviewSessionFinished } from './session/review-session.events.js';
