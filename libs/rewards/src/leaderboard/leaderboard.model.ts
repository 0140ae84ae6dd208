import { Field, ID, Int, ObjectType } from '@nestjs/graphql';
import { PersonCardModel } from '@waymark/identity';
import { LocalDayScalar } from '@waymark/platform';

@ObjectType('BoardScope')
export class BoardScopeModel {
  @Field({ description: 'company | org-unit | cohort' })
  kind: string;
  @Field(() => ID, { nullable: true })
  id: string | null;
  @Field()
  name: string;
  @Field(() => Int)
  people: number;
  @Field()
  default: boolean;
}

@ObjectType('BoardRow')
export class BoardRowModel {
  @Field(() => Int)
  rank: number;
  @Field(() => Int)
  points: number;
  @Field()
  name: string;
  @Field(() => PersonCardModel, { nullable: true, description: 'null behind an alias' })
  card: PersonCardModel | null;
  @Field()
  me: boolean;
}

@ObjectType('Leaderboard')
export class LeaderboardModel {
  @Field(() => BoardScopeModel)
  scope: BoardScopeModel;
  @Field()
  period: string;
  @Field(() => LocalDayScalar, { nullable: true })
  startsOn: string | null;
  @Field(() => LocalDayScalar, { nullable: true })
  endsOn: string | null;
  @Field()
  closed: boolean;
  @Field(() => Int)
  people: number;
  @Field(() => [BoardRowModel])
  top: BoardRowModel[];
  @Field(() => BoardRowModel, { nullable: true })
  me: BoardRowModel | null;
  @Field(() => [BoardRowModel])
  neighbours: BoardRowModel[];
  @Field(() => Int, { nullable: true, description: 'Points to the next place up' })
  behind: number | null;
}

@ObjectType('HonourEntry')
export class HonourEntryModel extends BoardRowModel {}

@ObjectType('HonourBoard')
export class HonourBoardModel {
  @Field(() => ID)
  id: string;
  @Field(() => BoardScopeModel)
  scope: BoardScopeModel;
  @Field()
  period: string;
  @Field(() => LocalDayScalar)
  startsOn: string;
  @Field(() => LocalDayScalar)
  endsOn: string;
  @Field(() => Int)
  people: number;
  @Field(() => [HonourEntryModel])
  entries: HonourEntryModel[];
}
