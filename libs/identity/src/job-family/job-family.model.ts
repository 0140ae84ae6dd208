import { Field, ID, InputType, ObjectType } from '@nestjs/graphql';
import { pickText, type Locale } from '@waymark/kernel';
import { fromText, TextInputModel, TextModel } from '@waymark/platform';
import { Type } from 'class-transformer';
import { IsOptional, IsUUID, Matches, ValidateNested } from 'class-validator';
import type { JobFamilyRecord } from './job-families.service.js';

@ObjectType('JobFamily')
export class JobFamilyModel {
  @Field(() => ID)
  id: string;
  @Field()
  code: string;
  @Field()
  name: string;
  @Field(() => TextModel)
  names: TextModel;
}

@InputType('JobFamilyInput')
export class JobFamilyInputModel {
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
}

export function toJobFamily(f: JobFamilyRecord, locale: Locale): JobFamilyModel {
  return { id: f.id, code: f.code, name: pickText(f.name, locale), names: fromText(f.name) };
}
