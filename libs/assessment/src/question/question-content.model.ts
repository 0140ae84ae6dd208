import { Field, ID, InputType, Int, ObjectType, registerEnumType } from '@nestjs/graphql';
import { TextInputModel, TextModel } from '@waymark/platform';
import { Type } from 'class-transformer';
import {
  ArrayMaxSize,
  IsBoolean,
  IsEnum,
  IsInt,
  IsOptional,
  IsString,
  IsUUID,
  Length,
  Matches,
  Max,
  Min,
  ValidateNested,
} from 'class-validator';
import { MAX_NUMBER_LENGTH } from './decimal.js';
import { LIMITS, type GapKind, type MediaKind, type PartType, type QuestionType, type Scoring } from './question.js';

export const QuestionTypeEnum = {
  single: 'single',
  multiple: 'multiple',
  truefalse: 'truefalse',
  short: 'short',
  numeric: 'numeric',
  matching: 'matching',
  ordering: 'ordering',
  cloze: 'cloze',
  essay: 'essay',
  case: 'case',
} as const satisfies Record<QuestionType, QuestionType>;
export const QuestionScoringEnum = { all: 'all', partial: 'partial' } as const satisfies Record<Scoring, Scoring>;
export const GapKindEnum = { text: 'text', choice: 'choice', number: 'number' } as const satisfies Record<
  GapKind,
  GapKind
>;
export const MediaKindEnum = { image: 'image', audio: 'audio', video: 'video' } as const satisfies Record<
  MediaKind,
  MediaKind
>;
registerEnumType(QuestionTypeEnum, { name: 'QuestionType' });
registerEnumType(QuestionScoringEnum, {
  name: 'QuestionScoring',
  description: 'Whether an answer that is right in part earns a share of the points',
});
registerEnumType(GapKindEnum, { name: 'GapKind' });
registerEnumType(MediaKindEnum, { name: 'MediaKind' });

const KEY = /^[a-z0-9]{1,8}$/;
const GAP = /^\d{1,2}$/;
const PLACE = /^(part\.[a-z0-9]{1,8}\.)?(stem|choice\.[a-z0-9]{1,8})$/;

@ObjectType('QuestionChoice')
export class QuestionChoiceModel {
  @Field()
  key: string;
  @Field(() => TextModel)
  text: TextModel;
  @Field()
  correct: boolean;
  @Field(() => TextModel, { nullable: true, description: 'Shown beside the choice once it was checked' })
  feedback: TextModel | null;
}

@ObjectType('AcceptedAnswers')
export class AcceptedAnswersModel {
  @Field(() => [String])
  zhCN: string[];
  @Field(() => [String])
  zhTW: string[];
  @Field(() => [String])
  en: string[];
}

@ObjectType('NumberKey')
export class NumberKeyModel {
  @Field()
  value: string;
  @Field()
  tolerance: string;
  @Field({ description: 'The tolerance is a share of the value: 0.05 is five percent' })
  relative: boolean;
}

@ObjectType('QuestionPrompt')
export class QuestionPromptModel {
  @Field()
  key: string;
  @Field(() => TextModel)
  text: TextModel;
  @Field({ description: 'Key of the option that belongs to it' })
  option: string;
}

@ObjectType('QuestionOption')
export class QuestionOptionModel {
  @Field()
  key: string;
  @Field(() => TextModel)
  text: TextModel;
}

@ObjectType('QuestionGap', { description: 'A gap of a cloze; its key stands in the stem as {{1}}' })
export class QuestionGapModel {
  @Field()
  key: string;
  @Field(() => GapKindEnum)
  kind: GapKind;
  @Field(() => Int)
  weight: number;
  @Field(() => AcceptedAnswersModel)
  accepted: AcceptedAnswersModel;
  @Field()
  exactCase: boolean;
  @Field()
  wildcards: boolean;
  @Field(() => [QuestionChoiceModel])
  choices: QuestionChoiceModel[];
  @Field(() => NumberKeyModel, { nullable: true })
  number: NumberKeyModel | null;
  @Field()
  unit: string;
}

