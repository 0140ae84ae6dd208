import { Field, ID, InputType, Int, ObjectType } from '@nestjs/graphql';
import type { LocalDay } from '@waymark/kernel';
import { Connection, LocalDayScalar } from '@waymark/platform';
import { IsBoolean, IsIn, IsInt, IsOptional, IsString, IsUUID, Max, Min } from 'class-validator';
import { MeetingBriefModel } from '../meeting/meeting.model.js';
import { pairingStatus, programmeWeek, sideOf } from './pairing.js';
import type { PairingView } from './pairing.repository.js';

@ObjectType('Pairing')
export class PairingModel {
  @Field(() => ID)
  id: string;
  @Field(() => String, { nullable: true, description: 'mine: mentor learner' })
  side: string | null;
  @Field({ description: 'planned active ended' })
  status: string;
  @Field(() => LocalDayScalar)
  startDay: string;
  @Field(() => LocalDayScalar)
  endDay: string;
  @Field(() => LocalDayScalar, { nullable: true })
  endedOn: string | null;
  @Field(() => String, { nullable: true })
  endReason: string | null;
  @Field(() => Int, { nullable: true })
  weekday: number | null;
  @Field(() => Int, { nullable: true })
  startMinute: number | null;
  @Field(() => Int)
  held: number;
  @Field(() => Int)
  missed: number;
  @Field(() => Int)
  missedInARow: number;
  @Field(() => MeetingBriefModel, { nullable: true })
  lastMeeting: MeetingBriefModel | null;
  @Field(() => MeetingBriefModel, { nullable: true })
  nextMeeting: MeetingBriefModel | null;
  @Field(() => ID, { nullable: true, description: 'the pairing it carries on after a hand-over' })
  followsId: string | null;
  @Field(() => Int, { description: '1 to 13, counted from the first mentor' })
  week: number;
  mentorId: string;
  learnerId: string;
  coMentorIds: string[];
}

@ObjectType('PairingConnection')
export class PairingConnectionModel extends Connection(PairingModel, 'Pairing') {}

export function toPairingModel(p: PairingView, today: LocalDay, readerId: string): PairingModel {
  return {
    ...p,
    side: sideOf(p, readerId, today),
    status: pairingStatus(p, today),
    week: programmeWeek(p.firstDay, today),
  };
}

@InputType('PairingInput')
export class PairingInputModel {
  @Field(() => ID)
  @IsUUID()
  mentorId: string;
  @Field(() => ID)
  @IsUUID()
  learnerId: string;
  @Field(() => LocalDayScalar, { nullable: true })
  @IsOptional()
  @IsString()
  startDay?: string | null;
  @Field(() => LocalDayScalar, { nullable: true })
  @IsOptional()
  @IsString()
  endDay?: string | null;
  @Field(() => Int, { nullable: true })
  @IsOptional()
  @IsInt()
  @Min(1)
  @Max(7)
  weekday?: number | null;
  @Field(() => Int, { nullable: true })
  @IsOptional()
  @IsInt()
  @Min(0)
  @Max(1439)
  startMinute?: number | null;
  @Field(() => ID, { nullable: true })
  @IsOptional()
  @IsUUID()
  cohortId?: string | null;
  @Field(() => Boolean, { nullable: true })
  @IsOptional()
  @IsBoolean()
  overCapacity?: boolean | null;
}

@InputType('PairingFilter')
export class PairingFilterModel {
  @Field(() => String, { nullable: true })
  @IsOptional()
  @IsIn(['planned', 'active', 'ended'])
  status?: string | null;
  @Field(() => ID, { nullable: true })
  @IsOptional()
  @IsUUID()
  mentorId?: string | null;
  @Field(() => ID, { nullable: true })
  @IsOptional()
  @IsUUID()
  learnerId?: string | null;
  @Field(() => Boolean, { nullable: true })
  @IsOptional()
  @IsBoolean()
  troubled?: boolean | null;
}
