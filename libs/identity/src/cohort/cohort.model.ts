import { Field, ID, InputType, Int, ObjectType } from '@nestjs/graphql';
import { pickText, type Locale } from '@waymark/kernel';
import { fromText, LocalDayScalar, TextInputModel, TextModel } from '@waymark/platform';
import { Type } from 'class-transformer';
import { IsOptional, IsUUID, Matches, ValidateNested } from 'class-validator';
import type { CohortRecord } from './cohort.service.js';

@ObjectType('Cohort', { description: 'A named intake' })
export class CohortModel {
  @Field(() => ID)
  id: string;
  @Field()
  code: string;
  @Field()
  name: string;
  @Field(() => TextModel)
  names: TextModel;
  @Field(() => LocalDayScalar, { nullable: true })
  startDay: string | null;
  @Field(() => LocalDayScalar, { nullable: true })
  endDay: string | null;
  @Field(() => Int)
  memberCount: number;
}

@InputType('CohortInput')
export class CohortInputModel {
  @Field(() => ID, { nullable: true })
  @IsOptional()
  @IsUUID()
  id?: string | null;
  @Field(() => String, { nullable: true })
  @IsOptional()
  @Matches(/^[a-z0-9][a-z0-9-]{0,62}$/)
  code?: string | null;
  @Field(() => TextInputModel)
  @ValidateNested()
  @Type(() => TextInputModel)
  name: TextInputModel;
  @Field(() => LocalDayScalar, { nullable: true })
  @IsOptional()
  @Matches(/^\d{4}-\d{2}-\d{2}$/)
  startDay?: string | null;
  @Field(() => LocalDayScalar, { nullable: true })
  @IsOptional()
  @Matches(/^\d{4}-\d{2}-\d{2}$/)
  endDay?: string | null;
}

export function toCohortModel(cohort: CohortRecord, locale: Locale): CohortModel {
  return { ...cohort, name: pickText(cohort.name, locale), names: fromText(cohort.name) };
}
