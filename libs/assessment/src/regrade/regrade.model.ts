import { Field, Float, ID, InputType, Int, ObjectType, registerEnumType } from '@nestjs/graphql';
import { Connection } from '@waymark/platform';
import { PersonCardModel } from '@waymark/identity';
import { Type } from 'class-transformer';
import { IsInt, IsUUID, Length, Min, ValidateNested } from 'class-validator';
import { QuestionInput } from '../question/question.model.js';
import type { RegradePolicy } from './regrade.js';

export const RegradePolicyEnum = {
  newKey: 'new-key',
  neverLower: 'never-lower',
  full: 'full',
  drop: 'drop',
} as const satisfies Record<string, RegradePolicy>;
registerEnumType(RegradePolicyEnum, {
  name: 'RegradePolicy',
  description:
    'By the corrected key for everybody · the same, nobody loses points · all points for all · the question counts for nobody',
});

@ObjectType('Regrade')
export class RegradeModel {
  @Field(() => ID)
  id: string;
  @Field(() => RegradePolicyEnum)
  policy: RegradePolicy;
  @Field(() => String, { description: 'queued · running · done · failed · cancelled' })
  state: string;
  @Field(() => Int)
  done: number;
  @Field(() => Int)
  total: number;
  @Field(() => String, { nullable: true, description: 'Why it failed, as an error code' })
  problem: string | null;
  @Field(() => Int, { description: 'Attempts changed by this correction so far' })
  changed: number;
  @Field(() => Int)
  raised: number;
  @Field(() => Int)
  lowered: number;
  @Field(() => Int)
  passesGained: number;
  @Field(() => Int)
  passesLost: number;
  @Field(() => PersonCardModel, { nullable: true })
  askedBy: PersonCardModel | null;
  @Field()
  askedAt: Date;
  @Field(() => Date, { nullable: true })
  finishedAt: Date | null;
}

@ObjectType('KeyCorrection', { description: 'The key of a published version was wrong and was corrected' })
export class KeyCorrectionModel {
  @Field(() => ID)
  id: string;
  @Field(() => Int)
  versionNumber: number;
  @Field()
  reason: string;
  @Field(() => PersonCardModel, { nullable: true })
  correctedBy: PersonCardModel | null;
  @Field()
  correctedAt: Date;
  @Field({ description: 'A later correction of the same version stands' })
  superseded: boolean;
  @Field(() => RegradeModel, { nullable: true, description: 'The newest one' })
  regrade: RegradeModel | null;
}

@ObjectType('RegradeChange')
export class RegradeChangeModel {
  @Field(() => ID)
  attemptId: string;
  @Field(() => PersonCardModel)
  person: PersonCardModel;
  @Field()
  assessmentTitle: string;
  @Field(() => Int)
  number: number;
  @Field(() => Float, { nullable: true })
  scoreBefore: number | null;
  @Field(() => Float, { nullable: true, description: 'Null while an answer waits for a grader' })
  score: number | null;
  @Field(() => Boolean, { nullable: true })
  passedBefore: boolean | null;
  @Field(() => Boolean, { nullable: true })
  passed: boolean | null;
}

@ObjectType()
export class RegradeChangeConnection extends Connection(RegradeChangeModel, 'RegradeChange') {}

@ObjectType('RegradePreview')
export class RegradePreviewModel {
  @Field(() => Int, { description: 'Marked before the correction, and seen by no regrade of it' })
  attempts: number;
  @Field(() => Int)
  people: number;
  @Field(() => Int)
  changed: number;
  @Field(() => Int)
  raised: number;
  @Field(() => Int)
  lowered: number;
  @Field(() => Int)
  passesGained: number;
  @Field(() => Int, { description: 'What was earned with the pass stays' })
  passesLost: number;
  @Field(() => Int, { description: 'Answers a person gave points to' })
  byHand: number;
  @Field(() => Int, { description: 'Attempts that would have nothing left to score' })
  empty: number;
  @Field(() => RegradePolicyEnum, { nullable: true, description: 'Of what was applied before it was stopped' })
  policyInForce: RegradePolicy | null;
  @Field(() => RegradeChangeConnection, { description: 'Of the people in the scope of the viewer' })
  changes: RegradeChangeConnection;
}

@InputType('CorrectKeyInput')
export class CorrectKeyInput {
  @Field(() => ID)
  @IsUUID()
  questionId: string;
  @Field(() => Int, { description: 'The published version the author saw' })
  @IsInt()
  @Min(1)
  versionNumber: number;
  @Field(() => QuestionInput, { description: 'The question with its right key; nothing else of it is taken' })
  @ValidateNested()
  @Type(() => QuestionInput)
  question: QuestionInput;
  @Field()
  @Length(1, 500)
  reason: string;
}
