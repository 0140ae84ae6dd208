import { Field, ID, Int, ObjectType } from '@nestjs/graphql';
import { Connection, DateTimeScalar, LocalDayScalar } from '@waymark/platform';

@ObjectType('MapMoveRun', { description: 'People being taken to a version' })
export class MapMoveRunModel {
  @Field(() => ID)
  id: string;
  @Field(() => ID)
  mapId: string;
  @Field(() => ID)
  toVersionId: string;
  @Field(() => Int)
  toNumber: number;
  @Field({ description: 'running, done, or superseded by a newer run' })
  state: string;
  @Field(() => Int)
  total: number;
  @Field(() => Int)
  moved: number;
  @Field(() => Int, { description: 'Finished or taken off the map meanwhile' })
  skipped: number;
  @Field(() => DateTimeScalar)
  createdAt: Date;
  @Field(() => DateTimeScalar, { nullable: true })
  finishedAt: Date | null;
  createdBy: string | null;
}

@ObjectType('MapMovePreview', { description: 'What a version would mean for one person; titles of nodes' })
export class MapMovePreviewModel {
  @Field(() => ID)
  enrolmentId: string;
  @Field(() => Int)
  fromNumber: number;
  @Field(() => [String], { description: 'Completed or waived, and still there' })
  kept: string[];
  @Field(() => [String])
  fresh: string[];
  @Field(() => [String])
  dropped: string[];
  @Field(() => [String])
  newlyOverdue: string[];
  @Field(() => Int, { description: 'Days late at best, more than today' })
  slipDays: number;
  @Field(() => Int)
  minutesAdded: number;
  @Field(() => LocalDayScalar, { nullable: true })
  lastDueBefore: string | null;
  @Field(() => LocalDayScalar, { nullable: true })
  lastDueAfter: string | null;
  @Field()
  finishes: boolean;
  personId: string;
}

@ObjectType('MapMovePreviewConnection')
export class MapMovePreviewConnection extends Connection(MapMovePreviewModel, 'MapMovePreview') {}

@ObjectType('MapWhatIfPerson')
export class MapWhatIfPersonModel {
  @Field(() => ID)
  enrolmentId: string;
  @Field(() => Int)
  slipDays: number;
  @Field(() => Int, { description: 'Days late at best in the new version' })
  lateAfter: number;
  @Field(() => Int)
  newlyOverdue: number;
  @Field(() => Int)
  minutesAdded: number;
  @Field()
  finishes: boolean;
  personId: string;
}

@ObjectType('SlipGroup')
export class SlipGroupModel {
  @Field(() => Int, { description: 'First day of the group' })
  from: number;
  @Field(() => Int, { nullable: true })
  to: number | null;
  @Field(() => Int)
  people: number;
}

@ObjectType('MapWhatIf', { description: 'What a version would mean for everybody in flight' })
export class MapWhatIfModel {
  @Field(() => Int)
  people: number;
  @Field(() => Int)
  slipping: number;
  @Field(() => Int)
  maxSlip: number;
  @Field(() => [SlipGroupModel])
  slips: SlipGroupModel[];
  @Field(() => Int, { description: 'People with a node that is late by the change' })
  newlyOverdue: number;
  @Field(() => Int)
  moreWork: number;
  @Field(() => Int)
  lessWork: number;
  @Field(() => Int, { description: 'Of all together; negative where work goes' })
  minutesAdded: number;
  @Field(() => Int)
  maxMinutesAdded: number;
  @Field(() => Int, { description: 'People with nothing required left' })
  finishing: number;
  @Field(() => [MapWhatIfPersonModel])
  worst: MapWhatIfPersonModel[];
}
