import { Field, Int, ObjectType } from '@nestjs/graphql';
import { LocalDayScalar } from '@waymark/platform';

@ObjectType('StreakDay')
export class StreakDayModel {
  @Field(() => LocalDayScalar)
  day: string;
  @Field(() => String, { description: 'done frozen missed open before' })
  state: string;
}

@ObjectType('Streak', { description: 'Local days with a review or a lesson' })
export class StreakModel {
  @Field(() => Int)
  length: number;
  @Field(() => Int)
  longest: number;
  @Field()
  doneToday: boolean;
  @Field(() => LocalDayScalar, { nullable: true })
  lastDay: string | null;
  @Field(() => Int, { description: 'held now, at most 2; one is earned every 7 days' })
  freezes: number;
  @Field(() => Int, { nullable: true })
  nextFreezeIn: number | null;
  @Field(() => [StreakDayModel], { description: 'the last 7 local days, oldest first' })
  week: StreakDayModel[];
}
