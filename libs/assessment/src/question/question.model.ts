import { Field, Float, ID, InputType, Int, ObjectType, registerEnumType } from '@nestjs/graphql';
import { Connection, JsonScalar, TextInputModel, TextModel } from '@waymark/platform';
import { PersonCardModel } from '@waymark/identity';
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
import type { AssessmentKind } from '../assessment/assessment.js';
import { AssessmentKindEnum } from '../assessment/assessment-enums.model.js';
import type { Problem, QuestionStatus, QuestionType, QuestionUse } from './question.js';

export const QuestionTypeEnum = {
  single: 'single',
  multiple: 'multiple',
  truefalse: 'truefalse',
  short: 'short',
} as const;
export const QuestionUseEnum = { practice: 'practice', secure: 'secure' } as const;
export const QuestionStatusEnum = { draft: 'draft', published: 'published', retired: 'retired' } as const;
registerEnumType(QuestionTypeEnum, { name: 'QuestionType' });
registerEnumType(QuestionUseEnum, { name: 'QuestionUse' });
registerEnumType(QuestionStatusEnum, { name: 'QuestionStatus' });

export const CODE = /^[a-z0-9][a-z0-9-]{0,62}$/;
const LESSON_REF = /^[a-z0-9][a-z0-9-]{0,62}\/[a-z0-9][a-z0-9-]{0,62}$/;

@ObjectType('Problem', { description: 'What stops publishing' })
export class ProblemModel implements Problem {
  @Field()
  code: string;
  @Field(() => JsonScalar)
  params: Record<string, string | number>;
}

@ObjectType('QuestionBank')
export class QuestionBankModel {
  @Field(() => ID)
  id: string;
  @Field()
  code: string;
  @Field()
  title: string;
  @Field(() => TextModel)
  titles: TextModel;
  @Field(() => Int)
  questionCount: number;
  @Field(() => Int)
  publishedCount: number;
  @Field(() => Int)
  revision: number;
}

@ObjectType('Topic')
export class TopicModel {
  @Field()
  code: string;
  @Field()
  title: string;
  @Field(() => TextModel)
  titles: TextModel;
  @Field(() => Int)
  questionCount: number;
}

@ObjectType('QuestionRow')
export class QuestionRowModel {
  @Field(() => ID)
  id: string;
  @Field()
  code: string;
  @Field(() => ID)
  bankId: string;
  @Field()
  bankCode: string;
  @Field(() => QuestionTypeEnum)
  type: QuestionType;
  @Field(() => QuestionUseEnum)
  use: QuestionUse;
  @Field(() => QuestionStatusEnum)
  status: QuestionStatus;
  @Field()
  hasDraft: boolean;
  @Field()
  stem: string;
  @Field(() => [String])
  tags: string[];
  @Field(() => String, { nullable: true })
  competency: string | null;
  @Field(() => Int)
  difficulty: number;
  @Field(() => Int)
  points: number;
  @Field(() => Int)
  versionNumber: number;
  @Field(() => Int)
  usedIn: number;
  @Field(() => Int)
  answered: number;
  @Field(() => Float, { nullable: true })
  facility: number | null;
  @Field(() => Date, { nullable: true })
  lastAnsweredAt: Date | null;
  @Field()
  updatedAt: Date;
}

@ObjectType()
export class QuestionConnection extends Connection(QuestionRowModel, 'Question') {}

