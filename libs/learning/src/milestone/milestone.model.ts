import { Field, Float, ID, InputType, Int, ObjectType } from '@nestjs/graphql';
import { DateTimeScalar, LocalDayScalar } from '@waymark/platform';
import { IsIn, IsOptional, IsUUID, Length, Matches } from 'class-validator';

@ObjectType('MilestoneRequirement')
export class MilestoneRequirementModel {
  @Field({ description: 'text, counter or number' })
  kind: string;
  @Field(() => Float, { nullable: true })
  target: number | null;
  @Field()
  unit: string;
  @Field()
  needsText: boolean;
  @Field(() => Int, { description: 'Files or links that must be there' })
  minFiles: number;
  @Field()
  instructions: string;
}

@ObjectType('MilestoneEvidence')
export class MilestoneEvidenceModel {
  @Field(() => ID)
  id: string;
  @Field({ description: 'entry, file or link' })
  kind: string;
  @Field(() => LocalDayScalar, { nullable: true })
  on: string | null;
  @Field()
  title: string;
  @Field()
  note: string;
  @Field(() => String, { nullable: true })
  url: string | null;
  @Field(() => ID, { nullable: true })
  fileId: string | null;
  @Field(() => String, { nullable: true })
  fileUrl: string | null;
  @Field(() => String, { nullable: true })
  fileName: string | null;
  @Field(() => Int)
  position: number;
  @Field(() => DateTimeScalar, { nullable: true, description: 'When a mentor confirmed this entry' })
  confirmedAt: Date | null;
}

@ObjectType('MilestoneRound')
export class MilestoneRoundModel {
  @Field(() => ID)
  id: string;
  @Field(() => Int)
  round: number;
  @Field({ description: 'draft, submitted, signed or returned' })
  status: string;
  @Field()
  text: string;
  @Field(() => Float, { nullable: true })
  number: number | null;
  @Field(() => [MilestoneEvidenceModel])
  evidence: MilestoneEvidenceModel[];
  @Field(() => DateTimeScalar, { nullable: true })
  submittedAt: Date | null;
  @Field(() => Int, { description: 'Working days since it was handed in, while it waits' })
  waitingDays: number;
  @Field(() => DateTimeScalar, { nullable: true })
  decidedAt: Date | null;
  @Field(() => String, { nullable: true })
  comment: string | null;
  decidedById: string | null;
  inPlaceOfId: string | null;
}

@ObjectType('Milestone')
export class MilestoneModel {
  @Field(() => ID)
  enrolmentId: string;
  @Field(() => ID)
  nodeId: string;
  @Field()
  title: string;
  @Field(() => MilestoneRequirementModel)
  requirement: MilestoneRequirementModel;
  @Field(() => Int)
  counted: number;
  @Field(() => MilestoneRoundModel, { nullable: true })
  current: MilestoneRoundModel | null;
  @Field(() => [MilestoneRoundModel], { description: 'All rounds, newest first' })
  rounds: MilestoneRoundModel[];
  @Field(() => [String], {
    description: 'What is missing before it can be submitted: locked, text, entries, number, files',
  })
  missing: string[];
  approverIds: string[];
}

@ObjectType('SignOff')
export class SignOffModel {
  @Field(() => ID)
  submissionId: string;
  @Field(() => ID)
  enrolmentId: string;
  @Field(() => ID)
  nodeId: string;
  @Field()
  title: string;
  @Field()
  mapTitle: string;
  @Field(() => Int)
  day: number;
  @Field(() => Int)
  counted: number;
  @Field(() => MilestoneRequirementModel)
  requirement: MilestoneRequirementModel;
  @Field(() => MilestoneRoundModel)
  round: MilestoneRoundModel;
  @Field(() => [MilestoneRoundModel])
  previousRounds: MilestoneRoundModel[];
  personId: string;
}

@InputType('MilestoneEvidenceInput')
export class MilestoneEvidenceInput {
  @Field()
  @IsIn(['entry', 'file', 'link'])
  kind: string;
  @Field(() => LocalDayScalar, { nullable: true })
  @IsOptional()
  @Matches(/^\d{4}-\d{2}-\d{2}$/)
  on?: string | null;
  @Field(() => String, { nullable: true })
  @IsOptional()
  @Length(0, 200)
  title?: string | null;
  @Field(() => String, { nullable: true })
  @IsOptional()
  @Length(0, 2000)
  note?: string | null;
  @Field(() => String, { nullable: true })
  @IsOptional()
  @Length(0, 2000)
  url?: string | null;
  @Field(() => ID, { nullable: true })
  @IsOptional()
  @IsUUID()
  fileId?: string | null;
}
