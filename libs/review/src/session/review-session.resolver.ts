import { Inject, ParseUUIDPipe } from '@nestjs/common';
import { Args, ID, Int, Mutation, Parent, Query, ResolveField, Resolver } from '@nestjs/graphql';
import { Allow, CurrentViewer, type Viewer } from '@waymark/platform';
import { ViewerModel } from '@waymark/identity';
import { toCardModel } from '../card/card.model.js';
import type { Grade } from '../schedule/schedule.js';
import { StreakModel } from '../streak/streak.model.js';
import { SubmitReviewsArgs } from './review-session.inputs.js';
import {
  ForecastDayModel,
  ReviewSessionModel,
  ReviewSummaryModel,
  ReviewTodayModel,
  SubmittedReviewsModel,
} from './review-session.model.js';
import { ReviewSessions } from './review-sessions.service.js';

const MOST_CARDS = 50;

@Resolver(() => ReviewSessionModel)
export class ReviewSessionResolver {
  constructor(@Inject(ReviewSessions) private readonly sessions: ReviewSessions) {}

  @Query(() => ReviewSessionModel)
  @Allow('signed-in')
  async reviewSession(
    @CurrentViewer() viewer: Viewer,
    @Args('limit', { type: () => Int, nullable: true }) limit?: number | null,
  ): Promise<ReviewSessionModel> {
    const most = Math.min(MOST_CARDS, Math.max(1, limit ?? MOST_CARDS));
    const session = await this.sessions.open(viewer.personId, viewer.locale, most);
    return { ...session, cards: session.cards.map((c) => toCardModel(c, viewer)) };
  }

  @Query(() => ReviewSummaryModel)
  @Allow('signed-in')
  reviewSummary(
    @CurrentViewer() viewer: Viewer,
    @Args('sessionId', { type: () => ID }, ParseUUIDPipe) sessionId: string,
  ): Promise<ReviewSummaryModel> {
    return this.sessions.readSummary(viewer.personId, sessionId);
  }

  @Query(() => [ForecastDayModel])
  @Allow('signed-in')
  reviewForecast(@CurrentViewer() viewer: Viewer): Promise<ForecastDayModel[]> {
    return this.sessions.forecast(viewer.personId);
  }

  @Mutation(() => SubmittedReviewsModel)
  @Allow('signed-in')
  submitReviews(
    @CurrentViewer() viewer: Viewer,
    @Args() { events }: SubmitReviewsArgs,
  ): Promise<SubmittedReviewsModel> {
    return this.sessions.submit(
      viewer.personId,
      events.map((e) => ({
        id: e.id.toLowerCase(),
        cardId: e.cardId.toLowerCase(),
        grade: e.grade as Grade,
        reviewedAt: e.reviewedAt,
        durationMs: e.durationMs ?? 0,
        sessionId: e.sessionId?.toLowerCase() ?? null,
      })),
    );
  }

  @Mutation(() => ReviewSummaryModel)
  @Allow('signed-in')
  finishReviewSession(
    @CurrentViewer() viewer: Viewer,
    @Args('sessionId', { type: () => ID }, ParseUUIDPipe) sessionId: string,
  ): Promise<ReviewSummaryModel> {
    return this.sessions.finish(viewer.personId, sessionId);
  }
}

@Resolver(() => ReviewSummaryModel)
export class ReviewSummaryResolver {
  constructor(@Inject(ReviewSessions) private readonly sessions: ReviewSessions) {}

  @ResolveField(() => StreakModel)
  streak(@CurrentViewer() viewer: Viewer): Promise<StreakModel> {
    return this.sessions.readStreak(viewer.personId);
  }
}

@Resolver(() => SubmittedReviewsModel)
export class SubmittedReviewsResolver {
  constructor(@Inject(ReviewSessions) private readonly sessions: ReviewSessions) {}

  @ResolveField(() => StreakModel)
  streak(@CurrentViewer() viewer: Viewer): Promise<StreakModel> {
    return this.sessions.readStreak(viewer.personId);
  }

  @ResolveField(() => ReviewTodayModel)
  review(@CurrentViewer() viewer: Viewer): Promise<ReviewTodayModel> {
    return this.sessions.readToday(viewer.personId);
  }
}

/** What waits and the streak, on the signed-in person: this lib may not reach up to learning's Today. */
@Resolver(() => ViewerModel)
export class ReviewViewerResolver {
  constructor(@Inject(ReviewSessions) private readonly sessions: ReviewSessions) {}

  @ResolveField(() => ReviewTodayModel)
  review(@Parent() viewer: ViewerModel): Promise<ReviewTodayModel> {
    return this.sessions.readToday(viewer.id);
  }

  @ResolveField(() => StreakModel)
  streak(@Parent() viewer: ViewerModel): Promise<StreakModel> {
    return this.sessions.readStreak(viewer.id);
  }
}