@ObjectType('QuestionChoice')
export class QuestionChoiceModel {
  @Field()
  key: string;
  @Field(() => TextModel)
  text: TextModel;
  @Field()
  correct: boolean;
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

@ObjectType('QuestionUsage')
export class QuestionUsageModel {
  @Field(() => ID)
  assessmentId: string;
  @Field()
  code: string;
  @Field()
  title: string;
  @Field(() => AssessmentKindEnum)
  kind: AssessmentKind;
}

@ObjectType('QuestionDetail', { description: 'For authors: the draft when there is one, else the published version' })
export class QuestionDetailModel {
  @Field(() => ID)
  id: string;
  @Field()
  code: string;
  @Field(() => ID)
  bankId: string;
  @Field(() => QuestionStatusEnum)
  status: QuestionStatus;
  @Field()
  hasDraft: boolean;
  @Field(() => Int)
  revision: number;
  @Field(() => Int)
  versionNumber: number;
  @Field(() => QuestionTypeEnum)
  type: QuestionType;
  @Field(() => QuestionUseEnum)
  use: QuestionUse;
  @Field(() => [String])
  tags: string[];
  @Field(() => String, { nullable: true })
  competency: string | null;
  @Field(() => Int)
  difficulty: number;
  @Field(() => Int)
  points: number;
  @Field(() => TextModel)
  stem: TextModel;
  @Field(() => [QuestionChoiceModel])
  choices: QuestionChoiceModel[];
  @Field(() => Boolean, { nullable: true })
  answerTrue: boolean | null;
  @Field(() => AcceptedAnswersModel)
  accepted: AcceptedAnswersModel;
  @Field(() => TextModel)
  explanation: TextModel;
  @Field(() => String, { nullable: true })
  lessonRef: string | null;
  @Field(() => [QuestionUsageModel])
  usage: QuestionUsageModel[];
  @Field(() => Int)
  answered: number;
  @Field(() => Float, { nullable: true })
  facility: number | null;
  @Field(() => [ProblemModel])
  problems: ProblemModel[];
  @Field()
  updatedAt: Date;
  @Field(() => PersonCardModel, { nullable: true })
  updatedBy: PersonCardModel | null;
}

@InputType('QuestionFilter')
export class QuestionFilterInput {
  @Field(() => ID, { nullable: true })
  @IsOptional()
  @IsUUID()
  bankId?: string | null;
  @Field(() => String, { nullable: true })
  @IsOptional()
  @Length(0, 200)
  text?: string | null;
  @Field(() => [String], { nullable: true })
  @IsOptional()
  @ArrayMaxSize(20)
  @Matches(CODE, { each: true })
  tags?: string[] | null;
  @Field(() => QuestionTypeEnum, { nullable: true })
  @IsOptional()
  @IsEnum(QuestionTypeEnum)
  type?: QuestionType | null;
  @Field(() => QuestionUseEnum, { nullable: true })
  @IsOptional()
  @IsEnum(QuestionUseEnum)
  use?: QuestionUse | null;
  @Field(() => QuestionStatusEnum, { nullable: true })
  @IsOptional()
  @IsEnum(QuestionStatusEnum)
  status?: QuestionStatus | null;
  @Field(() => Int, { nullable: true })
  @IsOptional()
  @IsInt()
  @Min(1)
  @Max(5)
  difficulty?: number | null;
  @Field(() => String, { nullable: true })
  @IsOptional()
  @Matches(CODE)
  competency?: string | null;
}

@InputType('ChoiceInput')
export class ChoiceInput {
  @Field()
  @Matches(/^[a-z0-9]{1,8}$/)
  key: string;
  @Field(() => TextInputModel)
  @ValidateNested()
  @Type(() => TextInputModel)
  text: TextInputModel;
  @Field()
  @IsBoolean()
  correct: boolean;
}

@InputType('AcceptedAnswersInput')
export class AcceptedAnswersInput {
  @Field(() => [String], { nullable: true })
  @IsOptional()
  @ArrayMaxSize(30)
  @IsString({ each: true })
  @Length(0, 200, { each: true })
  zhCN?: string[] | null;
  @Field(() => [String], { nullable: true })
  @IsOptional()
  @ArrayMaxSize(30)
  @IsString({ each: true })
  @Length(0, 200, { each: true })
  zhTW?: string[] | null;
  @Field(() => [String], { nullable: true })
  @IsOptional()
  @ArrayMaxSize(30)
  @IsString({ each: true })
  @Length(0, 200, { each: true })
  en?: string[] | null;
}

@InputType('QuestionInput')
export class QuestionInput {
  @Field(() => QuestionTypeEnum)
  @IsEnum(QuestionTypeEnum)
  type: QuestionType;
  @Field(() => QuestionUseEnum)
  @IsEnum(QuestionUseEnum)
  use: QuestionUse;
  @Field(() => [String])
  @ArrayMaxSize(10)
  @Matches(CODE, { each: true })
  tags: string[];
  @Field(() => String, { nullable: true })
  @IsOptional()
  @Matches(CODE)
  competency?: string | null;
  @Field(() => Int)
  @IsInt()
  @Min(1)
  @Max(5)
  difficulty: number;
  @Field(() => Int)
  @IsInt()
  @Min(1)
  @Max(100)
  points: number;
  @Field(() => TextInputModel)
  @ValidateNested()
  @Type(() => TextInputModel)
  stem: TextInputModel;
  @Field(() => [ChoiceInput], { nullable: true })
  @IsOptional()
  @ArrayMaxSize(20)
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
  @Field(() => TextInputModel, { nullable: true })
  @IsOptional()
  @ValidateNested()
  @Type(() => TextInputModel)
  explanation?: TextInputModel | null;
  @Field(() => String, { nullable: true })
  @IsOptional()
  @Matches(LESSON_REF)
  lessonRef?: string | null;
}
