import { Field, ID, InputType, Int, ObjectType } from '@nestjs/graphql';
import { pickText, type Locale } from '@waymark/kernel';
import { fromText, LocalDayScalar, TextInputModel, TextModel } from '@waymark/platform';
import { Type } from 'class-transformer';
import {
  ArrayMaxSize,
  IsArray,
  IsBoolean,
  IsInt,
  IsOptional,
  IsUUID,
  Matches,
  Max,
  Min,
  ValidateNested,
} from 'class-validator';
import type { AudienceRule } from './audience-rule.js';
import type { AudienceRecord } from './audience.service.js';

const DAY = /^\d{4}-\d{2}-\d{2}$/;
const MAX_IDS = 2_000;

@InputType('AudienceRuleInput', {
  description:
    'All given conditions hold; values inside one are alternatives; named people come on top, excluded ones are taken off',
})
export class AudienceRuleInputModel {
  @Field(() => Boolean, { nullable: true })
  @IsOptional()
  @IsBoolean()
  everyone?: boolean | null;
  @Field(() => [ID], { nullable: true })
  @IsOptional()
  @IsArray()
  @ArrayMaxSize(MAX_IDS)
  @IsUUID('all', { each: true })
  orgUnitIds?: string[] | null;
  @Field(() => [ID], { nullable: true })
  @IsOptional()
  @IsArray()
  @ArrayMaxSize(MAX_IDS)
  @IsUUID('all', { each: true })
  jobRoleIds?: string[] | null;
  @Field(() => [ID], { nullable: true })
  @IsOptional()
  @IsArray()
  @ArrayMaxSize(MAX_IDS)
  @IsUUID('all', { each: true })
  tagIds?: string[] | null;
  @Field(() => [ID], { nullable: true })
  @IsOptional()
  @IsArray()
  @ArrayMaxSize(MAX_IDS)
  @IsUUID('all', { each: true })
  cohortIds?: string[] | null;
  @Field(() => LocalDayScalar, { nullable: true })
  @IsOptional()
  @Matches(DAY)
  hiredFrom?: string | null;
  @Field(() => LocalDayScalar, { nullable: true })
  @IsOptional()
  @Matches(DAY)
  hiredTo?: string | null;
  @Field(() => Int, { nullable: true })
  @IsOptional()
  @IsInt()
  @Min(1)
  @Max(36_500)
  hiredWithinDays?: number | null;
  @Field(() => [ID], { nullable: true })
  @IsOptional()
  @IsArray()
  @ArrayMaxSize(MAX_IDS)
  @IsUUID('all', { each: true })
  personIds?: string[] | null;
  @Field(() => [ID], { nullable: true })
  @IsOptional()
  @IsArray()
  @ArrayMaxSize(MAX_IDS)
  @IsUUID('all', { each: true })
  excludedPersonIds?: string[] | null;
}

@InputType('AudienceInput')
export class AudienceInputModel {
  @Field(() => ID, { nullable: true })
  @IsOptional()
  @IsUUID()
  id?: string | null;
  @Field(() => Int, { nullable: true })
  @IsOptional()
  @IsInt()
  revision?: number | null;
  @Field(() => String, { nullable: true })
  @IsOptional()
  @Matches(/^[a-z0-9][a-z0-9-]{0,62}$/)
  code?: string | null;
  @Field(() => TextInputModel)
  @ValidateNested()
  @Type(() => TextInputModel)
  name: TextInputModel;
  @Field(() => AudienceRuleInputModel)
  @ValidateNested()
  @Type(() => AudienceRuleInputModel)
  rule: AudienceRuleInputModel;
  @Field(() => Boolean, { nullable: true })
  @IsOptional()
  @IsBoolean()
  archived?: boolean | null;
}

@ObjectType('AudienceRule')
export class AudienceRuleModel {
  @Field()
  everyone: boolean;
  @Field(() => LocalDayScalar, { nullable: true })
  hiredFrom: string | null;
  @Field(() => LocalDayScalar, { nullable: true })
  hiredTo: string | null;
  @Field(() => Int, { nullable: true })
  hiredWithinDays: number | null;
  rule: AudienceRule;
}

@ObjectType('Audience')
export class AudienceModel {
  @Field(() => ID)
  id: string;
  @Field()
  code: string;
  @Field()
  name: string;
  @Field(() => TextModel)
  names: TextModel;
  @Field(() => AudienceRuleModel)
  rule: AudienceRuleModel;
  @Field(() => Int)
  revision: number;
  @Field()
  archived: boolean;
}

export function toAudienceRule(input: AudienceRuleInputModel): AudienceRule {
  return Object.fromEntries(Object.entries(input).filter(([, value]) => value !== null && value !== undefined));
}

export function toAudienceModel(audience: AudienceRecord, locale: Locale): AudienceModel {
  const { rule } = audience;
  return {
    id: audience.id,
    code: audience.code,
    name: pickText(audience.name, locale),
    names: fromText(audience.name),
    rule: {
      everyone: rule.everyone ?? false,
      hiredFrom: rule.hiredFrom ?? null,
      hiredTo: rule.hiredTo ?? null,
      hiredWithinDays: rule.hiredWithinDays ?? null,
      rule,
    },
    revision: audience.revision,
    archived: audience.archived,
  };
}

@ObjectType('AudiencePreview')
export class AudiencePreviewModel {
  @Field(() => Int)
  count: number;
  sampleIds: string[];
}
