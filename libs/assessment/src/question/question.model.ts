import { Field, Float, ID, InputType, Int, ObjectType, registerEnumType } from '@nestjs/graphql';
import { Connection, JsonScalar, TextInputModel, TextModel } from '@waymark/platform';
import { PersonCardModel } from '@waymark/identity';
import { Type } from 'class-transformer';
import {
  ArrayMaxSize,
  IsEnum,
  IsInt,
  IsOptional,
  IsUUID,
  Length,
  Matches,
  Max,
  Min,
  ValidateNested,
} from 'class-validator';
import type { AssessmentKind } from '../assessment/assessment.js';
import { AssessmentKindEnum } from '../assessment/assessment-enums.model.js';
import type { Problem } from './question-draft.js';
import {
  QuestionContentInput,
  QuestionContentModel,
  QuestionMediaInput,
  QuestionMediaModel,
  QuestionPartInput,
  QuestionPartModel,
  QuestionTypeEnum,
} from './question-content.model.js';
import { LIMITS, type QuestionStatus, type QuestionType, type QuestionUse } from './question.js';

export { QuestionTypeEnum } from './question-content.model.js';
export const QuestionUseEnum = { practice: 'practice', secure: 'secure' } as const;
export const QuestionStatusEnum = { draft: 'draft', published: 'published', retired: 'retired' } as const;
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

@ObjectType('SimilarQuestion', { description: 'A question that asks much the same as the one being written' })
export class SimilarQuestionModel {
  @Field(() => ID)
  id: string;
  @Field()
  code: string;
  @Field()
  stem: string;
  @Field({ description: 'The same words, but for width, case, punctuation and spacing' })
  same: boolean;
  @Field(() => Float, { description: 'Share of common runs of characters, 0 to 1' })
  likeness: number;
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
export class QuestionDetailModel extends QuestionContentModel {
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
  @Field(() => [QuestionPartModel])
  parts: QuestionPartModel[];
  @Field(() => [QuestionMediaModel])
  media: QuestionMediaModel[];
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

@InputType('QuestionInput')
export class QuestionInput extends QuestionContentInput {
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
  @Field(() => [QuestionPartInput], { nullable: true })
  @IsOptional()
  @ArrayMaxSize(LIMITS.parts)
  @ValidateNested({ each: true })
  @Type(() => QuestionPartInput)
  parts?: QuestionPartInput[] | null;
  @Field(() => [QuestionMediaInput], { nullable: true })
  @IsOptional()
  @ArrayMaxSize(LIMITS.media)
  @ValidateNested({ each: true })
  @Type(() => QuestionMediaInput)
  media?: QuestionMediaInput[] | null;
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
