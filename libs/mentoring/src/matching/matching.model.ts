import { Field, Float, ID, InputType, Int, ObjectType } from '@nestjs/graphql';
import { JsonScalar, LocalDayScalar } from '@waymark/platform';
import { Type } from 'class-transformer';
import { ArrayMaxSize, IsInt, IsOptional, IsString, IsUUID, Max, Min, ValidateNested } from 'class-validator';

@ObjectType('MatchWeights')
export class MatchWeightsModel {
  @Field(() => Int)
  skill: number;
  @Field(() => Int)
  site: number;
  @Field(() => Int)
  language: number;
  @Field(() => Int)
  load: number;
}

@ObjectType('MatchReasons')
export class MatchReasonsModel {
  @Field(() => Int, { description: '0 to 100, as the others' })
  skill: number;
  @Field(() => [String], { description: 'what the learner should grow in and the mentor covers' })
  covered: string[];
  @Field(() => [String])
  open: string[];
  @Field(() => Int)
  site: number;
  @Field({ description: 'same-site same-zone near-zone far' })
  siteFit: string;
  @Field(() => Int)
  language: number;
  @Field(() => String, { nullable: true, description: 'the language both speak' })
  shared: string | null;
  @Field(() => Int)
  load: number;
  @Field(() => Int, { description: 'mentees before this one' })
  have: number;
  @Field(() => Int)
  of: number;
}

@ObjectType('MatchProposal')
export class MatchProposalModel {
  @Field(() => ID)
  id: string;
  @Field(() => Int)
  revision: number;
  @Field({ description: 'proposed accepted' })
  state: string;
  @Field()
  locked: boolean;
  @Field({ description: 'somebody chose this pair' })
  byHand: boolean;
  @Field(() => Float, { description: '0 to 100' })
  score: number;
  @Field(() => MatchReasonsModel)
  reasons: MatchReasonsModel;
  @Field(() => Date, { nullable: true })
  decidedAt: Date | null;
  mentorId: string;
  learnerId: string;
}

@ObjectType('MatchUnmatched')
export class MatchUnmatchedModel {
  @Field({ description: 'has-mentor not-active no-mentors all-blocked no-places rejected' })
  reason: string;
  @Field(() => JsonScalar, {
    description: 'how many mentors each hard rule excludes: self manager absent full rejected',
  })
  blocked: Record<string, number>;
  learnerId: string;
}

@ObjectType('MatchMentor')
export class MatchMentorModel {
  @Field(() => ID)
  id: string;
  @Field(() => Int)
  capacity: number;
  @Field(() => Int, { description: 'open pairings and what this run proposes' })
  taken: number;
  @Field()
  absent: boolean;
}

@ObjectType('MatchRun')
export class MatchRunModel {
  @Field(() => ID)
  id: string;
  @Field({ description: 'queued solving open closed failed' })
  state: string;
  @Field(() => String, { nullable: true })
  cohort: string | null;
  @Field(() => LocalDayScalar)
  startDay: string;
  @Field(() => MatchWeightsModel)
  weights: MatchWeightsModel;
  @Field(() => Int)
  round: number;
  @Field(() => Int)
  done: number;
  @Field(() => Int)
  total: number;
  @Field(() => Int)
  learners: number;
  @Field(() => String, { nullable: true, description: 'error code' })
  error: string | null;
  @Field(() => Date)
  createdAt: Date;
  @Field(() => Date, { nullable: true })
  solvedAt: Date | null;
  @Field(() => Int, { nullable: true })
  solvedMs: number | null;
  createdById: string;
}

@ObjectType('MatchAcceptResult')
export class MatchAcceptResultModel {
  @Field(() => ID)
  proposalId: string;
  @Field(() => ID, { nullable: true })
  pairingId: string | null;
  @Field(() => String, { nullable: true, description: 'why not, as an error code' })
  code: string | null;
  @Field(() => JsonScalar)
  params: Record<string, unknown>;
}

@InputType('MatchWeightsInput')
export class MatchWeightsInputModel {
  @Field(() => Int)
  @IsInt()
  @Min(0)
  @Max(10)
  skill: number;
  @Field(() => Int)
  @IsInt()
  @Min(0)
  @Max(10)
  site: number;
  @Field(() => Int)
  @IsInt()
  @Min(0)
  @Max(10)
  language: number;
  @Field(() => Int)
  @IsInt()
  @Min(0)
  @Max(10)
  load: number;
}

@InputType('MatchInput')
export class MatchInputModel {
  @Field(() => ID, { nullable: true })
  @IsOptional()
  @IsUUID()
  cohortId?: string | null;
  @Field(() => [ID], { nullable: true })
  @IsOptional()
  @ArrayMaxSize(1_000)
  @IsUUID(undefined, { each: true })
  learnerIds?: string[] | null;
  @Field(() => LocalDayScalar, { nullable: true })
  @IsOptional()
  @IsString()
  startDay?: string | null;
  @Field(() => MatchWeightsInputModel, { nullable: true })
  @IsOptional()
  @ValidateNested()
  @Type(() => MatchWeightsInputModel)
  weights?: MatchWeightsInputModel | null;
}

@InputType('SeenProposalInput')
export class SeenProposalInputModel {
  @Field(() => ID)
  @IsUUID()
  id: string;
  @Field(() => Int)
  @IsInt()
  revision: number;
}
