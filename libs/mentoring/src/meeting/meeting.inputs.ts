import { Field, ID, InputType, Int } from '@nestjs/graphql';
import { DateTimeScalar, LocalDayScalar } from '@waymark/platform';
import { Type } from 'class-transformer';
import {
  ArrayMaxSize,
  IsDate,
  IsIn,
  IsInt,
  IsOptional,
  IsString,
  IsUUID,
  Length,
  Max,
  Min,
  ValidateNested,
} from 'class-validator';

@InputType('ActionItemInput')
export class ActionItemInputModel {
  @Field()
  @Length(1, 500)
  text: string;
  @Field({ description: 'mentor learner' })
  @IsIn(['mentor', 'learner'])
  owner: 'mentor' | 'learner';
  @Field(() => LocalDayScalar, { nullable: true })
  @IsOptional()
  @IsString()
  dueOn?: string | null;
}

@InputType('LogMeetingInput')
export class LogMeetingInputModel {
  @Field(() => ID, { description: 'made by the client; sent again it logs once' })
  @IsUUID()
  id: string;
  @Field(() => ID)
  @IsUUID()
  pairingId: string;
  @Field(() => LocalDayScalar)
  @IsString()
  day: string;
  @Field({ description: 'held missed' })
  @IsIn(['held', 'missed'])
  state: 'held' | 'missed';
  @Field(() => Int, { nullable: true })
  @IsOptional()
  @IsInt()
  @Min(5)
  @Max(480)
  minutes?: number | null;
  @Field(() => String, { nullable: true })
  @IsOptional()
  @Length(0, 10_000)
  notes?: string | null;
  @Field(() => String, { nullable: true })
  @IsOptional()
  @Length(0, 10_000)
  privateNote?: string | null;
  @Field(() => [ActionItemInputModel], { nullable: true })
  @IsOptional()
  @ArrayMaxSize(20)
  @ValidateNested({ each: true })
  @Type(() => ActionItemInputModel)
  actions?: ActionItemInputModel[] | null;
  @Field(() => [ID], { nullable: true, description: 'agenda items that were talked about' })
  @IsOptional()
  @ArrayMaxSize(30)
  @IsUUID(undefined, { each: true })
  agenda?: string[] | null;
  @Field(() => DateTimeScalar, { nullable: true })
  @IsOptional()
  @IsDate()
  nextAt?: Date | null;
}
