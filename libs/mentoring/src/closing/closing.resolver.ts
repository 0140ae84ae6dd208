import { Inject, ParseUUIDPipe } from '@nestjs/common';
import { Args, ID, Mutation, Parent, Query, ResolveField, Resolver } from '@nestjs/graphql';
import { InvalidInput } from '@waymark/kernel';
import { Allow, Ctx, CurrentViewer, type GqlContext, type Viewer } from '@waymark/platform';
import { personCardLoader, PersonCardModel, PersonCards } from '@waymark/identity';
import {
  MentorFeedbackMeanModel,
  MentorThanksModel,
  PairingFeedbackInputModel,
  PairingFeedbackModel,
  PairingSummaryInputModel,
  PairingSummaryModel,
} from './closing.model.js';
import { Closings } from './closings.service.js';

const card = async (ctx: GqlContext, cards: PersonCards, id: string): Promise<PersonCardModel> =>
  (await personCardLoader(ctx, cards).load(id)) as PersonCardModel;

@Resolver(() => PairingSummaryModel)
export class PairingSummaryResolver {
  constructor(
    @Inject(Closings) private readonly service: Closings,
    @Inject(PersonCards) private readonly cards: PersonCards,
  ) {}

  @Query(() => [PairingSummaryModel], { description: "the partner's once one's own is in" })
  @Allow('signed-in')
  pairingSummaries(
    @CurrentViewer() viewer: Viewer,
    @Args('pairingId', { type: () => ID }, ParseUUIDPipe) pairingId: string,
  ): Promise<PairingSummaryModel[]> {
    return this.service.summaries(viewer, pairingId);
  }

  @Mutation(() => [PairingSummaryModel])
  @Allow('signed-in')
  savePairingSummary(
    @CurrentViewer() viewer: Viewer,
    @Args('pairingId', { type: () => ID }, ParseUUIDPipe) pairingId: string,
    @Args('input') input: PairingSummaryInputModel,
  ): Promise<PairingSummaryModel[]> {
    return this.service.saveSummary(viewer, pairingId, {
      goal: input.goal,
      reached: input.reached.trim(),
      next: input.next?.trim() ?? '',
    });
  }

  @ResolveField(() => PersonCardModel)
  author(@Parent() s: PairingSummaryModel, @Ctx() ctx: GqlContext): Promise<PersonCardModel> {
    return card(ctx, this.cards, s.authorId);
  }
}

@Resolver(() => PairingFeedbackModel)
export class PairingFeedbackResolver {
  constructor(
    @Inject(Closings) private readonly service: Closings,
    @Inject(PersonCards) private readonly cards: PersonCards,
  ) {}

  @Query(() => [PairingFeedbackModel])
  @Allow('mentoring:pairings')
  pairingFeedback(
    @CurrentViewer() viewer: Viewer,
    @Args('pairingId', { type: () => ID }, ParseUUIDPipe) pairingId: string,
  ): Promise<PairingFeedbackModel[]> {
    return this.service.feedback(viewer, pairingId);
  }

  @Query(() => PairingFeedbackModel, { nullable: true, description: 'what one wrote oneself' })
  @Allow('signed-in')
  myPairingFeedback(
    @CurrentViewer() viewer: Viewer,
    @Args('pairingId', { type: () => ID }, ParseUUIDPipe) pairingId: string,
  ): Promise<PairingFeedbackModel | null> {
    return this.service.ownFeedback(viewer, pairingId);
  }

  @Query(() => [MentorFeedbackMeanModel])
  @Allow('mentoring:pairings')
  mentorFeedback(@CurrentViewer() viewer: Viewer): Promise<MentorFeedbackMeanModel[]> {
    return this.service.feedbackOfMentors(viewer);
  }

  @Mutation(() => PairingFeedbackModel)
  @Allow('signed-in')
  savePairingFeedback(
    @CurrentViewer() viewer: Viewer,
    @Args('pairingId', { type: () => ID }, ParseUUIDPipe) pairingId: string,
    @Args('input') input: PairingFeedbackInputModel,
  ): Promise<PairingFeedbackModel> {
    return this.service.saveFeedback(viewer, pairingId, {
      prepared: input.prepared,
      useful: input.useful,
      comment: input.comment?.trim() ?? '',
    });
  }

  @ResolveField(() => PersonCardModel)
  author(@Parent() f: PairingFeedbackModel, @Ctx() ctx: GqlContext): Promise<PersonCardModel> {
    return card(ctx, this.cards, f.authorId);
  }

  @ResolveField(() => PersonCardModel)
  about(@Parent() f: PairingFeedbackModel, @Ctx() ctx: GqlContext): Promise<PersonCardModel> {
    return card(ctx, this.cards, f.aboutId);
  }
}

@Resolver(() => MentorFeedbackMeanModel)
export class MentorFeedbackMeanResolver {
  constructor(@Inject(PersonCards) private readonly cards: PersonCards) {}

  @ResolveField(() => PersonCardModel)
  mentor(@Parent() f: MentorFeedbackMeanModel, @Ctx() ctx: GqlContext): Promise<PersonCardModel> {
    return card(ctx, this.cards, f.mentorId);
  }
}

@Resolver(() => MentorThanksModel)
export class MentorThanksResolver {
  constructor(
    @Inject(Closings) private readonly service: Closings,
    @Inject(PersonCards) private readonly cards: PersonCards,
  ) {}

  @Mutation(() => MentorThanksModel)
  @Allow('signed-in')
  thankMentor(
    @CurrentViewer() viewer: Viewer,
    @Args('pairingId', { type: () => ID }, ParseUUIDPipe) pairingId: string,
    @Args('text') text: string,
  ): Promise<MentorThanksModel> {
    if (text.length > 500) throw new InvalidInput('text-too-long', { most: 500 });
    return this.service.thank(viewer, pairingId, text.trim());
  }

  @ResolveField(() => PersonCardModel)
  learner(@Parent() t: MentorThanksModel, @Ctx() ctx: GqlContext): Promise<PersonCardModel> {
    return card(ctx, this.cards, t.learnerId);
  }
}
