import { Field, ID, Int, ObjectType } from '@nestjs/graphql';
import { LocalDayScalar } from '@waymark/platform';

@ObjectType('ReasonStat')
export class ReasonStatModel {
  @Field()
  code: string;
  @Field()
  reason: string;
  @Field(() => Int)
  points: number;
  @Field(() => Int)
  awards: number;
  @Field(() => Int)
  people: number;
}

@ObjectType('UnitStat')
export class UnitStatModel {
  @Field(() => ID, { nullable: true })
  id: string | null;
  @Field()
  name: string;
  @Field(() => Int)
  points: number;
  @Field(() => Int)
  people: number;
}

@ObjectType('WeekStat')
export class WeekStatModel {
  @Field(() => LocalDayScalar)
  startsOn: string;
  @Field(() => Int)
  awarded: number;
  @Field(() => Int)
  spent: number;
}

@ObjectType('RewardStat')
export class RewardStatModel {
  @Field(() => ID)
  id: string;
  @Field()
  title: string;
  @Field(() => Int)
  orders: number;
  @Field(() => Int)
  points: number;
}

@ObjectType('RewardStats')
export class RewardStatsModel {
  @Field(() => LocalDayScalar)
  fromDay: string;
  @Field(() => LocalDayScalar)
  toDay: string;
  @Field(() => Int)
  awarded: number;
  @Field(() => Int)
  spent: number;
  @Field(() => Int)
  held: number;
  @Field(() => Int)
  balance: number;
  @Field(() => Int)
  earners: number;
  @Field(() => Int)
  people: number;
  @Field(() => Int)
  openOrders: number;
  @Field(() => [ReasonStatModel])
  byReason: ReasonStatModel[];
  @Field(() => [UnitStatModel])
  byUnit: UnitStatModel[];
  @Field(() => [WeekStatModel])
  byWeek: WeekStatModel[];
  @Field(() => [RewardStatModel])
  rewards: RewardStatModel[];
}
