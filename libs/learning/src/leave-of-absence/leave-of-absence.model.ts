import { Field, ID, InputType, ObjectType } from '@nestjs/graphql';
import { DateTimeScalar, LocalDayScalar } from '@waymark/platform';
import { IsOptional, IsUUID, Length, Matches } from 'class-validator';

const DAY = /^\d{4}-\d{2}-\d{2}$/;

@ObjectType('LeaveOfAbsence')
export class LeaveOfAbsenceModel {
  @Field(() => ID)
  id: string;
  @Field(() => LocalDayScalar)
  fromDay: string;
  @Field(() => LocalDayScalar, { description: 'The last day away' })
  toDay: string;
  @Field({ description: 'For the person and L&D; empty for others' })
  note: string;
  @Field(() => DateTimeScalar)
  createdAt: Date;
  createdBy: string | null;
}

@InputType('LeaveOfAbsenceInput')
export class LeaveOfAbsenceInput {
  @Field(() => ID)
  @IsUUID()
  personId: string;
  @Field(() => LocalDayScalar)
  @Matches(DAY)
  fromDay: string;
  @Field(() => LocalDayScalar)
  @Matches(DAY)
  toDay: string;
  @Field(() => String, { nullable: true })
  @IsOptional()
  @Length(0, 500)
  note?: string | null;
}