@ObjectType('EssayLimits')
export class EssayLimitsModel {
  @Field(() => Int)
  min: number;
  @Field(() => Int)
  max: number;
}

@ObjectType('RubricLevel')
export class RubricLevelModel {
  @Field()
  key: string;
  @Field(() => TextModel)
  title: TextModel;
  @Field(() => Int)
  points: number;
}

@ObjectType('RubricCriterion')
export class RubricCriterionModel {
  @Field()
  key: string;
  @Field(() => TextModel)
  title: TextModel;
  @Field(() => [RubricLevelModel])
  levels: RubricLevelModel[];
}

@ObjectType('QuestionMedia')
export class QuestionMediaModel {
  @Field({ description: 'stem, choice.<key>, or one of those behind part.<key>.' })
  place: string;
  @Field(() => ID)
  fileId: string;
  @Field(() => MediaKindEnum)
  kind: MediaKind;
  @Field(() => TextModel)
  alt: TextModel;
  @Field()
  url: string;
}

/** What belongs to the type of a question, with its key: for authors. */
@ObjectType({ isAbstract: true })
export abstract class QuestionContentModel {
  @Field(() => TextModel)
  stem: TextModel;
  @Field(() => [QuestionChoiceModel])
  choices: QuestionChoiceModel[];
  @Field(() => Boolean, { nullable: true })
  answerTrue: boolean | null;
  @Field(() => AcceptedAnswersModel)
  accepted: AcceptedAnswersModel;
  @Field()
  exactCase: boolean;
  @Field({ description: 'A * in an accepted answer stands for any text' })
  wildcards: boolean;
  @Field(() => QuestionScoringEnum)
  scoring: Scoring;
  @Field(() => NumberKeyModel, { nullable: true })
  number: NumberKeyModel | null;
  @Field()
  unit: string;
  @Field(() => [QuestionPromptModel])
  prompts: QuestionPromptModel[];
  @Field(() => [QuestionOptionModel])
  options: QuestionOptionModel[];
  @Field(() => [QuestionOptionModel], { description: 'Things to order, in the right order' })
  items: QuestionOptionModel[];
  @Field(() => [QuestionGapModel])
  gaps: QuestionGapModel[];
  @Field(() => EssayLimitsModel, { nullable: true })
  essay: EssayLimitsModel | null;
  @Field(() => [RubricCriterionModel])
  rubric: RubricCriterionModel[];
}

@ObjectType('QuestionPart', { description: 'A part of a case' })
export class QuestionPartModel extends QuestionContentModel {
  @Field()
  key: string;
  @Field(() => QuestionTypeEnum)
  type: PartType;
  @Field(() => Int)
  points: number;
}

@InputType('ChoiceInput')
export class ChoiceInput {
  @Field()
  @Matches(KEY)
  key: string;
  @Field(() => TextInputModel)
  @ValidateNested()
  @Type(() => TextInputModel)
  text: TextInputModel;
  @Field()
  @IsBoolean()
  correct: boolean;
  @Field(() => TextInputModel, { nullable: true })
  @IsOptional()
  @ValidateNested()
  @Type(() => TextInputModel)
  feedback?: TextInputModel | null;
}

@InputType('AcceptedAnswersInput')
export class AcceptedAnswersInput {
  @Field(() => [String], { nullable: true })
  @IsOptional()
  @ArrayMaxSize(LIMITS.accepted)
  @IsString({ each: true })
  @Length(0, 200, { each: true })
  zhCN?: string[] | null;
  @Field(() => [String], { nullable: true })
  @IsOptional()
  @ArrayMaxSize(LIMITS.accepted)
  @IsString({ each: true })
  @Length(0, 200, { each: true })
  zhTW?: string[] | null;
  @Field(() => [String], { nullable: true })
  @IsOptional()
  @ArrayMaxSize(LIMITS.accepted)
  @IsString({ each: true })
  @Length(0, 200, { each: true })
  en?: string[] | null;
}

