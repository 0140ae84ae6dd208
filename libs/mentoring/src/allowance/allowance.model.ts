import { Field, Float, InputType, Int, ObjectType } from '@nestjs/graphql';
import { IsNumber, Matches, Max, Min } from 'class-validator';

@ObjectType('AllowanceRow')
export class AllowanceRowModel {
  @Field()
  month: string;
  @Field(() => Int, { description: 'held' })
  meetings: number;
  @Field(() => Int)
  minutes: number;
  @Field(() => Int)
  mentees: number;
  @Field(() => Int, { description: 'sign-offs decided' })
  decisions: number;
  @Field(() => Float, { nullable: true, description: 'by the rate of the month; null before the first rate' })
  amount: number | null;
  @Field(() => String, { nullable: true })
  currency: string | null;
  mentorId: string;
}

@ObjectType('AllowanceRate')
export class AllowanceRateModel {
  @Field({ description: 'YYYY-MM' })
  fromMonth: string;
  @Field(() => Float, { description: 'for each meeting held' })
  perMeeting: number;
  @Field({ description: 'three letters' })
  currency: string;
}

@InputType('AllowanceRateInput')
export class AllowanceRateInputModel {
  @Field()
  @Matches(/^\d{4}-(0[1-9]|1[0-2])$/)
  fromMonth: string;
  @Field(() => Float)
  @IsNumber({ maxDecimalPlaces: 2 })
  @Min(0)
  @Max(999_999)
  perMeeting: number;
  @Field()
  @Matches(/^[A-Z]{3}$/)
  currency: string;
}
