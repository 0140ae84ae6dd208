import { Field, Float, InputType, Int, ObjectType } from '@nestjs/graphql';
import { IsInt, IsNumber, IsOptional, Max, Min } from 'class-validator';

@ObjectType('ReviewSettings')
export class ReviewSettingsModel {
  @Field(() => Float)
  desiredRetention: number;
  @Field(() => Int)
  dailyLimit: number;
  @Field(() => Int)
  newLimit: number;
  @Field(() => Int)
  reminderHour: number;
  @Field(() => Int)
  revision: number;
}

@InputType('ReviewSettingsInput')
export class ReviewSettingsInputModel {
  @Field(() => Int)
  @IsInt()
  revision: number;
  @Field(() => Float, { nullable: true })
  @IsOptional()
  @IsNumber()
  @Min(0.8)
  @Max(0.97)
  desiredRetention?: number | null;
  @Field(() => Int, { nullable: true })
  @IsOptional()
  @IsInt()
  @Min(5)
  @Max(500)
  dailyLimit?: number | null;
  @Field(() => Int, { nullable: true })
  @IsOptional()
  @IsInt()
  @Min(0)
  @Max(100)
  newLimit?: number | null;
  @Field(() => Int, { nullable: true })
  @IsOptional()
  @IsInt()
  @Min(0)
  @Max(23)
  reminderHour?: number | null;
}

@ObjectType('ReviewPreference')
export class ReviewPreferenceModel {
  @Field(() => Int, { nullable: true })
  reminderHour: number | null;
  @Field(() => Int)
  companyHour: number;
  @Field()
  reminders: boolean;
}
