export { ReviewLoader, type ReviewHistoryCard, type ReviewHistoryPerson } from './history/review-history.loader.js';
export { Reminders } from './reminder/reminders.service.js';
export { ReviewModule } from './review.module.js';
export { ReviewSessions, type ReviewToday } from './session/review-sessions.service.js';
export { ReviewSettings, type ReviewSetting } from './setting/review-settings.service.js';
export { Streaks, type StreakFacts } from './streak/streaks.service.js';
