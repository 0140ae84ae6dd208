import { Field, Float, ID, InputType, Int, ObjectType } from '@nestjs/graphql';
import { Connection, LocalDayScalar, TextInputModel, TextModel } from '@waymark/platform';
import { PersonCardModel } from '@waymark/identity';
import { Type } from 'class-transformer';
import {
  ArrayMaxSize,
  IsBoolean,
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
import { CODE, ProblemModel, QuestionStatusEnum, QuestionUseEnum } from '../question/question.model.js';
import { QuestionTypeEnum } from '../question/question-content.model.js';
import type { QuestionStatus, QuestionType, QuestionUse } from '../question/question.js';
import { AssessmentKindEnum, AssessmentStatusEnum, FeedbackPolicyEnum } from './assessment-enums.model.js';
import type { AssessmentKind, AssessmentStatus, FeedbackPolicy } from './assessment.js';

@ObjectType('AssessmentRow')
export class AssessmentRowModel {
  @Field(() => ID)
  id: string;
  @Field()
  code: string;
  @Field(() => AssessmentKindEnum)
  kind: AssessmentKind;
  @Field(() => AssessmentStatusEnum)
  status: AssessmentStatus;
  @Field()
  hasDraft: boolean;
  @Field()
  title: string;
  @Field(() => Int)
  itemCount: number;
  @Field(() => Int)
  passMark: number;
  @Field(() => Int, { nullable: true })
  durationSeconds: number | null;
  @Field(() => Int)
  versionNumber: number;
  @Field(() => Int)
  attempts: number;
  @Field(() => Int)
  pendingCount: number;
  @Field(() => Float, { nullable: true })
  passRate: number | null;
  @Field()
  updatedAt: Date;
}

@ObjectType()
export class AssessmentConnection extends Connection(AssessmentRowModel, 'Assessment') {}

@ObjectType('DrawRule')
export class DrawRuleModel {
  @Field(() => Int)
  count: number;
  @Field(() => [ID])
  bankIds: string[];
  @Field(() => [String])
  tags: string[];
  @Field(() => [QuestionTypeEnum])
  types: QuestionType[];
  @Field(() => Int)
  difficultyFrom: number;
  @Field(() => Int)
  difficultyTo: number;
  @Field(() => QuestionUseEnum, { nullable: true })
  use: QuestionUse | null;
  @Field(() => Int, { nullable: true })
  points: number | null;
}

@ObjectType('FixedQuestion')
export class FixedQuestionModel {
  @Field(() => ID)
  questionId: string;
  @Field()
  code: string;
  @Field()
  stem: string;
  @Field(() => QuestionTypeEnum)
  type: QuestionType;
  @Field(() => QuestionStatusEnum)
  status: QuestionStatus;
  @Field(() => Int)
  points: number;
  @Field({ description: 'A newer version than the published quiz or exam uses' })
  outdated: boolean;
}

@ObjectType('DrawCheck')
export class DrawCheckModel {
  @Field(() => Int)
  need: number;
  @Field(() => Int, { description: 'Questions that fit the rule' })
  matches: number;
  @Field(() => Int, { description: 'How many the rule can get beside the others' })
  fills: number;
}

@ObjectType('BlueprintCheck')
export class BlueprintCheckModel {
  @Field()
  sufficient: boolean;
  @Field(() => Int)
  need: number;
  @Field(() => Int)
  fills: number;
  @Field(() => [DrawCheckModel])
  rules: DrawCheckModel[];
}

@ObjectType('AssessmentDetail', { description: 'For staff: the draft when there is one, else the published version' })
export class AssessmentDetailModel {
  @Field(() => ID)
  id: string;
  @Field()
  code: string;
  @Field(() => AssessmentKindEnum)
  kind: AssessmentKind;
  @Field(() => AssessmentStatusEnum)
  status: AssessmentStatus;
  @Field()
  hasDraft: boolean;
  @Field(() => Int)
  revision: number;
  @Field(() => Int)
  versionNumber: number;
  @Field(() => TextModel)
  title: TextModel;
  @Field(() => TextModel)
  description: TextModel;
  @Field(() => TextModel)
  instructions: TextModel;
  @Field(() => Int)
  passMark: number;
  @Field(() => Int, { nullable: true })
  durationSeconds: number | null;
  @Field(() => Int, { nullable: true })
  retakes: number | null;
  @Field(() => Int)
  retakeDays: number;
  @Field(() => FeedbackPolicyEnum)
  feedback: FeedbackPolicy;
  @Field()
  shuffleQuestions: boolean;
  @Field()
  shuffleChoices: boolean;
  @Field()
  gradeShortAnswers: boolean;
  @Field(() => [FixedQuestionModel])
  fixed: FixedQuestionModel[];
  @Field(() => [DrawRuleModel])
  draws: DrawRuleModel[];
  @Field(() => Int)
  itemCount: number;
  @Field(() => [ProblemModel])
  problems: ProblemModel[];
  @Field(() => BlueprintCheckModel)
  check: BlueprintCheckModel;
  @Field()
  updatedAt: Date;
  @Field(() => PersonCardModel, { nullable: true })
  updatedBy: PersonCardModel | null;
}

@InputType('AssessmentFilter')
export class AssessmentFilterInput {
  @Field(() => AssessmentKindEnum, { nullable: true })
  @IsOptional()
  @IsEnum(AssessmentKindEnum)
  kind?: AssessmentKind | null;
  @Field(() => AssessmentStatusEnum, { nullable: true })
  @IsOptional()
  @IsEnum(AssessmentStatusEnum)
  status?: AssessmentStatus | null;
  @Field(() => String, { nullable: true })
  @IsOptional()
  @Length(0, 200)
  text?: string | null;
  @Field(() => Boolean, { nullable: true, description: 'Also the quizzes that belong to courses' })
  @IsOptional()
  @IsBoolean()
  checkpoints?: boolean | null;
}

@InputType('DrawRuleInput')
export class DrawRuleInput {
  @Field(() => Int)
  @IsInt()
  @Min(1)
  @Max(200)
  count: number;
  @Field(() => [ID], { nullable: true })
  @IsOptional()
  @ArrayMaxSize(50)
  @IsUUID(undefined, { each: true })
  bankIds?: string[] | null;
  @Field(() => [String], { nullable: true })
  @IsOptional()
  @ArrayMaxSize(20)
  @Matches(CODE, { each: true })
  tags?: string[] | null;
  @Field(() => [QuestionTypeEnum], { nullable: true })
  @IsOptional()
  @ArrayMaxSize(10)
  @IsEnum(QuestionTypeEnum, { each: true })
  types?: QuestionType[] | null;
  @Field(() => Int, { nullable: true })
  @IsOptional()
  @IsInt()
  @Min(1)
  @Max(5)
  difficultyFrom?: number | null;
  @Field(() => Int, { nullable: true })
  @IsOptional()
  @IsInt()
  @Min(1)
  @Max(5)
  difficultyTo?: number | null;
  @Field(() => QuestionUseEnum, { nullable: true })
  @IsOptional()
  @IsEnum(QuestionUseEnum)
  use?: QuestionUse | null;
  @Field(() => Int, { nullable: true })
  @IsOptional()
  @IsInt()
  @Min(1)
  @Max(100)
  points?: number | null;
}

@InputType('FixedQuestionInput')
export class FixedQuestionInput {
  @Field(() => ID)
  @IsUUID()
  questionId: string;
  @Field(() => Int, { nullable: true })
  @IsOptional()
  @IsInt()
  @Min(1)
  @Max(100)
  points?: number | null;
}

@InputType('AssessmentInput')
export class AssessmentInput {
  @Field(() => TextInputModel)
  @ValidateNested()
  @Type(() => TextInputModel)
  title: TextInputModel;
  @Field(() => TextInputModel, { nullable: true })
  @IsOptional()
  @ValidateNested()
  @Type(() => TextInputModel)
  description?: TextInputModel | null;
  @Field(() => TextInputModel, { nullable: true })
  @IsOptional()
  @ValidateNested()
  @Type(() => TextInputModel)
  instructions?: TextInputModel | null;
  @Field(() => Int)
  @IsInt()
  @Min(0)
  @Max(100)
  passMark: number;
  @Field(() => Int, { nullable: true, description: 'null: untimed' })
  @IsOptional()
  @IsInt()
  @Min(30)
  @Max(86_400)
  durationSeconds?: number | null;
  @Field(() => Int, { nullable: true, description: 'null: without limit' })
  @IsOptional()
  @IsInt()
  @Min(0)
  @Max(99)
  retakes?: number | null;
  @Field(() => Int, { nullable: true })
  @IsOptional()
  @IsInt()
  @Min(1)
  @Max(365)
  retakeDays?: number | null;
  @Field(() => FeedbackPolicyEnum)
  @IsEnum(FeedbackPolicyEnum)
  feedback: FeedbackPolicy;
  @Field(() => Boolean, { nullable: true })
  @IsOptional()
  @IsBoolean()
  shuffleQuestions?: boolean | null;
  @Field(() => Boolean, { nullable: true })
  @IsOptional()
  @IsBoolean()
  shuffleChoices?: boolean | null;
  @Field(() => Boolean, { nullable: true })
  @IsOptional()
  @IsBoolean()
  gradeShortAnswers?: boolean | null;
  @Field(() => [FixedQuestionInput], { nullable: true })
  @IsOptional()
  @ArrayMaxSize(200)
  @ValidateNested({ each: true })
  @Type(() => FixedQuestionInput)
  fixed?: FixedQuestionInput[] | null;
  @Field(() => [DrawRuleInput], { nullable: true })
  @IsOptional()
  @ArrayMaxSize(50)
  @ValidateNested({ each: true })
  @Type(() => DrawRuleInput)
  draws?: DrawRuleInput[] | null;
}

@ObjectType('AssessmentIntro')
export class AssessmentIntroModel {
  @Field(() => ID)
  id: string;
  @Field()
  code: string;
  @Field(() => AssessmentKindEnum)
  kind: AssessmentKind;
  @Field()
  title: string;
  @Field(() => String, { nullable: true })
  description: string | null;
  @Field(() => String, { nullable: true })
  instructions: string | null;
  @Field(() => Int)
  itemCount: number;
  @Field(() => Int)
  passMark: number;
  @Field(() => Int, { nullable: true })
  durationSeconds: number | null;
  @Field(() => FeedbackPolicyEnum)
  feedback: FeedbackPolicy;
  @Field(() => Int)
  attemptsUsed: number;
  @Field(() => Int, { nullable: true })
  attemptsLeft: number | null;
  @Field(() => Date, { nullable: true, description: 'Exclusive end of the running retake window' })
  retakeUntil: Date | null;
  @Field(() => LocalDayScalar, { nullable: true })
  retakeUntilDay: string | null;
  @Field()
  mayStart: boolean;
  @Field(() => String, { nullable: true, description: 'Why not' })
  reason: string | null;
  @Field(() => ID, { nullable: true })
  openAttemptId: string | null;
  @Field(() => ID, { nullable: true })
  lastAttemptId: string | null;
  @Field(() => Float, { nullable: true })
  bestScore: number | null;
  @Field()
  passed: boolean;
}
