import { Global, Module } from '@nestjs/common';
import { AssignmentDryRun } from './assignment/assignment-dry-run.service.js';
import { CheckInResolver, TodayCheckInResolver } from './check-in/check-in.resolver.js';
import { CheckIns } from './check-in/check-ins.service.js';
import { AssignmentRepository } from './assignment/assignment.repository.js';
import {
  AssignmentPersonResolver,
  AssignmentResolver,
  DryRunPersonResolver,
} from './assignment/assignment.resolver.js';
import { Assignments } from './assignment/assignments.service.js';
import { CalendarFeedController } from './calendar-feed/calendar-feed.controller.js';
import { CalendarFeedResolver } from './calendar-feed/calendar-feed.resolver.js';
import { CalendarFeeds } from './calendar-feed/calendar-feeds.service.js';
import { DueDayCalendar } from './calendar-feed/due-day-calendar.service.js';
import { DueDays } from './enrolment/due-days.service.js';
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
import { LeaveRepository } from './leave-of-absence/leave-of-absence.repository.js';
import { LeaveOfAbsenceResolver } from './leave-of-absence/leave-of-absence.resolver.js';
import { LeavesOfAbsence } from './leave-of-absence/leaves-of-absence.service.js';
import { MapDocumentController } from './map-document/map-document.controller.js';
import { MapDocuments } from './map-document/map-documents.service.js';
import { MapEditResolver } from './map-editing/map-editing.resolver.js';
import { MapEditing } from './map-editing/map-editing.service.js';
import { MapFileController } from './map-file/map-file.controller.js';
import { MapFileReplacesResolver, MapFileResolver } from './map-file/map-file.resolver.js';
import { MapFiles } from './map-file/map-files.service.js';
import { MapMoveRepository } from './map-move/map-move.repository.js';
import { MapMovePreviewResolver, MapMoveResolver, MapWhatIfPersonResolver } from './map-move/map-move.resolver.js';
import { MapMoves } from './map-move/map-moves.service.js';
import { MapWhatIf } from './map-move/map-what-if.service.js';
import { MilestoneRepository } from './milestone/milestone.repository.js';
import { MilestoneResolver, MilestoneRoundResolver, SignOffResolver } from './milestone/milestone.resolver.js';
import { Milestones } from './milestone/milestones.service.js';
import { NodeDecisionResolver } from './node-decision/node-decision.resolver.js';
import { NodeDecisions } from './node-decision/node-decisions.service.js';
import { Nudges } from './nudge/nudges.service.js';
import { StageReportMilestoneResolver, StageReportResolver } from './stage-report/stage-report.resolver.js';
import { StageReports } from './stage-report/stage-reports.service.js';
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
  CheckIns,
  Enrolments,
  LearnerMaps,
  LearningLoader,
  LearningMaps,
  LeavesOfAbsence,
  MapDocuments,
  MapMoves,
  MapTargets,
  MapWhatIf,
  Milestones,
  NodeDecisions,
  Nudges,
  Progress,
  StageReports,
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
    AssignmentDryRun,
    AssignmentRepository,
    CalendarFeedResolver,
    DueDayCalendar,
    DueDays,
    EnrolmentRepository,
    LeaveRepository,
    MapMoveRepository,
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
    DryRunPersonResolver,
    CheckInResolver,
    LearnerMapResolver,
    LearningMapResolver,
    LeaveOfAbsenceResolver,
    MapMoveResolver,
    MapMovePreviewResolver,
    MapWhatIfPersonResolver,
    NodeDecisionResolver,
    MapDraftResolver,
    MapEditResolver,
    MapFileResolver,
    MapFileReplacesResolver,
    MapVersionResolver,
    MilestoneResolver,
    MilestoneRoundResolver,
    NodeBlockerResolver,
    NodeWaiverResolver,
    SignOffResolver,
    StageReportMilestoneResolver,
    StageReportResolver,
    TodayCheckInResolver,
    TodayResolver,
    TraineeResolver,
  ],
  exports: [...services, DueDays],
})
export class LearningCoreModule {}
