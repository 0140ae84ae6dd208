import { Field, Float, ID, InputType, Int, ObjectType } from '@nestjs/graphql';
import { Connection, JsonScalar, LocalDayScalar } from '@waymark/platform';
import { PersonCardModel } from '@waymark/identity';
import { Type } from 'class-transformer';
import {
  ArrayMaxSize,
  ArrayMinSize,
  IsDate,
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
import { AssessmentKindEnum, AttemptStateEnum, FeedbackPolicyEnum } from '../assessment/assessment-enums.model.js';
import type { AssessmentKind, FeedbackPolicy } from '../assessment/assessment.js';
import { LIMITS, MAX_GAP_LENGTH } from '../question/question.js';
import type { ChoiceFeedback, RightAnswer } from '../question/right-answer.js';
import type { AttemptState } from './attempt-state.js';
import type { PaperItem } from './paper.js';
import type { ResultItem, SavedAnswer } from './result-item.js';

@ObjectType('Attempt')
export class AttemptModel {
  @Field(() => ID)
  id: string;
  @Field(() => ID)
  assessmentId: string;
  @Field()
  assessmentCode: string;
  @Field(() => AssessmentKindEnum)
  assessmentKind: AssessmentKind;
  @Field()
  title: string;
  @Field(() => AttemptStateEnum)
  state: AttemptState;
  @Field(() => Int)
  number: number;
  @Field(() => Int)
  itemCount: number;
  @Field(() => Int)
  passMark: number;
  @Field(() => FeedbackPolicyEnum)
  feedback: FeedbackPolicy;
  @Field()
  startedAt: Date;
  @Field(() => Date, { nullable: true })
  deadlineAt: Date | null;
  @Field()
  serverNow: Date;
  @Field({ description: 'Another device holds the attempt, or it is submitted' })
  readOnly: boolean;
  @Field(() => Int)
  lastSeq: number;
  @Field(() => JsonScalar, {
    description:
      '[{ item, type, points, topic, stem, choices: [{ key, text }], prompts, gaps, essay, unit, parts, media }]; empty once submitted',
  })
  paper: PaperItem[];
  @Field(() => JsonScalar, {
    description: '[{ item, choices | text | pairs | order | gaps | parts, seq, savedAt, checked }]',
  })
  answers: SavedAnswer[];
}

@ObjectType('SavedAnswers')
export class SavedAnswersModel {
  @Field(() => ID)
  attemptId: string;
  @Field(() => AttemptStateEnum)
  state: AttemptState;
  @Field(() => [ID], { description: 'Save ids that are safe now' })
  saved: string[];
  @Field(() => [ID], { description: 'Kept, but too late to count' })
  late: string[];
  @Field(() => Int)
  lastSeq: number;
  @Field()
  savedAt: Date;
  @Field(() => Date, { nullable: true })
  deadlineAt: Date | null;
  @Field()
  serverNow: Date;
}

@ObjectType('AnswerFeedback')
export class AnswerFeedbackModel {
  @Field(() => Int)
  item: number;
  @Field()
  right: boolean;
  @Field({ description: 'right | wrong | partial | pending: a person has to read it' })
  state: string;
  @Field(() => JsonScalar, {
    description: '{ choices | accepted | number | pairs | order | gaps | rubric | parts }: what is right, by the type',
  })
  answer: RightAnswer;
  @Field(() => JsonScalar, { description: '[{ part, key, text }]: what the author says of the choices taken' })
  choiceFeedback: ChoiceFeedback[];
  @Field(() => [String])
  rightChoices: string[];
  @Field(() => [String])
  accepted: string[];
  @Field(() => String, { nullable: true })
  explanation: string | null;
  @Field(() => String, { nullable: true })
  lessonRef: string | null;
}

@ObjectType('TopicScore')
export class TopicScoreModel {
  @Field()
  topic: string;
  @Field()
  title: string;
  @Field(() => Float)
  score: number;
  @Field(() => Int)
  points: number;
  @Field({ description: 'Under 70' })
  weak: boolean;
}

@ObjectType('RegradeOfResult')
export class RegradeOfResultModel {
  @Field(() => Int)
  item: number;
  @Field()
  at: Date;
  @Field()
  reason: string;
  @Field(() => Float, { nullable: true })
  scoreBefore: number | null;
  @Field(() => Float, { nullable: true })
  score: number | null;
}

@ObjectType('AttemptResult')
export class AttemptResultModel {
  @Field(() => ID)
  attemptId: string;
  @Field(() => ID)
  assessmentId: string;
  @Field()
  assessmentCode: string;
  @Field(() => AssessmentKindEnum)
  assessmentKind: AssessmentKind;
  @Field()
  title: string;
  @Field(() => AttemptStateEnum)
  state: AttemptState;
  @Field({ description: 'Waits for a grader' })
  pending: boolean;
  @Field(() => Int)
  number: number;
  @Field(() => Float, { nullable: true })
  score: number | null;
  @Field(() => Int)
  passMark: number;
  @Field(() => Boolean, { nullable: true })
  passed: boolean | null;
  @Field()
  startedAt: Date;
  @Field()
  submittedAt: Date;
  @Field({ description: 'learner | deadline' })
  submittedBy: string;
  @Field(() => Date, { nullable: true })
  releasedAt: Date | null;
  @Field(() => Int)
  secondsUsed: number;
  @Field(() => Int)
  itemCount: number;
  @Field(() => Int)
  answeredCount: number;
  @Field(() => Int, { nullable: true })
  missedCount: number | null;
  @Field(() => Int)
  lateCount: number;
  @Field(() => [TopicScoreModel])
  topics: TopicScoreModel[];
  @Field(() => FeedbackPolicyEnum)
  feedback: FeedbackPolicy;
  @Field(() => Date, { nullable: true })
  retakeUntil: Date | null;
  @Field(() => LocalDayScalar, { nullable: true })
  retakeUntilDay: string | null;
  @Field(() => Int, { nullable: true })
  attemptsLeft: number | null;
  @Field()
  mayRetake: boolean;
  @Field(() => JsonScalar, {
    nullable: true,
    description: 'What the feedback policy allows of each item; null when it allows none',
  })
  items: ResultItem[] | null;
  @Field(() => [RegradeOfResultModel], {
    description: 'Keys corrected after it was marked, and what became of the score',
  })
  regrades: RegradeOfResultModel[];
}

@ObjectType('MyAttempt')
export class MyAttemptModel {
  @Field(() => ID)
  id: string;
  @Field(() => ID)
  assessmentId: string;
  @Field()
  assessmentCode: string;
  @Field(() => AssessmentKindEnum)
  assessmentKind: AssessmentKind;
  @Field()
  title: string;
  @Field(() => AttemptStateEnum)
  state: AttemptState;
  @Field(() => Int)
  number: number;
  @Field()
  startedAt: Date;
  @Field(() => Date, { nullable: true })
  deadlineAt: Date | null;
  @Field(() => Date, { nullable: true })
  submittedAt: Date | null;
  @Field(() => Float, { nullable: true })
  score: number | null;
  @Field(() => Boolean, { nullable: true })
  passed: boolean | null;
  @Field(() => Date, { nullable: true })
  retakeUntil: Date | null;
}

@ObjectType()
export class MyAttemptConnection extends Connection(MyAttemptModel, 'MyAttempt') {}

@ObjectType('PersonResult', {
  description: 'What mentor, manager and L&D see of a person; topics only for mentor and L&D',
})
export class PersonResultModel {
  @Field(() => ID)
  assessmentId: string;
  @Field()
  assessmentCode: string;
  @Field(() => AssessmentKindEnum)
  assessmentKind: AssessmentKind;
  @Field()
  title: string;
  @Field(() => Int)
  attempts: number;
  @Field(() => AttemptStateEnum)
  state: AttemptState;
  @Field(() => Float, { nullable: true })
  score: number | null;
  @Field(() => Boolean, { nullable: true })
  passed: boolean | null;
  @Field(() => Date, { nullable: true })
  lastSubmittedAt: Date | null;
  @Field(() => [TopicScoreModel])
  topics: TopicScoreModel[];
}

@ObjectType('AttemptRow')
export class AttemptRowModel {
  @Field(() => ID)
  id: string;
  @Field(() => PersonCardModel)
  person: PersonCardModel;
  @Field(() => AttemptStateEnum)
  state: AttemptState;
  @Field(() => Int)
  number: number;
  @Field()
  startedAt: Date;
  @Field(() => Date, { nullable: true })
  submittedAt: Date | null;
  @Field(() => Float, { nullable: true })
  score: number | null;
  @Field(() => Boolean, { nullable: true })
  passed: boolean | null;
  @Field(() => Int)
  lateCount: number;
  @Field(() => LocalDayScalar, {
    nullable: true,
    description: "On a person's newest attempt: the last day on which a retake may start",
  })
  retakeUntilDay: string | null;
  @Field({ description: 'The newest attempt of somebody who can only try again when the viewer grants it' })
  mayGrantRetake: boolean;
}

@ObjectType()
export class AttemptRowConnection extends Connection(AttemptRowModel, 'AttemptRow') {}

@ObjectType('RetakeGrant')
export class RetakeGrantModel {
  @Field(() => ID)
  id: string;
  @Field(() => ID)
  personId: string;
  @Field(() => ID)
  assessmentId: string;
  @Field()
  until: Date;
  @Field()
  createdAt: Date;
}

const DEVICE = /^[A-Za-z0-9_-]{8,64}$/;

@InputType('KeyedValueInput')
export class KeyedValueInput {
  @Field()
  @Length(1, 8)
  key: string;
  @Field()
  @Length(0, MAX_GAP_LENGTH)
  value: string;
}

/** The one member that belongs to the type of the question. */
@InputType({ isAbstract: true })
export abstract class AnswerContentInput {
  @Field(() => [String], { nullable: true })
  @IsOptional()
  @ArrayMaxSize(LIMITS.choices)
  @IsString({ each: true })
  @Length(1, 8, { each: true })
  choices?: string[] | null;
  @Field(() => String, { nullable: true })
  @IsOptional()
  @Length(0, LIMITS.essay)
  text?: string | null;
  @Field(() => [KeyedValueInput], { nullable: true, description: 'Matching: the option of each prompt' })
  @IsOptional()
  @ArrayMaxSize(LIMITS.pairs)
  @ValidateNested({ each: true })
  @Type(() => KeyedValueInput)
  pairs?: KeyedValueInput[] | null;
  @Field(() => [String], { nullable: true, description: 'Ordering: from first to last' })
  @IsOptional()
  @ArrayMaxSize(LIMITS.items)
  @IsString({ each: true })
  @Length(1, 8, { each: true })
  order?: string[] | null;
  @Field(() => [KeyedValueInput], { nullable: true, description: 'Cloze: what stands in each gap' })
  @IsOptional()
  @ArrayMaxSize(LIMITS.gaps)
  @ValidateNested({ each: true })
  @Type(() => KeyedValueInput)
  gaps?: KeyedValueInput[] | null;
}

@InputType('PartAnswerInput')
export class PartAnswerInput extends AnswerContentInput {
  @Field()
  @Length(1, 8)
  key: string;
}

@InputType('AnswerInput')
export class AnswerInput extends AnswerContentInput {
  @Field(() => ID)
  @IsUUID()
  saveId: string;
  @Field(() => Int)
  @IsInt()
  @Min(1)
  @Max(1_000_000)
  seq: number;
  @Field(() => Int)
  @IsInt()
  @Min(1)
  @Max(300)
  item: number;
  @Field(() => [PartAnswerInput], { nullable: true, description: 'Case: the answer to each part' })
  @IsOptional()
  @ArrayMaxSize(LIMITS.parts)
  @ValidateNested({ each: true })
  @Type(() => PartAnswerInput)
  parts?: PartAnswerInput[] | null;
  @Field(() => Date, { nullable: true })
  @IsOptional()
  @IsDate()
  answeredAt?: Date | null;
}

@InputType('StartAttemptInput')
export class StartAttemptInput {
  @Field()
  @Length(1, 63)
  assessmentCode: string;
  @Field()
  @Matches(DEVICE)
  deviceId: string;
}

@InputType('SaveAnswersInput')
export class SaveAnswersInput {
  @Field(() => ID)
  @IsUUID()
  attemptId: string;
  @Field()
  @Matches(DEVICE)
  deviceId: string;
  @Field(() => [AnswerInput])
  @ArrayMinSize(1)
  @ArrayMaxSize(100)
  @ValidateNested({ each: true })
  @Type(() => AnswerInput)
  answers: AnswerInput[];
}

@InputType('CheckAnswerInput')
export class CheckAnswerInput {
  @Field(() => ID)
  @IsUUID()
  attemptId: string;
  @Field()
  @Matches(DEVICE)
  deviceId: string;
  @Field(() => AnswerInput)
  @ValidateNested()
  @Type(() => AnswerInput)
  answer: AnswerInput;
}

@InputType('SubmitAttemptInput')
export class SubmitAttemptInput {
  @Field(() => ID)
  @IsUUID()
  attemptId: string;
  @Field()
  @Matches(DEVICE)
  deviceId: string;
  @Field(() => [AnswerInput], { nullable: true })
  @IsOptional()
  @ArrayMaxSize(300)
  @ValidateNested({ each: true })
  @Type(() => AnswerInput)
  answers?: AnswerInput[] | null;
}
