export { Assignments, type NewAssignment } from './assignment/assignments.service.js';
export { CalendarFeeds, type CalendarReader, type CalendarSource } from './calendar-feed/calendar-feeds.service.js';
export type { CalendarEntry } from './calendar-feed/calendar.js';
export { Enrolments, type EnrolInput } from './enrolment/enrolments.service.js';
export { LearnerMaps, type MapColumns } from './enrolment/learner-map.service.js';
export { Progress, type EnrolmentFacts } from './enrolment/progress.service.js';
export { LearningCoreModule } from './learning-core.module.js';
export { LearningModule } from './learning.module.js';
export { LearningMaps } from './learning-map/learning-maps.service.js';
export { MapTargets, type MapTarget, type MapTargetSource } from './learning-map/map-targets.service.js';
export {
  LearningLoader,
  readMapSeeds,
  type CheckInHistory,
  type MilestoneHistory,
  type ReadingHistory,
} from './learning-seed/learning-loader.service.js';
export type { MapSeed } from './learning-seed/map-seed.js';
export { MapDocuments, type MapPlan } from './map-document/map-documents.service.js';
export { MapMoves } from './map-move/map-moves.service.js';
export { MapWhatIf } from './map-move/map-what-if.service.js';
export { Milestones } from './milestone/milestones.service.js';
export { Nudges } from './nudge/nudges.service.js';
export { LearningAccess } from './target/learning-access.service.js';
export { TargetFacts, type TargetFact } from './target/target-facts.service.js';
export { TodayModel } from './today/today.model.js';
export { TraineeStatusModel } from './trainee/trainee.model.js';
export { Trainees, type TraineeView } from './trainee/trainees.service.js';
