import { Field, Float, ID, Int, ObjectType } from '@nestjs/graphql';
import { LocalDayScalar } from '@waymark/platform';
import { MyAssignmentModel } from '../assignment/assignment.model.js';

@ObjectType('TodayStep')
export class TodayStepModel {
  @Field(() => ID)
  enrolmentId: string;
  @Field(() => ID)
  nodeId: string;
  @Field(() => Int)
  index: number;
  @Field()
  kind: string;
  @Field()
  title: string;
  @Field()
  state: string;
  @Field(() => Int)
  minutes: number;
  @Field(() => LocalDayScalar, { nullable: true })
  dueOn: string | null;
  @Field()
  late: boolean;
  @Field(() => Int)
  daysLate: number;
  @Field(() => Int)
  unitsDone: number;
  @Field(() => Int)
  unitsOf: number;
  @Field(() => Int, { nullable: true, description: 'Best score so far, times 100' })
  scoreBp: number | null;
  @Field(() => String, { nullable: true })
  targetKind: string | null;
  @Field(() => ID, { nullable: true })
  targetId: string | null;
  @Field(() => String, { nullable: true })
  targetCode: string | null;
}

@ObjectType('TodayStage')
export class TodayStageModel {
  @Field()
  key: string;
  @Field()
  title: string;
  @Field(() => Int)
  fromDay: number;
  @Field(() => Int)
  toDay: number;
  @Field(() => Int)
  done: number;
  @Field(() => Int)
  total: number;
}

@ObjectType('Today', { description: 'What the first page shows; other libs add to it' })
export class TodayModel {
  @Field(() => LocalDayScalar)
  today: string;
  @Field(() => ID, { nullable: true })
  enrolmentId: string | null;
  @Field(() => String, { nullable: true })
  mapTitle: string | null;
  @Field(() => ID, { nullable: true })
  versionId: string | null;
  @Field(() => Int, { nullable: true })
  day: number | null;
  @Field(() => Int, { nullable: true })
  days: number | null;
  @Field(() => Int, { nullable: true, description: 'Index into stages, by the day' })
  stage: number | null;
  @Field(() => [TodayStageModel])
  stages: TodayStageModel[];
  @Field(() => [Float], { description: 'Planned hours in each week of the map' })
  ridge: number[];
  @Field(() => Float)
  hoursThisWeek: number;
  @Field(() => TodayStepModel, { nullable: true })
  nextStep: TodayStepModel | null;
  @Field(() => [TodayStepModel], { description: 'What is late or due within seven days' })
  dueSoon: TodayStepModel[];
  @Field(() => Int)
  overdue: number;
  @Field(() => [MyAssignmentModel])
  assignmentsDue: MyAssignmentModel[];
  @Field(() => [MyAssignmentModel], { description: 'Due after this week, or without a day; the nearest first' })
  assignmentsAhead: MyAssignmentModel[];
  mentorId: string | null;
}
