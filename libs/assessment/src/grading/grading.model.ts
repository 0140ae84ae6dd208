import { Field, ID, InputType, Int, ObjectType } from '@nestjs/graphql';
import { Connection, JsonScalar } from '@waymark/platform';
import { PersonCardModel } from '@waymark/identity';
import type { PaperItem } from '../attempt/paper.js';
import type { Answer } from '../question/question.js';
import type { RightAnswer } from '../question/right-answer.js';
import { IsInt, IsOptional, IsUUID, Length, Matches, Max, Min } from 'class-validator';

@ObjectType('GradedPart')
export class GradedPartModel {
  @Field()
  key: string;
  @Field({ description: 'right | wrong | partial | pending | blank' })
  state: string;
  @Field(() => String, { nullable: true })
  points: string | null;
}

@ObjectType('PendingAnswer', { description: 'An answer that waits for a grader; whose it is stays hidden' })
export class PendingAnswerModel {
  @Field(() => ID)
  id: string;
  @Field(() => ID)
  attemptId: string;
  @Field(() => Int)
  item: number;
  @Field()
  assessmentCode: string;
  @Field()
  assessmentTitle: string;
  @Field()
  stem: string;
  @Field()
  answer: string;
  @Field(() => [String])
  accepted: string[];
  @Field(() => String, { nullable: true })
  explanation: string | null;
  @Field(() => Int)
  points: number;
  @Field(() => JsonScalar, { description: 'The question as it was asked: an entry of Attempt.paper' })
  question: PaperItem;
  @Field(() => JsonScalar, { nullable: true, description: '{ choices | text | pairs | order | gaps | parts }' })
  given: Answer | null;
  @Field(() => JsonScalar, { nullable: true, description: 'What is right; for an essay its rubric' })
  right: RightAnswer | null;
  @Field(() => [GradedPartModel], { description: 'What the parts of a case earned by rule' })
  parts: GradedPartModel[];
  @Field()
  submittedAt: Date;
}

@ObjectType()
export class PendingAnswerConnection extends Connection(PendingAnswerModel, 'PendingAnswer') {}

@ObjectType('Grade')
export class GradeModel {
  @Field(() => ID)
  id: string;
  @Field(() => Int)
  item: number;
  @Field()
  points: string;
  @Field({ description: 'grader | late | regrade' })
  source: string;
  @Field(() => String, { nullable: true })
  comment: string | null;
  @Field(() => PersonCardModel, { nullable: true })
  grader: PersonCardModel | null;
  @Field()
  createdAt: Date;
}

@ObjectType('GradedAnswer')
export class GradedAnswerModel {
  @Field(() => ID)
  attemptId: string;
  @Field(() => Int)
  item: number;
  @Field(() => ID)
  gradeId: string;
  @Field({ description: 'The result of the attempt is out' })
  released: boolean;
  @Field(() => Int, { description: 'Answers of this attempt that still wait' })
  left: number;
}

@InputType('GradeAnswerInput')
export class GradeAnswerInput {
  @Field(() => ID)
  @IsUUID()
  attemptId: string;
  @Field(() => Int)
  @IsInt()
  @Min(1)
  @Max(300)
  item: number;
  @Field({ description: "'0', '1', '1.5': up to two decimals, at most the points of the question" })
  @Matches(/^\d{1,3}([.,]\d{1,2})?$/)
  points: string;
  @Field(() => String, { nullable: true })
  @IsOptional()
  @Length(0, 2000)
  comment?: string | null;
  @Field(() => ID, { nullable: true, description: 'The newest grade the grader saw' })
  @IsOptional()
  @IsUUID()
  seenGradeId?: string | null;
}
