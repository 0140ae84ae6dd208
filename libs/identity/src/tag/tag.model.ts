import { Field, ID, InputType, ObjectType } from '@nestjs/graphql';
import { pickText, type Locale } from '@waymark/kernel';
import { fromText, TextInputModel, TextModel } from '@waymark/platform';
import { Type } from 'class-transformer';
import { IsOptional, IsUUID, Matches, ValidateNested } from 'class-validator';
import type { TagRecord } from './tag.service.js';

@ObjectType('Tag')
export class TagModel {
  @Field(() => ID)
  id: string;
  @Field()
  code: string;
  @Field()
  name: string;
  @Field(() => TextModel)
  names: TextModel;
}

@InputType('TagInput')
export class TagInputModel {
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

export function toTagModel(tag: TagRecord, locale: Locale): TagModel {
  return { ...tag, name: pickText(tag.name, locale), names: fromText(tag.name) };
}
