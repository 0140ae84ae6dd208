import { Field, Float, ID, Int, ObjectType, registerEnumType } from '@nestjs/graphql';
import { AssessmentKindEnum } from '../assessment/assessment-enums.model.js';
import type { AssessmentKind } from '../assessment/assessment.js';
import { QuestionTypeEnum } from '../question/question.model.js';
import type { QuestionType } from '../question/question.js';
import type { AttemptsCounted } from './statistics.repository.js';

export const AttemptsCountedEnum = { first: 'first', all: 'all' } as const;
registerEnumType(AttemptsCountedEnum, {
  name: 'AttemptsCounted',
  description: 'first: the first attempt of each person · all: every attempt as if it were somebody else’s',
});

const number = { nullable: true } as const;

@ObjectType('Analysis')
export class AnalysisModel {
  @Field(() => ID)
  id: string;
  @Field(() => String, { description: 'queued · running · done · failed · cancelled' })
  state: string;
  @Field(() => Int, { description: 'Of 100' })
  done: number;
  @Field(() => String, { nullable: true, description: 'Why it failed, as an error code' })
  problem: string | null;
  @Field(() => Int, number)
  people: number | null;
  @Field(() => Int, number)
  iterations: number | null;
  @Field(() => Boolean, number)
  converged: boolean | null;
  @Field()
  requestedAt: Date;
  @Field(() => Date, number)
  finishedAt: Date | null;
}

@ObjectType('ItemFlag')
export class ItemFlagModel {
  @Field()
  code: string;
  @Field(() => String, { nullable: true, description: 'The choice it is about: A, B, C … in the author’s order' })
  letter: string | null;
}

@ObjectType('ChoiceStatistic')
export class ChoiceStatisticModel {
  @Field()
  key: string;
  @Field()
  letter: string;
  @Field()
  text: string;
  @Field()
  right: boolean;
  @Field(() => Int)
  count: number;
  @Field(() => Float)
  share: number;
  @Field(() => Float, { description: 'Of the third with the lowest rest score' })
  lower: number;
  @Field(() => Float)
  middle: number;
  @Field(() => Float)
  upper: number;
  @Field(() => Float, number)
  correlation: number | null;
}

@ObjectType('ItemCalibration')
export class ItemCalibrationModel {
  @Field(() => Int)
  answered: number;
  @Field(() => Float, number)
  a: number | null;
  @Field(() => Float, number)
  aSe: number | null;
  @Field(() => Float, number)
  b: number | null;
  @Field(() => Float, number)
  bSe: number | null;
  @Field(() => String, {
    nullable: true,
    description: 'too-few · no-variation · partial-credit · unstable · negative-slope',
  })
  problem: string | null;
}

@ObjectType('ItemMeasures')
export class ItemMeasuresModel {
  @Field(() => Int)
  answered: number;
  @Field(() => Int)
  blanks: number;
  @Field(() => Float, number)
  facility: number | null;
  @Field(() => Float, number)
  sd: number | null;
  @Field(() => Float, number)
  discrimination: number | null;
  @Field(() => Float, number)
  efficiency: number | null;
  @Field(() => Float, number)
  itemRest: number | null;
  @Field(() => Float, number)
  itemTotal: number | null;
  @Field(() => Float, number)
  intendedWeight: number | null;
  @Field(() => Float, number)
  effectiveWeight: number | null;
  @Field(() => [ChoiceStatisticModel])
  choices: ChoiceStatisticModel[];
  @Field(() => [ItemFlagModel])
  flags: ItemFlagModel[];
}

@ObjectType('ItemStatistic')
export class ItemStatisticModel extends ItemMeasuresModel {
  @Field(() => ID)
  questionId: string;
  @Field(() => ID)
  questionVersionId: string;
  @Field()
  code: string;
  @Field(() => Int)
  versionNumber: number;
  @Field(() => QuestionTypeEnum)
  type: QuestionType;
  @Field(() => String, number)
  topic: string | null;
  @Field()
  stem: string;
  @Field(() => ItemCalibrationModel, number)
  calibration: ItemCalibrationModel | null;
}

@ObjectType('StatisticsVersion')
export class StatisticsVersionModel {
  @Field(() => ID)
  id: string;
  @Field(() => Int)
  number: number;
  @Field(() => Int)
  attempts: number;
}

@ObjectType('AssessmentStatistics', {
  description: 'How a version of a quiz or exam measures; measures are null where there are too few answers',
})
export class AssessmentStatisticsModel {
  @Field(() => ID)
  assessmentId: string;
  @Field()
  code: string;
  @Field(() => AssessmentKindEnum)
  kind: AssessmentKind;
  @Field()
  title: string;
  @Field(() => [StatisticsVersionModel])
  versions: StatisticsVersionModel[];
  @Field(() => ID)
  versionId: string;
  @Field(() => Int)
  passMark: number;
  @Field(() => AttemptsCountedEnum)
  attempts: AttemptsCounted;
  @Field(() => Int)
  people: number;
  @Field({ description: 'Fewer than five people: nothing is shown' })
  tooFew: boolean;
  @Field()
  outOfDate: boolean;
  @Field(() => Date, number)
  computedAt: Date | null;
  @Field(() => Float, number)
  mean: number | null;
  @Field(() => Float, number)
  median: number | null;
  @Field(() => Float, number)
  sd: number | null;
  @Field(() => Float, number)
  skewness: number | null;
  @Field(() => Float, number)
  kurtosis: number | null;
  @Field(() => Float, number)
  alpha: number | null;
  @Field(() => Float, number)
  kr20: number | null;
  @Field(() => Float, number)
  sem: number | null;
  @Field(() => [Int], { description: 'People per twentieth of the scores' })
  bins: number[];
  @Field(() => [ItemStatisticModel])
  items: ItemStatisticModel[];
  @Field(() => AnalysisModel, number)
  statistics: AnalysisModel | null;
  @Field(() => AnalysisModel, number)
  calibration: AnalysisModel | null;
}

@ObjectType('ExamOfQuestion')
export class ExamOfQuestionModel {
  @Field(() => ID)
  assessmentId: string;
  @Field(() => ID)
  assessmentVersionId: string;
  @Field()
  title: string;
  @Field(() => Int)
  versionNumber: number;
  @Field(() => Int)
  answered: number;
  @Field(() => Float, number)
  facility: number | null;
  @Field(() => Float, number)
  itemRest: number | null;
  @Field(() => ItemCalibrationModel, number)
  calibration: ItemCalibrationModel | null;
}

@ObjectType('QuestionVersionStatistic')
export class QuestionVersionStatisticModel {
  @Field(() => ID)
  questionVersionId: string;
  @Field(() => Int)
  versionNumber: number;
  @Field()
  publishedAt: Date;
  @Field(() => Date, number)
  computedAt: Date | null;
  @Field()
  tooFew: boolean;
  @Field(() => ItemMeasuresModel, number)
  measures: ItemMeasuresModel | null;
  @Field(() => [ExamOfQuestionModel])
  exams: ExamOfQuestionModel[];
}