@InputType('NumberKeyInput')
export class NumberKeyInput {
  @Field()
  @Length(0, MAX_NUMBER_LENGTH)
  value: string;
  @Field()
  @Length(0, MAX_NUMBER_LENGTH)
  tolerance: string;
  @Field()
  @IsBoolean()
  relative: boolean;
}

@InputType('QuestionOptionInput')
export class QuestionOptionInput {
  @Field()
  @Matches(KEY)
  key: string;
  @Field(() => TextInputModel)
  @ValidateNested()
  @Type(() => TextInputModel)
  text: TextInputModel;
}

@InputType('QuestionPromptInput')
export class QuestionPromptInput extends QuestionOptionInput {
  @Field({ description: 'Key of the option that belongs to it; empty while there is none' })
  @Matches(/^[a-z0-9]{0,8}$/)
  option: string;
}

@InputType('QuestionGapInput')
export class QuestionGapInput {
  @Field()
  @Matches(GAP)
  key: string;
  @Field(() => GapKindEnum)
  @IsEnum(GapKindEnum)
  kind: GapKind;
  @Field(() => Int)
  @IsInt()
  @Min(1)
  @Max(10)
  weight: number;
  @Field(() => AcceptedAnswersInput, { nullable: true })
  @IsOptional()
  @ValidateNested()
  @Type(() => AcceptedAnswersInput)
  accepted?: AcceptedAnswersInput | null;
  @Field(() => Boolean, { nullable: true })
  @IsOptional()
  @IsBoolean()
  exactCase?: boolean | null;
  @Field(() => Boolean, { nullable: true })
  @IsOptional()
  @IsBoolean()
  wildcards?: boolean | null;
  @Field(() => [ChoiceInput], { nullable: true })
  @IsOptional()
  @ArrayMaxSize(LIMITS.choices)
  @ValidateNested({ each: true })
  @Type(() => ChoiceInput)
  choices?: ChoiceInput[] | null;
  @Field(() => NumberKeyInput, { nullable: true })
  @IsOptional()
  @ValidateNested()
  @Type(() => NumberKeyInput)
  number?: NumberKeyInput | null;
  @Field(() => String, { nullable: true })
  @IsOptional()
  @Length(0, 20)
  unit?: string | null;
}

@InputType('EssayLimitsInput')
export class EssayLimitsInput {
  @Field(() => Int)
  @IsInt()
  @Min(0)
  @Max(LIMITS.essay)
  min: number;
  @Field(() => Int)
  @IsInt()
  @Min(1)
  @Max(LIMITS.essay)
  max: number;
}

@InputType('RubricLevelInput')
export class RubricLevelInput {
  @Field()
  @Matches(KEY)
  key: string;
  @Field(() => TextInputModel)
  @ValidateNested()
  @Type(() => TextInputModel)
  title: TextInputModel;
  @Field(() => Int)
  @IsInt()
  @Min(0)
  @Max(100)
  points: number;
}

@InputType('RubricCriterionInput')
export class RubricCriterionInput {
  @Field()
  @Matches(KEY)
  key: string;
  @Field(() => TextInputModel)
  @ValidateNested()
  @Type(() => TextInputModel)
  title: TextInputModel;
  @Field(() => [RubricLevelInput])
  @ArrayMaxSize(LIMITS.levels)
  @ValidateNested({ each: true })
  @Type(() => RubricLevelInput)
  levels: RubricLevelInput[];
}

