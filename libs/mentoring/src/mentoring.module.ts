import { Module } from '@nestjs/common';
import { LearningModule } from '@waymark/learning';
import { AgendaResolver, MeetingAgendaResolver, PairingAgendaResolver } from './agenda/agenda.resolver.js';
import { Agendas } from './agenda/agendas.service.js';
import {
  MentorFeedbackMeanResolver,
  MentorThanksResolver,
  PairingFeedbackResolver,
  PairingSummaryResolver,
} from './closing/closing.resolver.js';
import { Closings } from './closing/closings.service.js';
import { ImpactResolver } from './impact/impact.resolver.js';
import { Impacts } from './impact/impacts.service.js';
import { ImprovementPlanResolver } from './improvement-plan/improvement-plan.resolver.js';
import { ImprovementPlans } from './improvement-plan/improvement-plans.service.js';
import { MentorAbsences } from './mentor-profile/mentor-absences.service.js';
import { MentoringPersonalData } from './mentoring-personal-data.service.js';
import { PerformanceController } from './performance/performance.controller.js';
import {
  MentorCandidateResolver,
  PerformanceImportResolver,
  PerformanceImportRowResolver,
} from './performance/performance.resolver.js';
import { PerformanceImports } from './performance/performance-imports.service.js';
import { AllowanceController } from './allowance/allowance.controller.js';
import { AllowanceResolver } from './allowance/allowance.resolver.js';
import { Allowances } from './allowance/allowances.service.js';
import { MeetingCalendar } from './meeting/meeting-calendar.service.js';
import { MatchingRepository } from './matching/matching.repository.js';
import {
  MatchMentorResolver,
  MatchProposalResolver,
  MatchReasonsResolver,
  MatchRunResolver,
  MatchUnmatchedResolver,
} from './matching/matching.resolver.js';
import { Matchings } from './matching/matching.service.js';
import { MeetingRepository } from './meeting/meeting.repository.js';
import {
  ActionItemResolver,
  MeetingResolver,
  MentorHourOfTodayResolver,
  MentorHourResolver,
} from './meeting/meeting.resolver.js';
import { Meetings } from './meeting/meetings.service.js';
import { MentorAbsenceResolver, MentorProfileResolver } from './mentor-profile/mentor-profile.resolver.js';
import { CompetencyHelpersResolver } from './mentor-profile/competency-helpers.resolver.js';
import { CompetencyHelpers } from './mentor-profile/competency-helpers.service.js';
import { MentorProfiles } from './mentor-profile/mentor-profiles.service.js';
import { PairingRepository } from './pairing/pairing.repository.js';
import { PairingResolver, TraineePairingResolver } from './pairing/pairing.resolver.js';
import { Pairings } from './pairing/pairings.service.js';
import { MentoringLoader } from './seed/mentoring.loader.js';
import { StandIns } from './stand-in/stand-ins.service.js';

@Module({
  imports: [LearningModule],
  controllers: [AllowanceController, PerformanceController],
  providers: [
    ActionItemResolver,
    AgendaResolver,
    Agendas,
    AllowanceResolver,
    Allowances,
    CompetencyHelpers,
    CompetencyHelpersResolver,
    MeetingCalendar,
    Closings,
    ImpactResolver,
    Impacts,
    ImprovementPlanResolver,
    ImprovementPlans,
    MatchMentorResolver,
    MatchProposalResolver,
    MatchReasonsResolver,
    MatchRunResolver,
    MatchUnmatchedResolver,
    MatchingRepository,
    Matchings,
    MeetingAgendaResolver,
    MeetingRepository,
    MeetingResolver,
    Meetings,
    MentorAbsenceResolver,
    MentorAbsences,
    MentorCandidateResolver,
    MentorFeedbackMeanResolver,
    MentorHourOfTodayResolver,
    MentorHourResolver,
    MentorProfileResolver,
    MentorProfiles,
    MentorThanksResolver,
    MentoringLoader,
    MentoringPersonalData,
    PairingAgendaResolver,
    PairingFeedbackResolver,
    PairingRepository,
    PairingResolver,
    PairingSummaryResolver,
    Pairings,
    StandIns,
    PerformanceImportResolver,
    PerformanceImportRowResolver,
    PerformanceImports,
    TraineePairingResolver,
  ],
  exports: [
    Agendas,
    ImprovementPlans,
    Matchings,
    Meetings,
    MentoringLoader,
    MentorProfiles,
    Pairings,
    PerformanceImports,
  ],
})
export class MentoringModule {}
