import { Field, ID, Int, ObjectType } from '@nestjs/graphql';
import { DateTimeScalar, LocalDayScalar } from '@waymark/platform';
import { DayColumnScalar, IntColumnScalar } from './column.scalars.js';

@ObjectType('MyMap')
export class MyMapModel {
  @Field(() => ID)
  enrolmentId: string;
  @Field(() => ID)
  versionId: string;
  @Field()
  documentUrl: string;
  @Field(() => LocalDayScalar)
  startDay: string;
  @Field(() => LocalDayScalar)
  today: string;
  @Field(() => Int)
  day: number;
  @Field(() => Int)
  days: number;
  @Field()
  status: string;
  @Field(() => LocalDayScalar, { nullable: true, description: 'The day everything required was done' })
  completedOn: string | null;
  @Field(() => Int)
  done: number;
  @Field(() => Int)
  total: number;
  @Field(() => Int)
  overdue: number;
  @Field(() => LocalDayScalar, { nullable: true })
  nextDueOn: string | null;
  @Field(() => Int, { nullable: true, description: 'Index of the node to go on with' })
  here: number | null;
  @Field(() => IntColumnScalar, { description: '0 locked 1 available 2 in progress 3 submitted 4 completed 5 waived' })
  state: number[];
  @Field(() => DayColumnScalar)
  due: (string | null)[];
  @Field(() => DayColumnScalar)
  completed: (string | null)[];
  @Field(() => IntColumnScalar)
  late: number[];
  @Field(() => IntColumnScalar)
  unitsDone: number[];
  @Field(() => IntColumnScalar)
  unitsOf: number[];
  @Field(() => IntColumnScalar, { description: 'Score times 100' })
  scoreBp: (number | null)[];
  @Field(() => IntColumnScalar, { description: 'Per stage: required nodes done' })
  stageDone: number[];
  @Field(() => IntColumnScalar, { description: 'Per stage: required nodes' })
  stageOf: number[];
  @Field(() => IntColumnScalar, { description: 'Per stage: 1 when open' })
  stageOpen: number[];
  @Field(() => DayColumnScalar, { description: 'Per stage: the day it opens when a day gate holds it' })
  stageOpensOn: (string | null)[];
}

@ObjectType('MyEnrolment')
export class MyEnrolmentModel {
  @Field(() => ID)
  enrolmentId: string;
  @Field()
  mapCode: string;
  @Field()
  title: string;
  @Field()
  status: string;
  @Field(() => LocalDayScalar)
  startDay: string;
  @Field(() => Int)
  done: number;
  @Field(() => Int)
  total: number;
  @Field(() => Int)
  overdue: number;
}

@ObjectType('NodeBlocker')
export class NodeBlockerModel {
  @Field({ description: 'node, stage, day or not-yet' })
  kind: string;
  @Field(() => ID, { nullable: true })
  nodeId: string | null;
  @Field(() => String, { nullable: true })
  title: string | null;
  @Field(() => String, { nullable: true })
  state: string | null;
  @Field(() => Int, { nullable: true })
  unitsDone: number | null;
  @Field(() => Int, { nullable: true })
  unitsOf: number | null;
  @Field(() => LocalDayScalar, { nullable: true })
  opensOn: string | null;
  @Field(() => DateTimeScalar, { nullable: true })
  waitingSince: Date | null;
  personId: string;
}

@ObjectType('NodeWaiver')
export class NodeWaiverModel {
  @Field()
  reason: string;
  @Field(() => DateTimeScalar)
  at: Date;
  byId: string | null;
}

@ObjectType('NodeDecision', { description: 'What staff decided about the node for this person' })
export class NodeDecisionModel {
  @Field({ description: 'waive, unwaive, extend or unextend' })
  kind: string;
  @Field()
  reason: string;
  @Field(() => LocalDayScalar, { nullable: true })
  dueOn: string | null;
  @Field(() => LocalDayScalar, { nullable: true })
  previousDueOn: string | null;
  @Field(() => DateTimeScalar)
  at: Date;
  byId: string | null;
}

@ObjectType('LearnerNode')
export class LearnerNodeModel {
  @Field(() => ID)
  enrolmentId: string;
  @Field(() => ID)
  nodeId: string;
  @Field()
  kind: string;
  @Field()
  state: string;
  @Field(() => LocalDayScalar, { nullable: true })
  dueOn: string | null;
  @Field(() => LocalDayScalar, { nullable: true })
  completedOn: string | null;
  @Field()
  late: boolean;
  @Field(() => Int)
  unitsDone: number;
  @Field(() => Int)
  unitsOf: number;
  @Field(() => Int, { nullable: true })
  scoreBp: number | null;
  @Field(() => Int, { description: 'How many of the blocking prerequisites must still be done' })
  need: number;
  @Field(() => [NodeBlockerModel])
  blockers: NodeBlockerModel[];
  @Field(() => [String], { description: 'Titles of prerequisites already met' })
  satisfied: string[];
  @Field(() => NodeWaiverModel, { nullable: true })
  waiver: NodeWaiverModel | null;
  @Field(() => [NodeDecisionModel], { description: 'Newest first' })
  decisions: NodeDecisionModel[];
  personId: string;
}
