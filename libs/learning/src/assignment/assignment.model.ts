import { Field, ID, InputType, Int, ObjectType } from '@nestjs/graphql';
import { AudienceRuleInputModel } from '@waymark/identity';
import { Connection, DateTimeScalar, LocalDayScalar } from '@waymark/platform';
import { Type } from 'class-transformer';
import { IsIn, IsInt, IsOptional, IsUUID, Length, Matches, Max, Min, ValidateNested } from 'class-validator';

@ObjectType('Assignment')
export class AssignmentModel {
  @Field(() => ID)
  id: string;
  @Field(() => ID)
  audienceId: string;
  @Field(() => String, { nullable: true })
  audienceName: string | null;
  @Field({ description: 'map, course, exam or certification' })
  targetKind: string;
  @Field(() => ID, { nullable: true })
  targetId: string | null;
  @Field()
  targetCode: string;
  @Field()
  targetTitle: string;
  @Field({ description: 'Of maps: assigned-day or hire-date' })
  startFrom: string;
  @Field(() => LocalDayScalar, { nullable: true })
  dueOn: string | null;
  @Field(() => Int, { nullable: true })
  dueDays: number | null;
  @Field({ description: 'none or yearly' })
  recurrence: string;
  @Field({ description: 'Of maps: keep, or withdraw people who leave the audience' })
  whenLeaving: string;
  @Field(() => DateTimeScalar)
  createdAt: Date;
  @Field(() => DateTimeScalar, { nullable: true })
  endedAt: Date | null;
  @Field(() => Int)
  people: number;
  @Field(() => Int)
  done: number;
  @Field(() => Int)
  overdue: number;
  createdById: string | null;
}

@ObjectType('AssignmentPerson')
export class AssignmentPersonModel {
  @Field(() => ID)
  id: string;
  @Field(() => Int)
  cycle: number;
  @Field(() => LocalDayScalar)
  assignedOn: string;
  @Field(() => LocalDayScalar, { nullable: true })
  dueOn: string | null;
  @Field(() => LocalDayScalar, { nullable: true })
  completedOn: string | null;
  @Field()
  overdue: boolean;
  personId: string;
}

@ObjectType('AssignmentPersonConnection')
export class AssignmentPersonConnection extends Connection(AssignmentPersonModel, 'AssignmentPerson') {}

@ObjectType('DryRunPerson')
export class DryRunPersonModel {
  @Field({ description: 'joins, has, done or leaves' })
  group: string;
  @Field(() => LocalDayScalar, { nullable: true, description: 'Of maps: day 1' })
  startDay: string | null;
  @Field(() => LocalDayScalar, { nullable: true })
  dueOn: string | null;
  @Field(() => Int, { nullable: true, description: 'Nodes that count as done at once' })
  credit: number | null;
  personId: string;
}

@ObjectType('DryRunPersonConnection')
export class DryRunPersonConnection extends Connection(DryRunPersonModel, 'DryRunPerson') {}

@ObjectType('AssignmentDryRun', { description: 'How many people fall into each group; nothing is done' })
export class AssignmentDryRunModel {
  @Field(() => Int)
  joins: number;
  @Field(() => Int, { description: 'Have it and are at it' })
  has: number;
  @Field(() => Int)
  done: number;
  @Field(() => Int)
  leaves: number;
  @Field(() => Int, { description: 'Of the audience, outside your scope' })
  outside: number;
}

@ObjectType('MyAssignment')
export class MyAssignmentModel {
  @Field(() => ID)
  id: string;
  @Field()
  targetKind: string;
  @Field(() => ID, { nullable: true })
  targetId: string | null;
  @Field()
  targetCode: string;
  @Field()
  title: string;
  @Field(() => LocalDayScalar, { nullable: true })
  dueOn: string | null;
  @Field(() => LocalDayScalar, { nullable: true })
  completedOn: string | null;
  @Field()
  overdue: boolean;
  @Field()
  recurrence: string;
}

@ObjectType('EnrolResult')
export class EnrolResultModel {
  @Field(() => Int)
  enrolled: number;
  @Field(() => Int, { description: 'On this map already, or not active' })
  already: number;
}

@ObjectType('NudgeResult')
export class NudgeResultModel {
  @Field(() => Int)
  nudged: number;
  @Field(() => Int, { description: 'Nudged today already' })
  skipped: number;
}

@InputType('AssignmentInput')
export class AssignmentInput {
  @Field(() => ID)
  @IsUUID()
  audienceId: string;
  @Field()
  @IsIn(['map', 'course', 'exam', 'certification'])
  targetKind: string;
  @Field()
  @Length(1, 63)
  targetCode: string;
  @Field(() => LocalDayScalar, { nullable: true })
  @IsOptional()
  @Matches(/^\d{4}-\d{2}-\d{2}$/)
  dueOn?: string | null;
  @Field(() => Int, { nullable: true })
  @IsOptional()
  @IsInt()
  @Min(1)
  @Max(1000)
  dueDays?: number | null;
  @Field(() => String, { nullable: true })
  @IsOptional()
  @IsIn(['none', 'yearly'])
  recurrence?: string | null;
  @Field(() => String, { nullable: true })
  @IsOptional()
  @IsIn(['assigned-day', 'hire-date'])
  startFrom?: string | null;
  @Field(() => String, { nullable: true })
  @IsOptional()
  @IsIn(['keep', 'withdraw'])
  whenLeaving?: string | null;
}

@InputType('AssignmentDryRunInput')
export class AssignmentDryRunInput {
  @Field(() => ID, { nullable: true })
  @IsOptional()
  @IsUUID()
  audienceId?: string | null;
  @Field(() => AudienceRuleInputModel, { nullable: true, description: 'Instead of an audience: a rule not saved yet' })
  @IsOptional()
  @ValidateNested()
  @Type(() => AudienceRuleInputModel)
  rule?: AudienceRuleInputModel | null;
  @Field(() => ID, { nullable: true, description: 'The assignment this would change' })
  @IsOptional()
  @IsUUID()
  assignmentId?: string | null;
  @Field()
  @IsIn(['map', 'course', 'exam', 'certification'])
  targetKind: string;
  @Field()
  @Length(1, 63)
  targetCode: string;
  @Field(() => LocalDayScalar, { nullable: true })
  @IsOptional()
  @Matches(/^\d{4}-\d{2}-\d{2}$/)
  dueOn?: string | null;
  @Field(() => Int, { nullable: true })
  @IsOptional()
  @IsInt()
  @Min(1)
  @Max(1000)
  dueDays?: number | null;
  @Field(() => String, { nullable: true })
  @IsOptional()
  @IsIn(['assigned-day', 'hire-date'])
  startFrom?: string | null;
}
