import { Field, Float, ID, InputType, Int, ObjectType } from '@nestjs/graphql';
import { Connection, LocalDayScalar } from '@waymark/platform';
import { IsIn, IsOptional, IsUUID, Length } from 'class-validator';
import { LIGHTS } from './trainee-health.js';

@ObjectType('ReasonCode', { description: 'overdue, waiting-signoff, idle, not-started, no-mentor or check-ins' })
export class ReasonCodeModel {
  @Field()
  code: string;
  @Field(() => Int, { nullable: true })
  count: number | null;
  @Field(() => Int, { nullable: true })
  days: number | null;
}

@ObjectType('TraineeStatus', { description: 'A person on a map as mentor, manager and L&D see them' })
export class TraineeStatusModel {
  @Field(() => ID)
  id: string;
  @Field(() => ID)
  enrolmentId: string;
  @Field(() => ID)
  personId: string;
  @Field()
  mapTitle: string;
  @Field()
  mapCode: string;
  @Field(() => Int)
  number: number;
  @Field(() => LocalDayScalar)
  startDay: string;
  @Field(() => Int)
  day: number;
  @Field(() => Int)
  days: number;
  @Field(() => Int)
  stage: number;
  @Field()
  stageTitle: string;
  @Field(() => Int)
  done: number;
  @Field(() => Int)
  total: number;
  @Field(() => Int)
  overdue: number;
  @Field(() => LocalDayScalar, { nullable: true })
  nextDueOn: string | null;
  @Field(() => LocalDayScalar, { nullable: true })
  lastProgressOn: string | null;
  @Field({ description: 'on-track, at-risk, overdue or done' })
  light: string;
  @Field(() => [ReasonCodeModel])
  reasons: ReasonCodeModel[];
  @Field(() => ID, { nullable: true, description: 'What is overdue the longest, or due next' })
  holdingNodeId: string | null;
  @Field(() => String, { nullable: true })
  holdingNode: string | null;
  @Field(() => String, { nullable: true })
  holdingState: string | null;
  @Field(() => Int, { description: 'Days past due; negative: days left' })
  holdingDays: number;
  @Field(() => LocalDayScalar, { nullable: true, description: 'The last day of a leave of absence under way' })
  awayUntil: string | null;
  @Field()
  status: string;
  mentorId: string | null;
}

@ObjectType('StaffNudges')
export class StaffNudgesModel {
  @Field(() => Int)
  times: number;
  @Field(() => LocalDayScalar)
  lastDay: string;
}

@ObjectType('TraineeStatusConnection')
export class TraineeStatusConnection extends Connection(TraineeStatusModel, 'TraineeStatus') {}

@ObjectType('ProgressCounts')
export class ProgressCountsModel {
  @Field(() => Int)
  onTrack: number;
  @Field(() => Int)
  atRisk: number;
  @Field(() => Int)
  overdue: number;
  @Field(() => Int)
  completed: number;
  @Field(() => Int)
  total: number;
}

@ObjectType('GroupCounts')
export class GroupCountsModel {
  @Field(() => ID, { nullable: true })
  id: string | null;
  @Field()
  name: string;
  @Field(() => Int)
  onTrack: number;
  @Field(() => Int)
  atRisk: number;
  @Field(() => Int)
  overdue: number;
  @Field(() => Int)
  total: number;
}

@ObjectType('StuckNode')
export class StuckNodeModel {
  @Field(() => ID)
  mapId: string;
  @Field()
  nodeKey: string;
  @Field()
  title: string;
  @Field()
  kind: string;
  @Field(() => Int)
  people: number;
  @Field(() => Float)
  medianDays: number;
  @Field(() => Int)
  waitingSignOff: number;
}

@ObjectType('TraineePoint')
export class TraineePointModel {
  @Field(() => ID)
  enrolmentId: string;
  @Field(() => ID)
  personId: string;
  @Field(() => Int)
  day: number;
  @Field(() => Int)
  percent: number;
  @Field()
  light: string;
}

@ObjectType('LearningDashboard')
export class LearningDashboardModel {
  @Field(() => ProgressCountsModel)
  counts: ProgressCountsModel;
  @Field(() => [GroupCountsModel])
  byUnit: GroupCountsModel[];
  @Field(() => [GroupCountsModel])
  byCohort: GroupCountsModel[];
  @Field(() => [GroupCountsModel], { description: 'By region or, without regions, by the company' })
  bySite: GroupCountsModel[];
  @Field(() => [GroupCountsModel], { description: 'By mentor; without an id: those who have none' })
  byMentor: GroupCountsModel[];
  @Field(() => [StuckNodeModel])
  stuckNodes: StuckNodeModel[];
  @Field(() => [TraineePointModel], { description: 'Everybody in flight against the plan, at most 2000' })
  points: TraineePointModel[];
}

@InputType('TraineeFilter')
export class TraineeFilterInput {
  @Field(() => ID, { nullable: true })
  @IsOptional()
  @IsUUID()
  mapId?: string | null;
  @Field(() => String, { nullable: true })
  @IsOptional()
  @IsIn(LIGHTS)
  light?: string | null;
  @Field(() => ID, { nullable: true })
  @IsOptional()
  @IsUUID()
  orgUnitId?: string | null;
  @Field(() => ID, { nullable: true })
  @IsOptional()
  @IsUUID()
  cohortId?: string | null;
  @Field(() => ID, { nullable: true })
  @IsOptional()
  @IsUUID()
  mentorId?: string | null;
  @Field(() => String, { nullable: true })
  @IsOptional()
  @Length(0, 80)
  search?: string | null;
  @Field(() => String, { nullable: true, description: 'open (unless said), completed or all' })
  @IsOptional()
  @IsIn(['open', 'completed', 'all'])
  status?: string | null;
}
