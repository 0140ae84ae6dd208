import { Field, Float, ID, Int, ObjectType } from '@nestjs/graphql';
import { DateTimeScalar, LocalDayScalar } from '@waymark/platform';
import { ReasonCodeModel } from '../trainee/trainee.model.js';

@ObjectType('StageReportStage')
export class StageReportStageModel {
  @Field()
  title: string;
  @Field()
  goal: string;
  @Field(() => Int)
  fromDay: number;
  @Field(() => Int)
  toDay: number;
  @Field(() => LocalDayScalar)
  fromOn: string;
  @Field(() => LocalDayScalar)
  toOn: string;
  @Field(() => Int)
  done: number;
  @Field(() => Int)
  of: number;
}

@ObjectType('StageReportGate')
export class StageReportGateModel {
  @Field({ description: 'nodes, tests, milestones or check-ins' })
  code: string;
  @Field(() => Float)
  value: number;
  @Field(() => Float)
  target: number;
  @Field()
  met: boolean;
}

@ObjectType('StageReportTest')
export class StageReportTestModel {
  @Field(() => ID)
  nodeId: string;
  @Field()
  title: string;
  @Field({ description: 'quiz or exam' })
  kind: string;
  @Field(() => Float, { nullable: true, description: 'Best score, 0 to 100; null = not taken' })
  score: number | null;
  @Field()
  state: string;
  @Field(() => LocalDayScalar, { nullable: true })
  dueOn: string | null;
}

@ObjectType('StageReportMilestone')
export class StageReportMilestoneModel {
  @Field(() => ID)
  nodeId: string;
  @Field()
  title: string;
  @Field()
  state: string;
  @Field()
  required: boolean;
  @Field()
  late: boolean;
  @Field(() => LocalDayScalar, { nullable: true })
  dueOn: string | null;
  @Field(() => Int, { description: 'Rounds handed in' })
  rounds: number;
  @Field(() => DateTimeScalar, { nullable: true })
  signedAt: Date | null;
  signedById: string | null;
}

@ObjectType('StageReport', { description: 'How a stage of somebody’s map went, to be read in a minute' })
export class StageReportModel {
  @Field(() => ID)
  enrolmentId: string;
  @Field()
  mapTitle: string;
  @Field(() => LocalDayScalar)
  startDay: string;
  @Field(() => LocalDayScalar)
  today: string;
  @Field(() => Int)
  day: number;
  @Field(() => Int)
  days: number;
  @Field(() => Int, { description: 'Index of the stage that is reported' })
  stage: number;
  @Field(() => [StageReportStageModel])
  stages: StageReportStageModel[];
  @Field({ description: 'met, open or missed' })
  verdict: string;
  @Field(() => [StageReportGateModel])
  gates: StageReportGateModel[];
  @Field(() => [StageReportTestModel])
  tests: StageReportTestModel[];
  @Field(() => Float, { nullable: true })
  testMean: number | null;
  @Field(() => [StageReportMilestoneModel])
  milestones: StageReportMilestoneModel[];
  @Field(() => Float, { description: 'Planned hours of the stage' })
  hoursPlanned: number;
  @Field(() => Float, { description: 'Planned hours of what is done' })
  hoursDone: number;
  @Field(() => Float, { description: 'Training hours credited in the days of the stage' })
  hoursCredited: number;
  @Field(() => Int, { nullable: true, description: 'Mentor meetings held, where the stage counts them' })
  meetingsHeld: number | null;
  @Field(() => Int, { nullable: true })
  meetingsOf: number | null;
  @Field(() => Int)
  overdue: number;
  @Field()
  light: string;
  @Field(() => [ReasonCodeModel])
  reasons: ReasonCodeModel[];
  personId: string;
  mentorId: string | null;
}
