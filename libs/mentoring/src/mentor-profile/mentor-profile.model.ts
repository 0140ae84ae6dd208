import { Field, ID, InputType, Int, ObjectType } from '@nestjs/graphql';
import { LocalDayScalar } from '@waymark/platform';
import { Type } from 'class-transformer';
import {
  ArrayMaxSize,
  IsBoolean,
  IsIn,
  IsInt,
  IsOptional,
  IsUUID,
  Length,
  Max,
  Min,
  ValidateNested,
} from 'class-validator';

@ObjectType('MentorSlot')
export class MentorSlotModel {
  @Field(() => Int, { description: '1 Monday to 7 Sunday' })
  weekday: number;
  @Field(() => Int, { description: 'minutes after midnight' })
  from: number;
  @Field(() => Int)
  to: number;
}

@ObjectType('MentorProfile')
export class MentorProfileModel {
  @Field(() => ID)
  id: string;
  @Field(() => [String])
  skills: string[];
  @Field(() => [String])
  languages: string[];
  @Field(() => Int)
  capacity: number;
  @Field(() => Int, { description: 'open ones' })
  pairings: number;
  @Field(() => [MentorSlotModel])
  availability: MentorSlotModel[];
  @Field()
  about: string;
  @Field()
  eligibility: string;
  @Field()
  active: boolean;
  @Field(() => ID, { nullable: true, description: 'a region; null: that of the position' })
  siteId: string | null;
  @Field(() => Int)
  revision: number;
}

@ObjectType('MentorAbsence')
export class MentorAbsenceModel {
  @Field(() => ID)
  id: string;
  @Field(() => LocalDayScalar)
  fromDay: string;
  @Field(() => LocalDayScalar)
  toDay: string;
  substituteId: string | null;
}

@ObjectType('MentorSite')
export class MentorSiteModel {
  @Field(() => ID)
  id: string;
  @Field()
  name: string;
}

@InputType('MentorSlotInput')
export class MentorSlotInputModel {
  @Field(() => Int)
  @IsInt()
  @Min(1)
  @Max(7)
  weekday: number;
  @Field(() => Int)
  @IsInt()
  @Min(0)
  @Max(1439)
  from: number;
  @Field(() => Int)
  @IsInt()
  @Min(1)
  @Max(1440)
  to: number;
}

@InputType('MentorProfileInput')
export class MentorProfileInputModel {
  @Field(() => ID)
  @IsUUID()
  personId: string;
  @Field(() => Int, { nullable: true })
  @IsOptional()
  @IsInt()
  revision?: number | null;
  @Field(() => [String], { nullable: true })
  @IsOptional()
  @ArrayMaxSize(30)
  @Length(1, 63, { each: true })
  skills?: string[] | null;
  @Field(() => [String], { nullable: true })
  @IsOptional()
  @ArrayMaxSize(10)
  @Length(2, 20, { each: true })
  languages?: string[] | null;
  @Field(() => Int, { nullable: true })
  @IsOptional()
  @IsInt()
  @Min(0)
  @Max(20)
  capacity?: number | null;
  @Field(() => [MentorSlotInputModel], { nullable: true })
  @IsOptional()
  @ArrayMaxSize(30)
  @ValidateNested({ each: true })
  @Type(() => MentorSlotInputModel)
  availability?: MentorSlotInputModel[] | null;
  @Field(() => String, { nullable: true })
  @IsOptional()
  @Length(0, 2_000)
  about?: string | null;
  @Field(() => String, { nullable: true })
  @IsOptional()
  @IsIn(['performance', 'l-and-d'])
  eligibility?: 'performance' | 'l-and-d' | null;
  @Field(() => ID, { nullable: true })
  @IsOptional()
  @IsUUID()
  siteId?: string | null;
  @Field(() => Boolean, { nullable: true })
  @IsOptional()
  @IsBoolean()
  active?: boolean | null;
}
