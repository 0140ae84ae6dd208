import { Module } from '@nestjs/common';
import { LearningModule } from '@waymark/learning';
import { AllowanceController } from './allowance/allowance.controller.js';
import { AllowanceResolver } from './allowance/allowance.resolver.js';
import { Allowances } from './allowance/allowances.service.js';
import { MeetingCalendar } from './meeting/meeting-calendar.service.js';
import { MeetingRepository } from './meeting/meeting.repository.js';
import {
  ActionItemResolver,
  MeetingResolver,
  MentorHourOfTodayResolver,
  MentorHourResolver,
} from './meeting/meeting.resolver.js';
import { Meetings } from './meeting/meetings.service.js';
import { MentorProfileResolver } from './mentor-profile/mentor-profile.resolver.js';
import { MentorProfiles } from './mentor-profile/mentor-profiles.service.js';
import { PairingRepository } from './pairing/pairing.repository.js';
import { PairingResolver, TraineePairingResolver } from './pairing/pairing.resolver.js';
import { Pairings } from './pairing/pairings.service.js';
import { MentoringLoader } from './seed/mentoring.loader.js';

@Module({
  imports: [LearningModule],
  controllers: [AllowanceController],
  providers: [
    ActionItemResolver,
    AllowanceResolver,
    Allowances,
    MeetingCalendar,
    MeetingRepository,
    MeetingResolver,
    Meetings,
    MentorHourOfTodayResolver,
    MentorHourResolver,
    MentorProfileResolver,
    MentorProfiles,
    MentoringLoader,
    PairingRepository,
    PairingResolver,
    Pairings,
    TraineePairingResolver,
  ],
  exports: [Meetings, MentoringLoader, MentorProfiles, Pairings],
})
export class MentoringModule {}
