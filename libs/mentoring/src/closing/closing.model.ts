import { Field, Float, ID, InputType, Int, ObjectType } from '@nestjs/graphql';
import { IsInt, IsOptional, Length, Max, Min } from 'class-validator';

@ObjectType('PairingSummary')
export class PairingSummaryModel {
  @Field(() => Int, { description: '1 to 5: how far the goal was reached' })
  goal: number;
  @Field()
  reached: string;
  @Field()
  next: string;
  @Field(() => Date)
  submittedAt: Date;
  authorId: string;
}

@ObjectType('PairingFeedback', { description: 'for L&D alone' })
export class PairingFeedbackModel {
  @Field(() => Int, { description: '1 to 5' })
  prepared: number;
  @Field(() => Int, { description: '1 to 5' })
  useful: number;
  @Field()
  comment: string;
  @Field(() => Date)
  submittedAt: Date;
  authorId: string;
  aboutId: string;
}

@ObjectType('MentorFeedbackMean')
export class MentorFeedbackMeanModel {
  @Field(() => Int)
  answers: number;
  @Field(() => Float, { nullable: true, description: 'null with fewer than three answers' })
  prepared: number | null;
  @Field(() => Float, { nullable: true })
  useful: number | null;
  mentorId: string;
}

@ObjectType('MentorThanks')
export class MentorThanksModel {
  @Field(() => ID)
  id: string;
  @Field()
  text: string;
  @Field(() => Date)
  createdAt: Date;
  learnerId: string;
}

@InputType('PairingSummaryInput')
export class PairingSummaryInputModel {
  @Field(() => Int)
  @IsInt()
  @Min(1)
  @Max(5)
  goal: number;
  @Field()
  @Length(1, 4_000)
  reached: string;
  @Field(() => String, { nullable: true })
  @IsOptional()
  @Length(0, 4_000)
  next?: string | null;
}

@InputType('PairingFeedbackInput')
export class PairingFeedbackInputModel {
  @Field(() => Int)
  @IsInt()
  @Min(1)
  @Max(5)
  prepared: number;
  @Field(() => Int)
  @IsInt()
  @Min(1)
  @Max(5)
  useful: number;
  @Field(() => String, { nullable: true })
  @IsOptional()
  @Length(0, 4_000)
  comment?: string | null;
}
