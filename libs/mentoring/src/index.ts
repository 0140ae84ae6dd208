export { Agendas } from './agenda/agendas.service.js';
export { ImprovementPlans } from './improvement-plan/improvement-plans.service.js';
export { Matchings } from './matching/matching.service.js';
export { Meetings } from './meeting/meetings.service.js';
export { MentoringModule } from './mentoring.module.js';
export { MentorProfiles, type MentorProfileChange } from './mentor-profile/mentor-profiles.service.js';
export { Pairings, type PairingStart } from './pairing/pairings.service.js';
export {
  MentoringLoader,
  type MeetingHistory,
  type MentoringDepth,
  type PairingHistory,
} from './seed/mentoring.loader.js';
export { PerformanceImports } from './performance/performance-imports.service.js';
