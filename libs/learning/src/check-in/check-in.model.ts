import { Field, ID, InputType, Int, ObjectType } from '@nestjs/graphql';
import { DateTimeScalar } from '@waymark/platform';
import { IsBoolean, IsInt, Length, Max, Min } from 'class-validator';

@ObjectType('CheckIn')
export class CheckInModel {
  @Field(() => Int, { description: 'Week of the path, from 1' })
  week: number;
  @Field(() => DateTimeScalar)
  at: Date;
  @Field(() => Int, { nullable: true, description: '1 (hard) to 5 (great); for the learner and the mentor only' })
  mood: number | null;
  @Field(() => Boolean, { nullable: true })
  wantsHelp: boolean | null;
  @Field(() => String, { nullable: true })
  wentWell: string | null;
  @Field(() => String, { nullable: true })
  blockedBy: string | null;
}

@ObjectType('CheckIns', { description: 'The weekly check-ins of an enrolment and how regular they are' })
export class CheckInsModel {
  @Field(() => ID)
  enrolmentId: string;
  @Field({ description: 'False: this map has no mentor and asks for none' })
  asked: boolean;
  @Field(() => Int, { description: 'The present week of the path' })
  week: number;
  @Field(() => Int)
  done: number;
  @Field(() => Int)
  of: number;
  @Field(() => Int, { nullable: true })
  percent: number | null;
  @Field(() => Int, { description: 'Percent aimed at' })
  target: number;
  @Field(() => [CheckInModel], { description: 'Newest first' })
  list: CheckInModel[];
}

@InputType('CheckInInput')
export class CheckInInput {
  @Field(() => Int)
  @IsInt()
  @Min(1)
  @Max(5)
  mood: number;
  @Field()
  @Length(0, 1000)
  wentWell: string;
  @Field()
  @Length(0, 1000)
  blockedBy: string;
  @Field()
  @IsBoolean()
  wantsHelp: boolean;
}
