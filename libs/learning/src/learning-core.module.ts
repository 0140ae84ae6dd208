import { Global, Module } from '@nestjs/common';
import { AssignmentRepository } from './assignment/assignment.repository.js';
import { AssignmentPersonResolver, AssignmentResolver } from './assignment/assignment.resolver.js';
import { Assignments } from './assignment/assignments.service.js';
import { CalendarFeedController } from './calendar-feed/calendar-feed.controller.js';
import { CalendarFeedResolver } from './calendar-feed/calendar-feed.resolver.js';
import { CalendarFeeds } from './calendar-feed/calendar-feeds.service.js';
import { DueDayCalendar } from './calendar-feed/due-day-calendar.service.js';
import { EnrolmentRepository } from './enrolment/enrolment.repository.js';
import { Enrolments } from './enrolment/enrolments.service.js';
import { LearnerMapResolver, NodeBlockerResolver, NodeWaiverResolver } from './enrolment/learner-map.resolver.js';
import { LearnerMaps } from './enrolment/learner-map.service.js';
import { Progress } from './enrolment/progress.service.js';
import { LearningTalentFile } from './enrolment/learning-talent-file.service.js';
import { LearningErasure } from './enrolment/learning-erasure.service.js';
import { LearningMapRepository } from './learning-map/learning-map.repository.js';
import { LearningMapResolver, MapDraftResolver, MapVersionResolver } from './learning-map/learning-map.resolver.js';
import { LearningMaps } from './learning-map/learning-maps.service.js';
import { MapTargets } from './learning-map/map-targets.service.js';
import { MapTitles } from './learning-map/map-titles.service.js';
import { LearningLoader } from './learning-seed/learning-loader.service.js';
import { MapDocumentController } from './map-document/map-document.controller.js';
import { MapDocuments } from './map-document/map-documents.service.js';
import { MapEditResolver } from './map-editing/map-editing.resolver.js';
import { MapEditing } from './map-editing/map-editing.service.js';
import { MapFileController } from './map-file/map-file.controller.js';
import { MapFileResolver } from './map-file/map-file.resolver.js';
import { MapFiles } from './map-file/map-files.service.js';
import { MilestoneRepository } from './milestone/milestone.repository.js';
import { MilestoneResolver, MilestoneRoundResolver, SignOffResolver } from './milestone/milestone.resolver.js';
import { Milestones } from './milestone/milestones.service.js';
import { Nudges } from './nudge/nudges.service.js';
import { TargetFacts } from './target/target-facts.service.js';
import { TodayResolver } from './today/today.resolver.js';
import { TodayPage } from './today/today.service.js';
import { TraineeExportController } from './trainee/trainee-export.controller.js';
import { TraineeRepository } from './trainee/trainee.repository.js';
import { TraineeResolver } from './trainee/trainee.resolver.js';
import { Trainees } from './trainee/trainees.service.js';

const services = [
  Assignments,
  CalendarFeeds,
  Enrolments,
  LearnerMaps,
  LearningLoader,
  LearningMaps,
  MapDocuments,
  MapTargets,
  Milestones,
  Nudges,
  Progress,
  TargetFacts,
  TodayPage,
  Trainees,
];

/** Maps and people on them, whatever nodes point at: sources of targets register themselves with MapTargets. */
@Global()
@Module({
  controllers: [CalendarFeedController, MapDocumentController, MapFileController, TraineeExportController],
  providers: [
    ...services,
    AssignmentRepository,
    CalendarFeedResolver,
    DueDayCalendar,
    EnrolmentRepository,
    LearningErasure,
    LearningTalentFile,
    LearningMapRepository,
    MapEditing,
    MapFiles,
    MapTitles,
    MilestoneRepository,
    TraineeRepository,
    AssignmentResolver,
    AssignmentPersonResolver,
    LearnerMapResolver,
    LearningMapResolver,
    MapDraftResolver,
    MapEditResolver,
    MapFileResolver,
    MapVersionResolver,
    MilestoneResolver,
    MilestoneRoundResolver,
    NodeBlockerResolver,
    NodeWaiverResolver,
    SignOffResolver,
    TodayResolver,
    TraineeResolver,
  ],
  exports: services,
})
export class LearningCoreModule {}
