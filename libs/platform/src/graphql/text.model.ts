import { Field, InputType, ObjectType } from '@nestjs/graphql';
import type { Text } from '@waymark/kernel';
import { IsOptional, Length } from 'class-validator';

/** A text in all languages, for those who edit it; null where there is no translation. */
@ObjectType('Text')
export class TextModel {
  @Field(() => String, { nullable: true })
  zhCN: string | null;
  @Field(() => String, { nullable: true })
  zhTW: string | null;
  @Field(() => String, { nullable: true })
  en: string | null;
}

const MAX = 100_000;

@InputType('TextInput')
export class TextInputModel {
  @Field(() => String, { nullable: true })
  @IsOptional()
  @Length(0, MAX)
  zhCN?: string | null;
  @Field(() => String, { nullable: true })
  @IsOptional()
  @Length(0, MAX)
  zhTW?: string | null;
  @Field(() => String, { nullable: true })
  @IsOptional()
  @Length(0, MAX)
  en?: string | null;
}

export function fromText(text: Text | null | undefined): TextModel {
  return { zhCN: text?.['zh-CN'] ?? null, zhTW: text?.['zh-TW'] ?? null, en: text?.en ?? null };
}

/** Languages left out stay out, so that they keep the text they have. */
export function toText(input: TextInputModel | null | undefined): Text {
  const out: Text = {};
  if (typeof input?.zhCN === 'string') out['zh-CN'] = input.zhCN;
  if (typeof input?.zhTW === 'string') out['zh-TW'] = input.zhTW;
  if (typeof input?.en === 'string') out.en = input.en;
  return out;
}