@InputType('QuestionMediaInput')
export class QuestionMediaInput {
  @Field()
  @Matches(PLACE)
  place: string;
  @Field(() => ID)
  @IsUUID()
  fileId: string;
  @Field(() => MediaKindEnum)
  @IsEnum(MediaKindEnum)
  kind: MediaKind;
  @Field(() => TextInputModel, { nullable: true })
  @IsOptional()
  @ValidateNested()
  @Type(() => TextInputModel)
  alt?: TextInputModel | null;
}

@InputType({ isAbstract: true })
export abstract class QuestionContentInput {
  @Field(() => TextInputModel)
  @ValidateNested()
  @Type(() => TextInputModel)
  stem: TextInputModel;
  @Field(() => [ChoiceInput], { nullable: true })
  @IsOptional()
  @ArrayMaxSize(LIMITS.choices)
  @ValidateNested({ each: true })
  @Type(() => ChoiceInput)
  choices?: ChoiceInput[] | null;
  @Field(() => Boolean, { nullable: true })
  @IsOptional()
  @IsBoolean()
  answerTrue?: boolean | null;
  @Field(() => AcceptedAnswersInput, { nullable: true })
  @IsOptional()
  @ValidateNested()
  @Type(() => AcceptedAnswersInput)
  accepted?: AcceptedAnswersInput | null;
  @Field(() => Boolean, { nullable: true })
  @IsOptional()
  @IsBoolean()
  exactCase?: boolean | null;
  @Field(() => Boolean, { nullable: true })
  @IsOptional()
  @IsBoolean()
  wildcards?: boolean | null;
  @Field(() => QuestionScoringEnum, { nullable: true })
  @IsOptional()
  @IsEnum(QuestionScoringEnum)
  scoring?: Scoring | null;
  @Field(() => NumberKeyInput, { nullable: true })
  @IsOptional()
  @ValidateNested()
  @Type(() => NumberKeyInput)
  number?: NumberKeyInput | null;
  @Field(() => String, { nullable: true })
  @IsOptional()
  @Length(0, 20)
  unit?: string | null;
  @Field(() => [QuestionPromptInput], { nullable: true })
  @IsOptional()
  @ArrayMaxSize(LIMITS.pairs)
  @ValidateNested({ each: true })
  @Type(() => QuestionPromptInput)
  prompts?: QuestionPromptInput[] | null;
  @Field(() => [QuestionOptionInput], { nullable: true })
  @IsOptional()
  @ArrayMaxSize(LIMITS.options)
  @ValidateNested({ each: true })
  @Type(() => QuestionOptionInput)
  options?: QuestionOptionInput[] | null;
  @Field(() => [QuestionOptionInput], { nullable: true })
  @IsOptional()
  @ArrayMaxSize(LIMITS.items)
  @ValidateNested({ each: true })
  @Type(() => QuestionOptionInput)
  items?: QuestionOptionInput[] | null;
  @Field(() => [QuestionGapInput], { nullable: true })
  @IsOptional()
  @ArrayMaxSize(LIMITS.gaps)
  @ValidateNested({ each: true })
  @Type(() => QuestionGapInput)
  gaps?: QuestionGapInput[] | null;
  @Field(() => EssayLimitsInput, { nullable: true })
  @IsOptional()
  @ValidateNested()
  @Type(() => EssayLimitsInput)
  essay?: EssayLimitsInput | null;
  @Field(() => [RubricCriterionInput], { nullable: true })
  @IsOptional()
  @ArrayMaxSize(LIMITS.criteria)
  @ValidateNested({ each: true })
  @Type(() => RubricCriterionInput)
  rubric?: RubricCriterionInput[] | null;
}

@InputType('QuestionPartInput')
export class QuestionPartInput extends QuestionContentInput {
  @Field()
  @Matches(KEY)
  key: string;
  @Field(() => QuestionTypeEnum)
  @IsEnum(QuestionTypeEnum)
  type: QuestionType;
  @Field(() => Int)
  @IsInt()
  @Min(1)
  @Max(100)
  points: number;
}
