import { ArgsType, Field, ID, InputType, Int } from '@nestjs/graphql';
import { DateTimeScalar } from '@waymark/platform';
import { Type } from 'class-transformer';
import {
  ArrayMaxSize,
  ArrayMinSize,
  IsDate,
  IsInt,
  IsOptional,
  IsUUID,
  Max,
  Min,
  ValidateNested,
} from 'class-validator';

@InputType('ReviewEventInput')
export class ReviewEventInputModel {
  @Field(() => ID)
  @IsUUID()
  id: string;
  @Field(() => ID)
  @IsUUID()
  cardId: string;
  @Field(() => Int)
  @IsInt()
  @Min(1)
  @Max(4)
  grade: number;
  @Field(() => DateTimeScalar)
  @IsDate()
  reviewedAt: Date;
  @Field(() => Int, { nullable: true })
  @IsOptional()
  @IsInt()
  @Min(0)
  @Max(600_000)
  durationMs?: number | null;
  @Field(() => ID, { nullable: true })
  @IsOptional()
  @IsUUID()
  sessionId?: string | null;
}

@ArgsType()
export class SubmitReviewsArgs {
  @Field(() => [ReviewEventInputModel])
  @ArrayMinSize(1)
  @ArrayMaxSize(200)
  @ValidateNested({ each: true })
  @Type(() => ReviewEventInputModel)
  events: ReviewEventInputModel[];
}
