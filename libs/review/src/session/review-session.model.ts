import { Field, ID, Int, ObjectType } from '@nestjs/graphql';
import { LocalDayScalar } from '@waymark/platform';
import { ReviewCardModel, ReviewNextModel } from '../card/card.model.js';
import { StreakModel } from '../streak/streak.model.js';

@ObjectType('ReviewToday', { description: 'What waits today' })
export class ReviewTodayModel {
  @Field(() => Int)
  due: number;
  @Field(() => Int)
  fresh: number;
  @Field(() => Int)
  minutes: number;
  @Field(() => Int)
  doneToday: number;
  @Field(() => Date, { nullable: true })
  nextDueAt: Date | null;
}

@ObjectType('ReviewSession')
export class ReviewSessionModel {
  @Field(() => ID)
  id: string;
  @Field(() => LocalDayScalar)
  today: string;
  @Field(() => [ReviewCardModel])
  cards: ReviewCardModel[];
  @Field(() => Int)
  dueTotal: number;
  @Field(() => Int)
  newTotal: number;
  @Field(() => Int)
  limitLeft: number;
  @Field(() => Int)
  newLeft: number;
  @Field()
  returning: boolean;
  @Field(() => Date, { nullable: true })
  nextDueAt: Date | null;
}

@ObjectType('ForecastDay')
export class ForecastDayModel {
  @Field(() => LocalDayScalar)
  day: string;
  @Field(() => Int)
  due: number;
}

@ObjectType('ReviewSummary')
export class ReviewSummaryModel {
  @Field(() => ID)
  sessionId: string;
  @Field(() => Int)
  reviews: number;
  @Field(() => Int)
  cards: number;
  @Field(() => Int)
  recalled: number;
  @Field(() => Int, { description: 'recalled at the first try' })
  recalledAtOnce: number;
  @Field(() => Int)
  again: number;
  @Field(() => Int, { description: 'known before, due to be forgotten, and recalled' })
  kept: number;
  @Field(() => Int)
  seconds: number;
  @Field(() => Date, { nullable: true })
  nextDueAt: Date | null;
  @Field(() => [ForecastDayModel])
  forecast: ForecastDayModel[];
  @Field(() => StreakModel)
  streak?: StreakModel;
}

@ObjectType('SubmittedReview')
export class SubmittedReviewModel {
  @Field(() => ID)
  id: string;
  @Field(() => String, { description: 'recorded duplicate refused' })
  outcome: string;
  @Field(() => String, { nullable: true })
  code: string | null;
}

@ObjectType('ReviewCardState')
export class ReviewCardStateModel {
  @Field(() => ID)
  cardId: string;
  @Field()
  state: string;
  @Field(() => Date)
  dueAt: Date;
  @Field(() => [ReviewNextModel])
  next: ReviewNextModel[];
}

@ObjectType('SubmittedReviews')
export class SubmittedReviewsModel {
  @Field(() => [SubmittedReviewModel])
  results: SubmittedReviewModel[];
  @Field(() => [ReviewCardStateModel])
  cards: ReviewCardStateModel[];
  @Field(() => StreakModel)
  streak?: StreakModel;
  @Field(() => ReviewTodayModel)
  review?: ReviewTodayModel;
}
